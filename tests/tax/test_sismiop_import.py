"""The register of a large regency as its old system exports it, and its bills with their payments: checked, applied,
checked again."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import connections

from sepadan.records.public import Actor, Person, balances, region_scope
from sepadan.tax.models import ImportFile, RegisterImport
from sepadan.tax.services.arrears import arrears_list
from sepadan.tax.services.imports import (
    Upload,
    apply_import,
    check_import,
    map_places,
    receive_import,
    start_approved,
    start_check,
)
from sepadan.tax.services.opening_list import summarise_inherited
from sepadan.territory.models import Region
from sepadan.territory.public import key_of

from . import old_bills as old
from . import sismiop_files as files

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
ON = date(2026, 1, 1)
ACTOR = Actor("Ani Petugas")
SIZES = (130_000, 1_300_000)


def chunks(path: Path) -> Upload:
    def read():
        with path.open("rb") as file:
            while part := file.read(1 << 20):
                yield part

    return Upload(path.name, read())


def seconds(act: Callable[[], object]) -> tuple[float, object]:
    began = time.perf_counter()
    result = act()
    return time.perf_counter() - began, result


def totals(region: Region, pk: int) -> dict[str, int]:
    with region_scope(region):
        found = {"new": 0, "changed": 0, "same": 0, "bad": 0}
        for one in ImportFile.objects.filter(register_import_id=pk):
            for name in found:
                found[name] += one.counts.get(name, 0)
        return found


@pytest.mark.full
@pytest.mark.parametrize("count", SIZES)
def test_a_whole_register_comes_in(transactional_db: None, settings: object, tmp_path: Path, count: int,
                                   measured: Callable[[str], None]) -> None:
    settings.DATA_DIR = tmp_path / "data"  # type: ignore[attr-defined]
    region = Region.objects.get(code="35.73")
    with region_scope(region):
        map_places({place: key_of(village) for place, village in zip(files.PLACES, files.VILLAGES, strict=True)},
                   actor=ACTOR, now=NOW)
    paths = files.write_all(tmp_path / "in", count)
    rows = count * 2 + (count + 1) // 2 * 2 + 12
    size = sum(path.stat().st_size for path in paths)

    def received() -> int:
        with region_scope(region):
            return receive_import([chunks(path) for path in paths], valid_on=ON, actor=ACTOR, now=NOW).pk

    heard: list[int] = []
    upload, pk = seconds(received)
    read, _ = seconds(lambda: check_import(region, pk, clock=lambda: NOW, told=lambda done, total: heard.append(done)))
    assert totals(region, pk) == {"new": rows, "changed": 0, "same": 0, "bad": 0}
    assert heard == sorted(heard)
    judge, _ = seconds(lambda: check_import(region, pk, clock=lambda: NOW, told=lambda done, total: None))
    write, _ = seconds(lambda: apply_import(region, pk, actor=ACTOR, clock=lambda: NOW, told=lambda stage: None))
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM tax_registerobject), "
                       "(SELECT sum(land_m2) FROM tax_objectversion), (SELECT count(*) FROM tax_buildingversion), "
                       "(SELECT count(*) FROM tax_taxpayerversion)")
        assert cursor.fetchone() == (count, sum(100 + k % 400 for k in range(count)), (count + 1) // 2,
                                     (count + 1) // 2)
    again = received()
    same, _ = seconds(lambda: check_import(region, again, clock=lambda: NOW, told=lambda done, total: None))
    assert totals(region, again) == {"new": 0, "changed": 0, "same": rows, "bad": 0}
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    measured(f"{count:,} objects, {rows:,} rows in six CSV files, {size / 1e6:.0f} MB: kept in {upload:.0f} s; read "
             f"and checked in {read:.0f} s (judging {judge:.0f} s); applied in one transaction in {write:.0f} s; the "
             f"same files again, all rows the same, in {same:.0f} s; peak memory of the process {memory:.0f} MB")


BILLS = (118_000, 1_180_000)
"""Bills that Kabupaten Bekasi prints in a year, and a tenth of them."""


def old_rows(folder: Path, count: int) -> list[Path]:
    """*count* bills over five years, two of three paid: every second of these with interest in it."""
    folder.mkdir()
    bills = files.write(folder / "sppt.csv", "sppt", (
        old.bill(k // 5, 2021 + k % 5, 50_000 + k % 1_000, paid="0" if k % 3 == 0 else "1") for k in range(count)))
    payments = files.write(folder / "pembayaran_sppt.csv", "pembayaran_sppt", (
        old.payment(k // 5, 2021 + k % 5, 50_000 + k % 1_000 + (1_000 if k % 2 else 0), f"15/11/{2021 + k % 5}",
                    interest=1_000 if k % 2 else 0) for k in range(count) if k % 3))
    return [bills, payments]


@pytest.mark.full
@pytest.mark.parametrize("count", BILLS)
def test_the_bills_and_payments_of_an_older_system_come_in(
        transactional_db: None, settings: object, tmp_path: Path, count: int,
        measured: Callable[[str], None]) -> None:
    settings.DATA_DIR = tmp_path / "data"  # type: ignore[attr-defined]
    region, on = Region.objects.get(code="35.73"), date(2026, 11, 20)
    with region_scope(region):
        map_places({place: key_of(village) for place, village in zip(files.PLACES, files.VILLAGES, strict=True)},
                   actor=ACTOR, now=NOW)
        made = [Person.objects.create_user(f"{name}@contoh.go.id", name.title()) for name in ("ani", "budi")]
        ani, budi = (Actor(one.name, one.pk) for one in made)
    paths = old_rows(tmp_path / "in", count)
    size = sum(path.stat().st_size for path in paths)

    def received() -> int:
        with region_scope(region):
            one = receive_import([chunks(path) for path in paths], valid_on=on, actor=ani, now=NOW)
            start_check(one, actor=ani, now=NOW)
            return one.pk

    upload, pk = seconds(received)
    read, _ = seconds(lambda: check_import(region, pk, clock=lambda: NOW, told=lambda done, total: None))
    paid = count - (count + 2) // 3
    assert totals(region, pk) == {"new": count + paid, "changed": 0, "same": 0, "bad": 0}
    with region_scope(region):
        one = RegisterImport.objects.get(pk=pk)
        start_approved(one, control=one.control, actor=budi, now=NOW)
    write, _ = seconds(lambda: apply_import(region, pk, actor=budi, clock=lambda: NOW, told=lambda stage: None))
    left = sum(50_000 + k % 1_000 for k in range(0, count, 3))
    with region_scope(region):
        assert (balances()["1.3.pbb"], balances()["3.pbb"]) == (left, -left)
        began = time.perf_counter()
        found = summarise_inherited(arrears_list(date(2026, 11, 24), now=NOW))
        page = time.perf_counter() - began
        assert (found.whole.total, found.whole.charges, found.taken) == (left, (count + 2) // 3, left)
    again = received()
    same, _ = seconds(lambda: check_import(region, again, clock=lambda: NOW, told=lambda done, total: None))
    assert totals(region, again) == {"new": 0, "changed": 0, "same": count + paid, "bad": 0}
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    measured(f"{count:,} bills and {paid:,} payments of an older system, {size / 1e6:.0f} MB: kept in {upload:.0f} s; "
             f"read and checked in {read:.0f} s; approved and applied in one transaction, with control totals, in "
             f"{write:.0f} s; list and sums of the {(count + 2) // 3:,} receivables in {page:.1f} s; the same files "
             f"again, all rows the same, in {same:.0f} s; peak memory of the process {memory:.0f} MB")
