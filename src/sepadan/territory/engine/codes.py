"""Kemendagri codes: ``35`` province, ``35.73`` region, ``35.73.01`` kecamatan, ``35.73.01.1001`` kelurahan or desa.

The dots belong to the code; the same digits without dots serve as primary key. BPS codes are other numbers, even
where they look alike, and are never made from these.
"""

from __future__ import annotations

import re

from sepadan.territory.names import Level, VillageKind

_FORMS = {
    Level.REGION: re.compile(r"[0-9]{2}\.[0-9]{2}"),
    Level.KECAMATAN: re.compile(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}"),
    Level.KELURAHAN: re.compile(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[12][0-9]{3}"),
}
_UNDOTTED = {4: (2,), 6: (2, 4), 10: (2, 4, 6)}


def level_of(code: str) -> Level | None:
    """The level that *code* names, None when it is no code."""
    return next((level for level, form in _FORMS.items() if form.fullmatch(code)), None)


def dotted(text: str) -> str:
    """*text* with its dots when it is a code written without them, otherwise as it is, without spaces around it."""
    text = text.strip()
    cuts = _UNDOTTED.get(len(text)) if text.isascii() and text.isdigit() else None
    if cuts is None:
        return text
    ends = (*cuts, len(text))
    return ".".join(text[begin:end] for begin, end in zip((0, *cuts), ends, strict=True))


def key_of(code: str) -> int:
    """The primary key of *code*: its digits."""
    return int(code.replace(".", ""))


def region_of(code: str) -> str:
    return code[:5]


def kecamatan_of(code: str) -> str:
    return code[:8]


def kind_of(code: str) -> VillageKind:
    """Kelurahan or desa, which the fourth part of the code says."""
    return VillageKind.KELURAHAN if code[9] == "1" else VillageKind.DESA
