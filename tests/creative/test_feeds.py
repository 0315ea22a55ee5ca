"""Calendar feeds over HTTP: who reads what, marks and 304, secret links that end, the embedded part."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sepadan.creative.models import Booking, FeedLink, Space
from sepadan.creative.names import FeedKind
from sepadan.creative.services.booking_codes import booking_code
from sepadan.creative.services.bookings import file_booking
from sepadan.creative.services.decisions import cancel_dates, confirm_booking
from sepadan.creative.services.feeds import add_to_link, digest_of, make_link, revoke_link
from sepadan.creative.services.holding import Meeting
from sepadan.creative.services.series import Pattern
from sepadan.creative.views import feed_rate
from sepadan.records.public import now, region_scope, today

from .centre import DESK, wish
from .engine.readers import by_ical, by_icalendar
from .series_scene import WIB, file_series, live
from .test_pages import region, signed  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
HOME = "/id/35.73/pusat-kreatif/mcc/"


@pytest.fixture(autouse=True)
def fresh():
    feed_rate.forget_all()


@pytest.fixture
def held(region):  # noqa: F811
    """A confirmed booking of hall A in three days, not published."""
    with region_scope(region):
        start = datetime.combine(today(region) + timedelta(days=3), time(9), WIB)
        made = file_booking(wish("hall-a", Meeting(start, start + timedelta(hours=2)), contact="0341-9"), actor=DESK,
                            now=now(), today=today(region))
        return confirm_booking(made, version=1, actor=DESK, now=now(), today=today(region))


def publish(booking):
    with region_scope(booking.region):
        Booking.objects.filter(pk=booking.pk).update(published_at=now(), version=booking.version + 1,
                                                     changed_at=now())


def link(booking, kind=FeedKind.PERSON, **more):
    with region_scope(booking.region):
        made = make_link(kind, booking.centre, actor=DESK, now=now(),
                         booking=booking if kind is FeedKind.PERSON else None, **more)
    return made[0], f"/id/35.73/pusat-kreatif/umpan/{made[1]}.ics"


def test_the_public_reads_taken_until_it_is_published(held):
    client = Client()
    for address in ("kalender.ics", "hall-a/kalender.ics", "hall/kalender.ics"):
        content = client.get(HOME + address).content.decode()
        assert "SUMMARY:Terpakai" in content
        assert "Kelas gim" not in content
        assert "Komunitas" not in content
    assert "BEGIN:VEVENT" not in client.get(HOME + "hall-b/kalender.ics").content.decode()
    assert "BEGIN:VEVENT" not in client.get(HOME + "kalender.ics?penyelenggara=komunitas+gim").content.decode()
    first = client.get(HOME + "hall-a/kalender.ics").content.decode()
    publish(held)
    second = client.get(HOME + "hall-a/kalender.ics").content.decode()
    assert "SUMMARY:Kelas gim" in second
    assert "0341-9" not in second
    uid = re.compile(r"UID:(.+)")
    assert uid.search(first)[1] == uid.search(second)[1]
    numbers = [int(re.search(r"SEQUENCE:(\d+)", one)[1]) for one in (first, second)]
    assert numbers[0] < numbers[1]
    assert "SUMMARY:Kelas gim" in client.get(HOME + "kalender.ics?penyelenggara=komunitas+gim").content.decode()


def test_a_series_over_http_is_read_alike_by_two_libraries_and_the_table(region):  # noqa: F811
    with region_scope(region):
        space = Space.objects.select_related("floor__centre").get(code="studio-1")
        first = today(region) + timedelta(days=2)
        booking = file_series(space, Pattern(first, "weekly", frozenset({1, 3}), count=12), now=now())
        said = live(booking)
    publish(booking)
    content = Client().get(HOME + "studio-1/kalender.ics").content
    assert b"RRULE:FREQ=WEEKLY" in content
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert b"TZID:Asia/Jakarta" in content
    for reader in (by_icalendar, by_ical):
        assert [(start, end) for _, start, end in reader(content)] == said


def test_the_same_state_is_not_sent_twice(held):
    client, address = Client(), HOME + "hall-a/kalender.ics"
    first = client.get(address)
    assert first["Content-Type"].startswith("text/calendar")
    assert "max-age=900" in first["Cache-Control"]
    again = client.get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    publish(held)
    assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 200


def test_a_cancelled_booking_is_told_as_cancelled_to_who_knew_of_it(held):
    _, address = link(held)
    publish(held)
    with region_scope(held.region):
        held.refresh_from_db()
        cancel_dates(held, version=held.version, reason="sakit", actor=DESK, now=now())
    for content in (Client().get(HOME + "hall-a/kalender.ics").content, Client().get(address).content):
        assert b"STATUS:CANCELLED" in content


def test_a_secret_link_reads_everything_until_it_is_revoked(held):
    found, address = link(held)
    token = address.rpartition("/")[2].removesuffix(".ics")
    content = Client().get(address)
    assert "SUMMARY:Kelas gim" in content.content.decode()
    assert "private" in content["Cache-Control"]
    assert content["X-Robots-Tag"] == "noindex"
    with region_scope(held.region):
        found.refresh_from_db()
        assert found.digest == digest_of(token)
        assert token not in str(FeedLink.objects.filter(pk=found.pk).values())
        assert found.used_at is not None
        revoke_link(found, actor=DESK, now=now())
    assert Client().get(address).status_code == 404
    assert Client().get("/id/35.73/pusat-kreatif/umpan/tidakada.ics").status_code == 404
    other = Client().get(address.replace("35.73", "32.16"))
    assert other.status_code == 404


def test_a_persons_link_covers_only_what_was_proved(held):
    with region_scope(held.region):
        start = datetime.combine(today(held.region) + timedelta(days=4), time(9), WIB)
        other = file_booking(wish("studio-1", Meeting(start, start + timedelta(hours=2)), contact="0341-9"),
                             actor=DESK, now=now(), today=today(held.region))
    found, address = link(held)
    assert Client().get(address).content.count(b"BEGIN:VEVENT") == 1  # the same telephone number alone opens nothing
    with region_scope(held.region):
        add_to_link(found, other, actor=DESK, now=now())
    assert Client().get(address).content.count(b"BEGIN:VEVENT") == 2
    assert b"STATUS:TENTATIVE" in Client().get(address).content


def test_fetching_too_often_is_asked_to_wait(held):
    answers = [Client().get(HOME + "hall-a/kalender.ics").status_code for _ in range(feed_rate.MOST + 1)]
    assert answers[:-1] == [200] * feed_rate.MOST
    late = Client().get(HOME + "hall-a/kalender.ics")
    assert (answers[-1], late.status_code) == (429, 429)
    assert int(late["Retry-After"]) > 0
    assert Client().get(HOME + "hall-b/kalender.ics").status_code == 200


def test_a_feed_costs_the_same_for_one_booking_and_for_many(region, held):  # noqa: F811
    def cost() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert Client().get(HOME + "kalender.ics").status_code == 200
        return len(caught)

    one = cost()
    with region_scope(region):
        for number in range(12):
            start = datetime.combine(today(region) + timedelta(days=5 + number), time(9), WIB)
            file_booking(wish("studio-2", Meeting(start, start + timedelta(hours=1))), actor=DESK, now=now(),
                         today=today(region))
    assert cost() == one


def test_the_desk_makes_a_link_shows_it_once_and_revokes_it(held):
    officer, page = signed("creative_officer"), "/id/35.73/ruang/langganan/"
    made = officer.post(page, {"kind": "space", "space": "hall-a", "label": "Penjaga"}).content.decode()
    address = re.search(r"https?://[^\"]+/umpan/[^\"]+\.ics", made)
    assert address
    assert "/umpan/" not in officer.get(page).content.decode()
    place = address[0].split("testserver")[1]
    assert "Kelas gim" in Client().get(place).content.decode()
    with region_scope(held.region):
        one = FeedLink.objects.get()
    assert Client().post(f"{page}{one.pk}/cabut/").status_code in (302, 403, 404)
    assert Client().get(place).status_code == 200
    assert officer.post(f"{page}{one.pk}/cabut/").status_code == 302
    assert Client().get(place).status_code == 404
    assert officer.post(page, {"kind": "organiser", "organiser": " "}).status_code == 422


def test_an_applicant_follows_and_changes_his_own_dates(held):
    page, code = "/id/35.73/pusat-kreatif/permohonan/tanggal/", None
    with region_scope(held.region):
        start = datetime.combine(today(held.region) + timedelta(days=20), time(9), WIB)
        made = file_booking(wish("studio-1", Meeting(start, start + timedelta(hours=2))), actor=DESK, now=now(),
                            today=today(held.region))
        code = booking_code(made)
    key = {"number": made.number, "code": code}
    assert Client().post(page, {**key, "code": "AAAA-AAAA-AAAA"}).status_code == 422
    shown = Client().post(page, {**key, "act": "link"}).content.decode()
    address = re.search(r"https?://[^\"]+/umpan/[^\"]+\.ics", shown)
    assert address
    assert "Kelas gim" in Client().get(address[0].split("testserver")[1]).content.decode()
    day = (start + timedelta(days=1)).date().isoformat()
    move = {**key, "act": "move", "ordinal": "1", "scope": "one", "version": "1", "day": day, "since": "10:00",
            "until": "12:00"}
    longer = Client().post(page, {**move, "until": "15:00"})
    assert longer.status_code == 409
    assert "memperpanjang" in longer.content.decode()
    assert Client().post(page, move).status_code == 200
    with region_scope(held.region):
        made.refresh_from_db()
        assert made.dates.get().starts_at.astimezone(WIB).time() == time(10)
    soon = {"number": held.number, "act": "move", "ordinal": "1", "version": str(held.version), "day": day,
            "since": "09:00", "until": "10:00"}
    with region_scope(held.region):
        soon["code"] = booking_code(held)
    assert Client().post(page, soon).status_code == 409  # confirmed: its letter names the times
    assert Client().post(page, {**key, "act": "drop", "ordinal": "1", "version": "2", "note": "batal"}
                         ).status_code == 200
    with region_scope(held.region):
        made.refresh_from_db()
        assert made.state == "withdrawn"


def test_only_the_embedded_part_may_be_framed(held):
    publish(held)
    part = Client().get(HOME + "sematan/")
    assert "Kelas gim" in part.content.decode()
    policy = part["Content-Security-Policy"]
    assert "frame-ancestors 'self' https:" in policy
    assert "default-src 'none'" in policy
    assert "form-action 'none'" in policy
    assert "X-Frame-Options" not in part
    assert not part.cookies
    assert "<script" not in part.content.decode()
    for address in (HOME, HOME + "bulan/", HOME + "langganan/", HOME + "denah/"):
        other = Client().get(address)
        assert other["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in other["Content-Security-Policy"]
    assert HOME + "sematan/" in Client().get(HOME + "langganan/").content.decode()
