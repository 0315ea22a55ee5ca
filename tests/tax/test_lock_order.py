"""Credits of two years used for each other at once, by requests and by decisions: none is broken off by the server."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from tests.tax.request_bill import post_bill
from tests.tax.test_requests_desk import NOW, TODAY, carried, decided, filed

from sepadan.records.public import (
    Actor,
    Person,
    TransferDraft,
    account_for,
    balances,
    open_chart,
    post_transfers,
    region_scope,
    standing,
)
from sepadan.tax.models import DecisionKind
from sepadan.tax.services.collection_decisions import Proposal, grant_decision, propose_decision
from sepadan.territory.models import Region

ROUNDS, PART = 3, 1_000
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


def test_credits_used_both_ways_at_once_end_without_a_deadlock(settings, tmp_path: Path):
    settings.DATA_DIR = tmp_path
    region = Region.objects.get(code="35.73")
    made = [Person.objects.create_user(f"{name}@contoh.go.id", name.title()) for name in ("ani", "budi", "citra")]
    people = tuple(Actor(one.name, one.pk) for one in made)
    with region_scope(region):
        open_chart(["pbb"])
        bills = {year: post_bill(people, year) for year in (2025, 2026)}
        post_transfers([TransferDraft(
            debit=account_for("clearing:bank").pk, credit=account_for("overpaid").pk, amount=10 * PART,
            charge=bill.charge_id, effective_on=date(2026, 10, 1), source=f"seed:{year}")
            for year, bill in bills.items()], now=NOW)
        years = {2025: "2026", 2026: "2025"}
        asked = {year: [decided(filed(bills[year], people[0], "refund", received_on=date(2026, 11, 2)), people,
                                amount=str(PART), other_year=other) for _ in range(ROUNDS)]
                 for year, other in years.items()}
    start = threading.Barrier(3)

    def requests(year: int) -> str:
        for one in asked[year]:
            start.wait(timeout=60)
            with region_scope(region):
                carried(one, people[0])
        return "done"

    def decisions() -> str:
        for k in range(ROUNDS):
            start.wait(timeout=60)
            first, second = (bills[year].charge for year in (sorted(bills) if k % 2 else sorted(bills, reverse=True)))
            with region_scope(region):
                one = propose_decision(Proposal(DecisionKind.COMPENSATION, first, PART, "Uji", second),
                                       actor=people[0], now=NOW, today=TODAY)
                grant_decision(one, version=1, document_number=f"SK-{k}", document_on=TODAY, actor=people[1], now=NOW,
                               today=TODAY)
        return "done"

    def alone(act, *given) -> str:
        try:
            return act(*given)
        except BaseException:
            start.abort()
            raise
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        running = [pool.submit(alone, requests, year) for year in bills] + [pool.submit(alone, decisions)]
        assert [one.result(timeout=120) for one in running] == ["done"] * 3
    with region_scope(region):
        used = {2025: ROUNDS + 1, 2026: ROUNDS + 2}  # two of the three decisions begin with 2026
        assert {year: standing(bill.charge).credit for year, bill in bills.items()} == {
            year: (10 - used[year]) * PART for year in bills}
        assert sum(balances().values()) == 0
