"""Every pair of regions, both ways, before and after a change of law: a study, or a refusal with its remedy."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from typing import Any

import pytest

from sepadan.ground.figures import LANGUAGES
from sepadan.ground.problems import Refused
from sepadan.ground.statutes import load_book
from sepadan.study.services.studies import make_study

BEKASI, MALANG = "32.16", "35.73"
WITHOUT_LAW = ("33.72", "34.71", "11.01", "99.99")
DAYS = (date(1945, 8, 17), date(2023, 12, 31), date(2025, 1, 16), date(2026, 1, 1))


def answer(guest: str, host: str, on: date) -> tuple[str, str]:
    """The key of the refusal and where it lies; ("", fingerprint) for a study."""
    try:
        return "", make_study(guest, host, on).fingerprints.whole
    except Refused as refused:
        problem = refused.problem
        for lang in LANGUAGES:
            assert problem.what.text(lang)
            assert problem.remedy is not None, problem.what.key
            assert problem.remedy.text(lang)
        return problem.what.key, problem.where


@pytest.mark.django_db
def test_a_region_without_law_figures_or_roll_is_told_whichever_side_it_stands_on(small_rolls: Any) -> None:
    codes = (*load_book().regions(), *WITHOUT_LAW)
    for guest, host in permutations(codes, 2):
        if {guest, host} == {BEKASI, MALANG}:
            continue
        key, where = answer(guest, host, date(2025, 1, 16))
        assert key in {"ground.statutes.region.unknown", "ground.statutes.no_value", "study.unknown.region",
                       "study.roll.none_yet", "territory.region.unknown"}, (guest, host, key)  # fmt: skip
        odd = [code for code in (guest, host) if code not in (BEKASI, MALANG)]
        assert any(code in where for code in odd), (guest, host, where)


@pytest.mark.django_db
@pytest.mark.parametrize(("guest", "host"), [(BEKASI, MALANG), (MALANG, BEKASI)])
def test_a_study_follows_the_law_of_its_day_and_is_the_same_again(small_rolls: Any, guest: str, host: str) -> None:
    found = [answer(guest, host, on) for on in DAYS]
    assert [key for key, _ in found] == ["ground.statutes.no_value", "ground.statutes.no_value", "", ""]
    assert found[2] != found[3]  # Malang's law changed on 1 January 2026
    assert answer(guest, host, DAYS[2]) == found[2]


@pytest.mark.django_db
@pytest.mark.parametrize(("before", "after"), [(date(2025, 12, 31), date(2026, 1, 1))])
def test_the_last_day_of_a_law_and_the_first_of_the_next_differ(small_rolls: Any, before: date, after: date) -> None:
    last, first = (make_study(BEKASI, MALANG, on) for on in (before, after))
    assert last.tax.foreign.rule != first.tax.foreign.rule
    assert last.tax.own.rule == first.tax.own.rule
    assert last.fingerprints.law[MALANG] != first.fingerprints.law[MALANG]
