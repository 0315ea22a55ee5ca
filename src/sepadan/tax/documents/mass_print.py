"""Mass print: a roll of bills as one PDF and one delivery list per part, in several processes, to be taken up again.

A part is what one carrier gets: a kelurahan, or a stretch of one. It is named, knows its number of sheets, carries the
fingerprint of its bills, and gives them as a stream in delivery order; it is sent to a process by its name and source,
so a source must be a plain function (or ``functools.partial`` of one) that opens its own connection.

A part is written beside its place, flushed to disk, then renamed; its receipt (JSON) comes last. A rerun skips a part
whose receipt has the same fingerprint of bills *and layout* and whose files have the receipt's length; all else is made
anew. Memory holds one page and 8 bytes per PDF object, whatever the size. Sheets out of order, more or fewer than said,
or a fault of the source fail that part alone: it leaves no file, the others go on. Processes whose print was killed end
with it, and a print waits for them, so that two never write the same part.
"""

from __future__ import annotations

import csv
import fcntl
import hashlib
import io
import json
import multiprocessing
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TextIO

from sepadan.ground.messages import message
from sepadan.ground.problems import Problem, Refused, problem, refuse
from sepadan.tax.documents import (
    bill_sheet,
    delivery_list,
    pdf_pages,
    print_process,
    sheet_background,
    sheet_font,
    sheet_ink,
    sheet_layout,
)
from sepadan.tax.documents.bill_sheet import BillSheet
from sepadan.tax.documents.pdf_pages import PdfPages
from sepadan.tax.documents.sheet_background import background
from sepadan.tax.documents.sheet_font import font
from sepadan.tax.documents.sheet_layout import SheetLayout

_SHOWN, _WRITERS = 20, ".writers"
_PATIENCE_S = 10  # for processes of a killed print: they end at once, a disk under load apart


class Rows(Protocol):
    """A CSV being written."""

    def writerow(self, row: Iterable[Any], /) -> Any: ...


@dataclass(frozen=True, slots=True)
class SheetPart:
    """``name`` is that of its files; ``source`` gives ``sheets`` bills in delivery order."""

    name: str
    kelurahan: str
    fingerprint: str
    sheets: int
    source: Callable[[], Iterable[BillSheet]]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was made of a part."""

    name: str
    kelurahan: str
    fingerprint: str
    sheets: int
    payable: int
    length: int
    list_length: int
    sha256: str
    problems: int
    first_problems: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Progress:
    """After a part: sheets and parts so far, of all; the part just done (``receipt`` None: it failed)."""

    sheets: int
    all_sheets: int
    parts: int
    all_parts: int
    name: str
    receipt: Receipt | None
    skipped: bool


@dataclass(slots=True)
class Printed:
    """What a run did. ``failed`` parts have no file; a rerun makes only them."""

    receipts: list[Receipt] = field(default_factory=list)
    skipped: int = 0
    failed: list[Problem] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def sheets(self) -> int:
        return sum(receipt.sheets for receipt in self.receipts)

    @property
    def payable(self) -> int:
        return sum(receipt.payable for receipt in self.receipts)


def print_roll(
    parts: Sequence[SheetPart],
    folder: Path,
    *,
    processes: int = 2,
    progress: Callable[[Progress], None] | None = None,
    prepare: Callable[[], None] | None = None,
) -> Printed:
    """Print *parts* into *folder*. *prepare* runs once in each process (to set up what the sources need)."""
    names = [part.name for part in parts]
    if doubled := sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []:
        raise refuse("tax.print.doubled", remedy="tax.print.doubled.remedy", names=", ".join(doubled[:5]))
    began, done, sheets = time.monotonic(), Printed(), 0
    total = sum(part.sheets for part in parts)
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        for count, (part, outcome, skipped) in enumerate(_outcomes(parts, folder, processes, prepare), 1):
            receipt = outcome if isinstance(outcome, Receipt) else None
            if isinstance(outcome, Receipt):
                done.receipts.append(outcome)
                done.skipped += skipped
                sheets += outcome.sheets
            else:
                done.failed.append(outcome)
            if progress:
                progress(Progress(sheets, total, count, len(parts), part.name, receipt, skipped))
    done.receipts.sort(key=lambda receipt: receipt.name)
    done.seconds = time.monotonic() - began
    return done


def _outcomes(
    parts: Sequence[SheetPart], folder: Path, processes: int, prepare: Callable[[], None] | None
) -> Iterator[tuple[SheetPart, Receipt | Problem, bool]]:
    waiting = []
    for part in parts:
        known = finished(part, folder)
        if known is None:
            waiting.append(part)
        else:
            yield part, known, True
    if processes <= 1 or len(waiting) <= 1:
        if prepare and waiting:
            prepare()
        for part in waiting:
            yield part, _attempt(part, folder), False
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(processes, len(waiting)), context, print_process.begin, (prepare,)) as pool:
        tasks = {pool.submit(_attempt, part, folder): part for part in waiting}
        try:
            for task in as_completed(tasks):
                yield tasks.pop(task), task.result(), False
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _attempt(part: SheetPart, folder: Path) -> Receipt | Problem:
    try:
        with (folder / _WRITERS).open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_SH)
            return print_part(part, folder)
    except Refused as refused:
        return refused.problem
    except Exception as fault:  # a fault of one part must not lose the others; it is told with its kind
        return problem(
            "tax.print.fault",
            where=part.name,
            remedy="tax.print.fault.remedy",
            fault=f"{type(fault).__name__}: {fault}",
        )


def paths(part: SheetPart, folder: Path) -> tuple[Path, Path, Path, Path]:
    """PDF, delivery list, list of what to look at, receipt."""
    return (
        folder / f"{part.name}.pdf",
        folder / f"{part.name}-antaran.csv",
        folder / f"{part.name}-periksa.csv",
        folder / f"{part.name}.json",
    )


def finished(part: SheetPart, folder: Path) -> Receipt | None:
    """The receipt of *part* if its files are there and made of the same bills by the same layout."""
    pdf, listed, _, receipt = paths(part, folder)
    try:
        known = Receipt(**json.loads(receipt.read_text(encoding="utf-8")))
        whole = pdf.stat().st_size == known.length and listed.stat().st_size == known.list_length
    except (OSError, ValueError, TypeError):
        return None
    return known if whole and known.fingerprint == _fingerprint(part) else None


def print_part(part: SheetPart, folder: Path) -> Receipt:
    """Write the files of one part. Raises Refused, and leaves nothing, when its sheets are not what was said."""
    pdf, listed, checked, receipt_path = paths(part, folder)
    receipt_path.unlink(missing_ok=True)
    drafts = [path.with_name(f".{path.name}.draft") for path in (pdf, listed, checked, receipt_path)]
    try:
        with drafts[0].open("wb") as out, _csv(drafts[1]) as rows, _csv(drafts[2]) as faults:
            rows.writerow(delivery_list.heads())
            faults.writerow([message("tax.delivery.page").text("id"), message("tax.delivery.fault").text("id")])
            receipt = _write(part, out, rows, faults)
            out.flush()
            os.fsync(out.fileno())
        receipt = Receipt(**{**asdict(receipt), "list_length": drafts[1].stat().st_size})
        drafts[3].write_text(json.dumps(asdict(receipt), ensure_ascii=False, indent=1), encoding="utf-8")
        for draft, path in zip(drafts, (pdf, listed, checked, receipt_path), strict=True):
            draft.replace(path)
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)
    return receipt


def _write(part: SheetPart, out: BinaryIO, rows: Rows, faults: Rows) -> Receipt:
    book, layout, before, payable, count, shown = None, None, ("", ""), 0, 0, []
    problems = 0
    for sheet in part.source():
        if book is None or layout is None:
            layout = SheetLayout(sheet.office)
            book = _book(sheet, out)
        _check(part, sheet, layout, before, count)
        before = sheet.delivery_key
        content, codes, told = layout.page(sheet)
        book.page(content, codes)
        count += 1
        payable += sheet.payable
        rows.writerow(delivery_list.row(count, sheet))
        for one in told:
            problems += 1
            faults.writerow([count, one.text("id")])
            if len(shown) < _SHOWN:
                shown.append(one.text("id"))
    if book is None or count != part.sheets:
        raise refuse("tax.print.count", where=part.name, remedy="tax.print.count.remedy", told=part.sheets, got=count)
    length, digest = book.finish()
    return Receipt(part.name, part.kelurahan, _fingerprint(part), count, payable, length, 0, digest, problems, shown)


def _check(part: SheetPart, sheet: BillSheet, layout: SheetLayout, before: tuple[str, str], count: int) -> None:
    if sheet.delivery_key <= before:
        raise refuse(
            "tax.print.order", where=part.name, remedy="tax.print.order.remedy", nop=sheet.nop_written, page=count + 1
        )
    if sheet.office is not layout.office and sheet.office != layout.office:
        raise refuse("tax.print.office", where=part.name, remedy="tax.print.office.remedy", nop=sheet.nop_written)


def _book(sheet: BillSheet, out: BinaryIO) -> PdfPages:
    office = sheet.office
    title = message("tax.sheet.file_title", year=str(office.tax_year), region=office.region).text("id")
    return PdfPages(
        out,
        title=title,
        fonts=[font("Regular"), font("SemiBold")],
        background=background(office, synthetic=sheet.synthetic),
    )


def bill_pdf(sheet: BillSheet) -> tuple[bytes, list[Problem]]:
    """One bill as a file of its own, by the same layout, and what it could not show as it is."""
    out = io.BytesIO()
    book = _book(sheet, out)
    content, codes, problems = SheetLayout(sheet.office).page(sheet)
    book.page(content, codes)
    book.finish()
    return out.getvalue(), problems


@cache
def _layout_mark() -> str:
    """Changes with the code of the layout, its words and its fonts: a sheet of an older look is made anew."""
    digest = hashlib.sha256()
    for module in (bill_sheet, delivery_list, pdf_pages, sheet_background, sheet_font, sheet_ink, sheet_layout):
        digest.update(Path(module.__file__).read_bytes())
    digest.update((Path(__file__).parents[1] / "messages_sheet.yaml").read_bytes())
    for weight in ("Regular", "SemiBold"):
        digest.update(font(weight).program)
    return digest.hexdigest()[:16]


def _fingerprint(part: SheetPart) -> str:
    return f"{part.fingerprint}/{part.sheets}/{_layout_mark()}"


@contextmanager
def _csv(path: Path) -> Iterator[Rows]:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        yield csv.writer(file, lineterminator="\r\n")
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One run at a time in a folder; the lock goes with the process that held it, and so do those of its writers."""
    with (folder / ".lock").open("w") as handle:
        _lock(handle, folder)
        with (folder / _WRITERS).open("w") as writers:
            _lock(writers, folder, patience=_PATIENCE_S)
        yield


def _lock(handle: TextIO, folder: Path, patience: float = 0) -> None:
    end = time.monotonic() + patience
    while True:
        try:
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() >= end:
                raise refuse("tax.print.busy", where=str(folder), remedy="tax.print.busy.remedy") from None
            time.sleep(0.05)
