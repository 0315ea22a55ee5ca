"""The desk's pages and what an applicant does by his code: from a letter that came in to a key that is back."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdf import PdfReader
from tests.pdf_codes import codes_on

from sepadan.creative.documents.letters import letter_code
from sepadan.creative.models import Booking, DaySheetPrint, Displacement
from sepadan.creative.services.booking_codes import booking_code
from sepadan.creative.services.bookings import file_booking
from sepadan.creative.services.decisions import confirm_booking
from sepadan.demo.public import ensure_accounts
from sepadan.records.public import now, region_scope, today, zone_of
from sepadan.territory.models import Region

from .centre import DESK, Meeting, build_centre, wish
from .engine.test_papers import png
from .test_pages import fields, signed

pytestmark = pytest.mark.django_db
RULES = {"answer_days": 5, "no_show_minutes": 0, "steps": [
    {"step": "curation", "days": 3}, {"step": "site_check", "days": 2, "from_people": 50},
    {"step": "decision", "days": 2, "by": "creative.approve"}]}
BASE, FOLLOW = "/id/35.73/ruang/", "/id/35.73/pusat-kreatif/permohonan/"
ROOM = {f"check-{code}": "ok" for code in ("key", "clean", "power", "furniture", "equipment")}


@pytest.fixture
def region(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SECOND_FACTOR_ROLES = []
    found = Region.objects.get(code="35.73")
    ensure_accounts("35.73", now=now(), today=today(found))
    with region_scope(found):
        build_centre(RULES)
    return found


def upload(content: bytes, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def only(region, **which) -> Booking:
    with region_scope(region):
        found = Booking.objects.select_related("region").get(**which)
        found.code = booking_code(found)
    return found


def test_a_letter_goes_from_the_desk_through_its_steps_to_a_letter_that_can_be_checked(region):
    officer, approver = signed("creative_officer"), signed("creative_approver")
    answer = officer.post(BASE + "catat/", {
        **fields(region, people="80"), "intake": "letter", "sender": "SMKN 4", "letter_number": "421/88",
        "letter_file": upload(b"%PDF-1.4\n%%EOF", "surat.pdf")})
    assert answer.status_code == 302
    one = only(region)
    place = f"{BASE}{one.pk}/"
    page = officer.get(place).content.decode()
    for words in ("0001/AGENDA/EKRAF", "SMKN 4", "421/88", "Kurasi", "Pindaian surat"):
        assert words in page, words
    assert officer.get(BASE + "?q=421/88").content.decode().count(one.number) == 1
    assert "Setujui dan beri nomor surat" not in approver.get(place).content.decode()
    assert approver.post(place + "tindakan/", {"act": "confirm", "version": str(one.version)}).status_code == 409
    one = only(region)
    assert officer.post(place + "langkah/", {"act": "finish", "step": "curation", "version": one.version}
                        ).status_code == 302
    one = only(region)
    checks = {f"check-{code}": "ok" for code in ("access", "power", "safety")}
    assert officer.post(place + "langkah/", {"act": "finish", "step": "site_check", "version": one.version, **checks}
                        ).status_code == 409
    assert officer.post(place + "langkah/", {"act": "finish", "step": "site_check", "version": one.version, **checks,
                                             "check-layout": "not", "note": "Panggung paling lebar 4 m"}
                        ).status_code == 302
    assert officer.post(place + "langkah/", {"act": "dispose", "to": "x", "note": "y"}).status_code == 404
    assert approver.post(place + "langkah/", {"act": "dispose", "to": "Kasi", "note": "Dampingi"}).status_code == 302
    one = only(region)
    page = approver.get(place).content.decode()
    assert "Panggung paling lebar 4 m" in page
    assert approver.post(place + "tindakan/", {"act": "confirm", "version": one.version}).status_code == 302
    with region_scope(region):
        one = Booking.objects.select_related("region", "letter").get()
        code = letter_code(one)
    content = approver.get(f"/id/35.73/dokumen/{one.letter_id}/").content
    letter = PdfReader(io.BytesIO(content))
    assert codes_on(content) == {f"http://testserver/id/35.73/pusat-kreatif/surat/{one.pk}/{code}/"}
    text = letter.pages[0].extract_text()
    for words in (one.letter_number, "Pameran gim", "Hall-A", "Panggung paling lebar 4 m"):
        assert words in text, words
    checked = Client().get(f"/id/35.73/pusat-kreatif/surat/{one.pk}/{code}/")
    assert (checked.status_code, "Berlaku" in checked.content.decode()) == (200, True)
    by_hand = Client().post("/id/35.73/pusat-kreatif/surat/", {"number": one.letter_number, "code": code.lower()})
    assert "Pameran gim" in by_hand.content.decode()
    for path in (f"{one.pk}/{code[:-1]}Z/", f"{one.pk + 1}/{code}/"):
        assert Client().get("/id/35.73/pusat-kreatif/surat/" + path).status_code == 422


def test_an_applicant_answers_adds_a_paper_and_withdraws_by_his_code(region):
    Client().post("/id/35.73/pusat-kreatif/mcc/ajukan/", fields(region))
    one = only(region)
    signed("creative_officer").post(f"{BASE}{one.pk}/tindakan/", {"act": "ask", "note": "Ada panggung?", "version": 1})
    key = {"number": one.number, "code": one.code}
    page = Client().post(FOLLOW, key).content.decode()
    assert "Ada panggung?" in page
    assert "jawaban Anda sampai" in page

    def act(name, version, **more):
        return Client().post(FOLLOW + "tindakan/", {**key, "act": name, "version": version, **more})

    assert act("answer", 1, note="Tidak").status_code == 409
    assert Client().post(FOLLOW + "tindakan/", {**key, "code": "AAAA-AAAA-AAAA", "act": "answer", "version": 2,
                                                "note": "x"}).status_code == 422
    assert only(region).state == "asked"
    done = act("answer", 2, note="Tidak")
    assert (done.status_code, only(region).state) == (200, "review")
    assert "Jawaban Anda tersimpan" in done.content.decode()
    assert act("paper", 3, kind="proposal", file=upload(b"PK\x03\x04", "a.pdf")).status_code == 409
    assert act("paper", 3, kind="proposal", file=upload(png(), "rencana.png")).status_code == 200
    assert "rencana.png" in signed("creative_officer").get(f"{BASE}{one.pk}/").content.decode()
    assert act("nonsense", 4).status_code == 404
    assert Client().post(FOLLOW + "surat/", key).status_code == 404
    assert act("withdraw", 4).status_code == 200
    assert only(region).state == "withdrawn"


def test_acts_of_one_booking_slow_down(region):
    Client().post("/id/35.73/pusat-kreatif/mcc/ajukan/", fields(region))
    one = only(region)
    codes = [Client().post(FOLLOW + "tindakan/", {"number": one.number, "code": one.code, "act": "answer",
                                                  "version": 1, "note": "x"}).status_code for _ in range(14)]
    assert (codes[0], codes[-1]) == (409, 429)


def test_a_displaced_party_sees_why_reads_the_letter_and_takes_what_is_held(region):
    with region_scope(region):
        start = now().replace(minute=0, second=0, microsecond=0) + timedelta(days=9)
        during = Meeting(start, start + timedelta(hours=2))
        day = today(region)
        lost = file_booking(wish("hall-a", during, people=5), actor=DESK, now=now(), today=day)
        Booking.objects.filter(pk=lost.pk).update(step="decision")
        lost = confirm_booking(lost, version=1, actor=DESK, now=now(), today=day)
    officer, approver = signed("creative_officer"), signed("creative_approver")
    local = start.astimezone(zone_of(region))
    answer = officer.post(BASE + "catat/", {
        "title": "Kunjungan menteri", "organiser": "Dinas", "contact": "-", "space": "hall", "people": "40",
        "day": local.date().isoformat(), "since": f"{local:%H:%M}", "until": f"{local + timedelta(hours=2):%H:%M}",
        "intake": "official", "waits": "yes"})
    assert answer.status_code == 302
    event = only(region, intake="official")
    place = f"{BASE}{event.pk}/"
    assert officer.get(place + "geser/").status_code == 403
    officer.post(place + "langkah/", {"act": "finish", "step": "curation", "version": event.version})
    event = only(region, intake="official")
    page = approver.get(place + "geser/").content.decode()
    assert lost.number in page
    seen = re.findall(r'name="seen" value="([\d.]+)"', page)
    assert approver.post(place + "geser/", {"version": event.version, "seen": seen, "reason": ""}).status_code == 409
    assert approver.post(place + "geser/", {"version": event.version, "seen": seen, "reason": "Tamu negara"}
                         ).status_code == 302
    lost = only(region, pk=lost.pk)
    key = {"number": lost.number, "code": lost.code}
    page = Client().post(FOLLOW, key).content.decode()
    for words in ("Kegiatan Anda tergeser", "Tamu negara", "Kunjungan menteri", "Ambil yang ini"):
        assert words in page, words
    with region_scope(region):
        notice = Displacement.objects.get()
        offered = notice.offers.first().date.ordinal
    letter = Client().post(FOLLOW + "surat/", {**key, "notice": notice.number})
    assert letter["Content-Type"] == "application/pdf"
    assert "Tamu negara" in PdfReader(io.BytesIO(letter.content)).pages[0].extract_text()
    assert Client().post(FOLLOW + "surat/", {**key, "code": "AAAA-AAAA-AAAA", "notice": notice.number}
                         ).status_code == 422
    taken = Client().post(FOLLOW + "tindakan/", {**key, "act": "take", "notice": notice.number, "ordinal": offered,
                                                 "version": lost.version})
    assert "surat baru sudah terbit" in taken.content.decode()
    fresh = only(region, pk=lost.pk)
    assert fresh.letter_id
    assert Client().post(FOLLOW + "surat/", key)["Content-Type"] == "application/pdf"


def test_keys_no_shows_and_the_day_sheet(region):
    with region_scope(region):
        start = datetime.combine(today(region), time(), zone_of(region)).astimezone(UTC)
        whole = Meeting(start, start + timedelta(hours=24))
        for space in ("studio-1", "studio-2"):
            one = file_booking(wish(space, whole, contact="0812", people=5), actor=DESK, now=start, today=today(region))
            Booking.objects.filter(pk=one.pk).update(step="decision")
            confirm_booking(one, version=1, actor=DESK, now=start, today=today(region))
    first, second = only(region, space__code="studio-1"), only(region, space__code="studio-2")
    officer = signed("creative_officer")
    guard = officer.get(BASE + "lembar-harian/").content.decode()
    cleaner = officer.get(BASE + "lembar-harian/?peran=cleaner").content.decode()
    assert ("0812" in guard, "0812" in cleaner) == (True, False)
    assert ("Komunitas gim" in guard, "Komunitas gim" in cleaner) == (True, False)
    printing = {"peran": "cleaner", "hari": today(region).isoformat()}
    sheet = officer.post(BASE + "lembar-harian/cetak/", printing)
    assert "Studio-1" in PdfReader(io.BytesIO(sheet.content)).pages[0].extract_text()
    with region_scope(region):
        assert "Komunitas" not in str(DaySheetPrint.objects.get().rows)
    officer.post(f"{BASE}{first.pk}/langkah/", {"act": "arrange", "layout": "theatre", "equipment": "Layar\nMikrofon",
                                                "note": "", "version": first.version})
    officer.post(f"{BASE}{second.pk}/langkah/", {"act": "no_show", "ordinal": 1, "version": second.version})
    changed = officer.get(BASE + "lembar-harian/?peran=cleaner").content.decode()
    assert "2 baris berubah" in changed
    assert "berubah</span>" in changed
    assert "batal</span>" in changed
    again = PdfReader(io.BytesIO(officer.post(BASE + "lembar-harian/cetak/", printing).content)).pages[0]
    assert "batal" in again.extract_text()
    first = only(region, pk=first.pk)
    key = f"{BASE}{first.pk}/kunci/1/"
    assert officer.get(f"{BASE}{second.pk}/kunci/1/").status_code == 404
    assert officer.post(key, {"who": "Budi", "version": first.version, **ROOM, "photos": upload(b"x", "a.png")}
                        ).status_code == 409
    out = officer.post(key, {"who": "Budi", "key": "K-7", "version": first.version, **ROOM,
                             "photos": [upload(png(), "a.png"), upload(png(), "b.png")]})
    assert out.status_code == 302
    assert "K-7" in officer.get(BASE).content.decode()
    assert officer.get(key).content.decode().count("Foto saat kunci K-7 diserahkan") == 2
    first = only(region, pk=first.pk)
    assert officer.post(key, {"who": "Budi", "version": first.version, **ROOM, "check-clean": "not",
                              "note": "Lantai basah"}).status_code == 302
    assert "Lantai basah" in officer.get(f"{BASE}{first.pk}/").content.decode()
    assert Client().get(key).status_code == 302
