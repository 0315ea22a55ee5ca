"""Charts: geometry from exact values, one specification for web, paper and table, no style attribute anywhere."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from decimal import Decimal
from fractions import Fraction

import pytest

from sepadan.ground.charts import (
    SLIM,
    Bar,
    BarChart,
    Bin,
    Break,
    Chart,
    CliffChart,
    Curve,
    HeatChart,
    HistChart,
    LineChart,
    Piece,
    Point,
    RangeChart,
    Series,
    Span,
    Strip,
    StripChart,
    notes,
    svg,
    twin,
)
from sepadan.ground.charts.heat import shade_of
from sepadan.ground.charts.metrics import cut, width, wrap
from sepadan.ground.charts.scale import axis_words, marks
from sepadan.ground.charts.strips import share_text

BARS = BarChart("Temuan", "Satu kalimat.", (
    Bar("Sekarang", 200, "guest"),
    Bar("Nanti <b>", 100, "host", low=80, high=120, target=150),
    Bar("2026", None, reason="belum"),
))
STRIPS = StripChart("t", "s", (Strip("1", (Decimal("0.5"), Decimal("0.5"), 0, 0, 0), Decimal("-0.053")),
                               Strip("2", (0, 0, 0, 0, 1), None)), "Persepuluhan")
LINES = LineChart("t", "s", (
    Series("Realisasi", (Point(2021, 4), Point(2022, None, "hilang"), Point(2023, 6), Point(2024, 8)), "daun",
           breaks=(Break(2024, "definisi baru"),)),
    Series("Target", (Point(2021, 5), Point(2024, 9)), kind="target"),
))
RANGES = RangeChart("t", "s", (Span("a", 5, 7), Span("b", 1, 2, Decimal("1.7"))), unit="tahun")
CLIFFS = CliffChart("t", "s", (Curve("x", (Piece(0, 0, 10, 10), Piece(10, 20, 20, 40))),), "NJOP", "PBB",
                    cliffs=((10, "lompat"),))
HIST = HistChart("t", "s", (Bin(0, 50, 3), Bin(50, 200, 9)), "NJOP", "objek", marks=((100, "batas"),))
HEAT = HeatChart("Temuan", "Satu kalimat.", ("Senin", "Selasa"), tuple(f"{hour:02d}" for hour in range(8, 20)),
                 (tuple(Fraction(hour, 3) for hour in range(12)), (*range(11), None)), "Hari", "number1")
ALL: list[Chart] = [BARS, STRIPS, LINES, RANGES, CLIFFS, HIST, HEAT]


def parts(picture: str, tag: str) -> list[ET.Element]:
    found = [one for one in ET.fromstring(picture).iter() if one.tag == tag]
    assert found, f"the picture has no {tag}"
    return found


@pytest.mark.parametrize("chart", ALL, ids=lambda chart: type(chart).__name__)
@pytest.mark.parametrize("medium", ["web", "paper"])
def test_every_chart_is_well_formed_and_free_of_inline_style(chart: Chart, medium: str) -> None:
    for pixels in (720, SLIM):
        text = svg(chart, "id", medium=medium, width=pixels)  # type: ignore[arg-type]
        ET.fromstring(text)
        assert "style" not in text
        assert ("class=" in text) == (medium == "web")
        assert ("fill=" in text) == (medium == "paper")
        assert "nan" not in text
        assert "inf" not in text.replace("info", "")


@pytest.mark.parametrize("chart", ALL, ids=lambda chart: type(chart).__name__)
def test_both_media_share_one_geometry(chart: Chart) -> None:
    places = [re.findall(r'(?: d| x| y| width| cx| cy)="([^"]+)"', svg(chart, "id", medium=medium).split("</desc>")[1])
              for medium in ("web", "paper")]
    assert places[0] == places[1]


@pytest.mark.parametrize("chart", ALL, ids=lambda chart: type(chart).__name__)
def test_nothing_is_drawn_outside_the_picture(chart: Chart) -> None:
    for pixels in (720, SLIM):
        picture = svg(chart, "en", width=pixels)
        for rect in parts(picture, "rect") if "<rect" in picture else []:
            assert float(rect.get("x", "0")) >= -0.1
            assert float(rect.get("x", "0")) + float(rect.get("width", "0")) <= pixels + 0.2
        for text in parts(picture, "text"):
            at, long = float(text.get("x", "0")), width(text.text or "", 13, bold="b" in text.get("class", ""))
            left = {"end": at - long, "middle": at - long / 2}.get(text.get("text-anchor", ""), at)
            assert left >= -6, text.text
            assert left + long <= pixels + 14, text.text


def test_bars_start_at_zero_and_their_lengths_are_in_proportion() -> None:
    bars = {rect.get("class"): float(rect.get("width", "")) for rect in parts(svg(BARS, "id"), "rect")}
    assert (bars["guest"], bars["host"]) == (720, 360)


def test_text_in_a_chart_is_escaped() -> None:
    assert "Nanti &lt;b&gt;" in svg(BARS, "id")


def test_a_missing_value_and_a_break_are_gaps_with_numbered_reasons() -> None:
    assert notes(LINES, "id") == ["2022: hilang", "2024: definisi baru"]
    lines = re.findall(r'class="l-daun" d="([^"]+)"', svg(LINES, "id"))
    assert lines == []  # 2021 | 2023 | 2024: each alone between a gap and a break
    assert svg(LINES, "id").count('class="daun"') == 3
    assert 'class="l-plain dash"' in svg(LINES, "id")


def test_the_twin_holds_the_exact_values() -> None:
    assert twin(BARS, "id").raw == (("Sekarang", 200, None, None, None), ("Nanti <b>", 100, 80, 120, 150),
                                    ("2026", None, None, None, None))
    assert twin(BARS, "id").rows[2][1] == "belum"
    assert twin(STRIPS, "id").rows[0][1:3] == ("50,0\xa0%", "50,0\xa0%")
    assert twin(LINES, "en").rows[1] == ("2022", "hilang", "")
    assert len(twin(CLIFFS, "id").rows) == 2
    assert twin(HIST, "id").raw[1] == (50, 200, 9)


def test_more_than_four_series_are_refused() -> None:
    with pytest.raises(ValueError, match="1 to 4 series, not 5"):
        LineChart("t", "s", (LINES.series[0],) * 5)


def test_a_value_without_reason_or_half_a_range_is_refused() -> None:
    with pytest.raises(ValueError, match="say why"):
        Bar("x", None)
    with pytest.raises(ValueError, match="both ends"):
        Bar("x", 1, low=1)
    with pytest.raises(ValueError, match="without overlap"):
        HistChart("t", "s", (Bin(0, 50, 1), Bin(40, 60, 1)), "x", "y")


def test_axis_marks_are_round_enclose_the_values_and_need_no_comma() -> None:
    assert marks(Fraction(0), Fraction(846)) == [0, 250, 500, 750, 1000]
    words = axis_words("rupiah_short", "", [Fraction(k * 250 * 10**9) for k in range(5)], "id")
    assert words.unit == "Rp miliar"
    assert [words.text(Fraction(value), "id") for value in (10**12, 0)] == ["1.000", "0"]
    assert axis_words("percent", "", [Fraction(0), Fraction(1, 2)], "id").text(Fraction(1, 2), "id") == "50"


def test_a_small_share_is_not_called_zero() -> None:
    assert share_text(Decimal("0.004"), "id") == "<\xa01\xa0%"
    assert share_text(0, "id") == "0\xa0%"


def test_text_is_measured_wrapped_and_cut() -> None:
    assert width("00", 10) == 12
    assert wrap("satu dua tiga", 13, width("satu dua", 13)) == ["satu dua", "tiga"]
    assert cut("abcdefgh", 13, width("abc…", 13)) == "abc…"


def test_shades_go_by_quarters_of_the_largest_and_the_twin_has_every_value() -> None:
    assert [shade_of(value, 100) for value in (0, 24, 25, 50, 75, 100)] == [1, 1, 2, 3, 4, 4]
    assert shade_of(0, 0) == 1
    table = twin(HEAT, "id")
    assert table.rows[0][:3] == ("Senin", "0,0", "0,3")
    assert table.raw[1][-2:] == (10, None)
    with pytest.raises(ValueError, match="each row and column"):
        HeatChart("", "", ("a",), ("b", "c"), ((1,),), "")
