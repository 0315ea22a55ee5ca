"""The life of a request: which act leads where, two persons, days and what silence means."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepadan.ground.problems import Refused
from sepadan.ground.statutes import load_book
from sepadan.tax.engine.request_types import Check, Effect, limits_of, request_type, request_types
from sepadan.tax.engine.requests import (
    ENDED,
    UNDECIDED,
    Act,
    Case,
    Filing,
    Move,
    Outcome,
    State,
    acts_of,
    deadline,
    deemed_granted,
    filing,
    months_on,
    standing,
    step,
)

CODES = ["new_object", "transfer", "correction", "cancellation", "copy", "objection_designation", "objection_amount",
         "reduction", "refund", "penalty_reduction", "due_date", "spop_extension", "information"]
DAY = date(2025, 3, 10)


def case(code: str = "objection_amount", **given: object) -> Case:
    kind = request_type(code)
    return replace(Case(kind, DAY, papers=kind.needed, decide_by=date(2026, 3, 10)), **given)  # type: ignore[arg-type]


def walk(start: Case, *moves: Move) -> Case:
    for move in moves:
        start = step(start, move)
    return start


def refused(start: Case, move: Move) -> str:
    with pytest.raises(Refused) as found:
        step(start, move)
    return found.value.problem.what.key


def test_there_are_thirteen_types_each_with_papers_and_an_effect():
    types = request_types()
    assert list(types) == CODES
    for kind in types.values():
        assert kind.needed, kind.code
        assert kind.title.text("id") != kind.title.text("en") or kind.code == ""
        assert kind.letter in ("decree", "letter")
    assert types["objection_amount"].effect is Effect.RECOMPUTE
    assert types["new_object"].field_check is Check.REQUIRED


def test_limits_are_those_of_the_law_on_the_day_and_what_is_from_memory_is_never_used():
    def limits(code: str, on: date):
        return limits_of(request_type(code), load_book().law("35.73", "procedure", on))

    now, before = limits("objection_amount", date(2025, 3, 10)), limits("objection_amount", date(2023, 3, 10))
    assert (now.filing.months, now.decision.months) == (before.filing.months, before.decision.months) == (3, 12)
    assert before.grants_by_silence  # UU 28/2009 Art. 104(3), verbatim
    assert now.silence is not None  # shown with its confidence
    assert now.silence.confidence == "from-memory"
    assert not now.grants_by_silence
    correction = limits("correction", date(2025, 3, 10))
    assert (correction.decision.months, correction.grants_by_silence) == (6, True)
    assert limits("correction", date(2023, 3, 10)).decision.months is None
    assert limits("reduction", date(2025, 3, 10)).decision.months is None


def test_a_request_goes_from_the_counter_to_its_end_and_two_persons_decide():
    start = case(papers=frozenset({"letter"}))
    assert refused(start, Move(Act.COMPLETE, DAY)) == "tax.request.lacking"
    asked = step(start, Move(Act.ASK, DAY, by=1, until=DAY + timedelta(days=14)))
    assert (asked.state, asked.complete_by) == (State.INCOMPLETE, date(2025, 3, 24))
    assert refused(asked, Move(Act.LAPSE, date(2025, 3, 24))) == "tax.request.not_lapsed"
    assert step(asked, Move(Act.LAPSE, date(2025, 3, 25))).state is State.CLOSED
    whole = replace(asked, papers=start.kind.needed)
    proposed = walk(whole, Move(Act.COMPLETE, DAY), Move(Act.EXAMINE, DAY, by=1, looked=True),
                    Move(Act.PROPOSE, DAY, by=1, outcome=Outcome.PARTLY))
    assert refused(proposed, Move(Act.DECIDE, DAY, by=1)) == "tax.request.same_person"
    assert step(proposed, Move(Act.SEND_BACK, DAY, by=2)).state is State.EXAMINED
    decided = step(proposed, Move(Act.DECIDE, DAY, by=2))
    assert refused(decided, Move(Act.CLOSE, DAY)) == "tax.request.not_carried_out"
    closed = walk(decided, Move(Act.CARRY_OUT, DAY), Move(Act.CLOSE, DAY))
    assert (closed.state, closed.outcome) == (State.CLOSED, Outcome.PARTLY)


def test_what_was_refused_is_closed_and_never_carried_out():
    start = case(state=State.PROPOSED, proposed_by=1, outcome=Outcome.REFUSED)
    decided = step(start, Move(Act.DECIDE, DAY, by=2))
    assert refused(decided, Move(Act.CARRY_OUT, DAY)) == "tax.request.refused_has_no_effect"
    assert step(decided, Move(Act.CLOSE, DAY)).state is State.CLOSED


def test_a_type_that_needs_a_look_on_the_spot_is_not_granted_without_one():
    start = case("cancellation", state=State.COMPLETE)
    assert refused(start, Move(Act.PROPOSE, DAY, by=1, outcome=Outcome.GRANTED)) == "tax.request.not_looked_at"
    assert step(start, Move(Act.PROPOSE, DAY, by=1, outcome=Outcome.REFUSED)).state is State.PROPOSED
    looked = step(start, Move(Act.EXAMINE, DAY, by=1, looked=True))
    assert step(looked, Move(Act.PROPOSE, DAY, by=1, outcome=Outcome.GRANTED)).state is State.PROPOSED


def test_silence_grants_only_after_the_deadline_and_only_where_the_law_says_so():
    """Received 10 March 2025, twelve months: 10 March 2026 is the last day for a decision."""
    last, after = date(2026, 3, 10), date(2026, 3, 11)
    law, memory = case(grants_by_silence=True), case(grants_by_silence=False)
    assert deadline(DAY, 12) == last
    assert [deemed_granted(law, last), deemed_granted(law, after)] == [False, True]
    assert not deemed_granted(memory, after)
    assert refused(law, Move(Act.DEEM, last)) == "tax.request.not_deemed"
    assert refused(memory, Move(Act.DEEM, after)) == "tax.request.not_deemed"
    deemed = step(law, Move(Act.DEEM, after))
    assert (deemed.state, deemed.outcome, deemed.deemed) == (State.DECIDED, Outcome.GRANTED, True)
    assert acts_of(law, after)[0] is Act.DEEM
    assert standing(memory, after).overdue
    assert standing(memory, last).days_left == 0


def test_months_end_on_the_last_day_of_a_shorter_month():
    assert months_on(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert months_on(date(2024, 11, 30), 3) == date(2025, 2, 28)
    assert months_on(date(2025, 3, 10), 12) == date(2026, 3, 10)


def test_an_objection_is_in_time_for_three_months_from_sending():
    kind = request_type("objection_amount")
    assert filing(kind, date(2025, 5, 3), date(2025, 2, 3), 3) == (Filing.IN_TIME, date(2025, 5, 3))
    assert filing(kind, date(2025, 5, 4), date(2025, 2, 3), 3) == (Filing.LATE, date(2025, 5, 3))
    assert filing(kind, date(2025, 5, 4), None, 3) == (Filing.UNKNOWN, None)
    assert filing(request_type("reduction"), DAY, None, None) == (Filing.FREE, None)


MOVES = st.builds(
    Move, act=st.sampled_from(list(Act)), on=st.dates(date(2025, 3, 10), date(2026, 12, 31)),
    by=st.sampled_from([None, 1, 2, 3]), outcome=st.sampled_from(list(Outcome)),
    until=st.none() | st.dates(date(2025, 3, 1), date(2027, 1, 31)), looked=st.booleans())


@given(code=st.sampled_from(CODES), silence=st.booleans(), whole=st.booleans(), moves=st.lists(MOVES, max_size=25))
def test_no_sequence_of_acts_breaks_the_rules(code, silence, whole, moves):
    kind = request_type(code)
    now = Case(kind, DAY, papers=kind.needed if whole else frozenset(), decide_by=date(2026, 3, 10),
               grants_by_silence=silence)
    seen = [now.state]
    for move in moves:
        possible = acts_of(now, move.on)
        try:
            after = step(now, move)
        except Refused:
            continue
        assert now.state not in ENDED
        if move.act is not Act.DEEM:
            assert move.act in possible or Act.DEEM in possible or move.act in (Act.COMPLETE, Act.EXAMINE)
        if after.state is State.DECIDED and not after.deemed:
            assert after.decided_by not in (None, after.proposed_by)
        if after.deemed:
            assert silence
            assert after.outcome is Outcome.GRANTED
        if after.state is State.CARRIED_OUT:
            assert after.outcome in (Outcome.GRANTED, Outcome.PARTLY)
        if after.state is State.COMPLETE:
            assert not after.lacking
        assert (after.outcome is Outcome.NONE) or after.state not in (UNDECIDED - {State.PROPOSED})\
            or after.state is State.WITHDRAWN
        now = after
        seen.append(now.state)
    if State.CARRIED_OUT in seen:
        assert State.DECIDED in seen
