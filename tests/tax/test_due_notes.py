"""What a page says of a due day beside the day of delivery: before it, or later than the law's months, or nothing."""

from __future__ import annotations

from datetime import date

from sepadan.tax.views.bill_shown import due_note

CODE = "35.73"


def said(due: date, delivered: date) -> str | None:
    found = due_note(CODE, due, delivered)
    return None if found is None else found.key


def test_a_due_day_before_delivery_is_said_and_one_within_the_months_of_the_law_is_not():
    assert said(date(2023, 9, 30), date(2023, 10, 1)) == "tax.bills.due_note.before"
    assert said(date(2023, 9, 30), date(2023, 9, 30)) is None
    assert said(date(2023, 9, 30), date(2023, 3, 30)) is None  # six months to the day: UU 28/2009 Art. 101(1)
    late = due_note(CODE, date(2023, 9, 30), date(2023, 3, 29))
    assert (late.key, late.params["months"]) == ("tax.bills.due_note.late", 6)
    assert "28/2009" in late.text("id")


def test_months_that_are_known_from_memory_alone_judge_nothing():
    assert said(date(2026, 12, 31), date(2026, 1, 5)) is None  # the number since 2024 was not read in a text
    assert said(date(2026, 1, 4), date(2026, 1, 5)) == "tax.bills.due_note.before"
