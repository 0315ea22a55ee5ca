"""Replay of waste in both directions, against closed forms, and what happens when something is missing."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepadan.study.engine.derived import Figure
from sepadan.study.engine.waste import replay_waste, three_measures, waste_facts, year_of

A_M, B_M, C_M = Fraction("284095.41"), Fraction("76714.26"), Fraction("202743.61")
A_B, B_B, C_B = Fraction("614462.32"), Fraction("2521.87"), Fraction("330711.32")


@pytest.fixture(scope="module")
def malang(book):
    return waste_facts(book, "35.73")


@pytest.fixture(scope="module")
def bekasi(book):
    return waste_facts(book, "32.16")


@pytest.fixture(scope="module")
def forward(bekasi, malang, assumptions):
    return replay_waste(bekasi, malang, assumptions)


@pytest.fixture(scope="module")
def back(bekasi, malang, assumptions):
    return replay_waste(malang, bekasi, assumptions)


def test_the_hosts_rates_on_the_guests_waste(forward):
    assert (forward.reduced_rate, forward.handled_rate) == (B_M / A_M, C_M / A_M)
    assert forward.as_host.reduced_t == A_B * B_M / A_M
    assert forward.as_host.handled_t == A_B * C_M / A_M
    assert [round(float(value)) for value in (forward.now.unmanaged_t, forward.as_host.unmanaged_t)] == [281229, 10030]
    assert forward.unmanaged_change_t == forward.as_host.unmanaged_t - (A_B - B_B - C_B)
    assert forward.lacking is None


def test_both_directions(back):
    assert back.as_host.reduced_t == A_M * B_B / A_B
    assert [round(float(value)) for value in (back.now.unmanaged_t, back.as_host.unmanaged_t)] == [4638, 130026]


def test_per_day_is_the_year_over_365(forward):
    day = forward.as_host.per_day
    assert day.generated_t * 365 == A_B
    assert day.managed_t + day.unmanaged_t == day.generated_t


def test_replay_of_ones_own_practice_is_the_identity(malang, assumptions):
    same = replay_waste(malang, malang, assumptions)
    assert same.as_host == same.now
    assert same.inflows[0].t_per_day == 514


def test_the_flow_to_the_landfill_by_each_assumption(forward):
    flows = {inflow.rule: float(inflow.t_per_day) for inflow in forward.inflows}
    assert list(flows) == ["landfilled_share", "all_handled", "published_inflow"]
    assert {rule: round(flow, 1) for rule, flow in flows.items()} == {
        "landfilled_share": 1111.7, "all_handled": 1201.4, "published_inflow": 800.0}


def test_the_life_of_the_hosts_cell_is_a_band(forward):
    lives = [tuple(f"{float(years):.2f}" for years in (row.band.low, row.band.middle, row.band.high))
             for row in forward.lives]
    assert lives[0] == ("2.31", "3.08", "3.84")  # 450 t a day
    assert lives[1] == ("2.02", "2.69", "3.37")  # 514 t a day, weighed
    assert lives[-1] == ("1.30", "1.73", "2.16")  # 800 t a day, Burangkeng
    assert [row.side for row in forward.lives] == ["host", "host", "guest", "guest", "guest"]
    assert [row.replayed for row in forward.lives] == [False, False, True, True, False]


def test_the_guests_own_life_stays_unknown_with_its_reason(forward, back):
    assert forward.own_lives == ()
    assert "tidak pernah diterbitkan" in forward.own_lives_lacking.text("id")
    assert (back.lives, back.lives_lacking) == ((), forward.own_lives_lacking)
    assert len(back.own_lives) == 3  # Malang's own cell under Bekasi's practice


def test_the_announced_life(forward):
    announced = forward.announced
    assert (announced.low_years, announced.high_years) == (5, 7)
    assert [round(float(value), 2) for value in (announced.density_low, announced.density_high)] == [1.30, 1.82]
    assert [round(float(value)) for value in (announced.inflow_high, announced.inflow_low)] == [277, 198]
    assert announced.verdict == "not_supported"


def test_warnings_come_from_the_data(forward, bekasi, malang, assumptions):
    checks = [warning.check for warning in forward.warnings]
    assert sorted(set(checks)) == ["handled_is_not_safe", "method", "open_dump", "remaining_volume", "series", "served"]
    texts = " ".join(warning.text.text("en") for warning in forward.warnings).replace("\N{NO-BREAK SPACE}", " ")
    assert "copied, not measured" in texts
    assert "Fell 24.1 % from 2023 to 2024" in texts
    assert "16 of 23 districts" in texts
    clean = replace(malang, findings=(), capacity=bekasi.capacity)
    assert [one.check for one in replay_waste(clean, clean, assumptions).warnings] == ["handled_is_not_safe"]


def test_three_measures_that_must_not_be_mixed(forward, bekasi):
    host, guest = forward.measures
    assert round(float(host.sipsn_pct), 2) == 98.37
    assert [round(float(value), 2) for value in host.controlled_pct] == [0.00, 66.04]
    assert round(float(guest.sipsn_pct), 2) == 54.23
    assert [round(float(value), 2) for value in guest.without_dumping_pct] == [0.41, 6.71]
    assert guest.controlled_pct == (0, 0)
    blind = replace(bekasi, inflow=missing(bekasi.inflow))
    assert three_measures(blind).controlled_pct is None


def test_of_a_published_range_the_harder_case_is_taken(book, malang, assumptions):
    """On the day of the visit only the figures of 2019 were there: 675 and 800 t a day."""
    then = book.view(on=date(2025, 1, 16))
    bekasi = waste_facts(then, "32.16")
    assert (bekasi.inflow.value, bekasi.inflow.high, bekasi.inflow_t_per_day) == (675, 800, 800)
    assert replay_waste(bekasi, malang, assumptions).inflows[-1].t_per_day == 800


def missing(one):
    return Figure(one.region, one.indicator, one.cell, why=one.why)


@pytest.mark.parametrize("part", ["generated", "reduced", "handled"])
def test_a_missing_rate_of_the_host_is_said(bekasi, malang, assumptions, part):
    blind = replace(malang, **{part: missing(getattr(malang, part))})
    found = replay_waste(bekasi, blind, assumptions)
    assert (found.as_host, found.reduced_rate, found.unmanaged_change_t) == (None, None, None)
    assert "Kota Malang" in found.lacking.text("id")
    assert found.now is not None


def test_regions_without_waste_figures(book, malang, assumptions):
    """Kota Bekasi is absent from the report of 2024."""
    found = replay_waste(waste_facts(book, "32.75"), malang, assumptions)
    assert (found.now, found.as_host, found.inflows) == (None, None, ())
    assert "tidak ada dalam berkas" in found.lacking.text("id")


@given(st.integers(1, 10**9), st.integers(0, 10**9), st.integers(0, 10**9))
def test_tonnes_add_up_under_any_rates(book, assumptions, generated, reduced, handled):
    malang, bekasi = waste_facts(book, "35.73"), waste_facts(book, "32.16")
    host = replace(malang, generated=replace(malang.generated, value=Fraction(generated)),
                   reduced=replace(malang.reduced, value=Fraction(reduced)),
                   handled=replace(malang.handled, value=Fraction(handled)))
    year = replay_waste(bekasi, host, assumptions).as_host
    assert year.reduced_t + year.handled_t + year.unmanaged_t == year_of(bekasi).generated_t
    assert year.managed_share == Fraction(reduced + handled, generated)
