"""What may go otherwise with seized goods: some are given back, nobody bids, an auction is withdrawn.

    seized | announced | requested -> as it was   some goods released: proposed with the reason, decided by another
    requested -> seized                           nobody bid: recorded with the auction's minutes; no money moves
    announced | requested -> seized               the auction is withdrawn: proposed with the reason, decided by another

After an auction without a bidder it is announced again, with the same days between the steps and a limit that is the
same or lower, and requested again, which another person decides. No text on how often or how far a limit may be lowered
was read; the program sets no number and shows every limit. At least one thing stays seized: giving back the last one is
the lifting of the seizure. Locks are those of ``seizures``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sepadan.ground.problems import refuse
from sepadan.records.public import Actor
from sepadan.tax.models import SeizedGood, Seizure, SeizureAct, SeizureState, SeizureStep
from sepadan.tax.queries.seizures import day_of, goods_of, limit_of, released
from sepadan.tax.services.seizures import (
    FROM,
    add_step,
    finish_step,
    hold_seizure,
    hold_step,
    next_number,
    refuse_waiting,
    rule_on,
    turn,
)


def still_seized(seizure: Seizure) -> list[SeizedGood]:
    """The goods of the minutes that were not given back."""
    gone = released(seizure)
    return [one for one in goods_of(seizure) if one.pk not in gone]


def propose_release(seizure: Seizure, goods: Iterable[int], *, version: int, reason: str, actor: Actor, now: datetime,
                    today: date) -> SeizureStep:
    """Propose to give some goods back, by their keys. Raises Refused without a reason, without goods, on goods that are
    not seized, and on all of them: that is the lifting of the seizure."""
    _need_reason(reason)
    held = hold_seizure(seizure, version, *FROM[SeizureAct.RELEASED])
    chosen = _releasable(held, goods)
    refuse_waiting(held)
    step = add_step(held, SeizureAct.RELEASED, on=today, number=next_number(SeizureAct.RELEASED, today), actor=actor,
                    now=now, note=reason, details={"goods": [one.pk for one in chosen]})
    turn(held, SeizureState(held.state), "tax.audit.seizure_proposed", actor, now, {
        "kind": "released", "goods": len(chosen), "value": sum(one.value for one in chosen)})
    return step


def decide_release(step: SeizureStep, *, actor: Actor, now: datetime) -> SeizureStep:
    """Decide for giving the goods back. Raises Refused to whoever proposed it, and when they were given back since."""
    held, row = hold_step(step, actor)
    chosen = _releasable(held, row.details.get("goods", ()))
    finish_step(row, "done", actor, now)
    turn(held, SeizureState(held.state), "tax.audit.seizure_released", actor, now, {
        "number": row.document, "goods": len(chosen), "value": sum(one.value for one in chosen)})
    return row


def _releasable(held: Seizure, goods: Iterable[int]) -> list[SeizedGood]:
    wanted, there = set(goods), still_seized(held)
    chosen = [one for one in there if one.pk in wanted]
    if not chosen or len(chosen) != len(wanted):
        raise refuse("tax.seizure.release.goods", where=str(held), remedy="tax.seizure.release.goods.remedy")
    if len(chosen) == len(there):
        raise refuse("tax.seizure.release.all", where=str(held), remedy="tax.seizure.release.all.remedy")
    return chosen


def record_unsold(seizure: Seizure, *, version: int, on: date, document: str, actor: Actor, now: datetime,
                  today: date) -> SeizureStep:
    """Nobody bid at the auction of *on*, by the number of its minutes: the goods are seized as before. Raises Refused
    on a day on which there was no auction."""
    if not document.strip():
        raise refuse("tax.collection.no_document", remedy="tax.collection.no_document.remedy")
    held = hold_seizure(seizure, version, *FROM[SeizureAct.UNSOLD])
    first = rule_on(on).may_auction(day_of(held, SeizureAct.ANNOUNCED))
    if not max(first, day_of(held, SeizureAct.REQUESTED)) <= on <= today:
        raise refuse("tax.seizure.auction_day", where=str(held), remedy="tax.seizure.auction_day.remedy", first=first,
                     day=on)
    refuse_waiting(held)
    limit = limit_of(held)
    step = add_step(held, SeizureAct.UNSOLD, on=on, number=document.strip()[:120], actor=actor, now=now, amount=limit)
    turn(held, SeizureState.SEIZED, "tax.audit.auction_unsold", actor, now, {"number": step.document, "limit": limit})
    return step


def propose_withdrawal(seizure: Seizure, *, version: int, reason: str, actor: Actor, now: datetime,
                       today: date) -> SeizureStep:
    """Propose that the announced auction is not held; the goods stay seized. Raises Refused without a reason."""
    _need_reason(reason)
    held = hold_seizure(seizure, version, *FROM[SeizureAct.WITHDRAWN])
    refuse_waiting(held)
    step = add_step(held, SeizureAct.WITHDRAWN, on=today, number=next_number(SeizureAct.WITHDRAWN, today), actor=actor,
                    now=now, note=reason)
    turn(held, SeizureState(held.state), "tax.audit.seizure_proposed", actor, now, {"kind": "withdrawn"})
    return step


def decide_withdrawal(step: SeizureStep, *, actor: Actor, now: datetime) -> SeizureStep:
    """Decide that the auction is not held. Raises Refused to whoever proposed it."""
    held, row = hold_step(step, actor)
    finish_step(row, "done", actor, now)
    turn(held, SeizureState.SEIZED, "tax.audit.auction_withdrawn", actor, now, {"number": row.document})
    return row


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise refuse("tax.collection.no_reason", remedy="tax.collection.no_reason.remedy")
