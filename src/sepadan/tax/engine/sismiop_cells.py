"""Cells of a tax office's tables as it exports them: each reader gives the value, or the fault with its remedy.

Blanks around a value are padding; an empty cell, ``NULL`` and ``(null)`` are no value; ``="010"`` is how a spreadsheet
is made to keep zeros, any other ``=`` is a formula. Codes of digits that lost their leading zeros get them back.

Numbers are written ``1.234.567``, ``1.234.567,50``, ``1,234,567.50``, ``1234567.5`` or with ``Rp``. A separator before
exactly three digits groups thousands (``1.234`` is 1234), before any other number of digits it is the decimal sign.
Amounts come out in whole rupiah and must be whole. Days are ``17-AUG-45``, ``17/08/1945`` or ``1945-08-17``, with or
without a time; of years with two digits 50-99 are of the last century (Oracle's RR).

It does not know tables; a cell that shows a person's number is never repeated in a fault.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

SHOWN = 40
_NONE = frozenset({"", "NULL", "(NULL)", "-"})
_LONG_NUMBER = re.compile(r"\d(?:[\s.\-]?\d){11,}", re.ASCII)
_GUARD = re.compile(r"'[=+\-@]")
_KEPT = re.compile(r'="([^"]*)"')
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffd]")
_GROUPED = re.compile(r"([+-]?)([1-9]\d{0,2})((?:\.\d{3})+)(?:,(\d+))?|([+-]?)([1-9]\d{0,2})((?:,\d{3})+)(?:\.(\d+))?",
                      re.ASCII)
_PLAIN = re.compile(r"([+-]?\d+)(?:[.,](\d*))?", re.ASCII)
_SCIENTIFIC = re.compile(r"\d+([.,]\d+)?[eE][+]?\d+", re.ASCII)
_NAMED_DAY = re.compile(r"(\d{1,2})[-/ ]([A-Z]{3,9})[-/ ](\d{4}|\d{2})(?:[ T].*)?", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[ T].*)?", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[ T].*)?", re.ASCII)
_MONTHS = {name: k for k, names in enumerate((
    "JAN JANUARI JANUARY", "FEB PEB FEBRUARI FEBRUARY", "MAR MARET MARCH", "APR APRIL", "MAY MEI", "JUN JUNI JUNE",
    "JUL JULI JULY", "AUG AGU AGT AGS AGUSTUS AUGUST", "SEP SEPTEMBER", "OCT OKT OKTOBER OCTOBER",
    "NOV NOP NOVEMBER", "DEC DES DESEMBER DECEMBER"), start=1) for name in names.split()}
OWN_NUMBER = "NPWPD-"
"""Stands before the regional number of a taxpayer where the office's tables have the SUBJEK_PAJAK_ID."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a cell: a message key, whose remedy is ``<key>.remedy``, and its parameters."""

    key: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Subject:
    """Who a SUBJEK_PAJAK_ID means: by NIK (sixteen digits), else by a number that the office gave."""

    nik: str = ""
    number: str = ""


def shown(text: str) -> str:
    """The text as a fault repeats it: short, and of a long number, which may be a person's in a wrong column, no more
    than the last four digits."""
    return _LONG_NUMBER.sub(lambda found: f"…{found.group()[-4:]}", text)[:SHOWN]


Reader = Callable[[str], Any]
"""The text of a cell, without padding and not empty, to its value or a Fault."""


def bare(text: str) -> str:
    """The text without padding and quotes of spreadsheets; empty where it means no value."""
    text = text.strip()
    if _GUARD.match(text):  # put there by an export, so that no spreadsheet computes with the text
        return text[1:]
    if text.startswith('="') and (kept := _KEPT.fullmatch(text)):
        text = kept.group(1).strip()
    return "" if text.upper() in _NONE else text


def read_cell(text: str, reader: Reader, *, needed: bool) -> Any:
    """The value of a cell, None where it is empty and may be, or a Fault."""
    guarded, text = text.lstrip().startswith("'"), bare(text)
    if not text:
        return Fault("tax.sismiop.empty") if needed else None
    if text.startswith("=") and not guarded:
        return Fault("tax.sismiop.formula", {"text": shown(text)})
    if _CONTROL.search(text):
        return Fault("tax.sismiop.control")
    return reader(text)


def words(longest: int) -> Reader:
    """Text of at most *longest* letters; runs of blanks become one."""
    def read(text: str) -> Any:
        text = " ".join(text.split())
        return text if len(text) <= longest else Fault("tax.sismiop.long", {"longest": longest, "found": len(text)})

    return read


def digits(width: int) -> Reader:
    """A code of digits; zeros on the left that a spreadsheet took away are put back."""
    def read(text: str) -> Any:
        if text.isascii() and text.isdecimal() and len(text) <= width:
            return text.zfill(width)
        return Fault("tax.sismiop.code", {"text": shown(text), "width": width})

    return read


def one_of(marks: str) -> Reader:
    """One of the digits *marks*."""
    def read(text: str) -> Any:
        return text if len(text) == 1 and text in marks else Fault("tax.sismiop.choice", {
            "text": shown(text), "marks": ", ".join(marks)})

    return read


def letters(longest: int) -> Reader:
    """A code of letters and digits, in capitals."""
    def read(text: str) -> Any:
        text = text.upper()
        if text.isascii() and text.isalnum() and len(text) <= longest:
            return text
        return Fault("tax.sismiop.mark", {"text": shown(text), "longest": longest})

    return read


def number(text: str) -> Fraction | None:
    """The exact number that *text* writes; None when it writes none."""
    text = re.sub(r"^(?:Rp|IDR)\.?|[\s\u00a0]|,-$", "", text, flags=re.IGNORECASE)
    if found := _GROUPED.fullmatch(text):
        sign, head, groups, rest = found.groups()[:4] if found.group(2) else found.groups()[4:]
        whole = head + re.sub(r"\D", "", groups)
    elif found := _PLAIN.fullmatch(text):
        sign, whole, rest = "", *found.groups()
        if whole[0] in "+-":
            sign, whole = whole[0], whole[1:]
    else:
        return None
    if len(whole) > 30 or len(rest or "") > 12:
        return None
    value = Fraction(int(whole)) + (Fraction(int(rest), 10 ** len(rest)) if rest else 0)
    return -value if sign == "-" else value


def whole(least: int, most: int, *, unit: int = 1) -> Reader:
    """A whole number between *least* and *most* once it is multiplied by *unit* (1000 where thousands are written)."""
    def read(text: str) -> Any:
        found = number(text)
        if found is None:
            key = "tax.sismiop.rounded" if _SCIENTIFIC.fullmatch(text) else "tax.sismiop.number"
            return Fault(key, {"text": shown(text)})
        value = found * unit
        if value.denominator != 1:
            return Fault("tax.sismiop.not_whole", {"text": shown(text)})
        if not least <= value <= most:
            return Fault("tax.sismiop.range", {"text": shown(text), "least": -(-least // unit), "most": most // unit})
        return int(value)

    return read


def day(text: str) -> Any:
    """A date of the calendar."""
    upper = text.upper()
    if found := _NAMED_DAY.fullmatch(upper):
        of_day, name, of_year = found.groups()
        month = _MONTHS.get(name, 0)
        year = int(of_year) + (0 if len(of_year) == 4 else 1900 if int(of_year) >= 50 else 2000)
    elif found := _DAY_FIRST.fullmatch(upper):
        of_day, month, year = found.group(1), int(found.group(2)), int(found.group(3))
    elif found := _YEAR_FIRST.fullmatch(upper):
        year, month, of_day = int(found.group(1)), int(found.group(2)), found.group(3)
    else:
        return Fault("tax.sismiop.day", {"text": shown(text)})
    try:
        return date(year, month, int(of_day))
    except ValueError:
        return Fault("tax.sismiop.day", {"text": shown(text)})


def subject(text: str) -> Any:
    """Whom a SUBJEK_PAJAK_ID means. A number that looks like a NIK with a digit too few or too many is refused, so
    that no person's number is kept as if it were the office's own."""
    plain = re.sub(r"[\s.\-]", "", text)
    if _SCIENTIFIC.fullmatch(text):
        return Fault("tax.sismiop.subject_rounded")
    if plain.isascii() and plain.isdecimal():
        if len(plain) == 16:
            return Subject(nik=plain)
        if len(plain) in (14, 15, 17):
            return Fault("tax.sismiop.subject_digits", {"found": len(plain)})
    own = " ".join(text.split()).upper().removeprefix(OWN_NUMBER)
    if not own or len(own) > 24:
        return Fault("tax.sismiop.long", {"longest": 24, "found": len(own)})
    return Subject(number=own)
