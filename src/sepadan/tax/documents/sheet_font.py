"""The fonts of printed sheets: Instrument Sans (OFL), cut to what a PDF needs, one byte per character.

A font file of ``ground/fonts`` is already cut to Latin; the tables of layout that a PDF does not use (kerning, hinting
names) are left out here. The bytes are Windows-1252, plus the minus sign in a code that is free there. A text is
encoded in one pass when every character is in the font. One that is not is replaced by its nearest letter (``Ș`` by
``S``), or by ``?`` where there is none, and told: see ``unprintable``. Widths are thousandths of the size; digits are
equally wide.
"""

from __future__ import annotations

import codecs
import struct
import unicodedata
import zlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

MINUS_CODE = 0x81
_KEPT = (b"cvt ", b"fpgm", b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp", b"prep", b"cmap", b"post", b"OS/2")
_BLANKS = str.maketrans(dict.fromkeys("\u2002\u2003\u2007\u2009\u202f\t\n\r", " ") | {"\u2010": "-", "\u2011": "-"})


@dataclass(frozen=True)
class SheetFont:
    """A font as a PDF embeds it. ``widths`` by byte; 0 where the font has no character."""

    name: str
    program: bytes
    widths: tuple[int, ...]
    box: tuple[int, int, int, int]
    ascent: int
    descent: int

    def width(self, encoded: bytes) -> int:
        """Width of *encoded* in thousandths of the size."""
        widths = self.widths
        return sum([widths[byte] for byte in encoded])


@cache
def font(weight: str) -> SheetFont:
    """``Regular`` or ``SemiBold``."""
    data = files("sepadan.ground").joinpath("fonts", f"InstrumentSans-{weight}.ttf").read_bytes()
    tables = _tables(data)
    units = struct.unpack(">H", tables[b"head"][18:20])[0]
    box = struct.unpack(">4h", tables[b"head"][36:44])
    ascent, descent = struct.unpack(">2h", tables[b"hhea"][4:8])
    metrics = struct.unpack(">H", tables[b"hhea"][34:36])[0]
    even = _tabular(tables[b"GSUB"])
    glyphs = {code: even.get(glyph, glyph) for code, glyph in _glyphs(tables[b"cmap"]).items()}
    tables[b"cmap"] = _cmap(glyphs)
    widths = []
    for char in _characters():
        glyph = glyphs.get(ord(char)) if char else None
        place = 4 * min(glyph, metrics - 1) if glyph is not None else None
        widths.append(
            struct.unpack(">H", tables[b"hmtx"][place : place + 2])[0] * 1000 // units if place is not None else 0
        )
    scale = [value * 1000 // units for value in (*box, ascent, descent)]
    return SheetFont(
        f"InstrumentSans-{weight}",
        zlib.compress(_cut(tables), 9),
        tuple(widths),
        (scale[0], scale[1], scale[2], scale[3]),
        scale[4],
        scale[5],
    )


def _characters() -> list[str]:
    chars = ["" if byte < 32 else bytes([byte]).decode("cp1252", "ignore") for byte in range(256)]
    chars[MINUS_CODE] = "\N{MINUS SIGN}"
    return chars


def _tables(data: bytes) -> dict[bytes, bytes]:
    found = {}
    for index in range(struct.unpack(">H", data[4:6])[0]):
        name, _, start, length = struct.unpack(">4s3I", data[12 + 16 * index : 28 + 16 * index])
        found[name] = data[start : start + length]
    return found


def _glyphs(cmap: bytes) -> dict[int, int]:
    """Code point -> glyph, from a format 4 subtable (Microsoft, Unicode BMP)."""
    for index in range(struct.unpack(">H", cmap[2:4])[0]):
        platform, encoding, start = struct.unpack(">HHI", cmap[4 + 8 * index : 12 + 8 * index])
        if (platform, encoding) == (3, 1) and struct.unpack(">H", cmap[start : start + 2])[0] == 4:
            table = cmap[start:]
            break
    else:
        raise ValueError("the font has no Unicode table of format 4")
    count = struct.unpack(">H", table[6:8])[0] // 2
    ends, starts, deltas, offsets = (
        struct.unpack(f">{count}H", table[begin : begin + 2 * count])
        for begin in (14, 16 + 2 * count, 16 + 4 * count, 16 + 6 * count)
    )
    found = {}
    for segment in range(count):
        for code in range(starts[segment], ends[segment] + 1):
            glyph = code
            if offsets[segment]:
                place = 16 + 6 * count + 2 * segment + offsets[segment] + 2 * (code - starts[segment])
                glyph = struct.unpack(">H", table[place : place + 2])[0]
            if (not offsets[segment] or glyph) and (glyph := (glyph + deltas[segment]) & 0xFFFF):
                found[code] = glyph
    return found


def _tabular(gsub: bytes) -> dict[int, int]:
    """Glyph -> its equally wide form, from the feature ``tnum`` (a single substitution of format 2)."""

    def words(place: int, count: int) -> tuple[int, ...]:
        return struct.unpack(f">{count}H", gsub[place : place + 2 * count])

    _, features, lookups = words(4, 3)
    for index in range(words(features, 1)[0]):
        record = features + 2 + 6 * index
        if gsub[record : record + 4] == b"tnum":
            feature = features + words(record + 4, 1)[0]
            lookup = lookups + words(lookups + 2 + 2 * words(feature + 4, 1)[0], 1)[0]
            table = lookup + words(lookup + 6, 1)[0]
            form, coverage, count = words(table, 3)
            if form != 2 or words(table + coverage, 1)[0] not in (1, 2):
                break
            kind, pieces = words(table + coverage, 2)
            if kind == 1:
                covered = list(words(table + coverage + 4, pieces))
            else:
                ranges = [words(table + coverage + 4 + 6 * piece, 2) for piece in range(pieces)]
                covered = [glyph for first, last in ranges for glyph in range(first, last + 1)]
            return dict(zip(covered, words(table + 6, count), strict=True))
    raise ValueError("the font has no equally wide digits of a known form")


def _cmap(glyphs: dict[int, int]) -> bytes:
    """A Unicode table of format 4, one segment per character."""
    rows = [(code, (glyph - code) & 0xFFFF) for code, glyph in sorted(glyphs.items())] + [(0xFFFF, 1)]
    count = len(rows)
    power = count.bit_length() - 1
    codes = struct.pack(f">{count}H", *(code for code, _ in rows))
    deltas = struct.pack(f">{count}H", *(delta for _, delta in rows))
    body = (
        struct.pack(">4H", 2 * count, 2 << power, power, 2 * count - (2 << power))
        + codes
        + b"\0\0"
        + codes
        + deltas
        + bytes(2 * count)
    )
    return struct.pack(">4HI3H", 0, 1, 3, 1, 12, 4, len(body) + 6, 0) + body


def _cut(tables: dict[bytes, bytes]) -> bytes:
    """A font file of the kept tables. Checksums are those of the tables; that of the whole file is not read by PDF."""
    kept = [(name, tables[name]) for name in sorted(_KEPT) if name in tables]
    power = len(kept).bit_length() - 1
    head = struct.pack(">IHHHH", 0x00010000, len(kept), 16 << power, power, 16 * (len(kept) - (1 << power)))
    place, rows, body = 12 + 16 * len(kept), b"", b""
    for name, table in kept:
        padded = table + b"\0" * (-len(table) % 4)
        total = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
        rows += struct.pack(">4s3I", name, total, place + len(body), len(table))
        body += padded
    return head + rows + body


@cache
def _encoding() -> dict[int, int]:
    """Characters that both fonts hold, for the codec."""
    regular, bold = font("Regular").widths, font("SemiBold").widths
    return {ord(char): byte for byte, char in enumerate(_characters()) if char and regular[byte] and bold[byte]}


def encode(text: str) -> tuple[bytes, str]:
    """*text* in bytes of the font, and the characters that are not in it (empty when all are)."""
    try:
        return codecs.charmap_encode(text, "strict", _encoding())[0], ""
    except UnicodeEncodeError:
        return _nearest(text)


def _nearest(text: str) -> tuple[bytes, str]:
    known, out, strange = _encoding(), bytearray(), []
    for char in unicodedata.normalize("NFC", text).translate(_BLANKS):
        if ord(char) in known:
            out.append(known[ord(char)])
            continue
        if unicodedata.category(char) in ("Cf", "Cc"):  # invisible marks of direction or joining
            continue
        strange.append(char)
        plain = [known[ord(part)] for part in unicodedata.normalize("NFKD", char) if ord(part) in known]
        out += bytes(plain) or b"?"
    return bytes(out), "".join(dict.fromkeys(strange))


def escaped(encoded: bytes) -> bytes:
    """*encoded* as it stands between the parentheses of a PDF string."""
    if b"\\" in encoded or b"(" in encoded or b")" in encoded:
        return encoded.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return encoded
