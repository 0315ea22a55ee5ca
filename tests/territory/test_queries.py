"""Looking up regions, villages and figures with their origin."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sepadan.ground.problems import Refused
from sepadan.territory.public import (
    Level,
    Measure,
    RegionKind,
    Shading,
    all_regions,
    cell_of,
    cells_by_area,
    cells_of,
    find_region,
    kecamatan_in,
    region_map,
    region_of_code,
    regions_with_villages,
    village_names,
    villages_in,
)

pytestmark = pytest.mark.django_db


def test_a_region_is_found_by_its_code_with_or_without_a_dot() -> None:
    assert find_region("35.73") == find_region("3573") == region_of_code("35.73")
    assert find_region("35.99") is None
    assert find_region("'; DROP TABLE x") is None


@pytest.mark.parametrize(("code", "hint"), [("35.99", "35.01 Kabupaten Pacitan"), ("3", "misalnya 35.73;"),
                                            ("", "misalnya 35.73;"), ("Malang", "misalnya 35.73;"),
                                            ("\0\0.73", "misalnya 35.73;"), ("\uff13\uff15.73", "misalnya 35.73;"),
                                            ("35.73" * 900, "35.01 Kabupaten Pacitan")])
def test_an_unknown_region_is_refused_with_its_remedy(code: str, hint: str) -> None:
    with pytest.raises(Refused) as refused:
        region_of_code(code, where="--region")
    assert refused.value.problem.text("id").startswith("--region: Tidak ada kabupaten")
    assert hint in refused.value.problem.text("id")


def test_regions_by_kind_province_and_hierarchy() -> None:
    assert [r.name for r in all_regions(kind=RegionKind.KOTA, province="34")] == ["Kota Yogyakarta"]
    assert [r.code for r in regions_with_villages()] == ["32.16", "35.73"]


def test_names_without_their_kind_and_regions_without_a_council() -> None:
    assert [region_of_code(c).short_name for c in ("35.73", "35.07", "31.71")] == ["Malang", "Malang", "Jakarta Pusat"]
    assert region_of_code("31.71").is_administrative
    assert not region_of_code("35.73").is_administrative


def test_villages_come_with_kecamatan_point_and_hexagon_in_one_query(django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        rows = villages_in(3216)
    assert len(rows) == 187
    first = rows[0]
    assert (first.code, first.name, first.kecamatan_name, first.kind) == ("32.16.01.1007", "Setia Asih", "Tarumajaya",
                                                                          "kelurahan")
    assert first.lat == Decimal("-6.15746")
    assert all(row.cell is not None for row in rows)
    assert len(kecamatan_in(3216)) == 23
    assert village_names(3573, ["35.73.03.1004"]) == {"35.73.03.1004": "Wonokoyo"}


def test_a_figure_carries_unit_period_source_confidence_and_trap() -> None:
    cell = cell_of("35.73", Measure.POPULATION)
    assert cell.text("id") == "889.359\xa0jiwa"
    origin = dict(cell.origin("id"))
    assert (origin["Periode"], origin["Keyakinan"], origin["Jenis"]) == ("31 Des 2024", "tinggi", "Realisasi")
    assert "Kepmendagri 300.2.2-2430/2025" in origin["Sumber"]
    assert "BPS" in cell.trap.text("id")
    assert cell_of("35.73", Measure.AREA_KM2).text("en") == "111.077\xa0km²"


def test_what_is_not_known_is_a_visible_box_with_its_reason() -> None:
    cell = cell_of("32.16.01", Measure.POPULATION)
    assert (cell.kind, cell.value, cell.rule) == ("missing", None, "box")
    assert "Dalam Angka" in cell.trap.text("id")
    assert cell_of("35.73.01.1001", Measure.POPULATION).kind == "missing"
    assert cell_of("nonsense", Measure.POPULATION).kind == "missing"


def test_several_values_stand_newest_first() -> None:
    assert [(c.value, c.period, c.kind) for c in cells_of("32.16.20", Measure.POPULATION)] == [
        (69_800, "2023", "estimate"), (67_336, "2020", "realised"), (56_756, "2010", "realised")]


def test_a_cell_for_every_area_known_or_not(django_assert_num_queries) -> None:
    with django_assert_num_queries(2):
        cells = cells_by_area(3216, Level.KECAMATAN, Measure.POPULATION)
    assert len(cells) == 23
    assert {code for code, cell in cells.items() if cell.value is not None} == {
        "32.16.09", "32.16.11", "32.16.19", "32.16.20"}
    areas = cells_by_area(3573, Level.KELURAHAN, Measure.AREA_KM2)
    assert sum(cell.value for cell in areas.values()) == Decimal("111.0740")
    assert {cell.kind for cell in areas.values()} == {"derived"}


def test_the_map_of_a_region_comes_from_its_stored_hexagons() -> None:
    areas = cells_by_area(3573, Level.KELURAHAN, Measure.AREA_KM2)
    shading = Shading("Luas", {code: cell.value for code, cell in areas.items()}, form="number1", unit="km²")
    drawing = region_map(3573, shading, lang="id", title="Luas kelurahan")
    assert drawing is not None
    assert drawing.svg.count("<polygon") == 57
    assert drawing.twin.heads == ("Kelurahan atau desa", "Kecamatan", "Luas (km²)")
    assert region_map(3579, shading, lang="id", title="x") is None
