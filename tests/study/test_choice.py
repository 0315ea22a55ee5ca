"""Which value stands, by which rule, with the others beside it; and the book that answers."""

from datetime import date

import pytest

from sepadan.ground.problems import Refused
from sepadan.study.engine.derived import figure, years_of
from sepadan.study.engine.indicators import choose

MALANG, BEKASI = "35.73", "32.16"


@pytest.mark.parametrize(("indicator", "asked", "value", "reason"), [
    ("pop_dukcapil", {}, 889359, "only_one"),
    ("waste_gen_tpd", {"period": "2024"}, "778.34", "surer"),  # the ministry before the city portal
    ("ipm", {"period": "2021"}, "82.77", "vintage"),  # the rebased series before the old
    ("ipm", {}, "85.55", "newest"),
    ("tax_pbb", {"period": "2024", "kind": "realised"}, 68_300_000_000, "read_last"),  # November after October
    ("tax_pbb", {"period": "2025"}, 65_600_000_000, "kind"),  # realised before both targets
    ("tax_pbb", {"period": "2025", "kind": "target"}, 73_000_000_000, "only_one"),
    ("tax_pbb", {"period": "2025", "kind": "target_quarterly"}, 54_750_000_000, "only_one"),
    ("landfill_life_years", {}, 5, "only_one"),
])
def test_choice(book, indicator, asked, value, reason):
    chosen = choose(book, MALANG, indicator, **asked)
    assert str(chosen.cell.value) == str(value)
    assert chosen.why.key == f"study.choice.{reason}"
    assert not [fact for fact in chosen.facts if fact in chosen.others]


def test_two_statements_of_equal_weight_are_a_range(book):
    chosen = choose(book, MALANG, "hub_opex")
    assert (chosen.cell.value, chosen.cell.high) == (6_000_000_000, 7_500_000_000)
    assert chosen.cell.text("id").replace("\N{NO-BREAK SPACE}", " ") == "Rp6–7,5 miliar setahun"


def test_an_announced_range_stays_one(book):
    cell = choose(book, MALANG, "landfill_life_years").cell
    assert (cell.value, cell.high) == (5, 7)


@pytest.mark.parametrize("indicator", ["hub_events", "hub_beneficiaries"])
def test_a_falling_count_is_not_settled(book, indicator):
    chosen = choose(book, MALANG, indicator)
    assert (chosen.fact, chosen.cell.value) == (None, None)
    assert chosen.cell.text("id") == "tidak ditetapkan"
    assert chosen.unsettled is not None
    assert len(chosen.others) > 2


def test_what_only_fails_a_check_does_not_stand(book):
    chosen = choose(book, MALANG, "pendapatan")
    assert chosen.fact is None
    assert chosen.unsettled.key == "study.choice.only_suspect"


def test_a_missing_value_has_its_reason(book):
    cell = choose(book, BEKASI, "hub_opex").cell
    assert (cell.kind, cell.rule, cell.text("id")) == ("missing", "box", "belum ada")
    assert "belum terbit" in cell.trap.text("id")
    assert choose(book, "34.71", "tax_pbb").cell.kind == "missing"


def test_a_category_has_words_and_a_code(book):
    one = figure(book, BEKASI, "landfill_type")
    assert one.category == "open_dumping"
    assert one.cell.text("id") == "penimbunan terbuka (RDF direncanakan 2025)"


def test_a_derived_figure_names_its_parts(book):
    one = figure(book, MALANG, "density")
    assert [fact.indicator for fact in one.facts] == ["pop_dukcapil", "area_km2"]
    assert one.cell.method.text("id") == "889.359 ÷ 111,077"
    assert one.cell.text("id").startswith("8.007")
    assert (one.cell.kind, one.confidence) == ("derived", "high")


def test_population_of_a_year_beside_is_said(book):
    one = figure(book, MALANG, "tax_per_capita_rp")
    assert (one.period.year, one.kind, one.confidence) == (2023, "realised", "medium")
    assert "Pembilang 2023, penyebut 2024" in one.cell.trap.text("id")


def test_a_derived_figure_without_its_parts_says_which(book):
    one = figure(book, "34.71", "tax_per_capita_rp")
    assert not one.known
    assert one.cell.kind == "missing"
    one = figure(book, MALANG, "pbb_target_per_capita_rp", period="2017")
    assert not one.known
    assert "Penduduk terdaftar" in one.cell.trap.text("id")


def test_a_target_of_a_doubtful_year_is_not_taken(book):
    """The target of 2026 is from one undated page; 2025 stands."""
    assert years_of(book, BEKASI, "pbb_target_per_capita_rp")[0] == 2025


def test_the_book_on_the_day_of_the_visit(book):
    then = book.view(on=date(2025, 1, 16))
    assert not [fact for fact in then.all_facts if fact.period.start > date(2025, 1, 16)]
    assert figure(then, MALANG, "ipm").period.year == 2024  # that of 2025 was not yet reached
    assert figure(then, MALANG, "n_kecamatan").value == 5  # a state holds while its year runs
    assert figure(then, BEKASI, "tax_pbb", kind="target").period.year == 2025  # a target from the start of its year
    known = book.view(known_by=date(2025, 1, 16))
    assert figure(known, MALANG, "ipm").vintage == "old"  # the rebased series was published in November 2025
    assert not figure(known, MALANG, "pop_dukcapil").known  # the decree came later


@pytest.mark.parametrize(("region", "indicator"), [("99.99", "pad"), (MALANG, "padd")])
def test_asking_for_what_is_not_there(book, region, indicator):
    with pytest.raises(Refused) as refusal:
        figure(book, region, indicator)
    text = refusal.value.problem.text("en")
    assert region in text or indicator in text
    assert "pad" in text or "35.73" in text  # the remedy names what there is
