"""What was paid on the bills of a demo year: payments and their ledger lines, day by day, in one transaction.

The lines are those that ``receive_payment`` makes for each payment by itself (``records/services/dues.py``), for all
payments of a day at once and under the same sources, so that a payment can be taken back or settled like any other.
Interest of a late payer follows the law of the day of payment, as for everybody. ``posted_at`` is the evening of the
local day: the demonstration acts in the past. A test compares some of the charges with the services.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

import numpy as np
from django.db import connection

from sepadan.demo.engine.payers import CHANNELS, Owed, Paid, payments_of
from sepadan.demo.engine.years import Part
from sepadan.records.public import (
    Actor,
    AuditEntry,
    Channel,
    Payment,
    TransferDraft,
    account_for,
    dues_account,
    post_transfers,
    record,
    region_scope,
    zone_of,
)
from sepadan.tax.engine.late_interest import charge_late
from sepadan.tax.public import AssessmentRun, Bill, dues_law
from sepadan.territory.public import Region

ACTOR = Actor(name="sepadan demo")
PAID = "demo.audit.year_paid"
LEVY = "pbb"
BATCH = 4_000


@dataclass(frozen=True, slots=True)
class Line:
    """One payment with what it pays; *amount* is all that arrived."""

    charge: int
    channel: str
    reference: str
    day: date
    second: int
    principal: int
    interest: int
    over: int

    @property
    def amount(self) -> int:
        return self.principal + self.interest + self.over


def pay_year(region: Region, run: AssessmentRun, state: Part, seed: int, last_day: date) -> int:
    """Book what is paid on the bills of *run* up to *last_day*; returns the number of payments. Once for each run."""
    with region_scope(region):
        if AuditEntry.objects.filter(action=PAID, object_id=str(run.pk)).exists():
            return 0
        lines = list(_lines(region, run, state, seed, last_day))
        _book(region, lines)
        record(ACTOR, PAID, run, now=_evening(region, last_day), after={
            "payments": len(lines), "amount": sum(line.amount for line in lines),
            "interest": sum(line.interest for line in lines), "until": last_day})
    return len(lines)


def _lines(region: Region, run: AssessmentRun, state: Part, seed: int, last_day: date) -> Iterator[Line]:
    """The payments in the order of their days."""
    bills = list(Bill.objects.filter(run=run, charge__isnull=False).order_by("number").values_list(
        "number", "charge_id", "payable", "nop", "due_on"))
    place = np.array([bill[0] for bill in bills], dtype=np.int64) - 1
    payable = np.array([bill[2] for bill in bills], dtype=np.int64)
    due = bills[0][4] if bills else run.issued_on
    owed = Owed(run.tax_year, state.owners[state.columns.owner[place] - 1], payable, run.issued_on.toordinal(),
                due.toordinal())
    paid = payments_of(owed, seed, last_day.toordinal())
    order = np.argsort(paid.day, kind="stable")
    open_now = payable.tolist()
    for row in order.tolist():
        at = int(paid.bill[row])
        _, charge, _, nop, _ = bills[at]
        day = date.fromordinal(int(paid.day[row]))
        principal = min(int(paid.amount[row]), open_now[at])
        late = bool(paid.settles[row]) and day > due
        interest = charge_late(dues_law(region.code, day).interest, principal, due, day).interest if late else 0
        open_now[at] -= principal
        yield Line(charge, CHANNELS[int(paid.channel[row])], _reference(run, nop, paid, row), day,
                   int(paid.second[row]), principal, interest, int(paid.amount[row]) - principal)


def _reference(run: AssessmentRun, nop: str, paid: Paid, row: int) -> str:
    return f"CONTOH-{run.tax_year}-{nop}-{int(paid.part[row])}"


def _book(region: Region, lines: list[Line]) -> None:
    """Payments first, then the ledger lines of each day in one statement."""
    zone = zone_of(region)
    for start in range(0, len(lines), BATCH):
        Payment.objects.bulk_create((
            Payment(channel=line.channel, reference=line.reference, charge_id=line.charge, amount=line.amount,
                    overpaid=line.over, paid_at=at, received_at=at + timedelta(seconds=20))
            for line in lines[start: start + BATCH]
            for at in [datetime.combine(line.day, datetime.min.time(), zone) + timedelta(seconds=line.second)]),
            ignore_conflicts=True)
    clearing = {name: account_for(f"clearing:{Channel(name)}").pk for name in CHANNELS}
    receivable, over = account_for(f"receivable:{LEVY}").pk, account_for("overpaid").pk
    owed_interest, gained = (dues_account(f"{kind}:{LEVY}_interest", LEVY).pk for kind in ("receivable", "revenue"))
    for day, found in groupby(lines, key=lambda line: line.day):
        drafts = []
        for line in found:
            source, giver = f"payment:{line.channel}:{line.reference}", clearing[line.channel]
            for ending, debit, credit, amount in (
                    (":charged", owed_interest, gained, line.interest), ("", giver, receivable, line.principal),
                    (":interest", giver, owed_interest, line.interest), (":over", giver, over, line.over)):
                if amount:
                    drafts.append(TransferDraft(debit, credit, amount, day, source + ending, line.charge))
        post_transfers(drafts, now=_evening(region, day))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _evening(region: Region, day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 22, 0, tzinfo=zone_of(region)).astimezone(UTC)
