"""Cells and rows of SISMIOP tables: what is written comes out exactly, what cannot be read is told and stops no row."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sepadan.ground.messages import catalogue
from sepadan.ground.problems import Refused
from sepadan.tax.engine.sismiop import BILLS, BUILDINGS, LAND, NIR, NOP, OBJECTS, SUBJECTS, TABLES, head_of, table_of
from sepadan.tax.engine.sismiop_cells import (
    Fault,
    Subject,
    day,
    digits,
    letters,
    number,
    one_of,
    read_cell,
    subject,
    whole,
    words,
)
from sepadan.tax.engine.sismiop_rows import TableReader

MOST = 10**15
AMOUNT = whole(0, MOST)
NOP_HEAD = tuple(one.name for one in NOP)
NOP_CELLS = ("35", "73", "010", "001", "002", "0034", "0")


def cell(text, reader, needed=True):
    return read_cell(text, reader, needed=needed)


def dotted(value, group, decimal, places=""):
    return f"{value:,}".replace(",", group) + (decimal + places if places else "")


@given(some.integers(0, MOST), some.sampled_from(["{}", "Rp{}", "Rp {}", " {}   ", "Rp. {}", "{},-"]))
def test_an_amount_is_read_as_it_was_written_in_every_way(value, frame):
    for text in (str(value), dotted(value, ".", ","), dotted(value, ",", "."), dotted(value, ".", ",", "00"),
                 dotted(value, ",", ".", "00")):
        assert cell(frame.format(text), AMOUNT) == value, text


@given(some.integers(0, 10**9), some.integers(0, 99))
def test_thousands_of_rupiah_become_rupiah_and_decimals_are_kept(thousands, hundredths):
    read = whole(0, 10**15, unit=1000)
    assert cell(f"{thousands},{hundredths:02d}", read) == thousands * 1000 + hundredths * 10
    assert cell(dotted(thousands, ".", ",", f"{hundredths:02d}"), read) == thousands * 1000 + hundredths * 10


@pytest.mark.parametrize(("text", "value"), [
    ("1.234", 1234), ("1,234", 1234), ("1.5", Fraction(3, 2)), ("1,50", Fraction(3, 2)), ("0.500", Fraction(1, 2)),
    ("1274.000", 1274), ("-1.000", -1000), ("1.234.56", None), ("12.34.567", None), ("1e5", None), ("١٢", None),
    ("", None), ("--1", None), ("1 234 567", 1_234_567), ("12,", 12),
])  # fmt: skip
def test_separators_are_read_by_one_rule(text, value):
    assert number(text) == value


def test_what_is_no_amount_is_told_by_its_kind():
    kinds = {text: cell(text, AMOUNT).key for text in ("seribu", "1,5", "-1", "1E+12", "=A1*2", "a\0b", "")}
    assert kinds == {"seribu": "tax.sismiop.number", "1,5": "tax.sismiop.not_whole", "-1": "tax.sismiop.range",
                     "1E+12": "tax.sismiop.rounded", "=A1*2": "tax.sismiop.formula", "a\0b": "tax.sismiop.control",
                     "": "tax.sismiop.empty"}
    assert cell("(null)", AMOUNT, needed=False) is None


@given(some.dates(date(1950, 1, 1), date(2049, 12, 31)))
def test_a_day_is_read_in_every_way_it_is_exported(on):
    month = ["JAN", "FEB", "MAR", "APR", "MEI", "JUN", "JUL", "AGU", "SEP", "OKT", "NOV", "DES"][on.month - 1]
    for text in (on.isoformat(), f"{on:%d/%m/%Y}", f"{on:%d-%b-%y}".upper(), f"{on:%d}-{month}-{on:%Y}",
                 f"{on.isoformat()} 00:00:00", f"{on:%d/%m/%Y} 07:30", f"{on:%d-%b-%Y}".lower()):
        assert cell(text, day) == on, text


@pytest.mark.parametrize("text", ["31/02/2024", "2024-13-01", "17-XXX-45", "12/31/2024", "kemarin", "1/2/24"])
def test_what_is_no_day_is_told(text):
    assert cell(text, day).key == "tax.sismiop.day"


def test_zeros_that_a_spreadsheet_took_away_come_back():
    assert cell("10", digits(3)) == cell('="010"', digits(3)) == cell(" 010 ", digits(3)) == "010"
    assert cell("1010", digits(3)).key == cell("1O", digits(3)).key == "tax.sismiop.code"


def test_a_taxpayers_number_is_a_nik_or_the_offices_own_and_a_damaged_nik_is_neither():
    assert cell("3573010101800001              ", subject) == Subject(nik="3573010101800001")
    assert cell("35.7301.010180.0001", subject) == Subject(nik="3573010101800001")
    assert cell("NPWPD-P.1.0000001.01", subject) == cell("P.1.0000001.01", subject) == Subject(number="P.1.0000001.01")
    assert cell("357301000200340001", subject) == Subject(number="357301000200340001")
    for text in ("357301010180001", "35730101018000011", "3,57301E+15"):
        fault = cell(text, subject)
        assert isinstance(fault, Fault)
        assert text not in str(fault.params)


@pytest.mark.parametrize("text", ["3573010101800001", "35.7301.010180.0001", "NIK 3573 0101 0180 0001 AYU"])
def test_a_persons_number_in_a_wrong_column_is_not_repeated(text):
    """A row that lost a separator has a NIK where a code should be."""
    for reader in (digits(3), letters(8), one_of("123"), day, whole(0, 9)):
        fault = cell(text, reader)
        assert "01018" not in str(fault.params).replace(".", "").replace(" ", "")
    assert cell("seribu", AMOUNT).params == {"text": "seribu"}


def test_a_text_too_long_is_not_cut():
    assert cell("  AYU   LESTARI ", words(11)) == "AYU LESTARI"
    assert cell("AYU LESTARI", words(10)).params == {"longest": 10, "found": 11}


def test_heads_in_any_case_name_their_table():
    for table in TABLES.values():
        head = [one.name for one in (*table.key, *table.columns)]
        for written in (head, [f" {name.lower()} " for name in head], [f'"{name}"' for name in head]):
            assert table_of("export.csv", head_of(written)) is table, table.name
    assert table_of("x", ("A", "B")) is None
    assert [len(name) for name in head_of(["K" * 1_000_000])] == [60]
    assert table_of("DAT_NIR_2025.CSV", ("A", "B")) is NIR  # the name says what was meant; the head lacks columns


def test_a_head_without_a_needed_column_is_refused_by_its_names():
    with pytest.raises(Refused) as refused:
        TableReader(NIR, ("KD_PROPINSI", "KD_DATI2", "KD_KECAMATAN", "KD_KELURAHAN", "KD_ZNT"), "nir.csv")
    assert "THN_NIR_ZNT, NIR" in str(refused.value)
    with pytest.raises(Refused, match="twice"):
        TableReader(LAND, (*NOP_HEAD, "NO_BUMI", "KD_ZNT", "LUAS_BUMI", "KD_ZNT"), "bumi.csv")


GOOD_LAND = (*NOP_CELLS, "1", "aa", "120")
LAND_HEAD = (*NOP_HEAD, "NO_BUMI", "KD_ZNT", "LUAS_BUMI")
BROKEN = some.sampled_from([(8, ""), (9, "12o"), (9, "-3"), (0, "x"), (5, "0000"), (8, "ABCDEFGHI"), (7, "")])


@given(some.lists(some.one_of(some.none(), BROKEN), max_size=30))
def test_every_row_is_either_taken_or_told_with_its_line_and_column(rows):
    """Good rows beside any number of bad ones come out as they would alone; no line is lost."""
    given_rows = []
    for line, fault in enumerate(rows, start=2):
        cells = list(GOOD_LAND)
        if fault is not None:
            cells[fault[0]] = fault[1]
        given_rows.append((line, cells))
    batch, faults = TableReader(LAND, LAND_HEAD, "bumi.csv").read(given_rows)
    bad = [line for line, fault in enumerate(rows, start=2) if fault is not None]
    assert batch.lines == [line for line, fault in enumerate(rows, start=2) if fault is None]
    assert [one.line for one in faults] == bad
    assert {one.column for one in faults} <= {LAND_HEAD[k] for k in range(10)}
    assert list(batch.rows("nop", "part", "znt", "land_m2")) == \
        [("357301000100200340", 1, "AA", 120)] * (len(rows) - len(bad))
    for one in faults:
        assert one.fault.key in catalogue()
        assert one.problem("bumi.csv").remedy is not None


def test_rows_of_another_width_are_told_and_empty_ones_are_padding():
    batch, faults = TableReader(LAND, LAND_HEAD, "bumi.csv").read(
        [(2, GOOD_LAND), (3, GOOD_LAND[:-1]), (4, ()), (5, ("",) * 10), (6, ("", "  ")), (7, GOOD_LAND)])
    assert batch.lines == [2, 7]
    assert [(one.line, one.fault.params) for one in faults] == [(3, {"found": 9, "wanted": 10})]


def test_columns_that_are_absent_or_strange_are_known():
    reader = TableReader(SUBJECTS, ("NM_WP", "TELP_WP", "HOBI", "SUBJEK_PAJAK_ID"), "wp.csv")
    batch, faults = reader.read([(2, ("AYU", "0341", "x", "P1"))])
    assert (reader.unknown, faults) == (("HOBI",), [])
    assert list(batch.rows("name", "street", "subject")) == [("AYU", None, Subject(number="P1"))]


def test_a_building_is_not_renovated_before_it_is_built():
    head = (*NOP_HEAD, "NO_BNG", "KD_JPB", "LUAS_BNG", "THN_DIBANGUN_BNG", "THN_RENOVASI_BNG")
    rows = [(2, (*NOP_CELLS, "1", "1", "60", "1990", "0")), (3, (*NOP_CELLS, "2", "1", "60", "1990", "1985"))]
    batch, faults = TableReader(BUILDINGS, head, "bng.csv").read(rows)
    assert batch.lines == [2]
    assert [(one.line, one.column) for one in faults] == [(3, "THN_RENOVASI_BNG")]


def test_the_njop_of_a_bill_is_the_sum_of_its_parts():
    head = (*NOP_HEAD, *(one.name for one in BILLS.columns))
    values = {"name": "AYU", "due_on": "30-SEP-25", "land_m2": "100", "building_m2": "0", "njop_land": "100.000",
              "njop_building": "0", "njoptkp": "0", "pbb": "55", "payable": "55", "paid": "0", "year": "2025"}
    cells = [(*NOP_CELLS, *({**values, "njop": njop}.get(one.field, "") for one in BILLS.columns))
             for njop in ("100000", "100001")]
    batch, faults = TableReader(BILLS, head, "sppt.csv").read(list(enumerate(cells, start=2)))
    assert batch.columns["njop_land"] == [100_000]
    assert [(one.line, one.column) for one in faults] == [(3, "NJOP_SPPT")]


def test_objects_name_their_owner():
    batch, faults = TableReader(OBJECTS, (*NOP_HEAD, "SUBJEK_PAJAK_ID"), "op.csv").read(
        [(2, (*NOP_CELLS, "3573010101800001")), (3, (*NOP_CELLS, ""))])
    assert batch.columns["subject"] == [Subject(nik="3573010101800001")]
    assert [one.fault.key for one in faults] == ["tax.sismiop.empty"]
