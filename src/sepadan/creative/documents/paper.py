"""A letter of the creative centre as PDF on A4, set by typst from ``letter.typ``: tagged, in the product's own font.

A letter is plain values; what it says comes from its writer (``letters.py``). The day of the letter is the only date in
the file, so the same letter gives the same bytes. A QR code leads to the page on which the letter is checked.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import cast

import typst

from sepadan.ground.charts import FONTS
from sepadan.ground.qr import Code, Codes

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Letter:
    """Texts as they are printed. ``rows`` under ``heads``; ``url`` of the check page makes the QR code."""

    title: str
    number: str
    dated: str
    region: str
    office: str
    to_word: str
    to: str
    opening: tuple[str, ...]
    closing: tuple[str, ...]
    position: str
    signer: str
    footer: str
    facts: tuple[tuple[str, str], ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    conditions_word: str = ""
    conditions: tuple[str, ...] = ()
    check: str = ""
    url: str = ""
    sample: str | None = None


def letter_pdf(letter: Letter, on: date) -> bytes:
    """The file; *on* is its date."""
    qr = qr_svg(Codes("m").code(letter.url)) if letter.url else ""
    return set_pdf("letter.typ", {**asdict(letter), "qr": qr}, on)


def set_pdf(template: str, data: dict[str, object], on: date) -> bytes:
    """*data* set by one of the templates of this folder."""
    made = datetime.combine(on, time(), UTC)
    return cast(bytes, typst.compile(
        (FOLDER / template).read_bytes(), font_paths=[str(FONTS)], ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, timestamp=int(made.timestamp()), pdf_tags=True))


def qr_svg(code: Code) -> str:
    """The code with its quiet zone, as a picture of one path."""
    side = code.side + 8
    squares = "".join(f"M{x + 4} {y + 4}h1v1h-1z" for y in range(code.side) for x in range(code.side)
                      if code.dark(x, y))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
            f'<rect width="{side}" height="{side}" fill="#ffffff"/><path d="{squares}" fill="#000000"/></svg>')
