"""Acts that need the same charges in opposite orders, at once on real PostgreSQL: none is broken off by the server."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection
from django.http import HttpRequest
from psycopg.errors import DeadlockDetected

from sepadan.portal.middleware import RefusedMiddleware
from sepadan.records.names import Actor, SettlementAct
from sepadan.records.queries.ledger import balances, open_amount
from sepadan.records.services.settlement_files import answer_row, book_missing, take_file
from sepadan.records.tenancy import region_scope

from .bank_trial import NOW, open_bank, raise_bill
from .conftest import make_region
from .test_settlement_files import AT, DAY, FileLine, write_settlement

ROUNDS = 4
TAKER, BOOKER = Actor("Ani"), Actor("Budi")
at_once = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


def both(*acts: Callable[[], object]) -> list[object]:
    """What the acts give when all begin at the same moment."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            start.wait(timeout=60)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [one.result(timeout=120) for one in [pool.submit(run, act) for act in acts]]


@at_once
def test_files_whose_lines_cross_and_a_correction_against_a_reversal_end_without_a_deadlock():
    region = make_region("35.73", "Kota Malang", "kota")
    bank = open_bank(region, "partial")

    def take(name: str, *lines: tuple[str, str, int]):
        rows = [FileLine(k, request, number, amount, 0, AT) for k, (request, number, amount) in enumerate(lines, 2)]
        return take_file(write_settlement("BANK-1", name, DAY, rows), "f.csv", actor=TAKER, now=NOW)[0]

    def book(file) -> Callable[[], object]:
        def act() -> object:
            with region_scope(region):
                return book_missing(file, actor=BOOKER, now=NOW, reason="gangguan")
        return act

    for k in range(ROUNDS):
        (one, first), (two, second) = (raise_bill(region, bank.partner, f"{k}{n}") for n in "ab")
        for name, number in (("x", first), ("y", second)):
            assert bank.send("payment", number, f"{name}{k}", 10_000).status == 200
        with region_scope(region):
            up = take(f"U{k}", (f"u{k}1", first, 1_000), (f"u{k}2", second, 1_000))
            down = take(f"D{k}", (f"d{k}1", second, 2_000), (f"d{k}2", first, 2_000))
        assert both(book(up), book(down)) == [(2, []), (2, [])]
        with region_scope(region):  # our payment stands on the second bill, the bank says the first
            crossed = take(f"C{k}", (f"y{k}", first, 9_000))

        def correct(file=crossed) -> object:
            with region_scope(region):
                return answer_row(file.rows.get(), SettlementAct.CORRECT, actor=BOOKER, now=NOW, reason="nomor").act

        def undo(name=f"x{k}", number=first) -> object:
            return bank.send("reversal", number, name, 10_000).status

        assert both(correct, undo) == ["correct", 200]
        with region_scope(region):
            assert (open_amount(one), open_amount(two)) == (100_000 - 1_000 - 2_000 - 9_000, 100_000 - 1_000 - 2_000)
    with region_scope(region):
        assert sum(balances().values()) == 0


def test_an_act_that_the_server_broke_off_says_try_again_and_other_faults_stay_faults():
    middleware = RefusedMiddleware(lambda request: None)  # type: ignore[arg-type,return-value]
    request = HttpRequest()
    request.path_info, request.META["HTTP_ACCEPT"] = "/id/35.73/pajak/", "application/json"
    lost, other = OperationalError("deadlock detected"), OperationalError("disk full")
    lost.__cause__ = DeadlockDetected("deadlock detected")
    found = middleware.process_exception(request, lost)
    assert (found.status_code, found["Retry-After"]) == (503, "15")
    assert "coba lagi" in found.content.decode() or "try again" in found.content.decode()
    assert middleware.process_exception(request, other) is None
