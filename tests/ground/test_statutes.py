"""The law on a day: the last value not after it, national fallback, gaps that stay gaps, drafts within the caps."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ground.statute_folder import REGION_PBB, write_statutes
from sepadan.ground import statutes as module
from sepadan.ground.problems import Refused
from sepadan.ground.provisions import article_text
from sepadan.ground.statute_files import read_folder
from sepadan.ground.statute_shelf import Shelf
from sepadan.ground.statutes import Book, StatuteError, load_book


@pytest.fixture
def book(tmp_path):
    shelf = Shelf()
    read_folder(write_statutes(tmp_path), shelf)
    assert shelf.problems == []
    return Book(shelf)


def test_the_last_value_not_after_the_day_is_in_force(book):
    assert book.law("99", "pbb", date(2001, 12, 31)).get("tiers") is None
    first = book.law("99", "pbb", date(2004, 12, 31)).require("tiers")
    assert first.value == [{"to": 100, "rate": Decimal("0.001")}, {"to": None, "rate": Decimal("0.002")}]
    assert (first.since, first.until) == (date(2002, 1, 1), date(2005, 1, 1))
    assert book.law("99", "pbb", date(2005, 6, 1)).get("tiers") is None
    assert book.law("99", "pbb", date(2030, 1, 1)).require("tiers").value == [{"to": None, "rate": Decimal("0.004")}]


def test_a_name_that_the_region_does_not_define_falls_back_to_the_nation(book):
    found = book.law("99", "pbb", date(2000, 1, 1)).require("rate_max")
    assert found.value == Decimal("0.003")
    assert found.region == "national"
    assert not found.start_known
    assert found.path == "national/tax/pbb.yaml"
    assert found.citation("id") == "UU 9/2000, Pasal 1"


def test_the_region_inherits_words_and_unit_of_the_nation(book):
    tiers = book.law("99", "pbb", date(2003, 1, 1)).require("tiers")
    assert tiers.description.text("en") == "Rates"
    assert (tiers.unit, tiers.governs) == ("tiers", "tax_year")


@pytest.mark.parametrize(("name", "on", "words"), [
    ("ratio", date(2003, 1, 1), "Not found."),
    ("tiers", date(2001, 1, 1), "The first known value holds from 1 Jan 2002"),
    ("tiers", date(2005, 6, 1), "is not known"),
    ("month_rule", date(2003, 1, 1), "from memory only"),
    ("nothing", date(2003, 1, 1), "The ratio was not found."),
])  # fmt: skip
def test_what_is_not_known_is_refused_with_place_day_and_reason(book, name, on, words):
    with pytest.raises(Refused) as error:
        book.law("99", "pbb", on).require(name)
    problem = error.value.problem
    assert problem.where == f"99 pbb.{name} {on}"
    assert words in problem.what.text("en")
    assert "regions/99/tax/pbb.yaml" in problem.remedy.text("id")


def test_a_value_from_memory_is_shown_but_not_known(book):
    law = book.law("99", "pbb", date(2003, 1, 1))
    assert law.get("month_rule").value == "full"
    assert law.get("month_rule").discs == 1
    assert law.known("month_rule") is None


def test_gaps_are_listed_unless_the_levy_works_without_them(book):
    def names(on):
        return [gap.name for gap in book.law("99", "pbb", on).missing]

    assert names(date(2003, 1, 1)) == ["ratio"]
    assert names(date(2004, 1, 1)) == []


def test_unknown_region_and_levy_are_refused_with_what_there_is(book):
    with pytest.raises(Refused, match="Regions at hand: 99"):
        book.law("98", "pbb", date(2003, 1, 1))
    with pytest.raises(Refused, match="Did you mean “pbb”"):
        book.law("99", "pbbb", date(2003, 1, 1))
    with pytest.raises(Refused, match="no class table"):
        book.class_table("old")


def test_the_fingerprint_tells_laws_apart_and_repeats(book):
    one, two = date(2003, 1, 1), date(2006, 1, 1)
    assert book.fingerprint("99", "pbb", one) == book.law("99", "pbb", one).fingerprint()
    assert book.fingerprint("99", "pbb", one) != book.fingerprint("99", "pbb", two)
    draft = book.with_draft("99", "pbb", {"stimulus": Decimal("0.1")}, "try", one)
    assert draft.fingerprint() != book.fingerprint("99", "pbb", one)


def test_compare_puts_two_days_side_by_side(book):
    rows = {row.name: row for row in book.compare("99", date(2003, 1, 1), "99", date(2007, 1, 1)) if row.levy == "pbb"}
    assert rows["tiers"].changed
    assert rows["ratio"].left_gap.reason.text("id") == "Tidak ditemukan."
    assert rows["ratio"].right_gap is None
    assert not rows["rate_max"].changed


# drafts


def test_a_draft_lies_over_the_law_and_fills_a_gap(book):
    law = book.with_draft("99", "pbb", {"ratio": Decimal("0.4")}, "rancangan", date(2003, 1, 1))
    found = law.require("ratio")
    assert (found.value, found.confidence, law.draft) == (Decimal("0.4"), "draft", "rancangan")
    assert law.missing == ()
    assert law.require("tiers").confidence == "secondary"


@pytest.mark.parametrize(("values", "words"), [
    ({"tiers": [{"to": None, "rate": Decimal("0.0051")}]}, "0.51 % is above the limit of 0.5 % (UU 9/2000, Art. 2(1))"),
    ({"tiers": [{"to": None, "rate": None}]}, "row 1 lacks “rate”"),
    ({"tiers": [{"to": 5, "rate": Decimal("0.001")}]}, "to: null"),
    ({"tiers": "0.002"}, "not a list"),
    ({"ratio": "0,4"}, "decimal comma"),
    ({"ratio": 0.4}, "not a number"),
    ({"rate_max": Decimal("0.01")}, "no parameter of pbb"),
    ({"tierz": []}, "Did you mean “tiers”"),
])  # fmt: skip
def test_a_draft_beyond_law_or_form_is_refused(book, values, words):
    with pytest.raises(Refused) as error:
        book.with_draft("99", "pbb", values, "try", date(2000, 6, 1))
    assert words in str(error.value).replace("\N{NO-BREAK SPACE}", " ")
    assert error.value.problem.where.startswith("try pbb.")
    assert error.value.problem.text("id") != error.value.problem.text("en")


def test_a_draft_ratio_may_go_by_bands(book):
    bands = [{"to": 100, "ratio": Decimal("0.2")}, {"to": None, "ratio": 1}]
    found = book.with_draft("99", "pbb", {"ratio": bands}, "try", date(2003, 1, 1)).require("ratio")
    assert (found.value, found.unit) == (bands, "ratios")


# loading


def test_outside_folders_join_and_replace_by_file(tmp_path, monkeypatch):
    write_statutes(tmp_path, {"national/instruments.yaml": None, "national/tax/pbb.yaml": None})
    monkeypatch.setenv(module.ENVIRONMENT, str(tmp_path))
    book = load_book()
    assert "99" in book.regions()
    assert "35.73" in book.regions()
    assert book.law("99", "pbb", date(2026, 1, 1)).require("rate_max").value == Decimal("0.005")
    monkeypatch.delenv(module.ENVIRONMENT)
    assert "99" not in load_book().regions()
    assert "99" in load_book(tmp_path).regions()
    assert load_book(tmp_path) is load_book(tmp_path)


def test_bad_files_raise_with_place_remedy_and_count(tmp_path):
    bad = REGION_PBB.replace("rate: 0.001", "rate: 0,001").replace("perda-1", "perda-9").replace("derived", "deriived")
    write_statutes(tmp_path, {"regions/99/tax/pbb.yaml": bad})
    with pytest.raises(StatuteError) as error:
        load_book(tmp_path)
    assert error.value.problem.where.endswith("regions/99/tax/pbb.yaml:7 tiers")
    assert "decimal comma" in str(error.value)
    assert "2 more findings" in str(error.value)
    assert len(error.value.problems) == 3


def test_articles_are_written_in_the_language_of_the_reader():
    assert article_text("Art. 40(5) and 42; PMK 8 Art. 5", "id") == "Pasal 40 ayat (5) dan 42; PMK 8 Pasal 5"
    assert article_text("Annex II.A.1", "id") == "Lampiran II.A.1"
    assert article_text("Art. 40(5)", "en") == "Art. 40(5)"


# property: the law on a day is the last value that begins not after it


@given(st.data())
def test_law_on_a_day_equals_the_last_value_not_after_it(data):
    real = load_book()
    region = data.draw(st.sampled_from(("national", *real.regions())))
    levies = real.levies(region)
    if not levies:
        return
    levy = data.draw(st.sampled_from(levies))
    parameter = data.draw(st.sampled_from(real.parameters(region, levy)))
    starts = [one.since for one in parameter.values if one.since]
    around = [day + timedelta(shift) for day in starts for shift in (-1, 0, 1)]
    on = data.draw(st.sampled_from(around) if around else st.dates(date(2000, 1, 1), date(2030, 1, 1)))
    expected = None
    for one in parameter.values:
        if one.since is None or one.since <= on:
            expected = one.value
    found = real.law(region, levy, on).get(parameter.name)
    assert (found.value if found else None) == expected
    if found is not None:
        assert found.since is None or found.since <= on
        assert found.until is None or on < found.until
