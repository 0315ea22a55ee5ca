"""A NOP reads back as it was printed, other writings are refused, and a block gives its numbers in order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sepadan.ground.problems import Refused
from sepadan.tax.engine.nop import LAST_NUMBER, Nop, next_nop, read_nop

PRINTED = "35.73.010.001.002-0034.0"
BLOCK = "3573010001002"
NUMBERS = some.integers(1, LAST_NUMBER)
BLOCKS = some.text("0123456789", min_size=13, max_size=13)
KINDS = some.sampled_from("0123456789")


def test_the_printed_number_has_its_parts():
    nop = read_nop(PRINTED)
    assert nop == Nop(BLOCK + "0034" + "0")
    assert (nop.place, nop.block, nop.number, str(nop)) == (BLOCK[:10], BLOCK, 34, PRINTED)
    assert str(next_nop(nop.block, nop.number)) == "35.73.010.001.002-0035.0"


@given(BLOCKS, NUMBERS, KINDS)
def test_reading_undoes_printing_with_and_without_separators(block, number, kind):
    nop = Nop(f"{block}{number:04d}{kind}")
    assert read_nop(str(nop)) == read_nop(nop.digits) == read_nop(f" {nop}\n") == nop


@given(BLOCKS, some.integers(0, LAST_NUMBER - 1), KINDS)
def test_the_next_number_is_one_more_in_the_same_block(block, taken, kind):
    nop = next_nop(block, taken, kind)
    assert (nop.block, nop.number, nop.digits[17]) == (block, taken + 1, kind)


@pytest.mark.parametrize("text", [
    "", PRINTED[:-1], PRINTED + "0", PRINTED.replace(".", ". "), PRINTED.replace("0034", "0000"), PRINTED + "\n1",
    PRINTED.replace("35", "\u0663\u0665"), PRINTED.replace("0", "O"), PRINTED.replace(".", ".."), "-" + PRINTED,
])
def test_other_writings_are_refused_with_the_remedy(text):
    with pytest.raises(Refused) as told:
        read_nop(text)
    assert told.value.problem.what.key == "tax.nop.form"
    assert PRINTED in str(told.value)


def test_a_full_block_gives_no_number_and_the_last_one_is_still_given():
    assert next_nop(BLOCK, LAST_NUMBER - 1).number == LAST_NUMBER
    with pytest.raises(Refused) as told:
        next_nop(BLOCK, LAST_NUMBER)
    assert told.value.problem.what.key == "tax.nop.block_full"


@pytest.mark.parametrize(("block", "taken", "kind"), [
    (BLOCK[:-1], 1, "00"), (BLOCK + "1", 1, ""), (BLOCK, -1, "0"), (BLOCK, -5, "00"), (BLOCK[:-1] + "\u0662", 1, "0"),
])
def test_parts_of_a_wrong_length_do_not_shift_into_another_number(block, taken, kind):
    with pytest.raises(Refused) as told:
        next_nop(block, taken, kind)
    assert told.value.problem.what.key == "tax.nop.form"
