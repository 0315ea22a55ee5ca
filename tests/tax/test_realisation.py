"""Receipts and collection worked out by hand from a few payments, and what of it the desk and the public see."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from django.test import Client
from tests.tax.test_assessment import approved
from tests.tax.test_assessment_access import person
from tests.tax.test_rolls import columns, load

from sepadan.records.public import (
    Actor,
    Channel,
    Person,
    Role,
    account_scope,
    open_chart,
    quote,
    receive_payment,
    region_scope,
    take_back_payment,
)
from sepadan.tax.engine.realisation import Group, merge_small, running, thinned
from sepadan.tax.models import AssessmentRun, Bill
from sepadan.tax.queries.realisation import Sum, collection, receipts, years_with_receipts
from sepadan.tax.services.posting import post_run
from sepadan.territory.models import Region

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)


@pytest.fixture
def malang(transactional_db: None, settings: object, tmp_path: Path) -> Region:
    """Twelve bills of 2025 in two kelurahan, due on 31 August or 30 September."""
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    region = Region.objects.get(code="35.73")
    with region_scope(region):
        open_chart(["pbb"])
    actors = tuple(Actor(name=one.name, person_id=one.pk) for one in (person("ani"), person("budi"), person("citra")))
    run: AssessmentRun = approved(region, load(region, columns()), actors)  # type: ignore[arg-type]
    post_run(region, run.pk, actor=actors[0], clock=lambda: NOW)
    return region


def pay(bill: Bill, amount: int, at: datetime, channel: Channel = Channel.BANK) -> None:
    assert bill.charge is not None
    receive_payment(bill.charge, channel=channel, reference=f"{bill.nop}-{at:%Y%m%d%H%M}", amount=amount, paid_at=at,
                    now=NOW)


def test_receipts_are_what_the_ledger_took_in_by_every_view(malang):
    with region_scope(malang):
        bills = Bill.objects.select_related("charge").filter(payable__gt=0).order_by("nop")
        one, two, late, back, over = list(bills[:5])
        pay(one, one.payable, datetime(2025, 3, 3, 2, tzinfo=UTC))
        pay(two, 10_000, datetime(2025, 3, 3, 3, tzinfo=UTC), Channel.QRIS)
        day = date(2025, 12, 5)
        owed = quote(late.charge, day)
        assert owed.interest > 0
        pay(late, owed.total, datetime(2025, 12, 5, 2, tzinfo=UTC), Channel.COUNTER)
        pay(over, over.payable + 7_000, datetime(2025, 4, 1, 2, tzinfo=UTC))
        pay(back, back.payable, datetime(2025, 5, 1, 2, tzinfo=UTC))
        take_back_payment(back.charge.payments.get(), reference="b", reason="salah", effective_on=date(2025, 5, 2),
                          now=NOW)
        got = receipts("pbb", FIRST, LAST)
        total = one.payable + 10_000 + owed.total + over.payable
        assert (got.total.amount, got.total.interest) == (total, owed.interest)
        assert got.day[date(2025, 3, 3)] == Sum(one.payable + 10_000, 0, 2, len({one.taxpayer_id, two.taxpayer_id}))
        assert got.day[date(2025, 5, 1)].amount == -got.day[date(2025, 5, 2)].amount == back.payable
        assert {name: sums.amount for name, sums in got.channel.items()} == {
            "bank": one.payable + over.payable, "qris": 10_000, "counter": owed.total}
        assert {year: sums.amount for year, sums in got.tax_year.items()} == {2025: total}
        assert sum(sums.amount for sums in got.kelurahan.values()) == total == sum(
            sums.amount for sums in got.band.values())
        assert receipts("pbb", date(2025, 12, 1), LAST).total.amount == owed.total
        assert years_with_receipts("pbb") == [2025]
        assert receipts("hotel", FIRST, LAST).total == Sum()


def test_the_collection_of_a_tax_year_tells_in_time_from_late_and_open(malang):
    with region_scope(malang):
        bills = list(Bill.objects.select_related("charge").filter(payable__gt=0).order_by("nop"))
        pay(bills[0], bills[0].payable, datetime(2025, 3, 3, 2, tzinfo=UTC))
        pay(bills[1], quote(bills[1].charge, date(2026, 2, 2)).total, datetime(2026, 2, 2, 2, tzinfo=UTC))
        (found,) = collection("pbb")
        billed = sum(bill.payable for bill in bills)
        paid = bills[0].payable + bills[1].payable
        assert (found.key, found.billed, found.bills) == (2025, billed, len(bills))
        assert (found.in_time, found.that_year, found.paid) == (bills[0].payable, bills[0].payable, paid)
        assert (found.still, found.otherwise, found.settled) == (billed - paid, 0, 2)
        assert found.group.rate == Fraction(paid, billed)
        (then,) = collection("pbb", until=date(2025, 12, 31))
        assert then.paid == bills[0].payable
        places = collection("pbb", "kelurahan_id", year=2025)
        assert [place.key for place in places] == [3573021001, 3573021002]
        assert sum(place.paid for place in places) == paid
        assert sum(band.billed for band in collection("pbb", "band", year=2025)) == billed
        assert collection("pbb", year=2024) == []


def test_the_desk_shows_a_year_and_a_day_and_the_public_no_small_cell(malang):
    with region_scope(malang):
        bill = Bill.objects.select_related("charge").filter(payable__gt=0).first()
        assert bill is not None
        pay(bill, bill.payable, datetime(2025, 3, 3, 2, tzinfo=UTC))
    officer, stranger = (signed_in(person(name, malang, role)) for name, role in (
        ("dewi", Role.TAX_OFFICER), ("gita", Role.WASTE_OFFICER)))
    amount = f"{bill.payable:,}".replace(",", ".")
    for path in ("/id/35.73/pajak/realisasi/?tahun=2025", "/id/35.73/pajak/realisasi/hari/2025-03-03/"):
        page = officer.get(path)
        assert page.status_code == 200, path
        assert amount in page.content.decode(), path
        assert stranger.get(path).status_code == 403, path
    taken = officer.get("/id/35.73/pajak/realisasi/?tahun=2025&h_format=csv")
    assert f"2025-03-03,1,{bill.payable},0,{bill.payable}" in taken.content.decode()
    assert officer.get("/id/35.73/pajak/realisasi/?tahun=2999").status_code == 422
    assert officer.get("/id/35.73/pajak/realisasi/hari/2025-13-03/").status_code == 404
    public = Client().get("/id/35.73/realisasi-pbb/?tahun=2025")
    assert public.status_code == 200
    assert amount not in public.content.decode(), "one payer would show"
    assert "kurang dari 10 pembayar" in public.content.decode()


def signed_in(who: Person) -> Client:
    client = Client()
    with account_scope(person_id=who.pk):
        client.force_login(who)
    return client


def groups(*payers: int) -> list[Group]:
    return [Group(f"{k:02d}", count, 100 * count, 10 * count, count) for k, count in enumerate(payers)]


@pytest.mark.parametrize(("payers", "alone", "within"), [
    ((12, 30, 10), ["00", "01", "02"], ()),
    ((12, 30, 3), ["01"], ("00", "02")),
    ((12, 4, 3, 5), ["00"], ("01", "02", "03")),
    ((4, 5, 0), [], ()),
    ((11, 2), [], ("00", "01")),
])
def test_small_groups_are_told_together_and_never_alone(payers, alone, within):
    merged = merge_small(groups(*payers))
    assert [one.key for one in merged.rows] == alone
    assert merged.within == within
    if within:
        assert merged.rest is not None
        assert merged.rest.payers == sum(payers[int(key)] for key in within) >= 10
        assert merged.rest.rate == Fraction(1, 10)


def test_a_running_total_begins_with_the_year_and_ends_on_the_day():
    found = running({date(2025, 3, 1): 5, date(2025, 3, 4): -2, date(2024, 12, 31): 9, date(2025, 9, 9): 1},
                    date(2025, 6, 30))
    assert found == [(date(2025, 1, 1), 0), (date(2025, 3, 1), 5), (date(2025, 3, 4), 3), (date(2025, 6, 30), 3)]
    assert running({date(2025, 1, 1): 4}, date(2025, 1, 2)) == [(date(2025, 1, 1), 4), (date(2025, 1, 2), 4)]
    many = [(date.fromordinal(738_000 + k), k) for k in range(365)]
    assert len(thinned(many)) <= 121
    assert thinned(many)[-1] == many[-1]


def test_every_number_of_the_page_leads_to_rows_that_add_up_to_it(malang):
    with region_scope(malang):
        bills = list(Bill.objects.select_related("charge").filter(payable__gt=0).order_by("nop"))
        pay(bills[0], bills[0].payable, datetime(2025, 3, 3, 2, tzinfo=UTC))
        late = quote(bills[1].charge, date(2025, 12, 5))
        pay(bills[1], late.total, datetime(2025, 12, 5, 2, tzinfo=UTC), Channel.QRIS)
        pay(bills[2], bills[2].payable, datetime(2025, 5, 1, 2, tzinfo=UTC))
        take_back_payment(bills[2].charge.payments.get(), reference="b", reason="salah", effective_on=date(2025, 5, 2),
                          now=NOW)
        total = sum(bill.payable for bill in bills)
    officer, stranger = (signed_in(person(name, malang, role)) for name, role in (
        ("dewi", Role.TAX_OFFICER), ("gita", Role.WASTE_OFFICER)))
    page = officer.get("/id/35.73/pajak/realisasi/?tahun=2025").content.decode().replace("&amp;", "&")
    links = set(re.findall(r'href="(/id/35\.73/pajak/realisasi/isi/[^"]+)"', page))
    assert len(links) > 12
    for link in links:
        assert officer.get(link).status_code == 200, link
    received = bills[0].payable + late.total

    def rows(query: str) -> list[list[str]]:
        text = officer.get(f"/id/35.73/pajak/realisasi/isi/{query}&format=csv").content.decode("utf-8-sig")
        return [line.split(",") for line in text.splitlines()[1:]]

    year = "dari=2025-01-01&hingga=2025-12-31"
    assert sum(int(row[-1]) for row in rows(f"penerimaan/?{year}")) == received
    assert len(rows(f"penerimaan/?{year}")) == 5  # principal, principal and interest, one payment and its return
    assert sum(int(row[-1]) for row in rows(f"penerimaan/?{year}&kanal=qris")) == late.total
    assert [int(row[-1]) for row in rows(f"penerimaan/?{year}&jenis=bunga")] == [late.interest]
    found = rows("sppt/?tahun_pajak=2025&hingga=2025-12-31")
    assert [sum(int(row[place]) for row in found) for place in (-3, -2, -1)] == [
        total, bills[0].payable + bills[1].payable, total - bills[0].payable - bills[1].payable]
    one = rows("sppt/?tahun_pajak=2025&hingga=2025-12-31&kelurahan=3573021001")
    assert 0 < len(one) < len(found)
    assert stranger.get("/id/35.73/pajak/realisasi/isi/sppt/?tahun_pajak=2025").status_code == 403
    assert officer.get("/id/35.73/pajak/realisasi/isi/sppt/?kelurahan=1").status_code == 404
