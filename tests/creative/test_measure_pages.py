"""Pages of the measures: numbers lead to rows, a month is closed by two, rules are tried, the public sees counts."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from sepadan.creative.models import Booking, BookingDate, Centre, MonthClose
from sepadan.demo.public import demo_accounts, ensure_accounts
from sepadan.records.public import account_scope, now, person_by_email, region_scope, shifted, today
from sepadan.territory.models import Region

from .centre import NOW, build_centre
from .test_months import confirmed, file, hours

pytestmark = pytest.mark.django_db
DESK, OPEN = "/id/35.73/ruang/ukuran/mcc", "/id/35.73/pusat-kreatif/mcc/angka"
LATER = NOW + timedelta(days=45)


@pytest.fixture
def region(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SECOND_FACTOR_ROLES = []
    found = Region.objects.get(code="35.73")
    ensure_accounts("35.73", now=now(), today=today(found))
    with region_scope(found):
        build_centre()
        confirmed("studio-1", people=40, organiser_kind="community")
        confirmed("hall", hours(3, 6, day=2), purpose="exhibition")
        file("studio-2", hours(0, 1))
    return found


def signed(role: str) -> Client:
    (email,) = (one.email for one in demo_accounts() if (one.region, one.role) == ("35.73", role))
    with account_scope(email=email):
        client = Client()
        client.force_login(person_by_email(email))
    return client


def page(client: Client, address: str, status: int = 200) -> str:
    found = client.get(address)
    assert found.status_code == status, address
    return found.content.decode()


def test_numbers_of_a_month_lead_to_their_rows_and_only_the_desk_sees_these(region):
    with shifted(LATER):
        desk = signed("creative_officer")
        shown = page(desk, f"{DESK}/2026-12/")
        assert "Tanggal pemakaian yang disetujui dan mulai dalam bulan ini" in shown
        rows = re.search(rf'href="({DESK}/2026-12/baris/events/)"', shown)
        assert rows
        listed = page(desk, rows[1])
        assert len(set(re.findall(r"MCC-2026-\d{6}", listed))) == 2
        assert page(Client(), f"{OPEN}/2026-12/")
        assert "Komunitas gim" not in page(Client(), f"{OPEN}/2026-12/")
        assert Client().get(rows[1]).status_code in (302, 403, 404)
        assert "Studio-1" in page(desk, f"{DESK}/2026-12/?spa_format=csv")
        for name in ("", "2026-11/", "2026-12/?per=2026-12-31", "2026-12/baris/minutes/?per=2026-12-01",
                     "2026-12/tutup/", "uji-aturan/"):
            page(desk, f"{DESK}/{name}")
        page(desk, f"{DESK}/2026-13/", 404)
        page(desk, f"{DESK}/2026-12/baris/nothing/", 404)
        page(desk, f"{DESK}/2026-12/?per=2030-01-01", 422)


def test_the_same_address_gives_the_same_numbers_after_a_correction(region):
    with shifted(LATER):
        address = f"{OPEN}/2026-12/?per=2026-12-20"
        before = page(Client(), address)
        with region_scope(region):
            BookingDate.objects.filter(state="confirmed").update(state="no_show", changed_at=now())
        assert _numbers(page(Client(), address)) == _numbers(before)


def _numbers(text: str) -> list[str]:
    return re.findall(r'<span class="v[^>]*>([^<]*)<', text)


def test_one_prepares_another_closes_the_public_sees_it_and_reopening_is_told(region):
    with shifted(LATER):
        officer, approver = signed("creative_officer"), signed("creative_approver")
        place = f"{DESK}/2026-12/tutup/"
        assert officer.post(place, {"act": "prepare"}).status_code == 302
        assert officer.post(place, {"act": "close", "ordinal": "1"}).status_code == 422
        assert "belum ditutup" in page(Client(), f"{OPEN}/")
        assert approver.post(place, {"act": "close", "ordinal": "1"}).status_code == 302
        assert "Ditutup" in page(Client(), f"{OPEN}/2026-12/")
        assert "cocok saat dihitung lagi" in page(Client(), f"{OPEN}/2026-12/")
        assert "bln_format=csv" in page(Client(), f"{OPEN}/")
        assert "2026-12" in page(Client(), f"{OPEN}/?bln_format=csv")
        with region_scope(region):
            BookingDate.objects.filter(booking__space__code="hall").update(state="no_show", changed_at=now())
        shown = page(approver, place)
        assert "Baris penyebab selisih" in shown
        assert approver.post(place, {"act": "open", "ordinal": "1"}).status_code == 422
        approver.post(place, {"act": "open", "ordinal": "1", "reason": "Laporan pintu terlambat"})
        assert "Laporan pintu terlambat" in page(Client(), f"{OPEN}/")
        with region_scope(region):
            assert MonthClose.objects.get().opened_at is not None


def test_other_rules_are_tried_on_the_own_requests_and_each_difference_leads_to_one(region):
    with shifted(LATER):
        desk = signed("creative_officer")
        same = page(desk, f"{DESK}/uji-aturan/?berkas=35.73-mcc")
        assert "tanggal dikabulkan" in same
        assert "Tidak ada yang berbeda" in page(desk, f"{DESK}/uji-aturan/?skip=none")
        with region_scope(region):
            number = Booking.objects.filter(space__code="hall").get().number
        shown = page(desk, f"{DESK}/uji-aturan/?longest_hours=2")
        assert number in shown
        assert "terlalu lama" in shown
        pasted = desk.post(f"{DESK}/uji-aturan/", {"aturan": "name: Lain\nrules: {longest_hours: 2}\n"})
        assert number in pasted.content.decode()
        assert desk.post(f"{DESK}/uji-aturan/", {"aturan": "- a\n"}).status_code == 422
        rules = page(Client(), f"{OPEN}/aturan.yaml")
        assert rules.startswith("name: Pusat Kreatif")


def test_cost_and_people_are_entered_with_a_source(region):
    with shifted(LATER):
        desk = signed("creative_officer")
        assert desk.post(f"{DESK}/biaya/", {"year": "2026", "amount": "Rp6.000.000.000",
                                            "source": "Laporan realisasi"}).status_code == 302
        assert desk.post(f"{DESK}/biaya/", {"year": "2026", "amount": "6"}).status_code == 422
        assert "Laporan realisasi" in page(desk, f"{DESK}/biaya/")
        with region_scope(region):
            day = BookingDate.objects.filter(booking__space__code="hall").get()
        place = f"/id/35.73/ruang/ukuran/hadir/{day.pk}/"
        assert desk.post(place, {"people": "120", "source": "Daftar hadir"}).status_code == 302
        assert desk.post(place, {"people": "x", "source": "Daftar hadir"}).status_code == 422
        assert "Daftar hadir" in page(desk, place)
        assert "dilaporkan 120" in page(desk, f"{DESK}/2026-12/baris/visits/")
        assert "160" in page(desk, f"{DESK}/2026-12/")
        with region_scope(region):
            assert Centre.objects.get().costs.count() == 1
