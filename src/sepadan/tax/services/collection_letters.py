"""Writing letters in steps: reminder, demand (STPD), warning (surat teguran), distress warrant (surat paksa).

A letter is written for one object and names each open charge whose day has come (``Deadlines``): a warrant only those
that a delivered warning named long enough before. A demand is about one charge alone and records its claim of the day:
principal and interest by the months of the statute; it books nothing, what is paid is reckoned by the day of payment.
Left out, with the reason: who is spared or whose objection is pending, whose plan is kept, what limitation ended, who
has a letter of the kind that still gives time, what a demand stands for already. Reminders and warnings are issued with
a number; demands and warrants wait as drafts for the signature of another person (``letter_acts``). Gives ``(letters,
problems)``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sepadan.ground.money import Rupiah
from sepadan.ground.problems import Problem, problem, refuse
from sepadan.records.public import Actor, Charge, NumberPeriod, Quote, current_region, open_series, record, take_numbers
from sepadan.tax.engine.collection import Deadlines, Limitation, read_deadlines, read_limitation
from sepadan.tax.models import SIGNED, CollectionLetter, LetterBatch, LetterKind, LetterLine, LetterState
from sepadan.tax.queries.accounts import ChargeFacts, facts_of, interruptions, plans_of
from sepadan.tax.queries.arrears import open_charges
from sepadan.tax.queries.collection import letters_of, not_chased, warned_charges
from sepadan.tax.services.dues import procedure_sources, quotes

MOST = 1_000
SERIES = {LetterKind.REMINDER: ("penagihan.imbauan", "Surat imbauan", "973/{number:5}/IMB/{year}"),
          LetterKind.STPD: ("penagihan.stpd", "Surat tagihan pajak daerah", "973/{number:5}/STPD/{year}"),
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


def write_letters(nops: Sequence[str], kind: LetterKind, *, actor: Actor, now: datetime, today: date,
                  batch: LetterBatch | None = None) -> tuple[list[CollectionLetter], list[Problem]]:
    """Write one letter of *kind* for each object that may get one today, of demands one for each charge. At most
    ``MOST`` objects at a time: a batch takes any number, in such parts (``letter_batches``)."""
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
            problems.append(problem(fault or _nothing(desk, nop), where=nop))
        elif kind is LetterKind.STPD:
            ready += [(nop, [one]) for one in lines]
        else:
            ready.append((nop, lines))
    made = _write(desk, ready, actor, now, batch)
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
    if desk.kind is not LetterKind.STPD and any(
            one.kind == desk.kind and (one.state != LetterState.DELIVERED or one.answer_by >= desk.today)
            for one in desk.letters.get(nop, [])):
        return "tax.collection.letter_waits"
    return ""


def _demanded(desk: _Desk, nop: str) -> set[int]:
    """The charges of an object for which a demand stands."""
    return {int(one.charge_id or 0) for one in desk.letters.get(nop, []) if one.kind == LetterKind.STPD}


def _nothing(desk: _Desk, nop: str) -> str:
    if desk.kind is LetterKind.STPD and _demanded(desk, nop):
        return "tax.collection.stpd_stands"
    return f"tax.collection.nothing.{desk.kind}"


def _lines(desk: _Desk, nop: str) -> list[Charge]:
    demanded = _demanded(desk, nop) if desk.kind is LetterKind.STPD else set()
    return [one for one in desk.charges[nop] if desk.quotes[one.pk].total > 0 and one.pk not in desk.planned
            and one.pk not in demanded
            and desk.today < desk.limitation.ends_on(desk.facts[one.pk].tax_year, one.due_on,
                                                     desk.interrupted.get(one.pk, ()))
            and (one.pk in desk.warned.get(nop, ()) if desk.kind is LetterKind.WARRANT
                 else desk.deadlines.follows_on(desk.kind, one.due_on) <= desk.today)]


def _write(desk: _Desk, ready: list[tuple[str, list[Charge]]], actor: Actor, now: datetime,
           batch: LetterBatch | None) -> list[CollectionLetter]:
    numbers: Sequence[str] = [""] * len(ready)
    if ready and desk.kind not in SIGNED:
        numbers = next_numbers(desk.kind, desk.today, len(ready))
    state = LetterState.DRAFT if desk.kind in SIGNED else LetterState.ISSUED
    letters, lines = [], []
    for number, (nop, charges) in zip(numbers, ready, strict=True):
        about = desk.facts[charges[-1].pk]
        letters.append(CollectionLetter(
            kind=desk.kind.value, number=number, nop=nop, payer_name=about.payer or nop, address=about.street,
            kelurahan_id=about.kelurahan_id, issued_on=desk.today, state=state.value, written_at=now,
            answer_by=desk.deadlines.answer_by(desk.kind, desk.today), written_by_id=actor.person_id or 0, batch=batch,
            charge=charges[0] if desk.kind is LetterKind.STPD else None,
            total=sum(demand_of(desk.quotes[one.pk]) for one in charges)))
    made: list[CollectionLetter] = CollectionLetter.objects.bulk_create(letters)
    for letter, (_, charges) in zip(made, ready, strict=True):
        lines += [line_of(letter, one, desk.facts[one.pk].tax_year, desk.quotes[one.pk]) for one in charges]
    LetterLine.objects.bulk_create(lines)
    return made


def line_of(letter: CollectionLetter, charge: Charge, tax_year: int, quoted: Quote) -> LetterLine:
    """What *letter* demands of a charge: principal and interest of the day, before any relief."""
    return LetterLine(letter=letter, charge=charge, tax_year=tax_year, due_on=charge.due_on,
                      principal=quoted.principal, interest=quoted.interest)


def demand_of(quoted: Quote) -> Rupiah:
    return quoted.principal + quoted.interest


def next_numbers(kind: LetterKind, on: date, count: int) -> Sequence[str]:
    code, title, pattern = SERIES[kind]
    open_series(code, title, pattern, NumberPeriod.YEAR)
    return take_numbers(current_region(), code, on, count)
