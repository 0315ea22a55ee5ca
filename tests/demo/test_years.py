"""Five example years of one kecamatan: derived, assessed, paid; whole after a failure; the study keeps its roll."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from django.db.models import Count, F, Sum

from sepadan.demo.engine.payers import CHANNELS, SHARES, Owed, payments_of
from sepadan.demo.engine.years import Part, part_of, years_of
from sepadan.demo.plans import read_plan
from sepadan.demo.services import years
from sepadan.demo.services.columns import make_columns
from sepadan.demo.services.law import class_tables
from sepadan.demo.services.rolls import load_roll
from sepadan.records.public import (
    AuditEntry,
    Charge,
    Payment,
    Transfer,
    Work,
    balances,
    quote,
    region_scope,
    standing,
    today,
)
from sepadan.tax.engine.late_interest import charge_late
from sepadan.tax.models import AssessmentRun, Bill, RegisterObject, RevenueTarget, Roll
from sepadan.tax.queries.rolls import current_roll
from sepadan.tax.services.dues import dues_law
from sepadan.territory.models import Region

from .office_checks import check_office

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
PLAN = read_plan("35.73", small=True)
KLOJEN = "35.73.02"


@pytest.fixture(scope="module")
def klojen() -> dict[int, Part]:
    land, building = class_tables()
    columns, _ = make_columns(PLAN)
    return years_of(part_of(columns, KLOJEN), 2025, PLAN.seed, land, building)


def test_each_year_is_the_next_one_undone(klojen):
    hashes = [part.columns.content_hash() for part in klojen.values()]
    assert list(klojen) == [2021, 2022, 2023, 2024, 2025]
    assert len(set(hashes)) == 5
    newest = klojen[2025].columns
    for year, part in klojen.items():
        columns = part.columns
        inside = np.isin(newest.nop, columns.nop)
        assert set(columns.nop.tolist()) <= set(newest.nop.tolist())
        assert int(columns.land_m2.sum()) == int(newest.land_m2.sum()), "a split moves land, it makes none"
        assert columns.building_m2.tolist() <= newest.building_m2[inside].tolist()
        assert columns.owner_count == len(part.owners) == len(set(part.owners.tolist()))
        if year < 2025:
            assert columns.njop.sum() < klojen[year + 1].columns.njop.sum()
        stood = dict(zip(newest.nop.tolist(), klojen[2025].owners[newest.owner - 1].tolist(), strict=True))
        sold = sum(stood[nop] != owner for nop, owner in zip(
            columns.nop.tolist(), part.owners[columns.owner - 1].tolist(), strict=True))
        assert (sold > 0) == (year < 2025)


def test_the_same_seed_gives_the_same_years_and_another_gives_others(klojen):
    land, building = class_tables()
    again = years_of(klojen[2025], 2025, PLAN.seed, land, building)
    other = years_of(klojen[2025], 2025, PLAN.seed + 1, land, building)
    assert again[2021].columns.content_hash() == klojen[2021].columns.content_hash()
    assert other[2021].columns.content_hash() != klojen[2021].columns.content_hash()


def test_payers_keep_to_the_shares_and_the_season():
    count = 20_000
    owed = Owed(2023, np.arange(count) % 15_000 + 1, np.full(count, 250_000), date(2023, 2, 1).toordinal(),
                date(2023, 8, 31).toordinal())
    paid = payments_of(owed, 7, date(2026, 10, 31).toordinal())
    first = paid.part == 1
    in_time = paid.day[first] <= owed.due
    assert abs(int(in_time.sum()) * 1000 // count - SHARES[2023][0]) <= 1
    assert count - int(first.sum()) == count * SHARES[2023][3] // 1000
    months = [date.fromordinal(day).month for day in paid.day[first][in_time].tolist()]
    assert max(range(1, 13), key=months.count) == 8
    counter = paid.channel == CHANNELS.index("counter")
    assert not np.isin((paid.day[counter] - 1) % 7, (5, 6)).any(), "counters are closed at weekends"
    by_bill = np.bincount(paid.bill, weights=paid.amount, minlength=count)
    settled = np.zeros(count, dtype=bool)
    settled[paid.bill[paid.settles]] = True
    assert (by_bill[settled] >= 250_000).all()
    part_only = (by_bill > 0) & ~settled
    assert 0 < part_only.sum() < count // 50
    assert (by_bill[part_only] < 250_000).all()


@pytest.fixture
def small_roll(transactional_db: None, settings: object, tmp_path: Path) -> Roll:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]
    return load_roll(PLAN, clock=lambda: NOW).roll


def load(roll: Roll) -> years.LoadedYears:
    found = years.load_years(PLAN, roll, clock=lambda: NOW)
    assert found is not None
    return found


def test_a_load_that_broke_off_is_completed_and_then_left_alone(small_roll, monkeypatch):
    malang = Region.objects.get(code="35.73")
    with monkeypatch.context() as patch:
        pay = years.pay_year

        def broken(region: Region, run: AssessmentRun, *rest: object) -> int:
            if run.tax_year == 2022:
                raise RuntimeError("power cut")
            return pay(region, run, *rest)  # type: ignore[arg-type]

        patch.setattr(years, "pay_year", broken)
        with pytest.raises(RuntimeError):
            load(small_roll)
    assert years.ready_years(small_roll) == (2021,)
    with region_scope(malang):
        paid = Payment.objects.count()
        assert Bill.objects.filter(tax_year=2022).exists()
        assert {work.state for work in Work.objects.filter(kind=years.YEARS_WORK)} == {"failed"}

    done = load(small_roll)
    assert (done.years, done.was_there) == ((2021, 2022, 2023, 2024, 2025), False)
    assert load(small_roll).was_there
    with region_scope(malang):
        assert current_roll() == small_roll, "a roll of a part never stands for its region"
        assert Payment.objects.count() > paid
        assert list(AssessmentRun.objects.order_by("tax_year").values_list("tax_year", "state")) == [
            (year, "posted") for year in done.years]
        assert not AssessmentRun.objects.filter(approved_by=F("created_by")).exists()
        assert AuditEntry.objects.filter(action="demo.audit.year_paid").count() == 5
        assert RevenueTarget.objects.filter(state="approved", synthetic=True, part=KLOJEN).count() == 5
        newest = Roll.objects.get(tax_year=2025, part=KLOJEN)
        assert RegisterObject.objects.count() == newest.object_count
        _books_are_whole()
        _late_payers_owe_what_the_law_says(malang)
    check_office(small_roll, monkeypatch)


def _books_are_whole() -> None:
    """Charges are bills, and what stands in the accounts is what payments and open charges say."""
    assert sum(balances().values()) == 0
    billed = Bill.objects.aggregate(total=Sum("payable"), bills=Count("charge"))
    assert Charge.objects.aggregate(total=Sum("amount"))["total"] == billed["total"]
    money = Payment.objects.aggregate(all=Sum("amount"), over=Sum("overpaid"))
    interest = Transfer.objects.filter(source__endswith=":interest").aggregate(sum=Sum("amount"))["sum"]
    held = balances()
    clearing = sum(held[code] for code in ("1.2.1", "1.2.2", "1.2.3", "1.2.4"))
    assert clearing == money["all"]
    assert held["2.1"] == -money["over"] < 0
    assert held["1.3.pbb"] == billed["total"] - (money["all"] - money["over"] - interest) > 0
    assert held["1.3.pbb.1"] == 0


def _late_payers_owe_what_the_law_says(malang: Region) -> None:
    """Interest booked for late payers is that of the law of the day, and the services agree that nothing is left."""
    late = Payment.objects.filter(charge__due_on__lt=F("paid_at")).select_related("charge").order_by("id")
    checked = 0
    for payment in late[::7]:
        charge, day = payment.charge, today(malang, payment.paid_at)
        parts = Payment.objects.filter(charge=charge).count()
        if parts > 1 or day <= charge.due_on:
            continue
        interest = charge_late(dues_law("35.73", day).interest, charge.amount, charge.due_on, day).interest
        held = standing(charge)
        assert (held.principal, held.interest, held.interest_charged) == (0, 0, interest)
        assert payment.amount == charge.amount + interest
        assert quote(charge, date(2026, 11, 1)).total == 0
        checked += 1
    assert checked >= 20
