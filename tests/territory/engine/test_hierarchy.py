"""A table of villages: every wrong row is told with its line, what is wrong and how to mend it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sepadan.ground.figures import LANGUAGES
from sepadan.territory.engine.codes import dotted, kind_of, level_of
from sepadan.territory.engine.hierarchy import Reading, read_villages
from sepadan.territory.names import Level, VillageKind

HEAD = "code,name,district,postal_code,lat,lon\n"
GOOD = "35.79.01.1001,Sisir,Batu,65314,-7.87012,112.52731\n"


def read(body: str, head: str = HEAD) -> Reading:
    return read_villages(head + body, "35.79", file_name="batu.csv")


def keys(reading: Reading) -> list[tuple[str, str]]:
    return [(one.where, one.what.key.removeprefix("territory.import.")) for one in reading.problems]


@pytest.mark.parametrize(("text", "expected"), [
    ("3579011001", "35.79.01.1001"), ("357901", "35.79.01"), ("3579", "35.79"), (" 35.79 ", "35.79"),
    ("35790", "35790"), ("35.79.01", "35.79.01"), ("\u0663\u0665\u0667\u0669", "\u0663\u0665\u0667\u0669"),
])
def test_a_code_without_dots_gets_them(text, expected):
    assert dotted(text) == expected


@pytest.mark.parametrize(("code", "level"), [
    ("35.79", Level.REGION), ("35.79.01", Level.KECAMATAN), ("35.79.01.1001", Level.KELURAHAN),
    ("35.79.01.2001", Level.KELURAHAN), ("35.79.01.3001", None), ("35", None), ("", None), ("35.79.01.1001\n", None),
])
def test_the_form_of_a_code_tells_its_level(code, level):
    assert level_of(code) is level


def test_the_fourth_part_tells_kelurahan_from_desa():
    assert (kind_of("35.79.01.1001"), kind_of("35.79.01.2001")) == (VillageKind.KELURAHAN, VillageKind.DESA)


def test_a_good_table_is_read_in_code_order():
    found = read("3579012002,Oro-Oro Ombo,Batu,,,\n" + GOOD)
    assert not found.problems
    assert [(v.code, v.name, v.kind, v.lat, v.postal_code) for v in found.villages] == [
        ("35.79.01.1001", "Sisir", VillageKind.KELURAHAN, Decimal("-7.87012"), "65314"),
        ("35.79.01.2002", "Oro-Oro Ombo", VillageKind.DESA, None, None)]


def test_semicolons_decimal_commas_a_mark_and_columns_in_any_order_are_fine():
    found = read_villages("\ufefflon;LAT;Name;code;district\r\n112,5273149;-7,8701;Sisir;3579011001;Batu\r\n", "35.79",
                          file_name="batu.csv")
    assert not found.problems
    assert (found.villages[0].lat, found.villages[0].lon) == (Decimal("-7.87010"), Decimal("112.52731"))


def test_columns_that_nobody_reads_are_named():
    assert read(GOOD.replace("\n", ",9\n"), HEAD.replace("\n", ",rt\n")).ignored == ("rt",)


@pytest.mark.parametrize(("body", "expected"), [
    ("35.79.01.3001,X,Batu,,,\n", ("batu.csv:2", "code")),
    ("35.79.01,X,Batu,,,\n", ("batu.csv:2", "code")),
    (",X,Batu,,,\n", ("batu.csv:2", "code")),
    ("35.73.01.1001,X,Batu,,,\n", ("batu.csv:2", "other_region")),
    ("35.79.01.1001,,Batu,,,\n", ("batu.csv:2", "no_name")),
    ("35.79.01.1001," + "X" * 81 + ",Batu,,,\n", ("batu.csv:2", "name_form")),
    ("35.79.01.1001,X\0Y,Batu,,,\n", ("batu.csv:2", "name_form")),
    ("35.79.01.1001,X," + "B" * 81 + ",,,\n", ("batu.csv:2", "name_form")),
    ("\uff13\uff15.79.01.1001,X,Batu,,,\n", ("batu.csv:2", "code")),
    ("35.79.01.1001,\"X" + "Y" * 200_000 + "\",Batu,,,\n", ("batu.csv:2", "no_csv")),
    ("35.79.01.1001,\"X,Batu,,,\n", ("batu.csv:2", "no_csv")),
    ("35.79.01.1001,X,Batu,6531,,\n", ("batu.csv:2", "postal_code")),
    ("35.79.01.1001,X,Batu,,-7.8,\n", ("batu.csv:2", "half_point")),
    ("35.79.01.1001,X,Batu,,7 derajat,112.5\n", ("batu.csv:2", "no_number")),
    ("35.79.01.1001,X,Batu,,NaN,112.5\n", ("batu.csv:2", "no_number")),
    ("35.79.01.1001,X,Batu,,112.5,-7.8\n", ("batu.csv:2", "swapped")),
    ("35.79.01.1001,X,Batu,,673000,9126000\n", ("batu.csv:2", "elsewhere")),
    ("35.79.01.1001,X,Batu,,,,\n", ("batu.csv:2", "fields")),
    (GOOD + "35.79.01.1001,Y,Batu,,,\n", ("batu.csv:3", "twice")),
    (GOOD + "35.79.01.1002,Y,Bumiaji,,,\n", ("batu.csv:3", "two_names")),
    (GOOD + "35.79.01.1002,Y,Batu,,-7.8,112.5\n35.79.01.1003,Z,Batu,,-7.8,102.5\n", ("batu.csv:4", "far")),
    (GOOD + '35.79.01.1002,"Y"x,Batu,,,\n', ("batu.csv:3", "no_csv")),
    ("", ("batu.csv", "empty")),
])
def test_a_wrong_row_is_told_with_its_line_and_the_rest_is_kept(body, expected):
    found = read(body)
    assert expected in keys(found)
    for one in found.problems:
        for lang in LANGUAGES:
            assert one.remedy is not None
            assert one.text(lang).startswith(one.where)


@pytest.mark.parametrize(("head", "expected"), [
    ("kode,nama\n", "column_missing"), ("code,name,code\n", "column_twice"),
])
def test_a_wrong_head_is_the_only_problem(head, expected):
    found = read_villages(head + "a,b\n", "35.79", file_name="batu.csv")
    assert keys(found) == [("batu.csv:1", expected)]
    assert found.villages == ()


def test_columns_that_contradict_the_code_are_told():
    found = read_villages("code,name,district_code,status\n35.79.01.1001,X,35.79.02,desa\n", "35.79", file_name="b.csv")
    assert [key for _, key in keys(found)] == ["district_code", "status"]


def test_one_bad_row_does_not_hide_another():
    found = read("x,X,Batu,,,\n" + GOOD + "y,Y,Batu,,,\n")
    assert keys(found) == [("batu.csv:2", "code"), ("batu.csv:4", "code")]
    assert [v.name for v in found.villages] == ["Sisir"]
