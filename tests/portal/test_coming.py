"""A person opens a study while its roll is on its way: the page shows how far it is and fills when it is there."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest

from sepadan.demo.public import announce_rolls, load_roll, read_plan
from sepadan.records.public import now

AXE = files("axe_playwright_python").joinpath("axe.min.js")
THERE, BACK = "/id/32.16/studi/35.73/", "/id/35.73/studi/32.16/"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_page_fills_by_itself_when_the_roll_is_there(site: str, browser: Any) -> None:
    malang, bekasi = read_plan("35.73", small=True), read_plan("32.16", small=True)
    announce_rolls([bekasi], clock=now)
    page = browser.new_page(viewport={"width": 360, "height": 900})
    page.goto(site + THERE)
    tax = page.locator("#pajak")
    assert "dimuat berikutnya" in tax.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]][:2]) for one in found] == []

    load_roll(bekasi, clock=now)
    page.wait_for_selector("#pajak .strip", timeout=15_000)  # nobody touched the page
    assert "dimuat" not in tax.inner_text()
    page.close()

    plain = browser.new_context(java_script_enabled=False).new_page()
    announce_rolls([malang], clock=now)
    plain.goto(site + BACK)
    assert "dimuat berikutnya" in plain.locator("#pajak").inner_text()
    load_roll(malang, clock=now)
    plain.wait_for_selector("#pajak .strip", timeout=15_000)  # without script as well
    plain.context.close()
