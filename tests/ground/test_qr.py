"""QR codes made by XOR are the codes of the library, module by module, and an independent decoder reads them."""

from __future__ import annotations

import random
import string

import numpy as np
import pytest
import segno
import zxingcpp

from sepadan.ground.problems import Refused
from sepadan.ground.qr import MASK, Code, Codes, Level, version_for


def read_back(code: Code) -> str:
    dark = np.array([[code.dark(x, y) for x in range(code.side)] for y in range(code.side)])
    picture = np.where(np.pad(dark, 4), 0, 255).astype(np.uint8).repeat(4, 0).repeat(4, 1)
    found = zxingcpp.read_barcodes(np.ascontiguousarray(picture), formats=zxingcpp.BarcodeFormat.QRCode)
    assert len(found) == 1
    return found[0].text


@pytest.mark.parametrize(("level", "length"), [("m", 1), ("m", 14), ("m", 63), ("l", 30), ("q", 30), ("h", 30)])
def test_a_code_equals_that_of_the_library_in_every_module(level: Level, length: int):
    draw, codes = random.Random(f"{level}{length}"), Codes(level)
    for _ in range(3):
        text = "".join(draw.choices(" 0~" if length > 60 else string.printable[:95], k=length))
        code = codes.code(text)
        theirs = segno.make(text.encode(), error=level, version=version_for(length, level), mode="byte", mask=MASK,
                            boost_error=False, micro=False)
        assert code.side == len(theirs.matrix) == 17 + 4 * version_for(length, level)
        ours = [[int(code.dark(x, y)) for x in range(code.side)] for y in range(code.side)]
        assert ours == [list(row) for row in theirs.matrix]


def test_an_independent_decoder_reads_what_was_written():
    draw, codes = random.Random(7), Codes()
    texts = [f"https://pajak.contoh.go.id/t/{draw.getrandbits(60):015X}" for _ in range(20)]
    texts += ["".join(draw.choices(string.ascii_letters + string.digits, k=draw.randint(1, 200))) for _ in range(15)]
    assert [read_back(codes.code(text)) for text in texts] == texts


def test_a_code_does_not_depend_on_those_before_it():
    texts = [f"NOP{number:018d}" for number in (0, 9, 357301000100200340, 999999999999999999)]
    together = Codes()
    assert [together.code(text) for text in texts] == [Codes().code(text) for text in texts]


@pytest.mark.parametrize("text", ["", "Jalan Kamboja №5", "x" * 667])
def test_what_no_code_can_carry_is_refused_with_a_remedy(text):
    with pytest.raises(Refused) as refused:
        Codes().code(text)
    assert refused.value.problem.remedy is not None
