"""The QR codes on a page of a PDF, as a reader of others draws it (PDFium) and a decoder of others reads it (ZXing)."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import zxingcpp


def codes_on(pdf: bytes | Path, page: int = 0) -> set[str]:
    """What the QR codes on *page* (the first is 0) say, drawn at 150 dots an inch in grey."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        drawn = document[page].render(scale=150 / 72, grayscale=True).to_numpy()
        return {code.text for code in zxingcpp.read_barcodes(drawn.squeeze(), formats=zxingcpp.BarcodeFormat.QRCode)}
    finally:
        document.close()
