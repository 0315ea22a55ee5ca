"""The four formats of a study say the same, in both languages, and always the same bytes."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape
from typing import Any

import pytest
from pypdf import PdfReader

from sepadan.ground.cells import in_words
from sepadan.ground.charts.metrics import width
from sepadan.ground.figures import LANGUAGES
from sepadan.ground.statutes import load_book
from sepadan.study.documents.blocks import Prose, Table, shown
from sepadan.study.documents.paper_table import ROOM, PaperColumn, layout
from sepadan.study.documents.study_csv import study_csv
from sepadan.study.documents.study_document import study_document
from sepadan.study.documents.study_html import study_html
from sepadan.study.documents.study_json import FORMAT, study_json, written
from sepadan.study.documents.study_pdf import study_pdf
from sepadan.study.facts import load_indicators

pytestmark = pytest.mark.django_db  # templates ask nothing of it; the study under test was made from it
# What the published vectors of the two regions look like in print, by language.
PRINTED = {
    "id": ("Rp269.500", "0,275", "0,560", "0,725", "0,835", "27,5 %", "83,5 %", "Rp825.000", "Rp1.680.000", "+103,6 %",
           "279.457,87", "76.714,26", "202.743,61", "0,3229", "32,29", "844,5", "845,5"),
    "en": ("Rp269,500", "0.275", "0.560", "0.725", "0.835", "27.5 %", "83.5 %", "Rp825,000", "Rp1,680,000", "+103.6 %",
           "279,457.87", "76,714.26", "202,743.61", "0.3229", "32.29", "844.5", "845.5"),
}  # fmt: skip


def flat(text: str) -> str:
    """Text as a reader sees it: no markup, plain spaces."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)).replace("\xa0", " "))


@pytest.fixture(scope="module")
def document(study: Any) -> Any:
    return study_document(study, load_book(), load_indicators())


@pytest.fixture(scope="module")
def pages(document: Any) -> dict[str, bytes]:
    return {lang: study_html(document, lang) for lang in LANGUAGES}


@pytest.fixture(scope="module")
def papers(document: Any) -> dict[str, bytes]:
    return {lang: study_pdf(document, lang) for lang in LANGUAGES}


@pytest.fixture(scope="module")
def content(document: Any) -> dict[str, Any]:
    return json.loads(study_json(document))


def paper_text(paper: bytes) -> str:
    return flat(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_published_vectors_stand_in_page_and_paper_to_the_digit(pages, papers, lang):
    page, paper = flat(pages[lang].decode()), paper_text(papers[lang])
    for figure in PRINTED[lang]:
        assert figure in page, f"{figure} is not on the page"
        assert figure in paper, f"{figure} is not in the PDF"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_value_of_every_table_is_printed_on_the_page(document, pages, lang):
    page = flat(pages[lang].decode())
    for block in document.blocks():
        if isinstance(block, Prose):
            assert flat(in_words(block.text, lang)) in page
        if not isinstance(block, Table) or block.id == "gate.indicators":
            continue
        for row in block.rows:
            for value, column in zip(row, block.columns, strict=True):
                if not column.hidden:
                    text = flat(shown(value, column, lang)).strip(". ")
                    assert all(part.strip(". ") in page for part in text.split(". ")), (block.id, column.key, text)


def test_both_directions_and_every_topic_are_there(content):
    ids = [section["id"] for section in content["sections"]]
    assert ids == ["summary", "tax", "books", "waste", "centre", "tax_back", "waste_back", "centre_back", "gate",
                   "clash", "claims", "since", "lessons", "basis"]  # fmt: skip
    there, back = (content["blocks"][f"{name}.totals"]["of"] for name in ("tax", "tax_back"))
    assert (there["roll"], there["law"]) == (back["law"], back["roll"]) == ("32.16", "35.73")


def test_the_json_holds_exact_values_by_key(study, content):
    totals = {row["run"]: row for row in content["blocks"]["tax.totals"]["rows"]}
    assert totals["own"]["payable"] == study.tax.as_is.before.payable
    assert totals["as_is"]["payable"] == study.tax.as_is.after.payable
    assert totals["neutral_ratio"]["within_bounds"] is False
    assert content["format"] == FORMAT
    assert content["fingerprint"] == study.fingerprints.whole
    ratios = [row["ratio"] for row in content["blocks"]["since.tiers.35.73"]["rows"]]
    assert ratios == [0.275, 0.56, 0.725, 0.835]
    households = {row["njop"]: row for row in content["blocks"]["tax.households"]["rows"]}
    assert households[500_000_000]["as_is"] == 269_500
    balance = {row["region"]: row for row in content["blocks"]["waste.balance"]["rows"]}
    assert balance["35.73"]["managed"] == 279_457.87
    assert balance["35.73"]["recycling_pct"] == 32.29


def test_words_in_json_have_both_languages(content):
    def check(value: Any) -> None:
        if isinstance(value, dict):
            if set(value) == {"id", "en"}:
                assert value["id"], value
                assert value["en"], value
            for one in value.values():
                check(one)
        elif isinstance(value, list):
            for one in value:
                check(one)

    check(content)


def test_json_is_written_the_same_way_whatever_the_order():
    from decimal import Decimal

    assert written({"b": 1, "a": [Decimal("0.50"), None, True]}) == '{\n "a": [0.50, null, true],\n "b": 1\n}'
    assert json.loads(written({"x": {}, "y": [], "z": [[1], [2]]})) == {"x": {}, "y": [], "z": [[1], [2]]}


def rows_of(files: dict[str, bytes], name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[name].decode("utf-8-sig"))))


def test_csv_files_carry_both_directions_and_say_that_rolls_are_examples(study, document):
    files = study_csv(document)
    for name in ("totals.csv", "deciles.csv", "kelurahan.csv", "cliffs.csv", "households.csv"):
        rows = rows_of(files, name)
        assert {row["roll"] for row in rows} == {"32.16", "35.73"}
        assert {row["roll_kind"] for row in rows} == {"synthetic"}
        assert all("synthetic" in row["note"] for row in rows)
        assert b"\r\n" in files[name]
    own = [row for row in rows_of(files, "totals.csv") if row["run"] == "own"]
    assert [int(row["payable"]) for row in own] == [study.tax.as_is.before.payable, study.tax_back.as_is.before.payable]
    deciles = [row for row in rows_of(files, "deciles.csv") if row["roll"] == "32.16" and row["run"] == "as_is"]
    assert sum(int(row["after"]) for row in deciles) == study.tax.as_is.after.payable


def test_every_published_indicator_in_csv_names_its_source(document):
    rows = rows_of(study_csv(document), "indicators.csv")
    known = [row for row in rows if row["value"]]
    assert len(known) > 80
    assert all(row["source"] and row["confidence"] and row["period"] for row in known)
    assert {row["gate"] for row in rows} == {"yes", "note", "no"}


def test_the_page_stands_alone(pages):
    for page in pages.values():
        text = page.decode()
        assert "<script" not in text
        assert not re.findall(r'(?:src|<link[^>]*href)="(?!data:)', text)
        assert not re.findall(r"""url\((?!["']?data:|#)""", text)
        assert "@font-face" in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_example_says_so_in_every_format(document, pages, papers, content, lang):
    word = {"id": "Contoh", "en": "Synthetic"}[lang]
    assert document.sample is not None
    assert in_words(document.sample, lang) in flat(pages[lang].decode())
    reader = PdfReader(io.BytesIO(papers[lang]))
    assert all(word in page.extract_text() for page in reader.pages)
    assert content["synthetic"] is True


def test_the_same_study_gives_the_same_bytes(study, document, pages, papers):
    again = study_document(study, load_book(), load_indicators())
    assert study_json(again) == study_json(document)
    assert study_csv(again) == study_csv(document)
    assert study_html(again, "id") == pages["id"]
    assert study_pdf(again, "id") == papers["id"]


def test_the_paper_is_tagged_titled_and_dated_by_the_day_of_the_study(papers):
    reader = PdfReader(io.BytesIO(papers["en"]))
    assert reader.metadata.title == "Kabupaten Bekasi learns from Kota Malang"
    assert "/MarkInfo" in reader.trailer["/Root"]
    assert reader.metadata.get("/CreationDate", "D:20250116").startswith("D:20250116")


def test_fingerprints_are_printed_in_each_format(study, pages, papers, content, document):
    whole = study.fingerprints.whole
    assert whole in flat(pages["id"].decode())
    assert whole in paper_text(papers["id"]).replace(" ", "")
    assert {row["key"] for row in content["blocks"]["basis.fingerprints"]["rows"]} >= {
        "study", "law.32.16", "law.35.73", "roll.32.16", "roll.35.73", "engine", "figures"}
    assert whole.encode() in study_csv(document)["fingerprints.csv"]


def test_no_figure_of_a_table_breaks_on_paper_and_the_longest_text_gets_the_room():
    columns = [PaperColumn("Terutang", [["Rp902.872.395.401"]] * 3, breaks=False),
               PaperColumn("Sebab", [["kata " * 20, "kata " * 40]] * 3), PaperColumn("Kode", [["32.16.01.2001"]] * 3)]
    size, widths = layout(columns)
    assert sum(widths) <= ROOM + 0.01
    for column, room in zip(columns, widths, strict=True):
        if column.head != "Sebab":
            assert width(column.cells[0][0], size) <= room
    assert widths[1] > 200
    assert 7 <= size <= 8.5


def test_no_column_of_figures_is_narrower_than_a_word_of_its_head():
    heads = ["NJKP yang menjaga tagihan", "Tarif lama", "Tarif baru"]
    size, widths = layout([PaperColumn(head, [["27,5 %"]], breaks=False) for head in heads])
    for head, room in zip(heads, widths, strict=True):
        assert width(head, size, bold=True) <= room  # there is room for the whole head
