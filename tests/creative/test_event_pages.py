"""Events through their pages: found, read by programs, registered for, kept by organiser and desk."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta

import icalendar
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from sepadan.creative.event_names import Registering
from sepadan.creative.models import Event, Registration
from sepadan.creative.services.booking_codes import booking_code
from sepadan.creative.services.events import cancel_event
from sepadan.creative.services.registrations import register
from sepadan.demo.public import ensure_accounts
from sepadan.records.public import now, region_scope, today
from sepadan.territory.models import Region

from .centre import DESK, build_centre
from .event_scene import QUESTION, confirmed, event_of, public, wanted
from .test_pages import signed

pytestmark = pytest.mark.django_db
PUBLIC = "/id/35.73/pusat-kreatif/mcc/acara/"
MINE = "/id/35.73/pusat-kreatif/pendaftaran/"
ORGANISER = "/id/35.73/pusat-kreatif/penyelenggara/"


@pytest.fixture
def region(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SECOND_FACTOR_ROLES = []
    found = Region.objects.get(code="35.73")
    ensure_accounts("35.73", now=now(), today=today(found))
    with region_scope(found):
        build_centre()
    return found


def an_event(region: Region, *, space: str = "studio-1", days: int = 8, **more) -> Event:
    start = now().replace(hour=3, minute=0, second=0, microsecond=0) + timedelta(days=days)
    with region_scope(region):
        return public(space, start, DESK, now(), today(region), **more)


def sent(**more: str) -> dict[str, str]:
    return {"name": "Tamu Contoh", "contact": "0341", "seats": "1", "agreed": "yes", "key": "satu", "q-q1": "Godot",
            **more}


def receipt(page: str) -> tuple[str, str]:
    number, code = re.search(r"ACR-\d{4}-\d{6}", page), re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", page)
    assert number
    assert code
    return number[0], code[0]


def test_an_event_is_found_read_by_programs_and_registered_for_without_an_account(region):
    event = an_event(region, questions=(QUESTION,), capacity=1)
    client, page = Client(), f"{PUBLIC}{event.code}/"
    listed = client.get(PUBLIC, {"cari": "gim"}).content.decode()
    assert event.title["id"] in listed
    shown = client.get(page).content.decode()
    assert "Sisa 1 tempat" in shown
    assert "<script type" not in shown
    data = json.loads(client.get(page + "data.json").content)
    assert (data["@type"], data["remainingAttendeeCapacity"]) == ("Event", 1)
    (entry,) = icalendar.Calendar.from_ical(client.get(page + "kalender.ics").content).walk("VEVENT")
    assert entry["STATUS"] == "CONFIRMED"
    # what is missing is named and nothing is kept
    wrong = client.post(page + "daftar/", sent(**{"q-q1": "Lain", "agreed": ""}))
    assert wrong.status_code == 422
    assert "f-agreed-error" in wrong.content.decode()
    answer = client.post(page + "daftar/", sent())
    assert answer.status_code == 200
    number, code = receipt(answer.content.decode())
    again = client.post(page + "daftar/", sent()).content.decode()  # a nervous thumb
    assert receipt(again) == (number, code)
    with region_scope(region):
        assert Registration.objects.count() == 1
    other = client.post(page + "daftar/", sent(name="Tamu Lain"))
    assert other.status_code == 422
    assert number in other.content.decode()
    full = client.post(page + "daftar/", sent(key="dua", contact="0342", name="Tamu Kedua"))
    assert "Daftar tunggu" in full.content.decode()
    second = receipt(full.content.decode())
    mine = client.post(MINE, {"number": number.lower(), "code": code.lower()}).content.decode()
    assert "Terkonfirmasi" in mine
    assert "<path fill" in mine  # the code for the door
    file = client.post(MINE, {"number": number, "code": code, "act": "pdf"})
    assert file["Content-Type"] == "application/pdf"
    assert client.post(MINE, {"number": number, "code": "AAAA-AAAA-AAAA"}).status_code == 422
    assert "BEGIN:VCALENDAR" in client.post(MINE, {"number": number, "code": code, "act": "ics"}).content.decode()
    gone = client.post(MINE, {"number": number, "code": code, "act": "cancel"}).content.decode()
    assert "Dibatalkan pendaftar" in gone
    offered = client.post(MINE, {"number": second[0], "code": second[1]}).content.decode()
    assert "Tempat ditawarkan" in offered
    took = client.post(MINE, {"number": second[0], "code": second[1], "act": "accept"})
    assert "Terkonfirmasi" in took.content.decode()
    assert client.post(MINE, {"number": second[0], "code": second[1], "act": "accept"}).status_code == 409


def test_tickets_are_printed_two_to_a_page_with_their_codes(region):
    event = an_event(region, capacity=10, groups_to=5)
    answer = Client().post(f"{PUBLIC}{event.code}/daftar/", sent(seats="3", companions="Kawan Satu\nKawan Dua"))
    number, code = receipt(answer.content.decode())
    file = Client().post(MINE, {"number": number, "code": code, "act": "pdf"})
    reader = PdfReader(io.BytesIO(file.content))
    text = " ".join(page.extract_text() for page in reader.pages)
    assert len(reader.pages) == 2
    assert all(name in text for name in ("Tamu Contoh", "Kawan Satu", "Kawan Dua", number))


def test_a_draft_is_nobodys_business_and_a_cancelled_event_stays_to_be_seen(region):
    event = an_event(region)
    start = now() + timedelta(days=9)
    with region_scope(region):
        draft = event_of(confirmed("studio-2", start, DESK, now(), today(region)), DESK, now(), title="Rahasia")
        register(event, wanted("Tamu"), actor=DESK, now=now(), today=today(region))
        cancel_event(Event.objects.get(pk=event.pk), version=event.version, reason="pembicara sakit", actor=DESK,
                     now=now())
    client = Client()
    for place in ("", "daftar/", "data.json", "kalender.ics", "gambar"):
        assert client.get(f"{PUBLIC}{draft.code}/{place}").status_code == 404
    page = client.get(f"{PUBLIC}{event.code}/").content.decode()
    assert "pembicara sakit" in page
    assert "Tamu" not in page
    calendar = client.get(f"{PUBLIC}kalender.ics")
    assert b"STATUS:CANCELLED" in calendar.content
    assert b"Rahasia" not in calendar.content
    assert client.get(f"{PUBLIC}kalender.ics", headers={"If-None-Match": calendar["ETag"]}).status_code == 304
    assert client.post(f"{PUBLIC}{event.code}/daftar/", sent()).status_code == 409


def test_an_organiser_drafts_with_the_code_of_his_booking_and_the_desk_publishes(region):
    start = now().replace(hour=3, minute=0, second=0, microsecond=0) + timedelta(days=9)
    with region_scope(region):
        booking = confirmed("studio-1", start, DESK, now(), today(region))
        other = confirmed("studio-2", start, DESK, now(), today(region), title="Milik lain")
        event_of(other, DESK, now(), title="Milik lain")
        key = {"number": booking.number, "code": booking_code(booking)}
    client = Client()
    assert client.post(ORGANISER, {**key, "code": "AAAA-AAAA-AAAA"}).status_code == 422
    form = client.post(ORGANISER, {**key, "act": "new"}).content.decode()
    hours = re.findall(r'name="s-1-(since|until)" value="(\d\d:\d\d)"', form)
    fields = {**key, "act": "save", "title_id": "Kelas gim", "organiser": "Komunitas", "registration": "approval",
              "capacity": "10", "groups_to": "1", "offer_hours": "24", "share": "80", "kind": "course",
              "s-1-meeting": "1", **{f"s-1-{name}": value for name, value in hours}, "q-1-id": "Umur?",
              "q-1-type": "number", "q-1-needed": "yes", "r-1-name": "Narasumber", "r-1-role": "speaker"}
    wrong = client.post(ORGANISER, {**fields, "capacity": "banyak", "title_id": ""})
    assert wrong.status_code == 422
    assert "f-title_id-error" in wrong.content.decode()
    saved = client.post(ORGANISER, fields).content.decode()
    assert "Milik lain" not in saved
    with region_scope(region):
        event = Event.objects.get(booking=booking)
        assert (event.state, event.capacity, event.questions[0]["code"]) == ("draft", 10, "q1")
    assert client.get(f"{PUBLIC}{event.code}/").status_code == 404
    officer, place = signed("creative_officer"), f"/id/35.73/ruang/acara/{event.pk}/"
    assert Client().get(place).status_code in (302, 403)
    assert "Kelas gim" in officer.get("/id/35.73/ruang/acara/").content.decode()
    assert officer.post(place + "tindakan/", {"act": "publish", "version": "1"}).status_code == 302
    assert client.post(f"{PUBLIC}{event.code}/daftar/", sent(**{"q-q1": "17"})).status_code == 200
    with region_scope(region):
        (one,) = Registration.objects.all()
    decided = client.post(ORGANISER, {**key, "act": "approve", "event": event.code, "registration": one.number,
                                      "version": "1"})
    assert "Terkonfirmasi" in decided.content.decode()
    assert client.post(ORGANISER, {**key, "act": "export", "event": event.code, "reason": "x"}).status_code == 422
    listed = client.post(ORGANISER, {**key, "act": "export", "event": event.code, "reason": "daftar hadir pintu"})
    assert one.number in listed.content.decode()
    theirs = client.post(ORGANISER, {**key, "act": "export", "event": "milik-lain", "reason": "daftar hadir pintu"})
    assert theirs["Content-Type"].startswith("text/html")


def test_the_desk_decides_exports_for_a_reason_and_replaces_a_ticket(region):
    event = an_event(region, registration=Registering.APPROVAL)
    with region_scope(region):
        one = register(event, wanted("Tamu Contoh"), actor=DESK, now=now(), today=today(region))
    officer = signed("creative_officer")
    place, events = f"/id/35.73/ruang/pendaftaran/{one.pk}/", f"/id/35.73/ruang/acara/{event.pk}/"
    assert officer.post(place + "tindakan/", {"act": "approve", "version": "1"}).status_code == 302
    stale = officer.post(place + "tindakan/", {"act": "refuse", "version": "1", "note": "penuh"})
    assert stale.status_code == 409
    with region_scope(region):
        ticket = one.tickets.get()
    officer.post(place + "tindakan/", {"act": "reissue", "ticket": str(ticket.pk), "note": "hilang"})
    with region_scope(region):
        assert one.tickets.count() == 2
    assert "Tamu Contoh" in officer.get(events).content.decode()
    assert "Tamu Contoh" in officer.get(events + "cetak/").content.decode()
    assert officer.get(events + "unduh/").status_code == 405
    assert officer.post(events + "unduh/", {"reason": ""}).status_code == 422
    assert b"Tamu Contoh" in officer.post(events + "unduh/", {"reason": "daftar hadir pintu"}).content


def test_a_list_of_events_costs_the_same_queries_at_one_and_at_ten(region):
    counts = []
    for many in (1, 9):
        for number in range(many):
            an_event(region, days=2 + number + 10 * (many > 1))
        with CaptureQueriesContext(connection) as seen:
            assert Client().get(PUBLIC, {"cari": "gim"}).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("seats", ["0", "4", "9999999999", "-1", "٣", "dua"])
def test_a_wrong_number_of_people_is_told_at_its_field(region, seats):
    event = an_event(region, groups_to=3, capacity=9)
    answer = Client().post(f"{PUBLIC}{event.code}/daftar/", sent(seats=seats))
    assert answer.status_code == (200 if seats == "٣" else 422)
    if answer.status_code == 422:
        assert "Jumlah orang harus 1 sampai 3" in answer.content.decode()
