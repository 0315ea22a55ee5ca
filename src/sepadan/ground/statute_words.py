"""A statute value as lines of text in local form, by its unit: for law pages, documents and the command line.

One line for a plain value, one per row for tables (tiers, bands, amounts by kind). Units are those of
``statute_values``. Unknown parts of a table ("rate: null") are said to be not found, never left blank.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sepadan.ground.figures import Language, day, number, percent, rupiah
from sepadan.ground.messages import render

Lines = list[str]


def value_lines(unit: str, value: Any, lang: Language) -> Lines:
    """The lines that say *value* of *unit* in *lang*; an ended value (None) gives one line that says so."""
    if value is None:
        return [render("ground.law.ended", lang)]
    if unit in _TABLES and isinstance(value, (list, Mapping)):
        return _TABLES[unit](value, lang)
    if isinstance(value, list):
        return [_entry(item, lang) for item in value]
    if isinstance(value, Mapping) and set(value) != {"id", "en"}:
        return [f"{key}: {_entry(item, lang)}" for key, item in value.items()]
    return [_plain(unit, value, lang)]


def _plain(unit: str, value: Any, lang: Language) -> str:
    if isinstance(value, bool):
        return render("ground.law.yes" if value else "ground.law.no", lang)
    if isinstance(value, Mapping):
        return str(value[lang])
    if isinstance(value, date):
        return day(value, lang)
    if isinstance(value, str):
        return day(date.fromisoformat(f"2024-{value}"), lang)[:-5] if unit == "month_day" else value
    if unit == "fraction":
        return percent(value, lang)
    if unit == "rupiah" or unit.startswith("rupiah_per_"):
        text, per = rupiah(value, lang), unit.removeprefix("rupiah_")
        return text if unit == "rupiah" else f"{text} {render(f'ground.law.{per}', lang)}"
    text = number(value, lang)
    return f"{text} {render(f'ground.law.unit.{unit}', lang)}" if unit in ("months", "days", "years") else text


def _entry(item: Any, lang: Language) -> str:
    """An item of a list or map whose unit is not a table: text in two languages, a number, a word, or pairs."""
    if isinstance(item, Mapping):
        if set(item) == {"id", "en"}:
            return str(item[lang])
        return ", ".join(f"{key} {_entry(part, lang)}" for key, part in item.items() if part is not None)
    if isinstance(item, list):
        return "–".join("…" if part is None else _entry(part, lang) for part in item)
    if isinstance(item, bool) or item is None or isinstance(item, date):
        return render("ground.law.not_found", lang) if item is None else _plain("", item, lang)
    return item if isinstance(item, str) else number(item, lang)


def _rate(value: Any, lang: Language) -> str:
    return render("ground.law.not_found", lang) if value is None else percent(value, lang)


def _bands(rows: Any, lang: Language, part: str) -> Lines:
    lines, over = [], 0
    for row in rows:
        to, rate = row["to"], _rate(row[part], lang)
        if len(rows) == 1 and to is None:
            return [rate]
        if to is None:
            lines.append(f"> {rupiah(over, lang)}: {rate}")
        else:
            sign = "≤" if row.get("inclusive", True) else "<"
            lines.append(f"{sign} {rupiah(to, lang)}: {rate}")
            over = to
    return lines


def _tiers(rows: Any, lang: Language) -> Lines:
    return _bands(rows, lang, "rate")


def _ratios(rows: Any, lang: Language) -> Lines:
    return _bands(rows, lang, "ratio")


def _va_bands(rows: Any, lang: Language) -> Lines:
    lines = []
    for row in rows:
        low, high = row.get("va_from"), row.get("va_to")
        span = f"≥ {number(low, lang)} VA" if high is None else f"{number(low, lang)}–{number(high, lang)} VA"
        if low == high:
            span = f"{number(low, lang)} VA"
        lines.append(f"{span}: {_rate(row['rate'], lang)}")
    return lines


def _amounts(rows: Any, lang: Language) -> Lines:
    return [f"{key}: {render('ground.law.not_found', lang) if item is None else rupiah(item, lang)}"
            for key, item in rows.items()]


def _fractions(rows: Any, lang: Language) -> Lines:
    return [f"{key}: {_rate(item, lang)}" for key, item in rows.items()]


def _span(ends: Any, lang: Language) -> str:
    """``[from, to]`` of years or days, either of which may be open."""
    low, high = (None if end is None else str(end) if isinstance(end, int) else day(end, lang) for end in ends)
    if low is not None and low == high:
        return low
    return f"{low or '…'}–{high or '…'}"


def _relief(value: Any, lang: Language) -> Lines:
    lines = [_span(value["window"], lang)] if value.get("window") else []
    for row in value.get("programme", []):
        parts = [render("ground.law.relief.years", lang, {"years": _span(row["years"], lang)})]
        if row.get("paid"):
            parts.append(render("ground.law.relief.paid", lang, {"paid": _span(row["paid"], lang)}))
        parts += [render(f"ground.law.relief.{name}", lang, {"cut": row[name]})
                  for name in ("principal_cut", "penalty_cut") if row.get(name)]
        lines.append(", ".join(parts))
    return lines


_TABLES: dict[str, Callable[[Any, Language], Lines]] = {
    "tiers": _tiers,
    "ratios": _ratios,
    "va_bands": _va_bands,
    "amounts": _amounts,
    "fractions": _fractions,
    "relief": _relief,
}
