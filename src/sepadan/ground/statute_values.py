"""Units of statute values: which shape each unit has, and which numbers in it a cap can bound.

Idea: every value is checked by its unit when a file is read or a draft typed, so that an engine never meets a comma
in a rate or a tier out of order. A checker returns the first fault as ``(message key, parameters)`` or None.

Units: ``fraction`` (exact, 0 to 1), ``factor`` (>= 0), ``rupiah``, ``rupiah_per_month``, ``rupiah_per_day``,
``rupiah_per_kg``, ``months``, ``days``, ``years``, ``count``, ``boolean``, ``date``, ``month_day`` ("08-31"),
``text`` ({id, en}), ``list`` (of {id, en}), ``codes`` (list of words in code), ``choice`` (one word in code),
``terms`` (code: {id, en}), ``amounts`` (code: rupiah), ``factors`` (code: factor), ``limits`` (code: whole number),
``fractions`` (code: fraction), ``tiers`` ([{to, rate, [inclusive]}]), ``ratios`` ([{to, ratio}]), ``va_bands``
([{va_from, va_to, rate}]), ``relief`` ({window, programme}), ``discounts`` ([{acquisition, npop_to, npop_over,
share}]).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

Fault = tuple[str, dict[str, Any]]
Check = Callable[[Any], Fault | None]
_WORD = re.compile(r"^[a-z0-9]+(?:[_.-][a-z0-9]+)*$", re.IGNORECASE)
_COMMA = re.compile(r"^-?\d+(?:\.\d{3})*,\d+$")


def fault(key: str, /, **params: Any) -> Fault:
    return f"ground.statutes.value.{key}", params


def in_row(found: Fault, row: int) -> Fault:
    """The fault with the number of the row it lies in, by which a reader finds the line."""
    return found[0], {"row": row, **found[1]}


def shown(value: Any) -> str:
    """A value as it stands in a fault."""
    return str(value) if isinstance(value, (int, Decimal, date)) and not isinstance(value, bool) else repr(value)


def _number(value: Any) -> Fault | None:
    if isinstance(value, str) and _COMMA.match(value):
        return fault("comma", text=value)
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return fault("not_number", text=shown(value))
    return None


def _fraction(value: Any) -> Fault | None:
    return _number(value) or (None if 0 <= value <= 1 else fault("not_fraction", text=shown(value)))


def _factor(value: Any) -> Fault | None:
    return _number(value) or (None if value >= 0 else fault("negative", text=shown(value)))


def _whole(value: Any) -> Fault | None:
    found = _number(value)
    if found is None and not isinstance(value, int):
        return fault("not_whole", text=shown(value))
    return found or (None if value >= 0 else fault("negative", text=shown(value)))


def _boolean(value: Any) -> Fault | None:
    return None if isinstance(value, bool) else fault("not_boolean", text=shown(value))


def _day(value: Any) -> Fault | None:
    return None if isinstance(value, date) else fault("not_day", text=shown(value))


def _month_day(value: Any) -> Fault | None:
    try:
        date.fromisoformat(f"2023-{value}")  # a year without 29 February
    except ValueError:
        return fault("not_month_day", text=shown(value))
    return None if isinstance(value, str) else fault("not_month_day", text=shown(value))


def _text(value: Any) -> Fault | None:
    if not isinstance(value, dict) or set(value) != {"id", "en"}:
        return fault("not_text", text=shown(value))
    return None if all(isinstance(one, str) and one.strip() for one in value.values()) else fault("empty_text")


def _choice(value: Any) -> Fault | None:
    return None if isinstance(value, str) and _WORD.match(value) else fault("not_word", text=shown(value))


def _list_of(check: Check) -> Check:
    def one(value: Any) -> Fault | None:
        if not isinstance(value, list) or not value:
            return fault("not_list", text=shown(value))
        return next((found for item in value if (found := check(item))), None)

    return one


def _map_of(check: Check) -> Check:
    def one(value: Any) -> Fault | None:
        if not isinstance(value, dict) or not value:
            return fault("not_map", text=shown(value))
        return next((found for key, item in value.items() if (found := _choice(key) or check(item))), None)

    return one


def _rows(value: Any, required: set[str], allowed: set[str]) -> Fault | None:
    if not isinstance(value, list) or not value:
        return fault("not_list", text=shown(value))
    for number, row in enumerate(value, 1):
        if not isinstance(row, dict):
            return fault("row_not_map", row=number, text=shown(row))
        for key in row:
            if key not in required | allowed:
                if str(key).isdigit() or (isinstance(key, int)):
                    return fault("row_comma", row=number, key=str(key))
                return fault("row_key", row=number, key=str(key), known=", ".join(sorted(required | allowed)))
        absent = sorted(required - set(row))
        if absent:
            return fault("row_lacks", row=number, key=absent[0])
    return None


def _bands(share: str) -> Check:
    def one(value: Any) -> Fault | None:
        found = _rows(value, {"to", share}, {"inclusive"})
        if found:
            return found
        before = -1
        for number, row in enumerate(value, 1):
            last = number == len(value)
            if (row["to"] is None) != last:
                return fault("band_end", row=number)
            if not last:
                found = _whole(row["to"])
                if found is None and row["to"] <= before:
                    found = fault("band_order", row=number, to=row["to"])
                before = row["to"]
            if found is None and row[share] is not None:
                found = _fraction(row[share])
            if found is None and "inclusive" in row:
                found = _boolean(row["inclusive"])
            if found:
                return in_row(found, number)
        return None

    return one


def _va_bands(value: Any) -> Fault | None:
    found = _rows(value, {"va_from", "va_to", "rate"}, set())
    if found:
        return found
    before = -1
    for number, row in enumerate(value, 1):
        found = _whole(row["va_from"]) or _fraction(row["rate"])
        if found is None and row["va_to"] is not None:
            found = _whole(row["va_to"])
        if found:
            return in_row(found, number)
        if row["va_from"] <= before or (row["va_to"] is not None and row["va_to"] < row["va_from"]):
            return fault("band_order", row=number, to=row["va_from"])
        before = row["va_to"] if row["va_to"] is not None else 10**12
    return None


def _span(value: Any, check: Check) -> Fault | None:
    if not isinstance(value, list) or len(value) != 2:
        return fault("not_span", text=shown(value))
    found = next((one for item in value if item is not None and (one := check(item))), None)
    if found is None and None not in value and value[0] > value[1]:
        return fault("span_order", text=f"{value[0]} .. {value[1]}")
    return found


def _relief(value: Any) -> Fault | None:
    if not isinstance(value, dict) or set(value) != {"window", "programme"}:
        return fault("not_relief", text=shown(value))
    found = _span(value["window"], _day) or _rows(
        value["programme"], {"years", "principal_cut", "penalty_cut"}, {"paid"})
    if found:
        return found
    for row in value["programme"]:
        found = (_span(row["years"], _whole) or _fraction(row["principal_cut"]) or _fraction(row["penalty_cut"])
                 or (_span(row["paid"], _day) if "paid" in row else None))
        if found:
            return found
    return None


def _discounts(value: Any) -> Fault | None:
    found = _rows(value, {"acquisition", "npop_over", "npop_to", "share"}, set())
    if found:
        return found
    for row in value:
        found = (_list_of(_choice)(row["acquisition"]) or _whole(row["npop_over"]) or _fraction(row["share"])
                 or (_whole(row["npop_to"]) if row["npop_to"] is not None else None))
        if found:
            return found
    return None


UNITS: dict[str, Check] = {
    "fraction": _fraction, "factor": _factor,
    "rupiah": _whole, "rupiah_per_month": _whole, "rupiah_per_day": _whole, "rupiah_per_kg": _whole,
    "months": _whole, "days": _whole, "years": _whole, "count": _whole,
    "boolean": _boolean, "date": _day, "month_day": _month_day,
    "text": _text, "list": _list_of(_text), "codes": _list_of(_choice), "choice": _choice, "terms": _map_of(_text),
    "amounts": _map_of(_whole), "factors": _map_of(_factor), "limits": _map_of(_whole), "fractions": _map_of(_fraction),
    "tiers": _bands("rate"), "ratios": _bands("ratio"), "va_bands": _va_bands, "relief": _relief,
    "discounts": _discounts,
}
# A parameter may take another shape of the same meaning: a ratio by bands, a household rate by connected load.
VARIANTS: dict[str, tuple[str, ...]] = {"fraction": ("ratios", "va_bands", "tiers")}
_MARK = {"ratios": "ratio", "va_bands": "va_from", "tiers": "to"}


def fitting_unit(unit: str, value: Any) -> str:
    """The unit by which *value* is written: *unit* itself, or the variant whose rows it has."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return next((one for one in VARIANTS.get(unit, ()) if _MARK[one] in value[0]), unit)
    return unit


def value_fault(unit: str, value: Any) -> Fault | None:
    """The first fault of *value* as a value of *unit*, or None. Raises KeyError on an unknown unit."""
    return UNITS[unit](value)


def bounded_numbers(value: Any) -> Iterator[int | Decimal]:
    """The numbers in *value* that a cap bounds: a scalar itself, the rates or ratios of bands, the parts of a map.

    What should be a number and is none is left out: it is a fault of its own, told by ``value_fault``.
    """
    parts: list[Any] = [value]
    if isinstance(value, list):
        parts = [row.get(key) for row in value if isinstance(row, dict) for key in ("rate", "ratio")]
    elif isinstance(value, dict):
        parts = list(value.values())
    for part in parts:
        if isinstance(part, (int, Decimal)) and not isinstance(part, bool):
            yield part


def plain(value: Any) -> Any:
    """The value without the lines: ordinary dicts and lists."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value
