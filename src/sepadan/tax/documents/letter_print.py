"""The files of a batch of letters: for each kelurahan one PDF in the order in which it is carried, and its list.

A part is written beside its place, flushed, then renamed; its receipt (JSON) comes last. A rerun skips a part whose
receipt knows the same letters and whose files have the receipt's length; all else is made anew. Letters are read a page
of ``READ`` at a time, so that memory stays flat (the list on paper holds the rows of one kelurahan). The number in the
list is the page of the PDF on which the letter begins.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from sepadan.ground.figures import number
from sepadan.ground.messages import message
from sepadan.ground.sheets import Value, plain
from sepadan.tax.documents.collection_papers import PRINTED, Papers
from sepadan.tax.documents.delivery_list import heads
from sepadan.tax.documents.letter import Addressee, LetterFacts, LetterOffice, LetterTable
from sepadan.tax.documents.letter_layout import add_letter, letter_book, letter_pdf
from sepadan.tax.engine.nop import Nop
from sepadan.tax.models import CollectionLetter, LetterBatch, LetterKind
from sepadan.tax.queries.collection import warnings_of
from sepadan.tax.queries.letter_batches import LetterPart, letters_of_part

FILES = {"pdf": ".pdf", "list": "-antaran.csv", "list_pdf": "-antaran.pdf", "receipt": ".json"}
READ = 500
Written = tuple[CollectionLetter, LetterFacts]


def part_name(batch: LetterBatch, part: LetterPart) -> str:
    return f"{part.code or 'tanpa-kelurahan'}-{batch.pk}"


def receipt_of(folder: Path, name: str) -> dict[str, Any] | None:
    """What was made of a part, when its files are whole; None else."""
    try:
        told: dict[str, Any] = json.loads((folder / f"{name}{FILES['receipt']}").read_text(encoding="utf-8"))
        whole = all((folder / f"{name}{FILES[what]}").stat().st_size == told["lengths"][what]
                    for what in ("pdf", "list", "list_pdf"))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return told if whole else None


def facts_of_part(batch: LetterBatch, part: LetterPart, start: int, stop: int) -> list[Written]:
    """Letters *start* to *stop* of a part with what they say, read in the region's scope."""
    letters, papers = letters_of_part(batch, part, start, stop), Papers()
    warned = warnings_of(one.nop for one in letters) if batch.kind == LetterKind.WARRANT else {}
    return [(one, papers.facts(one, list(one.lines.all()), warned.get(one.nop, ""))) for one in letters]


def print_part(batch: LetterBatch, part: LetterPart, folder: Path, read: Callable[[int, int], list[Written]], *,
               told: Callable[[int], None], office: LetterOffice, on: date) -> dict[str, Any]:
    """Make the files of a part, or find them whole. *read* gives letters from one place to another, each call in a
    scope of its own; *told* hears how many of the part are written."""
    name, kind = part_name(batch, part), PRINTED[LetterKind(batch.kind)]
    known = receipt_of(folder, name)
    if known is not None and known["mark"] == part.mark:
        told(part.letters)
        return known
    (folder / f"{name}{FILES['receipt']}").unlink(missing_ok=True)
    rows: list[list[Value]] = []
    title = message(f"tax.letter.{kind}.title").text("id")
    with _drafted(folder / f"{name}{FILES['pdf']}") as out:
        book = letter_book(out, title)
        while written := read(len(rows), len(rows) + READ):
            for letter, facts in written:
                rows.append(_row(book.count + 1, letter, part))
                add_letter(book, kind, facts)
            told(len(rows))
        book.finish()
    _write_lists(folder, name, part, rows, LetterFacts(
        office=office, dated=on, to=Addressee(""),
        params={"kind": title, "place": part.name or "-", "count": len(rows)}))
    receipt = {"mark": part.mark, "letters": len(rows), "pages": book.count, "lengths": {
        what: (folder / f"{name}{FILES[what]}").stat().st_size for what in ("pdf", "list", "list_pdf")}}
    with _drafted(folder / f"{name}{FILES['receipt']}") as out:
        out.write(json.dumps(receipt).encode())
    return receipt


def _row(page: int, letter: CollectionLetter, part: LetterPart) -> list[Value]:
    return [page, letter.address, part.name, str(Nop(letter.nop)), letter.payer_name, letter.total, None, None, None]


def _write_lists(folder: Path, name: str, part: LetterPart, rows: list[list[Value]], facts: LetterFacts) -> None:
    with _drafted(folder / f"{name}{FILES['list']}") as out:
        text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
        lines = csv.writer(text, lineterminator="\r\n")
        lines.writerow(heads())
        lines.writerows([plain(value) for value in row] for row in rows)
        text.detach()
    page, street, _, nop, payer, owed, handed, *_rest = heads()
    table = LetterTable((page, street, nop, payer, f">{owed}", handed), tuple(
        (str(row[0]), str(row[1]), str(row[3]), str(row[4]), number(part_sum, "id"), "")
        for row, part_sum in zip(rows, _amounts(rows), strict=True)),
        ("", message("tax.letter.head.total").text("id"), "", "", number(part.total, "id"), ""))
    with _drafted(folder / f"{name}{FILES['list_pdf']}") as out:
        out.write(letter_pdf("antaran", replace(facts, table=table)))


def _amounts(rows: list[list[Value]]) -> list[int]:
    return [int(str(row[5])) for row in rows]


@contextmanager
def _drafted(path: Path) -> Iterator[BinaryIO]:
    """A file that stands in its place only when it is whole."""
    draft = path.with_name(f".{path.name}.draft")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
