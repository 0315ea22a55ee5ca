"""How wide a text is in Instrument Sans, so that a chart can place its words without a browser.

Widths in thousandths of the font size, read from the font files of ``ground/fonts`` (weights 400 and 600), printable
ASCII from space to tilde; digits are tabular. A character outside the table counts as an average letter.
"""

from __future__ import annotations

_REGULAR = (
    200, 273, 384, 716, 608, 786, 755, 232, 406, 406, 408, 531, 255, 506, 255, 443, 600, 600, 600, 600, 600, 600,
    600, 600, 600, 600, 255, 255, 531, 531, 531, 567, 853, 728, 636, 741, 752, 638, 602, 765, 736, 254, 455, 692,
    588, 906, 736, 786, 656, 787, 656, 608, 648, 712, 728, 1089, 688, 676, 623, 406, 443, 406, 531, 426, 354, 533,
    606, 533, 606, 564, 354, 606, 599, 240, 240, 535, 240, 922, 599, 584, 606, 606, 375, 473, 377, 589, 523, 767,
    551, 523, 496, 406, 242, 406, 531,
)
_SEMIBOLD = (
    193, 295, 449, 727, 637, 786, 768, 256, 439, 439, 430, 544, 275, 493, 275, 444, 600, 600, 600, 600, 600, 600,
    600, 600, 600, 600, 275, 275, 544, 544, 544, 580, 867, 733, 645, 747, 755, 630, 594, 764, 725, 254, 427, 712,
    589, 898, 725, 794, 667, 806, 664, 637, 664, 704, 733, 1087, 707, 700, 631, 439, 444, 439, 544, 466, 354, 558,
    621, 552, 621, 571, 370, 621, 612, 260, 260, 558, 260, 941, 612, 597, 621, 621, 390, 494, 406, 604, 536, 800,
    587, 536, 513, 439, 234, 439, 544,
)
_OTHERS = {
    "\xa0": 200, "\xb2": 338, "\xb3": 356, "\xb7": 103, "\xd7": 531, "\xf7": 531,
    "\u2013": 586, "\u201c": 409, "\u201d": 409, "\u2026": 655, "\u2212": 531,
}
_AVERAGE = 560


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Advance width of *text* in pixels at *size* pixels."""
    table = _SEMIBOLD if bold else _REGULAR
    total = 0
    for char in text:
        code = ord(char)
        total += table[code - 32] if 32 <= code < 127 else _OTHERS.get(char, _AVERAGE)
    return total * size / 1000


def wrap(text: str, size: float, room: float, *, lines: int = 3, bold: bool = False) -> list[str]:
    """*text* broken at spaces into at most *lines* lines of *room* pixels; the last one may be cut with an ellipsis."""
    rows: list[str] = []
    for word in text.split(" "):
        joined = f"{rows[-1]} {word}" if rows else word
        if rows and width(joined, size, bold=bold) <= room:
            rows[-1] = joined
        else:
            rows.append(word)
    if len(rows) <= lines:
        return rows
    return [*rows[: lines - 1], cut(" ".join(rows[lines - 1 :]), size, room, bold=bold)]


def cut(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """*text*, or as much of it as fits into *room* pixels with an ellipsis."""
    if width(text, size, bold=bold) <= room:
        return text
    while text and width(text + "…", size, bold=bold) > room:
        text = text[:-1]
    return text.rstrip() + "…"
