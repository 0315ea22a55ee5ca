"""Two officers at one visit lose nothing of each other; lessons and follow-up move; the forms in a real browser."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib.resources import files
from threading import Barrier
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from sepadan.records.public import Actor, AuditEntry, Role, region_scope
from sepadan.study.engine.recorded import parts_of_json
from sepadan.study.models import VisitFollowUp, VisitLesson, VisitRecord
from sepadan.study.services.visits import ChangedMeanwhile, VisitDraft, change_visit
from sepadan.territory.public import Region, region_of_code

from .visit_site import HEAD, LESSON, RECORD, form, hidden, publish, recorded, someone, text_of

AXE = files("axe_playwright_python").joinpath("axe.min.js")
AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
db = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick_hasher(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def malang() -> Region:
    return region_of_code("35.73")


# --- two officers ----------------------------------------------------------------------------------------------------


@db
def test_of_two_officers_neither_overwrites_the_other_unseen(malang: Region) -> None:
    dewi, bayu = someone("dewi", malang, Role.TAX_OFFICER), someone("bayu", malang, Role.WASTE_OFFICER)
    address = recorded(dewi)
    seen = hidden(text_of(dewi, f"{address}ubah/"), "version")
    assert bayu.post(f"{address}ubah/", form(place="Mini Block Office") | {"version": seen}).status_code == 302
    mine = form(purpose="Hanya pajak") | {"version": seen}
    answer = dewi.post(f"{address}ubah/", mine)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert [one for one in ("Bayu menyimpan perubahan", "Mini Block Office", "Hanya pajak", "Simpan isian saya")
            if one not in text] == []
    assert dewi.post(f"{address}ubah/", mine).status_code == 409  # sending it again does not help
    with region_scope(malang):
        assert VisitRecord.objects.get().place == "Mini Block Office"
    assert dewi.post(f"{address}ubah/", mine | {"over": hidden(text, "over")}).status_code == 302
    with region_scope(malang):
        kept = VisitRecord.objects.get()
    assert (kept.place, kept.content["purpose"], kept.version) == ("Balai Kota", ["Hanya pajak"], 3)


@pytest.mark.django_db(transaction=True)
def test_of_eight_that_save_in_the_same_moment_one_wins_and_seven_are_told() -> None:
    malang, batu, gate = region_of_code("35.73"), region_of_code("35.79"), Barrier(8)
    recorded(someone("dewi", malang, Role.TAX_OFFICER))

    def save(number: int) -> str:
        try:
            with region_scope(malang):
                visit = VisitRecord.objects.get()
                draft = VisitDraft(batu, "host", f"Judul {number}", visit.first_day, visit.last_day,
                                   parts_of_json(visit.content))
                gate.wait(timeout=30)
                try:
                    change_visit(visit, draft, version=1, actor=Actor(f"Petugas {number}"), now=AT, today=AT.date())
                except ChangedMeanwhile as refused:
                    return refused.problem.text("id")
                return draft.title
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(save, range(8)))
    (won,) = [one for one in found if one.startswith("Judul")]
    with region_scope(malang):
        kept = VisitRecord.objects.get()
    assert (kept.title, kept.version) == (won, 2)
    assert [one for one in found if one != won and f"Petugas {won[-1]} menyimpan perubahan" not in one] == []


@db
def test_what_is_published_is_what_the_officer_saw(malang: Region, client: Client) -> None:
    dewi, bayu = someone("dewi", malang, Role.TAX_OFFICER), someone("bayu", malang, Role.WASTE_OFFICER)
    address = recorded(dewi)
    seen = hidden(text_of(dewi, address), "seen")
    assert bayu.post(f"{address}pelajaran/", LESSON).status_code == 302
    answer = dewi.post(f"{address}terbitkan/", {"seen": seen})
    assert answer.status_code == 422
    assert "tidak ada yang diterbitkan" in answer.content.decode()
    assert dewi.post(f"{address}terbitkan/", {}).status_code == 422
    assert client.get(address).status_code == 404


@db
def test_a_lesson_moves_with_its_follow_up_and_not_under_another_officers_hand(malang: Region) -> None:
    dewi, bayu = someone("dewi", malang, Role.TAX_OFFICER), someone("bayu", malang, Role.WASTE_OFFICER)
    address = recorded(dewi)
    dewi.post(f"{address}pelajaran/", LESSON)
    with region_scope(malang):
        lesson = VisitLesson.objects.get()
    step = {"on": "2025-04-01", "text": "Disepakati Bapenda", "lesson": str(lesson.pk), "state": "agreed",
            f"seen-{lesson.pk}": "1"}
    change = LESSON | {"owner": "DLH dan Bapenda", "version": "1"}
    assert bayu.post(f"{address}pelajaran/{lesson.pk}/", change).status_code == 302
    refused = dewi.post(f"{address}tindak-lanjut/", step)
    assert refused.status_code == 422
    assert "Bayu mengubah pelajaran ini" in refused.content.decode()
    with region_scope(malang):
        assert VisitFollowUp.objects.count() == 0
    assert dewi.post(f"{address}tindak-lanjut/", step | {f"seen-{lesson.pk}": "2"}).status_code == 302
    late = dewi.post(f"{address}pelajaran/{lesson.pk}/", change | {"text": "Lain"})
    assert late.status_code == 409
    assert [one for one in ("DLH dan Bapenda", "Lain", "Simpan isian saya") if one not in late.content.decode()] == []
    with region_scope(malang):
        kept = VisitLesson.objects.get()
        assert AuditEntry.objects.filter(action="study.audit.lesson_moved", reason="Disepakati Bapenda").count() == 1
    assert (kept.state, kept.owner, kept.text, kept.version) == ("agreed", "DLH dan Bapenda", LESSON["text"], 3)
    page = text_of(dewi, address)
    assert [one for one in ("disepakati", "Disepakati Bapenda", "DLH dan Bapenda") if one not in page] == []


@db
@pytest.mark.parametrize(("step", "says"), [
    ({"on": "2025-01-01", "text": "Awal"}, "bukan hari sesudah kunjungan"),
    ({"on": "2099-01-01", "text": "Nanti"}, "bukan hari sesudah kunjungan"),
    ({"on": "2025-04-01", "text": "Tanpa", "state": "done"}, "tanpa pelajaran"),
    ({"on": "2025-04-01", "text": "NIK 3573010101900001"}, "menandai seseorang"),
    ({"on": "2025-04-01", "text": "Lain", "lesson": "999"}, "Pilih dari daftar"), ({}, "belum ada"),
])
def test_a_wrong_follow_up_is_refused(malang: Region, step: dict[str, str], says: str) -> None:
    officer = someone("dewi", malang, Role.TAX_OFFICER)
    address = recorded(officer)
    answer = officer.post(f"{address}tindak-lanjut/", step or {"x": "1"})
    assert answer.status_code == 422
    assert says in answer.content.decode()


@db
def test_a_lesson_before_the_visit_or_twice_is_refused(malang: Region) -> None:
    officer = someone("dewi", malang, Role.TAX_OFFICER)
    address = recorded(officer)
    early = officer.post(f"{address}pelajaran/", LESSON | {"due": "2025-01-01"})
    assert early.status_code == 422
    assert "mendahului kunjungan" in early.content.decode()
    assert [officer.post(f"{address}pelajaran/", LESSON).status_code for _ in range(2)] == [302, 422]
    with region_scope(malang):
        assert VisitLesson.objects.count() == 1


# --- in a browser ----------------------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("width", "scheme", "lang"), [(360, "light", "id"), (1280, "dark", "en")])
def test_axe_finds_nothing_on_the_forms_and_pages(  # and the lists that a published visit joins
    site: str, browser: Any, width: int, scheme: str, lang: str,
) -> None:
    officer = someone("dewi", region_of_code("35.73"), Role.TAX_OFFICER)
    address = recorded(officer)
    officer.post(f"{address}pelajaran/", LESSON | {"due": "2025-06-30"})
    officer.post(f"{address}tindak-lanjut/", {"on": "2025-04-01", "text": "Dibahas"})
    publish(officer, address)
    with region_scope(region_of_code("35.73")):
        lesson = VisitLesson.objects.get().pk
    officer.post(f"{address}ubah/", form(place="Mini Block Office") | {"version": "1"})
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    context.add_cookies([session_of(officer, site)])
    page = context.new_page()
    blocked: list[str] = []
    page.on("console", lambda said: blocked.append(said.text) if "Content Security" in said.text else None)
    here = f"/{lang}" + address.removeprefix("/id")
    for path, button in ((f"/{lang}/35.73/kunjungan/", ""), (f"/{lang}/35.73/", ""), (here, ""),
                         (f"/{lang}/35.73/kunjungan/catat/", "main"), (f"{here}ubah/", "add:statements"),
                         (f"{here}ubah/", ""), (f"{here}pelajaran/", "main"), (f"{here}pelajaran/{lesson}/", ""),
                         (f"{here}tindak-lanjut/", "main"), (f"/{lang}/kunjungan/", ""), (f"/{lang}/studi/", ""),
                         (f"/{lang}/35.73/studi/", ""), (f"/{lang}/35.79/", "")):  # fmt: skip
        page.goto(site + path)
        if button:
            with page.expect_navigation():
                page.locator(f'button[value="{button}"]' if ":" in button else "button.main").first.click()
        faults = sweep(page, width)
        assert faults == [], (path, button)
    page.goto(f"{site}{here}ubah/")
    page.evaluate("document.querySelector('[name=version]').value = '1'")
    page.locator("button.main").first.click()
    assert page.locator("#bedanya").count() == 1
    assert sweep(page, width) == []
    assert blocked == []
    context.close()


def session_of(client: Client, site: str) -> dict[str, str]:
    return {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
            "url": site}


def sweep(page: Any, width: int) -> list[Any]:
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [*([f"{wide} px wide"] if wide > width else []),
            *((one["id"], [node["html"][:140] for node in one["nodes"]][:3]) for one in found)]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_visit_is_recorded_and_published_without_javascript(site: str, browser: Any) -> None:
    officer = someone("dewi", region_of_code("35.73"), Role.TAX_OFFICER)
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    context.add_cookies([session_of(officer, site)])
    page = context.new_page()
    page.goto(f"{site}{RECORD}")
    for name, value in HEAD.items():
        field = page.locator(f"#f-{name}")
        field.select_option(value) if name == "role" else field.fill(value)
    page.locator("#f-attendees-0-office").fill("Kepala Bapenda")
    page.locator('button[value="add:attendees"]').click()
    assert page.url.endswith("#jabatan")
    assert page.locator("#f-attendees-0-office").input_value() == "Kepala Bapenda"
    page.locator("#f-attendees-1-office").fill("Kepala DLH")
    page.locator("#f-references-0-title").fill("Notulen")
    page.locator("#f-title").press("Enter")  # saves; it neither adds nor removes a row
    page.wait_for_url(re.compile(r"/kunjungan/\d+/$"))
    assert page.get_by_text("Kepala DLH", exact=True).is_visible()
    page.get_by_role("button", name="Terbitkan kunjungan").click()
    assert page.get_by_text("Terbit persis seperti tertulis di sini").is_visible()
    context.close()
