"""Claims checked against figures: supported, not supported, or not to be checked, with the figures shown.

Idea: a claim is a sentence by an office on a day, with its source; a check is a named function of the published
figures. A claim with several checks gets the worst answer. "Not supported" means the figures speak against it; "cannot
be checked" means no figure is there that could. A repetition of the same number is no confirmation.

The checks see only the book: they judge what is published, never what someone knows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sepadan.ground.cells import Cell
from sepadan.ground.messages import Message, message
from sepadan.ground.money import exact
from sepadan.ground.provisions import Words
from sepadan.study.engine.book import Book
from sepadan.study.engine.derived import Figure, figure
from sepadan.study.engine.indicators import plain
from sepadan.study.engine.waste import WasteAssumptions, announced_life, waste_facts
from sepadan.study.names import ClaimVerdict, Side

WORST: dict[ClaimVerdict, int] = {"supported": 0, "cannot_be_checked": 1, "not_supported": 2}


@dataclass(frozen=True, slots=True)
class ClaimCheck:
    """A named check and what it takes."""

    rule: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Claim:
    """Who said what of which region, when, and where it was read. ``visit`` if it was said at one."""

    id: str
    text: Words
    said_by: Words
    side: Side
    about: str
    said_on: date
    sources: tuple[str, ...]
    checks: tuple[ClaimCheck, ...]
    visit: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What one check found, with the figures it used."""

    rule: str
    verdict: ClaimVerdict
    text: Message
    figures: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedClaim:
    claim: Claim
    verdict: ClaimVerdict
    answers: tuple[Answer, ...]


CheckFunction = Callable[[Book, str, Mapping[str, Any], WasteAssumptions], Answer]


def check_claim(book: Book, claim: Claim, assumptions: WasteAssumptions) -> CheckedClaim:
    """Run every check of *claim*; the verdict is the worst."""
    answers = tuple(CHECKS[one.rule](book, claim.about, one.params, assumptions) for one in claim.checks)
    worst = max((one.verdict for one in answers), key=lambda verdict: WORST[verdict])
    return CheckedClaim(claim, worst, answers)


def _equals(book: Book, region: str, params: Mapping[str, Any], _assumptions: WasteAssumptions) -> Answer:
    one = figure(book, region, params["indicator"], period=params.get("period"))
    stated = exact(params["stated"])
    if one.value is None:
        return _unknown("equals", one)
    gap = stated / one.value - 1 if one.value else Fraction(1 if stated else 0)
    within = abs(gap) * 100 <= exact(params["within_pct"])
    key = "study.claim.equal" if gap == 0 else "study.claim.near" if within else "study.claim.differs"
    text = message(key, name=one.indicator.name, stated=plain(stated), value=plain(one.value), gap=abs(gap),
                   period=one.cell.period)
    return Answer("equals", "supported" if within else "not_supported", text, (one.cell,))


def _repeated(book: Book, region: str, params: Mapping[str, Any], _assumptions: WasteAssumptions) -> Answer:
    one, stated = figure(book, region, params["indicator"]), exact(params["stated"])
    if one.value is None:
        return _unknown("repeated", one)
    if stated != one.value:
        return Answer("repeated", "not_supported", message(
            "study.claim.other_count", name=one.indicator.name, stated=plain(stated), value=plain(one.value),
            period=one.cell.period), (one.cell,))
    return Answer("repeated", "cannot_be_checked", message(
        "study.claim.repeated", name=one.indicator.name, value=plain(stated), period=one.cell.period), (one.cell,))


def _not_checkable(_book: Book, _region: str, params: Mapping[str, Any], _assumptions: WasteAssumptions) -> Answer:
    return Answer("not_checkable", "cannot_be_checked", params["why"])


def _reaches_target(book: Book, region: str, params: Mapping[str, Any], _assumptions: WasteAssumptions) -> Answer:
    realised = figure(book, region, params["indicator"], kind="realised")
    target = figure(book, region, params["indicator"], kind="target")
    if realised.value is None or target.value is None:
        return _unknown("reaches_target", realised if realised.value is None else target)
    reached = realised.value >= target.value
    text = message("study.claim.target", name=realised.indicator.name, realised=realised.value, target=target.value,
                   share=realised.value / target.value, period=realised.cell.period)
    return Answer("reaches_target", "supported" if reached else "not_supported", text, (realised.cell, target.cell))


def _covers_cost(book: Book, region: str, params: Mapping[str, Any], _assumptions: WasteAssumptions) -> Answer:
    income = figure(book, region, params["income"], kind="realised")
    cost = figure(book, region, params["cost"])
    if income.value is None or cost.value is None:
        return _unknown("covers_cost", income if income.value is None else cost)
    text = message("study.claim.cost", income_name=income.indicator.name, cost_name=cost.indicator.name,
                   income=income.value, cost=cost.value, share=income.value / cost.value,
                   income_period=income.cell.period, cost_period=cost.cell.period)
    return Answer("covers_cost", "supported" if income.value >= cost.value else "not_supported", text,
                  (income.cell, cost.cell))


def _count_holds(book: Book, region: str, params: Mapping[str, Any], _assumptions: WasteAssumptions) -> Answer:
    one = figure(book, region, params["indicator"])
    if one.unsettled is not None:
        return Answer("count_holds", "not_supported", one.unsettled, (one.cell,))
    if not one.known:
        return _unknown("count_holds", one)
    return Answer("count_holds", "cannot_be_checked", message("study.claim.no_list", name=one.indicator.name),
                  (one.cell,))


def _life_believable(book: Book, region: str, _params: Mapping[str, Any], assumptions: WasteAssumptions) -> Answer:
    facts = waste_facts(book, region)
    life = announced_life(facts, assumptions)
    if life is None:
        lacking = next(one for one in (facts.capacity, facts.design, facts.announced) if one.value is None)
        return _unknown("life_believable", lacking)
    text = message("study.claim.life", low=plain(life.low_years), high=plain(life.high_years),
                   density_low=life.density_low, density_high=life.density_high,
                   believed=plain(max(assumptions.densities_t_m3)), flow=plain(facts.design.value or Fraction(0)))
    return Answer("life_believable", life.verdict, text, (facts.capacity.cell, facts.design.cell, facts.announced.cell))


def _unknown(rule: str, one: Figure) -> Answer:
    return Answer(rule, "cannot_be_checked", message("study.claim.no_figure", name=one.indicator.name,
                                                     why=one.unsettled or one.why or ""), (one.cell,))


CHECKS: dict[str, CheckFunction] = {
    "equals": _equals,
    "repeated": _repeated,
    "not_checkable": _not_checkable,
    "reaches_target": _reaches_target,
    "covers_cost": _covers_cost,
    "count_holds": _count_holds,
    "life_believable": _life_believable,
}
# What each check takes, and of what sort; the reader of claims refuses anything else.
TAKES: dict[str, dict[str, str]] = {
    "equals": {"indicator": "indicator", "stated": "number", "within_pct": "number"},
    "repeated": {"indicator": "indicator", "stated": "number"},
    "not_checkable": {"why": "words"},
    "reaches_target": {"indicator": "indicator"},
    "covers_cost": {"income": "indicator", "cost": "indicator"},
    "count_holds": {"indicator": "indicator"},
    "life_believable": {},
}
