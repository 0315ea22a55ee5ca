"""The statutes as a whole: caps, coverage, instruments, conflicts, units."""

import pytest

from ground.statute_folder import COVERAGE, NATIONAL_PBB, REGION_INSTRUMENTS, REGION_PBB, write_statutes
from sepadan.ground.statute_checks import check_book
from sepadan.ground.statute_files import read_folder
from sepadan.ground.statute_shelf import Shelf
from sepadan.ground.statutes import Book

PBB, COVER, INSTRUMENTS = (f"regions/99/{name}.yaml" for name in ("tax/pbb", "coverage", "instruments"))
CONFLICT = """\
rates:
  levy: pbb
  parameter: tiers
  about: {id: "Dua sumber berbeda", en: "Two sources differ"}
  choice: {id: "Yang pertama", en: "The first"}
  sources: [a, b]
"""


def findings(folder):
    shelf = Shelf()
    read_folder(folder, shelf)
    return [one.text("en").replace("\N{NO-BREAK SPACE}", " ") for one in check_book(Book(shelf))]


def test_good_statutes_have_no_finding(tmp_path):
    assert findings(write_statutes(tmp_path, {"regions/99/conflicts.yaml": CONFLICT})) == []


@pytest.mark.parametrize(("name", "text", "words"), [
    (PBB, REGION_PBB.replace("rate: 0.004", "rate: 0.006"), "0.6 % is above the limit of 0.5 % (UU 9/2000, Art. 2(1))"),
    (PBB, REGION_PBB.replace("2002-01-01:\n        value:", "1999-01-01:\n        value:").replace("0.002}", "0.004}"),
     "0.4 % is above the limit of 0.3 % (UU 9/2000, Art. 1)"),
    (PBB, REGION_PBB.replace("  ratio:\n", "  ratio:\n    unit: rupiah\n"), "differs from the national file"),
    (PBB, REGION_PBB.replace("      until:", "      limit: pbb.nothing\n      until:"), "no national parameter"),
    (PBB, REGION_PBB.replace("        instrument: perda-1\n", ""), "no value rests on the instrument “perda-1”"),
    (INSTRUMENTS, REGION_INSTRUMENTS + "  date: 2003-01-01\n", "the year 2002 differs"),
    (INSTRUMENTS, REGION_INSTRUMENTS + "  date: 2002-05-01\n", "before Perda Contoh 1/2002 was set"),
    (INSTRUMENTS, REGION_INSTRUMENTS + "  amends: uu-9-2000\n", "not marked as amended"),
    (COVER, COVERAGE.replace("state: partial", "state: complete"), "“complete”, but the files show “partial”"),
    (COVER, COVERAGE.replace("  pbb:", "  other:"), "“pbb” is not named"),
    (COVER, COVERAGE.replace("  pbb:", "  other:"), "“other” is no known levy"),
    (COVER, None, "has no coverage.yaml"),
    ("regions/99/conflicts.yaml", CONFLICT.replace("levy: pbb", "levy: nothing"), "which does not exist"),
    ("regions/99/conflicts.yaml", CONFLICT.replace("tiers", "nothing"), "which is no parameter of pbb"),
    ("national/tax/pbb.yaml", NATIONAL_PBB.replace("of: [tiers]", "of: [tires]"), "names “tires”"),
    ("regions/99.01/coverage.yaml", COVERAGE, "“bphtb” is not named"),
    ("regions/99.01/coverage.yaml", COVERAGE, "“partial”, but the files show “missing”"),
])  # fmt: skip
def test_each_fault_is_found(tmp_path, name, text, words):
    texts = findings(write_statutes(tmp_path, {name: text}))
    assert any(words in text for text in texts), texts


def test_a_value_that_starts_days_before_the_newer_cap_is_held_to_the_newer(tmp_path):
    early = REGION_PBB.replace("2002-01-01:\n        value:", "2001-01-01:\n        value:").replace("0.002}", "0.005}")
    assert findings(write_statutes(tmp_path, {PBB: early})) == []


def test_findings_name_file_and_line(tmp_path):
    [text] = findings(write_statutes(tmp_path, {PBB: REGION_PBB.replace("rate: 0.004", "rate: 0.006")}))
    assert f"{PBB}:14: " in text
    assert "Choose a value of at most 0.5 %" in text
