"""Withdrawing or correcting an issued demand (STPD): by a document of its own, proposed by one, decided by another.

    withdrawn   the demand counts no more
    corrected   the demand counts no more, and a demand of today's claim is issued in its place, which names it

The demand stays as it was written; nothing is booked either way. What interrupted limitation before stays on record.
"""

from __future__ import annotations

from datetime import date, datetime

from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, Charge, NumberPeriod, current_region, open_series, record, take_number
from sepadan.tax.engine.collection import read_deadlines
from sepadan.tax.models import CollectionLetter, LetterKind, LetterRevision, LetterState, RevisionKind
from sepadan.tax.queries.accounts import facts_of
from sepadan.tax.queries.collection import STANDING
from sepadan.tax.services.collection_letters import demand_of, line_of, next_numbers
from sepadan.tax.services.collection_lines import lock_charges
from sepadan.tax.services.dues import procedure_sources, quotes

SERIES = ("penagihan.stpd_ubah", "Surat perubahan STPD", "973/{number:5}/STPD-UB/{year}")
ISSUED = (LetterState.ISSUED.value, LetterState.DELIVERED.value, LetterState.RETURNED.value)


def propose_revision(letter: CollectionLetter, kind: RevisionKind, *, reason: str, actor: Actor,
                     now: datetime) -> LetterRevision:
    """Propose to withdraw or correct an issued demand. Raises Refused on another letter, or when one waits already."""
    if actor.person_id is None:
        raise ValueError("a revision is proposed by a person, so that another one can decide it")
    if not reason.strip():
        raise refuse("tax.collection.no_reason", remedy="tax.collection.no_reason.remedy")
    held = CollectionLetter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
    _check(held)
    if LetterRevision.objects.filter(letter=held, state="proposed").exists():
        raise refuse("tax.collection.waits_already", where=str(held), remedy="tax.collection.waits_already.remedy")
    made = LetterRevision.objects.create(letter=held, kind=kind.value, reason=reason.strip()[:500], proposed_at=now,
                                         proposed_by_id=actor.person_id)
    record(actor, "tax.audit.revision_proposed", made, now=now, reason=made.reason, after={
        "kind": kind.value, "letter": held.number})
    return made


def grant_revision(revision: LetterRevision, *, actor: Actor, now: datetime, today: date) -> LetterRevision:
    """Decide for it: the document gets its number and the day of today. Raises Refused to whoever proposed it, and on a
    correction when the claim of today is what the demand says, or nothing is owed."""
    charge = lock_charges(int(revision.letter.charge_id or 0))[int(revision.letter.charge_id or 0)]
    letter, held = _hold(revision, actor)
    _check(letter)
    code, title, pattern = SERIES
    open_series(code, title, pattern, NumberPeriod.YEAR)
    was = letter.state
    letter.state, letter.version = LetterState.VOID.value, letter.version + 1
    held.state, held.number, held.on = "granted", take_number(current_region(), code, today), today
    letter.note = held.number
    letter.save(update_fields=["state", "version", "note"])
    if held.kind == RevisionKind.CORRECTED:
        held.replacement = _anew(letter, charge, held, actor, now, today)
    _decided(held, actor, now)
    record(actor, "tax.audit.revision_granted", held, now=now, reason=held.reason, before={"state": was}, after={
        "kind": held.kind, "letter": letter.number, "number": held.number,
        "replacement": held.replacement.number if held.replacement else ""})
    return held


def reject_revision(revision: LetterRevision, *, reason: str, actor: Actor, now: datetime) -> LetterRevision:
    if not reason.strip():
        raise refuse("tax.collection.no_reason", remedy="tax.collection.no_reason.remedy")
    _, held = _hold(revision, actor)
    held.state = "rejected"
    _decided(held, actor, now)
    record(actor, "tax.audit.revision_rejected", held, now=now, reason=reason.strip()[:500])
    return held


def _anew(letter: CollectionLetter, charge: Charge, held: LetterRevision, actor: Actor, now: datetime,
          today: date) -> CollectionLetter:
    """The demand of today's claim: written by whoever proposed it, signed by whoever decides."""
    quoted, facts = quotes([charge], today)[charge.pk], facts_of([charge.pk])[charge.pk]
    if not demand_of(quoted) or not quoted.total:
        raise refuse("tax.collection.nothing_open", where=str(charge))
    if CollectionLetter.objects.filter(charge=charge, kind=LetterKind.STPD.value, state__in=STANDING).exists():
        raise refuse("tax.collection.stpd_stands", where=str(charge))
    if (quoted.principal, quoted.interest) == tuple(letter.lines.values_list("principal", "interest").get()):
        raise refuse("tax.collection.stpd_same", where=str(letter), remedy="tax.collection.stpd_same.remedy")
    deadlines = read_deadlines(procedure_sources(current_region().code, "procedure", today))
    made = CollectionLetter.objects.create(
        kind=LetterKind.STPD.value, number=next_numbers(LetterKind.STPD, today, 1)[0], nop=letter.nop,
        payer_name=facts.payer or letter.payer_name, address=facts.street, kelurahan_id=facts.kelurahan_id,
        issued_on=today, answer_by=deadlines.answer_by(LetterKind.STPD, today), total=demand_of(quoted),
        state=LetterState.ISSUED.value, written_at=now, written_by_id=held.proposed_by_id, signed_by_id=actor.person_id,
        charge=charge, replaces=letter)
    line_of(made, charge, facts.tax_year, quoted).save()
    return made


def _check(letter: CollectionLetter) -> None:
    if letter.kind != LetterKind.STPD or letter.state not in ISSUED:
        raise refuse("tax.collection.not_issued", where=str(letter), remedy="tax.collection.not_issued.remedy")


def _hold(revision: LetterRevision, actor: Actor) -> tuple[CollectionLetter, LetterRevision]:
    letter = CollectionLetter.objects.select_for_update(of=("self",)).get(pk=revision.letter_id)
    held = LetterRevision.objects.select_for_update(of=("self",)).get(pk=revision.pk)
    if held.state != "proposed":
        raise refuse("tax.collection.changed", where=str(held), remedy="tax.collection.changed.remedy")
    if actor.person_id is None or actor.person_id == held.proposed_by_id:
        raise refuse("tax.collection.same_person", where=str(held), remedy="tax.collection.same_person.remedy")
    return letter, held


def _decided(held: LetterRevision, actor: Actor, now: datetime) -> None:
    held.decided_at, held.decided_by_id = now, actor.person_id
    held.save(update_fields=["state", "number", "on", "replacement", "decided_at", "decided_by"])
