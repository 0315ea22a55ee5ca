"""Law pages and the draft law: words in both languages, wrong input, and a person trying a draft in a browser."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest
from django.test import Client

AXE = files("axe_playwright_python").joinpath("axe.min.js")
DRAFT = "/id/35.73/rancangan/"
TRIED = DRAFT + "?to1=1.500.000.000&rate1=0,055&rate2=0,112&njoptkp=10.000.000&ratio=100&tiering=slab"
LAW_PAGES = ("/id/35.73/hukum/", "/en/32.16/hukum/?on=2025-01-16", "/id/hukum/banding/?a=35.73&b=32.16",
             "/en/hukum/banding/?a=35.73&on_a=2025-01-16&b=35.73&on_b=2026-06-01&semua=1")  # fmt: skip


@pytest.fixture(scope="module")
def roll(load_rolls: Any) -> None:
    """A small synthetic roll of Malang in the test database."""
    load_rolls("35.73", small=True)


@pytest.mark.django_db
@pytest.mark.parametrize("path", LAW_PAGES)
def test_law_pages_answer_with_values_sources_and_gaps(client: Client, path: str) -> None:
    response = client.get(path)
    text = response.content.decode()
    assert response.status_code == 200
    assert "0,055" in text or "0.055" in text or "0,12" in text or "0.12" in text
    assert 'class="v k-missing"' in text
    assert "rel=\"noreferrer\"" in text or "banding" in path


@pytest.mark.django_db
def test_a_change_of_law_is_marked(client: Client) -> None:
    text = client.get("/en/hukum/banding/?a=35.73&on_a=2025-01-16&b=35.73&on_b=2026-06-01").content.decode()
    assert "Differs" in text
    assert "0.2" in text
    assert "Perda Kota Malang 1/2025" in text
    same = client.get("/en/hukum/banding/?a=35.73&on_a=2025-01-16&b=35.73&on_b=2025-01-16").content.decode()
    assert "No difference" in same


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/en/35.73/hukum/?on=16-01-2025", "is not a day"),
        ("/en/35.73/hukum/?on=20250116", "is not a day"),
        ("/en/35.73/hukum/?on=%00", "is not a day"),
        ("/en/hukum/banding/?a=35.73&on_a=2025-W03-4&b=32.16", "is not a day"),
        ("/en/hukum/banding/?a=35.73&b=%3Cscript%3E", "&lt;script&gt;"),
        ("/en/hukum/banding/?a=99.99&b=32.16", "99.99"),
        (DRAFT.replace("/id/", "/en/") + "?rate1=0.6&tiering=slab", "0.5"),
        (DRAFT.replace("/id/", "/en/") + "?rate1=0.2&ratio=10&tiering=slab", "20"),
        (DRAFT.replace("/id/", "/en/") + "?rate1=abc&tiering=slab", "not a decimal"),
        (DRAFT.replace("/id/", "/en/") + "?rate1=0.2000000000000000000000001", "not a decimal"),
        (DRAFT.replace("/id/", "/en/") + "?rate1=%EF%BC%91", "not a decimal"),
        (DRAFT.replace("/id/", "/en/") + "?rate1=0.2&ratio=100.01", "not a fraction"),
        (DRAFT.replace("/id/", "/en/") + "?rate1=0.2&tiering=%3Cscript%3E", "&lt;script&gt;"),
        (DRAFT.replace("/id/", "/en/") + "?rate1=0.2&njoptkp=-5", "not an amount of whole rupiah"),
        (DRAFT.replace("/id/", "/en/") + "?to1=5&rate1=0.1&to2=4&rate2=0.2&rate3=0.3&tiering=slab", "higher"),
    ],
)
def test_wrong_input_is_told_in_place(client: Client, path: str, says: str) -> None:
    response = client.get(path)
    assert response.status_code == 422
    assert says in response.content.decode()


@pytest.mark.django_db
def test_a_region_without_law_or_roll_says_what_is_missing(client: Client) -> None:
    assert client.get("/en/11.01/hukum/").status_code == 200
    assert "not loaded" in client.get("/en/11.01/hukum/").content.decode()
    assert client.get("/en/99.99/hukum/").status_code == 404
    assert client.get("/en/32.75/rancangan/").status_code in (404, 422)


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_a_draft_is_tried_by_keyboard_and_nothing_is_wrong_with_the_page(
    roll: None, site: str, browser: Any, width: int,
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(site + DRAFT)
    page.fill("#rate1", "0,06")
    page.press("#rate1", "Enter")
    page.wait_for_url("**rate1=0%2C06**")
    assert page.locator("#hasil .wl .strip").count() == 10
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]][:2]) for one in found] == []
    page.get_by_role("link", name="EN", exact=False).first.click()
    assert "Try a draft" in page.locator("h1").inner_text()
    assert page.locator("#rate1").input_value() == "0,06"  # the draft is the address: it survives the switch
    page.fill("#rate1", "0,9")
    page.press("#rate1", "Enter")
    assert "0.5" in page.locator(".errors").inner_text()
    page.close()


@pytest.mark.django_db
def test_a_day_before_any_law_is_told_with_the_first_day_there_is(client: Client) -> None:
    early = client.get("/en/35.73/hukum/?on=1945-08-17").content.decode()
    assert "On 17 August 1945 no value of this region is known to be in force. The first begins on" in early
    assert "no value of this region is known" not in client.get("/en/35.73/hukum/?on=2025-01-16").content.decode()
