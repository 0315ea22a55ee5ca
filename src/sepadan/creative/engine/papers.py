"""A photo or scan as it may be kept: told by its content, whole, openable, without what cameras write along.

Idea: the type follows from the bytes, never from a name. A JPEG or PNG is taken apart into its segments: what the
picture needs stays, all else goes (place, time and make of the camera, thumbnails, comments, anything behind the end);
only the orientation of a JPEG is written anew, so that photos stand upright. A PDF is looked at from both ends alone.
Bytes in, bytes out; the pixels themselves are not decoded here. Sources: ITU-T T.81 annex B, Exif 2.3, W3C PNG.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

from sepadan.ground.problems import Refused, refuse

LARGEST, SIDE, PIXELS = 8_000_000, 12_000, 60_000_000
_PNG = b"\x89PNG\r\n\x1a\n"
_KEPT_PNG = (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"pHYs", b"bKGD")
_FRAMES = frozenset((*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)))
_DROPPED = frozenset((*range(0xE1, 0xEE), 0xEF, 0xFE)) - {0xE2}  # APP2 may hold the colour profile


@dataclass(frozen=True, slots=True)
class Paper:
    """What may be stored. ``width`` and ``height`` in pixels as stored, None of a PDF."""

    media: str
    ending: str
    content: bytes
    width: int | None = None
    height: int | None = None


def check_picture(content: bytes, name: str) -> Paper:
    """A JPEG or PNG, cleaned. Raises Refused on anything else, a broken one, one that is too large."""
    found = check_paper(content, name)
    if found.width is None:
        raise _refused("picture", name)
    return found


def check_paper(content: bytes, name: str) -> Paper:
    """A PDF, JPEG or PNG. Raises Refused."""
    if not content:
        raise _refused("empty", name)
    if len(content) > LARGEST:
        raise refuse("creative.file.large", where=name[:60], remedy="creative.file.large.remedy",
                     megabytes=LARGEST // 1_000_000)
    if content.startswith(b"%PDF-"):
        if b"%%EOF" not in content[-2048:]:
            raise _refused("broken", name)
        return Paper("application/pdf", "pdf", content)
    try:
        if content.startswith(_PNG):
            return _sized(_png(content), name)
        if content.startswith(b"\xff\xd8\xff"):
            return _sized(_jpeg(content), name)
    except (struct.error, IndexError, ValueError) as fault:
        raise _refused("broken", name) from fault
    raise _refused("type", name)


def _refused(fault: str, name: str) -> Refused:
    return refuse(f"creative.file.{fault}", where=name[:60], remedy="creative.file.remedy")


def _sized(paper: Paper, name: str) -> Paper:
    wide, high = paper.width or 0, paper.height or 0
    if not (0 < wide <= SIDE and 0 < high <= SIDE and wide * high <= PIXELS):
        raise refuse("creative.file.pixels", where=name[:60], remedy="creative.file.remedy", width=wide, height=high)
    return paper


def _png(content: bytes) -> Paper:
    place, kept, seen = len(_PNG), [_PNG], []
    while True:
        length, kind = struct.unpack(">I4s", content[place:place + 8])
        end = place + 12 + length
        if end > len(content) or struct.unpack(">I", content[end - 4:end])[0] != zlib.crc32(content[place + 4:end - 4]):
            raise ValueError("a chunk is cut or changed")
        if kind in _KEPT_PNG:
            kept.append(content[place:end])
        elif not kind[0] & 32:
            raise ValueError("a critical chunk of an unknown kind")
        seen.append(kind)
        place = end
        if kind == b"IEND":
            break
    if seen[0] != b"IHDR" or b"IDAT" not in seen:
        raise ValueError("no picture in it")
    wide, high = struct.unpack(">II", content[16:24])
    return Paper("image/png", "png", b"".join(kept), wide, high)


def _jpeg(content: bytes) -> Paper:
    place, kept, size, turned, scanned = 2, [], (0, 0), 1, False
    while True:
        if content[place] != 0xFF:
            raise ValueError("no marker where one must be")
        mark = content[place + 1]
        if mark == 0xFF:  # fill byte
            place += 1
            continue
        if mark == 0xD9:
            break
        length = struct.unpack(">H", content[place + 2:place + 4])[0]
        end = place + 2 + length
        if length < 2 or end > len(content):
            raise ValueError("a segment is cut")
        segment = content[place:end]
        if mark in _FRAMES:
            high, wide = struct.unpack(">HH", segment[5:9])
            size = (wide, high)
        if mark == 0xE1:
            turned = _orientation(segment[4:]) or turned
        place = end
        if mark == 0xDA:
            scanned, place = True, _scan_end(content, end)
            segment = content[end - len(segment):place]
        if mark not in _DROPPED and not (mark == 0xE2 and not segment[4:].startswith(b"ICC_PROFILE\0")):
            kept.append(segment)
    if not scanned:
        raise ValueError("no picture in it")
    return Paper("image/jpeg", "jpg", b"\xff\xd8" + _upright(turned) + b"".join(kept) + b"\xff\xd9", *size)


def _scan_end(content: bytes, place: int) -> int:
    """Behind the coded pixels: the next marker that is no stuffing and no restart."""
    while True:
        place = content.index(b"\xff", place)
        if content[place + 1] == 0 or 0xD0 <= content[place + 1] <= 0xD7:
            place += 2
        elif content[place + 1] == 0xFF:
            place += 1
        else:
            return place


def _orientation(exif: bytes) -> int:
    """1 to 8 as Exif tells it; 0 where it does not."""
    if not exif.startswith(b"Exif\0\0"):
        return 0
    tiff = exif[6:]
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 0
    try:
        first = struct.unpack(order + "I", tiff[4:8])[0]
        for number in range(min(struct.unpack(order + "H", tiff[first:first + 2])[0], 200)):
            entry = tiff[first + 2 + 12 * number:first + 14 + 12 * number]
            tag, kind, _, value = struct.unpack(order + "HHIH2x", entry)
            if tag == 0x0112 and kind == 3:
                return int(value) if 1 <= value <= 8 else 0
    except struct.error:
        return 0
    return 0


def _upright(turned: int) -> bytes:
    """A segment that tells the orientation and nothing else; nothing for a picture that stands upright."""
    if turned == 1:
        return b""
    body = b"Exif\0\0MM\0*\0\0\0\x08" + struct.pack(">HHHIHHI", 1, 0x0112, 3, 1, turned, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
