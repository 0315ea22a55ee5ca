"""The data files: faults are refused with file, line and remedy; every word is there in both languages."""

import re

import pytest

from sepadan.ground.messages import catalogue
from sepadan.ground.problems import Refused
from sepadan.records.names import ACTIONS
from sepadan.study.engine.conflicts import CONSEQUENCES
from sepadan.study.engine.settling import RULES
from sepadan.study.facts import load_indicators, load_waste_assumptions
from sepadan.study.names import CLAIM_VERDICTS, STANDINGS

REGION = """region: "11.71"
name: Kota Banda Aceh
kind: kota
bps_code: "1171"
facts:
  - {indicator: pop_dukcapil, value: 100, period: "2024", kind: realised, source: kep2138, confidence: high}
"""


def loaded(folder, text):
    (folder / "regions").mkdir()
    (folder / "regions" / "11.71.yaml").write_text(text, encoding="utf-8")
    return load_indicators(folder)


def test_a_new_region_is_a_new_file(tmp_path):
    assert loaded(tmp_path, REGION).facts("11.71", "pop_dukcapil")[0].value == 100


@pytest.mark.parametrize(("old", "new", "line", "said"), [
    ("indicator: pop_dukcapil", "indicator: pop_dukcapill", 6, "pop_dukcapill"),
    ("kind: realised", "kind: realized", 6, "realized"),
    ('period: "2024"', 'period: "24"', 6, "24"),
    ("source: kep2138", "source: nobody", 6, "nobody"),
    ("value: 100", "value: a lot", 6, "a lot"),
    ("value: 100", "value: null", 6, "missing"),
    ("confidence: high", "confidence: sure", 6, "sure"),
    ("confidence: high", "confidence: high, asof: 2024", 6, "asof"),
    ("confidence: high", "", 6, "confidence"),
    ("kind: kota\n", "kind: town\n", 3, "town"),
    ('bps_code: "1171"', "bps_code: 1171", 4, "bps_code"),
    ('region: "11.71"', 'region: "35.73"', None, "35.73"),
])
def test_a_typo_is_refused_with_its_place(tmp_path, old, new, line, said):
    with pytest.raises(Refused) as refusal:
        loaded(tmp_path, REGION.replace(old, new))
    text = refusal.value.problem.text("en")
    assert said in text
    assert refusal.value.problem.remedy is not None
    assert line is None or f"11.71.yaml:{line}" in text


def test_unknown_assumptions_name_what_there_is():
    with pytest.raises(Refused, match="waste-default"):
        load_waste_assumptions("waste-hope")


def test_assumptions(assumptions):
    assert [str(one) for one in assumptions.densities_t_m3] == ["3/5", "4/5", "1"]
    assert set(assumptions.why) == {"density_t_m3", "cover_share", "inflow"}


def keys_in(folder):
    """Message keys that the code writes down, with the start of those it puts together."""
    found, started = set(), set()
    for path in folder.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r'"(study\.[a-z_.0-9]+[a-z0-9])"', text))
        started |= set(re.findall(r'f"(study\.[a-z_.]+\.)\{', text))
    return found, started


def test_every_key_has_a_text(book):
    from sepadan.study import engine

    folder = next(iter(engine.__path__))
    found, started = keys_in(__import__("pathlib").Path(folder).parent)
    known = {key for key in catalogue() if key.startswith("study.")}
    files = {one for one in found if one.rsplit(".", 1)[1] in ("json", "typ")}  # names of files, not of messages
    assert found - files - ACTIONS - known == set()  # what a role may do is named the same way
    assert all(any(key.startswith(start) for key in known) for start in started)
    put_together = {
        *(f"study.rule.{name}" for name in RULES), *(f"study.unit.{one.unit}" for one in book.indicators.values()),
        *(f"study.method.{fact.method}" for fact in book.all_facts if fact.method),
        *(f"study.basis.{fact.basis}" for fact in book.all_facts if fact.basis),
        *(f"study.side.{name}" for name in STANDINGS), *(f"study.claim.verdict.{name}" for name in CLAIM_VERDICTS),
        *(f"study.gate.verdict.{name}" for name in ("yes", "note", "no")),
    }
    assert put_together - known == set()
    assert all(data.consequence in ("", *CONSEQUENCES) for data in book.contradictions)


def test_every_source_is_used_or_came_with_the_collection(book):
    """No source of ours stands there for nothing."""
    from sepadan.study.facts import load_claims, load_practices, load_visits

    used = {fact.source for fact in book.all_facts}
    used |= {context.source for region in book.regions.values() for context in region.context}
    for one in (*load_claims(), *(v for p in load_practices() for v in p.versions)):
        used |= set(one.sources)
    for visit in load_visits():
        used |= set(visit.sources)
        for one in (*visit.delegations, *visit.agenda, *visit.timeline, *visit.lessons):
            used |= set(one.sources)
    ours = list(book.sources)[list(book.sources).index("sipsn_series"):]
    assert {source for source in ours if source not in used} == set()


def test_figures_stand_with_their_origin(book):
    for fact in book.all_facts:
        assert fact.source in book.sources
        assert fact.value is not None or fact.note is not None, fact.place
