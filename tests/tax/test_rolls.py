"""Rolls on real PostgreSQL: whole or absent, walled by region, read back as they were given, snapshots made again."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import psycopg
import pytest
from django.db import IntegrityError, connections, transaction

from sepadan.ground.columns import connect
from sepadan.ground.problems import Refused
from sepadan.records.public import NoRegion, region_scope
from sepadan.tax.engine.fixed_text import fixed_text
from sepadan.tax.engine.roll_columns import RollColumns, number_by_appearance
from sepadan.tax.models import Roll, TaxableObject, Taxpayer
from sepadan.tax.names import RollState
from sepadan.tax.public import NewRoll, Texts, current_roll, ensure_snapshot, find_snapshot, open_roll, ready_rolls
from sepadan.tax.services import rolls as service
from sepadan.tax.services.rolls import bulk_connection, fill_roll
from sepadan.territory.models import Region

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
NEW = NewRoll(name="test", tax_year=2025, class_table="national-2011", synthetic=True)
VILLAGES = ("35.73.02.1001", "35.73.02.1002")


def columns(count: int = 12) -> RollColumns:
    """A small roll by hand: two villages, every third owner holds two objects, every fourth object is a field."""
    k = np.arange(count, dtype=np.int64)
    building = np.where(k % 2 == 0, 40 + k, 0)
    return RollColumns(
        villages=VILLAGES, nop=357390200100100010 + k * 10, village=(k >= count // 2).astype(np.int64),
        owner=number_by_appearance(np.where(k % 3 == 2, k - 1, k)), food_land=(k % 4 == 3).astype(np.int64),
        land_m2=100 + k, land_class=np.full(count, 65), building_m2=building,
        building_class=np.where(building > 0, 23, 0), njop_land=(100 + k) * 1_032_000, njop_building=building * 823_000,
        printed=(k != 5).astype(np.int64))


def texts(roll: RollColumns) -> Texts:
    owner, number = np.arange(1, roll.owner_count + 1), np.arange(len(roll))
    return Texts(fixed_text("UJI", (owner, 5)), fixed_text("Wajib Pajak Uji ", (owner, 5)),
                 fixed_text("Jalan Uji ", (number, 4)))


def load(region: Region, given: RollColumns, new: NewRoll = NEW, **kwargs: object) -> Roll:
    with region_scope(region):
        roll = open_roll(new, now=NOW)
    fill_roll(roll, given, texts(given), figures={"total": 1}, clock=lambda: NOW, **kwargs)  # type: ignore[arg-type]
    with region_scope(region):
        return Roll.objects.get(pk=roll.pk)


@pytest.fixture
def malang(transactional_db: None) -> Region:
    return Region.objects.get(code="35.73")


@pytest.fixture
def bekasi(transactional_db: None) -> Region:
    return Region.objects.get(code="32.16")


@pytest.fixture(autouse=True)
def _data(settings: object, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]


@pytest.fixture(params=["checked at the end", "checked row by row"])
def keys(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways of checking foreign keys: where the owner may switch row checks off, and where he may not."""
    if request.param == "checked row by row":
        monkeypatch.setattr(service, "skip_row_checks", lambda cursor: False)


pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


def test_a_roll_is_read_back_as_it_was_given(malang, keys):
    given = columns()
    roll = load(malang, given)
    assert (roll.state, roll.object_count, roll.owner_count) == (RollState.READY, 12, given.owner_count)
    assert roll.content_hash == given.content_hash()
    assert roll.njop_total == int(given.njop.sum())
    with region_scope(malang):
        assert current_roll() == roll
        rows = list(TaxableObject.objects.select_related("taxpayer", "kelurahan").order_by("nop"))
        assert [row.nop for row in rows] == [str(nop) for nop in given.nop.tolist()]
        assert [row.kelurahan.code for row in rows] == [VILLAGES[k] for k in given.village.tolist()]
        assert [row.use for row in rows] == ["food_land" if food else "general" for food in given.food_land.tolist()]
        assert [row.building_class for row in rows][:2] == [23, None]
        assert [row.taxpayer.npwpd for row in rows] == [f"UJI{owner:05d}" for owner in given.owner.tolist()]
        assert rows[5].sppt_printed is False
        assert rows[3].street == "Jalan Uji 0003"
        assert [row.pk for row in rows] == sorted(row.pk for row in rows)


def test_one_region_sees_nothing_of_another(malang, bekasi):
    roll = load(malang, columns())
    with region_scope(bekasi):
        assert current_roll() is None
        for model in (Roll, Taxpayer, TaxableObject):
            assert not model.objects.exists()
        with connections["default"].cursor() as cursor:
            for table in ("tax_roll", "tax_taxpayer", "tax_taxableobject"):
                cursor.execute(f"SELECT count(*) FROM {table}")
                assert cursor.fetchone()[0] == 0
        with pytest.raises(Refused):
            ensure_snapshot(roll)
    with region_scope(malang):
        assert TaxableObject.objects.count() == 12
    with pytest.raises(NoRegion):
        current_roll()


def test_a_second_version_shares_the_taxpayers_and_takes_over(malang):
    first = load(malang, columns(12))
    second = load(malang, columns(20))
    assert (first.version, second.version) == (1, 2)
    with region_scope(malang):
        assert current_roll() == second
        assert ready_rolls() == [first, second]
        assert Taxpayer.objects.count() == columns(20).owner_count
        assert TaxableObject.objects.count() == 32


@pytest.mark.parametrize("share", [0, 1, 2])
def test_a_loader_killed_anywhere_leaves_nothing_and_the_next_completes(malang, share):
    given = columns(40)
    stops = (1, given.owner_count + 1, given.owner_count + len(given))
    with region_scope(malang):
        roll = open_roll(NEW, now=NOW)
    connections.close_all()
    child = os.fork()
    if child == 0:
        def fall(done: int) -> None:
            if done >= stops[share]:
                os.kill(os.getpid(), signal.SIGKILL)

        fill_roll(roll, given, texts(given), figures={}, clock=lambda: NOW, told=fall)
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    with region_scope(malang):
        assert current_roll() is None
        assert not TaxableObject.objects.exists()
        assert not Taxpayer.objects.exists()
        assert Roll.objects.get().state == RollState.LOADING
    again = load(malang, given)
    assert again.version == 1
    with region_scope(malang):
        assert TaxableObject.objects.count() == 40
        assert Roll.objects.count() == 1


def test_an_object_in_an_unknown_kelurahan_takes_the_whole_roll_back(malang, keys):
    given = columns()
    odd = RollColumns(**{**vars(given), "villages": ("35.73.02.1001", "35.73.02.1999")})
    with pytest.raises((Refused, psycopg.errors.ForeignKeyViolation)):
        load(malang, odd)
    with region_scope(malang):
        assert current_roll() is None
        assert not TaxableObject.objects.exists()
        assert not Taxpayer.objects.exists()


def test_a_snapshot_holds_what_a_replay_needs(malang):
    given = columns()
    roll = load(malang, given)
    with region_scope(malang):
        snapshot = ensure_snapshot(roll)
        assert find_snapshot(roll) == snapshot
    assert snapshot.villages == VILLAGES
    assert (snapshot.object_count, snapshot.owner_count) == (12, given.owner_count)
    assert snapshot.njop_max == int(given.njop.max())
    with connect() as duck:
        table = duck.execute("SELECT * FROM read_parquet(?) ORDER BY object_id", [str(snapshot.path)]).fetchnumpy()
        described = duck.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(snapshot.path)]).fetchall()
    types = {row[0]: row[1] for row in described}
    assert types == {"object_id": "INTEGER", "village": "SMALLINT", "owner_id": "INTEGER", "njop": "BIGINT",
                     "food_land": "BOOLEAN", "decile": "TINYINT", "owner_first_in_village": "BOOLEAN",
                     "owner_first_in_decile": "BOOLEAN", "highest_of_owner": "BOOLEAN"}
    assert table["object_id"].tolist() == list(range(1, 13))
    assert table["njop"].tolist() == given.njop.tolist()
    assert table["owner_id"].tolist() == given.owner.tolist()
    assert table["highest_of_owner"].sum() == given.owner_count
    for village in (0, 1):
        rows = table["village"] == village
        assert table["owner_first_in_village"][rows].sum() == len(set(table["owner_id"][rows].tolist()))


def test_a_missing_snapshot_is_made_again_from_the_database(malang):
    roll = load(malang, columns())
    with region_scope(malang):
        first = ensure_snapshot(roll)
        before = first.path.read_bytes()
        first.path.unlink()
        assert find_snapshot(roll) is None
        assert ensure_snapshot(roll).path.read_bytes() == before
    assert first.path.parent.stat().st_mode & 0o777 == 0o700
    assert first.path.stat().st_mode & 0o777 == 0o600
    assert [path.suffix for path in sorted(first.path.parent.iterdir())] == [".json", ".parquet"]


def test_many_that_ask_at_once_make_one_whole_snapshot_and_remove_what_a_killed_one_left(malang):
    roll = load(malang, columns(3000))
    with region_scope(malang):
        path = ensure_snapshot(roll).path
    whole = path.read_bytes()
    for _ in range(5):
        path.unlink()
        path.with_name(f".{path.name}.4711").write_bytes(whole[:1000])  # killed while writing
        path.with_name(f".{path.stem}.json").write_text("{")

        def ask(_: int) -> bytes:
            try:
                with region_scope(malang):
                    return ensure_snapshot(roll).path.read_bytes()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(ask, range(16))) == {whole}
        assert sorted(one.name for one in path.parent.iterdir()) == sorted([f"{path.stem}.json", path.name])


def test_a_roll_whose_rows_were_changed_is_refused(malang):
    roll = load(malang, columns())
    with region_scope(malang):
        row = TaxableObject.objects.first()
        row.land_m2 += 1
        row.save(update_fields=["land_m2"])
        with pytest.raises(Refused, match="no longer"):
            ensure_snapshot(roll)


def test_a_roll_that_is_not_ready_counts_for_nothing(malang):
    with region_scope(malang):
        overtaken = open_roll(NEW, now=NOW)
        open_roll(NEW, now=NOW)
        assert current_roll() is None
        with pytest.raises(Refused, match="not loaded yet"):
            ensure_snapshot(overtaken)
        with pytest.raises(IntegrityError), transaction.atomic():
            Roll.objects.create(name="x", tax_year=2025, version=1, class_table="x", synthetic=True,
                                state=RollState.READY, started_at=NOW)
    with pytest.raises((Refused, psycopg.errors.ForeignKeyViolation)):
        fill_roll(overtaken, columns(), texts(columns()), figures={}, clock=lambda: NOW)
    with region_scope(malang):
        assert not TaxableObject.objects.exists()


def test_ids_are_reserved_once(malang):
    with bulk_connection() as one, bulk_connection() as two:
        first, second = (service.reserve_ids(c, "tax_taxpayer", 5) for c in (one, two))
        assert len({*first.tolist(), *second.tolist()}) == 10
        row = two.execute("SELECT nextval(pg_get_serial_sequence('tax_taxpayer', 'id'))").fetchone()
        assert row[0] not in {*first.tolist(), *second.tolist()}
