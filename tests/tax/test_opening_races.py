"""A mass posting and a receivable that is taken over for the same object and year, one after the other and at once:
exactly one of them stands. Both orders are forced by the locks themselves on real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Event

import pytest
from django.db import connections
from tests.tax.test_assessment import NOW, _data, approved, malang, people, post  # noqa: F401
from tests.tax.test_posting_races import until_waiting
from tests.tax.test_rolls import columns, load

from sepadan.ground.problems import Refused
from sepadan.records.public import Actor, balances, region_scope
from sepadan.tax.models import AssessmentRun, Bill, Claim, Evidence, RunState, TaxableObject
from sepadan.tax.services import posting
from sepadan.tax.services.opening import OpeningRow, open_receivables
from sepadan.territory.models import Region

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
AMOUNT = 75_000


def take_over(region: Region, nop: str, actor: Actor, year: int = 2025,
              hold: Callable[[], None] = lambda: None) -> list[str]:
    """What is wrong with taking one receivable over; empty when it is here."""
    row = OpeningRow(1, nop, year, AMOUNT, date(year, 9, 30), "Siti", Evidence.LIST)
    try:
        with region_scope(region):
            _, problems = open_receivables([row], cut_off=date(2026, 1, 1), source="Daftar lama", actor=actor, now=NOW)
            hold()
        return [one.what.key for one in problems]
    finally:
        connections.close_all()


def posted(region: Region, run: AssessmentRun, actor: Actor) -> str:
    try:
        post(region, run, actor)
    except Refused as refused:
        return refused.problem.what.key
    finally:
        connections.close_all()
    return "posted"


def ready(region: Region, people: tuple[Actor, ...]) -> tuple[AssessmentRun, str]:  # noqa: F811
    run = approved(region, load(region, columns()), people)
    with region_scope(region):
        return run, TaxableObject.objects.filter(roll=run.roll).order_by("nop").values_list("nop", flat=True)[0]


def test_what_stands_already_keeps_the_other_out_whichever_came_first(malang, people):  # noqa: F811
    run, nop = ready(malang, people)
    assert take_over(malang, nop, people[0]) == []
    assert posted(malang, run, people[0]) == "tax.run.taken_over"
    with region_scope(malang):
        assert not Bill.objects.exists()
        assert balances()["1.3.pbb"] == AMOUNT


def test_another_year_of_the_object_keeps_nobody_out_and_a_posted_year_keeps_the_old_list_out(
        malang, people):  # noqa: F811
    run, nop = ready(malang, people)
    assert take_over(malang, nop, people[0], year=2024) == []
    assert posted(malang, run, people[0]) == "posted"
    assert take_over(malang, nop, people[0]) == ["tax.opening.billed"]
    with region_scope(malang):
        assert Claim.objects.count() == 1
        assert balances()["1.3.pbb"] == run.control["payable"] + AMOUNT


def test_a_posting_waits_for_a_list_that_comes_in_and_is_then_refused(malang, people):  # noqa: F811
    run, nop = ready(malang, people)
    held, go = Event(), Event()

    def hold() -> None:
        held.set()
        go.wait()

    with ThreadPoolExecutor(2) as pool:
        taking = pool.submit(take_over, malang, nop, people[0], 2025, hold)
        held.wait()
        posts = pool.submit(posted, malang, run, people[0])
        until_waiting(posts.done)
        go.set()
        assert (taking.result(), posts.result()) == ([], "tax.run.taken_over")
    with region_scope(malang):
        assert AssessmentRun.objects.get(pk=run.pk).state == RunState.APPROVED
        assert balances()["1.3.pbb"] == AMOUNT


def test_a_list_waits_for_a_posting_that_goes_on_and_is_then_told(malang, people, monkeypatch):  # noqa: F811
    run, nop = ready(malang, people)
    held, go, honest = Event(), Event(), posting.write_audit

    def holding(*arguments: object) -> None:
        honest(*arguments)  # type: ignore[arg-type]
        held.set()
        go.wait()

    monkeypatch.setattr(posting, "write_audit", holding)
    with ThreadPoolExecutor(2) as pool:
        posts = pool.submit(posted, malang, run, people[0])
        held.wait()
        taking = pool.submit(take_over, malang, nop, people[0])
        until_waiting(taking.done)
        go.set()
        assert (posts.result(), taking.result()) == ("posted", ["tax.opening.billed"])
    with region_scope(malang):
        assert not Claim.objects.exists()
        assert balances()["1.3.pbb"] == run.control["payable"]
