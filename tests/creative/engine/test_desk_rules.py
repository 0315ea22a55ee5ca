"""A centre's data for the desk: which steps a booking needs, their days, and what is refused at setting up."""

from __future__ import annotations

from datetime import date

import pytest

from sepadan.creative.engine.desk_rules import due_on, read_rules, step_after, steps_of
from sepadan.ground.problems import Refused

DECISION = {"step": "decision", "days": 2, "by": "creative.approve"}
RULES = {"steps": [
    {"step": "curation", "days": 3, "by": "creative.write"},
    {"step": "questions", "days": 2, "not_for": ["official"]},
    {"step": "site_check", "days": 2, "from_people": 100, "kinds": ["hall", "auditorium"]},
    DECISION]}


def codes(**booking):
    kind = {"intake": "online", "people": None, "kind": "hall"} | booking
    return [one.code for one in steps_of(read_rules(RULES), **kind)]


def test_a_booking_needs_the_steps_that_are_for_it():
    assert codes(people=100) == ["curation", "questions", "site_check", "decision"]
    assert codes(people=99) == ["curation", "questions", "decision"]
    assert codes() == ["curation", "questions", "site_check", "decision"]  # how many come is not known
    assert codes(people=500, kind="studio") == ["curation", "questions", "decision"]
    assert codes(people=500, intake="official") == ["curation", "site_check", "decision"]
    assert steps_of(read_rules({}), "online", None, "hall") == ()


def test_the_way_goes_on_from_a_step_that_is_no_longer_there():
    steps = steps_of(read_rules(RULES), "online", 5, "hall")
    assert step_after(steps, "curation").code == "questions"
    assert step_after(steps, "site_check").code == "curation"
    assert step_after(steps, "decision") is None


def test_days_are_counted_as_the_centre_says():
    friday = date(2026, 12, 18)
    assert due_on(friday, 3) == date(2026, 12, 21)
    assert due_on(friday, 3, working=True) == date(2026, 12, 23)
    christmas = {date(2026, 12, 24), date(2026, 12, 25)}
    assert due_on(friday, 5, working=True, off=christmas) == date(2026, 12, 29)  # 21, 22, 23, 28, 29


@pytest.mark.parametrize(("rules", "key"), [
    ({"steps": [DECISION, DECISION]}, "creative.rules.step_twice"),
    ({"steps": [{"step": "curation", "days": 3}]}, "creative.rules.decision"),
    ({"steps": [{**DECISION, "not_for": ["official"]}]}, "creative.rules.decision"),
    ({"steps": [{**DECISION, "by": "tax.write"}]}, "creative.rules.step"),
    ({"steps": [{**DECISION, "kinds": ["cellar"]}]}, "creative.rules.step"),
    ({"steps": [{**DECISION, "speed": 3}]}, "creative.set_up.unknown_key"),
    ({"steps": [{**DECISION, "days": 0}]}, "creative.rules.number"),
    ({"steps": [{**DECISION, "days": True}]}, "creative.rules.number"),
    ({"answer_days": "soon"}, "creative.rules.number"), ({"no_show_minutes": -1}, "creative.rules.number"),
    ({"displacement": {"offers": 99}}, "creative.rules.number"), ({"step_days": "moon"}, "creative.rules.step_days"),
    ({"condition": {"floor": {"id": "Lantai"}}}, "creative.rules.words")])
def test_what_cannot_be_is_refused_when_the_centre_is_set_up(rules, key):
    with pytest.raises(Refused) as refused:
        read_rules(rules)
    assert refused.value.problem.what.key == key
