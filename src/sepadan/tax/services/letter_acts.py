"""What happens to a letter after it was written: signature, delivery, return, and its end before delivery.

A demand (STPD) or warrant is signed by another person than the one who wrote it, and only while what it says is what
the books say on the day of the signature: it is dated that day. Delivery is entered once; it lets limitation run anew
where the law says so (``limitation_interrupted_by``). The due day of a demand stands from its issue, the time to answer
of the other kinds runs from delivery.
"""

from __future__ import annotations

from datetime import date, datetime

from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, current_region, record
from sepadan.tax.engine.collection import read_deadlines, read_interrupting
from sepadan.tax.models import CollectionLetter, InterruptKind, LetterKind, LetterLine, LetterState
from sepadan.tax.queries.collection import lines_of_letter
from sepadan.tax.services.collection_chasing import interrupt
from sepadan.tax.services.collection_letters import demand_of, next_numbers
from sepadan.tax.services.collection_lines import lock_charges
from sepadan.tax.services.dues import procedure_sources, quotes


def sign_letter(letter: CollectionLetter, *, version: int, actor: Actor, now: datetime,
                today: date) -> CollectionLetter:
    """Sign a drafted demand or warrant: it gets its number and day. Raises Refused to whoever wrote it, and when the
    books demand something else today than the draft does."""
    lock_charges(*(line.charge_id for line in lines_of_letter(letter)))
    held = hold_letter(letter, version, LetterState.DRAFT)
    if actor.person_id is None or actor.person_id == held.written_by_id:
        raise refuse("tax.collection.same_person", where=str(held), remedy="tax.collection.same_person.remedy")
    if stale_letters([held], today):
        raise refuse("tax.collection.letter_stale", where=str(held), remedy="tax.collection.letter_stale.remedy")
    number_letter(held, next_numbers(LetterKind(held.kind), today, 1)[0], signer=actor.person_id, today=today)
    return _saved(held, "tax.audit.letter_signed", actor, now)


def stale_letters(letters: list[CollectionLetter], today: date) -> set[int]:
    """The drafts that demand something else than the books do on *today*."""
    lines = list(LetterLine.objects.filter(letter__in=letters).select_related("charge"))
    charges = {line.charge_id: line.charge for line in lines}
    quoted = quotes(charges.values(), today)
    told: dict[int, int] = {}
    for line in lines:
        told[line.letter_id] = told.get(line.letter_id, 0) + demand_of(quoted[line.charge_id])
    return {one.pk for one in letters if told.get(one.pk) != one.total}


def number_letter(held: CollectionLetter, number: str, *, signer: int, today: date) -> None:
    """Fill in what a signature gives; the caller saves."""
    deadlines = read_deadlines(procedure_sources(current_region().code, "procedure", today))
    held.number, held.signed_by_id, held.state, held.issued_on = number, signer, LetterState.ISSUED.value, today
    held.answer_by = deadlines.answer_by(held.kind, today)


def deliver_letter(letter: CollectionLetter, *, version: int, on: date, to: str, actor: Actor, now: datetime,
                   today: date) -> CollectionLetter:
    """Enter that a letter was handed over: what runs from that day runs."""
    if not to.strip():
        raise refuse("tax.collection.delivered_to", remedy="tax.collection.delivered_to.remedy")
    held = hold_letter(letter, version, LetterState.ISSUED)
    if not held.issued_on <= on <= today:
        raise refuse("tax.collection.delivered_on", where=str(held), issued=held.issued_on, day=on,
                     remedy="tax.collection.delivered_on.remedy")
    sources = procedure_sources(current_region().code, "procedure", on)
    held.state, held.delivered_on, held.delivered_to = LetterState.DELIVERED.value, on, to.strip()[:120]
    if held.kind != LetterKind.STPD:
        held.answer_by = read_deadlines(sources).answer_by(held.kind, on)
    if held.kind in read_interrupting(sources):
        for line in lines_of_letter(held):
            interrupt(line.charge, InterruptKind(held.kind), on=on, document=held.number, actor=actor, now=now)
    return _saved(held, "tax.audit.letter_delivered", actor, now)


def return_letter(letter: CollectionLetter, *, version: int, reason: str, actor: Actor,
                  now: datetime) -> CollectionLetter:
    """Enter that a letter came back, and why."""
    return _close(letter, version, LetterState.RETURNED, reason, "tax.audit.letter_returned", actor, now)


def void_letter(letter: CollectionLetter, *, version: int, reason: str, actor: Actor,
                now: datetime) -> CollectionLetter:
    """Take a letter back that was not delivered yet; its number stays taken. Raises Refused on a demand that was
    issued: a document of its own withdraws it (``demand_revisions``)."""
    if letter.kind == LetterKind.STPD and letter.state != LetterState.DRAFT:
        raise refuse("tax.collection.stpd_issued", where=str(letter), remedy="tax.collection.stpd_issued.remedy")
    return _close(letter, version, LetterState.VOID, reason, "tax.audit.letter_voided", actor, now)


def _close(letter: CollectionLetter, version: int, state: LetterState, reason: str, action: str, actor: Actor,
           now: datetime) -> CollectionLetter:
    if not reason.strip():
        raise refuse("tax.collection.no_reason", remedy="tax.collection.no_reason.remedy")
    allowed = (LetterState.ISSUED, LetterState.DRAFT) if state is LetterState.VOID else (LetterState.ISSUED,)
    held = hold_letter(letter, version, *allowed)
    held.state, held.note = state.value, reason.strip()[:300]
    return _saved(held, action, actor, now)


def hold_letter(letter: CollectionLetter, version: int, *states: LetterState) -> CollectionLetter:
    held = CollectionLetter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
    if held.version != version or held.state not in states:
        raise refuse("tax.collection.changed", where=str(held), remedy="tax.collection.changed.remedy")
    return held


def _saved(held: CollectionLetter, action: str, actor: Actor, now: datetime) -> CollectionLetter:
    held.version += 1
    held.save(update_fields=["state", "version", "number", "issued_on", "answer_by", "signed_by", "delivered_on",
                             "delivered_to", "note"])  # what is demanded is fixed in the database
    record(actor, action, held, now=now, reason=held.note, after={
        "kind": held.kind, "state": held.state, "number": held.number, "delivered_on": held.delivered_on})
    return held
