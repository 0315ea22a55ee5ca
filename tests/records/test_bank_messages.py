"""The bank channel's messages: each has a defined answer, books once, and survives a crash between any two steps."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from sepadan.ground.problems import Refused
from sepadan.records.models import (
    AuditEntry,
    BankConflict,
    BankMessage,
    BankOutcome,
    EarlyReversal,
    Payment,
    PaymentReversal,
    Transfer,
)
from sepadan.records.names import Channel
from sepadan.records.queries.ledger import account_for, balances, open_amount
from sepadan.records.queries.payments import charge_of_number
from sepadan.records.services import dues
from sepadan.records.services.bank_messages import finish_messages, receive_message
from sepadan.records.services.channel_partners import (
    add_partner,
    add_scheme,
    change_partner,
    rotate_secret,
    secret_of,
    valid_secrets,
)
from sepadan.records.services.ledger import TransferDraft, open_chart, post_transfers, raise_charge
from sepadan.records.services.payments import settle
from sepadan.records.tenancy import region_scope

from .bank_trial import ACTOR, NOW, open_bank, raise_bill

pytestmark = pytest.mark.django_db
DUE = date(2026, 11, 20)


@pytest.fixture
def bank(malang):
    return open_bank(malang)


def state(bank, charge):
    """Open on the charge, payments, payments taken back."""
    with region_scope(bank.region):
        assert sum(balances().values()) == 0
        return open_amount(charge), Payment.objects.count(), PaymentReversal.objects.count()


class TestAnswers:
    def test_inquiry_payment_and_inquiry_again(self, bank):
        charge, number = raise_bill(bank.region, bank.partner, "1", 125_000)
        asked = bank.send("inquiry", number, "i1")
        assert (asked.status, asked.code) == (200, "2002400")
        assert json.loads(asked.body)["virtualAccountData"]["totalAmount"] == {"value": "125000.00", "currency": "IDR"}
        paid = bank.send("payment", number, "p1", 125_000)
        assert (paid.code, state(bank, charge)) == ("2002500", (0, 1, 0))
        assert bank.send("inquiry", number, "i2").code == "4042414"
        assert bank.send("payment", number, "p2", 125_000).code == "4042514"
        assert state(bank, charge) == (0, 1, 0)
        assert bank.send("status", number, "p1").code == "2002600"
        assert bank.send("status", number, "p2").code == "4042601"

    def test_the_same_message_again_gives_the_same_bytes_and_another_body_is_refused(self, bank):
        charge, number = raise_bill(bank.region, bank.partner, "1")
        first = bank.send("payment", number, "p1", 100_000, external_id="e1")
        assert bank.send("payment", number, "p1", 100_000, external_id="e1") == first
        assert bank.send("payment", number, "p1", 99_000, external_id="e1").code == "4092500"
        assert bank.send("reversal", number, "p1", 100_000, external_id="e1").code == "4099900"
        assert state(bank, charge) == (0, 1, 0)
        with region_scope(bank.region):
            assert (BankMessage.objects.count(), BankOutcome.objects.count()) == (1, 1)

    def test_the_external_id_is_free_again_on_the_next_local_day_and_the_request_still_pays_once(self, bank):
        charge, number = raise_bill(bank.region, bank.partner, "1")
        bank.send("payment", number, "p1", 100_000, external_id="e1")
        again = bank.send("payment", number, "p1", 100_000, external_id="e1", now=NOW + timedelta(days=1))
        assert (again.code, state(bank, charge)) == ("2002500", (0, 1, 0))
        assert bank.send("payment", number, "p1", 90_000).code == "4042518"

    def test_unknown_numbers_are_told(self, bank):
        _, number = raise_bill(bank.region, bank.partner, "1")
        wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
        for other in (wrong, "99999" + number[5:], "88002" + number[5:], number[:-2]):
            assert bank.send("inquiry", other, "i").code == "4042412"
            assert bank.send("payment", other, "p-" + other, 100_000).code == "4042512"

    @pytest.mark.parametrize(("policy", "less", "more"), [
        ("exact", "4042513", "4042513"), ("partial", "2002500", "4042513"), ("over", "2002500", "2002500")])
    def test_another_amount_is_answered_by_the_partners_policy(self, malang, policy, less, more):
        bank = open_bank(malang, policy)
        first, number = raise_bill(malang, bank.partner, "1")
        _, other = raise_bill(malang, bank.partner, "2")
        assert bank.send("payment", number, "p1", 60_000).code == less
        assert bank.send("payment", other, "p2", 130_000).code == more
        with region_scope(malang):
            assert open_amount(first) == (40_000 if less == "2002500" else 100_000)
            assert balances()["2.1"] == (-30_000 if more == "2002500" else 0)

    def test_a_charge_written_down_to_nothing_is_closed_not_paid(self, bank):
        charge, number = raise_bill(bank.region, bank.partner, "1")
        with region_scope(bank.region):
            post_transfers([TransferDraft(
                debit=account_for("revenue:pbb").pk, credit=account_for("receivable:pbb").pk, amount=100_000,
                charge=charge.pk, effective_on=date(2026, 3, 1), source="batal:1")], now=NOW)
        answered = bank.send("payment", number, "p1", 100_000)
        assert (answered.code, json.loads(answered.body)["responseMessage"]) == (
            "4042512", "Invalid Bill/Virtual Account [Closed]")
        assert state(bank, charge) == (0, 0, 0)

    def test_a_hire_expires_by_the_banks_time_and_land_tax_does_not(self, bank):
        due = date(2026, 11, 23)
        hire, number = raise_bill(bank.region, bank.partner, "aula-1", levy="sewa", due=due)
        tax, other = raise_bill(bank.region, bank.partner, "nop-1", due=due)
        assert bank.send("inquiry", number, "i1").code == "4042419"
        assert bank.send("payment", number, "p1", 100_000, at="2026-11-24T00:00:00+07:00").code == "4042519"
        late = bank.send("payment", number, "p2", 100_000, at="2026-11-23T23:59:59+07:00")
        assert (late.code, bank.send("payment", other, "p3", 100_000).code) == ("2002500", "2002500")
        with region_scope(bank.region):
            assert (open_amount(hire), open_amount(tax)) == (0, 0)
            assert Transfer.objects.get(source="payment:bank:BANK-1:p2").effective_on == due
        assert bank.send("payment", number, "p4", 100_000, at="2026-11-25T10:00:00+07:00").code == "4002501"

    def test_a_message_that_cannot_be_read_is_stored_and_answered(self, bank):
        answered = receive_message(bank.region, bank.partner, "payment", external_id="e1", body=b"{", now=NOW)
        assert answered.code == "4002500"
        assert receive_message(bank.region, bank.partner, "payment", external_id="e1", body=b"{", now=NOW) == answered
        with region_scope(bank.region):
            assert bytes(BankMessage.objects.get().body) == b"{"


class TestReversals:
    def test_a_payment_taken_back_is_owed_again_once(self, bank):
        charge, number = raise_bill(bank.region, bank.partner, "1")
        bank.send("payment", number, "p1", 100_000)
        assert bank.send("reversal", number, "p1", 99_999).code == "4049913"
        assert bank.send("reversal", number, "p1", 100_000).code == "2009900"
        assert bank.send("reversal", number, "p1", 100_000).code == "2009901"
        assert state(bank, charge) == (100_000, 1, 1)
        assert bank.send("payment", number, "p1", 100_000).code == "4042504"
        assert bank.send("status", number, "p1").code == "4042604"
        assert bank.send("payment", number, "p2", 100_000).code == "2002500"
        assert state(bank, charge) == (0, 2, 1)

    def test_a_reversal_before_its_payment_is_remembered(self, bank):
        charge, number = raise_bill(bank.region, bank.partner, "1")
        assert bank.send("reversal", number, "p1", 100_000).code == "4049901"
        assert bank.send("reversal", number, "p1", 100_000).code == "4049901"
        assert bank.send("payment", number, "p1", 100_000).code == "4042504"
        assert state(bank, charge) == (100_000, 0, 0)
        with region_scope(bank.region):
            assert EarlyReversal.objects.count() == 1
        assert bank.send("payment", number, "p2", 100_000).code == "2002500"

    def test_a_settled_payment_is_not_taken_back(self, bank):
        charge, number = raise_bill(bank.region, bank.partner, "1")
        bank.send("payment", number, "p1", 100_000)
        with region_scope(bank.region):
            assert settle(Channel.BANK, "s1", ["BANK-1:p1"], gross=100_000, fee=0, settled_on=date(2026, 11, 25),
                          now=NOW)[1] == []
        assert bank.send("reversal", number, "p1", 100_000).code == "4039915"
        assert state(bank, charge) == (0, 1, 0)

    def test_a_reversal_under_the_number_of_another_charge_is_refused(self, bank):
        charge, number = raise_bill(bank.region, bank.partner, "1")
        _, other = raise_bill(bank.region, bank.partner, "2")
        bank.send("payment", number, "p1", 100_000)
        assert bank.send("reversal", other, "p1", 100_000).code == "4049918"
        assert state(bank, charge) == (0, 1, 0)


class Crash(Exception):
    pass


@pytest.mark.parametrize("kind", ["payment", "reversal"])
@pytest.mark.parametrize("place", ["arrived", "stored", "locked", "booked", "answered", "committed"])
@pytest.mark.parametrize("mended", ["by the bank's repetition", "by finishing"])
def test_after_a_crash_between_any_two_steps_a_message_is_worked_on_once(bank, kind, place, mended):
    charge, number = raise_bill(bank.region, bank.partner, "1")
    if kind == "reversal":
        bank.send("payment", number, "p1", 100_000)

    def crash(step: str) -> None:
        if step == place:
            raise Crash(step)

    with pytest.raises(Crash):
        bank.send(kind, number, "p1", 100_000, external_id="e1", steps=crash)
    if mended == "by finishing":
        finished, problems = finish_messages(bank.region, now=NOW)
        assert (finished, problems) == (1 if place in ("stored", "locked", "booked", "answered") else 0, [])
        assert finish_messages(bank.region, now=NOW) == (0, [])
    answered = bank.send(kind, number, "p1", 100_000, external_id="e1")
    assert answered.code == ("2002500" if kind == "payment" else "2009900")
    assert state(bank, charge) == ((0, 1, 0) if kind == "payment" else (100_000, 1, 1))


class TestPartners:
    def test_a_secret_lies_outside_the_database_and_an_old_one_works_for_a_week(self, bank):
        with region_scope(bank.region):
            old = secret_of(bank.partner)
            with pytest.raises(Refused, match="reason"):
                rotate_secret(bank.partner, actor=ACTOR, now=NOW, reason=" ")
            new = rotate_secret(bank.partner, actor=ACTOR, now=NOW, reason="bocor")
            bank.partner.refresh_from_db()
            assert valid_secrets(bank.partner, NOW + timedelta(days=6)) == [new, old]
            assert valid_secrets(bank.partner, NOW + timedelta(days=7)) == [new]
            stored = [str(vars(bank.partner)), *(str(e.after) + str(e.before) for e in AuditEntry.objects.all())]
            assert not any(secret in text for secret in (old, new) for text in stored)
            assert AuditEntry.objects.filter(action="records.audit.partner_secret", reason="bocor").count() == 1

    def test_unsound_partners_are_refused_and_changes_are_audited(self, bank):
        with region_scope(bank.region):
            for given in ({"partner_id": "BANK-1"}, {"partner_id": "BANK 2"}, {"policy": "murah"},
                          {"networks": ["10.0.0.0/33"]}, {"tolerance_seconds": 0}, {"channel": Channel.COUNTER}):
                with pytest.raises(Refused):
                    add_partner(**{"partner_id": "BANK-2", "name": "Bank", "channel": Channel.BANK, "actor": ACTOR,
                                   "now": NOW, **given})
            with pytest.raises(Refused):
                add_scheme(bank.partner, "88001", "pbb", actor=ACTOR, now=NOW)
            change_partner(bank.partner, actor=ACTOR, now=NOW, reason="surat 12", networks=["10.0.0.0/8"])
            entry = AuditEntry.objects.get(action="records.audit.partner_changed")
            assert (entry.before, entry.after) == ({"networks": []}, {"networks": ["10.0.0.0/8"]})

    def test_a_scheme_may_take_the_charges_own_number(self, bank):
        with region_scope(bank.region):
            open_chart(["parkir"])
            scheme = add_scheme(bank.partner, "88003", "parkir", actor=ACTOR, now=NOW, source="number")
            charge = raise_charge(levy="parkir", number="202600017", payer="wp", due_on=date(2026, 12, 31),
                                  amount=5_000, effective_on=date(2026, 11, 1), now=NOW)
            assert charge_of_number(bank.partner, "88003", "202600017") == (charge, scheme)
        assert bank.send("payment", "88003202600017", "p1", 5_000).code == "2002500"

    def test_two_partners_may_use_the_same_request_id(self, bank):
        other = open_bank(bank.region, partner_id="BANK-2")
        _, number = raise_bill(bank.region, bank.partner, "1")
        second, number_2 = raise_bill(bank.region, other.partner, "2")
        assert bank.send("payment", number, "p1", 100_000).code == "2002500"
        assert other.send("payment", number_2, "p1", 100_000).code == "2002500"
        assert state(bank, second) == (0, 2, 0)
        assert bank.send("status", number, "p1").code == "2002600"


class TestDues:
    """A levy that bears interest: the bank is asked for what settles the bill on the day, and pays just that."""

    @pytest.fixture
    def interest(self, monkeypatch):
        """Rp1,000 for each day after 20 November 2026."""

        def quote(charge, on):
            held = dues.principal_only(charge).principal
            late = 1_000 * max(0, (on - DUE).days) if held else 0
            return dues.Quote(held, late, 0, held + late)

        monkeypatch.setitem(dues._providers, "pbb", quote)

    def test_an_inquiry_answers_principal_and_interest_of_today(self, malang, interest):
        bank = open_bank(malang)
        _, number = raise_bill(malang, bank.partner, "1")
        data = json.loads(bank.send("inquiry", number, "i1").body)["virtualAccountData"]
        assert data["totalAmount"]["value"] == f"{100_000 + 4 * 1_000}.00"  # NOW is the 24th
        assert [(one["billDescription"]["english"], one["billAmount"]["value"]) for one in data["billDetails"]] == [
            ("Principal", "100000.00"), ("Interest", "4000.00")]

    def test_a_payment_must_equal_what_settled_the_bill_on_the_banks_day(self, malang, interest):
        bank = open_bank(malang)
        charge, number = raise_bill(malang, bank.partner, "1")
        wrong = bank.send("payment", number, "p1", 100_000 + 4 * 1_000)  # PAID is the 24th
        assert wrong.status == 200
        assert bank.send("reversal", number, "p1", 104_000).status == 200
        early = "2026-11-22T10:00:00+07:00"
        refused = bank.send("payment", number, "p2", 104_000, at=early)
        assert refused.code == "4042513"
        assert json.loads(refused.body)["virtualAccountData"]["totalAmount"]["value"] == f"{100_000 + 2 * 1_000}.00"
        assert bank.send("payment", number, "p2", 102_000, at=early).status == 200
        with region_scope(malang):
            assert open_amount(charge) == 0
            lines = dict(Transfer.objects.filter(source__startswith="payment:bank:BANK-1:p2")
                         .values_list("source", "amount"))
            assert lines == {"payment:bank:BANK-1:p2": 100_000, "payment:bank:BANK-1:p2:interest": 2_000,
                             "payment:bank:BANK-1:p2:charged": 2_000}


def test_a_payment_told_later_than_was_agreed_is_refused_and_one_in_time_is_booked(malang):
    bank = open_bank(malang)
    with region_scope(malang):
        change_partner(bank.partner, actor=ACTOR, now=NOW, reason="uji", late_days=3)
        bank.partner.refresh_from_db()
    _, number = raise_bill(malang, bank.partner, "1")
    late, timely = ((NOW - timedelta(days=3, minutes=minutes)).isoformat() for minutes in (1, -1))
    refused = bank.send("payment", number, "p1", 100_000, at=late)
    assert (refused.code, json.loads(refused.body)["responseMessage"]) == (
        "4002501", "Invalid Field Format trxDateTime")
    assert bank.send("payment", number, "p1", 100_000, at=timely).status == 200
    assert bank.send("reversal", number, "p1", 100_000, at=late).code == "4009901"


def test_a_conflict_is_kept_once_and_never_worked_on(malang):
    bank = open_bank(malang)
    charge, number = raise_bill(malang, bank.partner, "1")
    assert bank.send("inquiry", number, "i1", external_id="e1").status == 200
    for _ in range(2):
        assert bank.send("payment", number, "p1", 100_000, external_id="e1").status == 409
    with region_scope(malang):
        kept = BankConflict.objects.get()
        assert (kept.kind, kept.message.external_id, BankMessage.objects.count()) == ("payment", "e1", 1)
        assert open_amount(charge) == 100_000
