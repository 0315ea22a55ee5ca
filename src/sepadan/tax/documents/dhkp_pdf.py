"""The list of charges of a kelurahan (DHKP) on paper: a row a bill by NOP, a carried sum on each page, the closing.

It ends with the sum, what charges and ledger hold beside it, and room for two signatures. Long names are made smaller,
then cut: the list on screen has them whole. Points from the lower left corner; memory is that of the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any

from sepadan.ground import figures
from sepadan.tax.documents.pdf_pages import PdfPages
from sepadan.tax.documents.sheet_font import encode, escaped, font
from sepadan.tax.documents.sheet_ink import BOLD, HAIR, REGULAR, STRONG, Ink, number, rule, width_of, words
from sepadan.tax.queries.run_lists import Closing

LEFT, RIGHT, TOP, LOW, PITCH = 34.0, 561.0, 742.0, 66.0, 15.2
COLUMNS = (("no", LEFT, 22, True), ("nop", 62, 92, False), ("owner", 158, 104, False), ("street", 266, 88, False),
           ("land", 356, 34, True), ("building", 392, 34, True), ("payable", 428, 66, True), ("due_on", 500, 61, False))


def dhkp_pdf(rows: Iterable[Mapping[str, Any]], closing: Closing, *, village: str, region: str, tax_year: int,
             run: str, synthetic: bool) -> bytes:
    """The PDF of a list. *rows* carry nop, owner, street, land_m2, building_m2, payable, due_on."""
    out, title = BytesIO(), words("tax.dhkp.title", village=village, year=str(tax_year))
    book = PdfPages(out, title=title, fonts=[font("Regular"), font("SemiBold")],
                    background=_background(title, words("tax.dhkp.of", region=region, run=run), synthetic=synthetic))
    ink, lines, y, count, total = _fresh(), list[bytes](), TOP, 0, 0
    for row in rows:
        if y < LOW:
            _page(book, ink, lines, total)
            ink, lines, y = _fresh(), [], TOP
        count, total = count + 1, total + row["payable"]
        _row(ink, y, [number(count), row["nop"], row["owner"], row["street"], number(row["land_m2"]),
                      number(row["building_m2"]), number(row["payable"]), figures.day(row["due_on"], "id")])
        lines.append(rule(y - 4.8, LEFT, RIGHT, width=0.4, colour=HAIR))
        y -= PITCH
    if y < LOW + 8 * PITCH:
        _page(book, ink, lines, total)
        ink, lines, y = _fresh(), [], TOP
    _closing(ink, lines, y, count, total, closing)
    _page(book, ink, lines, None)
    book.finish()
    return out.getvalue()


def _background(title: str, under: str, *, synthetic: bool) -> bytes:
    ink = Ink()
    ink.ink()
    ink.fit(LEFT, 794, 500, 13, title, "title", face=BOLD)
    ink.grey()
    ink.say(LEFT, 780, 8.5, under if not synthetic else f"{under} · {words('tax.sheet.synthetic')}")
    for name, x, room, right in COLUMNS:
        head = words(f"tax.dhkp.{name}")
        if right:
            ink.right(x + room, TOP + 16, 7.5, head, BOLD)
        else:
            ink.say(x, TOP + 16, 7.5, head, BOLD)
    return rule(TOP + 11, LEFT, RIGHT, width=0.8, colour=STRONG) + b"BT " + b"\n".join(ink.parts) + b" ET"


def _fresh() -> Ink:
    ink = Ink()
    ink.ink()
    return ink


def _row(ink: Ink, y: float, texts: list[str]) -> None:
    for (_, x, room, right), text in zip(COLUMNS, texts, strict=True):
        if right:
            ink.right(x + room, y, 7.8, text)
            continue
        size = 7.8
        wide = width_of(text, size)
        if wide > room:
            size = max(5.5, size * room / wide)
        encoded = encode(text)[0]
        while encoded and font("Regular").width(encoded) * size / 1000 > room:
            encoded = encoded[:-1]
        ink.put(x, y, size, escaped(encoded), REGULAR)


def _closing(ink: Ink, lines: list[bytes], y: float, count: int, total: int, closing: Closing) -> None:
    lines.append(rule(y + 8, LEFT, RIGHT, width=0.8, colour=STRONG))
    ink.say(LEFT, y - 8, 9.5, words("tax.dhkp.sum", count=count, total=total), BOLD)
    ink.say(LEFT, y - 22, 8.5, words("tax.dhkp.held", charged=closing.charged, booked=closing.booked))
    agree = closing.closed and closing.payable == total
    ink.say(LEFT, y - 35, 8.5, words(f"tax.dhkp.{'closed' if agree else 'open'}"), REGULAR if agree else BOLD)
    for x, key in ((LEFT, "tax.dhkp.made_by"), (316.0, "tax.dhkp.taken_by")):
        ink.say(x, y - 62, 8.5, words(key))
        lines.append(rule(y - 102, x, x + 200, width=0.5))


def _page(book: PdfPages, ink: Ink, lines: list[bytes], carried: int | None) -> None:
    if carried is not None:
        ink.right(494, 46, 8, words("tax.dhkp.carried", total=carried), BOLD)
    ink.right(RIGHT, 30, 8, words("tax.delivery.page_of", page=str(book.count + 1)))
    book.page(b"/B Do " + b"".join(lines) + b"BT\n" + b"\n".join(ink.parts) + b"\nET")
