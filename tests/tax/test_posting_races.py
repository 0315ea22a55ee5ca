"""A reversal and a payment of one bill at once, on real PostgreSQL: either the payment stands or the reversal does.

Both orders are forced by the locks themselves: one side is held inside its transaction until the server says that the
other waits for it.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Event

import pytest
from django.db import connections
from tests.tax.test_assessment import NOW, _data, approved, malang, people, post  # noqa: F401
from tests.tax.test_rolls import columns, load

from sepadan.ground.problems import Refused
from sepadan.records.public import (
    Actor,
    Channel,
    Transfer,
    balances,
    open_amount,
    receive_payment,
    region_scope,
)
from sepadan.tax.models import AssessmentRun, Bill, RunState
from sepadan.tax.services import posting_reversal
from sepadan.tax.services.posting_reversal import reverse_run
from sepadan.territory.models import Region

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
AMOUNT = 1_000
PAID_AT = datetime(2025, 3, 3, 3, 0, tzinfo=UTC)  # before any due date: no interest


def waiting() -> bool:
    """Whether some connection of this database waits for a lock that another one holds."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                       "AND cardinality(pg_blocking_pids(pid)) > 0")
        return cursor.fetchone()[0] > 0


def until_waiting(ended: Callable[[], bool]) -> None:
    while not waiting():
        assert not ended(), "the other side went on instead of waiting"


def pay(region: Region, bill: Bill, reference: str, hold: Callable[[], None] = lambda: None) -> None:
    try:
        with region_scope(region):
            receive_payment(channel=Channel.BANK, reference=reference, charge=bill.charge, amount=AMOUNT,
                            paid_at=PAID_AT, now=NOW)
            hold()
    finally:
        connections.close_all()


def take_back(region: Region, run: AssessmentRun, actor: Actor) -> str:
    try:
        return reverse_run(region, run.pk, version=run.version + 1, actor=actor, reason="NJOP keliru",
                           effective_on=NOW.date(), now=NOW).state
    except Refused as refused:
        return refused.problem.what.key
    finally:
        connections.close_all()


def posted_bill(region: Region, people: tuple[Actor, ...]) -> tuple[AssessmentRun, Bill, int]:  # noqa: F811
    run = approved(region, load(region, columns()), people)
    post(region, run, people[0])
    with region_scope(region):
        bill = Bill.objects.select_related("charge").order_by("nop")[0]
    return run, bill, run.control["payable"]


def whole(region: Region) -> None:
    """Every bill is live or none is, and the ledger balances."""
    with region_scope(region):
        assert sum(balances().values()) == 0
        assert Bill.objects.filter(live=True).count() in (0, 12)


def test_a_payment_under_way_is_awaited_and_the_reversal_then_refused(malang, people):  # noqa: F811
    run, bill, total = posted_bill(malang, people)
    held, go = Event(), Event()

    def hold() -> None:
        held.set()
        go.wait()

    with ThreadPoolExecutor(2) as pool:
        paying = pool.submit(pay, malang, bill, "R-1", hold)
        held.wait()
        reversing = pool.submit(take_back, malang, run, people[1])
        until_waiting(reversing.done)
        go.set()
        paying.result()
        assert reversing.result() == "tax.run.paid"
    whole(malang)
    with region_scope(malang):
        assert AssessmentRun.objects.get(pk=run.pk).state == RunState.POSTED
        assert balances()["1.3.pbb"] == total - AMOUNT
        assert open_amount(bill.charge) == bill.payable - AMOUNT


def test_a_reversal_under_way_is_awaited_and_the_payment_stands_as_an_overpayment(
        malang, people, monkeypatch):  # noqa: F811
    run, bill, _ = posted_bill(malang, people)
    held, go, honest = Event(), Event(), posting_reversal.write_audit

    def holding(*arguments: object) -> None:
        honest(*arguments)  # type: ignore[arg-type]
        held.set()
        go.wait()

    monkeypatch.setattr(posting_reversal, "write_audit", holding)
    with ThreadPoolExecutor(2) as pool:
        reversing = pool.submit(take_back, malang, run, people[1])
        held.wait()
        paying = pool.submit(pay, malang, bill, "R-2")
        until_waiting(paying.done)
        go.set()
        assert reversing.result() == RunState.REVERSED
        paying.result()
    whole(malang)
    with region_scope(malang):
        assert balances()["1.3.pbb"] == 0
        assert open_amount(bill.charge) == 0
        assert Transfer.objects.filter(charge=bill.charge, reverses__isnull=True).exclude(
            source__startswith="assessment:").get().amount == AMOUNT  # to overpayments, owed back


def test_left_to_chance_exactly_one_of_the_two_stands(malang, people):  # noqa: F811
    """Eight bills paid while the run is taken back, in whatever order the server takes them."""
    run, _, total = posted_bill(malang, people)
    with region_scope(malang):
        bills = list(Bill.objects.select_related("charge").order_by("nop")[:8])
    with ThreadPoolExecutor(9) as pool:
        jobs = [pool.submit(pay, malang, bill, f"C-{bill.nop}") for bill in bills[:4]]
        reversing = pool.submit(take_back, malang, run, people[1])
        jobs += [pool.submit(pay, malang, bill, f"C-{bill.nop}") for bill in bills[4:]]
        for job in jobs:
            job.result()
        outcome = reversing.result()
    assert outcome in (RunState.REVERSED, "tax.run.paid")
    whole(malang)
    with region_scope(malang):
        left = balances()["1.3.pbb"]
    assert left == (0 if outcome == RunState.REVERSED else total - 8 * AMOUNT)
