"""The bank's settlement file: taken once, compared line by line, and settled only when every difference is decided."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sepadan.ground.problems import Refused
from sepadan.records.engine.settlement import ACTS, Held, State, fee_differs, state_of
from sepadan.records.engine.settlement_csv import FileLine, read_settlement, write_settlement
from sepadan.records.models import Payment, SettlementFile, SettlementRow
from sepadan.records.names import Actor, SettlementAct
from sepadan.records.queries.bank_files import compare_file, missing_payments, set_aside_rows
from sepadan.records.queries.ledger import balances, open_amount
from sepadan.records.services.channel_partners import change_partner
from sepadan.records.services.payments import take_back_payment
from sepadan.records.services.settlement_files import (
    answer_fee,
    answer_row,
    answer_surplus,
    book_missing,
    read_file,
    settle_file,
    take_file,
)
from sepadan.records.tenancy import region_scope

from .bank_trial import NOW, open_bank, raise_bill

DAY = date(2026, 11, 24)
AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
OFFICER = Actor("Petugas")  # as the command line: no person
FEE = 1_500


def line(number, name, amount=100_000, fee=FEE, request=None, place=2):
    return FileLine(place, request or name, number, amount, fee, AT)


@pytest.fixture
def bank(malang):
    bank = open_bank(malang, "partial")
    with region_scope(malang):
        change_partner(bank.partner, actor=OFFICER, now=NOW, reason="uji", fee=FEE)
    return bank


def paid(bank, name, amount=100_000):
    charge, number = raise_bill(bank.region, bank.partner, name)
    assert bank.send("payment", number, name, amount).status == 200
    return charge, number


def take(bank, *lines, reference="F1", actor=OFFICER):
    content = write_settlement("BANK-1", reference, DAY, lines)
    return take_file(content, "f.csv", actor=actor, now=NOW)[0]


def states(file):
    return [one.state.value for one in compare_file(file).lines]


class TestTheText:
    def test_what_was_written_is_read_back(self):
        lines = (line("880011", "a", place=2), line("880012", "b", 5_000, 0, place=3))
        read, problems = read_settlement(write_settlement("BANK-1", "F1", DAY, lines))
        assert problems == []
        assert read is not None
        assert (read.partner_id, read.reference, read.day, read.lines) == ("BANK-1", "F1", DAY, lines)
        assert (read.gross, read.fee) == (100_000 + 5_000, FEE)

    def test_each_fault_is_named_with_its_line(self):
        good = write_settlement("BANK-1", "F1", DAY, [line("880011", "a"), line("880012", "b")]).decode()
        for old, new, where in (
            ("H,1,", "H,2,", "1"), ("2026-11-24,IDR", "2026-11-31,IDR", "1"), ("880011,100000", "88x,100000", "2"),
            ("880011,100000", "880011,-5", "2"), ("880011,100000,1500", "880011,100000,100001", "2"),
            ("D,b,", "D,a,", "3"), ("+00:00\nD,b", "\nD,b", "2"), ("T,2,200000", "T,3,200000", "4 (count)"),
            ("T,2,200000", "T,2,200001", "4 (gross)"), (",3000,197000", ",3001,197000", "4 (fee)"),
            (",197000", ",197001", "4 (net)"), ("T,2,", "X,2,", "4")):
            read, problems = read_settlement(good.replace(old, new, 1).encode())
            assert read is None, old
            assert where in [one.where for one in problems], (old, problems)
            assert all(one.remedy is not None for one in problems)
        assert read_settlement(b"\xff\xfe")[0] is None
        assert read_settlement(b"")[0] is None
        assert read_settlement(good.split("\n")[0].encode() + b"\nT,0,0,0,0\n")[0] is None

    def test_a_line_is_what_the_books_hold_of_it(self):
        assert state_of(5, None) is State.MISSING
        assert state_of(5, Held(5)) is State.MATCHED
        assert state_of(5, Held(6)) is State.DIFFERS
        assert state_of(5, Held(5, is_taken_back=True)) is State.TAKEN_BACK
        assert state_of(5, Held(5, is_settled=True)) is State.SETTLED_BEFORE
        assert (fee_differs(2, 3_000, 1_500), fee_differs(2, 2_999, 1_500)) == (False, True)
        assert all(SettlementAct.ASK in acts for state, acts in ACTS.items() if state is not State.MATCHED)


@pytest.mark.django_db
class TestTaking:
    def test_the_same_file_twice_is_one_and_another_content_under_its_name_is_refused(self, bank):
        _, number = paid(bank, "p1")
        content = write_settlement("BANK-1", "F1", DAY, [line(number, "p1")])
        with region_scope(bank.region):
            first, again = (take_file(content, "f.csv", actor=OFFICER, now=NOW) for _ in range(2))
            assert (first[1], again) == (True, (first[0], False))
            assert SettlementRow.objects.count() == 1
            other = write_settlement("BANK-1", "F1", DAY, [line(number, "p2")])
            with pytest.raises(Refused, match="taken before with another content"):
                take_file(other, "f.csv", actor=OFFICER, now=NOW)

    def test_a_dry_run_stores_nothing_and_a_strange_or_early_file_is_refused(self, bank):
        with region_scope(bank.region):
            content = write_settlement("BANK-1", "F1", DAY, [line("880011", "p1")])
            assert read_file(content, today=DAY)[0] is not None
            assert read_file(content, today=DAY - timedelta(days=1))[2][0].where == "1"
            assert read_file(write_settlement("BANK-9", "F1", DAY, [line("880011", "p1")]), today=DAY)[0] is None
            assert SettlementFile.objects.count() == 0


@pytest.mark.django_db
class TestSettling:
    def test_a_file_that_agrees_brings_cash_less_the_fee_and_settling_again_changes_nothing(self, bank):
        numbers = [paid(bank, name)[1] for name in ("p1", "p2")]
        with region_scope(bank.region):
            file = take(bank, *(line(number, name) for number, name in zip(numbers, ("p1", "p2"), strict=True)))
            assert states(file) == ["matched", "matched"]
            first, again = settle_file(file, actor=OFFICER, now=NOW), settle_file(file, actor=OFFICER, now=NOW)
            assert first == again
            assert first[1] == []
            found = balances()
            assert (found["1.1"], found["1.2.1"], found["5.1"]) == (2 * 100_000 - 2 * FEE, 0, 2 * FEE)
            assert states(file) == ["matched", "matched"]
            assert take(bank, line(numbers[0], "p1"), reference="F2")
            assert states(SettlementFile.objects.get(reference="F2")) == ["settled_before"]

    def test_a_payment_that_never_reached_us_is_booked_late_with_the_banks_time(self, bank):
        charge, number = raise_bill(bank.region, bank.partner, "1")
        with region_scope(bank.region):
            file = take(bank, line(number, "p1"))
            assert states(file) == ["missing"]
            assert settle_file(file, actor=OFFICER, now=NOW)[0] is None
            with pytest.raises(Refused, match="needs a reason"):
                answer_row(file.rows.get(), SettlementAct.BOOK_LATE, actor=OFFICER, now=NOW, reason=" ")
            answer_row(file.rows.get(), SettlementAct.ASK, actor=OFFICER, now=NOW, reason="ditanya")
            assert settle_file(file, actor=OFFICER, now=NOW)[0] is None
            answer_row(file.rows.get(), SettlementAct.BOOK_LATE, actor=OFFICER, now=NOW, reason="jawaban hilang")
            assert (open_amount(charge), Payment.objects.get().paid_at, states(file)) == (0, AT, ["matched"])
            assert settle_file(file, actor=OFFICER, now=NOW)[1] == []
            assert balances()["1.2.1"] == 0
        assert bank.send("payment", number, "p1", 100_000).code == "2002500"  # the message itself, late: paid once
        with region_scope(bank.region):
            assert Payment.objects.count() == 1

    def test_all_that_is_missing_is_booked_at_once_and_what_leads_nowhere_is_named(self, bank):
        bills = [raise_bill(bank.region, bank.partner, name) for name in ("1", "2")]
        with region_scope(bank.region):
            file = take(bank, *(line(number, f"p{k}") for k, (_, number) in enumerate(bills)), line("88001999", "p9"))
            booked, problems = book_missing(file, actor=OFFICER, now=NOW, reason="gangguan jaringan")
            assert (booked, [one.where for one in problems]) == (2, ["4"])
            assert [open_amount(charge) for charge, _ in bills] == [0, 0]
            assert states(file) == ["matched", "matched", "missing"]

    def test_who_took_a_file_books_none_of_its_lines(self, bank, make_person):
        """Ani may ask the bank and set money aside; each act that makes a payment is Budi's."""
        ani, budi = (Actor(name, make_person(name).pk) for name in ("ani", "budi"))
        bills = [raise_bill(bank.region, bank.partner, name) for name in ("1", "2", "3")]
        ours, differing = paid(bank, "p9", 40_000)
        with region_scope(bank.region):
            file = take(bank, *(line(number, f"p{k}") for k, (_, number) in enumerate(bills)),
                        line(differing, "p9", 60_000), actor=ani)
            rows = {row.request_id: row for row in file.rows.all()}

            def answer(name, act, actor):
                return answer_row(rows[name], act, actor=actor, now=NOW, reason="jawaban hilang")

            for name, act in (("p0", SettlementAct.BOOK_LATE), ("p9", SettlementAct.CORRECT)):
                with pytest.raises(Refused, match="does not book its lines") as refused:
                    answer(name, act, ani)
                assert refused.value.problem.where == "F1"
            with pytest.raises(Refused, match="does not book its lines"):
                book_missing(file, actor=ani, now=NOW, reason="gangguan jaringan")
            answer("p0", SettlementAct.ASK, ani)
            answer("p1", SettlementAct.SET_ASIDE, ani)
            assert (Payment.objects.count(), open_amount(ours)) == (1, 100_000 - 40_000)
            answer("p0", SettlementAct.BOOK_LATE, budi)
            answer("p9", SettlementAct.CORRECT, budi)
            booked, problems = book_missing(file, actor=budi, now=NOW, reason="gangguan jaringan")
            assert (booked, problems) == (1, [])
            assert [open_amount(charge) for charge, _ in bills] == [0, 100_000, 0]
            assert open_amount(ours) == 100_000 - 60_000
            assert settle_file(file, actor=ani, now=NOW)[1] == []
            with pytest.raises(Refused, match="does not book its lines"):  # after the settlement neither
                answer("p1", SettlementAct.BOOK_LATE, ani)
            answer("p1", SettlementAct.BOOK_LATE, budi)
            assert open_amount(bills[1][0]) == 0
            assert sum(balances().values()) == 0

    def test_money_without_a_bill_is_set_aside_and_assigned_later(self, bank):
        charge, number = raise_bill(bank.region, bank.partner, "1")
        _, known = paid(bank, "p1")
        with region_scope(bank.region):
            file = take(bank, line(known, "p1"), line(number, "p2"))
            row = file.rows.get(request_id="p2")
            answer_row(row, SettlementAct.SET_ASIDE, actor=OFFICER, now=NOW, reason="nomor diperiksa")
            assert settle_file(file, actor=OFFICER, now=NOW)[1] == []
            found = balances()
            assert (found["1.1"], found["1.2.1"], found["2.2"]) == (2 * 100_000 - 2 * FEE, 0, -100_000)
            assert set_aside_rows() == [row]
            with pytest.raises(Refused, match="has been settled"):
                answer_row(file.rows.get(request_id="p2"), SettlementAct.SET_ASIDE, actor=OFFICER, now=NOW, reason="x")
            answer_row(row, SettlementAct.BOOK_LATE, actor=OFFICER, now=NOW, reason="nomor benar")
            found = balances()
            assert (found["1.2.1"], found["2.2"], open_amount(charge), set_aside_rows()) == (0, 0, 0, [])
            assert missing_payments(bank.partner, DAY) == []
            assert sum(found.values()) == 0
            booked = Payment.objects.get(reference="BANK-1:p2")
            assert bank.send("reversal", number, "p2", 100_000).status == 403  # its money is in cash already
            assert states(take(bank, line(number, "p2"), reference="F2")) == ["settled_before"]
            with pytest.raises(Refused, match="settled already"):
                take_back_payment(booked, reference="r", reason="x", effective_on=DAY, now=NOW)
            assert balances() == found

    def test_a_line_that_the_banks_own_message_booked_before_settling_was_never_put_aside(self, bank):
        charge, number = raise_bill(bank.region, bank.partner, "1")
        _, known = paid(bank, "p1")
        with region_scope(bank.region):
            file = take(bank, line(known, "p1"), line(number, "p2"))
            row = file.rows.get(request_id="p2")
            answer_row(row, SettlementAct.SET_ASIDE, actor=OFFICER, now=NOW, reason="nomor diperiksa")
        assert bank.send("payment", number, "p2", 100_000).status == 200
        with region_scope(bank.region):
            assert settle_file(file, actor=OFFICER, now=NOW)[1] == []
            assert set_aside_rows() == []
            answer_row(row, SettlementAct.BOOK_LATE, actor=OFFICER, now=NOW, reason="nomor benar")
            found = balances()
            assert (found["1.1"], found["1.2.1"], found.get("2.2", 0), open_amount(charge)) == (
                2 * 100_000 - 2 * FEE, 0, 0, 0)

    def test_another_amount_is_corrected_to_what_the_bank_hands_over(self, bank):
        charge, number = paid(bank, "p1", 40_000)
        with region_scope(bank.region):
            file = take(bank, line(number, "p1", 60_000))
            assert states(file) == ["differs"]
            with pytest.raises(Refused, match="does not fit"):
                answer_row(file.rows.get(), SettlementAct.BOOK_LATE, actor=OFFICER, now=NOW, reason="x")
            answer_row(file.rows.get(), SettlementAct.CORRECT, actor=OFFICER, now=NOW, reason="salah ketik di bank")
            assert (open_amount(charge), states(file)) == (100_000 - 60_000, ["matched"])
            assert settle_file(file, actor=OFFICER, now=NOW)[1] == []
            assert balances()["1.1"] == 60_000 - FEE

    def test_a_payment_that_was_taken_back_and_handed_over_all_the_same_is_booked_again(self, bank):
        charge, number = paid(bank, "p1")
        assert bank.send("reversal", number, "p1", 100_000).status == 200
        with region_scope(bank.region):
            file = take(bank, line(number, "p1"))
            assert states(file) == ["taken_back"]
            answer_row(file.rows.get(), SettlementAct.BOOK_LATE, actor=OFFICER, now=NOW, reason="bank menyetor")
            assert (open_amount(charge), states(file)) == (0, ["matched"])

    def test_what_the_bank_lacks_waits_for_a_later_file_or_is_taken_back(self, bank):
        (charge, _), (_, other), (_, third) = (paid(bank, name) for name in ("p1", "p2", "p3"))
        with region_scope(bank.region):
            file = take(bank, line(other, "p2"))
            found = compare_file(file)
            assert [one.payment.reference for one in found.surplus] == ["BANK-1:p1", "BANK-1:p3"]
            assert found.is_ready  # a surplus does not keep the bank's money from being booked
            first, last = (one.payment for one in found.surplus)
            answer_surplus(file, last, SettlementAct.CARRY, actor=OFFICER, now=NOW, reason="sesudah jam tutup bank")
            answer_surplus(file, first, SettlementAct.TAKE_BACK, actor=OFFICER, now=NOW, reason="bank membatalkan")
            assert open_amount(charge) == 100_000
            found = compare_file(file)
            assert [(one.payment, one.answer.act) for one in found.surplus] == [(last, "carry")]
            with pytest.raises(Refused, match="no longer"):
                answer_surplus(file, first, SettlementAct.CARRY, actor=OFFICER, now=NOW, reason="x")
            later = take(bank, line(third, "p3"), reference="F2")
            assert (states(later), compare_file(file).counts[State.SURPLUS]) == (["matched"], 1)
            assert settle_file(later, actor=OFFICER, now=NOW)[1] == []
            assert compare_file(file).surplus == ()

    def test_another_fee_than_agreed_is_accepted_with_a_reason_or_waits(self, bank):
        _, number = paid(bank, "p1")
        with region_scope(bank.region):
            file = take(bank, line(number, "p1", fee=2_000))
            settlement, problems = settle_file(file, actor=OFFICER, now=NOW)
            assert (settlement, len(problems)) == (None, 1)
            answer_fee(file, SettlementAct.ASK, actor=OFFICER, now=NOW, reason="ditanya")
            assert not compare_file(file).is_ready
            answer_fee(file, SettlementAct.ACCEPT_FEE, actor=OFFICER, now=NOW, reason="tarif baru per 20 Nov")
            assert settle_file(file, actor=OFFICER, now=NOW)[1] == []
            assert balances()["5.1"] == 2_000

    def test_a_payment_taken_back_after_the_settlement_is_refused_to_the_bank(self, bank):
        _, number = paid(bank, "p1")
        with region_scope(bank.region):
            settle_file(take(bank, line(number, "p1")), actor=OFFICER, now=NOW)
        assert bank.send("reversal", number, "p1", 100_000).code == "4039915"

    def test_comparing_costs_the_same_queries_for_one_line_and_for_many(self, bank):
        numbers = {f"p{k}": paid(bank, f"p{k}")[1] for k in range(12)}
        with region_scope(bank.region):
            files = [take(bank, line(numbers["p0"], "p0")),
                     take(bank, *(line(number, name) for name, number in numbers.items()), reference="F2")]
            costs = []
            for file in files:
                with CaptureQueriesContext(connection) as asked:
                    compare_file(file)
                costs.append(len(asked))
            assert costs[0] == costs[1]
