"""Letters in steps: reminder, warning (surat teguran), distress warrant (surat paksa).

A letter is written for one object and names each open charge whose day has come (``Deadlines``): a warrant only those
that a delivered warning named long enough before. Left out, with the reason: who is spared or whose objection is
pending, whose plan is kept, what limitation ended, who has a letter of the kind that still gives time. Reminders and
warnings are issued with a number; a warrant waits as a draft for the signature of another person. Delivery is entered
once; that of a warning or warrant lets limitation run anew. A batch gives ``(letters, problems)``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sepadan.ground.problems import Problem, problem, refuse
from sepadan.records.public import Actor, Charge, NumberPeriod, Quote, current_region, open_series, record, take_numbers
from sepadan.tax.engine.collection import Deadlines, Limitation, read_deadlines, read_limitation
from sepadan.tax.models import CollectionLetter, InterruptKind, LetterKind, LetterLine, LetterState
from sepadan.tax.queries.accounts import ChargeFacts, facts_of, interruptions, plans_of
from sepadan.tax.queries.arrears import open_charges
from sepadan.tax.queries.collection import letters_of, lines_of_letter, not_chased, warned_charges
from sepadan.tax.services.collection_chasing import interrupt
from sepadan.tax.services.dues import procedure_sources, quotes

MOST = 1_000
SERIES = {LetterKind.REMINDER: ("penagihan.imbauan", "Surat imbauan", "973/{number:5}/IMB/{year}"),
          LetterKind.WARNING: ("penagihan.teguran", "Surat teguran", "973/{number:5}/TEG/{year}"),
          LetterKind.WARRANT: ("penagihan.paksa", "Surat paksa", "973/{number:5}/SP/{year}")}


@dataclass(frozen=True)
class _Desk:
    """What a batch is judged by, read once."""

    kind: LetterKind
    today: date
    deadlines: Deadlines
    limitation: Limitation
    charges: dict[str, list[Charge]]
    facts: dict[int, ChargeFacts]
    quotes: dict[int, Quote]
    interrupted: dict[int, list[date]]
    planned: set[int]
    spared: dict[str, str]
    letters: dict[str, list[CollectionLetter]]
    warned: dict[str, set[int]]


def write_letters(nops: Sequence[str], kind: LetterKind, *, actor: Actor, now: datetime,
                  today: date) -> tuple[list[CollectionLetter], list[Problem]]:
    """Write one letter of *kind* for each object that may get one today. At most ``MOST`` objects at a time."""
    if actor.person_id is None:
        raise ValueError("a letter is written by a person")
    wanted = sorted(set(nops))
    if len(wanted) > MOST:
        raise refuse("tax.collection.too_many", remedy="tax.collection.too_many.remedy", found=len(wanted), most=MOST)
    desk, problems, ready = _desk(wanted, kind, today), [], []
    for nop in wanted:
        fault = _fault(desk, nop)
        lines = [] if fault else _lines(desk, nop)
        if fault or not lines:
            problems.append(problem(fault or f"tax.collection.nothing.{kind}", where=nop))
        else:
            ready.append((nop, lines))
    made = _write(desk, ready, actor, now)
    if made:
        record(actor, "tax.audit.letters_written", made[0], now=now, after={
            "kind": kind.value, "letters": len(made), "total": sum(one.total for one in made),
            "numbers": f"{made[0].number} - {made[-1].number}"})
    return made, problems


def _desk(nops: list[str], kind: LetterKind, today: date) -> _Desk:
    sources = procedure_sources(current_region().code, "procedure", today)
    deadlines, rows = read_deadlines(sources), open_charges(nops)
    keys = [row.pk for row in rows]
    facts, charges = facts_of(keys), dict[str, list[Charge]]()
    for row in rows:
        charges.setdefault(facts[row.pk].nop, []).append(row)
    before = today - timedelta(days=deadlines.days["warrant_after_days"])
    return _Desk(
        kind, today, deadlines, read_limitation(sources), charges, facts, quotes(rows, today), interruptions(keys),
        set(plans_of(keys)), not_chased(today, nops), letters_of(nops),
        warned_charges(nops, before) if kind is LetterKind.WARRANT else {})


def _fault(desk: _Desk, nop: str) -> str:
    """Why no letter is written for the object, as a message key; empty when nothing stands against it."""
    if nop in desk.spared:
        return f"tax.collection.spared.{desk.spared[nop]}"
    if not desk.charges.get(nop):
        return "tax.collection.nothing_open"
    if any(one.kind == desk.kind and (one.state != LetterState.DELIVERED or one.answer_by >= desk.today)
           for one in desk.letters.get(nop, [])):
        return "tax.collection.letter_waits"
    return ""


def _lines(desk: _Desk, nop: str) -> list[Charge]:
    return [one for one in desk.charges[nop] if desk.quotes[one.pk].total > 0 and one.pk not in desk.planned
            and desk.today < desk.limitation.ends_on(desk.facts[one.pk].tax_year, one.due_on,
                                                     desk.interrupted.get(one.pk, ()))
            and (one.pk in desk.warned.get(nop, ()) if desk.kind is LetterKind.WARRANT
                 else desk.deadlines.follows_on(desk.kind, one.due_on) <= desk.today)]


def _write(desk: _Desk, ready: list[tuple[str, list[Charge]]], actor: Actor,
           now: datetime) -> list[CollectionLetter]:
    numbers: Sequence[str] = [""] * len(ready)
    if ready and desk.kind is not LetterKind.WARRANT:
        numbers = _numbers(desk.kind, desk.today, len(ready))
    state = LetterState.DRAFT if desk.kind is LetterKind.WARRANT else LetterState.ISSUED
    letters, lines = [], []
    for number, (nop, charges) in zip(numbers, ready, strict=True):
        about = desk.facts[charges[-1].pk]
        letters.append(CollectionLetter(
            kind=desk.kind.value, number=number, nop=nop, payer_name=about.payer or nop, address=about.street,
            kelurahan_id=about.kelurahan_id, issued_on=desk.today, state=state.value, written_at=now,
            answer_by=desk.deadlines.answer_by(desk.kind, desk.today), written_by_id=actor.person_id or 0,
            total=sum(_demand(desk.quotes[one.pk]) for one in charges)))
    made: list[CollectionLetter] = CollectionLetter.objects.bulk_create(letters)
    for letter, (_, charges) in zip(made, ready, strict=True):
        lines += [LetterLine(letter=letter, charge=one, tax_year=desk.facts[one.pk].tax_year, due_on=one.due_on,
                             principal=desk.quotes[one.pk].principal, interest=desk.quotes[one.pk].interest)
                  for one in charges]
    LetterLine.objects.bulk_create(lines)
    return made


def _demand(quoted: Quote) -> int:
    return quoted.principal + quoted.interest


def _numbers(kind: LetterKind, on: date, count: int) -> Sequence[str]:
    code, title, pattern = SERIES[kind]
    open_series(code, title, pattern, NumberPeriod.YEAR)
    return take_numbers(current_region(), code, on, count)


def sign_warrant(letter: CollectionLetter, *, version: int, actor: Actor, now: datetime,
                 today: date) -> CollectionLetter:
    """Sign a drafted warrant: it gets its number and day. Raises Refused to whoever wrote it."""
    held = _held(letter, version, LetterState.DRAFT)
    if actor.person_id is None or actor.person_id == held.written_by_id:
        raise refuse("tax.collection.same_person", where=str(held), remedy="tax.collection.same_person.remedy")
    deadlines = read_deadlines(procedure_sources(current_region().code, "procedure", today))
    held.number = _numbers(LetterKind.WARRANT, today, 1)[0]
    held.signed_by_id, held.state, held.issued_on = actor.person_id, LetterState.ISSUED.value, today
    held.answer_by = deadlines.answer_by(LetterKind.WARRANT, today)
    return _saved(held, "tax.audit.warrant_signed", actor, now)


def deliver_letter(letter: CollectionLetter, *, version: int, on: date, to: str, actor: Actor, now: datetime,
                   today: date) -> CollectionLetter:
    """Enter that a letter was handed over. The time to answer runs from that day; limitation runs anew."""
    if not to.strip():
        raise refuse("tax.collection.delivered_to", remedy="tax.collection.delivered_to.remedy")
    held = _held(letter, version, LetterState.ISSUED)
    if not held.issued_on <= on <= today:
        raise refuse("tax.collection.delivered_on", where=str(held), issued=held.issued_on, day=on,
                     remedy="tax.collection.delivered_on.remedy")
    deadlines = read_deadlines(procedure_sources(current_region().code, "procedure", on))
    held.state, held.delivered_on, held.delivered_to = LetterState.DELIVERED.value, on, to.strip()[:120]
    held.answer_by = deadlines.answer_by(held.kind, on)
    if held.kind != LetterKind.REMINDER:
        for line in lines_of_letter(held):
            interrupt(line.charge, InterruptKind(held.kind), on=on, document=held.number, actor=actor, now=now)
    return _saved(held, "tax.audit.letter_delivered", actor, now)


def return_letter(letter: CollectionLetter, *, version: int, reason: str, actor: Actor,
                  now: datetime) -> CollectionLetter:
    """Enter that a letter came back, and why."""
    return _close(letter, version, LetterState.RETURNED, reason, "tax.audit.letter_returned", actor, now)


def void_letter(letter: CollectionLetter, *, version: int, reason: str, actor: Actor,
                now: datetime) -> CollectionLetter:
    """Take a letter back that was not delivered yet; its number stays taken."""
    return _close(letter, version, LetterState.VOID, reason, "tax.audit.letter_voided", actor, now)


def _close(letter: CollectionLetter, version: int, state: LetterState, reason: str, action: str, actor: Actor,
           now: datetime) -> CollectionLetter:
    if not reason.strip():
        raise refuse("tax.collection.no_reason", remedy="tax.collection.no_reason.remedy")
    allowed = (LetterState.ISSUED, LetterState.DRAFT) if state is LetterState.VOID else (LetterState.ISSUED,)
    held = _held(letter, version, *allowed)
    held.state, held.note = state.value, reason.strip()[:300]
    return _saved(held, action, actor, now)


def _held(letter: CollectionLetter, version: int, *states: LetterState) -> CollectionLetter:
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
