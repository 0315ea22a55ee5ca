"""A region's own classes: checked line by line, approved by a second person, used from their year, fingerprinted."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from tests.tax.register_rows import NOW, YEAR, house, zone
from tests.tax.request_bill import post_bill
from tests.tax.test_assessment import DUE, malang, people  # noqa: F401

from sepadan.ground.problems import Refused
from sepadan.ground.sheets import csv_bytes
from sepadan.records.public import Actor, region_scope
from sepadan.tax.models import RegionClass, Roll
from sepadan.tax.services.assessment import NewRun, approve_run, compute_run, draft_run
from sepadan.tax.services.class_files import HEAD, ClassFile, read_class_file
from sepadan.tax.services.class_tables import (
    approve_class_table,
    national_table,
    propose_class_table,
    refuse_class_table,
    rows_of,
)
from sepadan.tax.services.class_trial import try_classes
from sepadan.tax.services.freezing import classes_of, freeze_roll
from sepadan.territory.models import Region

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
LAND = [("tanah", 2, 0, 2_000_000, 1_500_000), ("tanah", 1, 2_000_000, None, 3_000_000)]
BUILDING = [("bangunan", 1, 0, None, 900_000)]
People = tuple[Actor, Actor, Actor]


@pytest.fixture(autouse=True)
def _data(settings: object, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]


def file_of(*rows: tuple[object, ...]) -> ClassFile:
    return read_class_file("kelas.csv", csv_bytes(HEAD, rows))  # type: ignore[arg-type]


def faults(*rows: tuple[object, ...]) -> list[tuple[str, str]]:
    return [(one.where, one.what.key.removeprefix("tax.classes.")) for one in file_of(*rows).problems]


def proposed(region: Region, actor: Actor, name: str = "malang-baru", year: int = YEAR) -> object:
    return propose_class_table(name, "Perwal uji 7", year, file_of(*LAND, *BUILDING), actor=actor, now=NOW)


def refusal(act: object, *args: object, **more: object) -> str:
    with pytest.raises(Refused) as refused:
        act(*args, **more)  # type: ignore[operator]
    return refused.value.problem.what.key


def test_each_fault_of_a_file_names_its_line_and_all_are_told_at_once():
    assert faults(*LAND, *BUILDING) == []
    assert faults(("tanah", 1, 0, 2_000_000, 1), ("tanah", 2, 2_000_001, None, 2_500_000), *BUILDING) == [
        ("kelas.csv:3", "gap")]
    assert faults(("tanah", 1, 0, 2_000_000, 1), ("tanah", 2, 1_999_999, None, 2_500_000), *BUILDING) == [
        ("kelas.csv:3", "overlap")]
    assert faults(("tanah", 1, 5, None, 9), ("tanah", 1, 5, None, 9), ("bangunan", 1, 0, None, "satu")) == [
        ("kelas.csv:4", "cell"), ("kelas.csv:3", "twice"), ("kelas.csv:2", "start"), ("kelas.csv:3", "overlap"),
        ("kelas.csv", "no_building")]
    assert faults(("sawah", 1, 0, None, 9), ("tanah", 0, 0, None, 9), ("tanah", 3, 9, 9, 9), ("tanah", 4, 0, 5, 6)) == [
        ("kelas.csv:2", "kind"), ("kelas.csv:3", "no_number"), ("kelas.csv:4", "bounds"), ("kelas.csv:5", "value"),
        ("kelas.csv", "no_land"), ("kelas.csv", "no_building")]


def test_csv_and_xlsx_say_the_same_and_what_is_no_table_is_refused():
    book, data = openpyxl.Workbook(), io.BytesIO()
    for row in (HEAD, *LAND, *BUILDING):
        book.active.append(row)
    book.save(data)
    typed = "bagian;kelas;lebih_dari;sampai;nilai\ntanah;1;2.000.000;;3.000.000\ntanah;2;0;2.000.000;1.500.000\n" \
            "bangunan;1;0;;900.000\n"
    assert read_class_file("k.xlsx", data.getvalue()) == file_of(*LAND, *BUILDING) == \
        read_class_file("k.csv", typed.encode())
    assert refusal(read_class_file, "k.csv", b"a,b\n1,2\n") == "tax.classes.head"
    assert refusal(read_class_file, "k.csv", b"") == "tax.classes.size"
    assert refusal(read_class_file, "k.xlsx", b"PK\x03\x04 broken") == "tax.classes.form"
    assert refusal(read_class_file, "k.csv", b"bagian\0") == "tax.classes.form"


def test_only_a_second_person_puts_a_table_in_force_and_only_as_it_was_proposed(
        malang: Region, people: People):  # noqa: F811
    with region_scope(malang):
        faulty = ClassFile((), (), (file_of(("tanah", 1, 0, None, 1)).problems[0],))
        assert refusal(propose_class_table, "x", "Perwal", YEAR, faulty, actor=people[0], now=NOW) == \
            "tax.classes.faults"
        assert refusal(propose_class_table, "x", "", YEAR, file_of(*LAND, *BUILDING), actor=people[0], now=NOW) == \
            "tax.register.no_document"
        table = proposed(malang, people[0])
        assert classes_of(YEAR).name == "national-2011"  # proposed tables do not count
        assert refusal(approve_class_table, table, actor=people[0], now=NOW) == "tax.classes.same_person"
        RegionClass.objects.filter(table=table, kind="land", number=1).update(value=2_900_000)
        assert refusal(approve_class_table, table, actor=people[1], now=NOW) == "tax.classes.altered"
        RegionClass.objects.filter(table=table, kind="land", number=1).update(value=3_000_000)
        approve_class_table(table, actor=people[1], now=NOW)
        assert refusal(approve_class_table, table, actor=people[2], now=NOW) == "tax.classes.decided"
        assert (classes_of(YEAR - 1).name, classes_of(YEAR).name, classes_of(YEAR + 3).name) == (
            "national-2011", "malang-baru", "malang-baru")
        assert refusal(proposed, malang, people[0]) == "tax.register.table_taken"
        later = proposed(malang, people[0], "malang-lain", YEAR + 1)
        refuse_class_table(later, "lampiran belum diundangkan", actor=people[1], now=NOW)
        assert classes_of(YEAR + 1).name == "malang-baru"


def test_a_run_is_computed_by_the_regions_table_names_it_in_its_fingerprint_and_not_by_an_older_roll(
        malang: Region, people: People):  # noqa: F811
    form = NewRun(law_on=date(2026, 1, 1), issued_on=date(2026, 2, 3), due_dates=DUE, due_decree="Perwal uji",
                  assumptions="default", assumptions_decree="Perwal uji 2")
    with region_scope(malang):
        house(land_m2=10, zone_id=zone("AA", 1_000_000).pk)
    old = freeze_roll(malang, YEAR, actor=people[0], now=NOW)
    with region_scope(malang):
        run = draft_run(old, form, actor=people[0], now=NOW)
        run = compute_run(run, version=run.version, actor=people[0], now=NOW)
        before = run.law_fingerprint
        table = proposed(malang, people[0])
        found = try_classes(national_table(), rows_of(table), YEAR)
        per_m2 = next(row.value for row in national_table().land if row.over < 1_000_000 <= (row.to or 0))
        assert (found.land.objects, found.land.up, found.land.before, found.land.after) == (
            1, 1, 10 * per_m2, 10 * 1_500_000)
        approve_class_table(table, actor=people[1], now=NOW)
        assert refusal(approve_run, run, version=run.version, actor=people[1], now=NOW) == "tax.classes.other"
        assert refusal(draft_run, old, form, actor=people[0], now=NOW) == "tax.classes.other"
    new = freeze_roll(malang, YEAR, actor=people[0], now=NOW)
    with region_scope(malang):
        new = Roll.objects.get(pk=new.pk)
        assert (new.class_table, new.njop_total) == ("malang-baru", 10 * 1_500_000)
        assert new.figures["classes"] == table.digest
        run = draft_run(new, form, actor=people[0], now=NOW)
        run = compute_run(run, version=run.version, actor=people[0], now=NOW)
        assert run.law_fingerprint != before
        assert approve_run(run, version=run.version, actor=people[1], now=NOW).state == "approved"


def test_a_table_does_not_reach_back_into_years_whose_bills_stand(malang: Region, people: People):  # noqa: F811
    with region_scope(malang):
        post_bill(people, YEAR)
        table = proposed(malang, people[0])
        assert refusal(approve_class_table, table, actor=people[1], now=NOW) == "tax.classes.billed"
        approve_class_table(proposed(malang, people[0], "malang-nanti", YEAR + 1), actor=people[1], now=NOW)
