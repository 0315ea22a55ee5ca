"""Doors and certificates through the pages: the desk, the holder's own part, checking, the paper."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdf import PdfReader

from sepadan.creative.documents.certificate_paper import certificate_pdf
from sepadan.creative.engine.credential import did_key, read_jwt
from sepadan.creative.engine.status_list import is_set, read_bits
from sepadan.creative.engine.ticket_text import decode
from sepadan.creative.models import Certificate, Scan, SigningKey
from sepadan.creative.services.certificates import issue_certificates
from sepadan.creative.services.credentials import certificate_code, name_key
from sepadan.creative.services.doors import ScanDraft, take_upload
from sepadan.demo.public import demo_accounts, ensure_accounts
from sepadan.records.public import account_scope, grouped, now, person_by_email, region_scope, today
from sepadan.records.services.work import perform
from sepadan.territory.models import Region

from .centre import DESK
from .doors_event import add_visitors, build_event

pytestmark = pytest.mark.django_db
SITE = "http://testserver"


@pytest.fixture
def region(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SECOND_FACTOR_ROLES = []
    found = Region.objects.get(code="35.73")
    ensure_accounts("35.73", now=now(), today=today(found))
    with region_scope(found):
        yield found


def signed(role):
    (email,) = (one.email for one in demo_accounts() if (one.region, one.role) == ("35.73", role))
    with account_scope(email=email):
        person = person_by_email(email)
        client = Client()
        client.force_login(person)
    return client


@pytest.fixture
def event(region):
    start = now() - timedelta(hours=3)
    return build_event(sessions=[(start, start + timedelta(hours=2))])


def test_the_desk_opens_a_door_invites_a_phone_and_enters_somebody_by_name(region, event):
    ani, _ = add_visitors(event, 2)
    place = f"/id/35.73/ruang/acara/{event.pk}/pintu/"
    officer = signed("creative_officer")
    assert officer.post(place + "tindakan/", {"act": "open", "name": "Utara"}).status_code == 302
    door = event.doors.get()
    shown = officer.post(place + "tindakan/", {"act": "invite", "door": door.pk, "name": "Ponsel Sari"})
    code = re.search(r"[0-9A-HJ-KM-NP-TV-Z]{4}(-[0-9A-HJ-KM-NP-TV-Z]{4}){2}", shown.content.decode())[0]
    assert code not in officer.get(place).content.decode()
    answer = Client().post("/id/35.73/pusat-kreatif/pintu/perangkat/", json.dumps({"code": code}),
                           content_type="application/json")
    assert answer.status_code == 200
    found = officer.get(place + "?cari=peserta 0").content.decode()
    assert "Peserta 0 Wijaya" in found
    assert "Peserta 1 Wijaya" not in found
    key = re.search(r'name="key" value="(\w+)"', found)[1]
    for _ in range(2):
        entered = officer.post(place + "tindakan/", {"act": "enter", "ticket": ani.code, "key": key, "door": door.pk,
                                                     "way": "in"})
        assert entered.status_code == 302
    assert Scan.objects.get().way == "in"
    assert "<dd>1</dd>" in officer.get(place + "hitungan/").content.decode()
    device = door.devices.get(kind="phone")
    for reason, status in (("", 409), ("hilang", 302)):
        revoked = officer.post(place + "tindakan/", {"act": "revoke", "device": device.pk, "note": reason})
        assert revoked.status_code == status
    assert officer.post(place + "tindakan/", {"act": "fly"}).status_code == 404
    assert signed("auditor").post(place + "tindakan/", {"act": "open", "name": "x"}).status_code in (403, 404)


def test_what_a_door_flagged_is_looked_at_once(region, event):
    ani, _ = add_visitors(event, 2)
    officer, place = signed("creative_officer"), f"/id/35.73/ruang/acara/{event.pk}/pintu/"
    officer.post(place + "tindakan/", {"act": "open", "name": "Utara"})
    shown = officer.post(place + "tindakan/", {"act": "invite", "door": event.doors.get().pk})
    assert shown.status_code == 200
    device = event.doors.get().devices.get()
    at = now() - timedelta(hours=2)
    take_upload(device, [ScanDraft("nonce-001", ani.code, at), ScanDraft("nonce-002", ani.code, at + timedelta(
        minutes=5)), ScanDraft("nonce-003", "K7QF29MX4TGH", at, how="forged")], sent_at=now(), received_at=now())
    page = officer.get(place).content.decode()
    assert "dua kali ditunjukkan" in page
    assert "tanda tangan palsu" in page
    assert "Belum diperiksa: 2" in page
    scan = Scan.objects.get(nonce="nonce-002")
    officer.post(place + "tindakan/", {"act": "note", "scan": scan.pk, "note": "ibunya menunjukkan lagi"})
    page = officer.get(place).content.decode()
    assert "Belum diperiksa: 1" in page
    assert "ibunya menunjukkan lagi" in page


def issued(region, event, many=1):
    device = None
    for number, ticket in enumerate(add_visitors(event, many)):
        if device is None:
            door = event.doors.create(ordinal=1, name="Utara", made_at=now())
            device = door.devices.create(label="Ponsel", made_at=now(), made_by="Meja")
        at = event.sessions.get().starts_at
        Scan.objects.create(event=event, door=device.door, device=device, nonce=f"nonce-{number}", ticket=ticket.code,
                            way="in", how="qr", device_at=at, sent_at=at, received_at=at, at=at)
    issue_certificates(event, site=SITE, actor=DESK, now=now(), today=today(region))
    return list(Certificate.objects.order_by("id"))


def test_issuing_is_asked_for_by_who_approves_and_done_behind_the_page(region, event):
    (one, two) = add_visitors(event, 2)
    door = event.doors.create(ordinal=1, name="Utara", made_at=now())
    device = door.devices.create(label="Ponsel", made_at=now(), made_by="Meja")
    take_upload(device, [ScanDraft("nonce-001", one.code, now() - timedelta(hours=2))], sent_at=now(),
                received_at=now())
    place = f"/id/35.73/ruang/acara/{event.pk}/sertifikat/"
    officer, approver = signed("creative_officer"), signed("creative_approver")
    assert officer.post(place + "terbitkan/").status_code in (403, 404)
    assert "Terbitkan 1 sertifikat" in approver.get(place).content.decode()
    assert approver.post(place + "terbitkan/").status_code == 302
    from sepadan.records.models import Work

    perform(region.pk, Work.objects.get(kind="creative.issue_certificates").pk, clock=now)
    made = Certificate.objects.get()
    assert made.registration_id == one.registration_id != two.registration_id
    assert made.number in officer.get(place).content.decode()
    own = f"{place}{made.pk}/"
    assert grouped(certificate_code(made)) in officer.get(own).content.decode()
    assert officer.post(own + "tindakan/", {"act": "revoke", "reason": "x"}).status_code in (403, 404)
    assert officer.post(own + "tindakan/", {"act": "pdf"})["Content-Type"] == "application/pdf"
    assert approver.post(own + "tindakan/", {"act": "reissue", "name": "Siti", "reason": ""}).status_code == 409
    again = approver.post(own + "tindakan/", {"act": "reissue", "name": "Siti Aminah", "reason": "salah ketik"})
    assert again.status_code == 302
    assert "Siti Aminah" in officer.get(again.url).content.decode()
    assert approver.post(again.url + "tindakan/", {"act": "revoke", "reason": "keliru"}).status_code == 302


def test_a_name_is_shown_only_while_its_holder_wishes(region, event):
    (made,) = issued(region, event)
    place = f"/id/35.73/pusat-kreatif/sertifikat/{made.public_id}/"
    assert made.holder_name not in Client().get(place).content.decode()
    wrong = Client().post(place, {"code": "AAAA-AAAA-AAAA"})
    assert wrong.status_code == 422
    assert made.holder_name not in wrong.content.decode()
    code = certificate_code(made)
    opened = Client().post(place, {"code": grouped(code).lower()})
    assert made.holder_name in opened.content.decode()
    assert made.holder_name not in Client().get(place).content.decode()
    Client().post(place, {"code": code, "act": "show"})
    assert made.holder_name in Client().get(place).content.decode()
    Client().post(place, {"code": code, "act": "hide"})
    assert made.holder_name not in Client().get(place).content.decode()
    assert Client().post(place, {"code": code, "act": "jwt"}).content.decode() == made.jwt
    assert Client().get("/id/35.73/pusat-kreatif/sertifikat/00000000-0000/").status_code == 404


def test_a_credential_is_checked_by_pasting_or_uploading_it_and_whose_it_is_by_its_key(region, event):
    (made,) = issued(region, event)
    place = "/id/35.73/pusat-kreatif/sertifikat/"
    pasted = Client().post(place, {"text": f"  {made.jwt}\n", "name": made.holder_name, "key": grouped(name_key(
        made.public_id))}).content.decode()
    assert "Sah dan berlaku" in pasted
    assert "Milik nama ini" in pasted
    other = Client().post(place, {"text": made.jwt, "name": "Orang Lain", "key": name_key(made.public_id)})
    assert "Nama dan kunci tidak cocok" in other.content.decode()
    uploaded = Client().post(place, {"file": SimpleUploadedFile("s.jwt", made.jwt.encode())}).content.decode()
    assert "Sah dan berlaku" in uploaded
    assert made.holder_name not in uploaded
    assert "Bukan kredensial yang utuh" in Client().post(place, {"text": made.jwt[:-1]}).content.decode()
    assert "Bukan tanda tangan daerah ini" in Client().post(
        place.replace("35.73", "32.75"), {"text": made.jwt}).content.decode()


def test_status_list_and_keys_are_there_for_who_checks_offline(region, event):
    kept, lost = issued(region, event, 2)
    Certificate.objects.filter(pk=lost.pk).update(state="revoked", ended_at=now(), reason="uji")
    answer = Client().get("/id/35.73/pusat-kreatif/sertifikat/status/1/")
    assert answer["Content-Type"] == "application/vc+jwt"
    payload = read_jwt(answer.content.decode()).payload
    bits = read_bits(payload["credentialSubject"]["encodedList"])
    assert (is_set(bits, kept.status_index), is_set(bits, lost.status_index)) == (False, True)
    assert payload["id"] == read_jwt(kept.jwt).payload["credentialStatus"]["statusListCredential"]
    assert Client().get("/id/35.73/pusat-kreatif/sertifikat/status/9/").status_code == 404
    keys = Client().get("/en/35.73/pusat-kreatif/sertifikat/kunci.json").json()
    public = SigningKey.objects.get(purpose="certificate").public
    assert [one["did"] for one in keys["keys"]] == [did_key(public)] == [read_jwt(kept.jwt).kid]
    assert len(decode(public)) == 32


def test_the_paper_names_its_holder_and_keeps_his_code_on_a_sheet_of_its_own(region, event):
    (made,) = issued(region, event)
    made = Certificate.objects.select_related("event__centre", "registration").get(pk=made.pk)
    pdf = certificate_pdf(made, "id", site=SITE)
    assert pdf == certificate_pdf(made, "id", site=SITE)
    first, own = (page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert made.holder_name in first
    assert made.number in first
    assert "1 dari 1 pertemuan" in first
    assert grouped(certificate_code(made)) in own
    assert grouped(certificate_code(made)) not in first


def test_the_door_page_asks_for_the_camera_alone_and_its_worker_keeps_its_files(region):
    page = Client().get("/id/35.73/pusat-kreatif/pintu/")
    assert "camera=(self)" in page["Permissions-Policy"]
    assert "camera=()" in Client().get("/id/35.73/pusat-kreatif/")["Permissions-Policy"]
    worker = Client().get("/id/35.73/pusat-kreatif/pintu/layanan.js")
    assert worker["Content-Type"] == "text/javascript"
    kept = json.loads(re.match(r"const KEPT = (\{.*\});", worker.content.decode())[1])
    for script in re.findall(r'(?:src|href)="(/static/[^"]+)"', page.content.decode()):
        assert script in kept["files"], script
    manifest = Client().get("/id/35.73/pusat-kreatif/pintu/manifes.json").json()
    assert manifest["scope"] == manifest["start_url"] == kept["page"] == "/id/35.73/pusat-kreatif/pintu/"
