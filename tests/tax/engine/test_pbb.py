"""PBB-P2: worked examples, and properties against the formula written with Python's fractions."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sepadan.ground.columns import connect
from sepadan.ground.money import ROUNDINGS, round_rupiah
from sepadan.ground.problems import Refused
from sepadan.tax.engine.parameters import Assumed, Sources
from sepadan.tax.engine.pbb import OwnedObject, assess, assess_owned, njoptkp_objects, pbb_program
from sepadan.tax.engine.pbb_rule import read_pbb_rule
from sepadan.tax.engine.pbb_steps import explain
from sepadan.tax.names import Use

TIERS = [
    {"to": 1_500_000_000, "rate": Decimal("0.00055")},
    {"to": 5_000_000_000, "rate": Decimal("0.00112")},
    {"to": 100_000_000_000, "rate": Decimal("0.00145")},
    {"to": None, "rate": Decimal("0.00167")},
]
GIVEN = {
    "tiers": TIERS, "njoptkp": 10_000_000, "ratio": 1, "rounding": "half_up", "band_base": "njop", "tiering": "slab",
    "njoptkp_choice": "highest_njop_then_lowest_id",
}  # fmt: skip
njops = st.one_of(
    st.integers(0, 10**15),
    st.sampled_from([0, 9_999_999, 10_000_000, 1_500_000_000, 1_500_000_001, 5_000_000_000, 10**15]),
)
ratios = st.sampled_from([Decimal("1"), Decimal("0.275"), Decimal("0.2"), Decimal("0.333333")])


def rule_of(**changes):
    return read_pbb_rule(Sources({**GIVEN, **changes}))


def by_formula(given, njop, takes):
    """The levy written a second time, straight from the law's formula, for comparison only."""
    deduction = given["njoptkp"] if takes else 0
    ratio = Fraction(given["ratio"])
    if given.get("ratio_order") == "before_njoptkp":
        taxable = max(Fraction(0), njop * ratio - deduction)
    else:
        taxable = max(0, njop - deduction) * ratio
    if given["tiering"] == "marginal":
        tax, start = Fraction(0), 0
        for tier in given["tiers"]:
            top = taxable if tier["to"] is None else min(taxable, tier["to"])
            tax, start = tax + max(Fraction(0), top - start) * Fraction(tier["rate"]), tier["to"]
    else:
        base = njop if given["band_base"] == "njop" else taxable
        rate = next(tier["rate"] for tier in given["tiers"] if tier["to"] is None or base <= tier["to"])
        tax = taxable * Fraction(rate)
    return taxable, round_rupiah(tax, given["rounding"])


@given(
    njops, st.booleans(), ratios, st.sampled_from(["after_njoptkp", "before_njoptkp"]),
    st.sampled_from(["njop", "taxable"]), st.sampled_from(["slab", "marginal"]), st.sampled_from(ROUNDINGS),
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_one_row_is_the_formula_exactly(njop, takes, ratio, order, base, tiering, rounding):
    given_ = {**GIVEN, "ratio": ratio, "ratio_order": order, "band_base": base, "tiering": tiering,
              "rounding": rounding}  # fmt: skip
    result = assess(read_pbb_rule(Sources(given_)), njop, takes_njoptkp=takes)
    assert (result.taxable, result.pbb) == by_formula(given_, njop, takes)


@given(
    st.lists(st.tuples(njops, st.integers(1, 4), st.booleans()), min_size=1, max_size=8),
    ratios, st.sampled_from(["slab", "marginal"]), st.sampled_from([None, 30_000]),
    st.sampled_from([None, Decimal("0.35")]),
)  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_a_roll_in_duckdb_gives_the_bills_of_its_rows(objects, ratio, tiering, waiver, stimulus):
    rule = rule_of(ratio=ratio, ratio_order="after_njoptkp", tiering=tiering, waiver_up_to=waiver, stimulus=stimulus,
                   food_land_rate=Decimal("0.0004"), minimum=10_000)
    connection = connect(1)
    connection.execute("CREATE TABLE roll (object_id INTEGER, owner_id INTEGER, njop BIGINT, food_land BOOLEAN)")
    rows = [(i, owner, njop, food) for i, (njop, owner, food) in enumerate(objects)]
    connection.executemany("INSERT INTO roll VALUES (?, ?, ?, ?)", rows)
    query = pbb_program(rule, allocate=True).select("roll", {"njop": (0, 10**15)}, ["object_id", "pbb", "payable"])
    in_sql = {i: (pbb, payable) for i, pbb, payable in connection.execute(query).fetchall()}
    owned = [OwnedObject(i, owner, njop, Use.FOOD_LAND if food else Use.GENERAL) for i, owner, njop, food in rows]
    one_by_one = {i: (result.pbb, result.payable) for i, result in assess_owned(rule, owned).items()}
    assert in_sql == one_by_one


@given(st.permutations([("A", 350), ("B", 88), ("C", 350), ("D", 7)]))
def test_the_njoptkp_falls_on_one_object_whatever_the_order(order):
    owned = [OwnedObject(name, "W", njop * 1_000_000) for name, njop in order]
    assert njoptkp_objects(rule_of(), owned) == {"W": "A"}


def test_neutral_ratio_keeps_every_old_bill_of_its_bracket():
    for njop, ratio, old in [
        (1_200_000_000, "0.275", 1_190_000_000 * Fraction("0.00055")),
        (62_000_000_000, "0.725", 61_990_000_000 * Fraction("0.00145")),
    ]:
        rule = read_pbb_rule(Sources({
            "tiers": [{"to": None, "rate": Decimal("0.002")}], "njoptkp": 10_000_000, "ratio": Decimal(ratio),
            "ratio_order": "after_njoptkp", "rounding": "half_up",
        }))  # fmt: skip
        assert assess(rule, njop, takes_njoptkp=True).pbb == old


def test_a_banded_ratio_takes_the_band_of_the_njop():
    rule = rule_of(ratio=[{"to": 1_000_000_000, "ratio": Decimal("0.5")}, {"to": None, "ratio": 1}],
                   ratio_order="after_njoptkp", tiers=[{"to": None, "rate": Decimal("0.001")}])
    assert assess(rule, 1_000_000_000, takes_njoptkp=False).pbb == 500_000
    assert assess(rule, 1_000_000_001, takes_njoptkp=False).pbb == 1_000_000


def test_steps_of_a_bill_add_up_and_name_what_they_rest_on():
    rule = read_pbb_rule(Sources({key: value for key, value in GIVEN.items() if key != "njoptkp"},
                                 assumed={"njoptkp": Assumed(10_000_000)}))
    result = assess(rule, 88_400_000, takes_njoptkp=True)
    steps = explain(rule, result, takes_njoptkp=True)
    assert [step.value for step in steps] == [88_400_000, -10_000_000, 78_400_000, Fraction(55, 100_000), 43_120]
    assert steps[1].bases[0].kind == "assumption"
    assert rule.assumed == ("njoptkp",)
    assert "78.400.000 × 0,055" in steps[-1].how.text("id")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"njoptkp": None}, "njoptkp"),
        ({"ratio": None}, "ratio"),
        ({"ratio": Decimal("0.275")}, "ratio_order"),
        ({"rounding": "bankers"}, "rounding"),
        ({"rounding": None}, "rounding"),
        ({"tiering": None}, "tiering"),
        ({"band_base": None}, "band_base"),
        ({"tiers": [{"to": None, "rate": 5}]}, "fraction"),
        ({"tiers": [{"to": 5, "rate": 0}, {"to": 4, "rate": Decimal("0.2")}, {"to": None, "rate": 0}]}, "rise"),
        ({"tiers": [{"upto": None, "rate": 0}]}, "keys"),
        ({"tiers": [{"to": 1_000, "rate": Decimal("0.001")}]}, "rate"),
    ],
)
def test_what_is_not_known_or_malformed_is_refused_by_name(changes, says):
    with pytest.raises(Refused, match=says):
        assess(rule_of(**changes), 88_400_000, takes_njoptkp=True)


def test_food_land_without_a_rate_is_refused_unless_an_assumption_covers_it():
    with pytest.raises(Refused, match="food_land_rate"):
        assess(rule_of(), 500_000_000, takes_njoptkp=False, use=Use.FOOD_LAND)
    covered = read_pbb_rule(Sources(GIVEN, assumed={"food_land": Assumed("general_tiers")}))
    assert assess(covered, 500_000_000, takes_njoptkp=False, use=Use.FOOD_LAND).pbb == 275_000


@pytest.mark.parametrize("njop", [-1, 10**15 + 1])
def test_an_njop_out_of_range_is_refused(njop):
    with pytest.raises(Refused, match="NJOP"):
        assess(rule_of(), njop, takes_njoptkp=False)
