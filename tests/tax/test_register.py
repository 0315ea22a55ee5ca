"""The living register on real PostgreSQL: any object as known on any date, nothing overwritten, splits add up."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError
from tests.tax.register_rows import ANI, BUDI, KELURAHAN, NOP, NOW, PLACE, house, payer, zone

from sepadan.ground.problems import Refused
from sepadan.records.public import AuditEntry, history_of, region_scope
from sepadan.tax.models import BuildingVersion, ObjectLink, ObjectVersion, RegisterObject, SharedPart, Taxpayer
from sepadan.tax.models.register import CloseReason, Exemption
from sepadan.tax.queries.register import live_versions, object_on, owners_of, standing
from sepadan.tax.services.register import (
    close_object,
    correct_object,
    exempt_object,
    free_nop,
    register_object,
    reopen_object,
    transfer_object,
)
from sepadan.tax.services.register_buildings import record_building, remove_building
from sepadan.tax.services.register_parts import SplitPart, merge_objects, share_object, split_object
from sepadan.tax.services.register_people import NewTaxpayer, correct_taxpayer, register_taxpayer
from sepadan.tax.services.register_values import open_place, set_nir
from sepadan.territory.models import Region

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
SALE, FOUND = date(2025, 3, 1), date(2023, 1, 1)


@pytest.fixture(autouse=True)
def malang(db: None):
    region = Region.objects.get(code="35.73")
    with region_scope(region):
        yield region


def area_on(nop: str, on: date, **kwargs: object) -> int | None:
    found = object_on(nop, on, **kwargs)  # type: ignore[arg-type]
    return None if found is None else found.version.land_m2


def test_an_area_found_wrong_since_2023_is_also_right_after_the_sale_of_2025_and_what_was_known_stays():
    one = house(land_m2=120)
    one = transfer_object(one, payer("P2", "Budi Santoso"), seen=1, on=SALE, actor=ANI, now=NOW)
    correct_object(one, {"land_m2": 150}, seen=2, on=FOUND, actor=BUDI, now=LATER, reason="ukur ulang")
    assert [area_on(NOP, day) for day in (FOUND, date(2024, 6, 1), SALE, date(2026, 1, 1))] == [150] * 4
    assert [area_on(NOP, day, as_known_at=NOW) for day in (FOUND, SALE)] == [120, 120]
    assert area_on(NOP, FOUND - timedelta(days=1)) is None
    assert object_on(NOP, SALE).version.taxpayer.name == "Budi Santoso"  # the correction did not undo the sale
    assert object_on(NOP, SALE - timedelta(days=1)).version.taxpayer.name == "Siti Aminah"
    assert [(o.version.taxpayer.npwpd, o.valid_from, o.valid_to) for o in owners_of(live_versions(one))] == [
        ("P2", SALE, None), ("P1", FOUND, SALE)]


def test_each_act_leaves_one_record_with_before_after_and_the_day_it_holds_from():
    one = house(land_m2=120)
    correct_object(one, {"land_m2": 150}, seen=1, on=SALE, actor=BUDI, now=LATER, reason="ukur ulang")
    entry = history_of(one)[0]
    assert (entry.action, entry.actor_name, entry.reason) == ("tax.audit.object_corrected", "Budi", "ukur ulang")
    assert entry.before == {"land_m2": 120}
    assert entry.after == {"land_m2": 150, "valid_from": "2025-03-01", "version": 2}
    assert ObjectVersion.objects.get(valid_from=SALE, superseded_at=None).entry == entry.pk


def test_who_acts_on_an_older_version_is_told_who_changed_what_and_nothing_is_written():
    one = house()
    correct_object(one, {"land_m2": 150}, seen=1, on=SALE, actor=BUDI, now=LATER)
    rows, entries = ObjectVersion.objects.count(), AuditEntry.objects.count()
    with pytest.raises(Refused) as refused:
        correct_object(one, {"street": "Jalan Lain"}, seen=1, on=SALE, actor=ANI, now=LATER)
    said = refused.value.problem.text("id")
    assert "Budi" in said
    assert "Luas bumi" in said
    assert "24 Nov 2026" in said
    assert "11.00" in said  # 04:00 UTC is 11.00 in Malang
    assert (ObjectVersion.objects.count(), AuditEntry.objects.count()) == (rows, entries)
    correct_object(one, {"street": "Jalan Lain"}, seen=2, on=SALE, actor=ANI, now=LATER)
    assert object_on(NOP, SALE).version.land_m2 == 150


def test_a_number_is_given_once_and_only_where_its_place_is_known():
    house()
    assert str(free_nop(NOP[:13])) == "35.73.020.001.001-0002.0"
    for nop, key in ((NOP, "tax.register.taken"), ("3573990001" + NOP[10:], "tax.register.no_place"),
                     (PLACE + "00100000", "tax.nop.form")):
        with pytest.raises(Refused) as refused:
            register_object(nop, {"taxpayer_id": payer().pk, "land_m2": 1}, on=SALE, actor=ANI, now=NOW)
        assert refused.value.problem.what.key == key
    with pytest.raises(Refused):
        open_place(PLACE, KELURAHAN + 1, actor=ANI, now=NOW)


@pytest.mark.parametrize(("fields", "key"), [
    ({"land_m2": None}, "tax.register.field_missing"), ({"land_m2": -1}, "tax.register.not_sound"),
    ({"street": "J" * 81}, "tax.register.too_long"), ({"land_kind": "9"}, "tax.register.not_sound"),
    ({"holder": ""}, "tax.register.not_sound")])
def test_a_field_that_is_not_sound_is_named(fields, key):
    with pytest.raises(Refused) as refused:
        house(**fields)
    assert refused.value.problem.what.key == key
    assert not RegisterObject.objects.exists()


def test_a_closed_object_is_not_taxed_from_that_day_keeps_its_past_and_can_be_reopened():
    one = house()
    for wrong in ((CloseReason.NONE, "x"), (CloseReason.DOUBLE, " ")):
        with pytest.raises(Refused):
            close_object(one, wrong[0], seen=1, on=SALE, actor=ANI, now=NOW, reason=wrong[1])
    close_object(one, CloseReason.DOUBLE, seen=1, on=SALE, actor=ANI, now=NOW, reason="berita acara 7")
    assert [object_on(NOP, day).version.state for day in (SALE - timedelta(days=1), SALE)] == ["active", "closed"]
    with pytest.raises(Refused) as refused:
        transfer_object(one, payer("P2", "Budi"), seen=2, on=SALE, actor=ANI, now=NOW)
    assert refused.value.problem.what.key == "tax.register.is_closed"
    correct_object(one, {"land_m2": 99}, seen=2, on=FOUND, actor=ANI, now=NOW)  # its past can be corrected
    with pytest.raises(Refused):
        reopen_object(one, seen=3, on=FOUND, actor=ANI, now=NOW, reason="keliru")
    reopen_object(one, seen=3, on=date(2025, 7, 1), actor=ANI, now=LATER, reason="keliru")
    states = [object_on(NOP, day).version.state for day in (SALE, date(2025, 7, 1))]
    assert states == ["closed", "active"]
    assert area_on(NOP, date(2025, 7, 1)) == 99


def test_an_exemption_begins_and_ends_on_a_day():
    one = house()
    exempt_object(one, Exemption.PUBLIC_INTEREST, seen=1, on=SALE, actor=ANI, now=NOW, reason="masjid")
    with pytest.raises(Refused):
        exempt_object(one, Exemption.PUBLIC_INTEREST, seen=2, on=SALE, actor=ANI, now=NOW)
    exempt_object(one, Exemption.NONE, seen=2, on=date(2026, 1, 1), actor=ANI, now=NOW)
    days = (FOUND, SALE, date(2026, 1, 1))
    assert [object_on(NOP, day).version.exemption for day in days] == ["", "public_interest", ""]


def test_a_transfer_to_the_same_owner_is_refused():
    one = house()
    with pytest.raises(Refused) as refused:
        transfer_object(one, payer(), seen=1, on=SALE, actor=ANI, now=NOW)
    assert refused.value.problem.what.key == "tax.register.same_owner"


BUILDING = {"jpb": "01", "area_m2": 60, "storeys": 1, "built_year": 2001, "value": 90_000_000, "roof": "3",
            "facilities": {"ac_split": 2, "pool_m2": 0}}


def test_buildings_are_recorded_corrected_and_removed_from_a_day_on():
    one = house()
    one = record_building(one, None, BUILDING, seen=1, on=FOUND, actor=ANI, now=NOW)
    one = record_building(one, None, {"jpb": "02", "area_m2": 30}, seen=2, on=SALE, actor=ANI, now=NOW)
    one = record_building(one, 1, {"area_m2": 80}, seen=3, on=date(2024, 1, 1), actor=ANI, now=NOW)
    one = remove_building(one, 2, seen=4, on=date(2026, 1, 1), actor=ANI, now=NOW)

    def seen_on(day: date) -> list[tuple[int, int]]:
        found = standing(one, day)
        assert found is not None
        return [(row.number, row.area_m2) for row in found.buildings]

    assert seen_on(FOUND) == [(1, 60)]
    assert seen_on(date(2024, 1, 1)) == [(1, 80)]
    assert seen_on(SALE) == [(1, 80), (2, 30)]
    assert seen_on(date(2026, 1, 1)) == [(1, 80)]
    assert standing(one, FOUND).buildings[0].facilities == {"ac_split": 2}
    with pytest.raises(Refused):
        remove_building(one, 2, seen=5, on=date(2026, 2, 1), actor=ANI, now=NOW)


@pytest.mark.parametrize(("fields", "key"), [
    ({"area_m2": 0}, "tax.register.not_sound"), ({"jpb": "17"}, "tax.building.code"),
    ({"roof": "6"}, "tax.building.code"), ({"built_year": 2031}, "tax.building.year"),
    ({"built_year": 2001, "renovated_year": 1999}, "tax.building.renovated"),
    ({"facilities": {"helipad": 1}}, "tax.building.facility"),
    ({"facilities": {"ac_split": -1}}, "tax.building.facility"),
    ({"jpb": ""}, "tax.building.code")])
def test_a_building_that_cannot_be_is_refused(fields, key):
    one = house()
    with pytest.raises(Refused) as refused:
        record_building(one, None, {"jpb": "01", "area_m2": 60, **fields}, seen=1, on=SALE, actor=ANI, now=NOW)
    assert refused.value.problem.what.key == key
    assert not BuildingVersion.objects.exists()


def test_a_split_gives_out_land_and_buildings_exactly_and_closes_the_whole():
    one = house(land_m2=300, zone_id=zone().pk)
    one = record_building(one, None, BUILDING, seen=1, on=FOUND, actor=ANI, now=NOW)
    other = payer("P2", "Budi Santoso")
    wrong = [([SplitPart(200, buildings=(1,)), SplitPart(99)], "tax.register.parts"),
             ([SplitPart(200), SplitPart(100)], "tax.register.buildings"),
             ([SplitPart(200, buildings=(1,), keeps=True), SplitPart(100, keeps=True)], "tax.register.keeps")]
    for parts, key in wrong:
        with pytest.raises(Refused) as refused:
            split_object(one, parts, seen=2, on=SALE, actor=ANI, now=NOW)
        assert refused.value.problem.what.key == key
    made = split_object(one, [SplitPart(200, buildings=(1,)), SplitPart(100, taxpayer_id=other.pk)], seen=2, on=SALE,
                        actor=ANI, now=NOW, reason="akta 12")
    assert [str(row) for row in made] == ["35.73.020.001.001-0002.0", "35.73.020.001.001-0003.0"]
    found = [object_on(row.nop, SALE) for row in made]
    assert sum(row.version.land_m2 for row in found) == 300
    assert [row.version.taxpayer_id for row in found] == [payer().pk, other.pk]
    assert [row.building_m2 for row in found] == [60, 0]
    whole = object_on(NOP, SALE)
    assert (whole.version.state, whole.version.close_reason, whole.buildings) == ("closed", "split", ())
    assert object_on(NOP, SALE - timedelta(days=1)).building_m2 == 60
    assert sorted(ObjectLink.objects.values_list("target__nop", "land_m2")) == [(made[0].nop, 200), (made[1].nop, 100)]


def test_a_part_may_keep_the_number_and_a_merge_puts_the_land_together_again():
    one = house(land_m2=300)
    kept, new = split_object(one, [SplitPart(200, keeps=True), SplitPart(100)], seen=1, on=SALE, actor=ANI, now=NOW)
    assert (kept.pk, area_on(NOP, SALE), area_on(new.nop, SALE)) == (one.pk, 200, 100)
    new = record_building(new, None, BUILDING, seen=1, on=SALE, actor=ANI, now=NOW)
    with pytest.raises(Refused) as refused:  # before the split there was nothing to merge
        merge_objects(kept, [new], seen={kept.pk: 2, new.pk: 2}, on=date(2024, 1, 1), actor=ANI, now=NOW)
    assert refused.value.problem.what.key == "tax.register.too_early"
    merge_objects(kept, [new], seen={kept.pk: 2, new.pk: 2}, on=date(2026, 1, 1), actor=ANI, now=NOW)
    merged, gone = object_on(NOP, date(2026, 1, 1)), object_on(new.nop, date(2026, 1, 1))
    assert (merged.version.land_m2, merged.building_m2) == (200 + 100, 60)
    assert (gone.version.state, gone.version.close_reason, gone.buildings) == ("closed", "merged", ())


def test_objects_of_two_owners_are_not_merged():
    one = house()
    two = house(NOP[:13] + "00020", taxpayer_id=payer("P2", "Budi").pk)
    for sources, key in (([two], "tax.register.two_owners"), ([], "tax.register.merge_two"),
                         ([one], "tax.register.merge_two")):
        with pytest.raises(Refused) as refused:
            merge_objects(one, sources, seen={one.pk: 1, two.pk: 1}, on=SALE, actor=ANI, now=NOW)
        assert refused.value.problem.what.key == key


def test_a_split_before_a_later_change_is_refused():
    one = house(land_m2=300)
    one = correct_object(one, {"street": "Jalan Baru"}, seen=1, on=SALE, actor=ANI, now=NOW)
    with pytest.raises(Refused) as refused:
        split_object(one, [SplitPart(100), SplitPart(200)], seen=2, on=date(2024, 1, 1), actor=ANI, now=NOW)
    assert refused.value.problem.what.key == "tax.register.later"


def test_a_shared_object_is_borne_exactly_by_its_members_and_every_change_stays_known():
    garden = house(land_m2=90)
    flats = [house(f"{NOP[:13]}{number:04d}0", land_m2=0) for number in (2, 3)]
    seen = {garden.pk: 1, flats[0].pk: 1, flats[1].pk: 1}
    with pytest.raises(Refused):
        share_object(garden, {flats[0].pk: (90, 0), flats[1].pk: (1, 0)}, seen=seen, on=SALE, actor=ANI, now=NOW)
    share_object(garden, {flats[0].pk: (60, 0), flats[1].pk: (30, 0)}, seen=seen, on=SALE, actor=ANI, now=NOW)
    seen = dict.fromkeys(seen, 2)
    share_object(garden, {flats[0].pk: (90, 0)}, seen=seen, on=date(2026, 1, 1), actor=ANI, now=LATER)
    live = SharedPart.objects.filter(superseded_at=None).order_by("valid_from", "member")
    assert [(row.member_id, row.valid_from.year, row.valid_to and row.valid_to.year, row.land_m2) for row in live] == [
        (flats[0].pk, 2025, 2026, 60), (flats[1].pk, 2025, 2026, 30), (flats[0].pk, 2026, None, 90)]
    assert SharedPart.objects.exclude(superseded_at=None).count() == 2


def test_a_person_with_a_known_nik_is_that_taxpayer_and_the_nik_is_nowhere_kept():
    nik = "3573012345678901"
    one = register_taxpayer(NewTaxpayer("Siti Aminah", nik, address={"street": "Jalan Rumah"}), on=SALE, actor=ANI,
                            now=NOW)
    two = register_taxpayer(NewTaxpayer("S. Aminah", nik), on=SALE, actor=ANI, now=NOW)
    assert (two.pk, one.npwpd, one.nik_last4) == (one.pk, "P.00000001", "8901")
    assert nik not in str([list(AuditEntry.objects.values()), list(Taxpayer.objects.values()),
                           list(one.versions.values())])
    seen = one.versions.get().pk
    correct_taxpayer(one, {"name": "Siti Aminah Putri"}, seen=seen, on=date(2026, 1, 1), actor=ANI, now=LATER)
    one.refresh_from_db()
    assert one.name == "Siti Aminah Putri"
    with pytest.raises(Refused):
        correct_taxpayer(one, {"city": "Malang"}, seen=seen, on=date(2026, 1, 1), actor=BUDI, now=LATER)


def test_a_nir_that_somebody_else_set_meanwhile_is_not_overwritten():
    one = zone(nir=1_000_000)
    first = one.values_by_year.get().pk
    second = set_nir(one, 2026, 1_200_000, seen=first, document="Perwal 2", actor=BUDI, now=LATER)
    with pytest.raises(Refused) as refused:
        set_nir(one, 2026, 900_000, seen=first, document="Perwal 3", actor=ANI, now=LATER)
    assert "Rp1.200.000" in refused.value.problem.text("id")
    assert list(one.values_by_year.filter(superseded_at=None).values_list("pk", "nir")) == [(second.pk, 1_200_000)]
    assert one.values_by_year.count() == 2


def test_the_database_itself_keeps_versions_and_lets_none_begin_twice():
    one = house()
    row = ObjectVersion.objects.get()
    with pytest.raises(ProgrammingError), transaction.atomic():
        ObjectVersion.objects.filter(pk=row.pk).update(land_m2=1)
    with pytest.raises(ProgrammingError), transaction.atomic():
        ObjectVersion.objects.filter(pk=row.pk).delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        ObjectVersion.objects.create(register_object=one, valid_from=row.valid_from, recorded_at=NOW,
                                     change="corrected", **row.values())
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE tax_registerobject SET nop = '123'")
