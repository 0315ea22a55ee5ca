"""Reading the terms of a decision as they were typed: whole numbers, shares in per cent, days, who takes over.

Each raises Refused naming the term that is missing or no such value.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from sepadan.ground.entry import read_decimal
from sepadan.ground.messages import message
from sepadan.ground.problems import refuse


def whole(terms: Mapping[str, Any], name: str) -> int:
    """A whole number."""
    text = str(terms.get(name, "") or "").replace(".", "").strip()
    if not (text.isascii() and text.isdecimal()) or len(text) > 15:
        raise refuse("tax.request.not_whole", remedy="tax.request.not_whole.remedy",
                     name=message(f"tax.request.term.{name}"))
    return int(text)


def share_of_terms(terms: Mapping[str, Any]) -> Fraction:
    """The share that ``percent`` gives."""
    return Fraction(read_decimal(str(terms.get("percent", "")).replace("%", "").strip(), "%")) / 100


def day_of(terms: Mapping[str, Any], name: str) -> date:
    """A day."""
    try:
        return date.fromisoformat(str(terms.get(name, "")))
    except ValueError as error:
        raise refuse("tax.request.no_day", remedy="tax.request.no_day.remedy",
                     name=message(f"tax.request.term.{name}")) from error


def who_of(terms: Mapping[str, Any]) -> str:
    """The NPWPD or the name of who takes the object over."""
    who = str(terms.get("npwpd") or terms.get("new_name") or "").strip()
    if not who:
        raise refuse("tax.request.no_taxpayer", remedy="tax.request.no_taxpayer.remedy")
    return who
