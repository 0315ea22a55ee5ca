"""The officers' pages in a real browser: accessible, narrow and wide, by keyboard, with moving work and a session that
warns before it ends."""

from __future__ import annotations

from datetime import timedelta
from importlib.resources import files
from typing import Any

import pytest
from django.contrib.sessions.models import Session

from sepadan.records import clock
from sepadan.records.models import Work
from sepadan.records.names import Actor, Role
from sepadan.records.services.people import grant_role
from sepadan.records.services.work import start_work
from sepadan.records.tenancy import region_scope

from . import work_probe  # noqa: F401  registers the probe
from .conftest import PASSWORD, make_region

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AXE = files("axe_playwright_python").joinpath("axe.min.js")


@pytest.fixture
def desk(settings: Any, make_person: Any) -> dict[str, Any]:
    """Kota Malang with an administrator, a few colleagues, and a piece of work under way."""
    settings.SECOND_FACTOR_ROLES = []
    malang = make_region("35.73", "Kota Malang", "kota")
    admin = make_person("admin", (malang, Role.REGION_ADMIN))
    with region_scope(malang):
        role = grant_role(make_person("ayu"), Role.TAX_OFFICER, actor=Actor("Admin"), now=clock.now(),
                          today=clock.today(malang), reason="ST 12/2026")
        work = start_work("records.probe", action="tax.read", actor=Actor("Admin", admin.pk), now=clock.now(),
                          params={"steps": 8})
        Work.objects.filter(pk=work.pk).update(state="running", done=2, total=8, started_at=clock.now(),
                                               heartbeat_at=clock.now())
    return {"malang": malang, "work": work, "role": role}


def sign_in(page: Any, site: str, lang: str = "id") -> None:
    page.goto(f"{site}/{lang}/masuk/")
    page.locator("#f-email").focus()
    page.keyboard.type("admin@contoh.go.id")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/akun/")


def check(page: Any, width: int) -> None:
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]][:3]) for one in found] == [], page.url


@pytest.mark.parametrize(("width", "lang", "scheme"), [(360, "id", "light"), (1280, "en", "dark")])
def test_every_page_is_accessible_and_fits(live_server, browser, desk, width, lang, scheme):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{live_server.url}/{lang}/masuk/")
    check(page, width)
    sign_in(page, live_server.url, lang)
    for path in ("akun/", "akun/kata-sandi/", "akun/kode/pasang/", "35.73/orang/", "35.73/jejak/", "35.73/pekerjaan/",
                 f"35.73/pekerjaan/{desk['work'].pk}/", f"35.73/orang/peran/{desk['role'].pk}/akhiri/"):
        answer = page.goto(f"{live_server.url}/{lang}/{path}")
        assert answer.status == 200, path
        check(page, width)
    page.goto(f"{live_server.url}/{lang}/35.73/orang/")
    page.locator("form[action$='/tautan/'] button").first.click()
    check(page, width)
    assert "/undangan/" in page.locator("#tautan").input_value()
    page.goto(f"{live_server.url}/{lang}/akun/kata-sandi/")
    page.locator("main button.main").click()
    check(page, width)
    assert page.evaluate("document.activeElement.className") == "errors"
    assert [f for f in faults if "422" not in f and "404" not in f] == []
    context.close()


def test_work_moves_by_itself_and_stops_polling_at_its_end(live_server, browser, desk):
    page = browser.new_page()
    sign_in(page, live_server.url)
    page.goto(f"{live_server.url}/id/35.73/pekerjaan/{desk['work'].pk}/")
    assert page.get_by_text("2 dari 8").is_visible()
    with region_scope(desk["malang"]):
        Work.objects.update(done=5)
    page.get_by_text("5 dari 8").wait_for(timeout=6_000)
    with region_scope(desk["malang"]):
        Work.objects.update(done=8, state="done", finished_at=clock.now())
    page.get_by_text("Selesai").wait_for(timeout=6_000)
    assert page.locator("[hx-trigger]").count() == 0
    page.close()


def test_the_page_of_work_reloads_without_script(live_server, browser, desk):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, live_server.url)
    page.goto(f"{live_server.url}/id/35.73/pekerjaan/{desk['work'].pk}/")
    with region_scope(desk["malang"]):
        Work.objects.update(done=6)
    page.get_by_text("6 dari 8").wait_for(timeout=9_000)
    page.get_by_role("button", name="Hentikan").click()
    assert page.get_by_text("Akan berhenti sesudah langkah ini").is_visible()
    context.close()


def test_the_session_warns_before_it_ends_and_is_extended_in_place(live_server, browser, desk):
    page = browser.new_page()
    sign_in(page, live_server.url)
    stored = Session.objects.get()
    data = stored.get_decoded()
    data["_session_expiry"] = (clock.now() + timedelta(seconds=100)).isoformat()
    Session.objects.filter(pk=stored.pk).update(session_data=Session.objects.encode(data))
    page.goto(f"{live_server.url}/id/35.73/orang/")
    page.locator("#f-name").fill("yang sedang saya tulis")
    page.get_by_role("button", name="Perpanjang sesi").click(timeout=5_000)
    page.locator("[data-session-ends]").wait_for(state="hidden")
    assert page.locator("#f-name").input_value() == "yang sedang saya tulis"
    assert Session.objects.get().get_decoded()["_session_expiry"] > (clock.now() + timedelta(hours=7)).isoformat()
    page.close()
