"""``kill -9`` at any moment of a posting: nothing is seen of it; the rerun ends with the same totals, each bill once.

Full: a synthetic roll of a region, twenty kills spread at random over the time that one posting takes, wherever it then
is (reading, COPY, control joins, commit). Small: four kills between known rows of a roll by hand.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connections
from tests.tax.test_assessment import NOW, _data, approved, malang, people, post  # noqa: F401
from tests.tax.test_rolls import columns, load

from sepadan.records.public import Actor, Charge, Transfer, balances, now, open_chart, region_scope
from sepadan.tax.engine.assessment import DueDate, read_control
from sepadan.tax.models import AssessmentRun, Bill, RunState
from sepadan.tax.public import current_roll
from sepadan.tax.services.assessment import NewRun, approve_run, compute_run, draft_run
from sepadan.tax.services.posting import post_run
from sepadan.tax.services.posting_reversal import reverse_run
from sepadan.territory.models import Region

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
KILLS = 20


def posting_child(region: Region, run: AssessmentRun, actor: Actor, told: Callable[[int], None] | None = None) -> int:
    """The number of a process that posts *run*. It ends by itself, or by a kill."""
    connections.close_all()
    child = os.fork()
    if child:
        return child
    try:
        post_run(region, run.pk, actor=actor, clock=now, told=told)
    finally:
        os._exit(0)


def state(region: Region, run: AssessmentRun) -> tuple[str, int, int, int]:
    with region_scope(region):
        return (AssessmentRun.objects.get(pk=run.pk).state, Bill.objects.filter(run=run).count(),
                Charge.objects.filter(number__endswith=f"-{run.pk}").count(),
                Transfer.objects.filter(source__startswith=f"assessment:{run.pk}:").count())


@pytest.mark.parametrize("rows", [0, 41, 79, 119])
def test_killed_between_any_two_tables_nothing_is_seen_and_the_rerun_posts_each_bill_once(
        malang, people, rows):  # noqa: F811
    run = approved(malang, load(malang, columns(40)), people)

    def fall(done: int) -> None:
        if done >= rows:
            os.kill(os.getpid(), signal.SIGKILL)

    child = posting_child(malang, run, people[0], fall)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert state(malang, run) == (RunState.APPROVED, 0, 0, 0)
    assert post(malang, run, people[0]).control == read_control(run.control)
    assert state(malang, run) == (RunState.POSTED, 40, 40, 40)


@pytest.fixture
def bekasi(load_rolls: Callable[..., None]) -> Region:
    load_rolls("32.16", small=True)
    region = Region.objects.get(code="32.16")
    with region_scope(region):
        open_chart(["pbb"])
    return region


@pytest.mark.full
def test_twenty_kills_at_random_moments_of_a_posting(bekasi, people, measured):  # noqa: F811
    """First one posting left alone, for its time and totals; then another run of the same roll, killed and rerun."""
    alone = _approved(bekasi, people)
    began = time.monotonic()
    post(bekasi, alone, people[0])
    seconds = time.monotonic() - began
    with region_scope(bekasi):
        alone.refresh_from_db()
        receivable = balances()["1.3.pbb"]
    reverse_run(bekasi, alone.pk, version=alone.version, actor=people[1], reason="uji", effective_on=NOW.date(),
                now=NOW)
    run, draw, killed, late, moments = _approved(bekasi, people), random.Random(20250116), 0, 0, []
    while killed < KILLS:
        child, moment = posting_child(bekasi, run, people[0]), draw.uniform(0, seconds)
        time.sleep(moment)
        os.kill(child, signal.SIGKILL)
        if not os.WIFSIGNALED(os.waitpid(child, 0)[1]):  # it was done before: take it back and go on
            late += 1
            with region_scope(bekasi):
                run.refresh_from_db()
            assert run.state == RunState.POSTED
            reverse_run(bekasi, run.pk, version=run.version, actor=people[1], reason="uji", effective_on=NOW.date(),
                        now=NOW)
            run = _approved(bekasi, people)
            continue
        killed, moments = killed + 1, [*moments, moment / seconds]
        held = state(bekasi, run)
        assert held in ((RunState.APPROVED, 0, 0, 0), _whole(run)), "all or none"
        if held[0] == RunState.POSTED:  # killed after the commit: nothing was lost either
            assert post(bekasi, run, people[0]).was_posted
            reverse_run(bekasi, run.pk, version=run.version + 1, actor=people[1], reason="uji",
                        effective_on=NOW.date(), now=NOW)
            run = _approved(bekasi, people)
    again = post(bekasi, run, people[0])
    with region_scope(bekasi):
        assert Bill.objects.filter(live=True).count() == again.control.bills
        assert Bill.objects.filter(live=True).values("nop").distinct().count() == again.control.bills
        assert balances()["1.3.pbb"] == receivable
        assert sum(balances().values()) == 0
    assert state(bekasi, run) == _whole(run)
    mine, first = read_control(run.control), read_control(alone.control)
    assert mine == first == again.control
    measured(f"{KILLS} kills at {min(moments):.0%} to {max(moments):.0%} of the {seconds:.1f} s that posting "
             f"{mine.bills:,} bills takes; {late} postings were done before their kill came")
    measured(f"after each kill the run was approved and empty, or posted and whole; the rerun holds {mine.bills:,} "
             f"bills of {mine.payable:,} rupiah, as the one left alone")


def _approved(region: Region, people: tuple[Actor, ...]) -> AssessmentRun:  # noqa: F811
    with region_scope(region):
        roll = current_roll()
        new = NewRun(date(roll.tax_year, 1, 1), date(roll.tax_year, 2, 2), (DueDate(None, date(roll.tax_year, 8, 31)),),
                     "Keputusan uji 1", "default")
        run = draft_run(roll, new, actor=people[0], now=NOW)
        run = compute_run(run, version=run.version, actor=people[0], now=NOW)
        return approve_run(run, version=run.version, actor=people[1], now=NOW)


def _whole(run: AssessmentRun) -> tuple[str, int, int, int]:
    charged = run.control["charged"]
    return RunState.POSTED, run.control["bills"], charged, charged
