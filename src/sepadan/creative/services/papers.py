"""Papers of a booking: proposal, letter and what else an applicant or the desk puts to it; the agenda; dispositions.

A file is judged by its content (``engine/papers.py``), stored once, and noted as an event of the booking, which nobody
changes. An applicant may add a bounded number. A letter, call or chat that the desk enters gets the next number of the
agenda (nomor agenda); an instruction on it the next disposition number. Both say who, when and until when.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sepadan.creative.engine.papers import check_paper
from sepadan.creative.models import AgendaEntry, Booking, Disposition
from sepadan.creative.names import BookingState
from sepadan.creative.services.decisions import STILL_OPEN, locked_booking
from sepadan.creative.services.holding import touch
from sepadan.ground.messages import message
from sepadan.ground.problems import refuse
from sepadan.records.public import (
    Actor,
    Document,
    Draft,
    NumberPeriod,
    Office,
    current_region,
    open_series,
    record,
    store_document,
    take_number,
)

AGENDA = ("creative.agenda", "Agenda surat masuk pusat kreatif", "{number:4}/AGENDA/EKRAF/{year}", NumberPeriod.YEAR)
DISPOSITIONS = ("creative.disposition", "Lembar disposisi pusat kreatif", "{number:4}/DISP/EKRAF/{year}",
                NumberPeriod.YEAR)
KINDS = ("proposal", "letter", "other")
MOST_OF_APPLICANT = 8
"""Papers that an applicant may add to one booking. A choice of the product."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What the desk writes down of a paper, call or chat that came in."""

    sender: str
    subject: str
    dated: date
    letter_number: str = ""
    letter_date: date | None = None


def add_paper(booking: Booking, kind: str, content: bytes, name: str, *, version: int, actor: Actor, now: datetime,
              of_applicant: bool = False) -> Booking:
    """Put a file to *booking*. Raises Refused: a form it cannot have, too large, too many, a booking that ended."""
    if kind not in KINDS:
        raise refuse("creative.paper.kind", where=booking.number)
    held, _ = locked_booking(booking, version)
    if held.state not in (*STILL_OPEN, BookingState.CONFIRMED):
        raise refuse("creative.booking.decided", where=held.number, state=held.state_label)
    if of_applicant and held.events.filter(kind="paper", by=None).count() >= MOST_OF_APPLICANT:
        raise refuse("creative.paper.many", where=held.number, most=MOST_OF_APPLICANT,
                     remedy="creative.paper.many.remedy")
    document = _store(held, kind, content, name, actor, now)
    touch(held, actor, now, "paper", data={"paper": kind}, document=document)
    return held


def _store(held: Booking, kind: str, content: bytes, name: str, actor: Actor, now: datetime) -> Document:
    paper = check_paper(content, name)
    said = message(f"creative.paper.{kind}").text("id")
    plain = name.rsplit(".", 1)[0][:80] or kind
    return store_document(Draft(
        f"creative.{kind}", f"{said} {held.number}", paper.content, f"{plain}.{paper.ending}", Office.CREATIVE,
        media_type=paper.media, about=held), actor=actor, now=now)


def note_letter(booking: Booking, letter: Letter, *, actor: Actor, now: datetime, today: date,
                content: bytes = b"", name: str = "") -> AgendaEntry:
    """Enter what came in under the next number of the agenda, with its paper where there is one. Raises Refused."""
    if not letter.sender.strip() or not letter.subject.strip():
        raise refuse("creative.agenda.unsaid", where=booking.number, remedy="creative.agenda.unsaid.remedy")
    if letter.dated > today or (letter.letter_date and letter.letter_date > letter.dated):
        raise refuse("creative.agenda.days", where=booking.number, remedy="creative.agenda.days.remedy")
    held = Booking.objects.select_for_update(of=("self",)).get(pk=booking.pk)
    document = _store(held, "letter", content, name, actor, now) if content else None
    open_series(*AGENDA)
    made = AgendaEntry.objects.create(
        booking=held, number=take_number(current_region(), AGENDA[0], today), dated=letter.dated,
        sender=letter.sender.strip()[:120], letter_number=letter.letter_number.strip()[:80],
        letter_date=letter.letter_date, subject=letter.subject.strip()[:200], document=document, noted_at=now,
        noted_by_id=actor.person_id, noted_by_name=actor.name)
    touch(held, actor, now, "agenda", note=made.number, document=document)
    record(actor, "creative.audit.agenda", held, now=now, after={"number": held.number, "agenda": made.number})
    return made


def give_disposition(booking: Booking, *, to_name: str, instruction: str, due: date | None, actor: Actor,
                     now: datetime, today: date) -> Disposition:
    """Instruct somebody on *booking*, numbered. Raises Refused."""
    if not to_name.strip() or not instruction.strip():
        raise refuse("creative.disposition.unsaid", where=booking.number)
    if due is not None and due < today:
        raise refuse("creative.disposition.due", where=booking.number)
    held = Booking.objects.select_for_update(of=("self",)).get(pk=booking.pk)
    open_series(*DISPOSITIONS)
    made = Disposition.objects.create(
        booking=held, number=take_number(current_region(), DISPOSITIONS[0], today), to_name=to_name.strip()[:120],
        instruction=instruction.strip()[:500], due=due, given_at=now, given_by_id=actor.person_id,
        given_by_name=actor.name)
    touch(held, actor, now, "dispose", note=f"{made.number}: {made.to_name}. {made.instruction}")
    record(actor, "creative.audit.disposition", held, now=now, after={
        "number": held.number, "disposition": made.number, "to": made.to_name})
    return made


def finish_disposition(disposition: Disposition, *, note: str, actor: Actor, now: datetime) -> Disposition:
    """Note that an instruction was carried out, and what came of it. Raises Refused when it was already."""
    row = Disposition.objects.select_for_update(of=("self",)).select_related("booking").get(pk=disposition.pk)
    if row.done_at is not None:
        raise refuse("creative.disposition.done", where=row.number, who=row.done_by_name)
    row.done_at, row.done_by_name, row.done_note = now, actor.name, note.strip()[:500]
    row.save(update_fields=["done_at", "done_by_name", "done_note"])
    record(actor, "creative.audit.disposition_done", row.booking, now=now, after={"disposition": row.number})
    return row
