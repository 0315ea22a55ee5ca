"""Series of an indicator: results and aims apart, gaps where a line would lie."""

from sepadan.study.engine.series import series

MALANG, BEKASI = "35.73", "32.16"


def by_year(book, region, indicator, family="observed"):
    return {point.year: point for point in series(book, region, indicator) if point.family == family}


def test_a_rebased_series_is_taken_from_one_edition(book):
    points = by_year(book, MALANG, "ipm")
    assert [str(points[year].cell.value) for year in (2021, 2025)] == ["82.77", "85.55"]
    assert all(point.gap is None for point in points.values())


def test_the_surcharges_and_a_running_year_break_the_tax_series(book):
    points = by_year(book, MALANG, "tax_total")
    assert points[2025].gap.key == "study.gate.break_between"
    assert points[2024].gap.key == "study.gate.part_of_year"
    assert (points[2023].running, points[2024].running) == (False, True)


def test_targets_stand_apart(book):
    assert set(by_year(book, BEKASI, "tax_pbb", "aimed")) == {2021, 2022, 2023, 2025, 2026}
    assert set(by_year(book, BEKASI, "tax_pbb")) == {2021}


def test_a_method_change_is_a_gap(book):
    points = by_year(book, BEKASI, "waste_gen_t")
    assert points[2024].gap.key == "study.check.fell"
    assert points[2023].gap is None


def test_a_derived_series_is_computed(book):
    assert set(by_year(book, MALANG, "handled_share_pct")) == {2024}


def test_suspect_and_missing_values_are_left_out(book):
    assert series(book, MALANG, "pendapatan") == ()
    assert series(book, MALANG, "sppt_count") == ()
    assert series(book, MALANG, "hub_events")  # one window of a full year stays as said
