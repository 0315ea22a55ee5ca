"""Number series: no gap, no duplicate, whoever comes first and whatever fails."""

from __future__ import annotations

import random
import threading
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from sepadan.ground.problems import Refused
from sepadan.records.engine.numbering import faults_of_pattern, period_start, write_number
from sepadan.records.models import AuditEntry, Number
from sepadan.records.names import Actor, NumberPeriod
from sepadan.records.services.numbers import open_series, take_number, take_numbers, void_number
from sepadan.records.tenancy import WrongRegion, region_scope

from .conftest import NOW, make_region

YEAR, MONTH, NEVER = NumberPeriod.YEAR, NumberPeriod.MONTH, NumberPeriod.NEVER


@pytest.mark.parametrize(("pattern", "text"), [
    ("900/{number}/{year}", "900/7/2025"),
    ("{number:4}/{roman}/{year}", "0007/XI/2025"),
    ("SK-{region}-{year}{month}-{number:3}", "SK-35.73-202511-007"),
])
def test_a_pattern_writes_the_number(pattern, text):
    assert faults_of_pattern(pattern, YEAR) == []
    assert write_number(pattern, 7, date(2025, 11, 24), "35.73") == text


@pytest.mark.parametrize(("pattern", "period", "key"), [
    ("900/{year}", YEAR, "needs_number"),
    ("{number}{number}/{year}", YEAR, "needs_number"),
    ("{number}", YEAR, "needs_year"),
    ("{number}/{year}", MONTH, "needs_month"),
    ("{number}/{year}/{x}", YEAR, "unknown_field"),
    ("{number:04}/{year}", YEAR, "unknown_field"),
])
def test_an_unsound_pattern_is_refused(pattern, period, key):
    assert f"records.number.{key}" in [fault.what.key for fault in faults_of_pattern(pattern, period)]


@pytest.mark.parametrize(("period", "start"), [(YEAR, date(2025, 1, 1)), (MONTH, date(2025, 11, 1)), (NEVER, date.min)])
def test_the_period_of_a_day(period, start):
    assert period_start(period, date(2025, 11, 24)) == start


@pytest.mark.django_db
class TestSeries:
    def test_numbers_count_up_and_begin_again_each_year(self, malang):
        with region_scope(malang):
            open_series("surat", "Surat", "900/{number}/{year}", YEAR)
            taken = [take_number(malang, "surat", day) for day in
                     (date(2025, 1, 2), date(2025, 12, 31), date(2026, 1, 1), date(2025, 6, 1))]
        assert taken == ["900/1/2025", "900/2/2025", "900/1/2026", "900/3/2025"]

    def test_regions_count_apart(self, malang, bekasi):
        for region in (malang, bekasi):
            with region_scope(region):
                open_series("surat", "Surat", "900/{number}/{year}", YEAR)
                assert take_number(region, "surat", date(2025, 1, 1)) == "900/1/2025"

    def test_a_run_takes_many_at_once(self, malang):
        with region_scope(malang):
            open_series("sppt", "SPPT", "{number}/{year}", YEAR)
            take_number(malang, "sppt", date(2025, 1, 1))
            taken = take_numbers(malang, "sppt", date(2025, 1, 1), 3)
            assert taken == ["2/2025", "3/2025", "4/2025"]
            assert take_number(malang, "sppt", date(2025, 1, 1)) == "5/2025"
            with pytest.raises(ValueError, match="at least one"):
                take_numbers(malang, "sppt", date(2025, 1, 1), 0)

    def test_a_number_given_back_by_a_failure_is_taken_next(self, malang):
        with region_scope(malang):
            open_series("surat", "Surat", "{number}/{year}", YEAR)
            with pytest.raises(ZeroDivisionError), transaction.atomic():
                _take_and_fail(malang)
            assert take_number(malang, "surat", date(2025, 1, 1)) == "1/2025"

    def test_a_voided_number_keeps_its_row_and_reason(self, malang):
        actor = Actor("Ayu")
        with region_scope(malang):
            open_series("surat", "Surat", "{number}/{year}", YEAR)
            text = take_number(malang, "surat", date(2025, 1, 1))
            with pytest.raises(Refused, match="reason"):
                void_number(malang, text, reason=" ", actor=actor, now=NOW)
            void_number(malang, text, reason="salah alamat", actor=actor, now=NOW)
            with pytest.raises(Refused, match="void already"):
                void_number(malang, text, reason="lagi", actor=actor, now=NOW)
            with pytest.raises(Refused, match="no such number"):
                void_number(malang, "99/2025", reason="x", actor=actor, now=NOW)
            assert take_number(malang, "surat", date(2025, 1, 1)) == "2/2025"
            assert Number.objects.get(text=text).void_reason == "salah alamat"
            assert AuditEntry.objects.get().reason == "salah alamat"

    def test_the_database_keeps_a_taken_number(self, malang):
        with region_scope(malang):
            open_series("surat", "Surat", "{number}/{year}", YEAR)
            take_number(malang, "surat", date(2025, 1, 1))
            for statement in ("DELETE FROM records_number", "UPDATE records_number SET value = 9",
                              "DELETE FROM records_numbercounter"):
                with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(statement)

    def test_wrong_requests_name_the_fault(self, malang, bekasi):
        with region_scope(malang):
            with pytest.raises(Refused, match="no such number series"):
                take_number(malang, "surat", date(2025, 1, 1))
            with pytest.raises(WrongRegion):
                take_number(bekasi, "surat", date(2025, 1, 1))
            with pytest.raises(Refused, match="must name the year"):
                open_series("surat", "Surat", "{number}", YEAR)
            open_series("surat", "Surat", "{number}/{year}", YEAR)
            with pytest.raises(Refused, match="exists with the pattern"):
                open_series("surat", "Surat", "{number}-{year}", YEAR)


def _take_and_fail(region):
    take_number(region, "surat", date(2025, 1, 1))
    raise ZeroDivisionError


@pytest.mark.django_db(transaction=True)
def test_two_hundred_numbers_by_eight_threads_leave_no_gap_and_no_duplicate():
    malang = make_region("35.73", "Kota Malang", "kota")
    with region_scope(malang):
        open_series("surat", "Surat", "900/{number}/{year}", YEAR)
    taken: list[str] = []
    faults: list[BaseException] = []
    begin = threading.Barrier(8)

    def take(seed: int) -> None:
        chance = random.Random(seed)
        begin.wait()
        try:
            for _ in range(25):
                if chance.random() < 0.3:  # some transactions fail after they have taken a number
                    with pytest.raises(ZeroDivisionError), region_scope(malang):
                        _take_and_fail(malang)
                with region_scope(malang):
                    number = take_number(malang, "surat", date(2025, 1, 1))
                taken.append(number)
        except BaseException as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert sorted(taken) == sorted(f"900/{value}/2025" for value in range(1, 201))
    with region_scope(malang):
        assert list(Number.objects.values_list("value", flat=True)) == list(range(1, 201))
