"""What a person types into a form or a command, read exactly: money, per cent, plain decimals, days.

Both local forms are understood: ``1.500.000.000`` and ``1,500,000,000`` are the same money; ``0,2``, ``0.2`` and
``0,2 %`` the same rate. What could mean two things is refused with a sentence, never guessed.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sepadan.ground.problems import refuse

_MONEY = re.compile(r"[0-9]{1,3}(?:([.,])[0-9]{3}(?:\1[0-9]{3})*)?|[0-9]+")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DECIMAL = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")
_SPACES = re.compile(r"[\s\u00a0\u202f_]")


def read_rupiah(text: str, name: str) -> int:
    """Whole rupiah from ``Rp1.500.000.000``, ``1,500,000,000`` or ``1500000000``. Raises Refused naming *name*."""
    plain = _SPACES.sub("", text).removeprefix("Rp").removeprefix("rp").removeprefix("IDR")
    match = _MONEY.fullmatch(plain)
    if match is None or len(plain) > 24:
        raise refuse("ground.entry.rupiah", where=name, remedy="ground.entry.rupiah.remedy", text=text[:40])
    return int(re.sub(r"[.,]", "", plain))


def read_decimal(text: str, name: str) -> Decimal:
    """A decimal with comma or point. Raises Refused naming *name*."""
    plain = _SPACES.sub("", text)
    if not _DECIMAL.fullmatch(plain) or len(plain) > 20:
        raise refuse("ground.entry.decimal", where=name, remedy="ground.entry.decimal.remedy", text=text[:40])
    return Decimal(plain.replace(",", "."))


def read_percent(text: str, name: str) -> Decimal:
    """A fraction from what is typed in per cent: ``0,2`` and ``0.2 %`` are 0.002. Raises Refused naming *name*."""
    return read_decimal(_SPACES.sub("", text).removesuffix("%"), name) / 100


def read_day(text: str, name: str) -> date:
    """A day from ``2025-01-16``, the only form taken. Raises Refused naming *name*."""
    try:
        return as_day(text)
    except ValueError as error:
        raise refuse("ground.entry.day", where=name, remedy="ground.entry.day.remedy", text=text[:40]) from error


def as_day(text: str) -> date:
    """The same with a ValueError: no other form of ISO 8601 (``20250116``, ``2025-W03-4``), no other digits."""
    if not _DAY.fullmatch(text):
        raise ValueError(f"{text!r} is not a day like 2025-01-16")
    return date.fromisoformat(text)


def typed(value: Fraction | Decimal | int | None, comma: bool) -> str:
    """A value as it stands in a form field (plain decimals, no separators); empty for None."""
    if value is None:
        return ""
    exact = Fraction(value)
    places = next((k for k in range(13) if (exact * 10**k).denominator == 1), 12)
    text = f"{Decimal(int(exact * 10**places)).scaleb(-places):f}"
    return text.replace(".", ",") if comma else text
