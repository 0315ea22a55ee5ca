"""An officer records a visit and a lesson; others may not; the region's wall and the audit record stand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from importlib.resources import files
from typing import Any

import pytest
from django.test import Client

from sepadan.records.public import AuditEntry, Membership, Person, Role, account_scope, region_scope
from sepadan.study.models import VisitLesson, VisitRecord
from sepadan.study.queries.visits import recorded_visits
from sepadan.territory.public import Region, region_of_code

pytestmark = pytest.mark.django_db
AXE = files("axe_playwright_python").joinpath("axe.min.js")
VISIT = {"role": "host", "other": "35.79", "title": "Kunjungan Kota Batu", "place": "Balai Kota",
         "first_day": "2025-03-04", "last_day": "2025-03-05", "purpose": "Pajak daerah\nSampah",
         "offices": "Kepala Bapenda Kota Batu", "agenda": "", "topics": ["tax", "waste"], "unknown": "Biaya perjalanan"}
LESSON = {"service": "waste", "decision": "adopt", "text": "Timbang setiap muatan", "owner": "DLH Kota Batu",
          "due": "2027-01-31", "indicator": "landfill_inflow_tpd"}


@pytest.fixture(autouse=True)
def quick_hasher(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def malang() -> Region:
    return region_of_code("35.73")


def someone(name: str, region: Region, role: Role) -> Client:
    person = Person.objects.create_user(f"{name}@contoh.go.id", name.title(), "kopi tubruk tanpa gula")
    with region_scope(region), account_scope(person_id=person.pk):
        Membership.objects.create(person=person, role=role.value, valid_from=date(2026, 1, 1),
                                  granted_at=datetime(2026, 11, 24, 3, 0, tzinfo=UTC))
    client = Client()
    with account_scope(person_id=person.pk):
        client.force_login(person)
    return client


def test_an_officer_records_a_visit_and_everybody_reads_it(malang: Region, client: Client) -> None:
    officer = someone("dewi", malang, Role.TAX_OFFICER)
    assert "Catat kunjungan" in officer.get("/id/35.73/kunjungan/").content.decode()
    assert "Catat kunjungan" not in client.get("/id/35.73/kunjungan/").content.decode()
    saved = officer.post("/id/35.73/kunjungan/catat/", VISIT, follow=True)
    assert saved.status_code == 200
    address = saved.redirect_chain[-1][0]
    assert officer.post(address, LESSON, follow=True).status_code == 200
    for lang in ("id", "en"):
        page = client.get(address.replace("/id/", f"/{lang}/"))
        text = page.content.decode()
        assert page.status_code == 200
        assert [one for one in ("Kunjungan Kota Batu", "Kepala Bapenda Kota Batu", "Timbang setiap muatan",
                                "Biaya perjalanan", "Malang Creative Center") if one not in text] == []
    assert "Kunjungan Kota Batu" in client.get("/en/35.73/kunjungan/").content.decode()
    assert "Kunjungan Kota Batu" not in client.get("/en/32.16/kunjungan/").content.decode()
    with region_scope(malang):
        actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"study.audit.visit_recorded", "study.audit.lesson_added"} <= actions


def test_others_may_not(malang: Region, client: Client) -> None:
    assert client.get("/id/35.73/kunjungan/catat/").status_code == 302  # to sign in
    guest = someone("rudi", malang, Role.VISITOR)
    assert guest.post("/id/35.73/kunjungan/catat/", VISIT).status_code == 403
    elsewhere = someone("sari", region_of_code("32.16"), Role.TAX_OFFICER)
    assert elsewhere.post("/id/35.73/kunjungan/catat/", VISIT).status_code == 403
    with region_scope(malang):
        assert recorded_visits() == []


@pytest.mark.parametrize(("change", "says"), [
    ({"other": "35.73"}, "dirinya sendiri"), ({"other": "99.99"}, "99.99"), ({"last_day": "2025-03-01"}, "mendahului"),
    ({"first_day": "2099-01-01", "last_day": "2099-01-02"}, "belum terjadi"), ({"topics": []}, "belum ada"),
    ({"first_day": "kemarin"}, "Bukan tanggal"),
])
def test_a_wrong_record_is_refused_and_keeps_what_was_typed(malang: Region, change: dict[str, Any], says: str) -> None:
    officer = someone("dewi", malang, Role.WASTE_OFFICER)
    answer = officer.post("/id/35.73/kunjungan/catat/", VISIT | change)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert "Kepala Bapenda Kota Batu" in answer.content.decode()
    with region_scope(malang):
        assert VisitRecord.objects.count() == 0


def test_the_same_visit_twice_and_a_lesson_before_the_visit_are_refused(malang: Region) -> None:
    officer = someone("dewi", malang, Role.CREATIVE_OFFICER)
    address = officer.post("/id/35.73/kunjungan/catat/", VISIT, follow=True).redirect_chain[-1][0]
    assert officer.post("/id/35.73/kunjungan/catat/", VISIT).status_code == 422
    early = officer.post(address, LESSON | {"due": "2025-01-01"})
    assert early.status_code == 422
    assert "mendahului kunjungan" in early.content.decode()
    with region_scope(malang):
        assert VisitLesson.objects.count() == 0


@pytest.mark.browser
def test_axe_finds_nothing_on_the_forms(malang: Region, browser: Any) -> None:
    officer = someone("dewi", malang, Role.TAX_OFFICER)
    address = officer.post("/id/35.73/kunjungan/catat/", VISIT, follow=True).redirect_chain[-1][0]
    answers = [officer.get("/id/35.73/kunjungan/catat/"), officer.post("/id/35.73/kunjungan/catat/", {}),
               officer.get(address), officer.post(address, {})]
    for answer in answers:
        page = browser.new_page(viewport={"width": 360, "height": 900})
        page.set_content(answer.content.decode())
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        faults = [(one["id"], [node["html"][:120] for node in one["nodes"]][:2]) for one in found
                  if one["id"] not in ("color-contrast", "target-size")]  # without the stylesheet
        assert faults == []
        page.close()
