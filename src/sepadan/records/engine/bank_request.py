"""A message of a bank, read strictly: field by field, no guess. Field names are those of SNAP BI's virtual accounts.

Read: ``partnerServiceId`` and ``customerNo``, whose join is ``virtualAccountNo`` (spaces that pad the first are
dropped), ``inquiryRequestId`` or ``paymentRequestId``, ``paidAmount`` (whole rupiah), ``trxDateTime`` (with an offset)
and, of a reversal, ``reason``. Other fields are allowed and not read.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sepadan.ground.money import Rupiah

_ID = re.compile(r"[A-Za-z0-9._-]{1,40}")
_DIGITS = re.compile(r"[0-9]{1,28}")
_VALUE = re.compile(r"([0-9]{1,15})\.00")


@dataclass(frozen=True, slots=True)
class BankRequest:
    """A message that can be understood. *amount* and *at* are None where the kind carries none."""

    prefix: str
    customer: str
    request_id: str
    amount: Rupiah | None = None
    at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a message cannot be understood: a name of the code table and the field."""

    name: str
    field: str = ""


def read_request(kind: str, body: bytes) -> BankRequest | Unreadable:
    """The message in *body*, or what is wrong with its first faulty field."""
    try:
        given = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except (UnicodeDecodeError, ValueError, RecursionError):
        return Unreadable("bad_request")
    if not isinstance(given, dict):
        return Unreadable("bad_request")
    moves = kind in ("payment", "reversal")
    asked = "inquiryRequestId" if kind == "inquiry" else "paymentRequestId"
    needed = ["partnerServiceId", "customerNo", "virtualAccountNo", asked]
    needed += ["paidAmount", "trxDateTime"] if moves else []
    for name in needed:
        if given.get(name) in (None, ""):
            return Unreadable("no_field", name)
    prefix, customer, whole = (_stripped(given[name]) for name in needed[:3])
    checks = {"partnerServiceId": bool(_DIGITS.fullmatch(prefix)), "customerNo": bool(_DIGITS.fullmatch(customer)),
              "virtualAccountNo": whole == prefix + customer,
              asked: isinstance(given[asked], str) and bool(_ID.fullmatch(given[asked]))}
    for name, sound in checks.items():
        if not sound:
            return Unreadable("bad_field", name)
    if not moves:
        return BankRequest(prefix, customer, given[asked])
    amount, at = _amount(given["paidAmount"]), _instant(given["trxDateTime"])
    if amount is None or at is None:
        return Unreadable("bad_field", "paidAmount" if amount is None else "trxDateTime")
    reason = given.get("reason", "")
    if not isinstance(reason, str) or len(reason) > 200 or not reason.isprintable():
        return Unreadable("bad_field", "reason")
    return BankRequest(prefix, customer, given[asked], amount, at, reason.strip())


def _no_constant(text: str) -> None:
    raise ValueError(text)


def _stripped(value: Any) -> str:
    return value.strip(" ") if isinstance(value, str) else ""


def _amount(value: Any) -> Rupiah | None:
    """Whole rupiah above zero. A third digit after the point, or sen, is no amount."""
    if not isinstance(value, dict) or value.get("currency") != "IDR" or not isinstance(value.get("value"), str):
        return None
    found = _VALUE.fullmatch(value["value"])
    return int(found.group(1)) or None if found else None


def _instant(value: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) and len(value) <= 35 else None
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None and 2000 <= at.year <= 2100 else None
