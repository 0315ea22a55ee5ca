"""Sums that are carried on say what the ledger says, to the rupiah, whatever comes after the first reading."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.tax.test_realisation import NOW, malang, pay  # noqa: F401 - a fixture

from sepadan.records.public import Actor, Channel, quote, region_scope, take_back_payment
from sepadan.tax.models import AssessmentRun, Bill
from sepadan.tax.queries import realisation as ledger
from sepadan.tax.services import realisation_books
from sepadan.tax.services.posting_reversal import reverse_run
from sepadan.tax.services.realisation_books import books_until, settled_read

TODAY, NEXT = date(2026, 11, 23), date(2026, 11, 24)


def agree(until: date) -> None:
    """Every view of the books beside the same one added up over the whole ledger."""
    books = books_until("pbb", until)
    assert books is not None
    for year in (2025, 2026):
        last = min(until, date(year, 12, 31))
        whole = ledger.receipts("pbb", date(year, 1, 1), last)
        for view in ("day", "channel", "tax_year", "kelurahan", "band"):
            known = {key: replace(one, payers=0) for key, one in getattr(whole, view).items()}
            assert getattr(books.receipts(year), view) == known, (year, view)
        assert books.receipts(year).total == replace(whole.total, payers=0)
        for by in ("tax_year", "kelurahan_id", "band"):
            known = [replace(one, settled=0, payers=0, paying=0)
                     for one in ledger.collection("pbb", by, until=last) if one.bills]
            assert books.collection(by, until=last) == known, (year, by)
    assert books.years == ledger.years_with_receipts("pbb")


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    realisation_books._read.clear()


def test_sums_carried_on_equal_the_ledger_after_every_payment_and_return(malang):  # noqa: F811
    chance = Random(7)
    with region_scope(malang), CaptureQueriesContext(connection) as asked:
        agree(TODAY)
        bills = list(Bill.objects.select_related("charge").filter(payable__gt=0).order_by("nop"))
        for turn, bill in enumerate(bills):
            day = date(2025 + turn % 2, chance.randint(2, 11), chance.randint(1, 28))
            owed = quote(bill.charge, day)
            pay(bill, chance.choice((owed.total, owed.total // 3, owed.total + 5_000)),
                datetime(day.year, day.month, day.day, 3, tzinfo=UTC), chance.choice(list(Channel)[:3]))
            if turn % 4 == 1:
                take_back_payment(bill.charge.payments.get(), reference=f"b{turn}", reason="salah", effective_on=day,
                                  now=NOW)
            agree(TODAY)
        pay(bills[0], 11_000, datetime(2026, 11, 24, 2, tzinfo=UTC))
        agree(TODAY)  # what counts tomorrow does not count yet
        agree(NEXT)
        agree(NEXT)
    assert sum("JOIN tax_assessmentrun" in one["sql"] for one in asked) == 1  # the bills were added up once


def test_a_run_taken_back_and_a_late_commit_are_read_anew(malang, monkeypatch):  # noqa: F811
    with region_scope(malang):
        agree(TODAY)
        key, read = next(iter(realisation_books._read.items()))
        late = replace(read, state=replace(read.state, held=read.state.held - 1))  # one came in under a lower key
        monkeypatch.setitem(realisation_books._read, key, late)
        wrong = replace(read.value, received={(2025, "day", date(2025, 1, 1)): (1, 0, 1)})
        monkeypatch.setitem(realisation_books._read, key, replace(late, value=wrong))
        agree(TODAY)
        run = AssessmentRun.objects.get()
    reverse_run(malang, run.pk, version=run.version, actor=Actor(name="uji"), reason="salah",
                effective_on=date(2026, 1, 5), now=NOW)
    with region_scope(malang):
        assert books_until("pbb", TODAY).collection(until=TODAY) == []
        agree(TODAY)


def test_a_result_up_to_a_past_day_stands_until_an_entry_of_those_days_comes(malang):  # noqa: F811
    made: list[int] = []

    def read() -> int:
        made.append(ledger.receipts("pbb", date(2025, 1, 1), date(2025, 12, 31)).total.amount)
        return made[-1]

    with region_scope(malang):
        bills = list(Bill.objects.select_related("charge").filter(payable__gt=0).order_by("nop"))
        assert settled_read("t", date(2025, 12, 31), read) == 0
        pay(bills[0], 10_000, datetime(2026, 2, 2, 2, tzinfo=UTC))
        assert settled_read("t", date(2025, 12, 31), read) == 0
        assert made == [0]
        pay(bills[1], 10_000, datetime(2025, 2, 2, 2, tzinfo=UTC))
        assert settled_read("t", date(2025, 12, 31), read) == 10_000
        assert made == [0, 10_000]
