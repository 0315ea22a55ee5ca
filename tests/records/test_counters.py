"""Cash at a counter: numbered receipts, a day closed with what was counted, a deposit that the ledger agrees with."""

from __future__ import annotations

import threading
import time
from datetime import date, timedelta

import pytest
from django.db import connection

from sepadan.ground.problems import Refused
from sepadan.records.models import CashReceipt, Payment
from sepadan.records.names import Actor, CollectorKind
from sepadan.records.queries.counters import charges_shown, expected_cash, shortages, standings
from sepadan.records.queries.ledger import balances, open_amount
from sepadan.records.services.counters import (
    VILLAGE_DAYS,
    add_collector,
    close_day,
    deposit_days,
    end_collector,
    make_good,
    take_back_cash,
    take_cash,
)
from sepadan.records.services.dues import dues_account
from sepadan.records.tenancy import region_scope

from .bank_trial import NOW, open_bank, raise_bill
from .conftest import make_region

CASHIER = Actor("Kasir")
TODAY = date(2026, 11, 24)
pytestmark = pytest.mark.django_db


@pytest.fixture
def bank(malang):
    bank = open_bank(malang)
    with region_scope(malang):
        yield bank


@pytest.fixture
def counter(bank):
    return add_collector("Loket 1", CollectorKind.COUNTER, "Balai Kota", actor=CASHIER, now=NOW)


def bill(bank, name, amount=100_000):
    return raise_bill(bank.region, bank.partner, name, amount)[0]


def take(collector, charge, amount=100_000, token="t1", on=TODAY):
    return take_cash(collector, charge, amount, on=on, token=token, actor=CASHIER, now=NOW)


def test_a_receipt_is_numbered_pays_once_and_the_same_form_sent_twice_is_one(bank, counter):
    charge = bill(bank, "1")
    first, again = take(counter, charge, 40_000), take(counter, charge, 40_000)
    assert first == again
    assert first.number == "KL/000001/2026"
    assert take(counter, charge, 60_000, "t2").number == "KL/000002/2026"
    assert (open_amount(charge), expected_cash(first.cash_day), Payment.objects.count()) == (0, 100_000, 2)
    with pytest.raises(Refused, match="cannot be taken"):
        take(counter, charge, 1, "t3")
    with pytest.raises(Refused, match="cannot be taken"):
        take(counter, bill(bank, "2"), 100_001, "t4")
    assert CashReceipt.objects.count() == 2


def test_what_was_written_wrongly_is_undone_while_the_day_is_open(bank, counter):
    charge = bill(bank, "1")
    receipt, other = take(counter, charge), take(counter, bill(bank, "2"), token="t2")
    undone = take_back_cash(receipt, actor=CASHIER, now=NOW, reason="salah tagihan")
    assert take_back_cash(receipt, actor=CASHIER, now=NOW, reason="lagi") == undone
    assert (open_amount(charge), expected_cash(receipt.cash_day)) == (100_000, 100_000)
    close_day(receipt.cash_day, 100_000, actor=CASHIER, now=NOW)
    with pytest.raises(Refused, match="is closed"):
        take_back_cash(other, actor=CASHIER, now=NOW, reason="terlambat")
    with pytest.raises(Refused, match="is closed"):
        take(counter, bill(bank, "3"), token="t3")


def test_a_day_that_agrees_is_deposited_and_the_ledger_holds_the_cash(bank, counter):
    day = take(counter, bill(bank, "1")).cash_day
    take(counter, bill(bank, "2"), token="t2")
    assert [(one.in_hand, len(one.open_days)) for one in standings()] == [(200_000, 1)]
    with pytest.raises(Refused, match="cannot be made"):
        deposit_days(counter, [day], bank_reference="BJ-1", on=TODAY, actor=CASHIER, now=NOW)
    day = close_day(day, 200_000, actor=CASHIER, now=NOW)
    with pytest.raises(Refused, match="not been deposited"):
        end_collector(counter, actor=CASHIER, now=NOW, reason="pindah")
    slip = deposit_days(counter, [day], bank_reference="BJ-1", on=TODAY, actor=CASHIER, now=NOW)
    assert (slip.number, slip.amount) == ("STS/00001/2026", 200_000)
    assert (balances()["1.1"], balances()["1.2.4"]) == (200_000, 0)
    assert [one.in_hand for one in standings()] == [0]
    with pytest.raises(Refused, match="cannot be made"):
        deposit_days(counter, [day], bank_reference="BJ-2", on=TODAY, actor=CASHIER, now=NOW)
    assert not end_collector(counter, actor=CASHIER, now=NOW, reason="pindah").is_active
    with pytest.raises(Refused, match="has been ended"):
        take(counter, bill(bank, "3"), token="t3")


def test_a_shortage_and_a_surplus_need_a_reason_and_stand_apart_until_settled(bank, counter):
    other = add_collector("Loket 2", CollectorKind.COUNTER, "", actor=CASHIER, now=NOW)
    short = take(counter, bill(bank, "1")).cash_day
    over = take(other, bill(bank, "2")).cash_day
    with pytest.raises(Refused, match=r"differs from the book by .*5,000"):
        close_day(short, 95_000, actor=CASHIER, now=NOW)
    short = close_day(short, 95_000, actor=CASHIER, now=NOW, reason="salah kembalian")
    over = close_day(over, 102_000, actor=CASHIER, now=NOW, reason="pembayar menolak kembalian")
    deposit_days(counter, [short], bank_reference="BJ-1", on=TODAY, actor=CASHIER, now=NOW)
    with pytest.raises(Refused, match="was used for another"):
        deposit_days(other, [over], bank_reference="BJ-1", on=TODAY, actor=CASHIER, now=NOW)
    deposit_days(other, [over], bank_reference="BJ-2", on=TODAY, actor=CASHIER, now=NOW)
    found = balances()
    assert (found["1.1"], found["1.2.8"], found["2.3"]) == (95_000 + 102_000, 5_000, -2_000)
    assert (found["1.2.4"], sum(found.values())) == (0, 0)
    short.refresh_from_db()
    assert shortages() == [(short, 5_000)]
    assert make_good(short, on=TODAY, actor=CASHIER, now=NOW, reason="dibayar kasir") == 5_000
    assert make_good(short, on=TODAY, actor=CASHIER, now=NOW, reason="lagi") == 0
    assert (balances()["1.2.8"], shortages()) == (0, [])


def test_a_village_collector_books_his_list_on_the_days_it_was_paid_and_a_counter_today_only(bank, counter):
    village = add_collector("Pak Lurah", CollectorKind.VILLAGE, "Kauman", actor=CASHIER, now=NOW)
    first = TODAY - timedelta(days=VILLAGE_DAYS)
    receipt = take(village, bill(bank, "1"), on=first)
    assert receipt.payment.paid_at.date() == first
    assert receipt.cash_day.day == first
    for collector, on in ((village, first - timedelta(days=1)), (village, TODAY + timedelta(days=1)),
                          (counter, TODAY - timedelta(days=1))):
        with pytest.raises(Refused, match="on this day"):
            take(collector, bill(bank, "2"), token="t2", on=on)
    later = take(village, bill(bank, "3"), token="t3").cash_day
    days = [close_day(day, 100_000, actor=CASHIER, now=NOW) for day in (receipt.cash_day, later)]
    slip = deposit_days(village, days, bank_reference="BJ-1", on=TODAY, actor=CASHIER, now=NOW)
    assert (slip.amount, balances()["1.1"]) == (2 * 100_000, 2 * 100_000)


def test_a_bill_is_found_by_its_number_its_nop_and_its_virtual_account(bank):
    nop = "357301000100200340"
    one, two = bill(bank, f"{nop}-2025-1"), bill(bank, f"{nop}-2026-2")
    other, number = raise_bill(bank.region, bank.partner, "lain")
    assert set(charges_shown("35.73.010.001.002-0034.0")) == {one, two}
    assert charges_shown(f"{nop}-2026-2") == [two]
    assert charges_shown(number) == [other]
    assert charges_shown("") == charges_shown("35.73") == []


def somebody_waits() -> bool:
    """Whether another connection is held up by a lock of this one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted "
                       "AND pg_backend_pid() = ANY(pg_blocking_pids(pid))")
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_a_receipt_waits_for_a_day_that_closes_at_that_moment_and_is_refused():
    malang = make_region("35.73", "Kota Malang", "kota")
    bank = open_bank(malang)
    with region_scope(malang):
        counter = add_collector("Loket 1", CollectorKind.COUNTER, "Balai Kota", actor=CASHIER, now=NOW)
        first, late = bill(bank, "1"), bill(bank, "2")
        day = take(counter, first).cash_day
    said: list[str] = []

    def write() -> None:
        try:
            with region_scope(malang):
                take(counter, late, token="t2")
                said.append("taken")
        except Refused as refused:
            said.append(refused.problem.what.key)
        finally:
            connection.close()

    with region_scope(malang):
        close_day(day, 100_000, actor=CASHIER, now=NOW)
        thread = threading.Thread(target=write)
        thread.start()
        while not somebody_waits() and thread.is_alive():
            time.sleep(0.01)
    thread.join()
    assert said == ["records.counter.closed"]
    with region_scope(malang):
        assert (expected_cash(day), open_amount(late)) == (100_000, 100_000)


def test_a_shortage_and_an_auction_have_accounts_of_their_own(bank, counter):
    """Each is opened when it is first needed: under one code, the first shortage would bar the first auction."""
    day = take(counter, bill(bank, "1")).cash_day
    closed = close_day(day, 95_000, actor=CASHIER, now=NOW, reason="kurang kembalian")
    deposit_days(counter, [closed], bank_reference="SETOR-1", on=TODAY, actor=CASHIER, now=NOW)
    opened = {dues_account(purpose, "pbb").code for purpose in ("clearing:auction", "auction_cost", "auction_excess",
                                                                "clearing:credit")}
    assert len(opened) == 4
    assert opened.isdisjoint({"1.2.8", "2.3"})
