"""When a paid use must be paid, by the rules of its centre."""

from __future__ import annotations

from datetime import date

import pytest

from sepadan.creative.engine.nature import Nature, read_nature
from sepadan.creative.engine.payment import PaymentRules, read_appeal_days, read_payment
from sepadan.ground.problems import Refused

LETTER = date(2026, 7, 20)


def test_before_confirmation_it_is_due_before_the_first_date_as_far_as_there_is_a_day():
    rules = read_payment({"payment": {"when": "before_confirmation", "days": 3, "decide_days": 2}})
    assert rules.due_on(LETTER, date(2026, 8, 1)) == date(2026, 7, 23)
    assert rules.due_on(LETTER, date(2026, 7, 22)) == date(2026, 7, 21)
    assert rules.due_on(LETTER, date(2026, 7, 21)) == LETTER
    assert rules.due_on(LETTER, LETTER) == rules.due_on(LETTER, None) == date(2026, 7, 23)  # begun, or over
    assert rules.kept_until(date(2026, 7, 23)) == date(2026, 7, 25)


def test_after_confirmation_the_days_count_whatever_the_date_of_use():
    rules = PaymentRules("after_confirmation", 14)
    assert rules.due_on(LETTER, date(2026, 7, 21)) == date(2026, 8, 3)


@pytest.mark.parametrize("given", [
    {"when": "later", "days": 3}, {"when": "before_confirmation"}, {"when": "before_confirmation", "days": True},
    {"when": "before_confirmation", "days": -1}, {"when": "before_confirmation", "days": 3, "grace": 1}, "3 days"])
def test_an_unsound_rule_is_refused_and_no_rule_is_none(given):
    with pytest.raises(Refused):
        read_payment({"payment": given})
    assert read_payment({}) is None


def test_an_end_of_appeals_is_a_rule_of_the_centre_or_absent():
    assert (read_appeal_days({}), read_appeal_days({"appeal_days": 14})) == (None, 14)
    with pytest.raises(Refused):
        read_appeal_days({"appeal_days": "14"})


def test_answers_of_an_earlier_form_are_read():
    assert read_nature({"charges": True, "profit": False, "sells": False}) == Nature(charged=True, profit=False)
    assert read_nature({"charges": False, "sells": True}) == Nature(charged=False, profit=True)
    assert read_nature({"charged": False, "social": True, "more": 3}) == Nature(charged=False, social=True)
