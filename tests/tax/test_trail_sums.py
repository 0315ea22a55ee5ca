"""The sums of the audit trail that are carried on equal those of every row, also in a process that has just begun."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.tax.test_realisation import NOW, malang, pay  # noqa: F401 - a fixture
from tests.tax.test_runs_pages import signed_in

from sepadan.records.public import Channel, Role, Transfer, quote, region_folder, region_scope, take_back_payment
from sepadan.tax.models import Bill
from sepadan.tax.queries.audit_trail import account_lines, checks_from, checks_of, lines_from, open_charges
from sepadan.tax.services import realisation_books, trail_sums
from sepadan.tax.services.kept_sums import keep, read_kept
from sepadan.tax.services.realisation_books import books_until

LEVY = "pbb"


@pytest.fixture(autouse=True)
def nothing_remembered(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    forget()


def forget() -> None:
    """As a process that has just begun: only what is kept in files is known."""
    trail_sums._known.clear()
    realisation_books._read.clear()


def agree(**more: bool) -> trail_sums.TrailSums:
    """Lines and checks from the sums beside those of every row."""
    found = trail_sums.trail_sums(LEVY, now=NOW, **more)
    whole = account_lines()
    lines = lines_from(found.accounts)
    assert lines == whole
    receivable = next(line.account.pk for line in whole if line.account.purpose == f"receivable:{LEVY}")
    assert checks_from(LEVY, lines, found.checked) == checks_of(LEVY, whole, open_charges(LEVY, receivable))
    return found


def test_sums_carried_on_equal_every_row_after_each_payment_and_return_and_in_a_new_process(malang):  # noqa: F811
    chance = Random(3)
    with region_scope(malang):
        assert agree().added == 0
        bills = list(Bill.objects.select_related("charge").filter(payable__gt=0).order_by("nop"))
        for turn, bill in enumerate(bills):
            day = date(2026, chance.randint(2, 11), chance.randint(1, 20))
            owed = quote(bill.charge, day).total
            pay(bill, chance.choice((owed, owed // 3, owed + 5_000)), datetime(day.year, day.month, day.day, 3,
                                                                               tzinfo=UTC), list(Channel)[turn % 3])
            if turn % 4 == 1:
                take_back_payment(bill.charge.payments.get(), reference=f"b{turn}", reason="salah", effective_on=day,
                                  now=NOW)
            if turn % 3 == 0:
                forget()
            assert agree().added > 0
        carried = agree()
        assert agree(anew=True) == replace(carried, added=0, filed=carried.marks[0].rows)


def test_a_new_process_reads_the_file_and_adds_up_nothing_that_is_in_it(malang):  # noqa: F811
    with region_scope(malang):
        agree()
        books = books_until(LEVY, date(2026, 11, 23))
        forget()
        with CaptureQueriesContext(connection) as asked:
            trail_sums.trail_sums(LEVY, now=NOW)
            assert books_until(LEVY, date(2026, 11, 23)) == books
        said = [one["sql"].replace("sum(version)", "") for one in asked]
    assert not [one for one in said if "sum(" in one and "records_transfer" in one]


def test_a_row_that_came_late_a_torn_file_and_one_of_other_books_are_no_ground_to_carry_on_from(malang):  # noqa: F811
    with region_scope(malang):
        known = agree()
        wrong = dict.fromkeys(known.accounts, (1, 1, 1))
        marks = (replace(known.marks[0], rows=known.marks[0].rows - 1), *known.marks[1:])
        key = next(iter(trail_sums._known))
        trail_sums._known[key] = replace(known, accounts=wrong, marks=marks)  # one came in under a lower key
        assert agree().added == 0
        name, last = f"trail-{LEVY}", known.marks[0].last
        kept = read_kept(name)
        for value in ({**kept, "accounts": "?"}, {**kept, "marks": []}, {}):
            forget()
            keep(name, value, last=last)
            assert agree().added == 0
        path = region_folder(malang, "books") / f"{name}.json"
        whole = path.read_text(encoding="utf-8")
        source = Transfer.objects.get(pk=last).source
        for text in (whole[:-5], whole.replace(source, "assessment:0:0"), whole.replace('"format": 1', '"format": 0')):
            assert text != whole
            path.write_text(text, encoding="utf-8")
            assert read_kept(name) is None
        forget()
        keep(name, {**kept, "accounts": [[key, 1, 1, 1] for key in known.accounts]}, last=last)
        text = read_kept(name)
        assert text["accounts"][0][1:] == [1, 1, 1]  # what a file says is believed while its last row is there
        assert trail_sums.trail_sums(LEVY, now=NOW, anew=True).accounts == known.accounts


def test_the_page_says_when_everything_was_added_up_and_adds_it_up_again_on_request(malang, settings):  # noqa: F811
    settings.SECOND_FACTOR_ROLES = []
    auditor: Client = signed_in(malang, "audi-t", Role.AUDITOR)
    at = "/id/35.73/pajak/realisasi/jejak/"
    said = " ".join(auditor.get(at).content.decode().split())
    assert "Setiap baris buku besar, SPPT, dan pembayaran dijumlahkan pada" in said
    with region_scope(malang):
        bill = Bill.objects.select_related("charge").filter(payable__gt=0).first()
        pay(bill, 10_000, datetime(2026, 11, 20, 3, tzinfo=UTC))
    said = " ".join(auditor.get(at).content.decode().split())
    assert "baris sesudahnya ditambahkan" in said
    assert "Jumlahkan semuanya lagi" in said
    assert "baris sesudahnya ditambahkan" not in auditor.get(f"{at}?ulang=ya").content.decode()
