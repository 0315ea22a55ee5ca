"""Many QR codes of one shape, by XOR.

With version, error level, mask and length held fixed, every step from bytes to modules (bit padding, Reed-Solomon,
interleaving, mask) is affine over GF(2): the code of ``a XOR d`` is the code of ``a`` XOR what ``d`` alone changes. So
segno (BSD-3-Clause) makes one code of a length, and one more for each *bit* seen to differ; every later code is a few
XORs of long integers. Tests compare with segno module by module and read codes back with an independent decoder.

A code is a picture of one bit per module, rows padded to whole bytes, dark = 0 (grey scale of a PDF image), no quiet
zone. Byte mode only, so that the shape does not depend on the content. Texts are ASCII. A fixed mask gives up the
choice of the prettiest of eight; any mask is valid by ISO/IEC 18004.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import segno

from sepadan.ground.problems import refuse

Level = Literal["l", "m", "q", "h"]
MASK = 2
_ROOM: dict[Level, tuple[int, ...]] = {  # bytes a version holds in byte mode, versions 1 to 20 (ISO/IEC 18004 table 7)
    "l": (17, 32, 53, 78, 106, 134, 154, 192, 230, 271, 321, 367, 425, 458, 520, 586, 644, 718, 792, 858),
    "m": (14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666),
    "q": (11, 20, 32, 46, 60, 74, 86, 108, 130, 151, 177, 203, 241, 258, 292, 322, 364, 394, 442, 482),
    "h": (7, 14, 24, 34, 44, 58, 64, 84, 98, 119, 137, 155, 177, 194, 220, 250, 280, 310, 338, 382),
}


@dataclass(frozen=True, slots=True)
class Code:
    """``side`` modules a row; ``rows`` the picture, ``side`` rows of ``(side + 7) // 8`` bytes."""

    side: int
    rows: bytes

    def dark(self, x: int, y: int) -> bool:
        width = (self.side + 7) // 8
        return not self.rows[y * width + x // 8] >> (7 - x % 8) & 1


def version_for(length: int, level: Level) -> int:
    """The smallest version that holds *length* bytes."""
    for version, room in enumerate(_ROOM[level], 1):
        if length <= room:
            return version
    raise refuse("ground.qr.too_long", remedy="ground.qr.too_long.remedy", length=length, most=_ROOM[level][-1])


@dataclass(slots=True)
class _Shape:
    """Codes of one length: a first code, and for each byte place what a difference there changes."""

    version: int
    level: Level
    first: bytes
    side: int = 0
    picture: int = 0
    changes: list[dict[int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.side = 17 + 4 * self.version
        self.picture = self._made(self.first)
        self.changes = [{} for _ in self.first]

    def _made(self, content: bytes) -> int:
        made = segno.make(content, error=self.level, version=self.version, mode="byte", mask=MASK, eci=False,
                          micro=False, boost_error=False)
        padding = "1" * (-self.side % 8)
        return int("".join("".join("0" if module else "1" for module in row) + padding for row in made.matrix), 2)

    def change(self, place: int, difference: int) -> int:
        """What XORing *difference* into the byte at *place* changes; one bit at a time, each bit made once."""
        total = 0
        for bit in range(8):
            if difference >> bit & 1:
                known = self.changes[place].get(1 << bit)
                if known is None:
                    other = bytearray(self.first)
                    other[place] ^= 1 << bit
                    known = self.changes[place][1 << bit] = self.picture ^ self._made(bytes(other))
                total ^= known
        self.changes[place][difference] = total
        return total


class Codes:
    """Makes codes; keeps one shape for each length it has met. Not shared between threads."""

    def __init__(self, level: Level = "m"):
        self.level = level
        self._shapes: dict[int, _Shape] = {}

    def code(self, text: str) -> Code:
        if not text or not text.isascii():
            raise refuse("ground.qr.not_ascii", remedy="ground.qr.not_ascii.remedy", text=text)
        content = text.encode("ascii")
        shape = self._shapes.get(len(content))
        if shape is None:
            shape = self._shapes[len(content)] = _Shape(version_for(len(content), self.level), self.level, content)
        picture = shape.picture
        for place, (known, byte) in enumerate(zip(shape.first, content, strict=True)):
            if known != byte:
                change = shape.changes[place].get(known ^ byte)
                picture ^= shape.change(place, known ^ byte) if change is None else change
        return Code(shape.side, picture.to_bytes((shape.side + 7) // 8 * shape.side, "big"))
