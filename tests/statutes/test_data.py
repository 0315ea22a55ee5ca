"""The statutes that ship: no finding, every value sourced, known landmarks, and gaps that stay gaps."""

import time
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from sepadan.ground.assumptions import load_assumptions
from sepadan.ground.problems import Refused
from sepadan.ground.provisions import NATIONAL
from sepadan.ground.statute_checks import check_book
from sepadan.ground.statute_words import value_lines
from sepadan.ground.statutes import load_book, read_book

BOOK = load_book()
PARAMETERS = [one for region in (NATIONAL, *BOOK.regions()) for levy in BOOK.levies(region)
              for one in BOOK.parameters(region, levy)]


def test_the_check_finds_nothing():
    assert [str(one) for one in check_book(read_book())] == []


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda one: f"{one.region}-{one.levy}-{one.name}")
def test_every_value_is_sourced_and_can_be_written(parameter):
    assert all(parameter.description.text(lang) for lang in ("id", "en"))
    for one in parameter.values:
        assert one.value is None or one.source or one.confidence == "from-memory"
        assert one.discs in (1, 2, 3, 4)
        for lang in ("id", "en"):
            assert all(value_lines(one.unit, one.value, lang))
            assert one.note is None or one.note.text(lang)
    for gap in parameter.missing:
        assert gap.reason.text("id") != gap.reason.text("en")


def test_all_files_are_read_in_less_than_a_second():
    start = time.perf_counter()
    read_book()
    assert time.perf_counter() - start < 1


def value(region, levy, name, on):
    return BOOK.law(region, levy, date.fromisoformat(on)).require(name).value


@pytest.mark.parametrize(("region", "levy", "name", "on", "expected"), [
    ("national", "pbb", "rate_max", "2023-12-31", "0.003"), ("national", "pbb", "rate_max", "2024-01-05", "0.005"),
    ("national", "bphtb", "npoptkp_min", "2024-01-04", 60_000_000),
    ("national", "bphtb", "npoptkp_min", "2024-01-05", 80_000_000),
    ("35.07", "pbb", "njoptkp", "2024-01-01", 10_000_000), ("35.14", "pbb", "njoptkp", "2024-01-01", 10_000_000),
    ("35.79", "pbb", "ratio", "2024-06-01", 1), ("35.79", "pbb", "ratio", "2025-01-01", "0.7"),
    ("35.73", "pbb", "waiver_up_to", "2026-01-01", 30_000), ("32.16", "pbb", "food_land_rate", "2024-01-01", "0.001"),
    ("32.16", "bphtb", "npoptkp", "2024-05-20", 80_000_000), ("32.73", "bphtb", "rate", "2025-03-11", "0.05"),
    ("35.73", "pbjt", "threshold_month", "2025-01-01", 5_000_000),
    ("35.73", "pbjt", "threshold_month", "2026-03-01", 15_000_000),
    ("31", "pbjt", "threshold_month", "2024-06-01", 42_000_000),
    ("35.78", "pbjt", "rate.special_entertainment", "2024-06-01", "0.5"),
    ("35.73", "pbjt_electricity", "rate.self", "2025-01-01", "0.015"),
    ("31", "pbjt_electricity", "rate.grid.household", "2024-06-01", "0.024"),
    ("35.73", "opsen", "rate.pkb", "2025-02-02", "0.66"), ("32.16", "opsen", "rate.mblb", "2025-06-01", "0.25"),
    ("32.16", "late_interest", "rate_per_month", "2025-08-31", "0.01"),
    ("32.16", "late_interest", "rate_per_month", "2023-08-31", "0.02"),
    ("35.73", "late_interest", "cap_months", "2024-08-31", 24),
    ("32.16", "retribusi_kebersihan", "tariff_month.house_to_900w", "2025-01-01", 15_000),
    ("35.73", "compost", "tariff_kg", "2025-08-01", 700),
    ("35.73", "creative_centre", "gym_month", "2025-09-01", 50_000),
])  # fmt: skip
def test_landmarks(region, levy, name, on, expected):
    found = value(region, levy, name, on)
    assert found == (Decimal(expected) if isinstance(expected, str) else expected)


def test_rates_and_prices_by_kind():
    pbjt = BOOK.law("32.16", "pbjt", date(2024, 1, 1)).by_kind("rate")
    assert {kind: one.value for kind, one in pbjt.items()} == dict.fromkeys(
        ("food", "hotel", "parking", "entertainment"), Decimal("0.1"))
    prices = BOOK.law("32.75", "reklame", date(2025, 3, 1)).by_kind("prices")
    assert prices["billboard"].value["kelas_I"] == 13_225
    assert prices["cloth"].value["premium_2"] == 25_000
    assert BOOK.law("national", "njop", date(2025, 1, 1)).require("limits").value == {
        "land_m2": 10_000, "floors": 4, "building_m2": 1_000}  # fmt: skip


@pytest.mark.parametrize(("region", "levy", "name", "on"), [
    ("35.73", "pbb", "njoptkp", "2025-01-01"), ("35.73", "pbb", "ratio", "2026-01-01"),
    ("35.73", "pbb", "waiver_up_to", "2025-12-31"), ("32.16", "pbb", "tiers", "2023-06-01"),
    ("32.75", "pbb", "tiers", "2025-01-01"), ("35.79", "pbb", "tiers", "2025-01-01"),
    ("35.73", "bphtb", "npoptkp", "2025-03-11"), ("32.16", "bphtb", "npoptkp_inheritance", "2025-03-11"),
    ("32.16", "pbjt", "threshold_month", "2024-06-01"), ("32.16", "pbjt", "rate.special_entertainment", "2024-06-01"),
    ("35.73", "pbjt", "threshold_month", "2025-07-01"), ("32.75", "reklame", "rate", "2025-03-01"),
    ("35.73", "pat", "rate", "2025-01-01"), ("35.73", "opsen", "rate.pkb", "2024-12-31"),
    ("32.16", "late_interest", "month_rule", "2025-08-31"), ("32.16", "skpdkb", "interest_audit", "2025-08-31"),
    ("32.16", "retribusi_kebersihan", "tariff_month.hospital", "2024-01-01"),
    ("35.73", "pbb", "tiering", "2025-01-01"), ("35.73", "pbb", "rounding", "2025-01-01"),
])  # fmt: skip
def test_what_is_not_known_is_refused(region, levy, name, on):
    with pytest.raises(Refused) as error:
        value(region, levy, name, on)
    assert error.value.problem.remedy is not None


def test_the_old_law_of_surabaya_has_no_known_start():
    tiers = BOOK.law("35.78", "pbb", date(2015, 1, 1)).require("tiers")
    assert not tiers.start_known
    assert tiers.value[0]["inclusive"] is False
    assert tiers.until == date(2024, 1, 1)


def test_the_national_class_table_covers_every_value_from_the_top_down():
    table = BOOK.class_table("national-2011")
    assert (len(table.land), len(table.building)) == (100, 40)
    for rows in (table.land, table.building):
        assert rows[-1].over == 0
        for above, below in pairwise(rows):
            assert below.to == above.over
    marks = {row.number: row.bounds_confidence for row in table.land}
    assert (marks[1], marks[60], marks[95], marks[100]) == ("derived", "verbatim", "from-memory", "from-memory")


def test_drafts_are_held_to_the_national_caps():
    on = date(2025, 1, 16)
    for values, article in (
        ({"tiers": [{"to": None, "rate": Decimal("0.0051")}]}, "UU 1/2022, Pasal 41 ayat (1)"),
        ({"food_land_rate": Decimal("0.006")}, "UU 1/2022, Pasal 41 ayat (1)"),
        ({"ratio": Decimal("0.19")}, "UU 1/2022, Pasal 40 ayat (5)"),
        ({"njoptkp": 9_999_999}, "UU 1/2022, Pasal 40 ayat (3)"),
    ):
        with pytest.raises(Refused) as error:
            BOOK.with_draft("32.16", "pbb", values, "rancangan", on)
        assert article in error.value.problem.text("id")
    law = BOOK.with_draft("32.16", "pbb", {"ratio": Decimal("0.2"), "njoptkp": 10_000_000}, "rancangan", on)
    assert law.require("ratio").confidence == "draft"


def test_every_region_says_how_far_its_law_is_known():
    for region in BOOK.regions():
        rows = BOOK.coverage(region)
        assert rows
        assert BOOK.name(region).text("id") != region
    states = {one.levy: one.state for one in BOOK.coverage("35.73")}
    assert (states["pbb"], states["opsen"], states["mblb"]) == ("partial", "complete", "missing")


def test_conflicts_between_sources_are_data():
    ids = {one.id for one in BOOK.conflicts()}
    assert {"pbb-2025-or-2026", "ratio-order", "njkp-20-40", "gym-tariff"} <= ids


def test_no_assumed_njoptkp_is_below_the_national_floor():
    floor = load_book().law(NATIONAL, "pbb", date(2025, 1, 1)).require("njoptkp_min").value
    chosen = load_assumptions()
    assert min(chosen.values["pbb"]["njoptkp"], *chosen.alternatives["pbb"]["njoptkp"]) >= floor == 10_000_000
