"""Importing a hierarchy: all or nothing, the same file twice changes nothing, a layout comes with the points."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sepadan.ground.problems import Refused
from sepadan.territory.engine.hexagons import faults
from sepadan.territory.models import Fact, Kecamatan, Kelurahan
from sepadan.territory.services.villages import Imported, import_villages

pytestmark = pytest.mark.django_db

HEAD = "code,name,district,postal_code,lat,lon"
ROWS = [
    "35.79.01.1001,Sisir,Batu,65314,-7.87012,112.52731", "35.79.01.1002,Ngaglik,Batu,65311,-7.87312,112.51911",
    "35.79.01.2003,Oro-Oro Ombo,Batu,,-7.90012,112.52931", "35.79.02.2001,Bumiaji,Bumiaji,,-7.84912,112.54131",
    "35.79.02.2002,Bulukerto,Bumiaji,,-7.83512,112.52531", "35.79.03.2001,Junrejo,Junrejo,,-7.91212,112.55631",
]


def load(*rows: str, head: str = HEAD, **options: bool) -> Imported:
    return import_villages("35.79", "\n".join([head, *rows]), file_name="batu.csv", **options)


def stored() -> dict[str, Kelurahan]:
    return {v.code: v for v in Kelurahan.objects.using("owner").filter(region__code="35.79")}


def keys(done: Imported) -> list[str]:
    return [one.what.key.removeprefix("territory.import.") for one in done.problems]


def test_a_region_is_imported_with_its_layout() -> None:
    done = load(*ROWS)
    assert (done.added, done.changed, done.removed, done.kecamatan_added, done.unplaced) == (6, 0, 0, 3, 0)
    assert done.laid_out
    rows = stored()
    cells = {code: (row.hex_q, row.hex_r) for code, row in rows.items()}
    assert faults(cells, {code: code[:8] for code in cells}) == (0, 0, 0)
    assert (rows["35.79.01.1001"].kind, rows["35.79.02.2001"].kind) == ("kelurahan", "desa")
    assert list(Kecamatan.objects.using("owner").filter(region__code="35.79").values_list("name", flat=True)) == [
        "Batu", "Bumiaji", "Junrejo"]


def test_the_same_file_twice_changes_nothing() -> None:
    load(*ROWS)
    before = {code: (v.name, v.hex_q, v.hex_r) for code, v in stored().items()}
    done = load(*ROWS)
    assert (done.added, done.changed, done.removed, done.kecamatan_added, done.laid_out) == (0, 0, 0, 0, False)
    assert {code: (v.name, v.hex_q, v.hex_r) for code, v in stored().items()} == before


def test_one_fault_and_nothing_is_written_but_every_fault_is_told() -> None:
    done = load(*ROWS, "35.73.01.1001,Balearjosari,Batu,,,", "x,Y,Batu,,,")
    assert keys(done) == ["other_region", "code"]
    assert [one.where for one in done.problems] == ["batu.csv:8", "batu.csv:9"]
    assert stored() == {}


def test_a_trial_counts_and_writes_nothing() -> None:
    done = load(*ROWS, dry_run=True)
    assert (done.added, done.dry_run, done.laid_out) == (6, True, False)
    assert stored() == {}


def test_a_blank_leaves_what_is_known_and_a_value_replaces_it() -> None:
    load(*ROWS)
    done = load("35.79.01.1001,Sisir Baru,,,,", *ROWS[1:])
    assert (done.changed, done.added) == (1, 0)
    sisir = stored()["35.79.01.1001"]
    assert (sisir.name, sisir.postal_code, sisir.lat) == ("Sisir Baru", "65314", Decimal("-7.87012"))


def test_a_renamed_kecamatan_counts_as_a_change() -> None:
    load(*ROWS)
    assert load(*(row.replace(",Junrejo,,", ",Junrejo Raya,,") for row in ROWS)).changed == 1
    assert Kecamatan.objects.using("owner").get(code="35.79.03").name == "Junrejo Raya"


def test_without_a_point_there_is_no_layout_until_it_comes() -> None:
    done = load(*ROWS[:5], "35.79.03.2001,Junrejo,Junrejo,,,")
    assert (done.unplaced, done.laid_out) == (1, False)
    assert {row.hex_q for row in stored().values()} == {None}
    assert load(*ROWS).laid_out
    assert None not in {row.hex_q for row in stored().values()}


def test_a_kecamatan_needs_a_name_once() -> None:
    assert keys(load("35.79.01.1001,Sisir,,,,")) == ["no_district"]
    load(*ROWS)
    assert keys(load(*(f"{row.split(',')[0]},{row.split(',')[1]}" for row in ROWS), head="code,name")) == []


def test_what_the_file_leaves_out_is_a_fault_or_removed_when_asked() -> None:
    load(*ROWS)
    Fact.objects.using("owner").create(region_id=3579, kecamatan_id=357903, kelurahan_id=3579032001, value=1,
                                       measure="area_km2", unit="km2", period="2024", kind="claim", source="x",
                                       confidence="low")
    done = load(*ROWS[:5])
    assert keys(done) == ["absent"]
    assert "35.79.03.2001 Junrejo" in done.problems[0].text("id")
    assert len(stored()) == 6
    done = load(*ROWS[:5], remove_absent=True)
    assert (done.removed, done.laid_out, len(stored())) == (1, True, 5)
    assert not Kecamatan.objects.using("owner").filter(code="35.79.03").exists()


def test_an_unknown_region_is_refused_with_a_hint() -> None:
    with pytest.raises(Refused) as refused:
        import_villages("35.99", HEAD, file_name="x.csv")
    assert "35.01 Kabupaten Pacitan" in refused.value.problem.text("id")


@pytest.mark.parametrize(("region", "codes"), [("35.73", "malang"), ("32.16", "bekasi")])
def test_the_reference_tables_agree_with_what_is_shipped(shared, region: str, codes: str) -> None:
    """Two tables of the reference material, codes and centroids, change nothing in the shipped hierarchy."""
    for name in (f"{codes}_codes.csv", f"{codes}_centroids.csv"):
        text = (shared / "facts" / "territory" / name).read_text(encoding="utf-8")
        done = import_villages(region, text, file_name=name)
        assert (done.problems, done.added, done.changed, done.removed, done.laid_out) == ((), 0, 0, 0, False)
