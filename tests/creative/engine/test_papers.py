"""Files of the desk: told by what they hold, whole, and without what a camera wrote along."""

from __future__ import annotations

import struct
import zlib

import pytest

from sepadan.creative.engine.papers import LARGEST, check_paper, check_picture
from sepadan.ground.problems import Refused


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(wide: int = 2, high: int = 2, more: bytes = b"") -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + more + chunk(b"IDAT", zlib.compress(b"\0" * 6)) + chunk(b"IEND", b"")


def segment(mark: int, body: bytes) -> bytes:
    return bytes([0xFF, mark]) + struct.pack(">H", len(body) + 2) + body


def exif(turned: int, place: bytes = b"GPS 7.98 S") -> bytes:
    return b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<HHHIHHI", 1, 0x0112, 3, 1, turned, 0, 0) + place


def jpeg(*more: bytes, wide: int = 3, high: int = 2) -> bytes:
    frame = segment(0xC0, struct.pack(">BHHB", 8, high, wide, 1) + b"\x01\x11\x00")
    scan = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\xff\x00\x34\xff\xd0\x56"
    begin = b"\xff\xd8" + segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
    return begin + b"".join(more) + frame + scan + b"\xff\xd9"


def test_a_photo_loses_place_and_maker_and_stays_upright():
    taken = jpeg(segment(0xE1, exif(6)), segment(0xFE, b"Budi"), segment(0xE2, b"MPF\0more")) + b"behind the end"
    kept = check_picture(taken, "foto.jpg")
    assert (kept.media, kept.ending, kept.width, kept.height) == ("image/jpeg", "jpg", 3, 2)
    for word in (b"GPS", b"Budi", b"MPF", b"behind"):
        assert word in taken
        assert word not in kept.content
    assert struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0) in kept.content  # the turn, and nothing else of the Exif
    assert check_picture(kept.content, "x").content == kept.content
    assert b"\x12\xff\x00\x34\xff\xd0\x56\xff\xd9" in kept.content  # the pixels are untouched


def test_a_png_keeps_what_pixels_need():
    kept = check_picture(png(more=chunk(b"tEXt", b"Author\0Budi") + chunk(b"eXIf", b"GPS")), "x.png")
    assert kept.content == png()
    assert (kept.media, kept.width) == ("image/png", 2)


def test_a_name_says_nothing():
    assert check_paper(b"%PDF-1.7\n...\n%%EOF\n", "foto.jpg").media == "application/pdf"
    assert check_paper(png(), "surat.pdf").media == "image/png"


@pytest.mark.parametrize(("content", "fault"), [
    (b"", "empty"), (b"MZ\x90", "type"), (b"<svg onload=alert(1)>", "type"), (b"%PDF-1.7 cut", "broken"),
    (png()[:-9], "broken"), (png().replace(b"IDAT", b"IDAU"), "broken"), (jpeg()[:-30], "broken"),
    (b"\xff\xd8\xff", "broken"), (b"\xff\xd8\xff\xe1\x00\x01", "broken"), (png(wide=50_000), "pixels"),
    (jpeg(wide=0), "pixels"), (b"%PDF-" + b"\0" * LARGEST, "large")])
def test_what_cannot_be_kept_is_refused_with_its_reason(content, fault):
    with pytest.raises(Refused) as refused:
        check_paper(content, "berkas")
    assert refused.value.problem.what.key == f"creative.file.{fault}"


def test_a_pdf_is_no_photo():
    with pytest.raises(Refused, match="JPEG or PNG"):
        check_picture(b"%PDF-1.7\n%%EOF", "x.png")
