"""Template tags: the markup that the design prescribes, escaped, in the language of the moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation
from django.utils.safestring import mark_safe

from sepadan.ground.cells import Cell, Contradiction, Rival, Source, missing
from sepadan.ground.charts import Bar, BarChart, LineChart, Point, Series, Strip, StripChart
from sepadan.ground.step_lines import LawRef, StepLine
from sepadan.ground.tables import Column, Listing, ListRows, Table


@pytest.fixture(autouse=True)
def _indonesian() -> Iterator[None]:
    with translation.override("id"):
        yield


def render(text: str, **context: Any) -> str:
    return Template("{% load sepadan %}" + text).render(Context(context))


def test_say_escapes_parameters_but_keeps_safe_markup() -> None:
    assert render('{% say "portal.error.404.where" path=path %}', path="<b>x</b>") == \
        "Alamat &lt;b&gt;x&lt;/b&gt; tidak menunjuk apa pun."
    assert render('{% say "portal.error.404.where" path=path %}', path=mark_safe("<code>/x</code>")) == \
        "Alamat <code>/x</code> tidak menunjuk apa pun."


def test_say_speaks_the_language_of_the_moment_and_names_an_unknown_key() -> None:
    with translation.override("en"):
        assert render('{% say "portal.sign_in" %}') == "Sign in"
    with pytest.raises(KeyError, match=r"portal\.nothing"):
        render('{% say "portal.nothing" %}')


@pytest.mark.parametrize(("call", "value", "indonesian", "english"), [
    ("x|rupiah", 43_120, "Rp43.120", "Rp43,120"),
    ("x|rupiah", -43_120, "−Rp43.120", "−Rp43,120"),
    ("x|rupiah_short", 2_390_000_000_000, "Rp2,39\xa0triliun", "Rp2.39\xa0trillion"),
    ("x|number", Decimal("1234.5"), "1.234,5", "1,234.5"),
    ("x|number:2", Fraction(1, 3), "0,33", "0.33"),
    ("x|percent:1", Decimal("0.984"), "98,4\xa0%", "98.4\xa0%"),
    ("x|day", date(2025, 5, 16), "16 Mei 2025", "16 May 2025"),
    ('x|day:"long"', date(2025, 5, 16), "16 Mei 2025", "16 May 2025"),
    ("x|clock", datetime(2025, 1, 16, 9, 12, tzinfo=timezone(timedelta(hours=7))), "09.12 WIB", "09:12 WIB"),
    ("x|clock", datetime(2025, 1, 16, 9, 12, tzinfo=UTC), "09.12 UTC", "09:12 UTC"),
    ("x|words", {"id": "dua", "en": "two"}, "dua", "two"),
    ("x|words", date(2025, 1, 2), "2 Jan 2025", "2 Jan 2025"),
    ("x|rupiah", None, "", ""),
])
def test_figures_stand_in_local_form(call: str, value: object, indonesian: str, english: str) -> None:
    assert render("{{ " + call + " }}", x=value) == indonesian
    with translation.override("en"):
        assert render("{{ " + call + " }}", x=value) == english


def test_a_cell_prints_the_signature_markup() -> None:
    cell = Cell("Pajak tertagih", 663_640_000_000, "", "realised", "s.d. 30 Sep 2025", "medium", "rupiah_short",
                source=Source("Bapenda", "https://example.go.id/a?b=1&c=2"), trap="Deret <terputus>")
    html = render("{% cell c %}", c=cell)
    assert '<div class="figure"><div class="figure-label">Pajak tertagih</div>' \
        '<details class="cell k-realised" name="asal">' in html
    assert '<summary><span class="v">Rp663,6</span><span class="u">miliar</span><i class="sure sure-2" role="img" ' \
        'aria-label="keyakinan sedang" title="keyakinan sedang"></i></summary>' in html
    assert '<dt>Sumber</dt><dd><a href="https://example.go.id/a?b=1&amp;c=2" rel="noopener">Bapenda</a></dd>' in html
    assert "<p>Deret &lt;terputus&gt;</p>" in html
    assert '<div class="figure-meta"><span class="kind">Realisasi</span> s.d. 30 Sep 2025</div></div>' in html
    assert render('{% cell c "inline" end=True %}', c=cell).startswith('<details class="cell k-realised end"')


@pytest.mark.parametrize(("kind", "css"), [
    ("realised", "realised"), ("estimate", "realised"), ("target", "target"), ("target_quarterly", "target"),
    ("draft_target", "target"), ("budget", "target"), ("plan", "target"), ("claim", "claim"), ("derived", "derived"),
])
def test_the_rule_under_a_number_is_its_kind(kind: Any, css: str) -> None:
    assert f'class="v k-{css}"' in render("{% value c %}", c=Cell("x", 1, kind=kind))


def test_a_missing_cell_is_a_box_with_its_reason_and_no_disc() -> None:
    html = render("{% cell c %}", c=missing("SPPT", {"id": "tidak ditemukan", "en": "not found"}))
    assert 'class="cell k-missing"' in html
    assert "<p>tidak ditemukan</p>" in html
    assert "sure" not in html


def test_an_assumption_says_so() -> None:
    html = render("{% value c %}", c=Cell("x", 1, confidence="high", assumption="NJOPTKP"))
    assert '<span class="u">asumsi</span>' in html
    assert "sure-1" in html


def test_a_contradiction_shows_lengths_as_attributes() -> None:
    values = Contradiction((Rival(Cell("a", Decimal("111.077"), "km²", source=Source("BIG")), "used"),
                            Rival(Cell("a", Decimal("145.28"), "km²", source=Source("Wiki")), "refused")), "terbaru")
    html = render("{% contradiction x %}", x=values)
    assert '<ul class="plain clash n-2"><li class="used">' in html
    assert '<rect width="74.16%" height="100%"/>' in html
    assert '<rect width="97%" height="100%"/>' in html
    assert "Dipakai" in html
    assert "Ditolak" in html


def test_steps_number_bases_and_close_with_a_sum() -> None:
    html = render("{% steps s %}", s=[
        StepLine("Tarif", "× 0,055 %", "sampai Rp1,5 miliar", (LawRef("Perda 4/2023", "medium", "https://x.go.id"),)),
        StepLine("Terutang", "Rp43.120", total=True)])
    assert '<span class="law"><i class="sure sure-2"' in html
    assert '<a href="https://x.go.id" rel="noopener">Perda 4/2023</a>' in html
    assert '<li class="sum"><span class="name">Terutang</span><span class="res">Rp43.120</span></li></ol>' in html


def test_gate_chip_and_tick_carry_sign_and_word() -> None:
    assert render('{% gate "no" %}') == \
        '<span class="gate no"><i aria-hidden="true">≠</i>Jangan dibandingkan</span>'
    assert render('{% chip "care" x %}', x="<b>") == '<span class="chip care">&lt;b&gt;</span>'
    assert render('{% tick "ok" %}') == '<span class="tick" role="img" aria-label="Lolos">✓</span>'


def test_before_and_after_uses_points_in_attributes_whatever_the_language() -> None:
    chart = BarChart("t", "s", (Bar("Sekarang", 1000, "guest"), Bar("Nanti", 484, "host", 458, 512, note="−51,6 %"),
                                Bar("2026", None, reason="belum terbit")))
    html = render("{% before_after c %}", c=chart)
    assert '<rect class="host" x="0%" width="48.4%" height="100%"/>' in html
    assert '<line x1="45.8%" x2="51.2%" y1="7" y2="7"/>' in html
    assert "<b>484, −51,6 %</b>" in html
    assert '<span class="v k-missing">belum terbit</span>' in html


def test_winners_and_losers_read_out_as_a_sentence() -> None:
    chart = StripChart("t", "s", (Strip("7", (Decimal("0.87"), Decimal("0.13"), 0, 0, 0), Decimal("-0.224")),),
                       "Persepuluhan")
    html = render("{% winners_losers c %}", c=chart)
    assert 'aria-label="Persepuluhan 7: turun &gt; 20 % 87,0\xa0%, turun 2–20 % 13,0\xa0%"' in html
    assert '<svg class="d2" x="0%" width="87%" height="20">' in html
    assert '<svg class="d1 tiny" x="87%" width="13%" height="20">' in html
    assert '<b class="r">−22,4\xa0%</b>' in html


def test_a_chart_has_finding_sentence_twin_and_download() -> None:
    chart = LineChart("Pajak naik", "Dua tahun.", (Series("Realisasi", (Point(2023, 1), Point(2024, 2)), "daun"),))
    html = render('{% chart c "naik" level=2 download="/x.csv" %}', c=chart)
    assert "<h2>Pajak naik</h2><p>Dua tahun.</p>" in html
    assert html.count("<svg") == 2
    assert 'id="naik-w-t"' in html
    assert 'id="naik-s-t"' in html
    assert '<th scope="row">2023</th><td class="n">1</td>' in html
    assert '<a href="/x.csv">Unduh tabel ini (CSV)</a>' in html


class NjopForm(forms.Form):
    njop = forms.IntegerField(label="NJOP", help_text="Dalam rupiah")
    note = forms.CharField(label="Catatan", required=False)
    agree = forms.BooleanField(label="Setuju")
    use = forms.ChoiceField(label="Guna", choices=[("a", "Rumah"), ("b", "Lahan")], widget=forms.RadioSelect)


def test_a_field_ties_label_hint_error_and_box_together() -> None:
    form = NjopForm({"njop": "tiga", "agree": "on", "use": "a"})
    html = render("{% field f.njop %}", f=form)
    assert '<label for="id_njop">NJOP</label>' in html
    assert 'id="id_njop_helptext">Dalam rupiah' in html
    assert 'aria-invalid="true"' in html
    described = html.split('aria-describedby="')[1].split('"')[0].split()
    assert described == ["id_njop_helptext", "id_njop_error"]
    assert all(f'id="{name}"' in html for name in described)
    assert "(boleh kosong)" in render("{% field f.note %}", f=form)
    assert '<label class="check"><input type="checkbox"' in render("{% field f.agree %}", f=form)
    radio = render("{% field f.use %}", f=form)
    assert "<fieldset" in radio
    assert "<legend>Guna</legend>" in radio
    assert radio.count('type="radio"') == 2


def test_the_error_summary_links_to_its_fields_and_is_empty_when_all_is_well() -> None:
    html = render("{% errors f %}", f=NjopForm({"njop": "tiga"}))
    assert "Belum dapat disimpan: 3 hal." in html
    assert '<a href="#id_njop">NJOP</a>: ' in html
    assert "data-focus" in html
    assert render("{% errors f %}", f=NjopForm({"njop": "3", "agree": "on", "use": "a"})) == ""


def test_crumbs_end_with_this_page() -> None:
    html = render('{% crumbs "portal.nav.studies" "/id/studi/" title %}', title="2025")
    assert '<a href="/id/studi/">Studi</a><span aria-current="page">2025</span>' in html


def test_a_table_says_its_sorting_and_keeps_its_query() -> None:
    table = Table("uji", "Uji", (Column("name", "Nama"), Column("n", "Jumlah", "integer", summable=True)), order="-n",
                  per_page=1, search=("name",))
    rows = ListRows([{"name": "a", "n": 1}, {"name": "b", "n": 2}])
    html = render("{% table t %}", t=Listing(table, rows, {"q": ""}, "id"))
    assert '<th scope="col" class="n" aria-sort="descending"><a href="?sort=n">Jumlah</a></th>' in html
    assert "1–1 dari 2" in html
    assert '<th scope="row">Jumlah 2 baris</th><td class="n">3</td>' in html
    assert 'href="?format=csv" download' in html
    none = render("{% table t %}", t=Listing(table, rows, {"q": "zz"}, "id"))
    assert "Tidak ada baris yang cocok" in none
    assert ">Hapus saringan</a>" in none
    assert "Belum ada baris" in render("{% table t %}", t=Listing(table, ListRows([]), {}, "id"))


def test_a_page_that_stands_alone_holds_its_style_and_font() -> None:
    page = '{% extends "portal/standalone.html" %}{% block title %}Studi{% endblock %}'
    html = Template(page).render(Context())
    assert '<html lang="id">' in html
    assert "url(\"data:font/woff2;base64," in html
    assert "url(\"fonts/" not in html
    assert "Cara membaca angka." in html
    assert "<script" not in html
