"""Random messages of a bank, and a model of what must stand in the books after the bank was answered.

The model (``bank_model``) knows nothing of the services: it takes the answers that the bank got (``{external id: (sent,
answer)}``) and reckons from them what each bill comes to: principal, late interest by the day of each payment, waivers,
payments in part and taken back. From the books it takes one thing, the order in which the payments of one bill were
booked, because interest is paid last. Bills, accounts, stored messages and the totals that inquiries were told must
agree with it.
"""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection

from sepadan.records.models import BankMessage, BankOutcome, Charge, Payment, PaymentReversal, Transfer
from sepadan.records.queries.dues import standings
from sepadan.records.queries.ledger import balances
from sepadan.records.services.dues import ENDINGS, quote
from sepadan.records.tenancy import region_scope

from .bank_model import ModelBill, interest_of
from .bank_trial import Bank, raise_bills

AMOUNT = 60_000
PARTS = (20_000, 30_000, 60_000, 60_000, 70_000)
"""What is paid besides what would settle an untouched bill on the day; the last is too much for most."""
OVERDUE = (-37, 20, 75, 400, 1250)
"""Days since the due day: not due yet, some weeks, over a change of months, a year, beyond the cap of interest."""
ROOT = "payment:bank:BANK-1:"


@dataclass(frozen=True, slots=True)
class Sent:
    external_id: str
    kind: str
    charge: int | None
    request_id: str
    amount: int
    body: bytes
    day: date


@dataclass(frozen=True)
class Trial:
    """The bank's month: when it is now, and the instants at which it says that payments were made: now, some days ago,
    and on both sides of the midnight in which a month begins."""

    now: datetime
    zone: Any
    waiver: tuple[date, date] | None = None

    @property
    def instants(self) -> tuple[datetime, ...]:
        here = self.now.astimezone(self.zone)
        midnight = datetime.combine(here.date().replace(day=1), time(), tzinfo=self.zone)
        found = (here - timedelta(minutes=30), here - timedelta(days=2), midnight + timedelta(seconds=1),
                 midnight - timedelta(seconds=1))
        return tuple(min(one, here - timedelta(minutes=5)) for one in found)


@dataclass
class Ledgered:
    """What the bank was answered: each external id with the one answer it ever got."""

    answers: dict[str, tuple[Sent, int, bytes]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    lock: Any = field(default_factory=threading.Lock)

    def note(self, sent: Sent, status: int, body: bytes) -> None:
        with self.lock:
            known = self.answers.setdefault(sent.external_id, (sent, status, body))
            if known[1:] != (status, body):
                self.faults.append(f"{sent.external_id} was answered {known[1:]} and then {(status, body)}")


def random_messages(bank: Bank, count: int, seed: int, trial: Trial) -> list[Sent]:
    """About *count* messages: payments with reversals, resent and repeated, asked about, and all somewhat shuffled."""
    draw, messages = random.Random(seed), []
    today = trial.now.astimezone(trial.zone).date()
    dues = [today - timedelta(days=OVERDUE[k % len(OVERDUE)]) for k in range(max(2, count // 12))]
    bills = raise_bills(bank.region, bank.partner, dues, AMOUNT, trial.now)
    due_of = {key: due for (key, _), due in zip(bills, dues, strict=True)}
    requests = 0

    def add(kind: str, bill: tuple[int | None, str], request_id: str, amount: int, at: datetime) -> None:
        body = bank.body(kind, bill[1], request_id, amount, at=at.isoformat())
        day = at.date() if kind in ("payment", "reversal") else today
        messages.append(Sent(f"m{len(messages)}", kind, bill[0], request_id, amount, body, day))

    while len(messages) < count:
        bill: tuple[int | None, str] = draw.choice(bills)
        if draw.random() < 0.03:
            bill = (None, "88001999999999990")
        requests += 1
        request_id, at = f"r{requests}", draw.choice(trial.instants)
        whole = AMOUNT if bill[0] is None else AMOUNT + interest_of(AMOUNT, due_of[bill[0]], at.date())
        amount = draw.choice((*PARTS, whole, whole, whole - 5_000))
        add("inquiry", bill, f"i{requests}", 0, at)
        for kind, share in (("payment", 1.0), ("payment", 0.25), ("reversal", 0.35), ("reversal", 0.1),
                            ("status", 0.2)):
            if draw.random() < share:
                add(kind, bill, request_id, amount, at)
    again = [draw.choice(messages) for _ in range(count // 8)]
    placed = [(place + draw.uniform(0, 40), one) for place, one in enumerate(messages)]
    placed += [(draw.uniform(0, len(messages)), one) for one in again]
    return [one for _, one in sorted(placed, key=lambda pair: pair[0])]


def send_all(messages: list[Sent], send: Callable[[Sent, random.Random], tuple[int, bytes]], threads: int,
             seed: int) -> Ledgered:
    """Send everything with *threads* at once; *send* keeps at it until a message is answered."""
    told, place, lock = Ledgered(), iter(messages), threading.Lock()

    def work(number: int) -> None:
        draw = random.Random(seed * 1_000 + number)
        try:
            while True:
                with lock:
                    one = next(place, None)
                if one is None:
                    return
                told.note(one, *send(one, draw))
        except BaseException as error:
            told.faults.append(repr(error))
        finally:
            connection.close()

    running = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return told


def faults_of_books(bank: Bank, told: Ledgered, trial: Trial) -> list[str]:
    """Where the books differ from what the bank was told. Empty when nothing was lost, doubled or invented."""
    paid: dict[str, Sent] = {}
    undone: set[str] = set()
    for sent, status, body in told.answers.values():
        code = json.loads(body)["responseCode"]
        if sent.kind == "payment" and status == 200:
            paid[sent.request_id] = sent
        if sent.kind == "reversal" and code in ("2009900", "2009901"):
            undone.add(sent.request_id)
    faults = [*told.faults, *(f"{one} was undone and never paid" for one in undone - set(paid))]
    with region_scope(bank.region):
        rows = {p.reference.removeprefix("BANK-1:"): p for p in Payment.objects.all()}
        taken = {r.payment.reference.removeprefix("BANK-1:")
                 for r in PaymentReversal.objects.select_related("payment")}
        faults += [f"booked and answered differ: {sorted(set(rows) ^ set(paid))[:5]}"] if set(rows) != set(paid) else []
        faults += [f"undone and answered differ: {sorted(taken ^ undone)[:5]}"] if taken != undone else []
        faults += [f"{name}: booked {row.amount}, sent {paid[name].amount}" for name, row in rows.items()
                   if name in paid and (row.amount, row.charge_id) != (paid[name].amount, paid[name].charge)]
        stored = {o.message.external_id: (o.status, bytes(o.body))
                  for o in BankOutcome.objects.select_related("message")}
        answered = {name: (status, body) for name, (_, status, body) in told.answers.items()}
        faults += ["stored and received answers differ"] if stored != answered else []
        faults += ["messages are left without an answer"] if BankMessage.objects.count() != len(answered) else []
        return faults or _faults_of_bills(told, trial, paid)


def _faults_of_bills(told: Ledgered, trial: Trial, paid: dict[str, Sent]) -> list[str]:
    """Where a bill, an account or the answer to an inquiry differs from the model."""
    today = trial.now.astimezone(trial.zone).date()
    charges = {one.pk: one for one in Charge.objects.all()}
    model = {key: ModelBill(one.amount, one.due_on, trial.waiver) for key, one in charges.items()}
    told_totals: dict[int, set[int]] = {key: {bill.total(today)} for key, bill in model.items()}
    faults: list[str] = []
    for key, name, is_back in _booked():
        bill = model[key]
        try:
            if is_back:
                bill.take_back(name)
            else:
                bill.pay(name, paid[name].day, paid[name].amount)
        except (ValueError, KeyError) as error:
            faults.append(repr(error))
        told_totals[key].add(bill.total(today))
    held = standings(charges.values())
    for key, bill in model.items():
        found, wanted = held[key], (bill.open, bill.interest, bill.credit, bill.charged)
        if (found.principal, found.interest, found.credit, found.interest_charged) != wanted:
            faults.append(f"charge {key}: {found}, by the answers {wanted}")
        for day in (today, today + timedelta(days=45)) if key % 10 == 0 or len(model) < 1_000 else ():
            if quote(charges[key], day).total != bill.total(day):
                faults.append(f"charge {key} on {day}: {quote(charges[key], day)}, by the answers {bill.total(day)}")
    found_balances = balances()
    sums = {"1.2.1": sum(one.money for one in model.values()), "1.3.pbb": sum(one.open for one in model.values()),
            "1.3.pbb.1": sum(one.interest for one in model.values()), "2.1": -sum(one.credit for one in model.values()),
            "4.pbb.1": -sum(one.charged for one in model.values()),
            "5.2.pbb.1": sum(one.waived for one in model.values())}
    faults += [f"account {code}: {found_balances.get(code, 0)}, by the answers {value}"
               for code, value in sums.items() if found_balances.get(code, 0) != value]
    faults += ["the ledger does not balance"] if sum(found_balances.values()) else []
    for sent, status, body in told.answers.values():
        if sent.kind == "inquiry" and status == 200 and sent.charge is not None:
            said = int(json.loads(body)["virtualAccountData"]["totalAmount"]["value"].partition(".")[0])
            if said not in told_totals[sent.charge]:
                faults.append(f"{sent.external_id} was told {said}; the bill came to {told_totals[sent.charge]}")
    return faults


def _booked() -> list[tuple[int, str, bool]]:
    """Charge, request and whether it was taken back, in the order of booking: that of the first line of each."""
    found: list[tuple[int, str, bool]] = []
    seen: set[tuple[str, bool]] = set()
    for row in Transfer.objects.filter(charge__isnull=False).select_related("reverses").order_by("id"):
        source = row.source if row.reverses is None else row.reverses.source
        if not source.startswith(ROOT) or ":undone" in source:
            continue
        name = source.removeprefix(ROOT)
        name = next((name.removesuffix(ending) for ending in ENDINGS if ending and name.endswith(ending)), name)
        if (name, row.reverses is not None) not in seen:
            seen.add((name, row.reverses is not None))
            found.append((int(row.charge_id or 0), name, row.reverses is not None))
    return found
