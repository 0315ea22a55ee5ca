"""A mass print holds every bill once and in order, can be taken up again, and never leaves half a file."""

from __future__ import annotations

import csv
import fcntl
import multiprocessing
import os
import signal
import time
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path

import pytest
from pypdf import PdfReader

from sepadan.ground.problems import Refused
from sepadan.tax.documents import mass_print
from sepadan.tax.documents.mass_print import print_roll

from .print_memory import TELLS, Peaks, children_of, ended_within, peak_of_part
from .sample_sheets import parts, sheet, sheets
from .test_bill_sheet import said

BEKASI = 1_180_000


def short(part: int, size: int):
    return islice(sheets(part, size), size - 1)


def reversed_sheets(part: int, size: int):
    return reversed(list(sheets(part, size)))


def failing(part: int, size: int):
    yield from islice(sheets(part, size), 3)
    raise OSError("connection lost")


def test_every_bill_stands_on_its_page_in_order(tmp_path):
    seen = []
    printed = print_roll(parts(45, 20), tmp_path, progress=seen.append)
    assert (printed.sheets, printed.failed, printed.skipped) == (45, [], 0)
    assert printed.payable == sum(
        sheet(part, place, size).payable for part, size in ((1, 20), (2, 20), (3, 5)) for place in range(size)
    )
    for part, size in ((1, 20), (2, 20), (3, 5)):
        pages = PdfReader(tmp_path / f"{part:04d}.pdf").pages
        assert len(pages) == size
        with (tmp_path / f"{part:04d}-antaran.csv").open(encoding="utf-8-sig") as file:
            listed = list(csv.reader(file))[1:]
        for place, (page, row) in enumerate(zip(pages, listed, strict=True)):
            bill = sheet(part, place, size)
            text = " ".join(page.extract_text().split())
            assert [wanted for wanted in said(bill) if wanted not in text] == []
            assert row[:1] + row[3:6] == [str(place + 1), bill.nop_written, bill.payer, str(bill.payable)]
    assert [(one.sheets, one.parts, one.all_sheets) for one in seen][-1] == (45, 3, 45)
    assert not list(tmp_path.glob(".*.draft"))


def test_two_processes_give_the_same_bytes_as_one(tmp_path):
    for processes in (1, 2):
        assert print_roll(parts(30, 10), tmp_path / str(processes), processes=processes).failed == []
    names = sorted(path.name for path in (tmp_path / "1").iterdir())
    assert [(tmp_path / "1" / name).read_bytes() for name in names] == [
        (tmp_path / "2" / name).read_bytes() for name in names
    ]


def test_a_rerun_makes_only_what_is_missing_or_changed(tmp_path):
    made = parts(40, 10)
    print_roll(made, tmp_path, processes=1)
    stamps = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("*.pdf")}
    (tmp_path / "0002.json").unlink()
    with (tmp_path / "0003.pdf").open("r+b") as file:
        file.truncate(1000)
    made[3] = replace(made[3], fingerprint="another law")
    again = print_roll(made, tmp_path, processes=1)
    assert (again.sheets, again.skipped) == (40, 1)
    assert [name for name, stamp in stamps.items() if (tmp_path / name).stat().st_mtime_ns == stamp] == ["0001.pdf"]
    assert len(PdfReader(tmp_path / "0003.pdf").pages) == 10


@pytest.mark.parametrize(
    ("source", "key"), [(short, "tax.print.count"), (reversed_sheets, "tax.print.order"), (failing, "tax.print.fault")]
)
def test_a_bad_part_fails_alone_and_leaves_nothing(tmp_path, source, key):
    made = parts(30, 10)
    made[1] = replace(made[1], source=partial(source, 2, 10))
    printed = print_roll(made, tmp_path, processes=1)
    assert [fault.what.key for fault in printed.failed] == [key]
    assert all(fault.remedy is not None and fault.where == "0002" for fault in printed.failed)
    assert sorted(path.name for path in tmp_path.glob("*.pdf")) == ["0001.pdf", "0003.pdf"]
    assert not [path for path in tmp_path.iterdir() if "0002" in path.name]
    assert print_roll(parts(30, 10), tmp_path, processes=1).skipped == 2


def test_names_of_parts_that_repeat_are_refused(tmp_path):
    with pytest.raises(Refused):
        print_roll([*parts(10, 10), *parts(10, 10)], tmp_path)


def test_killed_while_printing_the_rerun_ends_with_the_same_files(tmp_path):
    """The second kill takes only the process that leads: the two that write must not go on beside the rerun."""
    made = parts(3000, 300)
    whole = print_roll(made, tmp_path / "whole", processes=1)
    assert (whole.sheets, whole.failed) == (3000, [])
    context = multiprocessing.get_context("spawn")
    for processes, ready in ((1, 1), (2, 3)):
        process = context.Process(target=print_roll, args=(made, tmp_path / "torn"), kwargs={"processes": processes})
        process.start()
        await_parts(tmp_path / "torn", ready)
        writers = children_of(process.pid)
        assert not TELLS or len(writers) >= 2 * (processes - 1)
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join()
        assert ended_within(5, writers)
        for pdf in (tmp_path / "torn").glob("[0-9]*.pdf"):  # what has its name is whole
            assert len(PdfReader(pdf).pages) == 300
    again = print_roll(made, tmp_path / "torn", processes=1)
    assert [one.sha256 for one in again.receipts] == [one.sha256 for one in whole.receipts]
    assert not list((tmp_path / "torn").glob(".*.draft"))


def await_parts(folder: Path, count: int) -> None:
    """Until *count* parts are whole and one is being written."""
    end = time.monotonic() + 60
    while len(list(folder.glob("[0-9]*.json"))) < count or not list(folder.glob(".*.draft")):
        assert time.monotonic() < end
        time.sleep(0.005)


def test_a_print_waits_for_writers_of_another_that_was_killed(tmp_path, monkeypatch):
    monkeypatch.setattr(mass_print, "_PATIENCE_S", 0.1)
    with (tmp_path / ".writers").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_SH)
        with pytest.raises(Refused, match="Another print is running"):
            print_roll(parts(5, 5), tmp_path, processes=1)
    assert print_roll(parts(5, 5), tmp_path, processes=1).sheets == 5


@pytest.mark.full
def test_the_whole_roll_of_kabupaten_bekasi_prints_in_minutes_with_flat_memory(tmp_path, measured):
    state, peaks = {"bytes": 0, "checked": 0}, Peaks()

    def take(progress) -> None:
        """Look at three pages of a part, then let its file go: the disk holds a few parts only."""
        peaks.look()
        pdf: Path = tmp_path / f"{progress.name}.pdf"
        state["bytes"] += pdf.stat().st_size
        if progress.parts % 25 == 0:
            pages, part = PdfReader(pdf).pages, int(progress.name)
            for place in (0, len(pages) // 2, len(pages) - 1):
                text = " ".join(pages[place].extract_text().split())
                assert [one for one in said(sheet(part, place, len(pages))) if one not in text] == []
                state["checked"] += 1
        pdf.unlink()

    printed = print_roll(parts(BEKASI, 6000), tmp_path, processes=2, progress=take)
    assert (printed.sheets, printed.failed) == (BEKASI, [])
    assert state["checked"] > 20
    measured(
        f"{BEKASI:,} sheets on two processes: {printed.seconds:.0f} s, {BEKASI / printed.seconds:,.0f} sheets/s, "
        f"{state['bytes'] / BEKASI:,.0f} bytes a sheet, the larger process at most {peaks.megabytes} MB; text of "
        f"{state['checked']} pages compared with their bills by an independent reader."
    )
    assert printed.seconds < 300
    assert 0 < peaks.megabytes < 200


@pytest.mark.full
def test_memory_does_not_grow_with_the_size_of_a_part(tmp_path, measured):
    held = {}
    measured("| sheets in one part | most memory of the process, MB |")
    measured("|---|---|")
    for size in (10, 1_000, 20_000, 100_000, 400_000):
        held[size] = peak_of_part(parts(size, size)[0], tmp_path / str(size)).process_mb
        measured(f"| {size:,} | {held[size]} |")
    assert held[400_000] - held[20_000] < 400_000 * 5 * 8 // 10**6 * 3  # five numbers of 8 bytes a sheet, and room
