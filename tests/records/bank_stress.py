"""Random messages of a bank, and a model of what must stand in the books after the bank was answered.

The model knows nothing of the services: it takes the answers that the bank got (``{external id: (sent, answer)}``) and
adds up what they say. Every bill's state, the ledger's accounts and every stored message must agree with it.
"""

from __future__ import annotations

import json
import random
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from sepadan.records.models import BankMessage, BankOutcome, Charge, Payment, PaymentReversal
from sepadan.records.queries.ledger import balances, open_amounts
from sepadan.records.tenancy import region_scope

from .bank_trial import Bank, raise_bills

AMOUNT = 60_000
PARTS = (20_000, 30_000, 60_000, 60_000, 70_000)  # the last is always too much


@dataclass(frozen=True, slots=True)
class Sent:
    external_id: str
    kind: str
    charge: int | None
    request_id: str
    amount: int
    body: bytes


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


def random_messages(bank: Bank, count: int, seed: int) -> list[Sent]:
    """About *count* messages: payments with reversals, resent and repeated, asked about, and all somewhat shuffled."""
    draw, messages = random.Random(seed), []
    bills = raise_bills(bank.region, bank.partner, [f"b{k}" for k in range(max(2, count // 12))], AMOUNT)
    requests = 0

    def add(kind: str, bill: tuple[int | None, str], request_id: str, amount: int) -> None:
        body = bank.body(kind, bill[1], request_id, amount)
        messages.append(Sent(f"m{len(messages)}", kind, bill[0], request_id, amount, body))

    while len(messages) < count:
        bill: tuple[int | None, str] = draw.choice(bills)
        if draw.random() < 0.03:
            bill = (None, "88001999999999990")
        requests += 1
        request_id, amount = f"r{requests}", draw.choice(PARTS)
        add("inquiry", bill, f"i{requests}", 0)
        for kind, share in (("payment", 1.0), ("payment", 0.25), ("reversal", 0.35), ("reversal", 0.1),
                            ("status", 0.2)):
            if draw.random() < share:
                add(kind, bill, request_id, amount)
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


def faults_of_books(bank: Bank, told: Ledgered) -> list[str]:
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
    net: dict[int, int] = defaultdict(int)
    for request_id, sent in paid.items():
        if request_id not in undone and sent.charge is not None:
            net[sent.charge] += sent.amount
    with region_scope(bank.region):
        owed = open_amounts(Charge.objects.values_list("pk", flat=True))
        faults += [f"charge {key}: open {left}, by the answers {AMOUNT - net[key]}"
                   for key, left in owed.items() if left != AMOUNT - net[key] or left < 0]
        rows = {p.reference.removeprefix("BANK-1:"): p for p in Payment.objects.all()}
        taken = {r.payment.reference.removeprefix("BANK-1:")
                 for r in PaymentReversal.objects.select_related("payment")}
        faults += [f"booked and answered differ: {sorted(set(rows) ^ set(paid))[:5]}"] if set(rows) != set(paid) else []
        faults += [f"undone and answered differ: {sorted(taken ^ undone)[:5]}"] if taken != undone else []
        faults += [f"{name}: booked {row.amount}, sent {paid[name].amount}" for name, row in rows.items()
                   if name in paid and (row.amount, row.charge_id) != (paid[name].amount, paid[name].charge)]
        found = balances()
        wanted = {"1.2.1": sum(net.values()), "1.3.pbb": AMOUNT * len(owed) - sum(net.values()), "2.1": 0}
        faults += [f"account {code}: {found[code]}, by the answers {value}" for code, value in wanted.items()
                   if found[code] != value]
        faults += ["the ledger does not balance"] if sum(found.values()) else []
        stored = {o.message.external_id: (o.status, bytes(o.body))
                  for o in BankOutcome.objects.select_related("message")}
        answered = {name: (status, body) for name, (_, status, body) in told.answers.items()}
        faults += ["stored and received answers differ"] if stored != answered else []
        faults += ["messages are left without an answer"] if BankMessage.objects.count() != len(answered) else []
    return faults
