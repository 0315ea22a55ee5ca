"""Payments of every channel: once for each reference, also when two messages arrive at once; settled to the rupiah."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime

import pytest
from django.db import connection

from sepadan.ground.problems import Refused
from sepadan.records.models import Payment, Transfer
from sepadan.records.names import Channel
from sepadan.records.queries.ledger import account_for, balances, open_amount, received
from sepadan.records.services.ledger import TransferDraft, open_chart, post_transfers, raise_charge, reverse
from sepadan.records.services.payments import receive_payment, settle, take_back_payment
from sepadan.records.tenancy import region_scope

from .conftest import NOW, make_region

PAID = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)  # 24 November in Malang


def bill(number="1", amount=100_000):
    return raise_charge(levy="pbb", number=number, payer="wp-1", due_on=date(2026, 9, 30), amount=amount,
                        effective_on=date(2026, 2, 1), now=NOW)


def pay(charge, reference="q1", amount=100_000, channel=Channel.QRIS):
    return receive_payment(charge, channel=channel, reference=reference, amount=amount, paid_at=PAID, now=NOW)


@pytest.fixture
def scope(malang):
    with region_scope(malang):
        open_chart(["pbb"])
        yield malang


@pytest.mark.django_db
class TestPayments:
    def test_a_payment_pays_the_charge_on_the_local_day(self, scope):
        charge = bill()
        outcome = pay(charge, amount=40_000)
        assert outcome.is_new
        assert open_amount(charge) == 60_000
        assert Transfer.objects.get(source="payment:qris:q1").effective_on == date(2026, 11, 24)
        assert balances()["1.2.2"] == 40_000
        assert received(date(2026, 11, 24), date(2026, 11, 24)) == 40_000

    def test_the_same_message_again_changes_nothing(self, scope):
        charge = bill()
        first, again = pay(charge), pay(charge)
        assert (first.payment, again.is_new) == (again.payment, False)
        assert Transfer.objects.filter(source__startswith="payment:").count() == 1
        with pytest.raises(Refused, match=r"booked another payment \(Rp100,000\)"):
            pay(charge, amount=5)
        with pytest.raises(Refused, match="booked another payment"):
            pay(bill("2"))

    def test_the_same_reference_of_another_channel_is_another_payment(self, scope):
        charge = bill()
        assert pay(charge, amount=1_000).is_new
        assert pay(charge, amount=1_000, channel=Channel.BANK).is_new
        assert open_amount(charge) == 98_000

    def test_what_is_beyond_the_debt_is_kept_apart(self, scope):
        charge = bill(amount=100_000)
        assert pay(charge, amount=130_000).payment.overpaid == 30_000
        assert pay(charge, "q2", 5_000).payment.overpaid == 5_000
        assert open_amount(charge) == 0
        assert balances()["2.1"] == -35_000

    @pytest.mark.parametrize(("fields", "error"), [
        ({"amount": 0}, Refused), ({"amount": -5}, Refused), ({"amount": 1.0}, TypeError),
        ({"reference": " "}, Refused)])
    def test_an_unsound_payment_is_refused(self, scope, fields, error):
        charge = bill()
        with pytest.raises(error):
            pay(charge, **fields)
        assert Payment.objects.count() == 0

    def test_a_payment_taken_back_is_owed_again(self, scope):
        charge = bill()
        before = balances()
        payment = pay(charge, amount=130_000).payment
        with pytest.raises(Refused, match="reason"):
            take_back_payment(payment, reference="r1", reason="", effective_on=date(2026, 11, 25), now=NOW)
        first, again = (take_back_payment(payment, reference="r1", reason="gagal bayar",
                                          effective_on=date(2026, 11, 25), now=NOW) for _ in range(2))
        assert first == again
        assert balances() == before
        assert open_amount(charge) == 100_000

    def test_a_payment_whose_overpayment_was_paid_back_is_not_taken_back_whole(self, scope):
        charge = bill()
        payment = pay(charge, amount=150_000).payment
        repaid = TransferDraft(debit=account_for("overpaid").pk, credit=account_for("cash").pk, amount=50_000,
                               charge=charge.pk, effective_on=date(2026, 11, 25), source="refund:1")
        post_transfers([repaid], now=NOW)
        with pytest.raises(Refused, match="paid back or used"):
            take_back_payment(payment, reference="r1", reason="gagal", effective_on=date(2026, 11, 25), now=NOW)
        assert open_amount(charge) == 0
        reverse(Transfer.objects.filter(source="refund:1"), effective_on=date(2026, 11, 26), now=NOW)
        take_back_payment(payment, reference="r1", reason="gagal", effective_on=date(2026, 11, 26), now=NOW)
        assert open_amount(charge) == 100_000

    def test_a_settlement_brings_the_money_into_cash_less_the_fee(self, scope):
        charge = bill()
        for number in (1, 2, 3):
            pay(charge, f"q{number}", 10_000)
        settlement, problems = settle(Channel.QRIS, "s1", ["q1", "q2"], gross=20_000, fee=140,
                                      settled_on=date(2026, 11, 25), now=NOW)
        assert problems == []
        found = balances()
        assert (found["1.1"], found["5.1"], found["1.2.2"]) == (19_860, 140, 10_000)
        assert settle(Channel.QRIS, "s1", ["q1", "q2"], gross=20_000, fee=140, settled_on=date(2026, 11, 25),
                      now=NOW) == (settlement, [])
        assert balances() == found
        with pytest.raises(Refused, match="settled already"):
            take_back_payment(Payment.objects.get(reference="q1"), reference="r", reason="x",
                              effective_on=date(2026, 11, 26), now=NOW)

    def test_a_settlement_that_does_not_add_up_books_nothing_and_names_each_fault(self, scope):
        charge = bill()
        pay(charge, "q1", 10_000)
        taken = pay(charge, "q2", 10_000).payment
        take_back_payment(taken, reference="r", reason="x", effective_on=date(2026, 11, 25), now=NOW)
        before = balances()
        settlement, problems = settle(Channel.QRIS, "s1", ["q1", "q2", "q9"], gross=20_000, fee=0,
                                      settled_on=date(2026, 11, 25), now=NOW)
        assert settlement is None
        assert [str(p) for p in problems] == ["qris q9: No payment has this reference.",
                                              "qris q2: This payment was taken back."]
        _, problems = settle(Channel.QRIS, "s1", ["q1"], gross=9_999, fee=0, settled_on=date(2026, 11, 25), now=NOW)
        assert [str(p) for p in problems] == [
            "qris s1: The payments add up to Rp10,000, the settlement says Rp9,999."]
        with pytest.raises(Refused, match="fee"):
            settle(Channel.QRIS, "s1", ["q1"], gross=10_000, fee=10_001, settled_on=date(2026, 11, 25), now=NOW)
        assert balances() == before


@pytest.mark.django_db(transaction=True)
def test_one_message_sent_eight_times_at_once_is_one_payment_and_two_payments_never_pay_the_same_debt_twice():
    malang = make_region("35.73", "Kota Malang", "kota")
    with region_scope(malang):
        open_chart(["pbb"])
        charge = bill()
    faults: list[BaseException] = []

    def send(reference: str) -> None:
        try:
            with region_scope(malang):
                pay(charge, reference, 80_000)
        except BaseException as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(reference,)) for reference in ["same"] * 8 + ["other"]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with region_scope(malang):
        assert Payment.objects.count() == 2
        assert open_amount(charge) == 0
        assert balances()["2.1"] == -60_000
