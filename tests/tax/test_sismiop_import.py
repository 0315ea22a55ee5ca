"""The register of a large regency as its old system exports it: 1.3 million objects checked, applied, checked again."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import connections

from sepadan.records.public import Actor, region_scope
from sepadan.tax.models import ImportFile
from sepadan.tax.services.imports import Upload, apply_import, check_import, map_places, receive_import
from sepadan.territory.models import Region
from sepadan.territory.public import key_of

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
