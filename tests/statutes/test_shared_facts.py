"""The shipped tiers against the facts they come from, where those lie beside the project."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from sepadan.ground.statutes import load_book
from sepadan.ground.yaml_exact import read_exact

FACTS = Path(__file__).resolve().parents[3] / "shared" / "facts" / "tax_law.yaml"
REGIONS = {"Kota Malang (35.73)": "35.73", "Kabupaten Bekasi (32.16)": "32.16", "Kabupaten Malang (35.07)": "35.07",
           "Kota Surabaya (35.78)": "35.78", "Kota Bandung (32.73)": "32.73"}  # fmt: skip

pytestmark = pytest.mark.skipif(not FACTS.exists(), reason="the facts are not beside this checkout")


@pytest.mark.parametrize("title", REGIONS)
def test_tiers_equal_the_facts(title):
    fact = read_exact(FACTS)["regions"][title]["PBB-P2"]["rate_tiers"][0]["value"]
    expected = [{"to": row["njop_to"], "rate": row["rate"]} for row in fact]
    found = load_book().law(REGIONS[title], "pbb", date(2025, 1, 1)).require("tiers").value
    known = [{"to": row["to"], "rate": row["rate"]} for row in found]
    assert known[-len(expected):] == expected
    assert all(row["rate"] is None for row in known[:-len(expected)])


def test_class_tables_equal_the_facts():
    facts = read_exact(FACTS)["njop_classes"]
    table = load_book().class_table("national-2011")
    for kind in ("land", "building"):
        expected = [(row["cls"], row["over"], row["to"], row["value"]) for row in facts[kind]]
        assert [(row.number, row.over, row.to, row.value) for row in getattr(table, kind)] == expected


def test_every_number_of_the_facts_is_somewhere_in_the_statutes():
    """Money and rates of the regional facts: none may be lost on the way."""
    book = load_book()
    known = {number for region in ("national", *book.regions()) for levy in book.levies(region)
             for one in book.parameters(region, levy) for provision in one.values
             for number in _numbers(provision.value)}
    lost = []
    for title, levies in read_exact(FACTS)["regions"].items():
        for levy, facts in levies.items():
            for name, versions in facts.items():
                for fact in versions:
                    missing = [one for one in _numbers(fact.get("value")) if one not in known and one not in (0, 1)]
                    if missing:
                        lost.append((title, levy, name, missing))
    assert [row for row in lost if row[2] not in ("standard_object", "incentive_2025")] == []


def _numbers(value):
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, (int, Decimal)):
        yield Decimal(value)
    elif isinstance(value, dict):
        for part in value.values():
            yield from _numbers(part)
    elif isinstance(value, list):
        for part in value:
            yield from _numbers(part)
