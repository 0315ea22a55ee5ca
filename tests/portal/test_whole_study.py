"""The whole study as a file from disk in a browser: it fits, is accessible and quiet. The page: test_every_page.py."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
SIZES = pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture(scope="module")
def rolls(load_rolls: Any) -> None:
    """Small synthetic rolls of both regions in the test database."""
    load_rolls("35.73", "32.16", small=True)


@pytest.fixture(scope="module")
def saved(rolls: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The English file of the command."""
    from sepadan.ground.statutes import load_book
    from sepadan.study.documents.study_document import study_document
    from sepadan.study.documents.study_html import study_html
    from sepadan.study.facts import load_indicators
    from sepadan.study.services.studies import make_study

    path = tmp_path_factory.mktemp("study") / "study.en.html"
    with django_db_blocker.unblock():
        document = study_document(make_study("32.16", "35.73"), load_book(), load_indicators())
        path.write_bytes(study_html(document, "en"))
    return path


def faults(page: Any, width: int) -> list[tuple[str, list[str]]]:
    """What is wider than the window, and what axe finds, with every table open."""
    page.evaluate("document.querySelectorAll('details.more').forEach(one => { one.open = true; })")
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [(one["id"], [node["html"][:120] for node in one["nodes"]][:2]) for one in found] + [
        ("too wide", [str(wide)])][: wide > width]


@SIZES
def test_the_file(saved: Path, browser: Any, width: int, scheme: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(saved.as_uri())
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert page.evaluate("document.fonts.check('16px \"Instrument Sans\"')")
    assert page.locator("script").count() == 0
    assert faults(page, width) == []
    page.close()
