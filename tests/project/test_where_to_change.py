"""The pages that say where things are point at things that are there; links between pages hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PAGES = sorted([*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")])
PLACE = re.compile(r"`((?:src|tests|docs|tools|benchmarks)/[^`*<> ]*|pyproject\.toml|run|test)`")
LINK = re.compile(r"\[[^\]]*\]\(([^)#]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_places_and_links_of_a_page_exist(page):
    text = page.read_text(encoding="utf-8")
    absent = [place for place in PLACE.findall(text) if not (REPOSITORY / place).exists()]
    broken = [link for link in LINK.findall(text) if "://" not in link and not (page.parent / link).exists()
              and not link.startswith("docs/images/")]
    assert (absent, broken) == ([], [])


def test_the_list_of_places_is_long_enough_to_be_the_real_one():
    page = REPOSITORY / "docs" / "where-to-change.md"
    assert len(PLACE.findall(page.read_text(encoding="utf-8"))) > 25
