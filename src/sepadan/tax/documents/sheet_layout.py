"""The one layout of the printed SPPT: where each thing stands, for the single sheet and for a million.

A4, points from the lower left. ``background`` is drawn once a file (rules, headings, what the office says); ``page``
writes what differs. Black and greys only, so that a monochrome printer loses nothing. A text that is too long is made
smaller, then broken into lines, then cut and reported; a letter outside the font is reported and noted on the sheet.
Rows of steps share a fixed height and close up when there are many.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache

from sepadan.ground import figures
from sepadan.ground.messages import message
from sepadan.ground.problems import Problem, problem, refuse
from sepadan.ground.qr import Code, Codes
from sepadan.tax.documents.bill_sheet import BillSheet, Office, Part, amount_in_words
from sepadan.tax.documents.sheet_font import SheetFont, encode, escaped, font

LEFT, RIGHT, MIDDLE = 45.0, 550.0, 305.0
REGULAR, BOLD = 1, 2
INK, GREY, HAIR = b"0.08 g", b"0.34 g", b"0.72 G"
MOST_STEPS = 10
STEP_TOP, STEP_ROOM, STEP_PITCH = 474.0, 182.0, 24.0
LOWER = 266.0
PAY_QR, SEE_QR = (MIDDLE, 133.0, 80.0), (463.0, 137.0, 72.0)  # left, low, side; 4 modules stay free around
_SMALLEST = 6.5


@lru_cache(4096)
def words(key: str, **params: object) -> str:
    return message(key, **params).text("id")


@cache
def _face(index: int) -> SheetFont:
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
        wide = _face(face).width(encoded) * size / 1000
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
                    field=name,
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
        wide = _face(face).width(encoded) * size / 1000
        if wide <= room:
            self.put(x, y, size, escaped(encoded), face)
            return y - size * 1.3
        if wide * 0.85 <= room:
            self.put(x, y, size * room / wide - 0.005, escaped(encoded), face)
            return y - size * 1.3
        rows, rest = _broken(encoded, size, room, face, lines)
        if rest:
            size = max(_SMALLEST, size * 0.78)
            rows, rest = _broken(encoded, size, room, face, lines)
        if rest:
            rows[-1] = rows[-1][:-1].rstrip() + b"\x85"
            self.problems.append(
                problem(
                    "tax.sheet.fault.long",
                    where=self.where,
                    field=name,
                    text=text,
                    remedy="tax.sheet.fault.long.remedy",
                )
            )
        for row in rows:
            self.put(x, y, size, escaped(row), face)
            y -= size * 1.22
        return y

    def grey(self) -> None:
        self.parts.append(GREY)

    def ink(self) -> None:
        self.parts.append(INK)


def _broken(encoded: bytes, size: float, room: float, face: int, lines: int) -> tuple[list[bytes], bytes]:
    """Up to *lines* rows, broken at spaces or, where there is none, inside a word; and what is left over."""
    rows, most = [], room * 1000 / size
    widths = _face(face).widths
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


def _rule(y: float, x: float = LEFT, to: float = RIGHT, width: float = 0.5, colour: bytes = HAIR) -> bytes:
    return b"%g w %s %g %g m %g %g l S " % (width, colour, x, y, to, y)


def background(office: Office, *, synthetic: bool) -> bytes:
    """What every sheet of *office* shares."""
    ink = Ink()
    strong = b"0.08 G"
    lines = [
        _rule(771, width=1.6, colour=strong),
        _rule(684, width=0.5),
        _rule(592),
        _rule(577, width=0.8, colour=strong),
        _rule(563),
        _rule(549),
        _rule(546.5, 400, width=0.8, colour=strong),
        _rule(544.8, 400, width=0.8, colour=strong),
        _rule(506, width=0.8, colour=strong),
        _rule(LOWER + 14, width=0.8, colour=strong),
        b"[3 3] 0 d ",
        _rule(92, 20, 575),
        b"[] 0 d ",
        _rule(46, 180, 330),
        _rule(46, 345, 415),
        _rule(46, 430),
    ]
    ink.ink()
    ink.fit(LEFT, 792, 290, 14, office.region, "region", face=BOLD)
    ink.right(RIGHT, 790, 19, words("tax.sheet.title"), BOLD)
    ink.grey()
    ink.fit(LEFT, 779, 290, 8.5, f"{office.office}, {office.address}", "office")
    ink.right(RIGHT, 779, 8.5, words("tax.sheet.subtitle"))
    ink.say(LEFT, 753, 8, words("tax.sheet.nop"))
    ink.say(MIDDLE, 753, 8, words("tax.sheet.payable"))
    ink.say(LEFT, 703, 8, words("tax.sheet.tax_year"))
    ink.say(LEFT, 671, 8, words("tax.sheet.object"))
    ink.say(MIDDLE, 671, 8, words("tax.sheet.payer"))
    for x, key in (
        (250, "tax.sheet.area"),
        (315, "tax.sheet.class"),
        (430, "tax.sheet.per_m2"),
        (RIGHT, "tax.sheet.njop"),
    ):
        ink.right(x, 581.5, 8, words(key))
    ink.say(LEFT, 16, 6.5, office.objections)
    ink.say(180, 38, 7, words("tax.sheet.received_by"))
    ink.say(345, 38, 7, words("tax.sheet.received_on"))
    ink.say(430, 38, 7, words("tax.sheet.signature"))
    ink.ink()
    ink.say(LEFT, 702 - 13, 12, str(office.tax_year), BOLD)
    ink.say(LEFT, 581, 10, words("tax.sheet.values"), BOLD)
    ink.say(LEFT, 567, 9, words("tax.sheet.land"))
    ink.say(LEFT, 553, 9, words("tax.sheet.building"))
    ink.say(LEFT, 534, 9, words("tax.sheet.total"))
    ink.say(LEFT, 511, 10, words("tax.sheet.steps"), BOLD)
    ink.say(LEFT, LOWER + 19, 10, words("tax.sheet.history"), BOLD)
    ink.say(MIDDLE, LOWER + 19, 10, words("tax.sheet.pay"), BOLD)
    ink.say(LEFT, 78, 9, words("tax.sheet.receipt"), BOLD)
    if synthetic:
        text = words("tax.sheet.synthetic")
        wide = _face(BOLD).width(encode(text)[0]) * 9 / 1000
        lines.append(b"0.08 g %g 812 %g 15 re f " % (LEFT, wide + 14))
        ink.parts.append(b"1 g")
        ink.say(LEFT + 7, 816.2, 9, text, BOLD)
    return b"".join(lines) + b"BT " + b"\n".join(ink.parts) + b" ET"


class SheetLayout:
    """Pages of one office. Keeps the shapes of the QR codes it has met; one per process."""

    def __init__(self, office: Office):
        self.office = office
        self._codes = Codes("m")

    def page(self, sheet: BillSheet) -> tuple[bytes, list[Code], list[Problem]]:
        """Content, pictures and what could not be shown as it is."""
        if len(sheet.steps) > MOST_STEPS:
            raise refuse(
                "tax.sheet.fault.steps",
                where=sheet.nop_written,
                count=len(sheet.steps),
                most=MOST_STEPS,
                remedy="tax.sheet.fault.steps.remedy",
            )
        ink = Ink(sheet.nop_written)
        ink.ink()
        _head(ink, sheet)
        _values(ink, sheet)
        _steps(ink, sheet)
        _history(ink, sheet)
        codes = [self._codes.code(sheet.bill_url)]
        drawn = [_picture(0, codes[0], SEE_QR)]
        if sheet.qris is not None and sheet.payable:
            codes.append(self._codes.code(sheet.qris))
            drawn.append(_picture(1, codes[1], PAY_QR))
        _pay(ink, sheet)
        _foot(ink, sheet)
        return b"/B Do BT\n" + b"\n".join(ink.parts) + b"\nET" + b"".join(drawn), codes, ink.problems


def _picture(index: int, code: Code, place: tuple[float, float, float]) -> bytes:
    x, y, side = place
    return b" q %g 0 0 %g %g %g cm/I%d Do Q" % (side, side, x, y, index)


def _head(ink: Ink, sheet: BillSheet) -> None:
    ink.put(LEFT, 734, 16, sheet.nop_written.encode(), BOLD)
    ink.put(MIDDLE, 726, 25, b"Rp" + number(sheet.payable).encode(), BOLD)
    if sheet.payable:
        ink.say(MIDDLE, 711, 10, _due(sheet.due), BOLD)
        spoken = amount_in_words(sheet.payable)
    else:
        ink.say(MIDDLE, 711, 10, words("tax.sheet.nothing"), BOLD)
        spoken = amount_in_words(0)
    ink.grey()
    ink.fit(MIDDLE, 699, RIGHT - MIDDLE, 8, spoken[:1].upper() + spoken[1:], "words", lines=2)
    ink.ink()
    room = MIDDLE - LEFT - 18
    y = ink.fit(LEFT, 656, room, 10.5, sheet.object_street, "object_street", lines=2, face=BOLD)
    y = ink.fit(LEFT, y, room, 9, sheet.object_place, "object_place") if sheet.object_place else y
    ink.fit(
        LEFT,
        y,
        room,
        9,
        words("tax.sheet.place", kelurahan=sheet.kelurahan, kecamatan=sheet.kecamatan),
        "place",
        lines=2,
    )
    room = RIGHT - MIDDLE
    y = ink.fit(MIDDLE, 656, room, 10.5, sheet.payer, "payer", lines=3, face=BOLD)
    ink.fit(MIDDLE, y, room, 9, sheet.payer_address, "payer_address", lines=3)


@lru_cache(64)
def _due(day: date) -> str:
    return words("tax.sheet.due", day=day)


def _values(ink: Ink, sheet: BillSheet) -> None:
    for y, part in ((567, sheet.land), (553, sheet.building)):
        _value_row(ink, y, part)
    ink.right(RIGHT, 534, 10, number(sheet.njop), BOLD)


def _value_row(ink: Ink, y: float, part: Part) -> None:
    ink.right(250, y, 9, number(part.area))
    if part.value_class:
        ink.right(315, y, 9, part.value_class)
    if part.area:
        ink.right(430, y, 9, number(part.per_m2))
    ink.right(RIGHT, y, 9, number(part.value))


def _steps(ink: Ink, sheet: BillSheet) -> None:
    pitch = min(STEP_PITCH, STEP_ROOM / max(1, len(sheet.steps)))
    low = pitch * 0.4
    y = STEP_TOP + 18 - pitch * 0.05
    last = len(sheet.steps) - 1
    for index, step in enumerate(sheet.steps):
        face = BOLD if index == last else REGULAR
        ink.say(LEFT, y, 9, str(index + 1))
        ink.say(LEFT + 16, y, 9, step.label, face)
        ink.right(RIGHT, y, 9.5 if index == last else 9, step.value, face)
        y -= pitch
    ink.grey()
    y = STEP_TOP + 18 - pitch * 0.05 - low
    for step in sheet.steps:
        note = f"{step.how} · {step.basis}" if step.how and step.basis else step.how or step.basis
        ink.note(LEFT + 16, y, 440, min(7.5, pitch * 0.36), note)
        y -= pitch
    ink.ink()


def _history(ink: Ink, sheet: BillSheet) -> None:
    y = LOWER
    for past in sheet.history[-5:]:
        ink.put(LEFT, y, 9, b"%d" % past.year)
        if past.pbb is not None:
            ink.right(158, y, 9, number(past.pbb))
        ink.put(172, y, 9, _payment(past.payment), BOLD if past.payment in ("open", "part") else REGULAR)
        y -= 15


@cache
def _payment(payment: str) -> bytes:
    key = {"paid": "tax.sheet.paid", "part": "tax.sheet.part", "open": "tax.sheet.open", "none": "tax.sheet.none"}
    return escaped(encode(words(key[payment]))[0])


def _pay(ink: Ink, sheet: BillSheet) -> None:
    ink.grey()
    ink.say(MIDDLE, LOWER, 8, words("tax.sheet.account"))
    y = LOWER - 29
    for line in sheet.office.pay_at[:2]:
        ink.note(MIDDLE, y, RIGHT - MIDDLE, 8, line)
        y -= 10.5
    if sheet.payable and sheet.qris is None:
        ink.say(MIDDLE, 200, 8, words("tax.sheet.no_qris"))
    elif not sheet.payable:
        ink.say(MIDDLE, 200, 8, words("tax.sheet.no_qris_needed"))
    else:
        ink.say(MIDDLE, 108, 7.5, words("tax.sheet.qris_sample") if sheet.synthetic else words("tax.sheet.qris_pay"))
    ink.put(SEE_QR[0], 108, 7.5, _code() % escaped(encode(sheet.bill_code)[0]))
    ink.ink()
    account = sheet.virtual_account
    if account is None:
        ink.say(MIDDLE, LOWER - 14, 10, words("tax.sheet.no_account"), BOLD)
    else:
        grouped = " ".join([account[start : start + 4] for start in range(0, len(account), 4)])
        ink.put(MIDDLE, LOWER - 14, 12, escaped(encode(grouped)[0]), BOLD)
    if sheet.payable and sheet.qris is not None:
        ink.say(MIDDLE, 118, 8.5, words("tax.sheet.qris"), BOLD)
    ink.say(SEE_QR[0], 118, 8.5, words("tax.sheet.see"), BOLD)


@cache
def _code() -> bytes:
    return encode(words("tax.sheet.code", code="%s"))[0]


def _foot(ink: Ink, sheet: BillSheet) -> None:
    y = 176.0
    ink.grey()
    for text in sheet.assumptions[:3]:
        y = ink.note(LEFT, y, MIDDLE - LEFT - 24, 7.5, words("tax.sheet.assumption", text=text), lines=2)
    if ink.replaced:
        ink.note(LEFT, y, MIDDLE - LEFT - 24, 7.5, words("tax.sheet.letters"), lines=3)
    ink.ink()
    ink.put(LEFT, 62, 9, sheet.nop_written.encode())
    slip = Ink()  # the name again; what is wrong with it has been told already
    slip.fit(LEFT, 50, 125, 8, sheet.payer, "payer", lines=2)
    ink.parts += slip.parts
