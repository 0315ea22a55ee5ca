"""What must hold of the example office once it is loaded over the example years (``test_years`` has loaded them)."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from sepadan.demo.plans import read_plan
from sepadan.demo.services import office
from sepadan.records.models import CashDay, CashDeposit, SettlementFile
from sepadan.records.public import AuditEntry, Payment, balances, region_scope
from sepadan.records.queries.bank_files import compare_file, settlement_of
from sepadan.tax.models import (
    AssessmentRun,
    Bill,
    CollectionLetter,
    ObjectVersion,
    Request,
    RevenueTarget,
    Roll,
    Sale,
    ZoneValue,
)
from sepadan.tax.queries.rolls import current_roll

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
PLAN = read_plan("35.73", small=True)


def check_office(roll: Roll, monkeypatch: pytest.MonkeyPatch) -> None:
    """An office whose loading broke off at the letters is completed, and then left alone."""
    with monkeypatch.context() as patch:
        def broken(scene: object) -> None:
            raise RuntimeError("power cut")

        patch.setitem(office.IN_SCOPE, "letters", broken)
        with pytest.raises(RuntimeError):
            office.load_office(PLAN, roll, clock=lambda: NOW)
    with region_scope(roll.region):
        assert not CollectionLetter.objects.exists()
        assert AuditEntry.objects.filter(action=office.PART_DONE).count() == len(("bank", "counter", "requests"))
        payments = Payment.objects.count()
    done = office.load_office(PLAN, roll, clock=lambda: NOW)
    again = office.load_office(PLAN, roll, clock=lambda: NOW)
    assert [None if one is None else one.was_there for one in (done, again)] == [False, True]
    with region_scope(roll.region):
        assert Payment.objects.count() == payments
        assert sum(balances().values()) == 0
        assert current_roll() == roll
        _money_of_three_days()
        _desk_and_letters()
        _register_and_next_year(roll)


def _money_of_three_days() -> None:
    files = list(SettlementFile.objects.order_by("day"))
    assert [settlement_of(file) is not None for file in files] == [True, False, False]
    lacking = compare_file(files[1])
    assert Counter(line.state.value for line in lacking.lines if line.row is not None) == {"matched": 5, "missing": 1}
    assert len(lacking.surplus) == 1
    assert {line.state.value for line in compare_file(files[2]).lines} == {"matched"}
    days = {(day.collector.name, day.day): day for day in CashDay.objects.select_related("collector")}
    counter = [day for (name, _), day in sorted(days.items()) if name == "Loket Contoh"]
    assert [(day.is_open, day.difference, day.deposit_id is not None) for day in counter] == [
        (False, 0, True), (False, -5_000, False), (True, counter[2].difference, False)]
    assert CashDeposit.objects.get().amount == counter[0].counted


def _desk_and_letters() -> None:
    states = Counter(Request.objects.values_list("state", flat=True))
    assert sum(states.values()) == 12
    assert set(states) == {"received", "incomplete", "complete", "examined", "proposed", "decided", "carried_out",
                           "withdrawn"}
    numbers = list(Request.objects.order_by("received_on", "id").values_list("number", flat=True))
    assert numbers == sorted(numbers), "numbers follow the days on which requests came"
    letters = Counter(CollectionLetter.objects.values_list("kind", "state"))
    demands = letters.pop(("stpd", "draft"))
    assert letters == {("reminder", "returned"): 1, ("reminder", "delivered"): 3, ("reminder", "issued"): 2,
                       ("warning", "delivered"): 6, ("warrant", "delivered"): 1, ("warrant", "draft"): 2,
                       ("stpd", "issued"): 1}, letters
    assert demands >= 3, "a demand is of one tax year, so an object may get several"
    same = [one for one in CollectionLetter.objects.exclude(signed_by=None) if one.signed_by_id == one.written_by_id]
    assert same == []


def _register_and_next_year(roll: Roll) -> None:
    changed = ObjectVersion.objects.filter(recorded_at__gte=NOW - timedelta(days=7))
    assert {"transferred", "corrected", "closed"} <= {row.change for row in changed}
    assert Sale.objects.count() >= 16
    assert all("rekaan" in sale.source for sale in Sale.objects.all())
    year = roll.tax_year + 1
    run = AssessmentRun.objects.get(tax_year=year)
    assert (run.state, run.roll.synthetic, run.control["bills"] > 0) == ("computed", True, True)
    assert not Bill.objects.filter(tax_year=year).exists()
    before, after = (dict(ZoneValue.objects.filter(tax_year=one, superseded_at__isnull=True).values_list(
        "zone_id", "nir")) for one in (roll.tax_year, year))
    assert {key: value for key, value in after.items() if value not in (before[key], before[key] * 1060 // 1000)} == {}
    assert RevenueTarget.objects.get(year=year).synthetic
    assert run.report["before"] is not None, "the dry run is held against the bills of the year before"
    assert TODAY.year == year
