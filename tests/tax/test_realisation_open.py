"""What everybody sees of the receipts: months that few stand behind are told with others, and the sums agree."""

from __future__ import annotations

from datetime import date

from sepadan.tax.queries.realisation import Receipts, Sum
from sepadan.tax.views.realisation_open import _by_month


def receipts(*days: tuple[date, int, int]) -> Receipts:
    """Days with their amount and payers."""
    held = {day: Sum(amount, payers=payers) for day, amount, payers in days}
    total = Sum(sum(one.amount for one in held.values()), payers=sum(one.payers for one in held.values()))
    return Receipts(total, held)


def test_months_that_few_paid_in_join_the_next_and_what_is_left_the_last():
    got = receipts((date(2025, 1, 9), 100, 2), (date(2025, 2, 3), 1_000, 12), (date(2025, 2, 20), 50, 1),
                   (date(2025, 8, 29), 5_000, 40), (date(2025, 12, 2), 70, 3), (date(2025, 12, 23), 7, 1))
    told = _by_month(got)
    assert {day: one.amount for day, one in told.day.items()} == {
        date(2025, 2, 20): 100 + 1_000 + 50, date(2025, 12, 23): 5_000 + 70 + 7}
    assert told.total.amount == got.total.amount  # nothing stands in the difference between two published sums


def test_a_year_in_which_no_day_had_ten_payers_shows_no_month():
    assert _by_month(receipts((date(2025, 1, 9), 100, 9))).day == {}
