"""The pure rules of the records."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepadan.ground.problems import Refused
from sepadan.records.engine import throttle
from sepadan.records.engine.changes import changed, plain
from sepadan.records.engine.identity import digest_nik
from sepadan.records.engine.passwords import faults_of_password
from sepadan.records.names import Role

KEY = bytes(32)


def test_the_digest_of_a_nik_needs_the_key_and_ignores_how_it_is_written():
    one = digest_nik("3573 0112-3456.7890", KEY)
    assert one == digest_nik("3573011234567890", KEY)
    assert one.last4 == "7890"
    assert len(one.digest) == 64
    assert one.digest != digest_nik("3573011234567890", bytes([1]) * 32).digest
    assert "3573" not in one.digest


@pytest.mark.parametrize(("nik", "length"), [("", 0), ("357301123456789", 15), ("35730112345678901", 17),
                                             ("357301123456789x", 16), ("٣٥٧٣٠١١٢٣٤٥٦٧٨٩٠", 16)])
def test_another_number_is_no_nik(nik, length):
    with pytest.raises(Refused, match=f"has {length} signs"):
        digest_nik(nik, KEY)


@pytest.mark.parametrize(("failures", "seconds"), [(0, 0), (4, 0), (5, 2), (6, 4), (10, 64), (16, 3600), (10**6, 3600)])
def test_delays_double_after_the_free_failures(failures, seconds):
    assert throttle.delay(failures, throttle.ACCOUNT_AND_ADDRESS) == timedelta(seconds=seconds)


@given(st.integers(0, 200), st.sampled_from([throttle.ACCOUNT_AND_ADDRESS, throttle.ACCOUNT, throttle.ADDRESS]))
def test_one_failure_more_never_waits_less(failures, limit):
    assert throttle.delay(failures, limit) <= throttle.delay(failures + 1, limit) <= timedelta(seconds=limit.most)


def test_failures_are_forgotten_after_a_day():
    now = datetime(2026, 11, 24, tzinfo=UTC)
    assert throttle.counted(7, now - timedelta(days=1), now) == 7
    assert throttle.counted(7, now - timedelta(days=1, seconds=1), now) == 0


@pytest.mark.parametrize(("password", "faults"), [
    ("kopi tubruk tanpa gula", []),
    ("pendek", ["too_short"]),
    ("", ["too_short"]),
    ("123456789012", ["only_digits"]),
    ("aaaaaaaaaaaaaa", ["few_signs"]),
    ("passwordpassword", ["common"]),
    ("ayulestari2026", ["personal"]),
    ("lestari bunga merah di taman kota", []),
    ("x" * 150 + "abcd" * 20, ["too_long"]),
])
def test_what_is_wrong_with_a_password(password, faults):
    found = faults_of_password(password, about=("Ayu Lestari", "ayulestari@contoh.go.id"), common={"passwordpassword"})
    assert [fault.what.key.removeprefix("records.password.") for fault in found] == faults


def test_a_change_keeps_only_what_differs_and_no_float():
    before = {"a": 1, "b": Decimal("0.50"), "c": date(2026, 1, 1), "gone": 3}
    after = {"a": 1, "b": Decimal("0.75"), "c": date(2026, 1, 2), "new": Role.AUDITOR}
    assert changed(before, after) == ({"b": "0.50", "c": "2026-01-01", "gone": 3},
                                      {"b": "0.75", "c": "2026-01-02", "new": "auditor"})
    assert plain({"x": [Fraction(1, 3), None, True], "y": {"z": {"b", "a"}}}) == \
        {"x": ["1/3", None, True], "y": {"z": ["a", "b"]}}
    with pytest.raises(TypeError, match="no float"):
        plain({"x": 0.1})
