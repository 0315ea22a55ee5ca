"""From wish to calendar through the pages: a request without an account, the desk's decision, the public day."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from sepadan.creative.models import Booking
from sepadan.demo.public import demo_accounts, ensure_accounts
from sepadan.records.public import account_scope, now, person_by_email, region_scope, today
from sepadan.territory.models import Region

from .centre import build_centre

pytestmark = pytest.mark.django_db
ASK = "/id/35.73/pusat-kreatif/mcc/ajukan/"


@pytest.fixture
def region(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SECOND_FACTOR_ROLES = []
    found = Region.objects.get(code="35.73")
    ensure_accounts("35.73", now=now(), today=today(found))
    with region_scope(found):
        build_centre()
    return found


def signed(role: str) -> Client:
    (email,) = (one.email for one in demo_accounts() if (one.region, one.role) == ("35.73", role))
    with account_scope(email=email):
        person = person_by_email(email)
        client = Client()
        client.force_login(person)
    return client


def fields(region: Region, **more: str) -> dict[str, str]:
    day = today(region) + timedelta(days=7)
    return {"title": "Pameran gim", "organiser": "Komunitas gim", "contact": "0341", "space": "hall-a",
            "day": day.isoformat(), "since": "09:00", "until": "11:00", "people": "80", "charged": "no", **more}


def test_a_request_is_held_decided_published_and_followed(region):
    receipt = Client().post(ASK, fields(region)).content.decode()
    number = re.search(r"MCC-\d{4}-\d{6}", receipt)
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", receipt)
    assert number
    assert code
    taken = Client().post(ASK, fields(region, space="hall"))
    assert taken.status_code == 422
    assert "Sudah dipakai" in taken.content.decode()
    assert "Studio-1" in taken.content.decode()  # free instead
    with region_scope(region):
        made = Booking.objects.get()
    place = f"/id/35.73/ruang/{made.pk}/"
    officer, approver = signed("creative_officer"), signed("creative_approver")
    assert number[0] in officer.get("/id/35.73/ruang/").content.decode()
    assert officer.post(place + "tindakan/", {"act": "confirm", "version": "1"}).status_code == 404
    assert approver.post(place + "tindakan/", {"act": "confirm", "version": "1"}).status_code == 302
    late = approver.post(place + "tindakan/", {"act": "refuse", "version": "1", "note": "penuh"})
    assert late.status_code == 409
    assert "sudah mengubahnya" in late.content.decode()
    day = f"/id/35.73/pusat-kreatif/mcc/?hari={fields(region)['day']}"
    assert "Pameran gim" not in Client().get(day).content.decode()
    officer.post(place + "tindakan/", {"act": "publish", "version": "2"})
    assert "Pameran gim" in Client().get(day).content.decode()
    followed = Client().post("/id/35.73/pusat-kreatif/permohonan/", {"number": number[0], "code": code[0].lower()})
    assert "Disetujui" in followed.content.decode()
    wrong = Client().post("/id/35.73/pusat-kreatif/permohonan/", {"number": number[0], "code": "AAAA-AAAA-AAAA"})
    assert wrong.status_code == 422
    assert "Pameran gim" not in wrong.content.decode()


def test_missing_fields_are_named_and_nothing_is_kept(region):
    answer = Client().post(ASK, fields(region, title="", day="besok", until="pagi", people="banyak"))
    assert answer.status_code == 422
    for name in ("title", "day", "until", "people"):
        assert f"f-{name}-error" in answer.content.decode()
    with region_scope(region):
        assert not Booking.objects.exists()


def test_a_series_leaves_out_the_days_off_that_are_decreed(region):
    day = today(region) + timedelta(days=1)
    wanted = fields(region, day=day.isoformat(), last=(day + timedelta(days=21)).isoformat())
    seen = Client().post(ASK, wanted)
    assert seen.status_code == 200
    with region_scope(region):
        assert not Booking.objects.exists()  # every date is shown before anything is filed
    mark = re.search(r'name="seen" value="(\w+)"', seen.content.decode())
    assert mark
    answer = Client().post(ASK, wanted | {"seen": mark[1]})
    assert answer.status_code == 200
    with region_scope(region):
        assert Booking.objects.get().dates.count() == 1 + 3
        assert "FREQ=WEEKLY" in Booking.objects.get().rule


def test_what_is_free_is_found_by_hours_and_people(region):
    client, day = Client(), fields(region)["day"]
    client.post(ASK, fields(region))
    found = client.get(f"/id/35.73/pusat-kreatif/mcc/?hari={day}&dari=10:00&sampai=12:00&orang=100").content.decode()
    assert f"space=hall-b&amp;day={day}" in found
    assert f"space=hall-a&amp;day={day}" not in found
    assert f"space=hall&amp;day={day}" not in found
    assert "101 orang" not in client.get(
        f"/id/35.73/pusat-kreatif/mcc/?hari={day}&dari=10:00&sampai=12:00&orang=101").content.decode()


@pytest.mark.parametrize("wrong", [
    {"since": "10:00Z"}, {"day": "0001-01-01"}, {"day": "9999-12-31"}, {"people": "9" * 5000}, {"title": "\0"},
    {"last": "2060-01-01"}, {"last": "0001-01-01"}, {"space": "../x"}, {"until": "08:00"}])
def test_hostile_fields_are_refused_in_words(region, wrong):
    answer = Client().post(ASK, fields(region, **wrong))
    assert answer.status_code == 422
    with region_scope(region):
        assert not Booking.objects.exists()
    assert Client().get("/id/35.73/pusat-kreatif/mcc/?hari=0001-01-01&dari=10:00Z&sampai=11:00").status_code == 200


def test_nobody_keeps_the_centre_for_himself_without_an_account(region):
    answers = [Client().post(ASK, fields(region, space="studio-1", since=f"{hour:02d}:00", until=f"{hour + 1:02d}:00"))
               for hour in range(8, 16)]
    assert [answer.status_code for answer in answers] == [200] * 6 + [422] * 2
    year = today(region) + timedelta(days=364)
    assert Client().post(ASK, fields(region, contact="lain", last=year.isoformat())).status_code == 422
    days = [(today(region) + timedelta(days=20 + number)).isoformat() for number in range(30)]
    codes = [Client().post(ASK, fields(region, contact=f"orang {day}", space="studio-2", day=day)).status_code
             for day in days]
    assert 429 in codes
