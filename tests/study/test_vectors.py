"""Every published vector of the study recomputes through the study's own functions, to the printed digit."""

import csv
from decimal import Decimal
from fractions import Fraction

import pytest

from sepadan.ground.money import exact
from sepadan.study.engine.derived import figure
from sepadan.study.engine.findings import stated_total
from sepadan.study.engine.national import WasteRow, national
from sepadan.study.engine.neutral_ratio import neutral_ratio
from sepadan.tax.engine.pbb import PbbRule, RatioBand, Tier, assess
from sepadan.tax.engine.what_if_cliffs import cliffs
from sepadan.waste.engine.balance import neraca

WITHIN = Fraction(1, 1000)
COLUMNS = {"A": "(A)", "B": "(ton/tahun)(B)", "C": "(ton/tahun)(C)", "BC": "(ton/tahun)(B+C)"}


def number(value):
    return exact(str(value))


def flat(rate, njoptkp=None, ratio=1):
    return PbbRule((Tier(None, number(rate)),), (RatioBand(None, number(ratio)),), "half_up", njoptkp=njoptkp)


def bill(vector):
    given = vector["inp"]
    rule = flat(given["rate"], given.get("njoptkp"), given.get("njkp", 1))
    return assess(rule, given["njop"], takes_njoptkp="njoptkp" in given).pbb


def sipsn_rows(path):
    """The rows of a table whose thousands are commas in quotes and whose blanks mean "not reported"."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = {key: next(name for name in rows[0] if name.endswith(ending)) for key, ending in COLUMNS.items()}

    def cell(row, key):
        text = row[names[key]].replace(",", "").strip()
        return Decimal(text) if text else None

    return [WasteRow(row["Kabupaten/Kota"], *(cell(row, key) for key in ("A", "B", "C", "BC"))) for row in rows]


def test_all_vectors_are_tested(vectors):
    tested = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    assert set(vectors) <= tested


def test_sipsn_national_2024(vectors, shared):
    vector = vectors["sipsn_national_2024"]
    path = shared / vector["inp"]
    if not path.exists():
        pytest.skip(f"the national table is not at {path}; its licence keeps it out of the product")
    found, out = national(sipsn_rows(path)), vector["out"]
    assert (found.rows, found.complete, found.identity_fail) == (out["rows"], out["complete"], out["identity_fail"])
    assert (found.reduced_goal_reached, found.handled_goal_reached) == (out["red_ge30"], out["han_ge70"])
    assert found.sum_generated_t == number(out["sum_a"])
    for name, median in (("median_red", found.median_reduced), ("median_han", found.median_handled),
                         ("median_managed", found.median_managed)):
        assert abs(median * 100 - number(out[name])) <= WITHIN
    for region, rank in out["rank_managed"].items():
        assert found.rank_managed[region] == rank
    for region, rank in out["rank_reduced"].items():
        assert found.rank_reduced[region] == rank


def test_pbb_kotabekasi_2018(vectors):
    assert bill(vectors["pbb_kotabekasi_2018"]) == vectors["pbb_kotabekasi_2018"]["out"]


def test_pbb_pati(vectors):
    assert bill(vectors["pbb_pati"]) == vectors["pbb_pati"]["out"]


def test_pbb_malang_old_500m(vectors):
    assert bill(vectors["pbb_malang_old_500m"]) == vectors["pbb_malang_old_500m"]["out"]


def test_pbb_malang_neutral(vectors):
    vector = vectors["pbb_malang_neutral"]
    for bracket, rate in vector["inp"].items():
        found = neutral_ratio(str(rate), "0.002")
        assert found.ratio == number(vector["out"][bracket])
        assert found.allowed


def test_pbb_malang_cliff(vectors):
    vector = vectors["pbb_malang_cliff"]
    tiers = (Tier(1_500_000_000, number("0.00055")), Tier(5_000_000_000, number("0.00112")),
             Tier(100_000_000_000, number("0.00145")), Tier(None, number("0.00167")))
    first = cliffs(PbbRule(tiers, (RatioBand(None, Fraction(1)),), "half_up"))[0]
    assert first.at == vector["inp"]["njop"]
    assert (first.below, first.above) == (vector["out"]["below"], vector["out"]["above"])
    assert round(float(first.share) * 100, 1) == 103.6


def test_sipsn_identity_malang(vectors, book):
    vector = vectors["sipsn_identity_malang"]
    reduced, handled = (figure(book, "35.73", name, period="2024").value
                        for name in ("waste_reduced_t", "waste_handled_t"))
    assert [reduced, handled] == [number(value) for value in vector["inp"]]
    found = neraca(generated_t=number("284095.41"), reduced_t=reduced, handled_t=handled)
    assert found.managed_t == number(vector["out"])


def test_sipsn_recycling_malang(vectors, book):
    vector = vectors["sipsn_recycling_malang"]
    recycled, raw, generated = (figure(book, "35.73", name, period="2024").value
                                for name in ("waste_recycled_t", "waste_raw_t", "waste_gen_t"))
    assert [recycled, raw, generated] == [number(value) for value in vector["inp"]]
    found = neraca(generated_t=generated, reduced_t=None, handled_t=None, recycled_t=recycled, raw_material_t=raw)
    assert exact(found.recycling_rate_pct) / 100 == number(vector["out"])


def test_malang_target_sum_2024(vectors, book):
    vector = vectors["malang_target_sum_2024"]
    added, stated, gap = stated_total(book, "35.73", "tax_total", 2024)
    assert added == number(vector["out"]) * 10**9 == sum(number(value) for value in vector["inp"]) * 10**9
    assert (stated, gap) == (845_500_000_000, 1_000_000_000)
