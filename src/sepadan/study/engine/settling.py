"""Rules that settle contradicting values: which one stands, a range, several by purpose, or none.

Idea: each rule is a function of the values alone (and of the book where it must look something up), so that a new value
changes the outcome and not a sentence. Outcome and standings are returned in the order of the values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from sepadan.ground.cells import Standing
from sepadan.ground.messages import Message, message
from sepadan.ground.money import Exact, exact
from sepadan.ground.provisions import Words
from sepadan.study.engine.book import Book, standing_rank
from sepadan.study.engine.checks import falling_totals, implied_whole, meaning_of_sum, years_that_fit
from sepadan.study.engine.indicators import choose
from sepadan.study.engine.periods import Period

Outcome = Literal["one", "range", "by_purpose", "none"]
_NEVER = date(1, 1, 1)
_YEARS_TRIED = range(2010, 2027)


@dataclass(frozen=True, slots=True)
class Published:
    """One of the contradicting values: given, or implied by a part and its per cent, or a quotient in per cent."""

    label: Words
    value: Exact | str | None
    standing: str
    source: str | None = None
    part_of: tuple[Exact, Exact] | None = None
    quotient: tuple[Exact, Exact] | None = None
    dated: date | None = None
    vintage: str | None = None
    window: Period | None = None
    purpose: Words | None = None
    seen: tuple[tuple[int, int, str], ...] = ()
    claimed_year: int | None = None
    of_region: str | None = None

    @property
    def amount(self) -> Fraction | None:
        if self.part_of is not None:
            return implied_whole(*self.part_of)
        if self.quotient is not None:
            return exact(self.quotient[0]) / exact(self.quotient[1]) * 100
        return None if self.value is None or isinstance(self.value, str) else exact(self.value)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """The data: values of one indicator in a region (or ``all``, ``national``), and the name of the rule."""

    id: str
    region: str
    indicator: str
    rule: str
    why: Words
    values: tuple[Published, ...]
    consequence: str = ""


Judged = tuple[Outcome, list[tuple[Standing, Message | None]]]


def _heaviest_source(_book: Book, data: Contradiction) -> Judged:
    best = max(data.values, key=lambda value: (standing_rank(value.standing), value.dated or _NEVER))
    return "one", [
        ("used", None) if value is best
        else ("refused", message("study.side.unsourced")) if value.standing == "unsourced"
        else ("unused", message(f"study.side.{value.standing}"))
        for value in data.values
    ]


def _by_purpose(_book: Book, data: Contradiction) -> Judged:
    return "by_purpose", [
        ("unused", message(f"study.side.{value.standing}")) if value.purpose is None
        else ("used", message("study.side.for", purpose=value.purpose))
        for value in data.values
    ]


def _range(_book: Book, data: Contradiction) -> Judged:
    return "range", [("used", message("study.side.end_of_range"))] * len(data.values)


def _newest_vintage(_book: Book, data: Contradiction) -> Judged:
    best = max(data.values, key=lambda value: value.dated or _NEVER)
    return "one", [("used", None) if value is best else ("unused", message("study.side.old_series"))
                   for value in data.values]


def _total_may_not_fall(_book: Book, data: Contradiction) -> Judged:
    counts = [(value.window, value.amount) for value in data.values
              if value.window is not None and value.amount is not None]
    falls = falling_totals(counts)
    if not falls:
        return "one", [("used", None) if value is data.values[-1] else ("unused", None) for value in data.values]
    involved = {fall.wider.text for fall in falls} | {fall.inner.text for fall in falls}
    return "none", [
        ("refused", message("study.side.falls")) if value.window is not None and value.window.text in involved
        else ("unused", message("study.side.unconfirmed"))
        for value in data.values
    ]


def _back_solve(_book: Book, data: Contradiction) -> Judged:
    amounts = [value.amount for value in data.values if value.amount is not None]
    if max(amounts) - min(amounts) <= min(amounts) / 1000:
        return "one", [("used", None), *[("unused", None)] * (len(data.values) - 1)]  # type: ignore[list-item]
    return "none", [("unused", message("study.side.implied" if value.part_of else "study.side.stated"))
                    for value in data.values]


def _recomputable(_book: Book, data: Contradiction) -> Judged:
    return "one", [("used", message("study.side.recomputed")) if value.quotient is not None
                   else ("unused", message("study.side.no_parts")) for value in data.values]


def _date_must_fit(_book: Book, data: Contradiction) -> Judged:
    judged: list[tuple[Standing, Message | None]] = []
    for value in data.values:
        fitting = years_that_fit(value.seen, _YEARS_TRIED) if value.seen else None
        if fitting is not None and value.claimed_year not in fitting:
            judged.append(("refused", message("study.side.date_misfits", claimed=str(value.claimed_year),
                                              years=", ".join(map(str, fitting)))))
        else:
            judged.append(("used", None))
    return ("one" if sum(standing == "used" for standing, _ in judged) == 1 else "none"), judged


def _one_unit_per_column(book: Book, data: Contradiction) -> Judged:
    judged: list[tuple[Standing, Message | None]] = []
    for value in data.values:
        region = value.of_region or data.region
        meaning = meaning_of_sum(value.amount or 0, _tonnes(book, region, "waste_gen_t"),
                                 _tonnes(book, region, "waste_handled_t"))
        judged.append(("unused", message(f"study.side.sum.{meaning}")))
    return "none", judged


def _tonnes(book: Book, region: str, indicator: str) -> Fraction | None:
    fact = choose(book, region, indicator, period="2024").fact
    return None if fact is None else fact.amount


RULES: dict[str, Callable[[Book, Contradiction], Judged]] = {
    "heaviest_source": _heaviest_source,
    "by_purpose": _by_purpose,
    "range": _range,
    "newest_vintage": _newest_vintage,
    "total_may_not_fall": _total_may_not_fall,
    "back_solve": _back_solve,
    "recomputable": _recomputable,
    "date_must_fit": _date_must_fit,
    "one_unit_per_column": _one_unit_per_column,
}
