"""The shipped tables: complete, sourced, loaded once, and read-only for the application."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, transaction

from sepadan.ground.messages import catalogue
from sepadan.territory.models import Fact, Kecamatan, Kelurahan, Province, Region
from sepadan.territory.services.reference import edition, load_reference, shipped

pytestmark = pytest.mark.django_db


def test_all_regions_are_there_after_the_migrations() -> None:
    assert (Province.objects.count(), Region.objects.count()) == (38, 514)
    assert (Region.objects.filter(kind="kabupaten").count(), Region.objects.filter(kind="kota").count()) == (416, 98)


@pytest.mark.parametrize(("code", "kecamatan", "kelurahan", "desa"), [("35.73", 5, 57, 0), ("32.16", 23, 8, 179)])
def test_the_full_hierarchy_of_the_first_two_regions(code: str, kecamatan: int, kelurahan: int, desa: int) -> None:
    region = Region.objects.get(code=code)
    assert Kecamatan.objects.filter(region=region).count() == kecamatan
    kinds = list(Kelurahan.objects.filter(region=region).values_list("kind", flat=True))
    assert (kinds.count("kelurahan"), kinds.count("desa")) == (kelurahan, desa)


def test_the_key_is_the_code() -> None:
    malang = Region.objects.get(code="35.73")
    assert (malang.pk, malang.name, malang.kind, malang.bps_code) == (3573, "Kota Malang", "kota", "3573")
    buring = Kelurahan.objects.get(code="35.73.03.1005")
    assert (buring.pk, buring.name, buring.kecamatan.name) == (3573031005, "Buring", "Kedungkandang")


def test_a_bps_code_is_known_only_where_a_source_states_it() -> None:
    assert Region.objects.exclude(bps_code=None).count() == 10
    assert Region.objects.get(code="91.03").bps_code is None


def test_zones_follow_the_province() -> None:
    zone = dict(Region.objects.filter(code__in=["35.73", "51.71", "93.01", "62.71", "63.71"])
                .values_list("code", "timezone"))
    assert zone == {"35.73": "Asia/Jakarta", "51.71": "Asia/Makassar", "93.01": "Asia/Jayapura",
                    "62.71": "Asia/Jakarta", "63.71": "Asia/Makassar"}


def test_loading_again_writes_nothing() -> None:
    assert load_reference().written == 0


def test_a_changed_row_is_set_back_and_an_added_one_stays() -> None:
    Region.objects.using("owner").filter(code="35.79").update(name="Kota Batuk")
    Kecamatan.objects.using("owner").create(id=357901, code="35.79.01", name="Batu", region_id=3579)
    assert load_reference().written == 1
    assert Region.objects.using("owner").get(code="35.79").name == "Kota Batu"
    assert Kecamatan.objects.using("owner").filter(code="35.79.01").exists()


@pytest.mark.parametrize("statement", [
    "UPDATE territory_region SET name = 'x'", "DELETE FROM territory_kelurahan", "DELETE FROM territory_fact",
    "INSERT INTO territory_province VALUES (99, '99', 'x', 'Asia/Jakarta')", "TRUNCATE territory_boundary",
])
def test_the_application_reads_but_does_not_write(statement: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM territory_region")
        assert cursor.fetchone() == (514,)
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            cursor.execute(statement)


def test_published_totals_come_with_their_source() -> None:
    population = Fact.objects.get(region__code="32.16", kecamatan=None, measure="population")
    assert (population.value, population.unit, population.period) == (3_387_601, "jiwa", "2024-12-31")
    assert "300.2.2-2430/2025" in population.source
    assert population.confidence == "high"


def test_parts_add_up_to_the_published_whole() -> None:
    facts = {(r["code"], r["measure"]): int(r["value"]) for r in shipped("facts") if r["measure"] != "area_km2"
             and r["period"] in ("2024-12-31", "2023")}
    for code in ("35.73", "32.16"):
        assert facts[code, "population_male"] + facts[code, "population_female"] == facts[code, "population"]
    malang = [v for (code, measure), v in facts.items() if code.startswith("35.73.") and measure == "population"]
    assert sum(malang) == 847_182  # BPS projection 2023, another source than the 889,359 registered in December 2024


def test_every_note_has_its_words() -> None:
    keys = {row["note_key"] for row in shipped("facts")} - {""}
    assert keys
    assert keys <= set(catalogue())


def test_the_edition_names_source_and_licence() -> None:
    assert edition()["codes"]["licence"] == "ODbL-1.0"
    assert "idn-area-data" in edition()["codes"]["source"]
