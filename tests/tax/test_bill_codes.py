"""The code of a bill: of this bill alone, readable off paper, opened by nothing else."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from sepadan.records.public import grouped, plain_code
from sepadan.records.services.paper_codes import ALPHABET
from sepadan.tax.services.bill_codes import bill_code, code_of, opens

NOP = "357301000100200340"


def bill(nop: str = NOP, year: int = 2025, run: int = 7, region: str = "35.73") -> SimpleNamespace:
    return SimpleNamespace(nop=nop, tax_year=year, run_id=run,
                           run=SimpleNamespace(region=SimpleNamespace(code=region)))


def test_every_part_of_a_bill_and_the_key_change_its_code():
    made = [bill_code("35.73", NOP, 2025, 7), bill_code("32.16", NOP, 2025, 7), bill_code("35.73", NOP, 2026, 7),
            bill_code("35.73", NOP, 2025, 8), bill_code("35.73", "357301000100200350", 2025, 7),
            bill_code("35.73", NOP, 2025, 7, key=b"another key of an installation")]
    assert len(set(made)) == len(made)
    assert all(len(code) == 12 and set(code) <= set(ALPHABET) for code in made)
    assert code_of(bill()) == made[0]  # and the same each time


def test_the_letters_of_a_code_are_used_evenly():
    letters = "".join(bill_code("35.73", f"{number:018d}", 2025, 7) for number in range(4_000))
    assert set(letters) == set(ALPHABET)
    fair = len(letters) / len(ALPHABET)
    assert max(abs(letters.count(one) - fair) for one in ALPHABET) < fair / 5


@pytest.mark.parametrize("write", [str, grouped, str.lower, lambda code: f" {grouped(code).lower()} ",
                                   lambda code: code.replace("0", "o").replace("1", "l"),
                                   lambda code: code.replace("0", "O").replace("1", "I")])
def test_a_code_is_read_as_people_write_it(write):
    for run in range(40):
        assert opens(bill(run=run), write(code_of(bill(run=run))))


def test_nothing_else_opens_a_bill():
    right = code_of(bill())
    other = "".join("2" if letter != "2" else "3" for letter in right)
    for typed in ("", right[:-1], f"{right}0", right[:-1] + ("2" if right[-1] != "2" else "3"), other, "U" * 12,
                  code_of(bill(year=2024)), "\u0661" * 12, right * 40, "\x00"):
        assert not opens(bill(), typed)
    assert plain_code("U" * 12) == plain_code("1234") == ""
