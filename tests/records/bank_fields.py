"""The fields of a bank's messages, as plain values."""

from __future__ import annotations

from typing import Any

PAID = "2026-11-24T09:58:00+07:00"


def fields(prefix: str, customer: str, **more: Any) -> dict[str, Any]:
    return {"partnerServiceId": prefix.rjust(8), "customerNo": customer,
            "virtualAccountNo": prefix.rjust(8) + customer, **more}


def amount_of(value: int) -> dict[str, str]:
    return {"value": f"{value}.00", "currency": "IDR"}
