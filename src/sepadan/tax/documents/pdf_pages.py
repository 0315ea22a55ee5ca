"""A PDF written page by page: what all pages share once, each page as one stream; memory grows by 8 bytes an object.

PDF 1.7 with a classic cross-reference table. Shared are two fonts and one background (a form XObject); a page brings a
content stream and its pictures (one bit a module, as image XObjects: readers treat inline images unevenly). No date and
no random number is written: the same pages give the same bytes. Pages hang in a tree of two levels, so that neither
writer nor reader holds a list of all of them. Not tagged; the page on screen is the accessible one.
"""

from __future__ import annotations

import hashlib
import zlib
from array import array
from collections.abc import Sequence
from typing import BinaryIO

from sepadan.ground.qr import Code
from sepadan.tax.documents.sheet_font import MINUS_CODE, SheetFont

A4 = (595.28, 841.89)
_CATALOG, _TREE, _INFO, _RESOURCES, _FIRST_FREE = 1, 2, 3, 4, 5
_PAGES_A_NODE = 512


class PdfPages:
    """Writes to *target* as pages come; ``finish`` ends the file. Fonts are named F1, F2 ..., the background B."""

    def __init__(self, target: BinaryIO, *, title: str, fonts: Sequence[SheetFont], background: bytes, level: int = 1):
        self._target = target
        self._offsets = array("Q", [0] * _FIRST_FREE)
        self._pages, self._nodes = array("L"), array("L")
        self._place = 0
        self._level = level
        self._title = title
        self._digest = hashlib.sha256()
        self._write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        names = b" ".join(b"/F%d %d 0 R" % (index, self._font(face)) for index, face in enumerate(fonts, 1))
        form = self._stream(
            b"/Type/XObject/Subtype/Form/BBox[0 0 %.2f %.2f]/Resources<</Font<<%s>>>>" % (*A4, names),
            background,
            level=9,
        )
        self._names, self._form = names, form

    def _write(self, data: bytes) -> None:
        self._target.write(data)
        self._digest.update(data)
        self._place += len(data)

    def _object(self, body: bytes, number: int | None = None) -> int:
        if number is None:
            number = len(self._offsets)
            self._offsets.append(self._place)
        else:
            self._offsets[number] = self._place
        self._write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        return number

    def _stream(self, entries: bytes, data: bytes, *, level: int) -> int:
        packed = zlib.compress(data, level)
        return self._object(
            b"<<%s/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (entries, len(packed), packed)
        )

    def _font(self, face: SheetFont) -> int:
        program = self._object(
            b"<</Length %d/Filter/FlateDecode/Length1 %d>>stream\n%s\nendstream"
            % (len(face.program), len(zlib.decompress(face.program)), face.program)
        )
        name = b"SEPADN+" + face.name.encode()
        descriptor = self._object(
            b"<</Type/FontDescriptor/FontName/%s/Flags 32/FontBBox[%d %d %d %d]/ItalicAngle 0/Ascent %d/Descent %d"
            b"/CapHeight 700/StemV 90/FontFile2 %d 0 R>>" % (name, *face.box, face.ascent, face.descent, program)
        )
        widths = b" ".join(b"%d" % width for width in face.widths[32:])
        return self._object(
            b"<</Type/Font/Subtype/TrueType/BaseFont/%s/FirstChar 32/LastChar 255/Widths[%s]/FontDescriptor %d 0 R"
            b"/Encoding<</Type/Encoding/BaseEncoding/WinAnsiEncoding/Differences[%d/minus]>>>>"
            % (name, widths, descriptor, MINUS_CODE)
        )

    def page(self, content: bytes, pictures: Sequence[Code] = ()) -> None:
        """One page: the background, then *content*, in which picture *n* is named ``In``."""
        packed = zlib.compress(content, self._level)
        if len(self._pages) % _PAGES_A_NODE == 0:  # a page names the node it hangs on, which is written at the end
            self._nodes.append(len(self._offsets))
            self._offsets.append(0)
        number = len(self._offsets)
        names, out, place, offsets = b"", [], self._place, self._offsets
        for index, code in enumerate(pictures):
            body = (
                b"%d 0 obj\n<</Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 1/ColorSpace/DeviceGray"
                b"/Length %d>>stream\n%s\nendstream\nendobj\n"
                % (number, code.side, code.side, len(code.rows), code.rows)
            )
            names += b"/I%d %d 0 R" % (index, number)
            offsets.append(place)
            place += len(body)
            number += 1
            out.append(body)
        body = b"%d 0 obj\n<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream\nendobj\n" % (
            number,
            len(packed),
            packed,
        )
        offsets.append(place)
        place += len(body)
        out.append(body)
        resources = (
            b"<</Font<<%s>>/XObject<</B %d 0 R%s>>>>" % (self._names, self._form, names)
            if names
            else b"%d 0 R" % _RESOURCES
        )
        out.append(
            b"%d 0 obj\n<</Type/Page/Parent %d 0 R/Resources %s/Contents %d 0 R>>\nendobj\n"
            % (number + 1, self._nodes[-1], resources, number)
        )
        offsets.append(place)
        self._pages.append(number + 1)
        self._write(b"".join(out))

    @property
    def count(self) -> int:
        return len(self._pages)

    def finish(self) -> tuple[int, str]:
        """Write what closes the file. Returns its length and SHA-256."""
        self._object(
            b"<</Type/Catalog/Pages %d 0 R/Lang(id-ID)/ViewerPreferences<</DisplayDocTitle true>>>>" % _TREE, _CATALOG
        )
        for place, node in enumerate(self._nodes):
            pages = self._pages[place * _PAGES_A_NODE : (place + 1) * _PAGES_A_NODE]
            self._object(b"<</Type/Pages/Parent %d 0 R/Count %d/Kids[%s]>>" % (_TREE, len(pages), _kids(pages)), node)
        self._object(
            b"<</Type/Pages/MediaBox[0 0 %.2f %.2f]/Count %d/Kids[%s]>>"
            % (*A4, len(self._pages), _kids(self._nodes)),
            _TREE,
        )
        title = self._title.encode("utf-16-be").hex().encode()
        self._object(b"<</Title<FEFF%s>/Producer(Sepadan)>>" % title, _INFO)
        self._object(b"<</Font<<%s>>/XObject<</B %d 0 R>>>>" % (self._names, self._form), _RESOURCES)
        start, mark = self._place, self._digest.hexdigest()[:32].encode()
        self._write(b"xref\n0 %d\n0000000000 65535 f \n" % len(self._offsets))
        for begin in range(1, len(self._offsets), 4096):
            self._write(b"".join([b"%010d 00000 n \n" % place for place in self._offsets[begin : begin + 4096]]))
        self._write(
            b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]>>\nstartxref\n%d\n%%%%EOF\n"
            % (len(self._offsets), _CATALOG, _INFO, mark, mark, start)
        )
        return self._place, self._digest.hexdigest()


def _kids(numbers: Sequence[int]) -> bytes:
    return b" ".join(b"%d 0 R" % number for number in numbers)
