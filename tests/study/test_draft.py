"""A draft law as typed: every fault beside its field, the same values as the statute's own."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sepadan.tax.engine import what_if_draft as draft

GOOD = {"to1": "1.500.000.000", "rate1": "0,055", "rate2": "0,112", "njoptkp": "10.000.000", "ratio": "27,5",
        "tiering": "slab"}  # fmt: skip


def test_a_draft_reads_exactly():
    form = draft.read(GOOD)
    assert form.valid
    assert form.values == {
        "tiers": [{"to": 1_500_000_000, "rate": Decimal("0.00055")}, {"to": None, "rate": Decimal("0.00112")}],
        "njoptkp": 10_000_000, "ratio": Decimal("0.275"), "tiering": "slab",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rate1": ""}, "rate1"),
        ({"rate1": "x"}, "rate1"),
        ({"to1": ""}, "to1"),
        ({"to1": "1,5"}, "to1"),
        ({"to2": "5.000.000.000"}, "to2"),
        ({"to2": "900.000.000", "rate3": "0,2"}, "to2"),
        ({"njoptkp": "-1"}, "njoptkp"),
        ({"ratio": "dua"}, "ratio"),
        ({"to1": "", "rate1": "", "rate2": ""}, "rate1"),
    ],
)
def test_a_fault_stands_beside_its_field_and_keeps_what_was_typed(changes, field):
    form = draft.read({**GOOD, **changes})
    assert set(form.problems) == {field}
    assert form.rows[0].to == changes.get("to1", GOOD["to1"])
    assert "tiers" not in form.values or field not in ("rate1", "to1", "to2")
    for lang in ("id", "en"):
        assert form.problems[field].text(lang)
        assert draft.name_of(field).text(lang)
