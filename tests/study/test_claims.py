"""Claims of the visit against figures."""

from dataclasses import replace

import pytest

from sepadan.study.engine.claims import CHECKS, TAKES, ClaimCheck, check_claim
from sepadan.study.facts import load_claims


def claim(name):
    return next(one for one in load_claims() if one.id == name)


@pytest.mark.parametrize(("name", "verdict"), [
    ("area", "not_supported"),
    ("residents", "supported"),
    ("villages", "supported"),
    ("second_city", "cannot_be_checked"),
    ("ecosystem", "cannot_be_checked"),
    ("hexahelix", "cannot_be_checked"),
    ("landfill_pays", "not_supported"),
    ("managed", "cannot_be_checked"),
    ("landfill_life", "not_supported"),
    ("events", "not_supported"),
    ("attendances", "not_supported"),
])
def test_verdict(book, assumptions, name, verdict):
    checked = check_claim(book, claim(name), assumptions)
    assert checked.verdict == verdict
    assert all(answer.text.text(lang) for answer in checked.answers for lang in ("id", "en"))


def test_the_landfill_that_pays_for_itself(book, assumptions):
    """Compost brought Rp9.3 million of a target of 15, against an operating budget of Rp12 billion."""
    target, cost = check_claim(book, claim("landfill_pays"), assumptions).answers
    assert "Rp9.325.000 dari target Rp15.000.000, 62,2" in target.text.text("id")
    assert "0,08" in cost.text.text("id")
    assert [cell.value for cell in cost.figures] == [9_325_000, 12_000_000_000]


def test_every_claim_is_tested_and_names_an_office():
    assert {one.id for one in load_claims()} == set(verdicts())
    assert set(CHECKS) == set(TAKES)


def verdicts():
    return [row[0] for row in test_verdict.pytestmark[0].args[1]]


def test_a_claim_about_a_region_without_figures_cannot_be_checked(book, assumptions):
    about_yogyakarta = replace(claim("landfill_pays"), about="34.71")
    assert check_claim(book, about_yogyakarta, assumptions).verdict == "cannot_be_checked"
    assert check_claim(book, replace(claim("landfill_life"), about="34.71"), assumptions).verdict == "cannot_be_checked"


def test_the_worst_answer_rules(book, assumptions):
    right = ClaimCheck("equals", {"indicator": "n_kecamatan", "stated": 5, "within_pct": 0})
    wrong = ClaimCheck("equals", {"indicator": "n_kelurahan", "stated": 56, "within_pct": 0})
    mixed = replace(claim("villages"), checks=(right, wrong))
    assert check_claim(book, mixed, assumptions).verdict == "not_supported"
