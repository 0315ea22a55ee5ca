"""The number of a taxable object (NOP): 18 digits in seven parts, printed ``35.73.010.001.002-0034.0``.

Province 2, regency 2, kecamatan 3, kelurahan 3, block 3, running number 4, kind 1. Kecamatan and kelurahan are codes of
SISMIOP, not of Kemendagri: which kelurahan a number lies in is data, not
arithmetic. A NOP has no check digit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sepadan.ground.problems import refuse

LAST_NUMBER = 9999
_WRITTEN = re.compile(r"(\d{2})\.?(\d{2})\.?(\d{3})\.?(\d{3})\.?(\d{3})[-.]?(\d{4})\.?(\d)", re.ASCII)
_BLOCK = re.compile(r"\d{13}", re.ASCII)
_KIND = re.compile(r"\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Nop:
    digits: str

    @property
    def place(self) -> str:
        """Province to kelurahan: ten digits."""
        return self.digits[:10]

    @property
    def block(self) -> str:
        """Province to block: thirteen digits."""
        return self.digits[:13]

    @property
    def number(self) -> int:
        return int(self.digits[13:17])

    def __str__(self) -> str:
        d = self.digits
        return f"{d[:2]}.{d[2:4]}.{d[4:7]}.{d[7:10]}.{d[10:13]}-{d[13:17]}.{d[17]}"


def read_nop(text: str) -> Nop:
    """A NOP written with or without its separators. Raises Refused on anything else, and on the number 0000."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None or found.group(6) == "0000":
        raise refuse("tax.nop.form", where=text[:40], remedy="tax.nop.form.remedy")
    return Nop("".join(found.groups()))


def next_nop(block: str, taken: int, kind: str = "0") -> Nop:
    """The NOP after running number *taken* (0: none yet) in a block of thirteen digits. Refused when it is full."""
    # Each part by itself: a digit too few in the block and one too many in the kind would make another object's number.
    if _BLOCK.fullmatch(block) is None or _KIND.fullmatch(kind) is None or taken < 0:
        raise refuse("tax.nop.form", where=f"{block} {taken} {kind}"[:40], remedy="tax.nop.form.remedy")
    if taken >= LAST_NUMBER:
        raise refuse("tax.nop.block_full", where=block, remedy="tax.nop.block_full.remedy")
    return read_nop(f"{block}{taken + 1:04d}{kind}")
