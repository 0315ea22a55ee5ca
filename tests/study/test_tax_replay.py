"""The replay over columns gives what the levy's rule gives object by object; small cells never come out."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sepadan.ground.columns import connect
from sepadan.ground.problems import Refused
from sepadan.study.engine.tax_cells import BUCKETS, MIN_OWNERS, groups_of, merge_small, three_digits
from sepadan.study.engine.tax_neutral import (
    neutral_by_band,
    neutral_by_rates,
    neutral_by_ratio,
    ratios_by_band,
)
from sepadan.study.engine.tax_replay import Replay
from sepadan.tax.engine.parameters import Sources
from sepadan.tax.engine.pbb import OwnedObject, assess_owned
from sepadan.tax.engine.pbb_rule import read_pbb_rule
from sepadan.tax.engine.roll_columns import deciles
from sepadan.tax.engine.what_if_levers import LeverBounds
from sepadan.tax.names import Use
from study.small_rolls import many, roll_of

BOUNDS = LeverBounds(Fraction(1, 5), Fraction(1), Fraction(5, 1000))
SIX = [(250_000_000, "0.0012"), (750_000_000, "0.0015"), (1_000_000_000, "0.00175"), (5_000_000_000, "0.002"),
       (10_000_000_000, "0.0022"), (None, "0.00225")]
FOUR = [(1_500_000_000, "0.00055"), (5_000_000_000, "0.00112"), (100_000_000_000, "0.00145"), (None, "0.00167")]


def rule(tiers, **changes):
    given = {
        "tiers": [{"to": to, "rate": Decimal(rate)} for to, rate in tiers], "njoptkp": 10_000_000, "ratio": 1,
        "rounding": "half_up", "band_base": "njop", "tiering": "slab", "food_land_rate": Decimal("0.0005"),
        "njoptkp_choice": "highest_njop_then_lowest_id",
    }
    return read_pbb_rule(Sources({**given, **changes}))


GUEST, HOST = rule(SIX), rule(FOUR, ratio_order="after_njoptkp")


def bills(one, objects):
    owned = [OwnedObject(k, o, n, Use.FOOD_LAND if food else Use.GENERAL) for k, (n, o, _, food) in enumerate(objects)]
    return {k: found.payable for k, found in assess_owned(one, owned).items()}


objects = st.lists(
    st.tuples(st.integers(0, 2 * 10**10), st.integers(1, 60), st.integers(0, 2), st.booleans()),
    min_size=60, max_size=160,
)
variants = st.sampled_from([
    {}, {"tiering": "marginal"}, {"band_base": "taxable"}, {"njoptkp": 20_000_000}, {"waiver_up_to": 30_000},
    {"minimum": 15_000, "stimulus": Decimal("0.25")}, {"ratio": Decimal("0.4"), "ratio_order": "before_njoptkp"},
])


@given(objects, variants, st.booleans())
@settings(max_examples=40, deadline=None)
def test_totals_deciles_and_kelurahan_are_those_of_the_rule_object_by_object(rows, changes, marked):
    after_rule = rule(FOUR, **changes)
    before, after = bills(GUEST, rows), bills(after_rule, rows)
    with connect(1) as connection:
        replay = Replay(connection, roll_of(connection, rows, marked=marked))
        try:
            found = replay.compare(GUEST, after_rule)
        except Refused:
            assert len({owner for _, owner, _, _ in rows}) < MIN_OWNERS
            return
        assert replay.revenues([GUEST, after_rule]) == [sum(before.values()), sum(after.values())]
    assert (found.before.payable, found.after.payable) == (sum(before.values()), sum(after.values()))
    assert found.before.objects == len(rows)
    for cells in (found.deciles, found.villages):
        assert sum(one.objects for one in cells) == len(rows)
        assert (sum(one.before for one in cells), sum(one.after for one in cells)) == (
            found.before.payable, found.after.payable)
        assert all(one.owners >= MIN_OWNERS for one in cells)
    assert sum(found.counts.values()) == sum(sum(one.counts) for one in found.deciles) == len(rows)
    index = {code: k for k, code in enumerate(("32.16.01.2001", "32.16.01.2002", "32.16.02.2001"))}
    for village in found.villages:
        here = [k for k, row in enumerate(rows) if row[2] in {index[code] for code in village.codes}]
        assert (village.objects, village.after) == (len(here), sum(after[k] for k in here))
        assert village.owners == len({rows[k][1] for k in here})
    tenths = deciles(np.array([row[0] for row in rows], dtype=np.int64))
    for decile in found.deciles:
        here = [k for k in range(len(rows)) if decile.number <= tenths[k] <= decile.last]
        assert (decile.objects, decile.before) == (len(here), sum(before[k] for k in here))


def bucket(before, after):
    if after * 100 < before * 98:
        return "down_over_20" if after * 100 < before * 80 else "down_2_20"
    if after * 100 <= before * 102:
        return "same"
    return "up_2_20" if after * 100 <= before * 120 else "up_over_20"


def test_buckets_are_counted_object_by_object_where_no_cell_is_small():
    rows = many(3000, 2500)
    before, after = bills(GUEST, rows), bills(HOST, rows)
    with connect(1) as connection:
        found = Replay(connection, roll_of(connection, rows)).compare(GUEST, HOST)
    counted = {name: sum(bucket(before[k], after[k]) == name for k in before) for name in BUCKETS}
    assert not found.merged
    assert dict(found.counts) == counted


def test_under_the_same_law_nobody_changes():
    rows = many()
    with connect(1) as connection:
        replay = Replay(connection, roll_of(connection, rows))
        found = replay.compare(GUEST, GUEST)
        neutral = neutral_by_ratio(replay, GUEST, rule(SIX, ratio_order="after_njoptkp"), BOUNDS)
    assert found.change == 0
    assert found.counts["same"] == len(rows) == sum(one.counts[2] for one in found.deciles)
    assert all(one.up == one.down == 0 for one in found.villages)
    assert (neutral.value, neutral.residue, neutral.within_bounds) == (1, 0, True)


def test_the_order_of_rows_does_not_matter():
    rows = many()
    with connect(2) as one, connect(2) as other:
        first = Replay(one, roll_of(one, rows, marked=True)).compare(GUEST, HOST)
        roll = roll_of(other, rows, marked=True)
        other.execute("CREATE OR REPLACE TABLE loaded AS SELECT * FROM given ORDER BY hash(object_id)")
        assert Replay(other, roll).compare(GUEST, HOST) == first


def test_few_owners_never_stand_behind_a_cell():
    rows = [(100_000_000 + k, k, 0, False) for k in range(40)]
    rows += [(2_000_000_000 + k, 100 + k, 1, False) for k in range(4)]
    with connect(1) as connection:
        found = Replay(connection, roll_of(connection, rows)).compare(GUEST, HOST)
    assert [one.codes for one in found.villages] == [("32.16.01.2001", "32.16.01.2002")]
    assert all(one.owners >= MIN_OWNERS for one in found.deciles)
    assert found.before.released("nil") == 0


def test_a_roll_of_nine_owners_is_refused():
    with connect(1) as connection:
        replay = Replay(connection, roll_of(connection, [(10**9 + k, k % 9, 0, False) for k in range(50)]))
        with pytest.raises(Refused, match="10 taxpayers"):
            replay.compare(GUEST, HOST)


def test_a_count_of_few_owners_is_not_released():
    rows = [(500_000_000 + k, k, 0, False) for k in range(100)] + [(1_000_000, 500 + k, 0, False) for k in range(3)]
    with connect(1) as connection:
        found = Replay(connection, roll_of(connection, rows)).compare(GUEST, HOST)
    assert found.before.nil == 3
    assert found.before.released("nil") is None


def test_merging_keeps_the_sum_and_takes_the_nearest_neighbour():
    assert merge_small([5, 0, 100, 3, 40], [5, 0, 80, 3, 30]) == ([0, 0, 108, 0, 40], [0, 3])
    assert merge_small([5, 0, 0], [5, 0, 0]) == ([5, 0, 0], [])
    assert groups_of([4, 20, 30], lambda places: 24) == [([0, 1], 24), ([2], 30)]
    assert groups_of([20, 4, 30], lambda places: 25, ["a", "a", "b"]) == [([0, 1], 25), ([2], 30)]
    assert [three_digits(n) for n in (7, 999, 59_938_000, 278_657_000)] == [7, 999, 60_000_000, 279_000_000]


# --- the revenue-neutral run -----------------------------------------------------------------------------------------


def test_a_neutral_run_by_rates_reaches_the_target_but_for_the_last_digit():
    with connect(1) as connection:
        replay = Replay(connection, roll_of(connection, many(2000, 1500)))
        target = replay.total(GUEST).payable
        found = neutral_by_rates(replay, GUEST, HOST, BOUNDS)
        base = replay.total(HOST).payable
    assert found.within_bounds
    assert found.target == target
    assert abs(found.residue) <= Fraction(3, 2) * base / 10**6 + 2000
    assert found.value == Fraction(round(found.value * 10**6), 10**6)


def test_a_ratio_beyond_its_bounds_says_what_would_be_wanted_and_what_is_missing():
    with connect(1) as connection:
        replay = Replay(connection, roll_of(connection, many()))
        found = neutral_by_ratio(replay, GUEST, HOST, BOUNDS)
        back = neutral_by_ratio(replay, HOST, rule(SIX, ratio_order="after_njoptkp"), BOUNDS)
    assert not found.within_bounds
    assert found.value == 1
    assert found.wanted > 2
    assert found.shortfall == found.target - found.totals.payable > 0
    assert back.within_bounds
    assert Fraction(1, 5) < back.value < 1
    assert back.shortfall == 0


def test_the_ceiling_on_rates_holds_and_the_rest_is_raised():
    steep = rule([(500_000_000, "0.0005"), (None, "0.004")])
    with connect(1) as connection:
        replay = Replay(connection, roll_of(connection, many(2000, 1500)))
        target_rule = rule([(None, "0.0041")])
        found = neutral_by_rates(replay, target_rule, steep, BOUNDS)
        beyond = neutral_by_rates(replay, rule([(None, "0.006")]), steep, BOUNDS)
    assert found.within_bounds
    assert found.capped == 1
    assert found.highest_rate == Fraction(5, 1000)
    assert abs(found.residue) * 10**4 < found.target
    assert not beyond.within_bounds
    assert beyond.shortfall > 0


def test_one_ratio_per_band_keeps_the_revenue_of_each_band():
    single = rule([(None, "0.002")])
    rows = [(njop, owner, village, False) for njop, owner, village, _ in many(3000, 2500)]
    with connect(1) as connection:
        replay = Replay(connection, roll_of(connection, rows))
        bands = ratios_by_band(replay, HOST, single, BOUNDS)
        found = neutral_by_band(replay, HOST, single, bands)
    assert [band.to for band in bands][:1] == [1_500_000_000]
    assert abs(bands[0].wanted - Fraction(275, 1000)) < Fraction(1, 10**4)
    assert Fraction(56, 100) < bands[1].wanted < Fraction(6, 10)  # the few objects above are counted with this band
    assert found.within_bounds
    assert abs(found.residue) * 10**5 < found.target
    assert sum(band.before for band in bands) == found.target
