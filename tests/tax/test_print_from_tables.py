"""The mass print from the tables: ``kill -9`` loses and doubles nothing; the whole roll of a regency in minutes.

Full: 1.18 million bills of Kabupaten Bekasi, posted, with five years of history and payments, on two processes:
minutes, memory by the size of a kelurahan, every sheet counted against its bill by the lists, a sample read page by
page and code by code with other people's readers. ``SEPADAN_PRINT_DIVISOR=20`` takes a twentieth of the roll.
"""

from __future__ import annotations

import csv
import os
import random
import re
import shutil
import signal
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path

import pytest
from django.db import connection, connections
from pypdf import PdfReader
from tests.pdf_codes import codes_on
from tests.tax.bill_years import COUNT, NOW, officers, posted_years
from tests.tax.documents.print_memory import Peaks, peak_of_part
from tests.tax.print_trial import gather_into, posted_run
from tests.tax.test_bill_sheets import _data, malang, wanted_of  # noqa: F401

from sepadan.records.public import Channel, receive_payment, region_scope
from sepadan.tax.documents.bill_sheet import BillSheet
from sepadan.tax.documents.mass_print import Printed, print_roll
from sepadan.tax.documents.print_process import set_up
from sepadan.tax.documents.sheet_feed import bills_of_part, parts_of, sheet_of
from sepadan.tax.engine.qris import read_payload
from sepadan.tax.models import AssessmentRun, Bill, TaxableObject, Taxpayer
from sepadan.tax.queries.bill_sheets import ledger_mark
from sepadan.tax.queries.bills import bills
from sepadan.tax.services.bill_codes import opens

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
DIVISOR = int(os.environ.get("SEPADAN_PRINT_DIVISOR", "1"))
WHOLE, AIM_S, PAGES, GATHERED = 1_180_000, 300, 200, 200_000
LONG = "Raden Mas Kanjeng Gusti Pangeran Adipati Arya Suryaningrat Hadiwijaya dan kawan-kawan"


def digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


def listed(folder: Path, name: str) -> list[list[str]]:
    with (folder / f"{name}-antaran.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))[1:]


# --- kill -9 ----------------------------------------------------------------------------------------------------------


def falling(source: partial[Iterator[BillSheet]], after: int) -> Iterator[BillSheet]:
    """The sheets of a part until the process that reads them is killed."""
    yield from islice(source(), after)
    os.kill(os.getpid(), signal.SIGKILL)


def print_and_fall(run: AssessmentRun, mark: int, folder: Path, *, part: int, after: int) -> None:
    """A process that prints *run* and is killed in the part *part* after *after* sheets."""
    connections.close_all()
    child = os.fork()
    if not child:
        try:
            with region_scope(run.region):
                made = parts_of(run, mark)
            made[part] = replace(made[part], source=partial(falling, made[part].source, after))
            print_roll(made, folder, processes=1)
        finally:
            os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL


def test_killed_in_any_part_what_is_printed_stays_and_no_sheet_is_lost_or_doubled(malang, tmp_path):  # noqa: F811
    before, run = posted_years(malang, officers())
    with region_scope(malang):
        mark = ledger_mark()
        parts = parts_of(run, mark)
        wanted = {bill.nop: bill.payable for bill in bills().filter(run=run, taxable_object__sppt_printed=True)}
    whole = print_roll(parts, tmp_path / "whole", processes=1)
    torn, stamps = tmp_path / "torn", {}
    assert len(parts) == 2
    for part, after in ((0, 0), (0, parts[0].sheets), (1, 1), (1, parts[1].sheets)):
        print_and_fall(run, mark, torn, part=part, after=after)
        made = {path.name: path.stat().st_mtime_ns for path in torn.glob("[0-9]*.pdf")}
        assert sorted(made) == [f"{one.name}.pdf" for one in parts[:part]]  # the part under way has left none
        assert stamps.items() <= made.items()  # what was done is not done again
        stamps = made
    with region_scope(malang):  # paid between kill and rerun: the line of the ledger keeps the print as it was
        open_one = Bill.objects.filter(run=before, payable__gt=1).order_by("nop")[3]
        receive_payment(open_one.charge, channel=Channel.COUNTER, reference="K-between", amount=open_one.payable,
                        paid_at=NOW, now=NOW)
        again = print_roll(parts_of(run, mark), torn, processes=1)
    assert (again.skipped, again.failed, again.sheets) == (1, [], COUNT - 1)
    assert [one.sha256 for one in again.receipts] == [one.sha256 for one in whole.receipts]
    rows = [row for one in parts for row in listed(torn, one.name)]
    assert sorted((digits(row[3]), row[5]) for row in rows) == sorted(
        (nop, str(payable)) for nop, payable in wanted.items())
    assert not list(torn.glob(".*.draft"))


# --- the whole roll ---------------------------------------------------------------------------------------------------


@pytest.mark.full
def test_the_bills_of_a_regency_print_from_the_tables_in_minutes_with_flat_memory(
        transactional_db, tmp_path, settings, measured):
    settings.ALLOWED_HOSTS = [name for name in settings.ALLOWED_HOSTS if name != "testserver"]  # as in the processes
    region, run = posted_run(DIVISOR, 5)
    with region_scope(region):
        planted = plant_names(run)
        mark = ledger_mark()
        parts = parts_of(run, mark)
        printable = bills().filter(run=run, taxable_object__sppt_printed=True)
        count, payable = printable.count(), sum(printable.values_list("payable", flat=True).iterator())
    folder, peaks = tmp_path / "out", Peaks()
    prepare = partial(set_up, connection.settings_dict["NAME"])
    try:
        printed = print_roll(parts, folder, processes=2, progress=lambda _: peaks.look(), prepare=prepare)
        assert (printed.failed, printed.sheets, printed.payable) == ([], count, payable)
        size = sum(one.length for one in printed.receipts)
        measured(f"{count:,} bills with five years of history in {len(parts)} kelurahan on two processes: "
                 f"{printed.seconds:.0f} s, {count / printed.seconds:,.0f} sheets/s ({WHOLE:,} at that rate: "
                 f"{WHOLE / count * printed.seconds / 60:.1f} minutes); {size / 1e9:.2f} GB of PDF; the larger process "
                 f"held at most {peaks.megabytes} MB.")
        measured(every_sheet_is_listed_once(printed, folder, run, count))
        with region_scope(region):
            measured(sample_says_its_bills(printed, folder, run, planted))
        again = print_roll(parts, folder, processes=2, prepare=prepare)
        assert (again.skipped, again.sheets) == (len(parts), count)
        measured(f"started again: all {len(parts)} parts found whole in {again.seconds:.1f} s.")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    flat(region, run, mark, tmp_path, measured)
    assert 0 < peaks.megabytes < 200
    if DIVISOR == 1:
        assert count == pytest.approx(WHOLE, rel=0.05)
        assert printed.seconds * WHOLE / count < AIM_S


def plant_names(run: AssessmentRun) -> dict[str, str]:
    """A name too long for its line, one with letters that the font lacks and one of a single word: by NOP."""
    of_payer = {bill.taxpayer_id: bill.nop for bill in bills().filter(
        run=run, taxable_object__sppt_printed=True).order_by("nop")[:100]}
    chosen = dict(zip(list(of_payer)[::7], (LONG, "Ștefan Нова", "W" * 120), strict=False))
    for payer, name in chosen.items():
        Taxpayer.objects.filter(pk=payer).update(name=name)
    return {of_payer[payer]: name for payer, name in chosen.items()}


def every_sheet_is_listed_once(printed: Printed, folder: Path, run: AssessmentRun, count: int) -> str:
    """NOP and amount of every line of every list against the bills, pages of every file against its lines."""
    seen: dict[str, int] = {}
    for one in printed.receipts:
        rows = listed(folder, one.name)
        assert [int(row[0]) for row in rows] == list(range(1, one.sheets + 1))
        seen.update({digits(row[3]): int(row[5]) for row in rows})
        assert pages_told(folder / f"{one.name}.pdf") == one.sheets
    assert len(seen) == count
    with region_scope(run.region):
        other = [nop for nop, payable in bills().filter(run=run, taxable_object__sppt_printed=True).values_list(
            "nop", "payable").iterator() if seen.get(nop) != payable]
    assert other == []
    return f"{count:,} lines of the delivery lists: each bill once, with its amount; each file has a page a line."


def pages_told(pdf: Path) -> int:
    """How many pages the page tree says; it stands near the end, before the table of places."""
    with pdf.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        for back in range(1, size // 65_536 + 2):
            file.seek(max(0, size - back * 65_536))
            if found := re.search(rb"/Type/Pages/MediaBox\[[^]]*\]/Count (\d+)", file.read(131_072)):
                return int(found.group(1))
    raise AssertionError(f"no page tree in {pdf}")


def sample_says_its_bills(printed: Printed, folder: Path, run: AssessmentRun, planted: dict[str, str]) -> str:
    """Pages drawn by lot, and the planted names: their text against bill and explanation, their codes read back."""
    draw, texts, codes = random.Random(20261124), 0, 0
    chosen = draw.sample(printed.receipts, min(20, len(printed.receipts)))
    for one in chosen:
        rows, pages = listed(folder, one.name), PdfReader(folder / f"{one.name}.pdf").pages
        for place in sorted(draw.sample(range(one.sheets), min(PAGES // len(chosen), one.sheets))):
            bill = bills().get(run=run, nop=digits(rows[place][3]))
            text = " ".join(pages[place].extract_text().split())
            assert [wanted for wanted in wanted_of(bill) if wanted not in text] == [], bill.nop
            texts += 1
            if texts % 10 == 0:
                assert codes_on(folder / f"{one.name}.pdf", place) == codes_of(bill)
                codes += 1
    checks = "".join(path.read_text(encoding="utf-8-sig") for path in folder.glob("*-periksa.csv"))
    assert len(planted) == 3
    assert "ȘНова" in checks
    assert "W" * 60 in checks
    for nop, name in planted.items():
        page = page_of(printed, folder, nop)
        shown = {LONG: "Raden Mas Kanjeng Gusti Pangeran", "Ștefan Нова": "Stefan ????"}.get(name, "W" * 20)
        assert shown in page, nop
    assert codes >= texts // 10 > 0
    return (f"{texts} pages by lot compared with their bills and explanations by pypdf, {len(planted)} with names too "
            f"long or outside the font; QR codes of {codes} pages drawn by PDFium and read back by ZXing.")


def page_of(printed: Printed, folder: Path, nop: str) -> str:
    name = next(one.name for one in printed.receipts if any(
        digits(row[3]) == nop for row in listed(folder, one.name)))
    place = next(index for index, row in enumerate(listed(folder, name)) if digits(row[3]) == nop)
    return " ".join(PdfReader(folder / f"{name}.pdf").pages[place].extract_text().split())


def codes_of(bill: Bill) -> set[str]:
    """The codes that must stand on the sheet of *bill*, each opened or read on its own."""
    sheet = sheet_of(bill)
    assert opens(bill, sheet.bill_url.rstrip("/").rpartition("/")[2])
    if sheet.qris is None:
        assert bill.payable == 0
        return {sheet.bill_url}
    told = read_payload(sheet.qris)
    assert (told.amount, told.bill) == (bill.payable, f"{bill.nop}{bill.tax_year}")
    return {sheet.bill_url, sheet.qris}


def flat(region, run, mark, tmp_path, measured) -> None:  # type: ignore[no-untyped-def]
    """Memory by the size of a kelurahan, up to one many times larger than any that there is."""
    prepare = partial(set_up, connection.settings_dict["NAME"])
    with region_scope(region):
        parts = sorted(parts_of(run, mark), key=lambda part: part.sheets)
        first = TaxableObject.objects.filter(roll=run.roll_id).first()
    assert first is not None
    held = [peak_of_part(part, tmp_path / part.name, prepare) for part in (
        parts[0], parts[len(parts) // 2], parts[-1])]
    count = gather_into(first.kelurahan_id, run, GATHERED)
    large = replace(parts[0], name="gathered", sheets=count, source=partial(
        bills_of_part, run.region_id, run.pk, first.kelurahan_id, mark))
    held.append(peak_of_part(large, tmp_path / "gathered", prepare))
    measured("")
    measured("| sheets of a kelurahan | most memory of the printing process, MB | of the server's process for it, MB |")
    measured("|---|---|---|")
    for one in held:
        measured(f"| {one.sheets:,} | {one.process_mb} | {one.server_mb} |")
    assert held[-1].sheets == count
    assert held[-1].process_mb - held[0].process_mb < 30
