"""The style guide in a real browser: keyboard, sizes, without JavaScript. Accessibility, width: test_every_page.py."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def test_an_origin_opens_and_closes_by_keyboard_and_stays_on_the_screen(site: str, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(site + "/id/gaya/")
    for k in range(3):
        summary = page.locator("#komponen .cell summary").nth(k)
        summary.focus()
        page.keyboard.press("Enter")
        assert page.locator("#komponen .cell[open]").count() == 1  # opening one closes the other
        box = page.locator("#komponen .cell[open] .origin").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 1280
    page.keyboard.press("Escape")
    assert page.locator("#komponen .cell[open]").count() == 0
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.close()


def test_the_first_key_leads_to_the_content_and_every_control_is_large_enough(site: str, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.goto(site + "/id/gaya/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "isi"
    controls = "button, select, input:not([type=hidden]), textarea, summary"
    small = page.evaluate("""(controls) => [...document.querySelectorAll(controls)]
        .filter((one) => one.checkVisibility()).map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
        .filter(([, box]) => box.height < 23.5).map(([html]) => html)""", controls)
    assert small == []
    page.close()


def test_the_page_reads_and_opens_without_javascript(site: str, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(site + "/id/gaya/")
    page.locator("#komponen .cell summary").first.click()
    assert page.locator("#komponen .cell .origin").first.is_visible()
    page.get_by_role("button", name="gelap").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.get_by_role("link", name="Read this page in English").click()
    assert page.locator("h1").inner_text() == "Style guide"
    context.close()


def test_host_and_guest_bars_take_their_colours_from_the_theme(site: str, browser: Any) -> None:
    colours = {}
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)
        page = context.new_page()
        page.goto(site + "/id/gaya/")
        colours[scheme] = [page.locator(f".track rect.{role}").first.evaluate("(one) => getComputedStyle(one).fill")
                           for role in ("host", "guest")]
        context.close()
    assert colours == {"light": ["rgb(43, 76, 155)", "rgb(156, 77, 8)"],
                       "dark": ["rgb(157, 181, 245)", "rgb(237, 165, 99)"]}


def test_the_head_of_a_table_stays_in_sight_and_the_first_column_stays_on_a_phone(site: str, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 300})
    page.goto(site + "/id/gaya/")
    head = page.locator("#tabel thead th").first
    page.locator("#tabel tbody tr").nth(4).scroll_into_view_if_needed()
    page.mouse.wheel(0, 60)
    page.wait_for_timeout(200)
    assert -1 <= head.bounding_box()["y"] <= 250
    page.set_viewport_size({"width": 360, "height": 800})
    region = page.locator("#tabel .scroll")
    region.evaluate("(one) => { one.scrollLeft = 200; }")
    first = page.locator("#tabel tbody th").first
    assert abs(first.bounding_box()["x"] - region.bounding_box()["x"]) < 1
    page.close()


def test_a_slider_and_its_box_show_one_number(site: str, browser: Any) -> None:
    page = browser.new_page()
    page.goto(site + "/id/gaya/")
    page.locator("#geser").fill("150000000")
    assert page.locator("#njop").input_value() == "150.000.000"
    page.locator("#njop").fill("Rp 700.000.000")
    assert page.locator("#geser").input_value() == "700000000"
    page.close()
