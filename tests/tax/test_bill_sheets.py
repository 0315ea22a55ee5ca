"""Sheets from the tables: each says its bill, in delivery order, with its history by the ledger, and prints once."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from pypdf import PdfReader
from tests.pdf_codes import codes_on
from tests.tax.bill_years import COUNT, NOW, officers, posted_years

from sepadan.ground.problems import Refused
from sepadan.records.public import dues_account, grouped, raise_charge, region_scope, run_worker
from sepadan.tax import tasks_bills
from sepadan.tax.documents.mass_print import bill_pdf, print_roll
from sepadan.tax.documents.sheet_feed import Feed, bills_of_part, parts_of, sheet_of
from sepadan.tax.documents.sheet_words import basis_words, note_of, plain_steps, sentence
from sepadan.tax.engine.qris import read_payload
from sepadan.tax.models import AssessmentRun, Bill, OpeningBill, TaxableObject, Taxpayer
from sepadan.tax.models.register import NopPlace, ObjectVersion, RegisterObject
from sepadan.tax.models.register_people import TaxpayerVersion
from sepadan.tax.queries.bill_sheets import ledger_mark, row_of_bill
from sepadan.tax.queries.bills import bills
from sepadan.tax.services.assessment_explained import explain_bill
from sepadan.tax.services.bill_codes import code_of, opens
from sepadan.tax.services.printing import file_of, print_folder, start_printing
from sepadan.territory.models import Region

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture(autouse=True)
def _data(settings: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    monkeypatch.setattr(tasks_bills, "PROCESSES", 1)


@pytest.fixture
def malang(transactional_db: None) -> Region:
    return Region.objects.get(code="35.73")


def dots(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")


def test_sheets_say_their_bills_and_print_in_delivery_order(malang, tmp_path):
    actors = officers()
    _, run = posted_years(malang, actors)
    long = "Raden Mas Kanjeng Gusti Pangeran Adipati Arya Suryaningrat Hadiwijaya dan kawan-kawan"
    with region_scope(malang):
        first = Bill.objects.filter(run=run).order_by("nop").first()
        Taxpayer.objects.filter(pk=first.taxpayer_id).update(name=long)
        second = Bill.objects.filter(run=run).exclude(taxpayer_id=first.taxpayer_id).order_by("nop").first()
        Taxpayer.objects.filter(pk=second.taxpayer_id).update(name="Ștefan Нова")
        TaxableObject.objects.filter(pk=second.taxable_object_id).update(street="Jl. A Paling Depan")
        parts = parts_of(run, ledger_mark())
        printed = print_roll(parts, tmp_path / "out", processes=1)
    assert (printed.failed, printed.sheets, printed.skipped) == ([], COUNT - 1, 0)  # one object is not printed
    with region_scope(malang):
        assert printed.payable == sum(
            bill.payable for bill in bills().filter(run=run, taxable_object__sppt_printed=True))
        for part in parts:
            rows = list(csv.reader((tmp_path / "out" / f"{part.name}-antaran.csv").open(encoding="utf-8-sig")))[1:]
            pages = PdfReader(tmp_path / "out" / f"{part.name}.pdf").pages
            keys = []
            for row, page in zip(rows, pages, strict=True):
                bill = bills().get(run=run, nop="".join(sign for sign in row[3] if sign.isdigit()))
                keys.append((bill.taxable_object.street, bill.nop))
                text = " ".join(page.extract_text().split())
                assert [wanted for wanted in wanted_of(bill) if wanted not in text] == []
            assert keys == sorted(keys)
        assert "Stefan ????" in " ".join(page.extract_text() for page in PdfReader(
            tmp_path / "out" / f"{parts[0].name}.pdf").pages)
        told = "".join(path.read_text(encoding="utf-8-sig") for path in (tmp_path / "out").glob("*-periksa.csv"))
        assert told.count("wajib pajak: ȘНова") == bills().filter(
            run=run, taxpayer_id=second.taxpayer_id, taxable_object__sppt_printed=True).count()
        again = print_roll(parts_of(run, ledger_mark()), tmp_path / "out", processes=1)
    assert (again.skipped, again.sheets) == (len(parts), COUNT - 1)


def wanted_of(bill: Bill) -> list[str]:
    """What the sheet of *bill* must say, from its own columns and from the explanation of the desk."""
    one, n = bill.taxable_object, bill.nop
    said = [f"{n[:2]}.{n[2:4]}.{n[4:7]}.{n[7:10]}.{n[10:13]}-{n[13:17]}.{n[17:]}", one.street, bill.kelurahan.name,
            dots(one.njop_land), dots(one.njop_building), dots(bill.njop), f"Rp{dots(bill.payable)}",
            grouped(code_of(bill)), str(bill.tax_year), "CONTOH"]
    if bill.taxpayer.name.isascii():
        said.append(bill.taxpayer.name)
    for step in explain_bill(bill):
        note = note_of(step)
        said += [step.name.text("id"), step.written("id").replace("\xa0", " ")]
        said += [note.text("id").replace("\xa0", " ")] if note else []
        said += [basis_words(step.bases)] if step.bases else []
    return said


def test_history_is_what_the_ledger_says_on_the_line_up_to_which_it_is_read(malang):
    actors = officers()
    before, run = posted_years(malang, actors)
    with region_scope(malang):
        old = list(Bill.objects.filter(run=before).order_by("nop"))
        charged = [bill for bill in old if bill.payable > 1]
        wanted = {bill.nop: "none" if not bill.payable else "open" for bill in old}
        wanted |= {charged[0].nop: "paid", charged[1].nop: "part"}
        kelurahan = sorted({bill.kelurahan_id for bill in old})
        mark = ledger_mark()
    seen = {sheet.nop: sheet for one in kelurahan for sheet in bills_of_part(malang.pk, run.pk, one, mark)}
    assert len(seen) == COUNT - 1
    for nop, sheet in seen.items():
        assert [past.year for past in sheet.history] == [2020, 2021, 2022, 2023, 2024]
        assert [past.pbb for past in sheet.history[:4]] == [None] * 4
        last = sheet.history[4]
        assert (last.pbb, last.payment) == (next(bill.payable for bill in old if bill.nop == nop), wanted[nop])
    earlier = [sheet for one in kelurahan for sheet in bills_of_part(malang.pk, run.pk, one, mark - 2)]
    assert {sheet.history[4].payment for sheet in earlier} <= {"open", "none"}  # before the two payments
    assert {sheet.nop: sheet for one in kelurahan for sheet in bills_of_part(malang.pk, run.pk, one, mark)} == seen


def test_years_that_an_older_system_billed_stand_in_the_history_paid_or_not(malang):
    _, run = posted_years(malang, officers())
    with region_scope(malang):
        bill = Bill.objects.filter(run=run, payable__gt=0).order_by("nop").first()
        place = {"nop": bill.nop, "kelurahan_id": bill.kelurahan_id, "payer_name": "Siti", "source": "SISMIOP, impor 1",
                 "payments": 1, "interest_paid": 0, "over": 0, "unproved": 0, "evidence": "full", "entry": 1,
                 "recorded_at": NOW, "said_paid": False}
        charge = raise_charge(levy="pbb", number=f"{bill.nop}-2023-awal", payer=f"opening:{bill.nop}",
                              due_on=date(2023, 9, 30), amount=30_000, effective_on=date(2024, 1, 1), now=NOW,
                              against=dues_account("opening:pbb", "pbb"))
        for year, paid, left, held in ((2022, 50_000, 0, None), (2023, 20_000, 30_000, charge)):
            OpeningBill.objects.create(**place, tax_year=year, due_on=date(year, 9, 30), payable=50_000,
                                       principal_paid=paid, remainder=left, charge=held)
        history = {past.year: (past.pbb, past.payment) for past in sheet_of(
            bills().get(pk=bill.pk)).history}
    assert (history[2021], history[2022], history[2023]) == ((None, "none"), (50_000, "paid"), (50_000, "part"))


def test_addresses_are_those_of_the_register_on_the_day_of_issue(malang):
    _, run = posted_years(malang, officers())
    known = {"recorded_at": NOW, "change": "registered"}
    with region_scope(malang):
        bill = bills().filter(run=run).order_by("nop").first()
        place = NopPlace.objects.create(code=bill.nop[:10], kelurahan_id=bill.kelurahan_id)
        one = RegisterObject.objects.create(nop=bill.nop, place=place, registered_at=NOW, changed_at=NOW,
                                            changed_by="Ani")
        for rt, start, end in (("001", date(2020, 1, 1), date(2024, 1, 1)), ("007", date(2024, 1, 1), None)):
            ObjectVersion.objects.create(register_object=one, taxpayer_id=bill.taxpayer_id, rt=rt, rw="02", land_m2=100,
                                         valid_from=start, valid_to=end, **known)
        TaxpayerVersion.objects.create(
            taxpayer_id=bill.taxpayer_id, name="Ani", street="Jl. Melati", block_number="3", rt="004", city="Malang",
            postal_code="65111", valid_from=date(2020, 1, 1), **known)
        sheet = sheet_of(bill)
        others = [sheet_of(two) for two in bills().filter(run=run).exclude(taxpayer_id=bill.taxpayer_id)]
    assert (sheet.object_place, sheet.payer_address) == ("RT 007 RW 02", "Jl. Melati 3, RT 004, Malang 65111")
    assert {(two.object_place, two.payer_address) for two in others} == {("", "")}


def test_the_sentences_of_a_sheet_are_those_of_the_desk(malang):
    _, run = posted_years(malang, officers())
    with region_scope(malang):
        feed = Feed(run)
        for bill in bills().filter(run=run):
            told = explain_bill(bill)
            steps = feed.sheet(row_of_bill(bill)).steps
            assert [(step.label, step.value) for step in steps] == [
                (one.name.text("id"), one.written("id")) for one in told]
            assert [step.how for step in steps] == [
                note.text("id") if (note := note_of(one)) else "" for one in told]
            assert all(sentence(one.how) == one.how.text("id") for one in told if one.how)
        AssessmentRun.objects.filter(pk=run.pk).update(law_fingerprint="0" * 64)
        other = sheet_of(bills().filter(run=run).first())  # another law on file: values, but no articles
        assert {step.basis for step in other.steps} == {""}
        assert [step.label for step in other.steps] == [
            one.name.text("id") for one in plain_steps(feed.assessment(row_of_bill(bills().filter(run=run).first())))]


def test_the_codes_of_a_printed_bill_open_and_pay_it(malang):
    _, run = posted_years(malang, officers())
    with region_scope(malang):
        bill = bills().filter(run=run, payable__gt=0).first()
        sheet = sheet_of(bill)
    printed = bill_pdf(sheet)[0]
    assert codes_on(printed) == {sheet.bill_url, sheet.qris}
    assert f"/id/35.73/sppt/{bill.nop}/" in sheet.bill_url
    assert opens(bill, sheet.bill_url.rstrip("/").rpartition("/")[2])
    assert opens(bill, sheet.bill_code)
    assert (read_payload(sheet.qris or "").amount, read_payload(sheet.qris or "").bill) == (
        bill.payable, f"{bill.nop}{bill.tax_year}")
    assert read_payload(sheet.qris or "").sample  # a synthetic roll: nobody can pay it
    assert bill_pdf(replace(sheet))[0] == printed


def test_a_mass_print_runs_in_the_background_and_its_files_are_fetched_by_kelurahan(malang):
    actors = officers()
    before, run = posted_years(malang, actors)
    with region_scope(malang):
        code = bills().filter(run=run).first().kelurahan.code
        with pytest.raises(Refused, match="not whole"):
            file_of(run, code, "pdf")
        work = start_printing(run, actor=actors[0], now=NOW)
        assert start_printing(run, actor=actors[1], now=NOW).pk == work.pk  # one print of a run at a time
    run_worker(until_empty=True)
    with region_scope(malang):
        work.refresh_from_db()
        assert (work.state, work.done, work.total) == ("done", COUNT - 1, COUNT - 1)
        assert work.result["failed"] == []
        assert len(PdfReader(file_of(run, code, "pdf")).pages) == bills().filter(
            run=run, kelurahan__code=code, taxable_object__sppt_printed=True).count()
        file_of(run, code, "pdf").write_bytes(b"half")
        with pytest.raises(Refused, match="not whole"):
            file_of(run, code, "pdf")
        again = start_printing(run, actor=actors[0], now=NOW)
    run_worker(until_empty=True)
    with region_scope(malang):
        again.refresh_from_db()
        assert (again.state, again.result["skipped"]) == ("done", again.result["parts"] - 1)
        assert not list(print_folder(malang, run.pk).glob(".*.draft"))
        AssessmentRun.objects.filter(pk=before.pk).update(state="reversed")
        before.refresh_from_db()
        with pytest.raises(Refused, match="not posted"):
            start_printing(before, actor=actors[0], now=NOW)
    assert connection.in_atomic_block is False
