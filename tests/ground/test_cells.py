"""A public number: its printed parts, its disc, and what it refuses to be."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from sepadan.ground.cells import Cell, Contradiction, Rival, Source, in_words, lowest, missing, of_law
from sepadan.ground.messages import message
from sepadan.ground.step_lines import step_line
from sepadan.ground.steps import Basis, Explained


@pytest.mark.parametrize(("cell", "indonesian", "english"), [
    (Cell("x", 889_359, "jiwa"), ("889.359", "jiwa"), ("889,359", "jiwa")),
    (Cell("x", Decimal("0.984"), form="percent1"), ("98,4", "%"), ("98.4", "%")),
    (Cell("x", 825_500_000_000, form="rupiah_short"), ("Rp825,5", "miliar"), ("Rp825.5", "billion")),
    (Cell("x", 43_120, form="rupiah"), ("Rp43.120", ""), ("Rp43,120", "")),
    (Cell("x", 6 * 10**9, form="rupiah_short", high=75 * 10**8), ("Rp6–7,5", "miliar"), ("Rp6–7.5", "billion")),
    (Cell("x", Decimal("2.6"), "tahun", form="number1", high=Decimal("3.6")), ("2,6–3,6", "tahun"),
     ("2.6–3.6", "tahun")),
    (Cell("x", date(2025, 1, 16), form="day"), ("16 Jan 2025", ""), ("16 Jan 2025", "")),
    (Cell("x", "5 kecamatan", form="text"), ("5 kecamatan", ""), ("5 kecamatan", "")),
])
def test_a_cell_prints_figure_and_unit_apart(cell: Cell, indonesian: tuple[str, str], english: tuple[str, str]) -> None:
    assert cell.parts("id") == indonesian
    assert cell.parts("en") == english


def test_a_missing_value_is_words_and_never_a_number() -> None:
    cell = missing("SPPT", {"id": "tidak ditemukan", "en": "not found"})
    assert (cell.text("id"), cell.rule, cell.disc) == ("belum ada", "box", None)
    with pytest.raises(ValueError, match="say in `instead`"):
        Cell("x")
    with pytest.raises(ValueError, match="missing and yet has the value 0"):
        Cell("x", 0, kind="missing")


def test_an_unknown_kind_or_confidence_is_named() -> None:
    with pytest.raises(ValueError, match="not 'fact'"):
        Cell("x", 1, kind="fact")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="not 'certain'"):
        Cell("x", 1, confidence="certain")  # type: ignore[arg-type]


def test_what_rests_on_an_assumption_is_never_surer_than_low() -> None:
    assert Cell("x", 1, confidence="high").disc == 4
    assert Cell("x", 1, confidence="high", assumption="NJOPTKP Rp10 juta").disc == 1
    assert Cell("x", 1, confidence="suspect", assumption="NJOPTKP Rp10 juta").disc == 0


@pytest.mark.parametrize(("mark", "article", "expected"), [
    ("verbatim", None, "high"), ("secondary", "Art. 9", "medium-high"), ("secondary", None, "medium"),
    ("from-memory", "Art. 9", "low"), ("assumption", None, "low"),
])
def test_legal_marks_map_to_the_same_scale(mark: str, article: str | None, expected: str) -> None:
    assert of_law(mark, article) == expected


def test_a_derived_value_is_as_sure_as_its_least_sure_part() -> None:
    assert lowest(["high", "low", "medium"]) == "low"
    assert of_law("derived", parts=["high", "medium"]) == "medium"
    with pytest.raises(ValueError, match="at least one part"):
        lowest([])
    with pytest.raises(ValueError, match="not-found"):
        of_law("not-found")


def test_the_origin_lists_what_is_known_in_both_languages() -> None:
    cell = Cell("x", 1, period="2024", confidence="medium", source=Source("LKPJ", published=date(2025, 3, 1)))
    assert cell.origin("id") == [("Jenis", "Realisasi"), ("Periode", "2024"), ("Sumber", "LKPJ, 1 Mar 2025"),
                                 ("Keyakinan", "sedang")]
    assert [head for head, _ in cell.origin("en")] == ["Kind", "Period", "Source", "Confidence"]


def test_words_without_the_language_are_an_error() -> None:
    with pytest.raises(KeyError, match="no en text"):
        in_words({"id": "saja"}, "en")


def test_contradicting_values_share_one_scale_from_zero() -> None:
    values = Contradiction((Rival(Cell("a", 100), "used"), Rival(Cell("b", Decimal("25.0")), "refused")), "x")
    assert values.shares() == [Fraction(1), Fraction(1, 4)]
    with pytest.raises(ValueError, match="at most one"):
        Contradiction((Rival(Cell("a", 1), "used"), Rival(Cell("b", 2), "used")), "x")
    with pytest.raises(ValueError, match="2 to 4"):
        Contradiction((Rival(Cell("a", 1)),), "x")


def test_a_step_of_an_engine_becomes_a_printed_line() -> None:
    name = message("ground.cells.none")
    law = Basis("law", "tiers", "Perda Kota Malang 4/2023", "Art. 9", "secondary")
    assumed = Basis("assumption", "njoptkp", why=message("ground.cells.none"))
    line = step_line(Explained(name, Fraction(11, 20000), "percent", bases=(law, assumed), is_sum=True))
    assert (in_words(line.result, "id"), line.total) == ("0,055\xa0%", True)
    assert [(in_words(ref.text, "id"), ref.disc) for ref in line.laws] == [
        ("Perda Kota Malang 4/2023, Pasal 9", 3), ("Asumsi: belum ada", 1)]
