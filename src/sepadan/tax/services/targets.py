"""Revenue targets: entered by an officer with the decree, approved by another person, withdrawn where wrong.

Everything runs in a region's scope. Amounts are whole rupiah; days local dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sepadan.ground.money import Rupiah
from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, current_region, record
from sepadan.tax.models import RevenueTarget, TargetState

YEARS = range(2000, 2101)
LARGEST = 10**15


@dataclass(frozen=True, slots=True)
class NewTarget:
    """What the decree says. ``part``: the code of a kecamatan, empty for the whole region."""

    levy: str
    year: int
    amount: Rupiah
    decree: str
    decreed_on: date
    source: str = ""
    part: str = ""
    synthetic: bool = False


def propose_target(new: NewTarget, *, actor: Actor, now: datetime) -> RevenueTarget:
    """A target that waits for approval.

    Raises Refused on an amount that is not positive, a year nobody budgets for, no decree, a part that is not one of
    the region's kecamatan, and on a second target of the same decree.
    """
    region, decree = current_region(), new.decree.strip()
    if actor.person_id is None:
        raise ValueError("a target is entered by a person, so that another one can approve it")
    if not 0 < new.amount <= LARGEST:
        raise refuse("tax.target.amount", where=str(new.amount), remedy="tax.target.amount.remedy")
    if new.year not in YEARS:
        raise refuse("tax.target.year", where=str(new.year), remedy="tax.target.year.remedy")
    if not decree:
        raise refuse("tax.target.no_decree", remedy="tax.target.no_decree.remedy")
    if new.part and not region.kecamatan.filter(code=new.part).exists():
        raise refuse("tax.target.part", where=new.part, remedy="tax.target.part.remedy", region=region.name)
    same = RevenueTarget.objects.filter(levy=new.levy, year=new.year, part=new.part, decree=decree)
    if same.exclude(state=TargetState.WITHDRAWN.value).exists():
        raise refuse("tax.target.known", where=decree, remedy="tax.target.known.remedy", year=str(new.year))
    target = RevenueTarget.objects.create(
        levy=new.levy, year=new.year, part=new.part, amount=new.amount, decree=decree, decreed_on=new.decreed_on,
        source=new.source.strip(), synthetic=new.synthetic, entered_at=now, entered_by_id=actor.person_id)
    record(actor, "tax.audit.target_entered", target, now=now, after={
        "year": new.year, "amount": new.amount, "decree": decree, "part": new.part})
    return target


def approve_target(target: RevenueTarget, *, actor: Actor, now: datetime) -> RevenueTarget:
    """The target counts from now on. Raises Refused to whoever entered it, and when it was decided already."""
    held = _held(target, TargetState.PROPOSED)
    if actor.person_id is None or actor.person_id == held.entered_by_id:
        raise refuse("tax.target.same_person", where=str(held), remedy="tax.target.same_person.remedy")
    return _decide(held, TargetState.APPROVED, "tax.audit.target_approved", actor, now)


def withdraw_target(target: RevenueTarget, *, reason: str, actor: Actor, now: datetime) -> RevenueTarget:
    """Take back a target that was entered wrongly, before or after its approval.

    Raises Refused without a reason, and when it was decided since *target* was read: who may withdraw it depends on
    that.
    """
    if not reason.strip():
        raise refuse("tax.target.no_reason", where=str(target), remedy="tax.target.no_reason.remedy")
    held = _held(target, *(one for one in (TargetState.PROPOSED, TargetState.APPROVED) if one.value == target.state))
    return _decide(held, TargetState.WITHDRAWN, "tax.audit.target_withdrawn", actor, now, reason.strip())


def _held(target: RevenueTarget, *states: TargetState) -> RevenueTarget:
    held = RevenueTarget.objects.select_for_update(of=("self",)).get(pk=target.pk)
    if held.state not in states:
        raise refuse("tax.target.decided", where=str(held), remedy="tax.target.decided.remedy", state=held.state_label)
    return held


def _decide(held: RevenueTarget, state: TargetState, action: str, actor: Actor, now: datetime,
            reason: str = "") -> RevenueTarget:
    held.state, held.decided_at, held.decided_by_id = state.value, now, actor.person_id
    held.save(update_fields=["state", "decided_at", "decided_by"])
    record(actor, action, held, now=now, after={"amount": held.amount, "year": held.year}, reason=reason)
    return held
