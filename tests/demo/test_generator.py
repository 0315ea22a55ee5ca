"""The pure generator: the same integers everywhere, NJOP that follows from classes, owners and villages that add up."""

from __future__ import annotations

import numpy as np
import pytest

from sepadan.demo.engine.calibration import calibrate
from sepadan.demo.engine.draws import ONE, UNIT, below, lognormal, normal, words
from sepadan.demo.engine.objects import ClassTable, Draft, draft_objects
from sepadan.demo.engine.plan import plan_from
from sepadan.demo.engine.recipe import recipe, texts_of
from sepadan.demo.engine.villages import object_counts, spread
from sepadan.demo.plans import PLANNED, read_plan, read_villages
from sepadan.demo.services.law import assess_by, class_tables, rule_of
from sepadan.ground.problems import Refused
from sepadan.tax.engine.roll_columns import RollColumns


def draft(region: str, seed: int | None = None) -> Draft:
    return draft_objects(read_plan(region, small=True, seed=seed), read_villages(region), *class_tables())


@pytest.fixture(scope="module", params=PLANNED)
def region(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def columns(region: str) -> RollColumns:
    return draft(region).realise(ONE, ONE)


def test_draws_are_the_same_integers_on_every_machine():
    assert [int(word) for word in words(16, "form", 3)] == list(DRAWN)
    assert below(16, "form", 5, 1000).tolist() == BELOW
    assert normal(16, "land", 3).tolist() == NORMAL
    assert lognormal(np.array([-UNIT, 0, UNIT]), 1000).tolist() == [385750, ONE, 2850325]


def test_a_draw_depends_on_its_name_and_place_only():
    assert words(1, "a", 10).tolist() == words(1, "a", 1000)[:10].tolist()
    assert words(1, "a", 10).tolist() != words(1, "b", 10).tolist() != words(2, "b", 10).tolist()


def test_normal_values_have_the_moments_of_a_normal():
    z = normal(5, "z", 200_000) / UNIT
    assert abs(z.mean()) < 0.01
    assert abs(z.std() - 1) < 0.01
    assert abs(np.median(lognormal(normal(5, "z", 200_000), 700)) / ONE - 1) < 0.01


@pytest.mark.parametrize(("total", "weights", "parts"), [
    (10, [1, 1, 1], [4, 3, 3]), (7, [0, 2, 5], [0, 2, 5]), (1, [1, 1], [1, 0]), (0, [3, 4], [0, 0])])
def test_spread_gives_whole_parts_that_add_up(total, weights, parts):
    assert spread(total, weights) == parts


def test_every_village_has_objects_and_all_are_spread(region):
    plan, villages = read_plan(region), read_villages(region)
    counts = object_counts(plan, villages)
    assert len(villages) == {"35.73": 57, "32.16": 187}[region]
    assert sum(counts) == plan.objects == {"35.73": 300_000, "32.16": 1_300_000}[region]
    assert min(counts) > 1000


def test_kecamatan_of_malang_have_objects_by_their_sourced_population():
    plan, villages = read_plan("35.73"), read_villages("35.73")
    counts = object_counts(plan, villages)
    klojen = sum(n for n, v in zip(counts, villages, strict=True) if v.kecamatan == "35.73.02")
    assert klojen == round(300_000 * 93_990 / 847_182)


def test_the_same_plan_gives_the_same_roll_and_another_seed_another(region, columns):
    assert draft(region).realise(ONE, ONE).content_hash() == columns.content_hash()
    assert draft(region, seed=7).realise(ONE, ONE).content_hash() != columns.content_hash()


def test_njop_follows_from_areas_and_classes(columns):
    land, building = class_tables()
    of_land = dict(zip(land.classes, land.value, strict=True))
    of_building = {0: 0, **dict(zip(building.classes, building.value, strict=True))}
    for k in range(0, len(columns), 7):
        assert columns.njop_land[k] == columns.land_m2[k] * of_land[int(columns.land_class[k])]
        assert columns.njop_building[k] == columns.building_m2[k] * of_building[int(columns.building_class[k])]
    assert ((columns.building_m2 == 0) == (columns.building_class == 0)).all()
    assert columns.land_m2.min() >= 1


def test_numbers_are_ascending_unique_and_never_those_of_a_real_object(region, columns):
    assert (np.diff(columns.nop) > 0).all()
    assert {str(nop)[:4] for nop in columns.nop.tolist()} == {region.replace(".", "")}
    assert {str(nop)[4] for nop in columns.nop.tolist()} == {"9"}


def test_owners_hold_a_little_over_one_object_with_a_long_tail(columns):
    held = np.bincount(columns.owner)[1:]
    assert held.min() == 1
    assert 1.1 < len(columns) / len(held) < 1.2
    assert 50 < held.max() <= 420
    assert columns.owner[0] == 1


def test_fields_are_few_in_the_city_and_many_in_the_rural_north():
    assert 0.003 < draft("35.73").food_land.mean() < 0.02
    bekasi = draft("32.16")
    rural = np.array([code.startswith(("32.16.13", "32.16.17")) for code in bekasi.villages])[bekasi.village]
    assert bekasi.food_land[rural].mean() > 0.25 > bekasi.food_land.mean() > 0.05


def test_a_class_holds_over_to_inclusive():
    table = ClassTable(classes=(1, 2), over=(100, 0), to=(200, 100), value=(150, 50))
    assert [part.tolist() for part in table.look_up(np.array([1, 100, 101, 200]))] == [[2, 2, 1, 1], [50, 50, 150, 150]]


def test_texts_say_that_they_are_examples(region, columns):
    npwpd, name, street = texts_of(columns, region)
    assert name[0] == b"Wajib Pajak Contoh 0000001"
    assert npwpd[122] == f"CONTOH{region.replace('.', '')}0000123".encode()
    assert street[0].startswith(b"Jalan Contoh 001 No. 0001")
    assert len(name) == columns.owner_count
    assert len(street) == len(columns)


def test_the_recipe_changes_with_seed_and_size():
    plans = [read_plan("35.73"), read_plan("35.73", small=True), read_plan("35.73", seed=1), read_plan("32.16")]
    assert len({recipe(plan) for plan in plans}) == 4
    assert recipe(read_plan("35.73")) == recipe(read_plan("35.73"))


def test_a_region_without_a_plan_is_refused_with_those_that_have_one():
    with pytest.raises(Refused, match=r"99\.99.*35\.73, 32\.16"):
        read_plan("99.99")


def test_a_plan_whose_shares_make_no_whole_is_refused():
    data = {"region": "1", "tax_year": 1, "seed": 1, "objects": 1, "targets": {}, "kecamatan": {}, "forms": {},
            "kinds": {"odd": {"land_value": 1, "field_value": 1, "density": 1, "shares": {"house": 999}}}}
    with pytest.raises(Refused, match="kinds/odd"):
        plan_from(data, "plan.yaml")


def test_calibrated_rolls_are_pinned(region):
    """The same on every machine, with any number of threads. Raise GENERATOR in recipe.py when this must change."""
    plan = read_plan(region, small=True)
    found, _ = calibrate(plan, draft(region), assess_by(rule_of(plan)))
    assert found.content_hash() == PINNED[region]


DRAWN = (15557560160949863216, 17225559751153724369, 6371677942761022758)
BELOW = [843, 933, 345, 512, 659]
NORMAL = [28610, -41958, 139330]
PINNED = {
    "35.73": "b7dcdc88597709afeb0fc28b8d41a2920c62b61fcaa0ac16b38a2d9f75131d73",
    "32.16": "fbe6ac82f52d7e3398eb6efdd18484b9b254de81007d66bcdc0fd14f208fc1eb",
}
