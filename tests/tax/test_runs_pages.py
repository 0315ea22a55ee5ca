"""The mass assessment as officers do it on its pages: drafted, computed, approved, posted, closed, reversed."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client
from pypdf import PdfReader
from tests.tax.test_assessment import FORM, approved, malang, people  # noqa: F401
from tests.tax.test_rolls import NEW, columns, load

from sepadan.ground.figures import number
from sepadan.ground.problems import Refused, refuse
from sepadan.records.public import (
    Actor,
    AuditEntry,
    Membership,
    Person,
    Role,
    Transfer,
    account_scope,
    region_scope,
    run_worker,
)
from sepadan.tax.engine.roll_columns import RollColumns, number_by_appearance
from sepadan.tax.models import AssessmentRun, Bill, RunState
from sepadan.tax.services import assessment, posting, what_if
from sepadan.tax.services.assessment import compute_run, draft_run
from sepadan.territory.models import Region

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
AT = "/id/35.73/pajak/penetapan/"
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture(autouse=True)
def _settings(settings: object, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    settings.SECOND_FACTOR_ROLES = []  # type: ignore[attr-defined]
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {  # type: ignore[attr-defined]
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


def signed_in(region: Region, name: str, role: Role) -> Client:
    made = Person.objects.create_user(f"{name}@contoh.example", name.title())
    with region_scope(region), account_scope(person_id=made.pk):
        Membership.objects.create(person=made, role=role.value, valid_from=date(2026, 1, 1), granted_at=NOW)
    client = Client()
    with account_scope(person_id=made.pk):
        client.force_login(made)
    return client


@pytest.fixture
def desk(malang: Region) -> tuple[Client, Client, Client]:  # noqa: F811
    """An officer, an approver who also drafts, and another approver."""
    return (signed_in(malang, "ani-p", Role.TAX_OFFICER), signed_in(malang, "budi-p", Role.TAX_APPROVER),
            signed_in(malang, "citra-p", Role.TAX_APPROVER))


def text(answer: HttpResponse) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def typed(roll: int, **more: str) -> dict[str, str]:
    return {"roll": str(roll), "law_on": "2025-01-01", "issued_on": "2025-02-03", "due_to1": "100.000",
            "due_on1": "2025-08-31", "due_to2": "", "due_on2": "2025-09-30", "due_decree": "Perwal uji 1/2025",
            "assumptions": "default", "assumptions_decree": "", **more}


def version(region: Region, run_id: int) -> str:
    with region_scope(region):
        return str(AssessmentRun.objects.get(pk=run_id).version)


def test_a_run_goes_from_the_form_to_posted_bills_and_back(malang, desk):  # noqa: F811
    officer, approver, other = desk
    roll = load(malang, columns(40))
    drafted = approver.post(f"{AT}baru/", typed(roll.pk))
    run_id = int(re.search(r"penetapan/(\d+)/", drafted["Location"])[1])
    page = f"{AT}{run_id}/"
    assert "rancangan" in text(officer.get(page))
    assert approver.post(f"{page}hitung/", {"version": "1"}).status_code == 302
    said = text(approver.get(page))
    assert "bukan yang menyusun atau menghitungnya" in said
    assert "Setujui dan kunci" not in said
    assert officer.post(f"{page}setujui/", {"version": "2"}).status_code == 403  # no right to approve
    own = approver.post(f"{page}setujui/", {"version": "2"})
    assert (own.status_code, "orang kedua" in text(own)) == (422, True)
    stale = other.post(f"{page}setujui/", {"version": "1"})
    assert (stale.status_code, "sudah diubah orang lain" in text(stale)) == (409, True)
    assert other.post(f"{page}setujui/", {"version": "2"}).status_code == 302
    assert officer.post(f"{page}terbitkan/", {"version": "2"}).status_code == 409
    assert approver.post(f"{page}kembalikan/", {"version": "3", "reason": ""}).status_code == 422
    assert officer.post(f"{page}kembalikan/", {"version": "3", "reason": "salah"}).status_code == 403
    assert approver.post(f"{page}kembalikan/", {"version": "3", "reason": "jatuh tempo"}).status_code == 302
    assert officer.post(f"{page}terbitkan/", {"version": "4"}).status_code == 409  # nobody has approved it
    assert other.post(f"{page}setujui/", {"version": "4"}).status_code == 302
    assert officer.post(f"{page}terbitkan/", {"version": "5"}).status_code == 302
    run_worker(until_empty=True)
    with region_scope(malang):
        assert AssessmentRun.objects.get(pk=run_id).state == RunState.POSTED
        bills = list(Bill.objects.order_by("nop"))
    _closed_list(malang, officer, page, bills[:20])
    now = version(malang, run_id)
    empty = other.post(f"{page}batalkan/", {"version": now, "reason": " "})
    assert (empty.status_code, "Alasan pembatalan belum ditulis" in text(empty)) == (422, True)
    assert officer.post(f"{page}batalkan/", {"version": now, "reason": "NJOP keliru"}).status_code == 403
    assert other.post(f"{page}batalkan/", {"version": now, "reason": "NJOP keliru"}).status_code == 302
    run_worker(until_empty=True)
    with region_scope(malang):
        assert AssessmentRun.objects.get(pk=run_id).state == RunState.REVERSED
        assert Transfer.objects.count() == 2 * sum(bill.payable > 0 for bill in bills)
    assert "dibatalkan seluruhnya" in text(officer.get(page))


def _closed_list(region: Region, officer: Client, page: str, mine: list[Bill]) -> None:
    """The DHKP of the first village on screen, as CSV and on paper: the same bills, the same sum, both recorded."""
    listed = officer.get(f"{page}dhkp/{columns().villages[0]}/?format=csv")
    rows = list(csv.DictReader(io.StringIO(listed.content.decode("utf-8-sig")), delimiter=_delimiter(listed)))
    assert [row["nop"] for row in rows] == [bill.nop for bill in mine]
    assert sum(int(row["payable"]) for row in rows) == sum(bill.payable for bill in mine)
    closed = text(officer.get(f"{page}dhkp/{columns().villages[0]}/"))
    assert "Daftar, piutang, dan buku besar sama sampai rupiah." in closed
    paper = PdfReader(io.BytesIO(officer.get(f"{page}dhkp/{columns().villages[0]}/dhkp.pdf").content))
    printed = " ".join(sheet.extract_text() for sheet in paper.pages)
    assert all(bill.nop in printed for bill in mine)
    assert number(sum(bill.payable for bill in mine), "id") in printed
    assert "sama dengan piutang dan buku besar sampai rupiah" in printed
    with region_scope(region):
        assert AuditEntry.objects.filter(action="tax.audit.dhkp_taken").count() == 2


def _delimiter(answer: HttpResponse) -> str:
    return ";" if ";" in answer.content.decode("utf-8-sig").split("\n", 1)[0] else ","


def test_rows_of_due_dates_are_added_and_taken_away_without_script(malang, desk):  # noqa: F811
    roll = load(malang, columns())
    form = typed(roll.pk)
    more = text(desk[0].post(f"{AT}baru/", {**form, "add": "1"}))
    assert ("due_on3" in more, 'value="100.000"' in more) == (True, True)
    less = text(desk[0].post(f"{AT}baru/", {**form, "drop2": "1"}))
    assert ("due_on2" in less, "due_on1" in less) == (False, True)
    wrong = desk[0].post(f"{AT}baru/", {**form, "due_on1": "2025-01-01", "due_decree": "", "roll": "0"})
    assert wrong.status_code == 422
    assert {"#due_on1", "#due_decree", "#roll"} <= set(re.findall(r'href="(#\w+)"', wrong.content.decode()))
    with region_scope(malang):
        assert not AssessmentRun.objects.exists()


def test_who_changes_a_draft_takes_its_figures_back_and_an_approval_of_the_old_one_is_refused(malang, desk):  # noqa: F811
    officer, approver, other = desk
    roll = load(malang, columns())
    run_id = int(re.search(r"penetapan/(\d+)/", officer.post(f"{AT}baru/", typed(roll.pk))["Location"])[1])
    officer.post(f"{AT}{run_id}/hitung/", {"version": "1"})
    changed = officer.post(f"{AT}{run_id}/ubah/", {**typed(roll.pk, due_decree="Perwal uji 2/2025"), "version": "2"})
    assert changed.status_code == 302
    late = approver.post(f"{AT}{run_id}/setujui/", {"version": "2"})
    assert (late.status_code, "sudah diubah orang lain" in text(late)) == (409, True)
    twice = officer.post(f"{AT}{run_id}/ubah/", {**typed(roll.pk, due_decree="Perwal uji 3/2025"), "version": "2"})
    assert (twice.status_code, "Perwal uji 3/2025" in text(twice)) == (422, True)  # what was typed is kept
    with region_scope(malang):
        run = AssessmentRun.objects.get(pk=run_id)
        assert (run.state, run.due_decree, run.control, run.version) == ("draft", "Perwal uji 2/2025", {}, 3)
    assert other.get(f"{AT}{run_id}/").status_code == 200


def test_a_posting_that_is_refused_fails_with_its_reason_and_goes_on_after_a_new_dry_run(
        malang, people, desk, monkeypatch):  # noqa: F811
    run = approved(malang, load(malang, columns()), people)

    def broken(*_: object) -> None:
        raise refuse("tax.run.bills_exist", remedy="tax.run.bills_exist.remedy", count=3, year="2025", nop="1" * 18)

    with monkeypatch.context() as patch:
        patch.setattr(posting, "_refuse_taken", broken)
        assert desk[0].post(f"{AT}{run.pk}/terbitkan/", {"version": str(run.version)}).status_code == 302
        run_worker(until_empty=True)
    with region_scope(malang):
        run.refresh_from_db()
        assert (run.state, Bill.objects.count()) == (RunState.FAILED, 0)
        assert AuditEntry.objects.get(action="tax.audit.run_failed").object_id == str(run.pk)
    said = text(desk[0].get(f"{AT}{run.pk}/"))
    assert "sudah punya ketetapan tahun 2025" in said
    assert "hitung ulang, lalu minta persetujuan lagi" in said
    desk[0].post(f"{AT}{run.pk}/hitung/", {"version": str(run.version)})
    desk[1].post(f"{AT}{run.pk}/setujui/", {"version": version(malang, run.pk)})
    desk[0].post(f"{AT}{run.pk}/terbitkan/", {"version": version(malang, run.pk)})
    run_worker(until_empty=True)
    with region_scope(malang):
        run.refresh_from_db()
        assert (run.state, Bill.objects.count(), "failure" in run.report) == (RunState.POSTED, 12, False)


def test_a_large_roll_is_computed_in_the_background(malang, desk, monkeypatch):  # noqa: F811
    monkeypatch.setattr(assessment, "LARGE", 10)
    roll = load(malang, columns())
    run_id = int(re.search(r"penetapan/(\d+)/", desk[0].post(f"{AT}baru/", typed(roll.pk))["Location"])[1])
    desk[0].post(f"{AT}{run_id}/hitung/", {"version": "1"})
    assert "Uji hitung penetapan massal" in text(desk[0].get(f"{AT}{run_id}/"))
    run_worker(until_empty=True)
    with region_scope(malang):
        assert AssessmentRun.objects.get(pk=run_id).state == RunState.COMPUTED


def test_the_rows_behind_a_figure_are_as_many_as_it_says(malang, people, desk):  # noqa: F811
    given = columns()
    areas = given.land_m2.copy()
    areas[2] = 0
    load(malang, given)
    roll = load(malang, replace(given, land_m2=areas), replace(NEW, tax_year=2026))
    actor = Actor(name="Ani", person_id=people[0].person_id)
    with region_scope(malang):
        run = draft_run(roll, replace(FORM, law_on=date(2026, 1, 1)), actor=actor, now=NOW)
        run = compute_run(run, version=run.version, actor=actor, now=NOW)
    wanted = {"missing_area": run.report["anomalies"]["missing_area"]["objects"],
              "jump": run.report["before"]["jump"]["objects"], "up": run.report["before"]["kinds"]["up"]["objects"],
              "down": run.report["before"]["kinds"]["down"]["objects"], "left_out": 0, "two_njoptkp": 0,
              "double_nop": 0}
    assert wanted["missing_area"] == 1
    assert wanted["jump"] > 0
    for kind, count in wanted.items():
        answer = desk[0].get(f"{AT}{run.pk}/rincian/{kind}/?format=csv")
        assert len(answer.content.decode("utf-8-sig").strip().splitlines()) == 1 + count, kind
    with region_scope(malang):
        was = sum(tenth["was"] for tenth in run.report["before"]["deciles"])
    kinds = run.report["before"]["kinds"]
    assert was == sum(kinds[name]["was"] for name in ("up", "down", "same"))
    assert desk[0].get(f"{AT}{run.pk}/rincian/apa/").status_code == 404


def test_a_run_over_what_is_billed_in_part_names_the_kelurahan_that_are_left_and_the_way(malang, desk, people):  # noqa: F811
    """Klojen is posted from its own roll; the roll of the whole region then says what is left before it is refused."""
    officer, _, _ = desk
    whole = replace(columns(40), villages=("35.73.01.1001", "35.73.02.1001"))
    half = replace(whole, villages=whole.villages[1:], village=whole.village[20:] - 1, **{
        name: getattr(whole, name)[20:] for name in (
            "nop", "food_land", "land_m2", "land_class", "building_m2", "building_class", "njop_land", "njop_building",
            "printed")}, owner=number_by_appearance(whole.owner[20:]))
    klojen = approved(malang, load(malang, half, replace(NEW, name="klojen", part="35.73.02")), people)
    posting.post_run(malang, klojen.pk, actor=people[0], clock=lambda: NOW)
    run = approved(malang, load(malang, whole), people)
    said = text(officer.get(f"{AT}{run.pk}/"))
    assert "20 ketetapan 2025 sudah berlaku di 1 kelurahan dari daftar ini" in said
    assert "Belum terbit, 1 kelurahan: Balearjosari." in said
    assert "Kecamatan yang seluruhnya belum: Blimbing." in said
    assert f"baru/?sisa={run.pk}" in said
    with pytest.raises(Refused, match="Assess only the kecamatan that are left"):
        posting.post_run(malang, run.pk, actor=people[0], clock=lambda: NOW)
    assert "sudah berlaku di" not in text(officer.get(f"{AT}{klojen.pk}/"))
    with region_scope(malang):
        assert Bill.objects.filter(live=True).count() == 20
    for page in ("/id/35.73/", "/id/35.73/angka/"):  # whoever looks finds what was received
        assert 'href="/id/35.73/realisasi-pbb/"' in text(Client().get(page))
    assert "realisasi-pbb" not in text(Client().get("/id/32.16/angka/"))


REST = ("nop", "food_land", "land_m2", "land_class", "building_m2", "building_class", "njop_land", "njop_building",
        "printed")


def halves() -> tuple[RollColumns, RollColumns]:
    """A roll of two kecamatan, 20 objects each, of whose owners one has an object in both; and its second half."""
    whole = columns(40)
    owner = whole.owner.copy()
    owner[39] = owner[0]
    whole = replace(whole, villages=("35.73.01.1001", "35.73.02.1001"), owner=number_by_appearance(owner))
    half = replace(whole, villages=whole.villages[1:], village=whole.village[20:] - 1, **{
        name: getattr(whole, name)[20:] for name in REST}, owner=number_by_appearance(whole.owner[20:]))
    return whole, half


def test_a_run_of_the_kecamatan_that_are_left_bills_them_and_one_that_would_double_is_refused(malang, desk, people):  # noqa: F811
    """Klojen is posted from its own roll; the page of the whole leads to a run of the rest, which adds up with it."""
    officer, approver, _ = desk
    whole, half = halves()
    klojen = approved(malang, load(malang, half, replace(NEW, name="klojen", part="35.73.02")), people)
    posting.post_run(malang, klojen.pk, actor=people[0], clock=lambda: NOW)
    roll = load(malang, whole)
    run = approved(malang, roll, people)
    assert f"baru/?sisa={run.pk}" in text(officer.get(f"{AT}{run.pk}/"))
    form = text(officer.get(f"{AT}baru/?sisa={run.pk}"))
    assert 'name="kecamatan-35.73.01" value="1" checked' in form
    assert 'name="kecamatan-35.73.02" value="1" checked' not in form
    assert 'name="kecamatan-35.73.01" value="1" checked' in text(
        officer.post(f"{AT}baru/", {**typed(roll.pk), "free": "1"}))
    for code, words in (("35.73.02", "20 objek di Klojen sudah punya ketetapan tahun 2025"),
                        ("35.73.03", "Tidak ada objek daftar ini di: Kedungkandang")):
        no = officer.post(f"{AT}baru/", {**typed(roll.pk), "kecamatan-35.73.01": "1", f"kecamatan-{code}": "1"})
        assert (no.status_code, words in text(no)) == (422, True)
    made = officer.post(f"{AT}baru/", {**typed(roll.pk), "kecamatan-35.73.01": "1"})
    rest = int(re.search(r"penetapan/(\d+)/", made["Location"])[1])
    officer.post(f"{AT}{rest}/hitung/", {"version": "1"})
    said = text(officer.get(f"{AT}{rest}/"))
    assert "hanya Blimbing" in said
    assert "sudah berlaku di" not in said  # nothing of what it covers is billed
    approver.post(f"{AT}{rest}/setujui/", {"version": "2"})
    officer.post(f"{AT}{rest}/terbitkan/", {"version": "3"})
    run_worker(until_empty=True)
    with region_scope(malang):
        found = AssessmentRun.objects.get(pk=rest)
        mine = list(Bill.objects.filter(run=found).order_by("nop"))
        assert (found.state, len(mine), found.control["bills"]) == (RunState.POSTED, 20, 20)
        assert {bill.kelurahan.code for bill in mine} == {"35.73.01.1001"}
        assert [bill.nop for bill in mine] == [str(nop) for nop in whole.nop[:20].tolist()]
        assert (found.report["totals"]["objects"], [row["key"] for row in found.report["villages"]]) == (
            20, ["35.73.01.1001"])
        assert Bill.objects.filter(live=True).count() == 40
        having = [set(Bill.objects.filter(run_id=one, deduction__gt=0).values_list("taxpayer_id", flat=True))
                  for one in (klojen.pk, rest)]
        assert found.report["anomalies"]["njoptkp_billed"]["objects"] == len(having[0] & having[1]) > 0
    assert "Semua kecamatan daftar ini sudah punya ketetapan" in text(
        officer.post(f"{AT}baru/", {**typed(roll.pk), "free": "1"}))


def test_narrowed_runs_of_one_roll_add_up_to_the_whole_and_give_the_njoptkp_once(malang, people):  # noqa: F811
    whole, _ = halves()
    roll = load(malang, whole)
    every = approved(malang, roll, people)
    parts = [approved(malang, roll, people, replace(FORM, kecamatan=(code,))) for code in ("35.73.01", "35.73.02")]
    for name in ("bills", "njop", "deduction", "pbb", "payable"):
        assert sum(one.control[name] for one in parts) == every.control[name], name
    # the owner of objects 1 and 40 has one NJOPTKP in the year, whichever run bills him
    assert [one.report["anomalies"]["njoptkp_billed"]["objects"] for one in parts] == [0, 0]
    posting.post_run(malang, parts[0].pk, actor=people[0], clock=lambda: NOW)
    posting.post_run(malang, parts[1].pk, actor=people[0], clock=lambda: NOW)
    with region_scope(malang):
        assert Bill.objects.count() == 40
        assert Bill.objects.filter(deduction__gt=0).values("taxpayer").distinct().count() == Bill.objects.filter(
            deduction__gt=0).count()
    with pytest.raises(Refused, match="have a bill of 2025 already"):
        approved(malang, roll, people, replace(FORM, kecamatan=("35.73.02",)))


def test_last_years_bills_of_a_part_are_not_taken_for_the_whole(malang, people):  # noqa: F811
    whole, _ = halves()
    roll = load(malang, whole)
    one = approved(malang, roll, people, replace(FORM, kecamatan=("35.73.01",)))
    posting.post_run(malang, one.pk, actor=people[0], clock=lambda: NOW)
    after = load(malang, whole, replace(NEW, tax_year=2026))
    form = replace(FORM, law_on=date(2026, 1, 1))
    with region_scope(malang):
        assert what_if.billed_years() == []
        found = {codes: draft_run(after, replace(form, kecamatan=codes), actor=people[0], now=NOW)
                 for codes in ((), ("35.73.01",), ("35.73.02",))}
        told = {codes: compute_run(run, version=1, actor=people[0], now=NOW).report["before"]
                for codes, run in found.items()}
    assert {codes: row["kind"] for codes, row in told.items()} == {
        (): "roll", ("35.73.01",): "bills", ("35.73.02",): "roll"}
    assert {row["kinds"]["new"]["objects"] + row["kinds"]["gone"]["objects"] for row in told.values()} == {0}
