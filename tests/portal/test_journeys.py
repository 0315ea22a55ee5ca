"""Two people walk through the whole product in a browser: a newcomer with a phone, and one with a keyboard alone.

What they are shown is compared with what the engine computes for the same question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection

from sepadan.demo.public import demo_accounts
from sepadan.ground.assumptions import load_assumptions
from sepadan.ground.figures import rupiah
from sepadan.ground.messages import render
from sepadan.records.public import region_scope
from sepadan.study.engine.tax_study import household
from sepadan.study.services.studies import replay_tax
from sepadan.territory.public import region_of_code

from .keyboard import step, walk_through, walk_to

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
VISIT_DAY = date(2025, 1, 16)
GUEST, HOST = "32.16", "35.73"
STUDY = f"/{GUEST}/studi/{HOST}/"


@dataclass(frozen=True, slots=True)
class Bills:
    """What the engine says of one household: own law, host's law, host's law at the guest's revenue."""

    own: str
    as_is: str
    neutral: str


@pytest.fixture
def bills(two_regions: Any) -> Any:
    """``bills(njop)``: computed by the engine from the same rolls, without the page."""
    guest = region_of_code(GUEST)
    with region_scope(guest):
        study = replay_tax(guest, HOST, VISIT_DAY, load_assumptions(), None, whole=False)

    def computed(njop: int) -> Bills:
        home = household(study.own.rule, study.foreign.rule, study.neutral.rule, njop)
        return Bills(*(rupiah(one.payable, "id") for one in (home.own, home.as_is, home.neutral)))

    return computed


@pytest.fixture
def phone(site: str, browser: Any, two_regions: Any) -> Iterator[Any]:
    """A phone on which nothing may go wrong unseen."""
    context = browser.new_context(viewport={"width": 360, "height": 780}, has_touch=True)
    page, faults = context.new_page(), []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    assert [one for one in faults if "422" not in one] == []  # a form that is told what is wrong with it
    context.close()


def say(key: str, lang: Any = "id", **values: Any) -> str:
    return render(key, lang, values)


def follow(page: Any, text: str) -> None:
    """Press the link or button with this text in the content of the page."""
    page.locator("main").locator("a, button").filter(has_text=text).first.click()


def shown_bills(page: Any) -> list[str]:
    return [one.strip() for one in page.locator("#rumah .trio .big").all_inner_texts()]


def all_of(found: Bills) -> list[str]:
    return [found.own, found.as_is, found.neutral]


# --- a newcomer with a phone -----------------------------------------------------------------------------------------


def test_a_newcomer_takes_the_tour(site: str, phone: Any, bills: Any) -> None:
    page = phone
    page.goto(site + "/")
    assert page.url == f"{site}/id/"
    page.locator("main h3 a", has_text="Kota Malang").click()
    assert page.locator("h1").inner_text() == "Kota Malang"
    page.locator(f"main a[href='/id/kunjungan/{VISIT_DAY}-malang/']").first.click()
    assert "16 Januari 2025" in page.locator("main").inner_text()
    page.locator(f"main a.btn[href='/id{STUDY}']").click()
    _reads_the_study(page, bills)
    _reads_the_whole_study(page)
    _tries_a_draft(site, page)
    _reads_the_law(page)
    _records_a_visit(site, page)


def _reads_the_study(page: Any, bills: Any) -> None:
    """The household at 300 million, then 500 million by the slider: exactly what the engine says, in place."""
    assert shown_bills(page) == all_of(bills(300_000_000))
    assert bills(300_000_000).own == rupiah(435_000, "id")  # (300 m - 10 m) x 0.15 %
    assert bills(300_000_000).as_is == rupiah(159_500, "id")  # (300 m - 10 m) x 0.055 %
    page.locator("#geser").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")  # 50 million each
    page.wait_for_url("**njop=500.000.000**")
    assert shown_bills(page) == all_of(bills(500_000_000))
    assert bills(500_000_000).as_is == rupiah(269_500, "id")  # (500 m - 10 m) x 0.055 %
    assert page.locator("#njop").input_value() == "500.000.000"
    assert page.evaluate("document.activeElement.id") == "geser"  # nothing was taken from under the finger
    page.locator(".lang a").click()  # the same household in the other language
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("#njop").input_value() == "500,000,000"
    assert shown_bills(page)[1] == rupiah(269_500, "en")
    page.locator(".lang a").click()
    assert page.locator("html").get_attribute("lang") == "id"


def _reads_the_whole_study(page: Any) -> None:
    follow(page, say("study.whole.link"))
    assert page.url.partition("?")[0].endswith(f"{STUDY}lengkap/")
    assert page.locator("svg.hexmap").count() == 2
    page.locator("main details.more > summary").first.click()  # the files
    names = page.locator("ul.formats a").all_inner_texts()
    assert {"studi.pdf", "studi.json"} < set(names)
    with page.expect_download() as saved:
        page.locator("ul.formats a", has_text="studi.json").click()
    assert saved.value.suggested_filename == f"{GUEST}-{HOST}-{VISIT_DAY}-studi.json"


def _tries_a_draft(site: str, page: Any) -> None:
    """One flat rate of 0.1 % on everything: the totals are those of the roll, object by object."""
    page.goto(f"{site}/id/{GUEST}/rancangan/")
    for k in range(1, 7):
        page.locator(f"#to{k}").fill("")
        page.locator(f"#rate{k}").fill("0,1" if k == 1 else "")
    page.locator("#njoptkp").fill("10.000.000")
    page.locator("#waiver_up_to").fill("")
    page.locator("#ratio").fill("100")
    page.locator("#food_land_rate").fill("0,1")
    follow(page, say("study.draft.go"))
    assert page.locator("#hasil").is_visible()
    assert _total(page, 3) == _flat_tax(Fraction(1, 1000))
    page.locator("#rate1").fill("0,9")
    page.locator("#rate1").press("Enter")
    assert "0,5" in page.locator(".errors").inner_text()  # the cap of the national law
    assert page.locator("#rate1").input_value() == "0,9"
    page.locator(".lang a").click()
    assert page.locator("h1").inner_text() == say("study.draft.title", "en")
    assert page.locator("#rate1").input_value() == "0,9"  # the draft is the address: it survives the switch
    page.locator(".lang a").click()


def _total(page: Any, column: int) -> int:
    """The sum of a column of the table by village, open."""
    page.locator("#hasil details.more > summary").first.click()
    cells = page.locator(f"#hasil details.more[open] tbody td:nth-child({column + 1})").all_inner_texts()
    assert len(cells) > 20
    return sum(int(re.sub(r"\D", "", one)) for one in cells)


def _flat_tax(rate: Fraction) -> int:
    """The tax of every object of Bekasi's roll at one rate, NJOPTKP of Rp10 million on the largest of each owner."""
    with region_scope(region_of_code(GUEST)), connection.cursor() as cursor:
        cursor.execute("""
            SELECT sum(round(greatest(njop - CASE WHEN first THEN 10000000 ELSE 0 END, 0)::numeric * %s / %s))
            FROM (SELECT njop, row_number() OVER (PARTITION BY taxpayer_id ORDER BY njop DESC, nop) = 1 AS first
                  FROM tax_taxableobject) AS roll""", [rate.numerator, rate.denominator])
        return int(cursor.fetchone()[0])


def _reads_the_law(page: Any) -> None:
    page.locator(".nav a", has_text=say("portal.nav.law")).click()
    assert page.url.endswith(f"/id/{GUEST}/hukum/")
    assert "0,15" in page.locator("#pbb").inner_text()
    follow(page, say("portal.law.compare"))
    page.locator("#a").select_option(HOST)
    page.locator("#on_a").fill(VISIT_DAY.isoformat())
    page.locator("#b").select_option(HOST)
    page.locator("#on_b").fill("2026-06-01")
    page.locator("main form button").first.click()
    rate = page.locator("main tr").filter(has_text="0,055").first.text_content()  # of Perda 4/2023, when visited
    assert "Perda Kota Malang 1/2025" in rate  # which came after it
    assert say("portal.law.compare.differs") in rate
    page.locator(".nav a", has_text=say("portal.nav.home")).click()
    assert page.locator("h1").inner_text() == say("portal.product.title")


def _records_a_visit(site: str, page: Any) -> None:
    """A demo officer signs in with the printed password and records a visit, which is a draft of his region."""
    page.locator(".nav a", has_text=say("portal.sign_in")).click()
    (officer,) = (one for one in demo_accounts() if (one.region, one.role) == (GUEST, "tax_officer"))
    page.locator("#f-email").fill(officer.email)
    page.locator("#f-password").fill(officer.password)
    page.locator("main form button.main").click()
    assert officer.name.split()[0] in page.locator(".bar").inner_text()
    page.goto(f"{site}/id/{GUEST}/kunjungan/")
    follow(page, say("portal.visit.record"))
    page.locator("[name=title]").fill("Belajar timbangan")
    page.locator("main form button.main").first.click()
    assert page.locator(".errors").is_visible()  # what is missing is told and what was typed stays
    assert page.locator("[name=title]").input_value() == "Belajar timbangan"
    page.locator("[name=role]").select_option("guest")
    page.locator("[name=other]").fill("35.79")
    page.locator("[name=first_day]").fill("2025-03-04")
    page.locator("[name=last_day]").fill("2025-03-05")
    page.locator("[name=purpose]").fill("Sampah")
    page.locator("[name=attendees-0-side]").select_option("guest")
    page.locator("[name=attendees-0-office]").fill("Kepala DLH")
    page.locator("[name=subjects-0-service]").select_option("waste")
    page.locator("main form button.main").first.click()
    assert page.locator("h1").inner_text() == "Belajar timbangan"
    address = page.url
    page.goto(f"{site}/id/{GUEST}/kunjungan/")
    assert "Belajar timbangan" in page.locator("main").inner_text()
    stranger = page.context.browser.new_page()
    assert stranger.goto(address).status == 404  # a draft is nobody else's
    stranger.close()


def test_a_household_is_computed_without_javascript(site: str, browser: Any, bills: Any) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 780})
    page = context.new_page()
    page.goto(f"{site}/id{STUDY}")
    page.locator("#njop").fill("2.000.000.000")
    page.locator("#rumah button").click()
    assert shown_bills(page) == all_of(bills(2_000_000_000))
    assert page.url.endswith("#rumah")
    page.locator("#njop").fill("dua milyar")
    page.locator("#rumah button").click()
    assert "dua milyar" in page.locator(".errors").inner_text()
    context.close()


# --- a keyboard alone ------------------------------------------------------------------------------------------------


def test_the_tour_is_taken_by_keyboard(site: str, browser: Any, bills: Any) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(f"{site}/id/")
    step(page, ".skip")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "isi"
    walk_to(page, f"main a[href='/id{STUDY}']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{STUDY}")
    walk_to(page, "#geser")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.wait_for_url("**njop=500.000.000**")
    assert shown_bills(page) == all_of(bills(500_000_000))
    step(page, "#guna")  # the focus stayed on the slider
    walk_to(page, "a[href$='/rancangan/']", "Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/rancangan/")
    walk_to(page, "#rate1")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("0,06")
    page.keyboard.press("Enter")
    page.wait_for_url("**rate1=0%2C06**")
    assert page.locator("#hasil .wl .strip").count() == 10
    walk_to(page, ".lang a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/**")
    assert page.locator("#rate1").input_value() == "0,06"  # as it was typed
    _signs_in_by_keyboard(page)
    page.close()


def _signs_in_by_keyboard(page: Any) -> None:
    walk_to(page, ".nav a[href^='/en/masuk/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/masuk/**")
    (officer,) = (one for one in demo_accounts() if (one.region, one.role) == (HOST, "waste_officer"))
    walk_to(page, "#f-email")
    page.keyboard.type(officer.email)
    step(page, "#f-password")
    page.keyboard.type("not this one")
    page.keyboard.press("Enter")
    page.wait_for_selector(".errors")
    walk_to(page, "#f-password")
    page.keyboard.type(officer.password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/akun/")


@pytest.mark.parametrize(("path", "role"), [
    ("/id/", ""), (f"/id/{HOST}/", ""), (f"/en{STUDY}", ""), (f"/id{STUDY}lengkap/", ""),
    (f"/en/{HOST}/rancangan/?rate1=0.1&tiering=slab", ""), ("/id/kunjungan/2025-01-16-malang/", ""),
    (f"/id/{HOST}/hukum/", ""), (f"/id/{HOST}/angka/", ""), ("/id/gaya/", ""), ("/en/akun/", "tax_officer"),
    (f"/id/{HOST}/kunjungan/catat/", "tax_officer"), (f"/en/{HOST}/orang/", "region_admin"),
    (f"/id/{HOST}/jejak/", "auditor"),
])
def test_every_control_is_reached_by_tab_and_nothing_holds_the_focus(
    site: str, browser: Any, session_keys: dict[str, str], path: str, role: str,
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    if role:
        context.add_cookies([{"name": "sepadan", "value": session_keys[role], "url": site}])
    page = context.new_page()
    page.goto(site + path)
    assert page.url == site + path
    assert walk_through(page) > 10
    context.close()
