"""A typo in a statute file gives file, line and remedy; table-driven, one fault per row."""

import pytest

from ground.statute_folder import COVERAGE, NATIONAL_PBB, REGION_INSTRUMENTS, REGION_PBB, write_statutes
from sepadan.ground.figures import LANGUAGES
from sepadan.ground.statute_files import read_folder
from sepadan.ground.statute_shelf import Shelf

PBB = "regions/99/tax/pbb.yaml"


def problems_of(folder):
    shelf = Shelf()
    read_folder(folder, shelf)
    return shelf.problems


def test_a_good_folder_has_no_problem(tmp_path):
    assert problems_of(write_statutes(tmp_path)) == []


@pytest.mark.parametrize(("old", "new", "line", "words"), [
    ("levy: pbb", "levy: pbbb", 1, "differs from the file name"),
    ("parameters:", "parameter:", 2, "did you mean “parameters”"),
    ("  tiers:\n", "  tirs:\n", 3, "“description” is absent"),
    ("    values:\n      2002-01-01:\n", "    valuess:\n      2002-01-01:\n", 4, "did you mean “values”"),
    ("2002-01-01:\n        value:", "2002-1-01:\n        value:", 5, "not a start"),
    ("2002-01-01:\n        value:", "2002-13-01:\n        value:", 5, "there is no day 2002-13-01"),
    ("2005-01-01", "2002-01-01", 13, "written twice"),
    ("2005-01-01", "2001-01-01", 13, "does not come after"),
    ("2005-01-01", "open", 13, "may only be the first"),
    ("rate: 0.001}", "rate: 0,001}", 7, "decimal comma"),
    ("rate: 0.001}", 'rate: "0,001"}', 7, "decimal comma"),
    ("rate: 0.001}", "rate: 0.1 %}", 7, "not a number"),
    ("rate: 0.001}", "rate: 10}", 7, "not a fraction"),
    ("rate: 0.001}", "rate: -0.001}", 7, "not a fraction"),
    ("rate: 0.001}", "rat: 0.001}", 7, "unknown key “rat”"),
    ("{to: 100, rate", "{to: 10.5, rate", 7, "not a whole number"),
    ("{to: 100, rate", "{to: null, rate", 7, "only the last tier"),
    ("{to: null, rate: 0.002}", "{to: 50, rate: 0.002}", 8, "only the last tier"),
    ("- {to: null, rate: 0.002}", "- {to: 100, rate: 0.002}\n          - {to: null, rate: 0.003}", 8, "not above"),
    ("instrument: perda-1", "instrument: perda-l", 9, "did you mean “perda-1”"),
    ("confidence: secondary", "confidence: secondry", 11, "did you mean “secondary”"),
    ("        confidence: secondary\n", "", 5, "“confidence” is absent"),
    ('        source: "https://example.id/perda"\n', "", 5, "without a source"),
    ("confidence: secondary", "confidence: null", 11, "“confidence” is empty"),
    ("instrument: perda-1", "instrument:", 9, "“instrument” is empty"),
    ('source: "https://example.id/perda"', 'source: ""', 12, "must be a text"),
    ("levy: pbb", "levy: ~", 1, "“levy” is empty"),
    ('article: "Art. 9"', "article: 9", 10, "must be a text"),
    ("value: null", "value: {rate: 1}", 13, "not a list"),
    ('2006-01-01: {value: [{to: null, rate: 0.004}], confidence: derived, source: "b"}', "2006-01-01: {value: null}",
     14, "ends nothing"),
    ("until: 2004-01-01", "until: 2001-01-01", 18, "ends (2001-01-01) before it begins"),
    ("reason: {id: \"Tidak ditemukan.\", en: \"Not found.\"}", "reason: \"Tidak ditemukan.\"", 19, "both languages"),
    (', en: "Not found."}', "}", 19, "both languages"),
    ("  ratio:\n    missing:\n", "  ratio:\n    unit: fraction\n    missings:\n", 17, "did you mean “missing”"),
    ("  ratio:\n    missing:\n", "  ratio:\n    unit: frction\n    missing:\n", 16, "did you mean “fraction”"),
    ("  ratio:\n    missing:\n", "  ratio:\n  missing:\n", 15, "belongs here"),
    ("    values:\n      2002-01-01:\n        value:", "    values:\n      2002-01-01:\n      value:", 9, "not YAML"),
])  # fmt: skip
def test_a_typo_names_file_line_and_remedy(tmp_path, old, new, line, words):
    assert old in REGION_PBB
    found = problems_of(write_statutes(tmp_path, {PBB: REGION_PBB.replace(old, new)}))
    assert found
    texts = [one.text("en").replace("Did you", "did you") for one in found]
    assert any(f"{PBB}:{line}" in text and words in text for text in texts), texts
    for one in found:
        assert all(one.what.text(lang) and one.remedy.text(lang) for lang in LANGUAGES)


@pytest.mark.parametrize(("name", "text", "words"), [
    ("regions/99/instruments.yaml", REGION_INSTRUMENTS.replace("kind: perda", "kind: perdaa"), "did you mean “perda”"),
    ("regions/99/instruments.yaml", REGION_INSTRUMENTS.replace("year: 2002", "year: two"), "not a number"),
    ("regions/99/instruments.yaml", REGION_INSTRUMENTS.replace("  state: in_force\n", ""), "“state” is absent"),
    ("regions/99/instruments.yaml", REGION_INSTRUMENTS.replace("state: in_force", "state: null"), "“state” is empty"),
    ("regions/99/coverage.yaml", COVERAGE.replace("name:", "name: ~ #"), "“name” is empty"),
    ("regions/99/coverage.yaml", COVERAGE.replace("partial", "partly"), "not a choice of state"),
    ("regions/99/coverage.yaml", COVERAGE.replace("reason:", "reasn:"), "did you mean “reason”"),
    ("regions/99/conflicts.yaml", "x: {levy: pbb}\n", "“about” is absent"),
    ("national/tax/pbb.yaml", NATIONAL_PBB.replace("title: ", "titel: "), "“title” is absent"),
    ("national/tax/pbb.yaml", NATIONAL_PBB.replace("optional: true", "optional: maybe"), "neither true nor false"),
    ("regions/99/tax/pbb.yml", "levy: pbb\n", "not part of the layout"),
    ("regions/99/notes.yaml", "a: 1\n", "not part of the layout"),
    ("regions/99/other/pbb.yaml", "levy: pbb\n", "not part of the layout"),
    ("regions/malang/tax/pbb.yaml", REGION_PBB, "not a Kemendagri region code"),
    ("regions/99/tax/empty.yaml", "", "mapping of keys"),
    ("regions/99/tax/new.yaml", "levy: new\ntitle: {id: a, en: b}\nparameters: {Bad Name: {}}\n", "not a code word"),
    ("regions/99/tax/new.yaml", "levy: new\ntitle: {id: a, en: b}\nparameters:\n  x: {description: {id: a, en: b}, "
     "unit: fraction, governs: event}\n", "neither values nor"),
])  # fmt: skip
def test_a_fault_in_another_file_is_named(tmp_path, name, text, words):
    found = problems_of(write_statutes(tmp_path, {name: text}))
    texts = [one.text("en").replace("Did you", "did you") for one in found]
    assert any(words in text for text in texts), texts


def test_class_tables_must_join(tmp_path):
    table = """\
class_tables:
  t:
    title: {id: a, en: b}
    note: {id: a, en: b}
    sources: [here]
    land:
      - [1, 50, 100, 75, secondary, derived]
      - [2, 20, 40, 30, secondary, derived]
      - [3, 0, 20, 20, secondary, guess]
    building:
      - [1, 0, 10, 5, secondary, derived]
"""
    found = problems_of(write_statutes(tmp_path, {"national/tax/classes.yaml": table}))
    assert [one.where.rpartition("/")[2] for one in found] == ["classes.yaml:8 t", "classes.yaml:9 t"]


def test_a_folder_that_holds_no_statutes_is_named(tmp_path):
    assert "there is no statutes folder here" in problems_of(tmp_path)[0].text("en")


def test_the_folder_of_one_region_can_be_read_alone(tmp_path):
    write_statutes(tmp_path)
    shelf = Shelf()
    read_folder(tmp_path / "national" / "..", shelf)
    read_folder(tmp_path / "regions" / "99", shelf)
    assert shelf.problems == []
    assert ("99", "pbb") in shelf.files
