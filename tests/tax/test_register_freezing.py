"""A frozen roll is the register of 1 January valued by the engine, object by object; what is left out says why."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from tests.tax.register_rows import ANI, KELURAHAN, NOP, NOW, PLACE, YEAR, house, payer, place, zone
from tests.tax.test_rolls import columns, load

from sepadan.ground.problems import Refused
from sepadan.records.public import Actor, AuditEntry, Person, open_chart, region_scope
from sepadan.tax.engine.njop import Part, value_object
from sepadan.tax.engine.roll_columns import RollColumns
from sepadan.tax.models import BuildingVersion, ObjectVersion, RegisterObject, Roll, RollOmission, TaxableObject
from sepadan.tax.models.register import CloseReason, Exemption
from sepadan.tax.queries.register import standing
from sepadan.tax.services.freezing import Classes, classes_of, freeze_roll
from sepadan.tax.services.register import close_object, correct_object, exempt_object, transfer_object
from sepadan.tax.services.register_buildings import record_building
from sepadan.tax.services.register_opening import register_from_roll
from sepadan.tax.services.register_parts import share_object
from sepadan.tax.services.register_values import open_zone
from sepadan.tax.services.taxpayer_merges import approve_merge, propose_merge
from sepadan.territory.models import Region

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
FIRST = date(YEAR, 1, 1)


@pytest.fixture
def malang(transactional_db: None) -> Region:
    region = Region.objects.get(code="35.73")
    with region_scope(region):
        open_chart(["pbb"])
    return region


@pytest.fixture(autouse=True)
def _data(settings: object, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]


def nop(number: int) -> str:
    return f"{PLACE}001{number:04d}0"


def by_engine(one: RegisterObject, classes: Classes, nir: int) -> tuple[int, int, int, int | None]:
    """Land and building NJOP with their classes, from the engine's own exact rule."""
    found = standing(one, FIRST)
    assert found is not None
    table = classes.table
    land = table.find("land", Fraction(nir))
    parts = []
    for row in found.buildings:
        value = Fraction(row.value or 0, row.area_m2)
        if len(found.buildings) == 1:
            kind = table.find("building", value)
            parts.append(Part(Fraction(row.area_m2), Fraction(kind.value), kind))
        else:
            parts.append(Part(Fraction(row.area_m2), value))
    valued = value_object(Part(Fraction(found.version.land_m2), Fraction(land.value), land), parts, table)
    kind = valued.building.value_class if valued.building is not None else None
    return valued.njop_land, valued.njop_building, int(land.name), None if kind is None else int(kind.name)


def test_every_object_of_a_random_register_is_valued_as_the_engine_values_it(malang: Region):
    draw = random.Random(7)
    nirs: dict[str, int] = {}
    with region_scope(malang):
        edges = [row.to for row in classes_of(YEAR).table.land[::20] if row.to is not None]
        values = [*edges, *(edge + 1 for edge in edges[1:]), *(draw.randrange(200_000, 9_000_000) for _ in range(6))]
        zones = [zone(f"Z{i}", value) for i, value in enumerate(values)]
        bounds = [row.to for row in classes_of(YEAR).table.building if row.to is not None]
        objects = []
        for number in range(1, 81):
            where = draw.randrange(len(zones))
            one = house(nop(number), land_m2=draw.randrange(1, 900), zone_id=zones[where].pk)
            nirs[one.nop] = values[where]
            rows = []
            for place_ in range(draw.choice((0, 1, 1, 2, 3))):
                area = draw.randrange(1, 300)
                value = draw.choice((draw.choice(bounds) * area, draw.randrange(300_000, 4_000_000) * area + 1))
                rows.append(BuildingVersion(
                    register_object=one, number=place_ + 1, valid_from=one.versions.get().valid_from, recorded_at=NOW,
                    change="built", jpb="01", area_m2=area, value=value))
            BuildingVersion.objects.bulk_create(rows)
            objects.append(one)
        classes = classes_of(YEAR)
    roll = freeze_roll(malang, YEAR, actor=ANI, now=NOW)
    with region_scope(malang):
        frozen = {row.nop: row for row in TaxableObject.objects.filter(roll=roll)}
        assert len(frozen) == 80
        for one in objects:
            row = frozen[one.nop]
            assert (row.njop_land, row.njop_building, row.land_class, row.building_class) == \
                by_engine(one, classes, nirs[one.nop]), one.nop
        assert (roll.object_count, roll.njop_total) == (80, sum(row.njop for row in frozen.values()))
        assert (roll.class_table, roll.synthetic, roll.state) == ("national-2011", False, "ready")
        entry = AuditEntry.objects.get(action="tax.audit.roll_frozen")
        assert (entry.actor_name, entry.after["objects"]) == ("Ani", 80)


def test_the_roll_is_the_register_of_the_first_of_january_as_known_when_it_is_frozen(malang: Region):
    with region_scope(malang):
        one = house(land_m2=100, zone_id=zone().pk)
        one = transfer_object(one, payer("P2", "Budi"), seen=1, on=date(YEAR, 1, 2), actor=ANI, now=NOW)
    first = freeze_roll(malang, YEAR, actor=ANI, now=NOW)
    with region_scope(malang):
        correct_object(one, {"land_m2": 150}, seen=2, on=date(YEAR - 1, 6, 1), actor=ANI, now=NOW)
    second = freeze_roll(malang, YEAR, actor=ANI, now=NOW)
    with region_scope(malang):
        rows = TaxableObject.objects.order_by("roll_id")
        assert [(row.roll_id, row.taxpayer.npwpd, row.land_m2) for row in rows] == [
            (first.pk, "P1", 100), (second.pk, "P1", 150)]
        assert (first.version, second.version) == (1, 2)


def test_what_is_left_out_says_why_and_nothing_but_that_is_left_out(malang: Region):
    with region_scope(malang):
        good = zone("AA")
        without, outside = zone("BB", nir=None), zone("CC", nir=10**9)
        rows = {why: house(nop(number), zone_id=key) for number, (why, key) in enumerate({
            "kept": good.pk, "closed": good.pk, "exempt": good.pk, "no_nir": without.pk, "no_zone": None,
            "no_class": outside.pk, "building_not_valued": good.pk}.items(), start=1)}
        rows["no_land"] = house(nop(9), land_m2=0, zone_id=good.pk)
        close_object(rows["closed"], CloseReason.DOUBLE, seen=1, on=FIRST, actor=ANI, now=NOW, reason="ganda")
        exempt_object(rows["exempt"], Exemption.CEMETERY, seen=1, on=FIRST, actor=ANI, now=NOW)
        record_building(rows["building_not_valued"], None, {"jpb": "01", "area_m2": 9}, seen=1, on=date(YEAR - 1, 5, 1),
                        actor=ANI, now=NOW)
        late = house(nop(10), on=date(YEAR, 1, 2), zone_id=good.pk)  # not there yet on 1 January
    roll = freeze_roll(malang, YEAR, actor=ANI, now=NOW)
    with region_scope(malang):
        left = dict(RollOmission.objects.filter(roll=roll).values_list("register_object__nop", "reason"))
        assert left == {one.nop: why for why, one in rows.items() if why != "kept"}
        assert [row.nop for row in TaxableObject.objects.filter(roll=roll)] == [rows["kept"].nop]
        assert late.nop not in left
        assert roll.figures["left_out"] == dict.fromkeys(left.values(), 1) | {"shared": 0}


def test_members_bear_the_shared_object_at_its_classes_and_the_parent_is_not_in_the_roll(malang: Region):
    with region_scope(malang):
        good, dear = zone("AA", 1_000_000), zone("BB", 5_000_000)
        garden = house(nop(1), land_m2=90, zone_id=dear.pk)
        garden = record_building(garden, None, {"jpb": "01", "area_m2": 30, "value": 30 * 700_000}, seen=1,
                                 on=date(YEAR - 1, 1, 1), actor=ANI, now=NOW)
        flat = house(nop(2), land_m2=0, zone_id=None)
        home = house(nop(3), land_m2=50, zone_id=good.pk)
        share_object(garden, {flat.pk: (60, 30), home.pk: (30, 0)}, seen={garden.pk: 2, flat.pk: 1, home.pk: 1},
                     on=date(YEAR - 1, 1, 1), actor=ANI, now=NOW)
        table = classes_of(YEAR).table
    roll = freeze_roll(malang, YEAR, actor=ANI, now=NOW)
    with region_scope(malang):
        land = {value: table.find("land", Fraction(value)) for value in (1_000_000, 5_000_000)}
        building = table.find("building", Fraction(700_000))
        rows = {row.nop: row for row in TaxableObject.objects.filter(roll=roll)}
        assert set(rows) == {flat.nop, home.nop}
        assert (rows[flat.nop].land_m2, rows[flat.nop].njop_land, rows[flat.nop].njop_building) == (
            60, 60 * land[5_000_000].value, 30 * building.value)
        assert (rows[flat.nop].land_class, rows[flat.nop].building_class) == (land[5_000_000].name, building.name)
        assert (rows[home.nop].land_m2, rows[home.nop].njop_land) == (
            50 + 30, 50 * land[1_000_000].value + 30 * land[5_000_000].value)
        assert rows[home.nop].land_class == land[1_000_000].name
        assert RollOmission.objects.get(roll=roll).reason == "shared"


def test_an_owner_whose_entry_was_merged_stands_in_the_roll_under_the_one_that_stays(malang: Region):
    ani, budi = (Actor(name=name, person_id=Person.objects.create_user(f"{name}-f@contoh.go.id", name).pk)
                 for name in ("Ani", "Budi"))
    with region_scope(malang):
        kept, dropped = payer("P1"), payer("P2", "Siti Aminah dua kali")
        where = zone().pk
        house(nop(1), zone_id=where)
        approve_merge(propose_merge(kept, dropped, "berkas", actor=ani, now=NOW), actor=budi, now=NOW)
        house(nop(2), zone_id=where, taxpayer_id=dropped.pk)  # an import names the old number once more
    roll = freeze_roll(malang, YEAR, actor=ANI, now=NOW)
    with region_scope(malang):
        assert {row.taxpayer.npwpd for row in TaxableObject.objects.filter(roll=roll)} == {"P1"}
    assert (roll.object_count, roll.owner_count) == (2, 1)  # one owner, so one NJOPTKP


def test_a_register_of_which_nothing_can_be_valued_makes_no_roll(malang: Region):
    with region_scope(malang):
        house(zone_id=zone(nir=None).pk)
    with pytest.raises(Refused) as refused:
        freeze_roll(malang, YEAR, actor=ANI, now=NOW)
    assert refused.value.problem.what.key == "tax.freeze.nothing"
    with region_scope(malang):
        assert not Roll.objects.filter(state="ready").exists()
        assert not RollOmission.objects.exists()


def one_village(count: int = 12) -> RollColumns:
    given = columns(count)
    return replace(given, villages=("35.73.02.1001",), village=np.zeros(count, dtype=np.int64))


def test_a_register_opened_from_a_roll_freezes_back_to_it_and_opening_twice_changes_nothing(malang: Region):
    roll = load(malang, one_village())
    opened = register_from_roll(malang, roll, actor=ANI, now=NOW, first_year=2023)
    assert (opened.objects, opened.buildings) == (12, 6)
    assert register_from_roll(malang, roll, actor=ANI, now=NOW).objects == 0
    with region_scope(malang):
        one = RegisterObject.objects.first()
        assert (one.version, one.versions.get().valid_from, one.place.kelurahan_id) == (1, date(2023, 1, 1), KELURAHAN)
        assert one.versions.get().zone.synthetic
    frozen = freeze_roll(malang, 2025, actor=ANI, now=NOW)
    fields = ("nop", "kelurahan_id", "taxpayer_id", "use", "street", "land_m2", "land_class", "building_m2",
              "building_class", "njop_land", "njop_building")
    with region_scope(malang):
        assert list(TaxableObject.objects.filter(roll=frozen).order_by("nop").values_list(*fields)) == \
            list(TaxableObject.objects.filter(roll=roll).order_by("nop").values_list(*fields))
        assert frozen.synthetic
        assert AuditEntry.objects.filter(action="tax.audit.register_opened").count() == 1
        change = correct_object(one, {"land_m2": 500}, seen=1, on=date(2024, 1, 1), actor=ANI, now=NOW)
        assert ObjectVersion.objects.filter(register_object=change, superseded_at=None).count() == 2


def test_a_roll_whose_codes_cover_two_kelurahan_opens_nothing(malang: Region):
    roll = load(malang, columns())
    with pytest.raises(Refused) as refused:
        register_from_roll(malang, roll, actor=ANI, now=NOW)
    assert refused.value.problem.what.key == "tax.freeze.two_kelurahan"
    with region_scope(malang):
        assert not RegisterObject.objects.exists()


def test_a_roll_of_a_part_holds_that_kecamatan_only(malang: Region):
    with region_scope(malang):
        house(zone_id=zone().pk)
        assert place().kelurahan.code == "35.73.02.1001"
        open_zone(place(), "ZZ", actor=ANI, now=NOW)
    assert freeze_roll(malang, YEAR, actor=ANI, now=NOW, part="35.73.02").part == "35.73.02"
    with pytest.raises(Refused):
        freeze_roll(malang, YEAR, actor=ANI, now=NOW, part="35.73.03")
    assert NOP.startswith(PLACE)
