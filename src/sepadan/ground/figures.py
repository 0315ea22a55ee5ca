"""Numbers, money and dates in local form, for Indonesian and English.

Indonesian writes ``1.234,5``, English ``1,234.5``. Minus is U+2212. Money is ``Rp43.120``; from a milliard on
``Rp825,5 miliar`` or ``Rp2,39 triliun`` in running text, exact rupiah in tables, bills and downloads.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from sepadan.ground.money import round_rupiah

Language = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = ("id", "en")
MINUS = "\N{MINUS SIGN}"
NBSP = "\N{NO-BREAK SPACE}"
_MONTHS = {
    "id": ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
_MONTHS_LONG = {
    "id": ("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober",
           "November", "Desember"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December"),
}
_SCALES = {
    "id": ((10**12, "triliun"), (10**9, "miliar"), (10**6, "juta")),
    "en": ((10**12, "trillion"), (10**9, "billion"), (10**6, "million")),
}
Number = int | float | Decimal | Fraction


def number(value: Number, lang: Language, decimals: int | None = None) -> str:
    """*value* with local separators. ``decimals`` fixes the places (half up); None keeps what an int or Decimal has."""
    exact = Fraction(value) if not isinstance(value, float) else Fraction(Decimal(repr(value)))
    if decimals is None:
        decimals = _own_places(value)
    scaled = round_rupiah(abs(exact) * 10**decimals, "half_up")
    whole, part = divmod(scaled, 10**decimals)
    thousands, point = (".", ",") if lang == "id" else (",", ".")
    text = f"{whole:,}".replace(",", thousands)
    if decimals:
        text += point + f"{part:0{decimals}d}"
    return (MINUS if exact < 0 and scaled else "") + text


def _own_places(value: Number) -> int:
    if isinstance(value, int):
        return 0
    if isinstance(value, Fraction):
        return 0 if value.denominator == 1 else 2
    text = Decimal(repr(value)) if isinstance(value, float) else value
    exponent = text.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def rupiah(value: Number, lang: Language) -> str:
    """Exact money: ``Rp43.120``, ``−Rp43.120``."""
    text = number(value, lang)
    return f"{MINUS}Rp{text[1:]}" if text.startswith(MINUS) else f"Rp{text}"


def rupiah_short(value: Number, lang: Language, digits: int = 4) -> str:
    """Money for running text: ``Rp825,5 miliar`` from a milliard on, exact below; *digits* significant digits."""
    size = abs(Fraction(value)) if not isinstance(value, float) else abs(Fraction(Decimal(repr(value))))
    for unit, word in _SCALES[lang][:2]:
        if size >= unit:
            scaled = size / unit
            places = max(0, digits - len(str(int(scaled))))
            text = number(scaled, lang, places)
            point = "," if lang == "id" else "."
            if point in text:
                text = text.rstrip("0").rstrip(point)
            sign = MINUS if value < 0 else ""
            return f"{sign}Rp{text}{NBSP}{word}"
    return rupiah(value, lang)


def percent(value: Number, lang: Language, decimals: int | None = None) -> str:
    """A fraction as per cent with a no-break space: ``percent(0.984, "id", 1)`` is ``98,4 %``."""
    exact = (Fraction(value) if not isinstance(value, float) else Fraction(Decimal(repr(value)))) * 100
    if decimals is None:
        decimals = next((k for k in range(0, 9) if (exact * 10**k).denominator == 1), 2)
    return number(exact, lang, decimals) + NBSP + "%"


def day(value: date, lang: Language, *, long: bool = False) -> str:
    """``16 Jan 2025``, or ``16 Januari 2025`` with *long*."""
    months = (_MONTHS_LONG if long else _MONTHS)[lang]
    return f"{value.day} {months[value.month - 1]} {value.year}"


def clock(value: datetime, lang: Language) -> str:
    """Time of day in the zone the value carries: ``09.12 WIB``; UTC+8 is WITA, UTC+9 is WIT."""
    zones = {timedelta(hours=7): "WIB", timedelta(hours=8): "WITA", timedelta(hours=9): "WIT"}
    offset = value.utcoffset()
    zone = zones.get(offset, "UTC" if offset == timedelta(0) else value.strftime("%z")) if offset is not None else ""
    point = "." if lang == "id" else ":"
    return f"{value.hour:02d}{point}{value.minute:02d}" + (f" {zone}" if zone else "")
