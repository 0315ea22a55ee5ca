"""The life of a request at the service desk: which act leads where, who may do it, and what a deadline does.

    received -> incomplete <-> complete -> examined -> proposed -> decided -> carried_out -> closed
                                                        (sent back: examined)     (refused, or nothing to do: closed)

A request may be withdrawn until it is decided. What stays incomplete after its day lapses: it is closed without a
decision, and can be filed anew. Whoever prepares a decision does not take it. Where the law turns silence into a
grant, the request is *deemed granted* on the day after its deadline, as it was asked for; where no text that may be
used says so, an overdue request stays what it is and is only shown as overdue.

Months run as in ``due.py``: the same day so many calendar months on, or the last day of a shorter month. Days are
local dates; no rule that moves a deadline off a holiday was found, so none does. The time in which an applicant
brings what is missing does not stretch the deadline, because no text that was read says that it does. Pure: *today*
is an argument.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from sepadan.ground.messages import Message, message
from sepadan.ground.problems import refuse
from sepadan.tax.engine.request_types import Check, RequestType


class State(StrEnum):
    RECEIVED = "received"
    INCOMPLETE = "incomplete"
    COMPLETE = "complete"
    EXAMINED = "examined"
    PROPOSED = "proposed"
    DECIDED = "decided"
    CARRIED_OUT = "carried_out"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    ASK = "ask"
    COMPLETE = "complete"
    EXAMINE = "examine"
    PROPOSE = "propose"
    SEND_BACK = "send_back"
    DECIDE = "decide"
    DEEM = "deem"
    CARRY_OUT = "carry_out"
    CLOSE = "close"
    LAPSE = "lapse"
    WITHDRAW = "withdraw"


class Outcome(StrEnum):
    NONE = ""
    GRANTED = "granted"
    PARTLY = "partly"
    REFUSED = "refused"


UNDECIDED = frozenset({State.RECEIVED, State.INCOMPLETE, State.COMPLETE, State.EXAMINED, State.PROPOSED})
ENDED = frozenset({State.CLOSED, State.WITHDRAWN})
_FROM: dict[Act, frozenset[State]] = {
    Act.ASK: frozenset({State.RECEIVED, State.INCOMPLETE, State.COMPLETE}),
    Act.COMPLETE: frozenset({State.RECEIVED, State.INCOMPLETE}),
    Act.EXAMINE: frozenset({State.COMPLETE, State.EXAMINED}),
    Act.PROPOSE: frozenset({State.COMPLETE, State.EXAMINED}),
    Act.SEND_BACK: frozenset({State.PROPOSED}),
    Act.DECIDE: frozenset({State.PROPOSED}),
    Act.DEEM: UNDECIDED,
    Act.CARRY_OUT: frozenset({State.DECIDED}),
    Act.CLOSE: frozenset({State.DECIDED, State.CARRIED_OUT}),
    Act.LAPSE: frozenset({State.INCOMPLETE}),
    Act.WITHDRAW: UNDECIDED,
}
_TO: dict[Act, State] = {
    Act.ASK: State.INCOMPLETE, Act.COMPLETE: State.COMPLETE, Act.EXAMINE: State.EXAMINED, Act.PROPOSE: State.PROPOSED,
    Act.SEND_BACK: State.EXAMINED, Act.DECIDE: State.DECIDED, Act.DEEM: State.DECIDED,
    Act.CARRY_OUT: State.CARRIED_OUT, Act.CLOSE: State.CLOSED, Act.LAPSE: State.CLOSED, Act.WITHDRAW: State.WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class Case:
    """What decides which act is next. ``papers`` are the codes that lie before the officer. ``fined``: refusing it may
    bring a fine, which carrying out books."""

    kind: RequestType
    received_on: date
    state: State = State.RECEIVED
    papers: frozenset[str] = frozenset()
    complete_by: date | None = None
    looked_at: bool = False
    outcome: Outcome = Outcome.NONE
    deemed: bool = False
    proposed_by: int | None = None
    decided_by: int | None = None
    decide_by: date | None = None
    grants_by_silence: bool = False
    fined: bool = False

    @property
    def lacking(self) -> frozenset[str]:
        """The codes of needed papers that are not there."""
        return self.kind.needed - self.papers


@dataclass(frozen=True, slots=True)
class Move:
    """One act on a day. ``by`` is the person, None for the applicant or a rule of the law."""

    act: Act
    on: date
    by: int | None = None
    outcome: Outcome = Outcome.NONE
    until: date | None = None
    looked: bool = False


def step(case: Case, move: Move) -> Case:
    """The case after *move*. Raises Refused when the act is not one for this state, person or day."""
    if case.state not in _FROM[move.act]:
        raise refuse("tax.request.wrong_state", remedy="tax.request.wrong_state.remedy",
                     act=message(f"tax.request.act.{move.act}"), state=state_words(case.state))
    changed = replace(case, state=_TO[move.act])
    match move.act:
        case Act.ASK:
            if move.until is None or move.until <= move.on:
                raise refuse("tax.request.until", remedy="tax.request.until.remedy")
            return replace(changed, complete_by=move.until)
        case Act.COMPLETE:
            if case.lacking:
                raise refuse("tax.request.lacking", remedy="tax.request.lacking.remedy",
                             count=len(case.lacking))
            return replace(changed, complete_by=None)
        case Act.EXAMINE:
            return replace(changed, looked_at=case.looked_at or move.looked)
        case Act.PROPOSE:
            _check_proposal(case, move)
            return replace(changed, proposed_by=move.by, outcome=move.outcome)
        case Act.SEND_BACK:
            return replace(changed, outcome=Outcome.NONE, proposed_by=None)
        case Act.DECIDE:
            if move.by is None or move.by == case.proposed_by:
                raise refuse("tax.request.same_person", remedy="tax.request.same_person.remedy")
            return replace(changed, decided_by=move.by)
        case Act.DEEM:
            if not deemed_granted(case, move.on):
                raise refuse("tax.request.not_deemed", remedy="tax.request.not_deemed.remedy")
            return replace(changed, outcome=Outcome.GRANTED, deemed=True)
        case Act.CARRY_OUT:
            if case.outcome is Outcome.REFUSED and not case.fined:
                raise refuse("tax.request.refused_has_no_effect", remedy="tax.request.refused_has_no_effect.remedy")
            return changed
        case Act.CLOSE:
            if case.state is State.DECIDED and (case.outcome is not Outcome.REFUSED or case.fined):
                raise refuse("tax.request.not_carried_out", remedy="tax.request.not_carried_out.remedy")
            return changed
        case Act.LAPSE:
            if case.complete_by is None or move.on <= case.complete_by:
                raise refuse("tax.request.not_lapsed", remedy="tax.request.not_lapsed.remedy",
                             until=case.complete_by or move.on)
            return changed
        case _:
            return changed


def _check_proposal(case: Case, move: Move) -> None:
    if move.outcome is Outcome.NONE or move.by is None:
        raise refuse("tax.request.no_outcome", remedy="tax.request.no_outcome.remedy")
    if case.kind.field_check is Check.REQUIRED and not case.looked_at and move.outcome is not Outcome.REFUSED:
        raise refuse("tax.request.not_looked_at", remedy="tax.request.not_looked_at.remedy")


def acts_of(case: Case, on: date) -> tuple[Act, ...]:
    """The acts that are possible on the day *on*, whoever does them; the first is the next one to be done."""
    order: dict[State, tuple[Act, ...]] = {
        State.RECEIVED: (Act.ASK, Act.COMPLETE) if case.lacking else (Act.COMPLETE, Act.ASK),
        State.INCOMPLETE: (Act.COMPLETE, Act.ASK) if not case.lacking else (Act.ASK,),
        State.COMPLETE: (Act.PROPOSE, Act.EXAMINE, Act.ASK)
        if case.kind.field_check is Check.NONE else (Act.EXAMINE, Act.PROPOSE, Act.ASK),
        State.EXAMINED: (Act.PROPOSE, Act.EXAMINE),
        State.PROPOSED: (Act.DECIDE, Act.SEND_BACK),
        State.DECIDED: (Act.CLOSE,) if case.outcome is Outcome.REFUSED and not case.fined else (Act.CARRY_OUT,),
        State.CARRIED_OUT: (Act.CLOSE,),
    }
    found = list(order.get(case.state, ()))
    if case.state is State.INCOMPLETE and case.complete_by is not None and on > case.complete_by:
        found.insert(0, Act.LAPSE)
    if case.state in UNDECIDED:
        if deemed_granted(case, on):
            found = [Act.DEEM]
        found.append(Act.WITHDRAW)
    return tuple(found)


# --- days -----------------------------------------------------------------------------------------------------------


def months_on(day: date, months: int) -> date:
    """The same day *months* calendar months on, or the last day of that month where it is shorter."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def deadline(received_on: date, months: int | None) -> date | None:
    """The last day for a decision; None where the law's limit is not known."""
    return None if months is None else months_on(received_on, months)


def deemed_granted(case: Case, on: date) -> bool:
    """Whether the law has granted the request by the silence of the office."""
    return (case.grants_by_silence and case.decide_by is not None and case.state in UNDECIDED
            and on > case.decide_by)


class Filing(StrEnum):
    """Whether a request came in time. ``unknown``: the limit, or the day it runs from, is not known."""

    FREE = "free"
    IN_TIME = "in_time"
    LATE = "late"
    UNKNOWN = "unknown"


def filing(kind: RequestType, received_on: date, sent_on: date | None,
           months: int | None) -> tuple[Filing, date | None]:
    """Whether the request came in time, and the last day on which it would have."""
    if kind.filing is None:
        return Filing.FREE, None
    if months is None or sent_on is None:
        return Filing.UNKNOWN, None
    last = months_on(sent_on, months)
    return (Filing.IN_TIME if received_on <= last else Filing.LATE), last


@dataclass(frozen=True, slots=True)
class Standing:
    """How a request stands on a day: days left until what is next (negative: overdue), None without a known limit."""

    days_left: int | None
    overdue: bool
    waits_for_applicant: bool

    @property
    def days_over(self) -> int:
        """Days since the deadline, 0 before."""
        return max(0, -(self.days_left or 0))


def standing(case: Case, on: date) -> Standing:
    """Days left for the decision; nothing is overdue once it is taken."""
    if case.state not in UNDECIDED or case.decide_by is None:
        waits = case.state is State.INCOMPLETE
        return Standing(None, False, waits)
    left = (case.decide_by - on).days
    return Standing(left, left < 0, case.state is State.INCOMPLETE)


def state_words(state: State) -> Message:
    return message(f"tax.request.state.{state}")
