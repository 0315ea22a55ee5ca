"""Seizure after a distress warrant: the order, minutes with the goods, announcement, request of an auction, lifting.

    draft -> ordered      another person signs; the warrant was served full days before
    ordered -> seized     minutes: place, goods with value and guardian, witnesses
    seized -> announced   so many days after the seizure
    announced -> requested -> sold          decided by another person; money in ``seizure_money``
    seized | announced | requested -> lifted   decided by another person, with the reason
    goods given back, an auction without a bidder or withdrawn: ``seizure_auctions``

Who is left in peace is not seized from: sparing, a pending objection, a kept plan and limitation are asked about again
at each step up to the request. When nothing is owed any more no step goes on; the seizure is lifted. Locks: the charges
of the warrant by key, then the seizure. Days come from the law or a named assumption (``engine/seizure``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sepadan.ground.money import Rupiah
from sepadan.ground.problems import refuse
from sepadan.records.public import (
    Actor,
    Charge,
    NumberPeriod,
    Quote,
    current_region,
    open_series,
    record,
    take_number,
)
from sepadan.tax.engine.collection import read_limitation
from sepadan.tax.engine.seizure import SeizureRule, read_seizure_rule
from sepadan.tax.models import (
    CollectionLetter,
    LetterKind,
    LetterState,
    SeizedGood,
    Seizure,
    SeizureAct,
    SeizureState,
    SeizureStep,
)
from sepadan.tax.queries.accounts import facts_of, interruptions, plans_of
from sepadan.tax.queries.collection import lines_of_letter, not_chased
from sepadan.tax.queries.seizures import day_of, limit_unsold
from sepadan.tax.services.collection_letters import demand_of
from sepadan.tax.services.collection_lines import lock_charges
from sepadan.tax.services.dues import procedure_sources, quotes

SERIES = {"order": ("penagihan.spmp", "Surat perintah melaksanakan penyitaan", "973/{number:5}/SPMP/{year}"),
          SeizureAct.SEIZED: ("penagihan.sita", "Berita acara sita", "973/{number:5}/BAPS/{year}"),
          SeizureAct.ANNOUNCED: ("penagihan.lelang", "Pengumuman lelang", "973/{number:5}/PL/{year}"),
          SeizureAct.REQUESTED: ("penagihan.minta_lelang", "Permintaan lelang", "973/{number:5}/MTL/{year}"),
          SeizureAct.LIFTED: ("penagihan.cabut_sita", "Pencabutan sita", "973/{number:5}/CS/{year}"),
          SeizureAct.RELEASED: ("penagihan.lepas_sita", "Pelepasan sebagian sita", "973/{number:5}/LS/{year}"),
          SeizureAct.WITHDRAWN: ("penagihan.batal_lelang", "Pembatalan lelang", "973/{number:5}/BL/{year}")}
_HELD = (SeizureState.SEIZED, SeizureState.ANNOUNCED, SeizureState.REQUESTED)
FROM = {SeizureAct.SEIZED: (SeizureState.ORDERED,), SeizureAct.ANNOUNCED: (SeizureState.SEIZED,),
        SeizureAct.REQUESTED: (SeizureState.ANNOUNCED,), SeizureAct.SOLD: (SeizureState.REQUESTED,),
        SeizureAct.LIFTED: _HELD, SeizureAct.RETURNED: (SeizureState.SOLD,), SeizureAct.RELEASED: _HELD,
        SeizureAct.UNSOLD: (SeizureState.REQUESTED,),
        SeizureAct.WITHDRAWN: (SeizureState.ANNOUNCED, SeizureState.REQUESTED)}


@dataclass(frozen=True, slots=True)
class Good:
    """One thing seized: what it is, what it may be worth, who keeps it."""

    description: str
    movable: bool
    value: Rupiah
    guardian: str


def rule_on(on: date) -> SeizureRule:
    return read_seizure_rule(procedure_sources(current_region().code, "procedure", on))


def order_seizure(warrant: CollectionLetter, *, bailiff: str, actor: Actor, now: datetime, today: date) -> Seizure:
    """Draft the order (SPMP) of a warrant that was served long enough before and is still owed."""
    if not bailiff.strip():
        raise refuse("tax.seizure.no_bailiff", remedy="tax.seizure.no_bailiff.remedy")
    owed, held = _owed(warrant, today), CollectionLetter.objects.select_for_update(of=("self",)).get(pk=warrant.pk)
    if held.kind != LetterKind.WARRANT or held.state != LetterState.DELIVERED or held.delivered_on is None:
        raise refuse("tax.seizure.no_warrant", where=str(held), remedy="tax.seizure.no_warrant.remedy")
    first = rule_on(today).may_order(held.delivered_on)
    if today < first:
        raise refuse("tax.seizure.too_early", where=str(held), remedy="tax.seizure.too_early.remedy", first=first)
    if Seizure.objects.filter(warrant=held).exclude(state__in=(SeizureState.VOID.value, SeizureState.LIFTED.value,
                                                               SeizureState.SOLD.value)).exists():
        raise refuse("tax.seizure.stands", where=str(held), remedy="tax.seizure.stands.remedy")
    made = Seizure.objects.create(warrant=held, nop=held.nop, total=sum(demand_of(one) for one in owed.values()),
                                  bailiff=bailiff.strip()[:120], written_at=now, written_by_id=_person(actor))
    record(actor, "tax.audit.seizure_drafted", made, now=now, after={"warrant": held.number, "total": made.total})
    return made


def sign_seizure(seizure: Seizure, *, version: int, actor: Actor, now: datetime, today: date) -> Seizure:
    """Sign the order: it gets its number and day. Raises Refused to whoever wrote it."""
    _owed(seizure.warrant, today)
    held = hold_seizure(seizure, version, SeizureState.DRAFT)
    if _person(actor) == held.written_by_id:
        raise refuse("tax.collection.same_person", where=str(held), remedy="tax.collection.same_person.remedy")
    held.number, held.ordered_on, held.signed_by_id = next_number("order", today), today, actor.person_id
    return turn(held, SeizureState.ORDERED, "tax.audit.seizure_ordered", actor, now)


def void_seizure(seizure: Seizure, *, version: int, reason: str, actor: Actor, now: datetime) -> Seizure:
    """Take an order back before anything was seized; its number stays taken."""
    _need_reason(reason)
    held = hold_seizure(seizure, version, SeizureState.DRAFT, SeizureState.ORDERED)
    held.note = reason.strip()[:300]
    return turn(held, SeizureState.VOID, "tax.audit.seizure_voided", actor, now)


def record_minutes(seizure: Seizure, goods: Sequence[Good], *, version: int, on: date, place: str,
                   witnesses: Sequence[str], actor: Actor, now: datetime, today: date) -> SeizureStep:
    """The minutes of the seizure. Raises Refused without goods, place, enough witnesses, or on a day that cannot be."""
    _owed(seizure.warrant, today)
    held = hold_seizure(seizure, version, SeizureState.ORDERED)
    if held.ordered_on is None or not held.ordered_on <= on <= today:
        raise refuse("tax.seizure.day", where=str(held), remedy="tax.seizure.day.remedy", first=held.ordered_on, day=on)
    named, least = [one.strip() for one in witnesses if one.strip()], rule_on(on).witnesses
    if len(named) < least:
        raise refuse("tax.seizure.witnesses", where=str(held), remedy="tax.seizure.witnesses.remedy", least=least)
    if not place.strip() or not goods or any(not one.description.strip() or not one.guardian.strip() or one.value <= 0
                                             for one in goods):
        raise refuse("tax.seizure.goods", where=str(held), remedy="tax.seizure.goods.remedy")
    step = add_step(held, SeizureAct.SEIZED, on=on, number=next_number(SeizureAct.SEIZED, today), actor=actor, now=now,
                    details={"place": place.strip()[:200], "witnesses": named})
    SeizedGood.objects.bulk_create([SeizedGood(
        step=step, description=one.description.strip()[:200], movable=one.movable, value=one.value,
        guardian=one.guardian.strip()[:120]) for one in goods])
    turn(held, SeizureState.SEIZED, "tax.audit.goods_seized", actor, now, {
        "goods": len(goods), "value": sum(one.value for one in goods)})
    return step


def announce_auction(seizure: Seizure, *, version: int, auction: str, actor: Actor, now: datetime,
                     today: date, limit: Rupiah = 0) -> SeizureStep:
    """Announce the auction as of today: *auction* says when and where, *limit* below which nothing is sold (0: none).
    Raises Refused before its first day, and on a limit above that of an auction at which nobody bid."""
    if not auction.strip():
        raise refuse("tax.seizure.no_auction", remedy="tax.seizure.no_auction.remedy")
    _owed(seizure.warrant, today)
    held = hold_seizure(seizure, version, SeizureState.SEIZED)
    first, most = rule_on(today).may_announce(day_of(held, SeizureAct.SEIZED)), limit_unsold(held)
    if today < first:
        raise refuse("tax.seizure.too_early", where=str(held), remedy="tax.seizure.too_early.remedy", first=first)
    if limit < 0 or (most is not None and limit > most):
        raise refuse("tax.seizure.limit", where=str(held), remedy="tax.seizure.limit.remedy", limit=limit,
                     most=most or 0)
    step = add_step(held, SeizureAct.ANNOUNCED, on=today, number=next_number(SeizureAct.ANNOUNCED, today), actor=actor,
                    now=now, amount=limit, details={"auction": auction.strip()[:200]})
    turn(held, SeizureState.ANNOUNCED, "tax.audit.auction_announced", actor, now)
    return step


def propose_step(seizure: Seizure, kind: SeizureAct, *, version: int, reason: str, actor: Actor, now: datetime,
                 today: date) -> SeizureStep:
    """Propose the request of an auction, or the lifting of the seizure, which another person decides. The document is
    numbered at once; the number of one that is turned down stays taken."""
    if kind not in (SeizureAct.REQUESTED, SeizureAct.LIFTED):
        raise ValueError(f"{kind} is not proposed here")
    _need_reason(reason)
    if kind is SeizureAct.REQUESTED:
        _owed(seizure.warrant, today)
    held = hold_seizure(seizure, version, *FROM[kind])
    refuse_waiting(held)
    step = add_step(held, kind, on=today, number=next_number(kind, today), actor=actor, now=now, note=reason)
    turn(held, SeizureState(held.state), "tax.audit.seizure_proposed", actor, now, {"kind": kind.value})
    return step


def decide_step(step: SeizureStep, *, actor: Actor, now: datetime, today: date) -> SeizureStep:
    """Decide for the request or lifting. Raises Refused to whoever proposed it."""
    kind = SeizureAct(step.kind)
    if kind is SeizureAct.REQUESTED:
        _owed(step.seizure.warrant, today)
    held, row = hold_step(step, actor)
    state = SeizureState.REQUESTED if kind is SeizureAct.REQUESTED else SeizureState.LIFTED
    finish_step(row, "done", actor, now)
    turn(held, state, f"tax.audit.seizure_{kind.value}", actor, now, {"number": row.document})
    return row


def reject_step(step: SeizureStep, *, reason: str, actor: Actor, now: datetime) -> SeizureStep:
    """Turn a proposed step down, with the reason in the audit record."""
    _need_reason(reason)
    held, row = hold_step(step, actor)
    finish_step(row, "rejected", actor, now)
    record(actor, "tax.audit.seizure_step_rejected", held, now=now, reason=reason.strip()[:500], after={
        "kind": row.kind})
    return row


# --- what the steps share ---------------------------------------------------------------------------------------------


def hold_step(step: SeizureStep, actor: Actor) -> tuple[Seizure, SeizureStep]:
    """The seizure and its proposed step, held. Raises Refused to whoever proposed it, and when it was decided since."""
    held = Seizure.objects.select_for_update(of=("self",)).get(pk=step.seizure_id)
    row = SeizureStep.objects.select_for_update(of=("self",)).get(pk=step.pk)
    if row.state != "proposed" or held.state not in FROM[SeizureAct(row.kind)]:
        raise refuse("tax.collection.changed", where=str(held), remedy="tax.collection.changed.remedy")
    if _person(actor) == row.recorded_by_id:
        raise refuse("tax.collection.same_person", where=str(held), remedy="tax.collection.same_person.remedy")
    return held, row


def hold_seizure(seizure: Seizure, version: int, *states: SeizureState) -> Seizure:
    held: Seizure = Seizure.objects.select_for_update(of=("self",)).get(pk=seizure.pk)
    if held.version != version or held.state not in states:
        raise refuse("tax.collection.changed", where=str(held), remedy="tax.collection.changed.remedy")
    return held


def refuse_waiting(held: Seizure) -> None:
    if SeizureStep.objects.filter(seizure=held, state="proposed").exists():
        raise refuse("tax.collection.waits_already", where=str(held), remedy="tax.collection.waits_already.remedy")


def add_step(held: Seizure, kind: SeizureAct, *, on: date, number: str, actor: Actor, now: datetime, note: str = "",
             amount: Rupiah = 0, cost: Rupiah = 0, details: dict[str, Any] | None = None) -> SeizureStep:
    decided = kind in (SeizureAct.SEIZED, SeizureAct.ANNOUNCED, SeizureAct.UNSOLD)
    made: SeizureStep = SeizureStep.objects.create(
        seizure=held, kind=kind.value, happened_on=on, document=number, amount=amount, cost=cost,
        note=note.strip()[:500], details=details or {}, state="done" if decided else "proposed", recorded_at=now,
        recorded_by_id=_person(actor))
    return made


def finish_step(row: SeizureStep, state: str, actor: Actor, now: datetime) -> None:
    row.state, row.decided_at, row.decided_by_id = state, now, actor.person_id
    row.save(update_fields=["state", "decided_at", "decided_by"])


def turn(held: Seizure, state: SeizureState, action: str, actor: Actor, now: datetime,
         after: dict[str, Any] | None = None) -> Seizure:
    held.state, held.version = state.value, held.version + 1
    held.save(update_fields=["state", "version", "number", "ordered_on", "signed_by", "note"])
    record(actor, action, held, now=now, reason=held.note, after={"state": held.state, **(after or {})})
    return held


def next_number(what: str, on: date) -> str:
    code, title, pattern = SERIES[what]
    open_series(code, title, pattern, NumberPeriod.YEAR)
    return take_number(current_region(), code, on)


def charges_of(warrant: CollectionLetter) -> dict[int, Charge]:
    """The charges of a warrant, held, in the order of their keys."""
    return lock_charges(*(line.charge_id for line in lines_of_letter(warrant)))


def _owed(warrant: CollectionLetter, today: date) -> dict[int, Quote]:
    """What may be collected of the warrant today. Raises Refused for who is left in peace, and when nothing may."""
    spared = not_chased(today, [warrant.nop]).get(warrant.nop)
    if spared:
        raise refuse(f"tax.collection.spared.{spared}", where=str(warrant), remedy="tax.seizure.spared.remedy")
    held = charges_of(warrant)
    quoted, plans, facts = quotes(held.values(), today), plans_of(held), facts_of(held)
    rule = read_limitation(procedure_sources(current_region().code, "procedure", today))
    since = interruptions(held)
    found = {key: quoted[key] for key, charge in held.items() if quoted[key].total > 0 and key not in plans
             and today < rule.ends_on(facts[key].tax_year, charge.due_on, since.get(key, ()))}
    if not found:
        raise refuse("tax.seizure.nothing", where=str(warrant), remedy="tax.seizure.nothing.remedy")
    return found


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise refuse("tax.collection.no_reason", remedy="tax.collection.no_reason.remedy")


def _person(actor: Actor) -> int:
    if actor.person_id is None:
        raise ValueError("this is done by a person")
    return actor.person_id
