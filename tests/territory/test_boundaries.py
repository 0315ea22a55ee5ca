"""Loading boundaries: sound files are stored once, faulty ones never, and the map is drawn from them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from sepadan.ground.problems import Refused
from sepadan.territory.engine.shading import Shading
from sepadan.territory.models import Boundary, BoundaryLayer, Kelurahan
from sepadan.territory.queries.maps import boundary_shapes, region_map
from sepadan.territory.services.boundaries import BoundariesLoaded, load_boundaries
from sepadan.territory.services.villages import import_villages
from territory.coverage_files import as_bytes, checkerboard

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture
def batu(db: None) -> None:
    """Kota Batu as a checkerboard of nine kelurahan."""
    rows = [f"35.79.01.1{k:03d},Desa {k},Batu" for k in range(1, 10)]
    assert not import_villages("35.79", "\n".join(["code,name,district", *rows]), file_name="batu.csv").problems


def load(document: Any, region: str = "35.79", **options: Any) -> BoundariesLoaded:
    data = document if isinstance(document, bytes) else as_bytes(document)
    return load_boundaries(region, data, file_name="b.geojson", now=NOW, **options)


def keys(done: BoundariesLoaded) -> list[str]:
    return [one.what.key.removeprefix("territory.boundary.") for one in done.problems]


@pytest.mark.django_db
def test_a_sound_file_is_stored_with_source_licence_and_area(batu: None) -> None:
    done = load(checkerboard(), decree_area_km2=Decimal("10.97"))
    assert (keys(done), done.stored, done.areas, done.level) == ([], True, 9, "kelurahan")
    layer = BoundaryLayer.objects.using("owner").get(region__code="35.79")
    assert (layer.source, layer.licence, layer.loaded_at, layer.decree_area_km2) == (
        "papan catur", "CC0-1.0", NOW, Decimal("10.97"))
    assert sum(b.area_km2 for b in Boundary.objects.using("owner").filter(layer=layer)) == layer.area_km2
    assert json.loads(Boundary.objects.using("owner").filter(layer=layer)[0].geometry)["type"] == "Polygon"


@pytest.mark.django_db
def test_the_same_file_twice_changes_nothing_and_another_one_replaces_it(batu: None) -> None:
    load(checkerboard())
    first = BoundaryLayer.objects.using("owner").get(region__code="35.79").pk
    again = load(checkerboard())
    assert (again.stored, again.unchanged) == (False, True)
    assert BoundaryLayer.objects.using("owner").get(region__code="35.79").pk == first
    assert load(checkerboard(), licence="ODbL-1.0").stored
    assert BoundaryLayer.objects.using("owner").get(region__code="35.79").licence == "ODbL-1.0"
    assert Boundary.objects.using("owner").count() == 9


@pytest.mark.django_db
def test_a_faulty_file_leaves_the_stored_layer_as_it_is(batu: None) -> None:
    load(checkerboard())
    document = checkerboard()
    document["features"].pop(4)
    assert keys(load(document)) == ["absent", "gap"]
    assert Boundary.objects.using("owner").count() == 9


@pytest.mark.django_db
def test_a_trial_stores_nothing(batu: None) -> None:
    done = load(checkerboard(), dry_run=True)
    assert (keys(done), done.stored) == ([], False)
    assert not BoundaryLayer.objects.using("owner").exists()


@pytest.mark.django_db
def test_what_is_unknown_is_said(batu: None) -> None:
    document = checkerboard()
    del document["licence"]
    notices = [one.what.key for one in load(document).notices]
    assert notices == ["territory.boundary.no_decree", "territory.boundary.no_licence"]


@pytest.mark.django_db
def test_files_for_the_wrong_place_are_told_apart(batu: None) -> None:
    assert keys(load(checkerboard(), "35.73")) == ["other_region"]
    assert keys(load(checkerboard(region="35.78"), "35.78")) == ["no_hierarchy"]
    with pytest.raises(Refused):
        load(checkerboard(), "99.99")


@pytest.mark.django_db(transaction=True)
def test_the_map_is_that_of_the_boundaries_once_they_are_loaded() -> None:
    rows = [f"35.79.01.1{k:03d},Desa {k},Batu,-7.8{k},112.5{k}" for k in range(1, 10)]
    import_villages("35.79", "\n".join(["code,name,district,lat,lon", *rows]), file_name="batu.csv")
    shading = Shading("Nomor", {f"35.79.01.1{k:03d}": k for k in range(1, 10)})
    drawing = region_map(3579, shading, lang="id", title="Peta")
    assert drawing is not None
    assert "<polygon" in drawing.svg
    load(checkerboard())
    drawn = region_map(3579, shading, lang="id", title="Peta")
    assert drawn is not None
    assert "hexmap boundary" in drawn.svg
    assert "papan catur (CC0-1.0)" in drawn.svg
    assert (drawn.twin, drawn.key) == (drawing.twin, drawing.key)
    hexagons = region_map(3579, shading, lang="id", title="Peta", hexagons=True)
    assert hexagons is not None
    assert "<polygon" in hexagons.svg
    Kelurahan.objects.using("owner").create(id=3579011010, code="35.79.01.1010", name="Desa 10", kind="kelurahan",
                                            kecamatan_id=357901, region_id=3579)
    assert boundary_shapes(3579) == []  # the layer names no longer all areas
    assert region_map(3579, shading, lang="id", title="Peta") is None  # and one has no hexagon yet


FILES = [("malang_kelurahan", "35.73", 57), ("malang_kecamatan", "35.73", 5), ("bekasi_desa_simplified", "32.16", 187),
         ("bekasi_kecamatan", "32.16", 23)]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "region", "count"), FILES)
def test_the_boundaries_of_the_first_two_regions_load(shared, name: str, region: str, count: int) -> None:
    """True files: multipolygons, an exclave of Wonokoyo in a hole of Buring, area within 1 % of the decree."""
    done = load((shared / "geo" / f"{name}.geojson").read_bytes(), region)
    assert ([one.text("en") for one in done.problems], done.stored, done.areas) == ([], True, count)
    assert done.decree_area_km2 == (Decimal("111.077") if region == "35.73" else Decimal("1255.001"))
    assert abs(done.area_km2 - done.decree_area_km2) < done.decree_area_km2 / 100


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "region", "count"), FILES)
def test_the_same_files_broken_do_not_load(shared, name: str, region: str, count: int) -> None:
    document = json.loads((shared / "geo" / f"{name}.geojson").read_bytes())
    document["features"].pop(2)
    assert "absent" in keys(load(document, region))
    swapped = json.loads((shared / "geo" / f"{name}.geojson").read_bytes())
    for one in swapped["features"]:
        one["geometry"]["coordinates"] = _swap(one["geometry"]["coordinates"])
    assert keys(load(swapped, region)).count("swapped") == count


def _swap(part: Any) -> Any:
    return part[::-1] if isinstance(part[0], float) else [_swap(one) for one in part]


@pytest.mark.django_db
def test_a_drawing_of_true_boundaries_stays_small(shared) -> None:
    from sepadan.territory.engine.shapes import Shape, boundary_svg

    for name in ("malang_kelurahan", "bekasi_desa_simplified"):
        features = json.loads((shared / "geo" / f"{name}.geojson").read_bytes())["features"]
        shapes = [Shape(f["properties"]["code"], f["properties"]["name"], f["properties"]["district_code"],
                        f["properties"]["district"], json.dumps(f["geometry"])) for f in features]
        drawing = boundary_svg(shapes, Shading("x", {}), lang="id", title="x")
        assert len(drawing.svg.encode()) <= 60_000
        assert drawing.unnamed == ()
