"""Pages of the records through the whole stack: sign in, second factor, account, people, audit, documents."""

from __future__ import annotations

import re
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_otp.oath import totp

from sepadan.records.models import AccountEvent, AuditEntry, Membership, Person
from sepadan.records.names import Role
from sepadan.records.services.factors import begin_enrolment, confirmed_device
from sepadan.records.tenancy import account_scope, region_scope

from .conftest import PASSWORD

pytestmark = pytest.mark.django_db


def sign_in(client, name, password=PASSWORD, **data):
    return client.post("/id/masuk/", {"email": f"{name}@contoh.go.id", "password": password, **data})


def confirm_factor(client, person):
    """Enrol the signed-in person; returns the recovery codes on the page."""
    page = client.get("/id/akun/kode/pasang/")
    assert page.status_code == 200
    assert b"<svg" in page.content
    device = begin_enrolment(person)
    code = f"{totp(device.bin_key, device.step, device.t0, device.digits):06d}"
    page = client.post("/id/akun/kode/pasang/", {"code": code})
    assert page.status_code == 200, page.content
    return re.findall(r"<code>([a-z0-9]{5}-[a-z0-9]{5})</code>", page.content.decode())


@pytest.fixture
def ayu(malang, make_person):
    return make_person("ayu", (malang, Role.TAX_OFFICER))


@pytest.fixture
def admin(malang, make_person):
    return make_person("admin", (malang, Role.REGION_ADMIN))


@pytest.fixture
def no_factor(settings):
    settings.SECOND_FACTOR_ROLES = []


def test_sign_in_goes_where_the_person_wanted_and_nowhere_else(client, ayu):
    assert client.get("/id/masuk/").status_code == 200
    assert sign_in(client, "ayu", next="/id/35.73/pekerjaan/").headers["Location"] == "/id/35.73/pekerjaan/"
    client.post("/id/keluar/")
    assert sign_in(client, "ayu", next="https://jahat.example/").headers["Location"] == "/id/akun/"


def test_a_wrong_password_an_unknown_and_a_closed_account_look_the_same(client, ayu, make_person):
    closed = make_person("tutup")
    closed.is_active = False
    closed.save()
    pages = [sign_in(client, "ayu", "bukan yang itu"), sign_in(client, "siapa"), sign_in(client, "tutup")]
    assert [page.status_code for page in pages] == [422, 422, 422]
    texts = {re.sub(r'(value="[^"]*"|name="csrf[^>]*)', "", page.content.decode()) for page in pages}
    assert len(texts) == 1
    assert "tidak cocok" in texts.pop()


def test_the_session_changes_its_key_and_ends(client, ayu):
    client.get("/id/masuk/")
    client.session["x"] = 1
    before = client.session.session_key
    sign_in(client, "ayu")
    assert client.session.session_key != before
    assert 7.9 * 3600 < client.session.get_expiry_age() <= 8 * 3600
    page = client.get("/id/akun/")
    assert page.status_code == 200
    assert page.context["session_ends_at"] is not None
    assert "no-cache" in page.headers["Cache-Control"]


def test_the_session_is_extended_in_place(client, ayu):
    sign_in(client, "ayu")
    page = client.get("/en/35.73/pekerjaan/").content.decode()
    assert 'data-session-ends="20' in page
    assert "Your session ends at" in page
    session = client.session
    session.set_expiry(60)
    session.save()
    answer = client.post("/id/sesi/perpanjang/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["Session-Ends"][:2]) == (204, "20")
    assert client.session.get_expiry_age() > 7 * 3600
    assert client.post("/id/sesi/perpanjang/", {"next": "/id/akun/"}).headers["Location"] == "/id/akun/"


def test_a_person_sees_his_own_account_and_its_events(client, ayu):
    sign_in(client, "ayu", "salah salah salah")
    sign_in(client, "ayu")
    page = client.get("/en/akun/").content.decode()
    assert "Wrong password" in page
    assert "Signed in" in page
    assert "Tax officer" in page
    assert client.post("/en/akun/", {"name": "Ayu L.", "phone": "", "language": "en"}).status_code == 302
    ayu.refresh_from_db()
    assert (ayu.name, ayu.language) == ("Ayu L.", "en")
    assert client.post("/en/akun/", {"name": "", "language": "xx"}).status_code == 422


def test_changing_the_password_ends_other_sessions(client, ayu, django_user_model):
    from django.test import Client

    other = Client()
    sign_in(client, "ayu")
    sign_in(other, "ayu")
    assert other.get("/id/akun/").status_code == 200
    wrong = client.post("/id/akun/kata-sandi/", {"old": "x", "password": "hujan turun di sawah"})
    assert wrong.status_code == 422
    weak = client.post("/id/akun/kata-sandi/", {"old": PASSWORD, "password": "pendek"})
    assert "6 tanda; paling sedikit 12" in weak.content.decode()
    done = client.post("/id/akun/kata-sandi/", {"old": PASSWORD, "password": "hujan turun di sawah"})
    assert done.status_code == 302
    assert client.get("/id/akun/").status_code == 200
    assert other.get("/id/akun/").headers["Location"].startswith("/id/masuk/")


def test_the_second_factor_is_asked_for_once_it_is_set_up(client, ayu):
    sign_in(client, "ayu")
    codes = confirm_factor(client, ayu)
    assert len(codes) == 10
    client.post("/id/keluar/")
    answer = sign_in(client, "ayu")
    assert answer.headers["Location"].startswith("/id/masuk/kode/")
    assert client.get("/id/akun/").headers["Location"].startswith("/id/masuk/"), "the password alone signs nobody in"
    assert client.get("/id/masuk/kode/").status_code == 200
    assert client.post("/id/masuk/kode/", {"code": "abcde-fghij"}).status_code == 422
    time.sleep(1.1)  # the device waits a second after one failure
    assert client.post("/id/masuk/kode/", {"code": codes[0].upper()}).status_code == 302
    assert client.get("/id/akun/").status_code == 200
    client.post("/id/keluar/")
    sign_in(client, "ayu")
    assert client.post("/id/masuk/kode/", {"code": codes[0]}).status_code == 422, "a recovery code works once"


def test_a_role_that_needs_a_second_factor_counts_only_with_it(client, malang, admin):
    answer = sign_in(client, "admin")
    assert answer.headers["Location"].startswith("/id/akun/kode/pasang/")
    assert client.get("/id/35.73/orang/").headers["Location"].startswith("/id/masuk/kode/")
    confirm_factor(client, admin)
    assert client.get("/id/35.73/orang/").status_code == 200
    assert client.post("/id/akun/kode/lepas/", {"code": "000000"}).status_code == 302
    assert confirmed_device(admin) is not None


def test_each_desk_page_allows_and_denies(client, malang, bekasi, ayu, admin, make_person, no_factor):
    auditor = make_person("audit", (malang, Role.AUDITOR))
    make_person("bima", (bekasi, Role.REGION_ADMIN))
    for url, allowed in (("/id/35.73/orang/", (admin, auditor)), ("/id/35.73/jejak/", (admin, auditor)),
                         ("/id/35.73/jejak.csv", (admin, auditor))):
        assert client.get(url).headers["Location"].startswith("/id/masuk/")
        for name in ("ayu", "admin", "audit", "bima"):
            sign_in(client, name)
            status = client.get(url).status_code
            assert status == (200 if name in {p.email.split("@")[0] for p in allowed} else 403), (url, name)
            client.post("/id/keluar/")


def test_the_denial_says_for_whom_the_page_is(client, malang, ayu):
    sign_in(client, "ayu")
    page = client.get("/en/35.73/orang/")
    assert page.status_code == 403
    assert "This page is for Region administrator, Auditor (read only) of Kota Malang." in page.content.decode()
    assert "Tax officer" in page.content.decode()


def test_an_invited_person_chooses_a_password_by_a_link_that_works_once(client, malang, admin, no_factor):
    from django.test import Client

    sign_in(client, "admin")
    page = client.post("/id/35.73/orang/beri/", {"email": "Citra@Contoh.go.id", "name": "Citra",
                                                 "role": "waste_officer", "reason": "ST 12/2026"})
    link = re.search(r'readonly value="(http[^"]+)"', page.content.decode()).group(1)
    guest = Client()
    assert guest.get(link).status_code == 200
    assert guest.post(link, {"password": "citra citra"}).status_code == 422
    assert guest.post(link, {"password": "angin laut pagi hari"}).status_code == 302
    assert guest.get(link).status_code == 410
    assert sign_in(guest, "citra", "angin laut pagi hari").status_code == 302
    with region_scope(malang):
        entry = AuditEntry.objects.get(action="records.audit.role_granted")
        assert (entry.actor_name, entry.reason, entry.after["role"]) == ("Admin", "ST 12/2026", "waste_officer")
    again = client.post("/id/35.73/orang/beri/", {"email": "citra@contoh.go.id", "name": "x", "role": "waste_officer"})
    assert again.status_code == 422
    assert "sudah Petugas persampahan" in again.content.decode()


def test_ending_a_role_takes_effect_at_once_and_needs_a_reason(client, malang, ayu, admin, no_factor):
    from django.test import Client

    sign_in(client, "admin")
    with region_scope(malang):
        membership = Membership.objects.get(person=ayu)
        own = Membership.objects.get(person=admin)
    url = reverse("records:end_role", kwargs={"kode": "35.73", "membership_id": membership.pk})
    assert client.get(url).status_code == 200
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "pindah tugas"}).status_code == 302
    with region_scope(malang):
        membership.refresh_from_db()
        assert membership.valid_until is not None
        assert membership.ended_by_id == admin.pk
    mine = reverse("records:end_role", kwargs={"kode": "35.73", "membership_id": own.pk})
    assert "peran admin Anda sendiri" in client.post(mine, {"reason": "x"}).content.decode()
    page = client.get("/id/35.73/orang/").content.decode()
    assert "Peran yang sudah berakhir" in page
    former = Client()
    sign_in(former, "ayu")
    assert "Akun ini belum punya peran" in former.get("/id/akun/").content.decode()


def test_a_membership_of_another_region_is_not_there(client, malang, bekasi, admin, make_person, no_factor):
    make_person("bima", (bekasi, Role.TAX_OFFICER))
    with region_scope(bekasi):
        theirs = Membership.objects.get()
    sign_in(client, "admin")
    for number in (theirs.pk, 999_999):
        assert client.post(f"/id/35.73/orang/peran/{number}/akhiri/", {"reason": "x"}).status_code == 404


def test_a_new_link_is_only_for_people_of_this_region_alone(client, malang, bekasi, admin, ayu, make_person, no_factor):
    both = make_person("dua", (malang, Role.AUDITOR), (bekasi, Role.AUDITOR))
    sign_in(client, "admin")
    assert client.post(f"/id/35.73/orang/{ayu.pk}/tautan/").status_code == 200
    assert client.post(f"/id/35.73/orang/{both.pk}/tautan/").status_code == 404


def test_the_audit_page_filters_and_its_download_is_recorded(client, malang, admin, ayu, no_factor):
    sign_in(client, "admin")
    client.post("/id/35.73/orang/beri/", {"email": "c@contoh.go.id", "name": "=Citra", "role": "auditor"})
    page = client.get("/en/35.73/jejak/").content.decode()
    assert "Gave =Citra the role Auditor (read only)" in page
    assert "No entry for this filter" in client.get("/en/35.73/jejak/?first=2030-01-01").content.decode()
    assert client.get("/en/35.73/jejak/?first=kemarin").status_code == 200
    download = client.get("/en/35.73/jejak.csv?action=records.audit.role_granted")
    assert download.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert len(download.content.decode("utf-8-sig").splitlines()) == 2
    with region_scope(malang):
        assert AuditEntry.objects.filter(action="records.audit.exported").count() == 1


def test_an_unknown_region_is_a_page_that_says_so(client, db):
    page = client.get("/en/99.99/orang/")
    assert page.status_code == 404
    assert "no region with the code 99.99" in page.content.decode()


@pytest.mark.parametrize("url", ["/id/masuk/", "/en/masuk/"])
def test_a_page_without_a_session_reads_no_table(client, ayu, url):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    assert [q["sql"] for q in queries if " FROM " in q["sql"]] == []


def test_the_people_page_costs_the_same_at_1_and_at_30_rows(client, malang, admin, make_person, no_factor):
    sign_in(client, "admin")
    client.get("/id/35.73/orang/")
    counts = []
    for more in (0, 29):
        for number in range(more):
            make_person(f"p{number}", (malang, Role.AUDITOR))
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/id/35.73/orang/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert Person.objects.count() == 0, "outside a scope nobody is seen"


def test_events_of_an_account_are_seen_by_its_owner_alone(ayu, admin):
    from sepadan.records.names import AccountEventKind
    from sepadan.records.services.sign_in import note

    from .conftest import NOW

    note(ayu, AccountEventKind.SIGNED_IN, ip="10.0.0.1", agent="", now=NOW)
    with account_scope(person_id=admin.pk):
        assert AccountEvent.objects.count() == 0
    with account_scope(person_id=ayu.pk):
        assert AccountEvent.objects.count() == 1
