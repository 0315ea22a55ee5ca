"""The money of the centre through its pages: a tariff by two persons, a letter with its paper, what the applicant sees
and does with number and code, the check and the ruling; who may do what."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader
from tests.creative.centre import build_centre
from tests.creative.money import CONCERT, RULES

from sepadan.creative.models import Assessment, AssessmentAppeal, Booking, Centre, Space, Tariff
from sepadan.creative.names import BookingState, DateState
from sepadan.creative.services.booking_codes import booking_code
from sepadan.creative.services.bookings import Wish, file_booking
from sepadan.creative.services.holding import Meeting
from sepadan.demo.public import demo_accounts, ensure_accounts
from sepadan.records.public import (
    Actor,
    Channel,
    Charge,
    account_scope,
    add_partner,
    add_scheme,
    now,
    person_by_email,
    receive_payment,
    region_scope,
    today,
)
from sepadan.territory.models import Region

pytestmark = pytest.mark.django_db
DESK = "/id/35.73/ruang/retribusi/"
FOLLOW = "/id/35.73/pusat-kreatif/permohonan/"


@pytest.fixture
def region(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SECOND_FACTOR_ROLES = []
    found = Region.objects.get(code="35.73")
    ensure_accounts("35.73", now=now(), today=today(found))
    with region_scope(found):
        build_centre(dict(RULES))
        Centre.objects.update(synthetic=True)
        Space.objects.filter(kind="hall").update(tariff="tariff.hall")
        partner, _ = add_partner("BANK-TES", "Bank Tes", channel=Channel.BANK, actor=Actor("tes"), now=now())
        add_scheme(partner, "88002", "creative_centre", actor=Actor("tes"), now=now())
    return found


def signed(role: str) -> Client:
    (email,) = (one.email for one in demo_accounts() if (one.region, one.role) == ("35.73", role))
    with account_scope(email=email):
        client = Client()
        client.force_login(person_by_email(email))
    return client


def concert(region, **nature):
    start = now() + timedelta(days=9)
    with region_scope(region):
        wish = Wish("hall", "Konser", "Grup Konser", [Meeting(start, start + timedelta(hours=2))],
                    nature=nature or CONCERT)
        return file_booking(wish, actor=Actor("Meja"), now=now(), today=today(region))


def tariff(client, **more):
    return client.post(DESK + "tarif/usulkan/", {
        "name": "tariff.hall", "per": "hour", "amount": "400.000", "since": "2025-08-01", "basis": "assumption",
        "why": "Angka peragaan", **more})


def act(client, booking, name, **more):
    with_version = {"act": name, "version": str(Booking.objects.get(pk=booking.pk).version)}
    return client.post(f"/id/35.73/ruang/{booking.pk}/retribusi/tindakan/", with_version | more)


def in_scope(region, function):
    with region_scope(region):
        return function()


def test_a_tariff_is_proposed_by_one_and_approved_by_another_and_missing_until_then(region):
    officer, approver = signed("creative_officer"), signed("creative_approver")
    page = officer.get(DESK + "tarif/").content.decode()
    assert "Belum diketahui, jadi tidak ada yang ditagih" in page
    assert "tidak ditemukan" in page
    assert tariff(officer, basis="instrument").status_code == 422  # names no instrument
    assert tariff(officer, amount="banyak").status_code == 422
    assert tariff(officer).status_code == 302
    row = in_scope(region, Tariff.objects.get)
    place = f"{DESK}tarif/{row.pk}/"
    assert officer.post(place, {"act": "approve"}).status_code == 403
    assert approver.post(place, {"act": "approve"}).status_code == 302
    page = officer.get(DESK + "tarif/").content.decode()
    assert "Rp400.000" in page
    assert "ASUMSI CONTOH" in page
    tariff(approver, amount="500.000")
    second = in_scope(region, lambda: Tariff.objects.get(state="proposed"))
    own = approver.post(f"{DESK}tarif/{second.pk}/", {"act": "approve"})
    assert own.status_code == 409
    assert "orang lain" in own.content.decode()


def test_a_real_centre_takes_no_assumption(region):
    in_scope(region, lambda: Centre.objects.update(synthetic=False))
    refused = tariff(signed("creative_officer"))
    assert refused.status_code == 422
    assert "tidak boleh bersandar pada asumsi" in refused.content.decode()


def test_from_letter_to_payment_check_appeal_and_ruling(region):
    officer, approver = signed("creative_officer"), signed("creative_approver")
    tariff(officer)
    approver.post(f"{DESK}tarif/{in_scope(region, Tariff.objects.get).pk}/", {"act": "approve"})
    booking = concert(region)
    place = f"/id/35.73/ruang/{booking.pk}/retribusi/"
    assert "Tetapkan Rp800.000" in officer.get(place).content.decode()
    assert signed("tax_officer").get(place).status_code == 403
    with region_scope(region):
        assert act(officer, booking, "issue").status_code == 302
        letter = Assessment.objects.get()
        charge = Charge.objects.get()
        code = booking_code(booking)
    paper = "".join(page.extract_text() for page in PdfReader(io.BytesIO(
        officer.get(f"/id/35.73/dokumen/{letter.document_id}/").content or b"")).pages)
    for said in (letter.number, "Rp800.000", "2 jam × Rp400.000", "ASUMSI CONTOH", "88002", booking.number,
                 "Peserta dipungut bayaran"):
        assert said in paper
    known = {"number": booking.number, "code": code}
    told = Client().post(FOLLOW, known).content.decode()
    for said in ("Menunggu pembayaran", "Rp800.000", "88002", "ASUMSI CONTOH", letter.number):
        assert said in told
    assert booking.number in Client().get(f"{FOLLOW}?nomor={booking.number}").content.decode()
    file = Client().post(FOLLOW + "retribusi/surat/", known | {"letter": letter.number})
    assert file.content[:4] == b"%PDF"
    wrong = Client().post(FOLLOW + "retribusi/surat/", {"number": booking.number, "code": "A", "letter": letter.number})
    assert (wrong.status_code, "Grup Konser" in wrong.content.decode()) == (422, False)
    with region_scope(region):
        receive_payment(charge, channel=Channel.BANK, reference="R", amount=800_000, paid_at=now(), now=now())
    assert "Lunas" in Client().post(FOLLOW, known).content.decode()
    row = re.search(r"Buku besar mencatat Rp800\.000, sama dengan yang ditetapkan", officer.get(DESK).content.decode())
    assert row


def test_what_was_found_is_told_appealed_against_and_ruled_on_by_another(region):
    officer, approver = signed("creative_officer"), signed("creative_approver")
    tariff(officer)
    approver.post(f"{DESK}tarif/{in_scope(region, Tariff.objects.get).pk}/", {"act": "approve"})
    booking = concert(region, charged=False, profit=False)
    with region_scope(region):
        over = now() - timedelta(hours=5)
        booking.dates.update(state=DateState.CONFIRMED.value, starts_at=over, ends_at=over + timedelta(hours=2))
        Booking.objects.filter(pk=booking.pk).update(state=BookingState.CONFIRMED.value, letter_number="1/CONTOH",
                                                     decided_at=over)
        assert booking.number in officer.get(DESK).content.decode()  # to be checked
        assert act(officer, booking, "check", charged="yes", note="Tiket dijual").status_code == 302
        assert Assessment.objects.get().total == 800_000
        code = booking_code(booking)
    known = {"number": booking.number, "code": code}
    answer = Client().post(FOLLOW + "retribusi/keberatan/", known | {"note": "Sumbangan sukarela"})
    assert "menunggu putusan" in answer.content.decode()
    with region_scope(region):
        appeal = AssessmentAppeal.objects.get()
        given = {"appeal": str(appeal.pk), "note": "Terbukti sumbangan", "charged": "no", "profit": "no"}
        assert act(officer, booking, "rule", **given).status_code == 404
        assert act(approver, booking, "rule", **given).status_code == 302
        assert [one.total for one in Assessment.objects.order_by("revision")] == [800_000, 0]
    told = Client().post(FOLLOW, known).content.decode()
    assert "Dikabulkan" in told
    assert "Ditarik kembali" in told


def test_the_desk_costs_the_same_queries_at_one_letter_and_at_many(region):
    officer, approver = signed("creative_officer"), signed("creative_approver")
    tariff(officer)
    approver.post(f"{DESK}tarif/{in_scope(region, Tariff.objects.get).pk}/", {"act": "approve"})
    counts = []
    for rounds in (1, 5):
        for number in range(rounds):
            start = now() + timedelta(days=20 + rounds * 10 + number)
            with region_scope(region):
                made = file_booking(Wish("hall", f"Konser {rounds}{number}", "Grup", [
                    Meeting(start, start + timedelta(hours=1))], nature=CONCERT), actor=Actor("Meja"), now=now(),
                    today=today(region))
                act(officer, made, "issue")
        with CaptureQueriesContext(connection) as caught:
            assert officer.get(DESK).status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1]
