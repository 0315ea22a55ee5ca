"""The books of a region in a study: cells with origin, apart from what is published, and a replay in arithmetic."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

from sepadan.ground.cells import in_words
from sepadan.study.engine.books import MEASURES, book_side, books_digest, replay_collection
from sepadan.tax.engine.book_measures import (
    AgeBook,
    BookMeasures,
    BudgetYearBook,
    RequestYearBook,
    TaxYearBook,
    by_age,
    released,
    year_end_before,
)
from sepadan.tax.engine.realisation import Group

END = date(2024, 12, 31)
MALANG = BookMeasures(
    "35.73", END, 9_000, True, ("Klojen",),
    (TaxYearBook(2024, 400, 1_000_000, 800_000, 600_000, 800_000, 200_000, 300, 250, 200, 60, 0, 90, 1_200),),
    (BudgetYearBook(2024, 1_000_000, 200_000, 280, 40, 900, (Group("bank", 270, received=930_000),
                                                             Group("qris", 4, received=70_000))),),
    (AgeBook(0, 1_000_000, 800_000, 200_000, 250, 300), AgeBook(1, 400_000, 100_000, 300_000, 50, 80)),
    (RequestYearBook(2024, 20, 17, 3),))


def test_every_measure_is_a_cell_with_its_origin_and_says_that_its_books_are_an_example(book):
    side = book_side("Kota Malang", "35.73", MALANG, END, book)
    assert tuple(side.cells) == MEASURES
    assert side.cells["rate"].value == Fraction(800_000, 1_000_000) * 100
    assert side.cells["timely"].value == Fraction(600_000, 1_000_000) * 100
    assert side.cells["requests"].value == Fraction(17, 20) * 100
    for cell in side.cells.values():
        assert cell.source is not None
        assert "Sepadan" in cell.source.text("id")
        assert (cell.disc, bool(cell.assumption)) == (1, True)
        assert "Klojen" in in_words(cell.trap, "en")
    assert "1.200" in in_words(side.cells["billed"].method, "id")
    own = book_side("Kota Malang", "35.73", replace(MALANG, synthetic=False), END, book).cells["billed"]
    assert (own.disc, own.assumption) == (4, "")


def test_a_region_without_books_is_missing_although_a_figure_is_published_and_the_two_stay_apart(book):
    none = book_side("Kabupaten Bekasi", "32.16", None, END, book)
    assert {cell.kind for cell in none.cells.values()} == {"missing"}
    assert all(cell.value is None and cell.trap for cell in none.cells.values())
    malang = book_side("Kota Malang", "35.73", MALANG, END, book)
    assert malang.published["receipts"].value == 68_300_000_000  # as of 12 November 2024, of the whole city
    assert malang.cells["receipts"].value == 1_000_000
    assert books_digest(None, None) == ""
    assert books_digest(None, MALANG) != books_digest(None, replace(MALANG, entries=9_001))


def test_a_replay_of_collection_replaces_the_share_received_and_nothing_else(book):
    malang = book_side("Kota Malang", "35.73", MALANG, END, book)
    bekasi = book_side("Kabupaten Bekasi", "32.16", None, END, book)
    there = replay_collection(bekasi, malang, 902_872_395_401)
    assert there.at_host == 722_297_916_321  # 902,872,395,401 x 0.8 = 722,297,916,320.8
    assert there.ages == ()
    assert [one.key for one in there.lacking] == ["study.books.lacking"]  # arrears by age are not known
    back = replay_collection(malang, bekasi, 1_000_000)
    assert (back.rate, back.at_host) == (None, None)
    bks = replace(MALANG, region="32.16", ages=(AgeBook(0, 500, 300, 200, 40, 60), AgeBook(1, 900, 90, 810, 12, 50),
                                                AgeBook(2, 700, 70, 630, 12, 50)))
    both = replay_collection(replace(bekasi, books=bks), malang, 500)
    assert [(one.due, one.at_host) for one in both.ages] == [(500, 400), (900, 225), (700, None)]
    same = replay_collection(malang, malang, 1_000_000)
    assert all(one.at_host == one.received for one in same.ages)  # under its own rates nothing changes


def test_what_fewer_than_ten_payers_stand_behind_is_left_out():
    year = MALANG.tax_years[0]
    told = released(replace(MALANG, tax_years=(replace(year, tax_year=2023, paying=9), replace(year, late=3, owing=9)),
                            requests=(RequestYearBook(2024, 9, 9),),
                            ages=(AgeBook(0, 5, 4, 1, 9, 30), AgeBook(1, 5, 4, 1, 10, 10))))
    assert [one.tax_year for one in told.tax_years] == [2024]
    assert (told.tax_years[0].in_time, told.tax_years[0].still) == (None, None)  # 3 payers are the difference
    assert told.tax_years[0].received == 800_000
    assert (told.requests, [one.age for one in told.ages]) == ((), [1])
    (budget,) = told.budget_years
    assert [(one.key, one.received) for one in budget.channels] == [("", 1_000_000)]
    assert budget.channels_together == ("bank", "qris")
    assert released(replace(MALANG, budget_years=(replace(budget, earlier_payers=2),))).budget_years[0].earlier is None


def test_years_are_whole_and_the_oldest_bills_are_one_age():
    assert [year_end_before(day) for day in (date(2025, 1, 16), date(2025, 12, 31), date(2026, 1, 1))] == [
        date(2024, 12, 31), date(2024, 12, 31), date(2025, 12, 31)]
    row = AgeBook(0, 100, 40, 60, 30, 20)
    ages = by_age([(2015, row), (2018, row), (2019, row), (2024, row)], 2024)
    assert [(one.age, one.base, one.received, one.payers) for one in ages] == [(0, 100, 40, 30), (5, 300, 120, 30)]
