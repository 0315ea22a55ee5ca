"""A declared table: the address is the query, the download is exactly the filtered rows, files are safe to open."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from decimal import Decimal
from fractions import Fraction

import openpyxl
import pytest

from sepadan.ground.problems import Refused
from sepadan.ground.sheets import csv_bytes, guarded, plain, xlsx_bytes
from sepadan.ground.tables import Column, Listing, ListRows, Table

TABLE = Table("uji", "Uji", (
    Column("name", {"id": "Nama", "en": "Name"}, href="url"),
    Column("district", "Kecamatan", choice=True),
    Column("due", "Terutang", "rupiah", summable=True),
    Column("share", "Bagian", "percent", places=1),
    Column("since", "Sejak", "date", sortable=False),
), order="-due", per_page=2, search=("name",))
ROWS = ListRows([
    {"name": "Bareng", "district": "Klojen", "due": 10**15 + 1, "share": Decimal("0.125"), "since": date(2025, 1, 16),
     "url": "/x"},
    {"name": "arjosari", "district": "Blimbing", "due": 300, "share": None, "since": None},
    {"name": "Kasin", "district": "Klojen", "due": None, "share": Fraction(1, 3), "since": None},
    {"name": "Samaan", "district": "Klojen", "due": 200, "share": 0, "since": None},
])


def read(lang: str = "id", **params: str) -> Listing:
    return Listing(TABLE, ROWS, params, lang)  # type: ignore[arg-type]


def names(listing: Listing) -> list[str]:
    return [row[0].text for row in listing.body]


def test_the_first_page_is_sorted_as_declared_and_missing_comes_last() -> None:
    assert names(read()) == ["Bareng", "arjosari"]
    assert names(read(page="2")) == ["Samaan", "Kasin"]
    assert names(read(sort="due", page="2")) == ["Bareng", "Kasin"]


def test_text_sorts_without_regard_to_case() -> None:
    assert names(read(sort="name")) == ["arjosari", "Bareng"]


def test_search_and_choice_narrow_together_and_sums_follow() -> None:
    listing = read(district="Klojen", q="a")
    assert (listing.count, listing.first, listing.last) == (3, 1, 2)
    assert listing.foot is not None
    assert [cell.text for cell in listing.foot] == ["", "", "1.000.000.000.000.201", "", ""]
    assert read(q="kas").count == 1


def test_cells_are_written_in_the_language_and_missing_is_said() -> None:
    row = read("en").body[0]
    assert [cell.text for cell in row] == ["Bareng", "Klojen", "1,000,000,000,000,001", "12.5\xa0%", "16 Jan 2025"]
    assert (row[0].href, row[2].label) == ("/x", "Terutang, Rp")
    missing = read(sort="name").body[0][3]
    assert (missing.text, missing.known) == ("belum ada", False)


def test_heads_link_to_the_next_sorting_and_say_the_present_one() -> None:
    heads = read(district="Klojen").heads
    assert heads[2].sorted == "descending"
    assert heads[2].href == "?district=Klojen&sort=due"
    assert heads[0].href == "?district=Klojen&sort=name"
    assert heads[4].href == ""


def test_a_page_after_the_last_is_the_last() -> None:
    assert read(page="99").page == 2
    assert [number for number, _ in read().numbers] == [1, 2]


def test_long_tables_show_first_last_and_neighbours() -> None:
    many = Listing(TABLE, ListRows([{"name": str(k), "due": k} for k in range(40)]), {"page": "10"}, "id")
    assert [number for number, _ in many.numbers] == [1, None, 8, 9, 10, 11, 12, None, 20]


@pytest.mark.parametrize(("params", "words"), [
    ({"sort": "salary"}, "cannot be sorted by “salary”. Choose one of: name, district, due, share."),
    ({"sort": "since"}, "cannot be sorted by “since”"),
    ({"page": "two"}, "“two” is not a page number"),
    ({"page": "0"}, "“0” is not a page number"),
    ({"page": "²"}, "“²” is not a page number"),
    ({"page": "9" * 6000}, "is not a page number"),
    ({"format": "pdf"}, "not published as “pdf”. Choose csv or xlsx."),
])
def test_a_wrong_query_says_what_where_and_how_to_mend_it(params: dict[str, str], words: str) -> None:
    with pytest.raises(Refused) as refusal:
        Listing(TABLE, ROWS, params, "en")
    assert words in str(refusal.value)
    assert refusal.value.problem.where.startswith("?")


def test_the_csv_holds_all_filtered_rows_in_order_with_exact_values() -> None:
    name, content_type, data = read(district="Klojen", page="2", format="csv").file("csv")
    assert (name, content_type) == ("uji.csv", "text/csv; charset=utf-8")
    assert data.startswith(b"\xef\xbb\xbfname,district,due,share,since\r\n")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows[1:] == [["Bareng", "Klojen", "1000000000000001", "0.125", "2025-01-16"],
                        ["Samaan", "Klojen", "200", "0", ""], ["Kasin", "Klojen", "", "0.333333333333", ""]]


@pytest.mark.parametrize("text", ["=1+1", "+62", "-2", "@SUM(A1)", "\tx", "\rx"])
def test_text_that_would_act_as_a_formula_is_kept_as_text(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert csv_bytes(["a"], [[text]]).endswith(b"\r\n")
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_bytes("t", ["a"], ["text"], [[text]]))).active
    assert sheet is not None
    assert sheet["A2"].data_type == "s"


def test_negative_numbers_stay_numbers() -> None:
    assert plain(-5) == "-5"
    assert plain(Decimal("-0.50")) == "-0.50"
    assert plain(Decimal("1E+3")) == "1000"


def test_the_workbook_has_typed_numbers_and_no_lost_digits() -> None:
    _, _, data = read(format="xlsx").file("xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]] == ["Nama", "Kecamatan", "Terutang, Rp", "Bagian", "Sejak"]
    assert sheet["C2"].value == "1000000000000001"  # sixteen digits: a spreadsheet would round them
    assert (sheet["C3"].value, sheet["C3"].number_format) == (300, "#,##0")
    assert (sheet["D2"].value, sheet["D2"].number_format) == (0.125, "0.00%")
    assert str(sheet["E2"].value).startswith("2025-01-16")


def test_the_same_rows_give_the_same_bytes() -> None:
    assert read().file("xlsx")[2] == read().file("xlsx")[2]
    assert zipfile.ZipFile(io.BytesIO(read().file("xlsx")[2])).testzip() is None


def test_several_tables_on_one_page_keep_their_parameters_apart() -> None:
    from dataclasses import replace

    other = Listing(replace(TABLE, prefix="b-"), ROWS, {"sort": "name", "b-sort": "-name", "page": "2"}, "id")
    assert other.sort == "-name"
    assert other.page == 1
    assert other.address(page=2) == "?sort=name&b-sort=-name&page=2&b-page=2"
    assert other.hidden == [("sort", "name"), ("b-sort", "-name"), ("page", "2")]
