"""Answers of the bank channel as bytes: the code table (``bank_codes.yaml``) and the JSON around it.

The same decision gives the same bytes: keys stand in a fixed order, without spaces. Amounts are whole rupiah, written
as the standard asks (``"100000.00"``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from sepadan.ground.money import Rupiah

KINDS = ("inquiry", "payment", "reversal", "status")


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back: *name* in the code table, HTTP status, seven-digit code, body."""

    name: str
    status: int
    code: str
    body: bytes


@cache
def table() -> dict[str, Any]:
    text = files("sepadan.records").joinpath("bank_codes.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def answer(kind: str, name: str, data: Mapping[str, Any] | None = None, *, field: str = "") -> Answer:
    """The answer *name* to a message of *kind*, with *data* as ``virtualAccountData``. KeyError on an unknown name."""
    row = table()["codes"][name]
    code = f"{row['status']}{table()['services'][kind]}{row['case']}"
    said: dict[str, Any] = {"responseCode": code, "responseMessage": row["text"].replace("{field}", field).strip()}
    if data:
        said["virtualAccountData"] = dict(data)
    body = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(name, row["status"], code, body)


def money(amount: Rupiah) -> dict[str, str]:
    return {"value": f"{amount}.00", "currency": "IDR"}
