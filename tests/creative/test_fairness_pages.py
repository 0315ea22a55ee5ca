"""Sharing through the pages: a refusal with what would fit, a turn in line, equipment, owners, who gets the space."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from sepadan.creative.models import Booking, Centre, Override, RefusedWish, SpaceOwner, StockItem, StockMove
from sepadan.creative.services.stock_acts import Doing, set_up_item
from sepadan.creative.services.waiting import offer_region
from sepadan.demo.public import ensure_accounts
from sepadan.records.public import now, region_scope, today
from sepadan.territory.models import Region

from .centre import DESK, build_centre
from .test_pages import fields, signed

pytestmark = pytest.mark.django_db
ASK, DESK_AT = "/id/35.73/pusat-kreatif/mcc/ajukan/", "/id/35.73/ruang/"
FOLLOW = "/id/35.73/pusat-kreatif/permohonan/"
RULES = {"quotas": [{"code": "jam", "limit": "hours", "per": "month", "most": 3,
                     "why": {"id": "agar merata", "en": "to share"}},
                    {"code": "usaha", "limit": "needs", "field": "nib", "groups": ["business"]}],
         "waiting": {"offer_hours": 24, "closes_hours": 2, "priority": {"disability": 1}}}


@pytest.fixture
def region(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SECOND_FACTOR_ROLES = []
    found = Region.objects.get(code="35.73")
    ensure_accounts("35.73", now=now(), today=today(found))
    with region_scope(found):
        spaces = build_centre(RULES)
        set_up_item(spaces["hall"].floor.centre, {"code": "mik", "name": {"id": "Mikrofon", "en": "Microphone"},
                                                  "quantity": 2}, "stock[1]", Doing(DESK, now()))
    return found


def receipt(answer) -> dict[str, str]:
    text = answer.content.decode()
    number = re.search(r"MCC-\d{4}-\d{6}", text)
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", text)
    assert number
    assert code
    return {"number": number[0], "code": code[0]}


def test_a_refusal_offers_changes_that_fill_the_form_and_is_counted(region):
    Client().post(ASK, fields(region))
    refused = Client().post(ASK, fields(region, organiser="Sanggar lain", contact="0812", kecamatan="35.73.01",
                                        subsector="games", disability="yes"))
    assert refused.status_code == 422
    text = refused.content.decode()
    choice = re.search(r'name="use" value="([^"]*)"', text)
    assert choice
    assert choice[1] == "space=auditorium"  # free at the same time, and holds as many
    assert "Sanggar lain" in text
    use = {**fields(region, organiser="Sanggar lain", contact="0812"), "use": choice[1].replace("&amp;", "&")}
    filled = Client().post(ASK, use)
    assert filled.status_code == 200
    assert 'value="auditorium" selected' in filled.content.decode()
    assert "Sanggar lain" in filled.content.decode()
    with region_scope(region):
        (row,) = RefusedWish.objects.all()
        assert (row.key, row.organiser, row.disability, row.newcomer) == (
            "creative.booking.taken", "Sanggar lain", True, True)
        assert Booking.objects.count() == 1


def test_a_quota_is_refused_with_its_numbers_and_an_officer_passes_it_with_a_reason(region):
    first = fields(region, since="09:00", until="12:00")
    assert Client().post(ASK, first).status_code == 200
    more = fields(region, space="studio-1", since="09:00", until="10:00", last="", people="10")
    text = Client().post(ASK, more).content.decode()
    assert "terpakai 3 dari 3 jam" in text
    assert "Sisa 0 jam" in text
    officer = signed("creative_officer")
    assert officer.post(f"{DESK_AT}catat/", {**more, "intake": "letter"}).status_code == 422
    shown = officer.post(f"{DESK_AT}catat/", {**more, "intake": "letter"}).content.decode()
    assert 'name="override"' in shown
    made = officer.post(f"{DESK_AT}catat/", {**more, "intake": "letter", "override": "Tamu daerah"})
    assert made.status_code == 302
    with region_scope(region):
        assert list(Override.objects.values_list("rule", "reason")) == [("jam", "Tamu daerah")]
    assert "Tamu daerah" in officer.get(made["Location"]).content.decode()
    forged = Client().post(ASK, {**more, "override": "x"})
    assert forged.status_code == 422  # the public form has no such field


def test_what_a_rule_asks_for_is_asked_for_and_hostile_fields_are_refused_in_words(region):
    assert 'name="nib"' in Client().get(ASK).content.decode()
    assert "NIB" in Client().post(ASK, fields(region, kind="business")).content.decode()
    for wrong in ({"nib": "12"}, {"kecamatan": "99.99.99"}, {"subsector": "../x"}, {"stock-mik": "-1"},
                  {"stock-mik": "9" * 50}, {"stock-\0": "1"}, {"use": "space=../x&day=%00&people=" + "9" * 500}):
        answer = Client().post(ASK, fields(region, kind="business", **wrong))
        assert answer.status_code in (200, 422)
    assert Client().post(ASK, fields(region, kind="business", nib="1" * 13)).status_code == 200


def test_a_turn_in_line_is_taken_on_the_page_of_the_booking(region):
    holder = receipt(Client().post(ASK, fields(region)))
    waits = receipt(Client().post(ASK, fields(region, organiser="Sanggar", contact="0812", waits="yes")))
    officer, approver = signed("creative_officer"), signed("creative_approver")
    line = officer.get(f"{DESK_AT}antrean/").content.decode()
    assert waits["number"] in line
    with region_scope(region):
        first, second = Booking.objects.get(number=holder["number"]), Booking.objects.get(number=waits["number"])
    assert officer.post(f"{DESK_AT}antrean/{second.pk}/", {"points": "2", "note": "x"}).status_code in (403, 404)
    approver.post(f"{DESK_AT}antrean/{second.pk}/", {"points": "2", "note": "Kegiatan anak"})
    assert "Kegiatan anak" in approver.get(f"{DESK_AT}{second.pk}/").content.decode()
    approver.post(f"{DESK_AT}{first.pk}/tindakan/", {"act": "refuse", "version": "1", "note": "penuh"})
    with region_scope(region):
        assert offer_region(region, now(), "refuse") == 1
    page = Client().post(FOLLOW, waits).content.decode()
    assert "Giliran Anda" in page
    taken = Client().post(f"{FOLLOW}tindakan/", {**waits, "act": "accept_slot", "version": "3"})
    assert "Slot diterima" in taken.content.decode()
    again = Client().post(f"{FOLLOW}tindakan/", {**waits, "act": "decline_slot", "version": "4"})
    assert again.status_code == 409
    with region_scope(region):
        assert Booking.objects.get(pk=second.pk).state == "review"


def test_equipment_is_asked_for_handed_out_and_brought_back(region):
    made = Client().post(ASK, fields(region, **{"stock-mik": "2"}))
    assert made.status_code == 200
    short = Client().post(ASK, fields(region, space="hall-b", organiser="Lain", contact="08", **{"stock-mik": "1"}))
    assert "Mikrofon: diminta 1, kosong 0 dari 2" in short.content.decode()
    officer = signed("creative_officer")
    with region_scope(region):
        item, date = StockItem.objects.get(), Booking.objects.get().dates.get()
    place = f"{DESK_AT}perlengkapan/{item.pk}/"
    assert "Mikrofon" in officer.get(f"{DESK_AT}perlengkapan/").content.decode()
    too_many = officer.post(place, {"act": "hand_out", "count": "3", "date": str(date.pk), "source": "gudang"})
    assert too_many.status_code == 409
    for act, more in (("hand_out", {"count": "2", "source": "gudang", "date": str(date.pk)}),
                      ("return", {"count": "2", "broken": "1", "to": "gudang", "date": str(date.pk)}),
                      ("mend", {"count": "1", "to": "hall"}), ("move", {"count": "1", "source": "hall", "to": ""})):
        assert officer.post(place, {"act": act, "note": "uji", **more}).status_code == 302
    with region_scope(region):
        assert list(StockMove.objects.order_by("id").values_list("act", flat=True)) == [
            "acquire", "hand_out", "return", "break", "mend", "move"]
        assert Booking.objects.get().events.filter(kind="equipment").count() == 1  # two were promised, one broke
    assert "Perlengkapan diserahkan: 2" in officer.get(place).content.decode()
    assert Client().get(place).status_code in (302, 404)


def test_a_space_passes_to_another_department_and_past_days_keep_their_owner(region):
    officer, approver = signed("creative_officer"), signed("creative_approver")
    day = today(region)
    form = {"space": "hall", "department": "Dinas Ekonomi Kreatif", "since": day.isoformat(), "decree": "SK 1/2026"}
    assert officer.post(f"{DESK_AT}pengelola/", form).status_code == 404
    assert approver.post(f"{DESK_AT}pengelola/", {**form, "decree": ""}).status_code == 409
    assert approver.post(f"{DESK_AT}pengelola/", {**form, "since": (day - timedelta(1)).isoformat()}).status_code == 409
    assert approver.post(f"{DESK_AT}pengelola/", form).status_code == 302
    later = {**form, "department": "Disporapar", "since": (day + timedelta(30)).isoformat()}
    assert approver.post(f"{DESK_AT}pengelola/", later).status_code == 302
    with region_scope(region):
        hall = SpaceOwner.objects.filter(space__code="hall")
        assert [(one.department, one.during.lower, one.during.upper) for one in hall.order_by("id")] == [
            ("Dinas Ekonomi Kreatif", day, day + timedelta(30)), ("Disporapar", day + timedelta(30), None)]
    assert "SK 1/2026" in officer.get(f"{DESK_AT}pengelola/").content.decode()
    for booked, owner in ((day + timedelta(29), "Dinas Ekonomi Kreatif"), (day + timedelta(30), "Disporapar")):
        number = receipt(Client().post(ASK, fields(region, space="hall", day=booked.isoformat(), since="09:00",
                                                   until="10:00")))["number"]
        with region_scope(region):
            key = Booking.objects.get(number=number).pk
        assert owner in officer.get(f"{DESK_AT}{key}/").content.decode()


def test_who_gets_the_space_is_told_to_officers_with_rows_and_to_the_public_without_small_cells(region):
    Client().post(ASK, fields(region, kind="community"))
    Client().post(ASK, fields(region, organiser="Lain", contact="08"))  # refused: taken
    with region_scope(region):
        made = Booking.objects.get()
        Centre.objects.update(rules={})
    signed("creative_approver").post(f"{DESK_AT}{made.pk}/tindakan/", {"act": "confirm", "version": "1"})
    officer = signed("creative_officer")
    month = f"{(today(region) + timedelta(days=7)):%Y-%m}"
    told = officer.get(f"{DESK_AT}pembagian/?dari={today(region):%Y-%m}&sampai={month}").content.decode()
    assert "Komunitas" in told
    assert "Ruang terpakai" in told
    rows = re.search(r'href="([^"]*baris/\?apa=kind[^"]*)"', told)
    assert rows
    assert made.number in officer.get(rows[1].replace("&amp;", "&")).content.decode()
    refused = re.search(r'href="([^"]*baris/\?apa=refused[^"]*)"', told)
    assert refused
    assert "Lain" in officer.get(refused[1].replace("&amp;", "&")).content.decode()
    quarter = today(region) + timedelta(days=7)
    public = Client().get(f"/en/35.73/pusat-kreatif/mcc/pembagian/?triwulan={quarter.year}-{(quarter.month + 2) // 3}")
    assert public.status_code == 200
    assert "Too little was used" in public.content.decode()
    assert "Lain" not in public.content.decode()
    assert Client().get(f"{DESK_AT}pembagian/").status_code == 302
