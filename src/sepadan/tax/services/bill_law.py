"""The law a bill was computed by, and what would change the bill: a few recomputations by the engine, nothing guessed.

Each change alters one thing that a payer can check or that the law decides - ten square metres less, the class below,
no building, the deduction on another object, a lower ratio - and leaves all else as it is. A change that the object
does not have (no building) or that the class table does not hold is left out. Money is whole rupiah.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from sepadan.ground.messages import Message, message
from sepadan.ground.problems import Refused
from sepadan.tax.engine.assessment import AssessmentLaw
from sepadan.tax.engine.pbb import PbbRule, RatioBand, assess
from sepadan.tax.models import AssessmentRun, Bill
from sepadan.tax.names import Use
from sepadan.tax.services.assessment_columns import law_of
from sepadan.tax.services.freezing import classes_of

LESS_M2 = 10
RATIO_STEP = Fraction(1, 10)
_LOWEST_RATIO = Fraction(1, 5)  # UU 1/2022 Art. 40(5): 20 to 100 per cent of the NJOP


def law_on_file(run: AssessmentRun) -> AssessmentLaw | None:
    """The law that *run* was computed by; None when what is on file is another one."""
    try:
        law = law_of(run)
    except Refused:
        return None
    return law if law.fingerprint() == run.law_fingerprint else None


@dataclass(frozen=True, slots=True)
class Change:
    """If this were so, so much would be payable; ``difference`` is against the bill."""

    what: Message
    payable: int
    difference: int


def changes_of_bill(bill: Bill) -> list[Change]:
    """What would change *bill*, each by itself. Empty when its law is no longer on file as it was."""
    law = law_on_file(bill.run)
    if law is None:
        return []
    found = []
    for what, rule, njop, takes in _cases(bill, law.rule):
        try:
            payable = assess(rule, njop, takes_njoptkp=takes, use=Use(bill.taxable_object.use)).payable
        except Refused:
            continue
        found.append(Change(what, payable, payable - bill.payable))
    return found


def _cases(bill: Bill, rule: PbbRule) -> Iterator[tuple[Message, PbbRule, int, bool]]:
    one, takes = bill.taxable_object, bill.takes_njoptkp
    if one.land_m2 > LESS_M2:
        less = bill.njop - LESS_M2 * (one.njop_land // one.land_m2)
        yield message("tax.citizen.if.land", m2=LESS_M2), rule, less, takes
    lower = _class_below(bill)
    if lower is not None:
        yield message("tax.citizen.if.class", now=one.land_class, lower=one.land_class + 1), rule, lower, takes
    if one.njop_building:
        yield message("tax.citizen.if.no_building"), rule, one.njop_land, takes
    if rule.njoptkp:
        key = "tax.citizen.if.without_deduction" if takes else "tax.what_if.with_deduction"
        yield message(key, njoptkp=rule.njoptkp), rule, bill.njop, not takes
    ratio = _ratio_of(rule, bill.njop)
    if ratio is not None and ratio - RATIO_STEP >= _LOWEST_RATIO:
        lowered = replace(rule, ratio=(RatioBand(None, ratio - RATIO_STEP),))
        yield message("tax.citizen.if.ratio", was=ratio, now=ratio - RATIO_STEP), lowered, bill.njop, takes


def _class_below(bill: Bill) -> int | None:
    """The NJOP if the land stood in the next lower class of the roll's table; None where the table has none."""
    one = bill.taxable_object
    try:
        table = classes_of(bill.tax_year, bill.run.roll.class_table).table
    except Refused:
        return None
    rows = {int(row.name): row.value for row in table.land}
    now, lower = rows.get(one.land_class), rows.get(one.land_class + 1)
    if now is None or lower is None or not one.land_m2 or lower >= now or one.njop_land != now * one.land_m2:
        return None
    return int(lower * one.land_m2 + one.njop_building)


def _ratio_of(rule: PbbRule, njop: int) -> Fraction | None:
    for band in rule.ratio:
        if band.to is None or njop <= band.to:
            return band.ratio if band.known else None
    return None
