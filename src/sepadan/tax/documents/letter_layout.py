"""How a letter stands on its pages: head, addressee, standing words, facts, table, signature; as many pages as needed.

A4, points from the lower left. What does not fit goes on the next page, which names the letter and its number again. A
table repeats its heads, and the signature never stands alone. A letter outside the font is replaced by the nearest.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import BinaryIO

from sepadan.ground.qr import Code, Codes
from sepadan.tax.documents.letter import NEEDS, LetterFacts, LetterTable, check_facts
from sepadan.tax.documents.pdf_pages import PdfPages
from sepadan.tax.documents.sheet_font import font
from sepadan.tax.documents.sheet_ink import BOLD, HAIR, REGULAR, RIGHT, STRONG, Ink, picture, rule, width_of, words

X, ROOM = 62.0, RIGHT - 62.0
TOP, LOW = 772.0, 92.0
TEXT, LINE, ROW = 10.0, 13.8, 17.0
SEAL = (X, 24.0, 54.0)  # left, low, side of the code
_SIGN_ROOM = 132.0


CENTRED = frozenset({"paksa", "decision", "njop", "no_arrears", "spmp", "sita", "lelang", "cabut_sita", "lepas_sita",
                     "batal_lelang", "antaran"})
"""Kinds whose title stands in the middle, over the number; the day then stands with the signature."""
UNADDRESSED = frozenset({"decision", "njop", "no_arrears", "lelang", "antaran"})


def letter_pdf(kind: str, facts: LetterFacts) -> bytes:
    """The letter as a PDF file; the same facts give the same bytes. Raises Refused when *facts* lack what it says."""
    out = io.BytesIO()
    book = letter_book(out, words(f"tax.letter.{kind}.title") if kind in NEEDS else kind)
    add_letter(book, kind, facts)
    book.finish()
    return out.getvalue()


def letter_book(out: BinaryIO, title: str) -> PdfPages:
    return PdfPages(out, title=title, fonts=[font("Regular"), font("SemiBold")], background=b"")


def add_letter(book: PdfPages, kind: str, facts: LetterFacts) -> int:
    """Put one more letter into *book*; how many pages it takes. Raises Refused when *facts* lack what it says."""
    check_facts(kind, facts)
    pages = _Pages(kind, facts)
    _head(pages)
    _body(pages)
    _signature(pages)
    return pages.put(book)


@dataclass
class _Pages:
    """The pages so far; ``y`` is where the next line stands."""

    kind: str
    facts: LetterFacts
    y: float = TOP
    done: list[tuple[Ink, list[bytes]]] = field(default_factory=list)
    ink: Ink = field(default_factory=Ink)
    drawn: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ink.ink()

    @property
    def title(self) -> str:
        return words(f"tax.letter.{self.kind}.title")

    def room(self, height: float) -> bool:
        """Whether *height* fits; if not, a new page begins."""
        if self.y - height >= LOW:
            return True
        self.turn()
        return False

    def turn(self) -> None:
        self.done.append((self.ink, self.drawn))
        self.ink, self.drawn, self.y = Ink(), [], TOP + 18
        self.ink.grey()
        named = " · ".join(part for part in (self.title, self.facts.number) if part)
        self.ink.say(X, self.y, 8, words("tax.letter.continued", letter=named))
        self.ink.ink()
        self.drawn.append(rule(self.y - 6, X))
        self.y -= 30

    def text(self, text: str, *, face: int = REGULAR, size: float = TEXT, x: float = X, after: float = 6.0) -> None:
        """*text* flowing from line to line and page to page."""
        for paragraph in text.split("\n"):
            rest = paragraph
            while rest:
                lines, rest = _lines(rest, RIGHT - x, size, face)
                self.room(LINE)
                self.y = self.ink.flow(x, self.y, RIGHT - x, size, lines, face=face)
        self.y -= after

    def put(self, book: PdfPages) -> int:
        self.done.append((self.ink, self.drawn))
        codes = Codes("m")
        for index, (ink, drawn) in enumerate(self.done, 1):
            shown: list[Code] = [codes.code(self.facts.url)] if self.facts.url and index == len(self.done) else []
            foot = _foot(self.facts, index, len(self.done), replaced=any(one.replaced for one, _ in self.done))
            body = b"".join(drawn) + b"BT\n" + b"\n".join([*ink.parts, *foot.parts]) + b"\nET"
            book.page(body + (picture(0, shown[0], SEAL) if shown else b""), shown)
        return len(self.done)


def _lines(text: str, room: float, size: float, face: int) -> tuple[str, str]:
    """The words of *text* that fit one line, at least one; and the rest."""
    pieces = text.split(" ")
    count = 1
    while count < len(pieces) and width_of(" ".join(pieces[: count + 1]), size, face) <= room:
        count += 1
    return " ".join(pieces[:count]), " ".join(pieces[count:])


def _head(pages: _Pages) -> None:
    facts, ink = pages.facts, pages.ink
    office = facts.office
    if facts.synthetic:
        text = words("tax.letter.synthetic")
        pages.drawn.append(b"0.08 g %g 812 %g 15 re f " % (X, width_of(text, 9, BOLD) + 14))
        ink.parts.append(b"1 g")
        ink.say(X + 7, 816.2, 9, text, BOLD)
        ink.ink()
    ink.fit(X, 790, ROOM, 14, office.region, "region", face=BOLD)
    ink.grey()
    named = ", ".join(part for part in (office.office, office.address) if part)
    low = ink.fit(X, 777, ROOM, 8.5, named, "office", lines=2)
    ink.ink()
    pages.drawn.append(rule(low + 1, X, width=1.6, colour=STRONG))
    pages.y = low - 26
    if pages.kind in ("paksa", "spmp"):
        _centred(pages, words("tax.letter.paksa.heading"), 10.5)
        pages.y -= 8
    size = 15.0
    if pages.kind in CENTRED:
        _centred(pages, pages.title.upper(), size)
        if facts.number:
            _centred(pages, words("tax.letter.number", number=facts.number), TEXT, REGULAR)
        pages.y -= 10
        return
    ink.fit(X, pages.y, ROOM, size, pages.title, "title", face=BOLD)
    if facts.number:
        ink.grey()
        ink.say(X, pages.y - 15, TEXT, words("tax.letter.number", number=facts.number))
        ink.ink()
        pages.y -= 15
    ink.right(RIGHT, pages.y, TEXT, _dated(facts))
    pages.y -= 30


def _dated(facts: LetterFacts) -> str:
    if facts.office.place:
        return words("tax.letter.dated", place=facts.office.place, day=facts.dated)
    return words("tax.letter.dated_only", day=facts.dated)


def _centred(pages: _Pages, text: str, size: float, face: int = BOLD) -> None:
    wide = width_of(text, size, face)
    if wide > ROOM:
        size, wide = size * ROOM / wide, ROOM
    pages.ink.say(X + (ROOM - wide) / 2, pages.y, size, text, face)
    pages.y -= size * 1.5


def _body(pages: _Pages) -> None:
    facts, kind = pages.facts, pages.kind
    if kind not in UNADDRESSED:
        _addressee(pages)
    params = dict(facts.params)
    if kind == "decision":
        _decision(pages)
    else:
        pages.text(words(f"tax.letter.{kind}.opening", **params), after=8)
    if kind in ("njop", "no_arrears"):
        _facts(pages, ((words("tax.letter.name"), facts.to.name),
                       *([(words("tax.letter.address"), ", ".join(facts.to.address))] if facts.to.address else []),
                       *facts.lines))
    elif facts.lines:
        _facts(pages, facts.lines)
    if facts.table is not None:
        _table(pages, facts.table)
    if kind != "decision":
        pages.text(words(f"tax.letter.{kind}.closing", **params), after=8)
    for paragraph in facts.paragraphs:
        pages.text(paragraph, after=8)
    if facts.office.pay_at and kind in ("stpd", "reminder", "teguran", "paksa"):
        pages.text(" ".join((words("tax.letter.pay"), *facts.office.pay_at)), after=8)
    if facts.bases and kind != "decision":
        pages.ink.grey()
        pages.text(words("tax.letter.bases", bases="; ".join(facts.bases)), size=8.5, after=8)
        pages.ink.ink()


def _addressee(pages: _Pages) -> None:
    to = pages.facts.to
    pages.ink.grey()
    pages.text(words("tax.letter.to"), size=8.5, after=0)
    pages.ink.ink()
    pages.text(to.name, face=BOLD, after=0)
    for line in to.address:
        pages.text(line, after=0)
    pages.y -= 14


def _decision(pages: _Pages) -> None:
    facts = pages.facts
    pages.text(words("tax.letter.decision.opening", **dict(facts.params)), after=10)
    for key, texts, mark in (
        ("tax.letter.decision.considering", facts.considerations, _letter_mark),
        ("tax.letter.decision.by", facts.bases, _number_mark),
        ("tax.letter.decision.ruling", facts.rulings, _ruling_mark),
    ):
        if not texts:
            continue
        pages.room(2 * LINE)
        pages.text(words(key), face=BOLD, after=2)
        for index, text in enumerate(texts):
            pages.room(LINE)
            head = mark(index)
            wide = max(20.0, width_of(head, TEXT, BOLD) + 10)
            pages.ink.say(X, pages.y, TEXT, head, BOLD if mark is _ruling_mark else REGULAR)
            pages.text(text, x=X + wide, after=4)
        pages.y -= 6


def _letter_mark(index: int) -> str:
    return f"{chr(ord('a') + index % 26)}."


def _number_mark(index: int) -> str:
    return f"{index + 1}."


def _ruling_mark(index: int) -> str:
    return words("tax.letter.decision.nth", number=str(index + 1))


def _facts(pages: _Pages, lines: tuple[tuple[str, str], ...]) -> None:
    """Names in grey on the left, what they are beside them."""
    left = min(190.0, max((width_of(label, 9) for label, _ in lines), default=0) + 18)
    for label, value in lines:
        pages.room(LINE)
        pages.ink.grey()
        pages.ink.say(X, pages.y, 9, label)
        pages.ink.ink()
        pages.text(value, x=X + left, after=2)
    pages.y -= 10


def _table(pages: _Pages, table: LetterTable) -> None:
    places = _columns(table)
    pages.room(3 * LINE)
    _table_row(pages, places, tuple(head.lstrip(">") for head in table.heads), BOLD, 8.5)
    pages.drawn.append(rule(pages.y + ROW - 5, X, width=0.8, colour=STRONG))
    for row in table.rows:
        if not pages.room(LINE * 1.6):
            _table_row(pages, places, tuple(head.lstrip(">") for head in table.heads), BOLD, 8.5)
            pages.drawn.append(rule(pages.y + ROW - 5, X, width=0.8, colour=STRONG))
        _table_row(pages, places, row, REGULAR, 9.5)
        pages.drawn.append(rule(pages.y + ROW - 5, X, colour=HAIR))
    if table.total:
        pages.room(LINE * 1.6)
        _table_row(pages, places, table.total, BOLD, 9.5)
        pages.drawn += [rule(pages.y + ROW - 5, X, width=0.8, colour=STRONG),
                        rule(pages.y + ROW - 6.8, X, width=0.8, colour=STRONG)]
    pages.y -= 12


@dataclass(frozen=True, slots=True)
class _Column:
    x: float
    room: float
    right: bool


def _columns(table: LetterTable) -> list[_Column]:
    """Columns as wide as what stands in them, shrunk alike when they are too wide together."""
    widths = []
    for index, head in enumerate(table.heads):
        shown = [(head.lstrip(">"), BOLD, 8.5), *((row[index], REGULAR, 9.5) for row in table.rows)]
        if table.total:
            shown.append((table.total[index], BOLD, 9.5))
        widths.append(max(width_of(text, size, face) for text, face, size in shown) + 12)
    spare = ROOM - sum(widths)
    texts = [index for index, head in enumerate(table.heads) if not head.startswith(">")]
    if spare < 0 and texts:  # texts break, figures do not
        wide = max(texts, key=lambda index: widths[index])
        widths[wide] = max(70.0, widths[wide] + spare)
    elif spare > 0:
        widths = [width + spare / len(widths) for width in widths]
    shrink = min(1.0, ROOM / sum(widths))
    found, x = [], X
    for head, width in zip(table.heads, widths, strict=True):
        found.append(_Column(x, width * shrink - 8, head.startswith(">")))
        x += width * shrink
    last = found[-1]
    found[-1] = _Column(last.x, RIGHT - last.x, last.right)
    return found


def _table_row(pages: _Pages, places: list[_Column], row: tuple[str, ...], face: int, size: float) -> None:
    low = pages.y
    for place, text in zip(places, row, strict=True):
        if place.right:
            wide = width_of(text, size, face)
            own = size if wide <= place.room else size * place.room / wide
            pages.ink.right(place.x + place.room, pages.y, own, text, face)
        else:
            low = min(low, pages.ink.flow(place.x, pages.y, place.room, size, text, face=face, leading=1.25)
                      + size * 1.25)
    pages.y = low - ROW


def _signature(pages: _Pages) -> None:
    facts = pages.facts
    after = 12.0 * len(facts.copies) + (26 if facts.copies else 0)
    pages.y -= 14
    pages.room(_SIGN_ROOM + after)
    ink, x, room = pages.ink, 330.0, RIGHT - 330.0
    if pages.kind in CENTRED:
        ink.say(x, pages.y, TEXT, _dated(facts))
        pages.y -= LINE
    position = facts.signer.position if facts.signer else words("tax.letter.signer", office=facts.office.office)
    pages.y = ink.flow(x, pages.y, room, TEXT, position) - 44
    if facts.signer and facts.signer.name:
        pages.y = ink.flow(x, pages.y, room, TEXT, facts.signer.name, face=BOLD)
    else:
        pages.drawn.append(rule(pages.y, x))
        pages.y -= LINE
    if facts.signer and facts.signer.number:
        ink.say(x, pages.y, 9, words("tax.letter.nip", number=facts.signer.number))
    pages.y -= 24
    if facts.copies:
        pages.text(words("tax.letter.copies"), size=8.5, face=BOLD, after=0)
        for index, copy in enumerate(facts.copies, 1):
            pages.text(f"{index}. {copy}", size=8.5, after=0)


def _foot(facts: LetterFacts, page: int, pages: int, *, replaced: bool) -> Ink:
    ink = Ink()
    ink.grey()
    x = X + SEAL[2] + 12 if facts.url and page == pages else X
    if facts.url and page == pages:
        ink.say(x, 60, 8, words("tax.letter.check"))
        ink.fit(x, 49, RIGHT - x, 7.5, facts.url, "url", lines=2)
    if replaced:
        ink.note(x, 36, RIGHT - x - 60, 7, words("tax.letter.letters"))
    ink.right(RIGHT, 24, 8, words("tax.letter.page", page=str(page), pages=str(pages)))
    return ink
