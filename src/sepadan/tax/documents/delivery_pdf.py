"""The delivery list of a kelurahan on paper: the rows of its CSV with room to sign, page by page, heads on each.

One row a sheet, in the order of the sheets; the number is the page of the PDF of sheets. It ends with the count and
sum, by which the carrier signs for what he takes. Memory does not grow with the list.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from sepadan.tax.documents.pdf_pages import PdfPages
from sepadan.tax.documents.sheet_font import encode, escaped, font
from sepadan.tax.documents.sheet_ink import BOLD, HAIR, REGULAR, STRONG, Ink, number, rule, width_of, words

LEFT, RIGHT, TOP, LOW, PITCH = 34.0, 561.0, 742.0, 58.0, 17.2
COLUMNS = ((LEFT, 24, True), (64, 128, False), (196, 116, False), (316, 112, False), (432, 52, True), (490, 71, False))
_PICKED = (0, 1, 3, 4, 5)  # columns of the CSV: sheet, street, NOP, payer, amount


def write_delivery_pdf(listed: Path, made: Path, *, kelurahan: str, region: str, tax_year: int,
                       synthetic: bool) -> None:
    """The list of the CSV *listed* as the PDF *made*, written beside its place and renamed."""
    draft = made.with_name(f".{made.name}.draft")
    title = words("tax.delivery.title", kelurahan=kelurahan, year=str(tax_year))
    try:
        with draft.open("wb") as out, listed.open(encoding="utf-8-sig", newline="") as given:
            book = PdfPages(out, title=title, fonts=[font("Regular"), font("SemiBold")],
                            background=_background(title, region, synthetic=synthetic))
            _pages(book, csv.reader(given))
            book.finish()
        draft.replace(made)
    finally:
        draft.unlink(missing_ok=True)


def _background(title: str, region: str, *, synthetic: bool) -> bytes:
    ink = Ink()
    ink.ink()
    ink.fit(LEFT, 794, 400, 13, title, "title", face=BOLD)
    ink.grey()
    ink.say(LEFT, 780, 8.5, region if not synthetic else f"{region} · {words('tax.sheet.synthetic')}")
    heads = [words(f"tax.delivery.{name}") for name in ("page", "street", "nop", "payer", "payable", "handed_on")]
    for (x, room, right), head in zip(COLUMNS, heads, strict=True):
        if right:
            ink.right(x + room, TOP + 16, 7.5, head, BOLD)
        else:
            ink.say(x, TOP + 16, 7.5, head, BOLD)
    return rule(TOP + 11, LEFT, RIGHT, width=0.8, colour=STRONG) + b"BT " + b"\n".join(ink.parts) + b" ET"


def _pages(book: PdfPages, rows: Iterator[list[str]]) -> None:
    next(rows, None)
    ink, lines, y, count, total = _fresh(), [], TOP, 0, 0
    for row in rows:
        if y < LOW:
            _page(book, ink, lines)
            ink, lines, y = _fresh(), [], TOP
        _row(ink, y, [row[place].removeprefix("'") for place in _PICKED])
        lines.append(rule(y - 5.4, LEFT, RIGHT, width=0.4, colour=HAIR))
        y -= PITCH
        count += 1
        total += int(row[5] or 0)
    if y < LOW + 4 * PITCH:
        _page(book, ink, lines)
        ink, lines, y = _fresh(), [], TOP
    ink.say(LEFT, y - 8, 9.5, words("tax.delivery.sum", count=count, total=total), BOLD)
    for x, key in ((LEFT, "tax.delivery.given"), (316.0, "tax.delivery.taken")):
        ink.say(x, y - 26, 8.5, words(key))
        lines.append(rule(y - 62, x, x + 200, width=0.5))
    _page(book, ink, lines)


def _fresh() -> Ink:
    ink = Ink()
    ink.ink()
    return ink


def _row(ink: Ink, y: float, texts: list[str]) -> None:
    shown = [texts[0], texts[1], texts[2], texts[3], number(int(texts[4] or 0))]
    for (x, room, right), text in zip(COLUMNS, shown, strict=False):
        if right:
            ink.right(x + room, y, 8, text)
            continue
        size = 8.0
        wide = width_of(text, size)
        if wide > room:
            size = max(5.5, size * room / wide)
        encoded = encode(text)[0]
        while encoded and font("Regular").width(encoded) * size / 1000 > room:
            encoded = encoded[:-1]
        ink.put(x, y, size, escaped(encoded), REGULAR)


def _page(book: PdfPages, ink: Ink, lines: list[bytes]) -> None:
    ink.right(RIGHT, 30, 8, words("tax.delivery.page_of", page=str(book.count + 1)))
    book.page(b"/B Do " + b"".join(lines) + b"BT\n" + b"\n".join(ink.parts) + b"\nET")
