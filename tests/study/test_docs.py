"""The figures printed in the explanations are those the functions give."""

from pathlib import Path

import pytest

from sepadan.ground.figures import number, rupiah_short
from sepadan.study.engine.centre import centre_facts, replay_centre
from sepadan.study.engine.derived import FORMULAS
from sepadan.study.engine.gate import CHECKS, compare
from sepadan.study.engine.waste import replay_waste, waste_facts

DOCS = Path(__file__).parents[2] / "docs" / "explanation"


def page(name):
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


def test_every_formula_and_check_is_explained():
    assert [name for name in FORMULAS if f"`{name}`" not in page("indicators")] == []
    names = {check.__name__.strip("_") for check in CHECKS} - {"suspect_target"} | {"suspect_part", "missing"}
    assert [name for name in names if f"| {name} |" not in page("gate")] == []


@pytest.mark.parametrize(("indicator", "row"), [
    ("tax_per_capita_rp", "tax per resident"), ("pbb_target_per_capita_rp", "PBB target per resident"),
    ("waste_managed_share", "managed share of waste"), ("tax_collection_vs_target_pct", "tax collected against target"),
    ("waste_kg_cap_day", "waste per person"), ("hub_events", "events of the creative centre"),
])
def test_the_six_pairs(book, indicator, row):
    assert f"| {row} | {compare(book, indicator, '35.73', '32.16').level} |" in page("gate")


def test_waste(book, assumptions):
    malang, bekasi = waste_facts(book, "35.73"), waste_facts(book, "32.16")
    forward, back, text = replay_waste(bekasi, malang, assumptions), replay_waste(malang, bekasi, assumptions), page(
        "waste-replay")
    for outcome in (forward, back):
        assert f"{number(outcome.now.unmanaged_t, 'en', 0)} | {number(outcome.as_host.unmanaged_t, 'en', 0)} |" in text
    for row in (forward.lives[0], forward.lives[1], forward.lives[-1]):
        years = " / ".join(number(value, "en", 2) for value in (row.band.low, row.band.middle, row.band.high))
        assert f"| {years} |" in text
    for inflow in forward.inflows[:2]:
        assert number(inflow.t_per_day, "en", 0) in text
    assert f"| {number(forward.measures[1].without_dumping_pct[0], 'en', 2)} to " \
           f"{number(forward.measures[1].without_dumping_pct[1], 'en', 2)} % |" in text


def test_centre(book):
    outcome, text = replay_centre(centre_facts(book, "32.16"), centre_facts(book, "35.73")), page("centre-replay")
    for value in (*outcome.cost_per_resident, *outcome.transfers[0].running_per_resident):
        assert number(value, "en", 0) in text
    low, high = (rupiah_short(value, "en", 3).replace("\N{NO-BREAK SPACE}", " ")
                 for value in outcome.transfers[1].running)
    assert f"{low.removesuffix(' billion')} to {high.removeprefix('Rp')}" in text
    building = rupiah_short(outcome.transfers[1].building, "en", 4).replace("\N{NO-BREAK SPACE}", " ")
    assert building in text
