"""The one layout of the printed SPPT: where each thing stands, for the single sheet and for a million.

A4, points from the lower left. ``sheet_background`` is drawn once a file (rules, headings, what the office says);
``page`` writes what differs. Black and greys only, so that a monochrome printer loses nothing. How texts are made to
fit says ``sheet_ink``; a letter outside the font is noted on the sheet. Rows of steps share a fixed height and close
up when there are many.
"""

from __future__ import annotations

import threading
from datetime import date
from functools import cache, lru_cache

from sepadan.ground.problems import Problem, refuse
from sepadan.ground.qr import Code, Codes
from sepadan.tax.documents.bill_sheet import BillSheet, Office, Part, amount_in_words
from sepadan.tax.documents.sheet_background import LOWER
from sepadan.tax.documents.sheet_font import encode, escaped
from sepadan.tax.documents.sheet_ink import BOLD, LEFT, MIDDLE, REGULAR, RIGHT, Ink, number, picture, words

MOST_STEPS = 10
STEP_TOP, STEP_ROOM, STEP_PITCH = 474.0, 182.0, 24.0
PAY_QR, SEE_QR = (MIDDLE, 133.0, 80.0), (463.0, 137.0, 72.0)  # left, low, side; 4 modules stay free around


_kept = threading.local()


def _codes() -> Codes:
    """The shapes of the QR codes that this thread has met: to learn them costs more than to draw a thousand sheets."""
    if not hasattr(_kept, "codes"):
        _kept.codes = Codes("m")
    known: Codes = _kept.codes
    return known


class SheetLayout:
    """Pages of one office."""

    def __init__(self, office: Office):
        self.office = office
        self._codes = _codes()

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
        drawn = [picture(0, codes[0], SEE_QR)]
        if sheet.qris is not None and sheet.payable:
            codes.append(self._codes.code(sheet.qris))
            drawn.append(picture(1, codes[1], PAY_QR))
        _pay(ink, sheet)
        _foot(ink, sheet)
        return b"/B Do BT\n" + b"\n".join(ink.parts) + b"\nET" + b"".join(drawn), codes, ink.problems


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
    for text in sheet.assumptions[:3] if len(sheet.assumptions) <= 3 else sheet.assumptions[:2]:
        y = ink.note(LEFT, y, MIDDLE - LEFT - 24, 7.5, words("tax.sheet.assumption", text=text), lines=2)
    if len(sheet.assumptions) > 3:
        more = words("tax.sheet.more", count=len(sheet.assumptions) - 2)
        y = ink.note(LEFT, y, MIDDLE - LEFT - 24, 7.5, more, lines=2)
    if ink.replaced:
        ink.note(LEFT, y, MIDDLE - LEFT - 24, 7.5, words("tax.sheet.letters"), lines=3)
    ink.ink()
    ink.put(LEFT, 62, 9, sheet.nop_written.encode())
    slip = Ink()  # the name again; what is wrong with it has been told already
    slip.fit(LEFT, 50, 125, 8, sheet.payer, "payer", lines=2)
    ink.parts += slip.parts
