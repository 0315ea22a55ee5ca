"""A receivable entered by hand, or another grade of evidence for one: proposed by one person, decided by another.

    proposed -> granted | rejected

Every act names the ``version`` that the person saw. An entry is booked on the day of the decision, never on a day that
somebody types; its due day is that of the old bill, from which interest and limitation run. A grade better than
``none`` names the document that it rests on. Everything runs in a region's scope.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sepadan.ground.money import Rupiah
from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, record
from sepadan.tax.engine.due_days import latest_due
from sepadan.tax.engine.nop import read_nop
from sepadan.tax.models import Claim, Evidence, OpeningKind, OpeningProposal, OpeningState
from sepadan.tax.queries.opening import grade_of
from sepadan.tax.services.opening import OpeningRow, enter_bill, entered_already

FIRST_YEAR = 1990
"""A tax year before this one is taken for a slip of the pen."""


@dataclass(frozen=True, slots=True)
class NewEntry:
    """One bill of an older system: what was billed, what of it is paid, and what proves it."""

    nop: str
    tax_year: int
    principal: Rupiah
    paid: Rupiah
    due_on: date
    payer_name: str
    grade: Evidence
    document: str
    reason: str


def propose_entry(new: NewEntry, *, actor: Actor, now: datetime, today: date) -> OpeningProposal:
    """Ask for a receivable of one object and year. Raises Refused on an unsound one, and where the object and year are
    charged or asked for already."""
    nop = read_nop(new.nop).digits
    if not FIRST_YEAR <= new.tax_year <= today.year:
        raise refuse("tax.opening.year", where=str(new.tax_year), remedy="tax.opening.year.remedy",
                     first=str(FIRST_YEAR), last=str(today.year))
    if new.due_on < date(new.tax_year, 1, 1):
        raise refuse("tax.imports.fault.due_early", where=str(new.due_on), remedy="tax.imports.fault.due_early.remedy")
    if new.due_on > latest_due(new.tax_year):
        raise refuse("tax.imports.fault.due_late", where=str(new.due_on), remedy="tax.imports.fault.due_late.remedy")
    if new.paid < 0 or new.principal <= 0 or new.paid == new.principal:
        raise refuse("tax.opening.nothing_left", remedy="tax.opening.nothing_left.remedy", billed=new.principal,
                     paid=new.paid)
    if new.paid > new.principal and new.grade is Evidence.NONE:
        raise refuse("tax.opening.over_unproved", where=nop, remedy="tax.opening.over_unproved.remedy",
                     over=new.paid - new.principal)
    _refuse_unproved(new.grade, new.document)
    key = entered_already(nop, new.tax_year)
    if key:
        raise refuse(key, where=nop, remedy=f"{key}.remedy", nop=nop, year=str(new.tax_year))
    return _propose(OpeningProposal(
        kind=OpeningKind.ENTRY.value, nop=nop, tax_year=new.tax_year, grade=new.grade.value,
        terms={"principal": new.principal, "paid": new.paid, "due_on": new.due_on.isoformat(),
               "payer_name": new.payer_name.strip()[:120]},
        document=new.document.strip()[:200], reason=new.reason.strip()[:500]), actor, now)


def propose_grade(claim: Claim, grade: Evidence, *, document: str, reason: str, actor: Actor,
                  now: datetime) -> OpeningProposal:
    """Ask for another grade of evidence. Raises Refused when it is the grade in force."""
    if grade_of(claim) == grade.value:
        raise refuse("tax.opening.same_grade", where=str(claim), remedy="tax.opening.same_grade.remedy")
    _refuse_unproved(grade, document)
    return _propose(OpeningProposal(
        kind=OpeningKind.GRADE.value, nop=claim.nop, tax_year=claim.tax_year, claim=claim, grade=grade.value,
        document=document.strip()[:200], reason=reason.strip()[:500]), actor, now)


def _refuse_unproved(grade: Evidence, document: str) -> None:
    if grade is not Evidence.NONE and not document.strip():
        raise refuse("tax.opening.no_document", remedy="tax.opening.no_document.remedy")


def _propose(made: OpeningProposal, actor: Actor, now: datetime) -> OpeningProposal:
    if actor.person_id is None:
        raise ValueError("an opening is proposed by a person, so that another one can decide")
    if not made.reason:
        raise refuse("tax.collection.no_reason", remedy="tax.collection.no_reason.remedy")
    if OpeningProposal.objects.filter(nop=made.nop, tax_year=made.tax_year, kind=made.kind,
                                      state=OpeningState.PROPOSED.value).exists():
        raise refuse("tax.opening.waits_already", where=str(made), remedy="tax.opening.waits_already.remedy")
    made.proposed_at, made.proposed_by_id = now, actor.person_id
    made.save()
    record(actor, "tax.audit.opening_proposed", made, now=now, reason=made.reason, after={
        "kind": made.kind, "grade": made.grade, "document": made.document, **made.terms})
    return made


def grant_proposal(proposal: OpeningProposal, *, version: int, actor: Actor, now: datetime,
                   today: date) -> OpeningProposal:
    """Decide for it: the receivable is booked today, or the grade counts. Raises Refused to whoever proposed it, when
    somebody else decided meanwhile, and where the object and year have been charged since."""
    held = _held(proposal, version, actor)
    held.state, held.decided_at, held.decided_by_id = OpeningState.GRANTED.value, now, actor.person_id
    entry = record(actor, "tax.audit.opening_granted", held, now=now, reason=held.reason, after={
        "kind": held.kind, "grade": held.grade, **held.terms})
    if held.kind == OpeningKind.ENTRY:
        row = OpeningRow(1, held.nop, held.tax_year, int(held.terms["principal"]),
                         date.fromisoformat(held.terms["due_on"]), held.terms["payer_name"], Evidence(held.grade))
        enter_bill(row, paid=int(held.terms["paid"]), cut_off=today, entry=int(entry.pk), now=now,
                   source=held.document or held.reason)
    _save(held)
    return held


def reject_proposal(proposal: OpeningProposal, *, version: int, reason: str, actor: Actor,
                    now: datetime) -> OpeningProposal:
    """Decide against it, with the reason in the audit record."""
    if not reason.strip():
        raise refuse("tax.collection.no_reason", remedy="tax.collection.no_reason.remedy")
    held = _held(proposal, version, actor)
    held.state, held.decided_at, held.decided_by_id = OpeningState.REJECTED.value, now, actor.person_id
    _save(held)
    record(actor, "tax.audit.opening_rejected", held, now=now, reason=reason.strip()[:500])
    return held


def _held(proposal: OpeningProposal, version: int, actor: Actor) -> OpeningProposal:
    held = OpeningProposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if held.version != version or held.state != OpeningState.PROPOSED:
        raise refuse("tax.collection.changed", where=str(held), remedy="tax.collection.changed.remedy")
    if actor.person_id is None or actor.person_id == held.proposed_by_id:
        raise refuse("tax.collection.same_person", where=str(held), remedy="tax.collection.same_person.remedy")
    return held


def _save(held: OpeningProposal) -> None:
    held.version += 1
    held.save(update_fields=["state", "version", "decided_at", "decided_by"])
