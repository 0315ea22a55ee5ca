"""Contradicting values side by side: which one stands, a range, several by purpose, or none; why; and what follows.

Idea: a contradiction is data (values with their source and weight) and a named rule. The rule is computed, so that a
new value changes the outcome and not a sentence. Where no value stands the headline says so ("tidak ditetapkan") and
the values stay in view. Consequences are computed too: what the choice does to a figure that rests on it.

Checks on the book itself (a year copied from the last, a jump, a stated total its parts do not give): ``findings``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

from sepadan.ground.cells import Cell, Rival, Standing
from sepadan.ground.messages import Message, message
from sepadan.ground.money import exact
from sepadan.ground.provisions import Words
from sepadan.study.engine.book import Book, Indicator
from sepadan.study.engine.derived import figure
from sepadan.study.engine.indicators import plain, unit_form
from sepadan.study.engine.settling import RULES, Contradiction, Outcome, Published
from sepadan.waste.engine.landfill import landfill_life


@dataclass(frozen=True, slots=True)
class ClashSide:
    """One value in the outcome: its cell, whether it is used, and the reason when it is not (or for what it is)."""

    cell: Cell
    amount: Fraction | None
    standing: Standing
    reason: Message | None
    published: Published


@dataclass(frozen=True, slots=True)
class Clash:
    """The outcome. ``headline`` is the cell to print for the indicator; ``used`` the sides that stand."""

    id: str
    region: str
    indicator: Indicator
    sides: tuple[ClashSide, ...]
    outcome: Outcome
    headline: Cell
    rule: Message
    why: Words
    consequence: Message | None

    @property
    def settled(self) -> bool:
        return self.outcome != "none"

    @property
    def used(self) -> tuple[ClashSide, ...]:
        return tuple(side for side in self.sides if side.standing == "used")

    @property
    def rivals(self) -> tuple[Rival, ...]:
        """For the side-by-side component."""
        return tuple(Rival(side.cell, side.standing) for side in self.sides)


def contradictions(book: Book, region: str | None = None) -> tuple[Clash, ...]:
    """Every contradiction of *region* (with those of all regions), or all there are, judged."""
    data = cast("tuple[Contradiction, ...]", book.contradictions)
    return tuple(judge(book, one) for one in data
                 if region is None or one.region in (region, "all", "national"))


def clash_of(book: Book, region: str, indicator: str) -> Clash | None:
    """The contradiction of that indicator in that region, if there is one."""
    return next((one for one in contradictions(book, region)
                 if one.indicator.id == indicator and one.region == region), None)


def judge(book: Book, data: Contradiction) -> Clash:
    """Apply the rule of *data*."""
    outcome, standings = RULES[data.rule](book, data)
    meaning = book.indicator(data.indicator)
    sides = tuple(
        ClashSide(_cell(book, meaning, value), value.amount, standing, reason, value)
        for value, (standing, reason) in zip(data.values, standings, strict=True)
    )
    used = [side for side in sides if side.standing == "used"]
    consequence = CONSEQUENCES[data.consequence](book, data, sides) if data.consequence else None
    return Clash(data.id, data.region, meaning, sides, outcome, _headline(meaning, outcome, used, data),
                 message(f"study.rule.{data.rule}"), data.why, consequence)


def _cell(book: Book, meaning: Indicator, value: Published) -> Cell:
    form, unit = unit_form(meaning.unit)
    text = isinstance(value.value, str)
    amount = value.amount
    places = "1" if value.quotient is not None and form == "number" else ""
    shown = value.value if value.value is not None else amount
    return Cell(
        label=value.label, value=None if text else shown,
        instead=str(value.value) if text else "", unit="" if text else unit,
        kind="derived" if value.part_of or value.quotient else "claim" if value.standing == "spoken" else "realised",
        period=value.window.named() if value.window else ("" if value.dated is None else str(value.dated.year)),
        form=form + places, source=None if value.source is None else book.source(value.source).source(),
        meaning=meaning.definition)


def _headline(meaning: Indicator, outcome: Outcome, used: Sequence[ClashSide], data: Contradiction) -> Cell:
    if outcome == "none" or not used:
        return Cell(meaning.name, None, kind="missing", instead=message("study.choice.unsettled"), trap=data.why,
                    meaning=meaning.definition)
    if outcome == "range":
        ordered = sorted(used, key=lambda side: side.amount or Fraction(0))
        low, high = ordered[0].cell, ordered[-1].amount
        return Cell(meaning.name, low.value, low.unit, low.kind, low.period, form=low.form, high=high,
                    source=low.source, meaning=meaning.definition, trap=data.why)
    first = used[0].cell
    return Cell(meaning.name, first.value, first.unit, first.kind, first.period, form=first.form, source=first.source,
                instead=first.instead, meaning=meaning.definition, trap=data.why)


# --- consequences: what the choice does, in digits -------------------------------------------------------------------


def _amounts(sides: Sequence[ClashSide]) -> list[Fraction]:
    return [side.amount for side in sides if side.amount is not None]


def _used_amount(sides: Sequence[ClashSide]) -> Fraction:
    return next(side.amount for side in sides if side.standing == "used" and side.amount is not None)


def _spread(_book: Book, _data: Contradiction, sides: Sequence[ClashSide]) -> Message:
    amounts = _amounts(sides)
    return message("study.consequence.spread", share=max(amounts) / min(amounts) - 1)


def _below_used(_book: Book, _data: Contradiction, sides: Sequence[ClashSide]) -> Message:
    used = _used_amount(sides)
    other = next(side.amount for side in sides if side.standing != "used" and side.amount is not None)
    return message("study.consequence.below_used", other=other, used=used, share=1 - other / used)


def _density(book: Book, data: Contradiction, sides: Sequence[ClashSide]) -> Message:
    used, widest = _used_amount(sides), max(_amounts(sides))
    people = figure(book, data.region, "pop_dukcapil").value or Fraction(0)
    return message("study.consequence.density", used=plain(used), density=people / used, widest=plain(widest),
                   fall=1 - used / widest)


def _per_head(_book: Book, _data: Contradiction, sides: Sequence[ClashSide]) -> Message:
    amounts = _amounts(sides)
    return message("study.consequence.per_head", share=max(amounts) / min(amounts) - 1)


def _gap_to_next(_book: Book, _data: Contradiction, sides: Sequence[ClashSide]) -> Message:
    first, second = _amounts(sides)[:2]
    return message("study.consequence.gap", first=plain(first), second=plain(second), share=abs(first - second) / first)


def _stress(_book: Book, _data: Contradiction, sides: Sequence[ClashSide]) -> Message:
    first, second = _amounts(sides)[:2]
    return message("study.consequence.stress", second=second, share=second / first - 1)


def _design_life(book: Book, data: Contradiction, sides: Sequence[ClashSide]) -> Message | None:
    capacity = figure(book, data.region, "landfill_capacity_m3").value
    if capacity is None:
        return None
    first, second = (landfill_life(capacity_m3=capacity, t_per_day=flow, density_t_m3=Fraction(4, 5),
                                   cover_share=Fraction(3, 20)) for flow in _amounts(sides)[:2])
    return message("study.consequence.design_life", first=first, second=second)


def _no_cost_per_event(_book: Book, _data: Contradiction, sides: Sequence[ClashSide]) -> Message:
    amounts = _amounts(sides)
    return message("study.consequence.no_cost_per_event", least=min(amounts), most=max(amounts))


def _recovery(book: Book, data: Contradiction, sides: Sequence[ClashSide]) -> Message | None:
    income = figure(book, data.region, "hub_revenue", kind="target").value
    if income is None:
        return None
    amounts = _amounts(sides)
    return message("study.consequence.recovery", low=income / max(amounts), high=income / min(amounts))


def _splice(_book: Book, _data: Contradiction, sides: Sequence[ClashSide]) -> Message:
    old, new = _amounts(sides)[:2]
    return message("study.consequence.splice", jump=new - old)


def _collection(_book: Book, data: Contradiction, sides: Sequence[ClashSide]) -> Message:
    part = next(value.part_of[0] for value in data.values if value.part_of is not None)
    amounts = _amounts(sides)
    return message("study.consequence.collection", part=exact(part), low=exact(part) / max(amounts),
                   high=exact(part) / min(amounts))


def _shares_only(_book: Book, _data: Contradiction, _sides: Sequence[ClashSide]) -> Message:
    return message("study.consequence.shares_only")


CONSEQUENCES: dict[str, Callable[[Book, Contradiction, Sequence[ClashSide]], Message | None]] = {
    "spread": _spread,
    "below_used": _below_used,
    "density": _density,
    "per_head": _per_head,
    "gap_to_next": _gap_to_next,
    "stress": _stress,
    "design_life": _design_life,
    "no_cost_per_event": _no_cost_per_event,
    "recovery": _recovery,
    "splice": _splice,
    "collection": _collection,
    "shares_only": _shares_only,
}
