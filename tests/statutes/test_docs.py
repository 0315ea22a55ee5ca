"""The pages on statutes: the example of the how-to passes the check, the reference names every unit and levy."""

import re
from datetime import date
from pathlib import Path

import pytest

from sepadan.ground.provisions import NATIONAL
from sepadan.ground.statute_checks import check_book
from sepadan.ground.statute_values import UNITS
from sepadan.ground.statutes import load_book, read_book

DOCS = Path(__file__).resolve().parents[2] / "docs"
BLOCK = re.compile(r"^`(35\.99/[\w./]+)`:.*?\n\n((?:    [^\n]*\n|\n)+)", re.MULTILINE | re.DOTALL)


@pytest.fixture
def example(tmp_path):
    for name, block in BLOCK.findall((DOCS / "how-to" / "add-a-region.md").read_text(encoding="utf-8")):
        path = tmp_path / "regions" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(re.sub("^    ", "", block, flags=re.MULTILINE), encoding="utf-8")
    return tmp_path


def test_the_example_of_the_how_to_is_a_sound_region(example):
    book = read_book(example)
    assert [str(one) for one in check_book(book)] == []
    law = book.law("35.99", "pbb", date(2024, 6, 1))
    assert law.require("njoptkp").value == 10_000_000
    assert [gap.name for gap in law.missing if gap.region != NATIONAL] == ["ratio"]


def test_the_reference_names_every_unit_levy_and_parameter():
    text = (DOCS / "reference" / "statutes.md").read_text(encoding="utf-8")
    assert [unit for unit in UNITS if f"`{unit}`" not in text] == []
    book = load_book()
    levies = {levy for region in (NATIONAL, *book.regions()) for levy in book.levies(region)}
    assert [levy for levy in sorted(levies) if f"`{levy}`" not in text] == []
    named = set(re.findall(r"`([a-z0-9_.]+)`", text.partition("## Levies")[2].partition("## In code")[0]))
    known = {one.name for region in (NATIONAL, *book.regions()) for levy in book.levies(region)
             for one in book.parameters(region, levy)}
    assert named - known - levies == set()
