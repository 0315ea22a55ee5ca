"""A centre from its data file: what is there, twice is once, and a file that does not fit."""

from __future__ import annotations

import pytest

from sepadan.creative.models import Centre, OpeningHours, Space, SpaceUnit
from sepadan.creative.services.setting_up import known_centres, set_up_centre
from sepadan.ground.problems import Refused
from sepadan.records.public import region_scope
from sepadan.territory.models import Region

from .centre import DESK, NOW

pytestmark = pytest.mark.django_db


def test_the_centre_of_malang_is_set_up_from_data_and_twice_is_once():
    with region_scope(Region.objects.get(code="35.73")):
        (path,) = known_centres("35.73")
        set_up_centre(path, actor=DESK, now=NOW)
        counts = [model.objects.count() for model in (Centre, Space, SpaceUnit, OpeningHours)]
        set_up_centre(path, actor=DESK, now=NOW)
        assert [model.objects.count() for model in (Centre, Space, SpaceUnit, OpeningHours)] == counts
        assert 20 <= Space.objects.count() <= 30
        hall = Space.objects.get(code="main-hall")
        assert sorted(hall.needs.values_list("unit__code", "hold")) == [
            ("lift-barang", "handling"), ("main-hall-a", "whole"), ("main-hall-b", "whole")]
        assert "seats" in hall.unsure
        assert hall.owners.get().during.upper is None


@pytest.mark.parametrize(("text", "key"), [
    ("- 1\n", "not_a_centre"),
    ("region: '32.16'\ncode: x\nname: X\nfloors: []\n", "other_region"),
    ("region: '35.73'\ncode: x\nname: X\nfloors: []\ncolour: 1\n", "unknown_key"),
    ("region: '35.73'\ncode: x\nname: X\nfloors: [{level: 1, name: {id: L}, spaces: [{code: a, name: A, "
     "kind: pool}]}]\n", "unknown_kind"),
    ("region: '35.73'\ncode: x\nname: X\nfloors: [{level: 1, name: {id: L}, spaces: [{code: a, name: A, kind: hall, "
     "plan: [0, 0, 1, 1], handling: [lift]}]}]\n", "unknown_unit"),
])
def test_a_file_that_does_not_fit_is_refused(tmp_path, text, key):
    path = tmp_path / "centre.yaml"
    path.write_text(text)
    with region_scope(Region.objects.get(code="35.73")), pytest.raises(Refused) as refused:
        set_up_centre(path, actor=DESK, now=NOW)
    assert refused.value.problem.what.key == f"creative.set_up.{key}"
