"""Acts on a request: filed, completed, examined, prepared, decided, withdrawn, closed. Each leaves an event and a
record.

Every act names the ``version`` of the request that the person saw: if somebody acted meanwhile, nothing happens and
the refusal says who did what and when. What may follow what is the rule of ``engine/requests.py``; the time limits
are those of the law in force on the day the request was received. The number comes from a series without gaps.
Personal data stays in the request: audit records name it by its number alone. Carrying out a grant is in
``request_carrying.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sepadan.ground.messages import Message, message
from sepadan.ground.problems import refuse
from sepadan.ground.statutes import load_book
from sepadan.records.public import (
    Actor,
    Document,
    Draft,
    NumberPeriod,
    Office,
    current_region,
    identify_nik,
    open_series,
    record,
    store_document,
    take_number,
    zone_of,
)
from sepadan.tax.engine.nop import read_nop
from sepadan.tax.engine.request_types import About, Limits, RequestType, limits_of, request_type
from sepadan.tax.engine.requests import Act, Case, Move, Outcome, State, deadline, step
from sepadan.tax.models import Bill, Request, RequestEvent, Taxpayer
from sepadan.tax.models.requests import EventKind, Intake
from sepadan.tax.queries.bills import live_bill
from sepadan.tax.queries.deliveries import delivered_on
from sepadan.tax.queries.register import object_on
from sepadan.tax.queries.requests import events_of, known_nop, papers_of

REQUESTS = ("tax.request", "Permohonan pelayanan", "PLY-{year}-{number:6}", NumberPeriod.YEAR)
DECISIONS = ("tax.request.decision", "Keputusan pelayanan", "{number:4}/PLY/{roman}/{year}", NumberPeriod.YEAR)
WriteLetter = Callable[[Request, str], bytes]


@dataclass(frozen=True, slots=True)
class NewRequest:
    """What is filed. ``nik`` is digested at once; ``claim`` says what is asked for, by the names of the form."""

    kind: str
    channel: Intake
    received_on: date
    applicant_name: str
    applicant_address: str = ""
    applicant_contact: str = ""
    nik: str = ""
    nop: str = ""
    tax_year: int | None = None
    statement: str = ""
    claim: Mapping[str, Any] = field(default_factory=dict)


def file_request(new: NewRequest, *, actor: Actor, now: datetime, today: date) -> Request:
    """File a request under the next number.

    Raises Refused on a day to come, an object or a bill that is not there, and a day before the bill was issued: time
    limits count from the day of receipt, so that one before the bill would have run out at once.
    """
    kind = request_type(new.kind)
    if new.received_on > today:
        raise refuse("tax.request.future", remedy="tax.request.future.remedy", on=new.received_on)
    if not new.applicant_name.strip():
        raise refuse("tax.request.no_applicant", remedy="tax.request.no_applicant.remedy")
    digest, last4 = identify_nik(new.nik) if new.nik.strip() else (None, "")
    nop, bill, taxpayer = _subject(kind, new, today)
    if bill is not None and new.received_on < bill.run.issued_on:
        raise refuse("tax.request.before_bill", where=nop, remedy="tax.request.before_bill.remedy", on=new.received_on,
                     issued=bill.run.issued_on)
    limits = limits_on(kind, new.received_on)
    region = current_region()
    open_series(*REQUESTS)
    made = Request.objects.create(
        number=take_number(region, REQUESTS[0], today), kind=kind.code, channel=new.channel.value,
        received_on=new.received_on, nop=nop, bill=bill, taxpayer=taxpayer, applicant_name=new.applicant_name.strip(),
        applicant_address=new.applicant_address.strip(), applicant_contact=new.applicant_contact.strip(),
        nik_digest=digest, nik_last4=last4, statement=new.statement.strip()[:2000], claim=dict(new.claim),
        sent_on=None if bill is None else delivered_on(bill) or bill.run.issued_on,
        decide_by=deadline(new.received_on, limits.decision.months), created_at=now, changed_at=now,
        changed_by=actor.name)
    _note(made, EventKind.FILED, actor, now, today)
    record(actor, "tax.audit.request_filed", made, now=now, after={
        "number": made.number, "kind": made.kind, "received_on": made.received_on, "nop": nop,
        "decide_by": made.decide_by})
    return made


def _subject(kind: RequestType, new: NewRequest, today: date) -> tuple[str, Bill | None, Taxpayer | None]:
    """The NOP, bill and taxpayer that the request is about."""
    nop = read_nop(new.nop).digits if new.nop.strip() else ""
    if kind.about in (About.BILL, About.OBJECT) and not nop:
        raise refuse("tax.request.no_nop", remedy="tax.request.no_nop.remedy")
    if nop and not known_nop(nop):
        raise refuse("tax.request.nop_unknown", where=nop, remedy="tax.request.nop_unknown.remedy")
    if kind.about is not About.BILL:
        known = object_on(nop, today) if nop else None
        return nop, None, None if known is None else known.version.taxpayer
    if new.tax_year is None:
        raise refuse("tax.request.no_year", remedy="tax.request.no_year.remedy")
    bill = live_bill(nop, new.tax_year)
    if bill is None:
        raise refuse("tax.request.no_bill", where=nop, remedy="tax.request.no_bill.remedy", year=str(new.tax_year))
    return nop, bill, bill.taxpayer


def limits_on(kind: RequestType, received_on: date) -> Limits:
    """The time limits of a type of request in the region in scope, by the law of the day it was received."""
    return limits_of(kind, load_book().law(current_region().code, "procedure", received_on))


def case_of(request: Request, events: list[RequestEvent] | None = None) -> Case:
    """The request as the engine sees it."""
    kind = request.type
    known = papers_of(events_of(request) if events is None else events)
    limits = limits_on(kind, request.received_on)
    fined = limits.fine is not None and limits.fine.known and request.bill_id is not None
    return Case(kind, request.received_on, State(request.state), frozenset(known), request.complete_by,
                request.looked_at, Outcome(request.outcome), request.deemed, request.proposed_by_id,
                request.decided_by_id, request.decide_by, limits.grants_by_silence, fined)


def add_paper(request: Request, code: str, *, version: int, actor: Actor, now: datetime, today: date,
              content: bytes = b"", file_name: str = "", media_type: str = "", note: str = "") -> Request:
    """A paper was brought: seen on paper, or its file is kept (``request_files.py`` says which files)."""
    held = held_request(request.pk, version)
    if State(held.state) in (State.CLOSED, State.WITHDRAWN):
        raise refuse("tax.request.ended", where=held.number, remedy="tax.request.ended.remedy")
    paper = held.type.paper(code)
    if paper is None:
        raise refuse("tax.request.paper_unknown", where=code[:40], remedy="tax.request.paper_unknown.remedy")
    kept: Document | None = None
    if content:
        kept = store_document(Draft("tax.request.paper", f"{paper.name.text('id')} {held.number}", content, file_name,
                                    Office.TAX, media_type, about=held), actor=actor, now=now)
    _save(held, actor, now)
    _note(held, EventKind.PAPER, actor, now, today, note=note, data={"code": code, "paper": kept is None},
          document=kept)
    record(actor, "tax.audit.request_paper", held, now=now, after={"code": code, "version": held.version})
    return held


def take_request(request: Request, *, version: int, actor: Actor, now: datetime, today: date) -> Request:
    """The person takes the request on as its officer."""
    held = held_request(request.pk, version)
    if actor.person_id is None:
        raise ValueError("an officer is a person")
    held.officer_id = actor.person_id
    _save(held, actor, now)
    _note(held, EventKind.OFFICER, actor, now, today)
    record(actor, "tax.audit.request_officer", held, now=now, after={"officer": actor.name, "version": held.version})
    return held


@dataclass(frozen=True, slots=True)
class Done:
    """What an act says besides itself."""

    note: str = ""
    until: date | None = None
    looked: bool = False
    outcome: Outcome = Outcome.NONE
    terms: Mapping[str, Any] | None = None


def act_on(request: Request, act: Act, done: Done = Done(), *, version: int, actor: Actor, now: datetime,
           today: date) -> Request:
    """One act but deciding and carrying out. Raises Refused when it is not one for this state, person or day."""
    if act in (Act.DECIDE, Act.DEEM, Act.CARRY_OUT):
        raise ValueError(f"{act} has a service of its own")
    if act in (Act.WITHDRAW, Act.SEND_BACK, Act.PROPOSE) and not done.note.strip():
        raise refuse("tax.request.no_reason", where=request.number, remedy="tax.request.no_reason.remedy")
    held = held_request(request.pk, version)
    _step(held, Move(act, today, actor.person_id, done.outcome, done.until, done.looked))
    if act is Act.PROPOSE:
        held.terms, held.reasons = dict(done.terms or {}), done.note.strip()[:2000]
    if act is Act.SEND_BACK:
        held.terms, held.reasons = {}, ""
    _save(held, actor, now)
    data: dict[str, Any] = {"outcome": done.outcome.value} if act is Act.PROPOSE else {}
    if done.until is not None:
        data["until"] = done.until.isoformat()
    if act is Act.EXAMINE:
        data["looked"] = done.looked
    _note(held, EventKind(act.value), actor, now, today, note=done.note, data=data)
    record(actor, "tax.audit.request_moved", held, now=now, reason=done.note.strip()[:500], after={
        "act": act.value, "state": held.state, "outcome": held.outcome, "version": held.version})
    return held


def decide_request(request: Request, *, version: int, actor: Actor, now: datetime, today: date,
                   write_letter: WriteLetter) -> Request:
    """Take the decision as it was prepared, by another person; its letter gets a number and is kept."""
    held = held_request(request.pk, version)
    _step(held, Move(Act.DECIDE, today, actor.person_id))
    return _decided(held, EventKind.DECIDE, actor, now, today, write_letter)


def deem_granted(request: Request, *, version: int, actor: Actor, now: datetime, today: date,
                 write_letter: WriteLetter, asked: Mapping[str, Any] | None = None) -> Request:
    """Record that the law has granted the request, as it was asked for, because its deadline passed.

    *asked*: the figures of the applicant's letter, where they were not entered when it was filed.
    """
    held = held_request(request.pk, version)
    _step(held, Move(Act.DEEM, today, actor.person_id))
    held.terms, held.reasons = dict(held.claim or asked or {}), ""
    held.proposed_by_id = None
    return _decided(held, EventKind.DEEM, actor, now, today, write_letter)


def _decided(held: Request, kind: EventKind, actor: Actor, now: datetime, today: date,
             write_letter: WriteLetter) -> Request:
    held.decided_on = today
    open_series(*DECISIONS)
    number = take_number(current_region(), DECISIONS[0], today)
    content = write_letter(held, number)
    held.letter = store_document(
        Draft("tax.request.decision", f"{held.type.title.text('id')} {held.number}", content, f"{held.number}.pdf",
              Office.TAX, about=held), actor=actor, now=now, number=number)
    _save(held, actor, now)
    _note(held, kind, actor, now, today, data={"outcome": held.outcome, "letter": number}, document=held.letter)
    record(actor, "tax.audit.request_decided", held, now=now, after={
        "outcome": held.outcome, "letter": number, "deemed": held.deemed, "version": held.version})
    return held


# --- what the acts share --------------------------------------------------------------------------------------------


def held_request(request_id: int, version: int) -> Request:
    """The request, locked, as the person saw it. Raises Refused when somebody else acted meanwhile."""
    held = Request.objects.select_for_update(of=("self",)).select_related("region").get(pk=request_id)
    if held.version != version:
        local = held.changed_at.astimezone(zone_of(held.region))
        raise refuse("tax.request.changed", where=held.number, remedy="tax.request.changed.remedy",
                     who=held.changed_by, on=local.date(), at=local.strftime("%H.%M"), state=held.state_label)
    return held


def _step(held: Request, move: Move) -> None:
    after = step(case_of(held), move)
    held.state, held.complete_by, held.looked_at = after.state.value, after.complete_by, after.looked_at
    held.outcome, held.deemed = after.outcome.value, after.deemed
    held.proposed_by_id, held.decided_by_id = after.proposed_by, after.decided_by


def carry_step(held: Request, actor: Actor, today: date) -> None:
    """The step of carrying out, for the service that does it."""
    _step(held, Move(Act.CARRY_OUT, today, actor.person_id))


def finish(held: Request, kind: EventKind, *, actor: Actor, now: datetime, today: date,
           data: Mapping[str, Any]) -> None:
    """Save a request that another service moved, with its event and record."""
    _save(held, actor, now)
    _note(held, kind, actor, now, today, data=data)
    record(actor, "tax.audit.request_moved", held, now=now, after={
        "act": kind.value, "state": held.state, "outcome": held.outcome, "version": held.version})


def _save(held: Request, actor: Actor, now: datetime) -> None:
    held.version += 1
    held.changed_at, held.changed_by = now, actor.name
    held.save(update_fields=["state", "version", "complete_by", "looked_at", "outcome", "deemed", "terms", "reasons",
                             "officer", "proposed_by", "decided_by", "decided_on", "letter", "changed_at",
                             "changed_by"])


def _note(held: Request, kind: EventKind, actor: Actor, now: datetime, today: date, *, note: str = "",
          data: Mapping[str, Any] | None = None, document: Document | None = None) -> None:
    RequestEvent.objects.create(request=held, kind=kind.value, on=today, at=now, by_id=actor.person_id,
                                by_name=actor.name, note=note.strip()[:2000], data=dict(data or {}), document=document,
                                version=held.version)


def event_words(event: RequestEvent) -> Message:
    """What happened, in words."""
    return message(f"tax.request.event.{event.kind}")
