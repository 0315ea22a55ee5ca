"""Imports on real PostgreSQL: checked before they are applied, whole or absent, the same file twice changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as some

from sepadan.ground.problems import Refused
from sepadan.records.public import Actor, AuditEntry, identify_nik, region_folder, region_scope
from sepadan.tax.engine.sismiop_cells import read_cell
from sepadan.tax.engine.sismiop_cells import whole as whole_number
from sepadan.tax.models import (
    BuildingVersion,
    ImportFile,
    ImportProblem,
    ImportState,
    LandZone,
    ObjectVersion,
    RegisterImport,
    RegisterObject,
    Taxpayer,
    TaxpayerVersion,
    ZoneValue,
)
from sepadan.tax.services import imports as service
from sepadan.tax.services.imports import Upload, apply_import, check_import, map_places, receive_import
from sepadan.tax.services.imports_export import EXPORTED, allow_export, thousands, write_exports
from sepadan.tax.services.imports_judging import Cursor
from sepadan.territory.models import Region
from sepadan.territory.public import key_of

from . import sismiop_files as files

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
ON, NEXT = date(2026, 1, 1), date(2026, 7, 1)
ACTOR = Actor("Ani Petugas")
COUNT = 12


@pytest.fixture
def malang(transactional_db: None) -> Region:
    region = Region.objects.get(code="35.73")
    with region_scope(region):
        map_places({place: key_of(village) for place, village in zip(files.PLACES, files.VILLAGES, strict=True)},
                   actor=ACTOR, now=NOW)
    return region


@pytest.fixture(autouse=True)
def _data(settings: object, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"  # type: ignore[attr-defined]


def receive(region: Region, *paths: Path, on: date = ON, now: datetime = NOW) -> int:
    with region_scope(region):
        return receive_import([Upload(path.name, [path.read_bytes()]) for path in paths], valid_on=on, actor=ACTOR,
                              now=now).pk


def check(region: Region, pk: int, now: datetime = NOW) -> dict[str, dict[str, int]]:
    """Counts by table after a dry run."""
    check_import(region, pk, clock=lambda: now, told=lambda done, total: None)
    with region_scope(region):
        return {file.table: {name: file.counts.get(name, 0) for name in ("new", "changed", "same", "bad")}
                for file in ImportFile.objects.filter(register_import_id=pk)}


def apply(region: Region, pk: int, now: datetime = NOW) -> None:
    apply_import(region, pk, actor=ACTOR, clock=lambda: now, told=lambda stage: None)


def whole(region: Region, folder: Path, count: int = COUNT, on: date = ON, now: datetime = NOW) -> None:
    pk = receive(region, *files.write_all(folder, count), on=on, now=now)
    check(region, pk, now)
    apply(region, pk, now)


def counts(new: int = 0, changed: int = 0, same: int = 0, bad: int = 0) -> dict[str, int]:
    return {"new": new, "changed": changed, "same": same, "bad": bad}


def faults(pk: int) -> Counter[tuple[str, int, str]]:
    return Counter((one.file.table, one.line, one.key.rpartition(".")[2])
                   for one in ImportProblem.objects.filter(file__register_import_id=pk).select_related("file"))


def state() -> tuple[list[tuple[object, ...]], ...]:
    """Everything an import writes, without the ids of versions."""
    return (sorted(RegisterObject.objects.values_list("nop", "version")),
            sorted(ObjectVersion.objects.filter(superseded_at=None).values_list(
                "register_object__nop", "valid_from", "land_m2", "zone__code", "taxpayer__name", "street")),
            sorted(TaxpayerVersion.objects.filter(superseded_at=None).values_list("name", "valid_from", "street")),
            sorted(BuildingVersion.objects.filter(superseded_at=None).values_list(
                "register_object__nop", "number", "area_m2")),
            sorted(ZoneValue.objects.filter(superseded_at=None).values_list("zone__code", "tax_year", "nir")))


def test_a_register_comes_in_whole_and_the_same_files_change_nothing(malang: Region, tmp_path: Path) -> None:
    paths = files.write_all(tmp_path / "in", COUNT)
    pk = receive(malang, *paths)
    assert check(malang, pk) == {
        "dat_znt": counts(new=6), "dat_nir": counts(new=6), "dat_subjek_pajak": counts(new=COUNT // 2),
        "dat_objek_pajak": counts(new=COUNT), "dat_op_bumi": counts(new=COUNT),
        "dat_op_bangunan": counts(new=COUNT // 2)}
    with region_scope(malang):
        assert RegisterObject.objects.count() == LandZone.objects.count() == 0  # a dry run writes nothing
    apply(malang, pk)
    with region_scope(malang):
        before = state()
        assert len(before[0]) == COUNT
        assert {row[2] for row in before[4]} == {1_000_000, 1_100_000, 1_200_000}  # 1.x00,00 thousands of rupiah
        version = ObjectVersion.objects.get(register_object__nop="".join(files.nop(3)))
        assert (version.land_m2, version.zone.code, version.land_kind, version.holder) == (103, "AA", "3", "1")
        assert (version.valid_from, version.valid_to, version.change, version.set_fields) == (ON, None, "imported", [])
        assert version.taxpayer.nik_digest == identify_nik(files.nik(1)).digest
        assert version.taxpayer.nik_last4 == files.nik(1)[-4:]
        entry = AuditEntry.objects.get(action="tax.audit.import_applied")
        assert (version.entry, entry.after["dat_objek_pajak.new"]) == (entry.pk, COUNT)
        assert not (region_folder(malang, "imports") / str(pk)).exists()  # the uploads with plain NIK are gone
    again = receive(malang, *paths)
    seen = check(malang, again)
    assert {(one["new"], one["changed"], one["bad"]) for one in seen.values()} == {(0, 0, 0)}
    with region_scope(malang):
        one = RegisterImport.objects.get(pk=again)
        with pytest.raises(Refused, match="nothing is new"):
            service.start_apply(one, control=one.control, actor=ACTOR, now=NOW)
    apply(malang, again)
    with region_scope(malang):
        assert state() == before


def test_bad_rows_are_told_with_line_and_column_and_the_good_ones_come_in(malang: Region, tmp_path: Path) -> None:
    tables = {name: [list(row) for row in rows] for name, rows in files.all_tables(COUNT).items()}
    tables["dat_objek_pajak"][1][7] = files.nik(99)              # line 3: nobody has that number
    tables["dat_objek_pajak"].append(tables["dat_objek_pajak"][0])  # line 14: the object of line 2 once more
    tables["dat_op_bumi"][2][8] = "ZZ"                           # line 4: no such zone
    tables["dat_op_bumi"][4][9] = "seratus"                      # line 6: no number
    tables["dat_op_bangunan"][3][10] = "0"                       # line 5: no storeys
    tables["dat_nir"][0][6] = "0"                                # line 2: no value
    pk = receive(malang, *(files.write(tmp_path / f"{name}.csv", name, rows) for name, rows in tables.items()))
    found = check(malang, pk)
    with region_scope(malang):
        assert faults(pk) == Counter([
            ("dat_nir", 2, "range"), ("dat_objek_pajak", 3, "no_owner"), ("dat_objek_pajak", 14, "double"),
            ("dat_op_bumi", 4, "no_zone"), ("dat_objek_pajak", 4, "land_bad"), ("dat_op_bumi", 6, "number"),
            ("dat_objek_pajak", 6, "no_land"), ("dat_op_bumi", 3, "object_bad"), ("dat_op_bangunan", 5, "range"),
            ("dat_op_bangunan", 3, "no_object"), ("dat_op_bangunan", 4, "no_object")])
        assert files.nik(99) not in str(list(ImportProblem.objects.values()))
    assert found["dat_objek_pajak"] == counts(new=COUNT - 3, bad=4)
    assert found["dat_op_bumi"] == counts(new=COUNT - 3, bad=3)
    apply(malang, pk)
    with region_scope(malang):
        bad = {"".join(files.nop(k)) for k in (1, 2, 4)}
        assert set(RegisterObject.objects.values_list("nop", flat=True)) == {
            "".join(files.nop(k)) for k in range(COUNT)} - bad


def test_a_change_holds_from_its_day_and_what_was_before_stays(malang: Region, tmp_path: Path) -> None:
    whole(malang, tmp_path / "in")
    rows = [list(row) for row in files.objects(COUNT)]
    rows[0][7], rows[0][9] = files.nik(5), "JL BARU"            # sold, and the street has a new name
    rows[1][15] = "999"                                          # without dat_op_bumi the total counts
    subjects = [list(row) for row in files.subjects(COUNT)]
    subjects[2][1], subjects[2][2] = "NAMA BARU", ""             # an empty cell says nothing
    building = [list(row) for row in files.buildings(COUNT)][:1]
    building[0][9] = "250"
    paths = [files.write(tmp_path / f"{name}.csv", name, some, separator=";", headed=str.lower, encoding="utf-8-sig")
             for name, some in (("dat_objek_pajak", rows), ("dat_subjek_pajak", subjects),
                                ("dat_op_bangunan", building))]
    pk = receive(malang, *paths, on=NEXT, now=LATER)
    assert check(malang, pk, LATER) == {
        "dat_objek_pajak": counts(changed=2, same=COUNT - 2),
        "dat_subjek_pajak": counts(changed=1, same=COUNT // 2 - 1), "dat_op_bangunan": counts(changed=1)}
    apply(malang, pk, LATER)
    with region_scope(malang):
        first = RegisterObject.objects.get(nop="".join(files.nop(0)))
        live = list(first.versions.filter(superseded_at=None).values_list(
            "valid_from", "valid_to", "street", "taxpayer__name", "set_fields", "zone__code"))
        assert live == [(ON, NEXT, "JL OBJEK 0", "WAJIB PAJAK 0", [], "AA"),
                        (NEXT, None, "JL BARU", "WAJIB PAJAK 5", ["street", "taxpayer_id"], "AA")]
        assert first.versions.filter(superseded_at=LATER).count() == 1
        assert (first.version, first.changed_by) == (2, ACTOR.name)  # object and building are one change
        areas = first.buildings.filter(superseded_at=None).values_list("valid_from", "valid_to", "area_m2")
        assert list(areas) == [(ON, NEXT, 36), (NEXT, None, 250)]
        second = RegisterObject.objects.get(nop="".join(files.nop(1)))
        assert [one.land_m2 for one in second.versions.filter(superseded_at=None)] == [101, 999]
        payer = Taxpayer.objects.get(name="NAMA BARU")
        assert [(one.name, one.street) for one in payer.versions.filter(superseded_at=None)] == [
            ("WAJIB PAJAK 2", "JL UJI 2"), ("NAMA BARU", "JL UJI 2")]
        assert RegisterObject.objects.filter(version=1).count() == COUNT - 2
    back = receive(malang, paths[0], on=ON, now=LATER)  # a day before the change: the register knows more
    assert check(malang, back, LATER)["dat_objek_pajak"] == counts(same=COUNT - 2, bad=2)
    with region_scope(malang):
        assert set(faults(back)) == {("dat_objek_pajak", 2, "later"), ("dat_objek_pajak", 3, "later")}


def test_places_without_a_kelurahan_are_named_and_can_be_mapped(transactional_db: None, tmp_path: Path) -> None:
    region, bekasi = Region.objects.get(code="35.73"), Region.objects.get(code="32.16")
    pk = receive(region, *files.write_all(tmp_path / "in", COUNT))
    assert check(region, pk)["dat_objek_pajak"] == counts(bad=COUNT)
    with region_scope(region):
        unmapped = {one["code"]: one["rows"] for one in RegisterImport.objects.get(pk=pk).unmapped}
        # objects, buildings, zones, NIR
        assert unmapped == {files.PLACES[0]: 6 + 6 + 3 + 3, files.PLACES[1]: 6 + 3 + 3}
        with pytest.raises(Refused, match="not in this region"):
            map_places({files.PLACES[0]: key_of("32.16.01.2001")}, actor=ACTOR, now=NOW)
        pairs = {place: key_of(village) for place, village in zip(files.PLACES, files.VILLAGES, strict=True)}
        assert map_places(pairs, actor=ACTOR, now=NOW) == 2
    assert check(region, pk)["dat_objek_pajak"] == counts(new=COUNT)
    with region_scope(bekasi):
        assert not RegisterImport.objects.exists()
        with pytest.raises(RegisterImport.DoesNotExist):
            RegisterImport.objects.get(pk=pk)


def test_nothing_is_half_written(malang: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Applying that breaks off at its very end, or meets a register that has changed, leaves everything as it was."""
    pk = receive(malang, *files.write_all(tmp_path / "in", COUNT))
    check(malang, pk)

    def broken(cursor: Cursor, *_: object) -> None:
        cursor.execute("SELECT 1 / 0")

    with monkeypatch.context() as patched:
        patched.setattr("sepadan.tax.services.imports_applying.write_judged", _then(broken))
        with pytest.raises(psycopg.errors.DivisionByZero):
            apply(malang, pk)
    with region_scope(malang):
        assert (RegisterObject.objects.count(), Taxpayer.objects.count(), LandZone.objects.count()) == (0, 0, 0)
        assert RegisterImport.objects.get(pk=pk).state == ImportState.CHECKED
        assert not AuditEntry.objects.filter(action="tax.audit.import_applied").exists()
        ZONE = LandZone.objects.create(place_id=_place(), code="AA")
    with pytest.raises(Refused, match="has changed since"):
        apply(malang, pk)
    with region_scope(malang):
        assert (RegisterObject.objects.count(), LandZone.objects.get()) == (0, ZONE)
    check(malang, pk)
    apply(malang, pk)
    with region_scope(malang):
        assert (RegisterObject.objects.count(), LandZone.objects.count()) == (COUNT, 6)
        with pytest.raises(Refused, match="is closed"):
            service.discard_import(RegisterImport.objects.get(pk=pk), actor=ACTOR, now=NOW)


def _place() -> int:
    from sepadan.tax.models import NopPlace

    return NopPlace.objects.get(code=files.PLACES[0]).pk


def _then(broken: Callable[..., None]) -> Callable[..., dict[str, int]]:
    from sepadan.tax.services.imports_applying import write_judged

    def write(cursor: Cursor, *arguments: object) -> dict[str, int]:
        write_judged(cursor, *arguments)  # type: ignore[arg-type]
        broken(cursor)
        return {}

    return write


def test_a_discarded_import_keeps_no_file(malang: Region, tmp_path: Path) -> None:
    pk = receive(malang, *files.write_all(tmp_path / "in", 2))
    folder = region_folder(malang, "imports") / str(pk)
    assert {path.stat().st_mode & 0o077 for path in (folder, *folder.iterdir())} == {0}
    with region_scope(malang):
        service.discard_import(RegisterImport.objects.get(pk=pk), actor=ACTOR, now=NOW)
        assert RegisterImport.objects.get(pk=pk).state == ImportState.DISCARDED
    assert not folder.exists()



def export(region: Region, folder: Path, on: date, form: str = "csv") -> list[Path]:
    folder.mkdir()
    with region_scope(region):
        exports = allow_export(EXPORTED, on=on, reason="uji ekspor dan impor kembali", form=form, actor=ACTOR,
                               now=LATER)
        return write_exports(exports, folder, form)


def test_what_is_exported_comes_back_without_any_change(malang: Region, tmp_path: Path) -> None:
    whole(malang, tmp_path / "in")
    with region_scope(malang):
        zone = LandZone.objects.order_by("pk")[0]
        ZoneValue.objects.create(zone=zone, tax_year=2027, nir=123_456, method="entered", recorded_at=NOW,
                                 recorded_by="Ani")  # 123,456 thousand would be another value
        changed = [list(row) for row in files.objects(COUNT)][:3]
        changed[0][9], changed[1][9], changed[2][16] = "=SUM(A1)", 'Gg. "Lima", No. 5', "3"
    guarded = [[*row[:9], row[9].replace("=", "'="), *row[10:]] for row in changed]
    pk = receive(malang, files.write(tmp_path / "dat_objek_pajak.csv", "dat_objek_pajak", guarded), on=NEXT, now=LATER)
    assert check(malang, pk)["dat_objek_pajak"] == counts(changed=3)
    apply(malang, pk, LATER)
    with region_scope(malang):
        before = state()
        closed = ObjectVersion.objects.filter(superseded_at=None, state="closed").values_list(
            "register_object__nop", "valid_from", "close_reason")
        assert list(closed) == [("".join(files.nop(2)), NEXT, "other")]
    for form in ("csv", "xlsx"):
        paths = export(malang, tmp_path / form, NEXT, form)
        assert len(paths) == len(EXPORTED)
        again = receive(malang, *paths, on=NEXT, now=LATER)
        found = check(malang, again, LATER)
        with region_scope(malang):
            read = ImportFile.objects.filter(register_import_id=again)
            assert [one.refused for one in read] == [None] * len(EXPORTED)
        assert found == {
            "dat_subjek_pajak": counts(same=COUNT // 2), "dat_objek_pajak": counts(same=COUNT),
            "dat_op_bumi": counts(same=COUNT), "dat_op_bangunan": counts(same=COUNT // 2), "dat_znt": counts(same=6),
            "dat_nir": counts(same=7), "dat_subjek_pajak_njoptkp": counts(), "sppt": counts(),
            "pembayaran_sppt": counts()}, form
    text = (tmp_path / "csv" / f"dat_objek_pajak-35.73-{NEXT}.csv").read_text(encoding="utf-8-sig")
    assert "'=SUM(A1)" in text
    assert not any(files.nik(k) in text for k in range(COUNT))  # no NIK leaves
    assert text.count("NPWPD-W") == COUNT
    with region_scope(malang):
        assert state() == before
        entry = AuditEntry.objects.filter(action="tax.audit.register_exported").first()
        assert (entry.reason, entry.actor_name) == ("uji ekspor dan impor kembali", ACTOR.name)
        assert (entry.after["form"], entry.after["on"]) == ("xlsx", NEXT.isoformat())
        with pytest.raises(Refused, match="reason of the export"):
            allow_export(EXPORTED, on=ON, reason="  uji  ", form="csv", actor=ACTOR, now=NOW)


@given(some.integers(1, 10**12))
def test_thousands_are_written_as_they_are_read(rupiah: int) -> None:
    assert read_cell(thousands(rupiah), whole_number(1, 10**15, unit=1000), needed=True) == rupiah
