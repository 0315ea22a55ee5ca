"""Tables of SIPSN: what follows is computed to the printed decimal, what does not follow is named."""

import csv
import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from sepadan.waste.engine.sipsn import (
    Performance,
    basis_of,
    check_generation,
    check_kinds,
    check_performance,
    computed,
    is_complete,
    read_number,
    repeated,
    source_shares,
)

SHARED = Path(__file__).parents[4] / "shared" / "facts" / "sipsn"
needs_files = pytest.mark.skipif(not SHARED.exists(), reason="needs the extracts of SIPSN beside the project")
NUMBERS = ("generated", "reduced", "reduced_pct", "handled", "handled_pct", "managed", "managed_pct", "recycled",
           "raw_material", "recycling_rate_pct")


def performance(line: list[str]) -> Performance:
    values = dict(zip(NUMBERS, map(read_number, line[3:13]), strict=True))
    return Performance(line[2], printed={name: values[name] for name in NUMBERS if name.endswith("_pct")},
                       **{name: values[name] for name in NUMBERS if not name.endswith("_pct")})


def table(name: str) -> list[list[str]]:
    with (SHARED / f"sipsn2024_Data_{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))[1:]


@needs_files
def test_every_percentage_of_2024_follows_to_the_printed_decimal():
    rows = [performance(line) for line in table("Capaian_Pengelolaan_Sampah")]
    complete = [row for row in rows if is_complete(row)]
    assert (len(rows), len(complete)) == (315, 304)
    assert all(computed(row)["reduced_pct"] == row.printed["reduced_pct"] for row in complete)
    kinds = Counter(one.kind for one in check_performance(rows))
    assert {kind: kinds[kind] for kind in ("reduced_pct", "handled_pct", "managed_pct", "recycling_rate_pct")} == {
        "reduced_pct": 0, "handled_pct": 0, "managed_pct": 0, "recycling_rate_pct": 0}
    assert kinds["managed_sum"] == 40
    assert all(abs(one.stands - one.follows) == Decimal("0.01") for one in check_performance(rows)
               if one.kind == "managed_sum")
    assert (kinds["missing_reduced"], kinds["missing_handled"]) == (4, 7)
    assert sum(1 for row in complete if computed(row)["reduced_pct"] >= 30) == 6


@needs_files
def test_years_that_were_carried_over_are_named():
    years = {year: {region: Decimal(str(value)) for region, value in rows.items()} for year, rows in json.loads(
        (SHARED / "sipsn_timbulan_2018_2024.json").read_text(encoding="utf-8")).items()}
    copied = repeated(years["2023"], years["2024"])
    assert (len(copied), len(set(years["2023"]) & set(years["2024"]))) == (42, 284)
    assert "Kota Malang" in copied
    assert "Kab. Bekasi" not in copied


@needs_files
def test_every_year_of_2024_has_365_of_its_days_and_empty_rows_are_told():
    assert [one for line in table("Timbulan_Sampah")
            for one in check_generation(line[2], read_number(line[3]), read_number(line[4]))] == []
    kinds = Counter(one.kind for line in table("Komposisi_Jenis_Sampah")
                    for one in check_kinds(line[2], [read_number(cell) for cell in line[3:]]))
    assert kinds == {"kinds_empty": 68, "kinds_total": 13}


@needs_files
def test_the_table_of_sources_holds_three_units():
    years = {line[2]: performance(line) for line in table("Capaian_Pengelolaan_Sampah")}
    found = {}
    for line in table("Komposisi_Sumber_Sampah"):
        row = years.get(line[2])
        found[line[2]] = basis_of([read_number(cell) for cell in line[3:]], row.generated if row else None,
                                  row.handled if row else None)
    assert found["Kab. Bekasi"] == "handled_per_day"
    assert found["Kota Bandung"] == found["Kota Semarang"] == "percent"
    assert found["Kota Yogyakarta"] == "generated_per_day"


def row(**changes) -> Performance:
    base = {"generated": 1000, "reduced": 400, "handled": 550, "managed": 950, "recycled": 100, "raw_material": None}
    values = {name: None if value is None else Decimal(value) for name, value in (base | changes).items()}
    return Performance("Kab. Contoh", printed={}, **values)


def test_more_managed_than_generated_is_shown_and_a_blank_is_not_zero():
    assert [one.kind for one in check_performance([row(handled=650, managed=1050)])] == ["over_managed"]
    assert computed(row(reduced=None))["managed_pct"] is None
    assert [one.kind for one in check_performance([row(reduced=None)])] == ["missing_reduced"]
    assert computed(row())["recycling_rate_pct"] == 10
    assert computed(row(recycled=None))["recycling_rate_pct"] is None


def test_a_printed_share_that_does_not_follow_is_named_with_what_would():
    wrong = Performance("Kab. Contoh", Decimal(1000), Decimal("66.65"), Decimal(0), Decimal("66.65"), None, None,
                        {"reduced_pct": Decimal("6.66")})  # 6.665 is 6.67, half up
    (found,) = check_performance([wrong])
    assert (found.kind, found.stands, found.follows) == ("reduced_pct", Decimal("6.66"), Decimal("6.67"))


@pytest.mark.parametrize(("text", "number"), [("34,527.10", Decimal("34527.10")), (" ", None), ("0", Decimal(0))])
def test_numbers_are_read_as_printed(text, number):
    assert read_number(text) == number


@pytest.mark.parametrize("text", ["n/a", "1.2.3", "NaN", "Infinity", "--"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError, match=text.replace("/", ".")):
        read_number(text)


def test_shares_of_sources_keep_blanks():
    assert source_shares([Decimal(3), None, Decimal(1)]) == (Decimal("0.75"), None, Decimal("0.25"))
    assert source_shares([None, None]) == (None, None)
    assert basis_of([None], Decimal(1), Decimal(1)) == "empty"
    assert basis_of([Decimal(7)], Decimal(1), Decimal(1)) == "unknown"
