"""Replay of the creative centre: cost, transfer, recovery, rejected counts, and the empty other direction."""

from fractions import Fraction

import pytest

from sepadan.study.engine.centre import centre_facts, replay_centre

LOW, HIGH, BUILDING = 6_000_000_000, 7_500_000_000, 97_197_856_626
MALANG, BEKASI = 889_359, 3_387_601


@pytest.fixture(scope="module")
def forward(book):
    return replay_centre(centre_facts(book, "32.16"), centre_facts(book, "35.73"))


@pytest.fixture(scope="module")
def back(book):
    return replay_centre(centre_facts(book, "35.73"), centre_facts(book, "32.16"))


def test_cost_per_resident(forward):
    assert forward.cost_per_resident == (Fraction(LOW, MALANG), Fraction(HIGH, MALANG))
    assert forward.building_per_resident == Fraction(BUILDING, MALANG)


def test_transfer_in_two_ways(forward):
    fixed, scaled = forward.transfers
    assert (fixed.way, fixed.running, fixed.building) == ("fixed_cost", (LOW, HIGH), BUILDING)
    assert fixed.running_per_resident == (Fraction(LOW, BEKASI), Fraction(HIGH, BEKASI))
    assert scaled.running == (Fraction(LOW * BEKASI, MALANG), Fraction(HIGH * BEKASI, MALANG))
    assert scaled.running_per_resident == forward.cost_per_resident
    assert scaled.building == Fraction(BUILDING * BEKASI, MALANG)


def test_recovery_as_announced_and_over_the_same_months(forward):
    """Rp500 million in five months against Rp6 to 7.5 billion a year."""
    recovery = forward.recovery
    assert (recovery.income, recovery.months) == (500_000_000, 5)
    assert recovery.printed == (Fraction(1, 15), Fraction(1, 12))  # 6.7 to 8.3 %
    assert recovery.like_for_like == (Fraction(16, 100), Fraction(20, 100))
    assert "5 bulan" in recovery.label.text("id")


def test_a_cost_per_attendance_only_if_a_rejected_claim_were_true(forward):
    claim = next(one for one in forward.per_attendance if one.claim.value == 808768)
    assert claim.per_year == Fraction(808768, 31) * 12
    assert claim.cost == (LOW / claim.per_year, HIGH / claim.per_year)
    assert claim.refused is not None
    assert forward.host.attendance_figure.cell.text("id") == "tidak ditetapkan"


def test_rejected_counts_have_their_reason(forward):
    texts = " ".join(one.text("id") for one in forward.rejected)
    assert "17.444" in texts
    assert "13.958" in texts
    assert "808.768" in texts


def test_what_is_missing_stays_missing(forward, back):
    assert (back.cost_per_resident, back.transfers, back.recovery, back.per_attendance) == (None, (), None, ())
    said = " ".join(one.text("id") for one in back.lacking)
    assert "Biaya operasi Bekasi Creative Center belum terbit" in said
    assert any("Kabupaten Bekasi" in one.text("id") for one in forward.lacking)
