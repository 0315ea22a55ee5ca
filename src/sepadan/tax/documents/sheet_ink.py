"""Drawing text on a printed page: one size after the other until it fits, and told when it does not.

A page is a list of PDF operators between ``BT`` and ``ET``. Texts that many sheets share are encoded once per process
and place (``say``, ``note``); texts of the register are measured, made smaller, broken into lines, at last cut and
reported (``fit``), or take as many lines as they need (``flow``). Lengths are points from the lower left corner.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, lru_cache

from sepadan.ground import figures
from sepadan.ground.messages import message
from sepadan.ground.problems import Problem, problem
from sepadan.ground.qr import Code
from sepadan.tax.documents.sheet_font import SheetFont, encode, escaped, font

LEFT, RIGHT, MIDDLE = 45.0, 550.0, 305.0
REGULAR, BOLD = 1, 2
INK, GREY, HAIR = b"0.08 g", b"0.34 g", b"0.72 G"
STRONG = b"0.08 G"
_SMALLEST = 6.5


@lru_cache(4096)
def words(key: str, **params: object) -> str:
    return message(key, **params).text("id")


@cache
def face_of(index: int) -> SheetFont:
    return font("Regular" if index == REGULAR else "SemiBold")


@lru_cache(8192)
def _shared(x: float, y: float, size: float, text: str, face: int) -> bytes:
    """A text that stands in the same place on many sheets, ready to be written."""
    return _at(face, size) % (x, y, escaped(encode(text)[0]))


@cache
def _at(face: int, size: float) -> bytes:
    return b"/F%d %g Tf 1 0 0 1 %%g %%g Tm(%%s)Tj" % (face, size)


@lru_cache(8192)
def _shared_fit(x: float, y: float, room: float, size: float, text: str, lines: int) -> tuple[bytes, float]:
    ink = Ink()
    low = ink.fit(x, y, room, size, text, "", lines=lines)
    return b"\n".join(ink.parts), low


@dataclass
class Ink:
    """Collects the drawing of one page and what could not be shown as it is."""

    where: str = ""
    parts: list[bytes] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    replaced: bool = False

    def put(self, x: float, y: float, size: float, text: bytes, face: int = REGULAR) -> None:
        self.parts.append(_at(face, size) % (x, y, text))

    def say(self, x: float, y: float, size: float, text: str, face: int = REGULAR) -> None:
        self.parts.append(_shared(x, y, size, text, face))

    def note(self, x: float, y: float, room: float, size: float, text: str, *, lines: int = 1) -> float:
        """``fit`` for a text that many sheets share; what is too long is cut without a report."""
        written, low = _shared_fit(x, y, room, size, text, lines)
        self.parts.append(written)
        return low

    def right(self, x: float, y: float, size: float, text: str, face: int = REGULAR) -> None:
        encoded = encode(text)[0]
        wide = face_of(face).width(encoded) * size / 1000
        self.parts.append(_at(face, size) % (x - wide, y, escaped(encoded)))

    def own(self, text: str, name: str) -> bytes:
        """A text of the register, encoded; letters that are replaced are told."""
        encoded, strange = encode(text)
        if strange:
            self.replaced = True
            self.problems.append(
                problem(
                    "tax.sheet.fault.letters",
                    where=self.where,
                    field=message(f"tax.sheet.field.{name}"),
                    letters=strange,
                    remedy="tax.sheet.fault.letters.remedy",
                )
            )
        return encoded

    def fit(
        self, x: float, y: float, room: float, size: float, text: str, name: str, *, lines: int = 1, face: int = REGULAR
    ) -> float:
        """*text* within *room* points: whole, else smaller, else on more lines, else cut. Returns the next line's y."""
        encoded = self.own(text, name)
        wide = face_of(face).width(encoded) * size / 1000
        if wide <= room:
            self.put(x, y, size, escaped(encoded), face)
            return y - size * 1.3
        if wide * 0.85 <= room:
            self.put(x, y, size * room / wide - 0.005, escaped(encoded), face)
            return y - size * 1.3
        rows, rest = broken(encoded, size, room, face, lines)
        if rest:
            size = max(_SMALLEST, size * 0.78)
            rows, rest = broken(encoded, size, room, face, lines)
        if rest:
            rows[-1] = rows[-1][:-1].rstrip() + b"\x85"
            self.problems.append(
                problem(
                    "tax.sheet.fault.long",
                    where=self.where,
                    field=message(f"tax.sheet.field.{name}"),
                    text=text,
                    remedy="tax.sheet.fault.long.remedy",
                )
            )
        for row in rows:
            self.put(x, y, size, escaped(row), face)
            y -= size * 1.22
        return y

    def flow(self, x: float, y: float, room: float, size: float, text: str, *, face: int = REGULAR,
             leading: float = 1.38) -> float:
        """*text* on as many lines as it takes. Returns the next line's y. Letters outside the font set ``replaced``."""
        encoded, strange = encode(text)
        self.replaced = self.replaced or bool(strange)
        for row in broken(encoded, size, room, face, 1_000)[0]:
            self.put(x, y, size, escaped(row), face)
            y -= size * leading
        return y

    def grey(self) -> None:
        self.parts.append(GREY)

    def ink(self) -> None:
        self.parts.append(INK)


def broken(encoded: bytes, size: float, room: float, face: int, lines: int) -> tuple[list[bytes], bytes]:
    """Up to *lines* rows, broken at spaces or, where there is none, inside a word; and what is left over."""
    rows, most = [], room * 1000 / size
    widths = face_of(face).widths
    while encoded and len(rows) < lines:
        total, end = 0, 0
        while end < len(encoded) and total + widths[encoded[end]] <= most:
            total += widths[encoded[end]]
            end += 1
        if end < len(encoded) and (space := encoded.rfind(b" ", 0, end + 1)) > end // 2:
            end = space
        rows.append(encoded[:end].rstrip())
        encoded = encoded[end:].lstrip()
    return rows, encoded


def number(value: int) -> str:
    return f"{value:,}".replace(",", ".") if value >= 0 else figures.number(value, "id")


def rule(y: float, x: float = LEFT, to: float = RIGHT, width: float = 0.5, colour: bytes = HAIR) -> bytes:
    return b"%g w %s %g %g m %g %g l S " % (width, colour, x, y, to, y)


def width_of(text: str, size: float, face: int = REGULAR) -> float:
    """Points that *text* takes on one line."""
    return face_of(face).width(encode(text)[0]) * size / 1000


def picture(index: int, code: Code, place: tuple[float, float, float]) -> bytes:
    """Picture *index* of the page at ``(left, low, side)``."""
    x, y, side = place
    return b" q %g 0 0 %g %g %g cm/I%d Do Q" % (side, side, x, y, index)
