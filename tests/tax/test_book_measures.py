"""The measures of the books are sums of the ledger, worked out by hand, and stay right when entries come later."""

from __future__ import annotations

from datetime import UTC, date, datetime

from tests.tax.test_realisation import malang, pay  # noqa: F401 - a fixture

from sepadan.records.public import Channel, quote, region_scope
from sepadan.tax.models import Bill
from sepadan.tax.queries.book_measures import entries_until, measures_until, requests_until
from sepadan.tax.services.book_measures import book_measures

END, NEXT_END = date(2025, 12, 31), date(2026, 12, 31)


def test_measures_of_a_year_are_the_sums_of_its_entries(malang):  # noqa: F811
    with region_scope(malang):
        assert measures_until(malang, date(2024, 12, 31), entries_until(date(2024, 12, 31))) is None
        bills = list(Bill.objects.select_related("charge").filter(payable__gt=0).order_by("nop"))
        billed = sum(bill.payable for bill in bills)
        pay(bills[0], bills[0].payable, datetime(2025, 3, 3, 2, tzinfo=UTC))
        late = quote(bills[1].charge, date(2025, 12, 5))
        pay(bills[1], late.total, datetime(2025, 12, 5, 2, tzinfo=UTC), Channel.QRIS)
        after = quote(bills[2].charge, date(2026, 2, 2))
        pay(bills[2], after.total, datetime(2026, 2, 2, 2, tzinfo=UTC))
        first, second = (measures_until(malang, end, entries_until(end)) for end in (END, NEXT_END))
        assert first is not None
        assert second is not None
        (year,) = first.tax_years
        within = bills[0].payable + bills[1].payable
        assert (year.bills, year.billed, year.within, year.in_time) == (len(bills), billed, within, bills[0].payable)
        assert (year.received, year.still) == (within, billed - within)
        (came,) = first.budget_years
        assert (came.amount, came.earlier) == (bills[0].payable + late.total, 0)
        assert {one.key: one.received for one in came.channels} == {"bank": bills[0].payable, "qris": late.total}
        assert [(one.age, one.base, one.received, one.still) for one in first.ages] == [
            (0, billed, within, billed - within)]
        (again,) = second.tax_years
        assert (again.within, again.received) == (within, within + bills[2].payable)
        assert [(one.age, one.base, one.received) for one in second.ages] == [
            (1, billed - within, bills[2].payable)]
        assert second.budget_years[1].earlier == after.total
        assert requests_until(END) == ()
    told = book_measures(malang, date(2026, 11, 24))
    assert told is not None
    assert told.tax_years == told.budget_years == told.ages == ()  # two payers are too few to speak of
    assert told.entries == first.entries
