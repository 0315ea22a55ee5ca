"""Letters in steps, limitation, plans, corrections, credits, write-offs: worked by hand, by two persons."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.db import IntegrityError, transaction

from sepadan.ground.problems import Refused
from sepadan.records.public import AuditEntry, Transfer, balances, open_amount, quote, region_scope, standing
from sepadan.tax.engine.collection import Limitation, plan_parts
from sepadan.tax.models import (
    Claim,
    CollectionLetter,
    DecisionKind,
    DuesDecision,
    Evidence,
    Instalment,
    LetterKind,
    Request,
    SpareReason,
)
from sepadan.tax.queries.accounts import interruptions, lines_of
from sepadan.tax.services.collection_chasing import acknowledge_debt, end_sparing, spare_object
from sepadan.tax.services.collection_decisions import (
    Proposal,
    end_decision,
    grant_decision,
    propose_decision,
    reject_decision,
)
from sepadan.tax.services.collection_letters import write_letters
from sepadan.tax.services.collection_plans import plan_terms
from sepadan.tax.services.letter_acts import deliver_letter, sign_letter
from sepadan.tax.services.opening import OpeningRow, open_receivables
from sepadan.territory.models import Region

from .dues_trial import NOP, NOW, TODAY, owe, pay, two_actors

pytestmark = pytest.mark.django_db


@pytest.fixture
def malang():
    region = Region.objects.get(code="35.73")
    with region_scope(region):
        yield region


@pytest.fixture
def people(malang):
    return two_actors()


def decide(people, kind, charge, amount, *, on=TODAY, **more) -> DuesDecision:
    made = propose_decision(Proposal(kind, charge, amount, "Uji", **more), actor=people[0], now=NOW, today=TODAY)
    return grant_decision(made, version=made.version, document_number=f"SK-{made.pk}", document_on=on,
                          actor=people[1], now=NOW, today=TODAY)


# --- limitation and plans, without a database -------------------------------------------------------------------------


def test_limitation_ends_after_five_years_and_runs_anew_only_from_what_came_before_its_end():
    rule = Limitation(5, "tax_year_start")
    due = date(2020, 9, 30)
    assert rule.ends_on(2020, due) == date(2025, 1, 1)
    assert rule.ends_on(2020, due, [date(2024, 12, 31)]) == date(2029, 12, 31)
    assert rule.ends_on(2020, due, [date(2025, 1, 1)]) == date(2025, 1, 1)  # too late by a day
    assert rule.ends_on(2020, due, [date(2029, 6, 1), date(2024, 12, 31)]) == date(2034, 6, 1)
    assert Limitation(5, "due_day").ends_on(2020, date(2020, 2, 29)) == date(2025, 2, 28)


def test_a_plan_adds_up_to_the_principal_and_keeps_the_day_of_the_month():
    assert plan_parts(100_000, 3, date(2026, 1, 31)) == [
        (1, date(2026, 1, 31), 33_334), (2, date(2026, 2, 28), 33_333), (3, date(2026, 3, 31), 33_333)]
    with pytest.raises(Refused, match="1 instalments"):
        plan_parts(100_000, 1, TODAY)


# --- letters ----------------------------------------------------------------------------------------------------------


def test_letters_go_in_steps_each_when_its_day_has_come_and_a_warrant_is_signed_by_another(people):
    ani, budi = people
    charge = owe(100_000, TODAY - timedelta(days=60))

    def write(kind, today):
        return write_letters([NOP], kind, actor=ani, now=NOW, today=today)

    assert [str(one.what) for one in write(LetterKind.WARNING, charge.due_on + timedelta(days=6))[1]]
    assert write(LetterKind.WARRANT, TODAY)[0] == []  # no warning yet
    (warning,), problems = write(LetterKind.WARNING, charge.due_on + timedelta(days=7))
    assert (problems, warning.total, warning.number[-4:]) == ([], 101_000, "2026")
    assert write(LetterKind.WARNING, TODAY)[0] == []  # the first still gives time
    handed = charge.due_on + timedelta(days=10)
    with pytest.raises(Refused, match="Who received"):
        deliver_letter(warning, version=1, on=handed, to=" ", actor=ani, now=NOW, today=TODAY)
    warning = deliver_letter(warning, version=1, on=handed, to="Istri", actor=ani, now=NOW, today=TODAY)
    with pytest.raises(Refused, match="Somebody else changed"):
        deliver_letter(warning, version=1, on=handed, to="Istri", actor=ani, now=NOW, today=TODAY)
    assert (warning.answer_by, interruptions([charge.pk])) == (handed + timedelta(days=21), {charge.pk: [handed]})
    assert write(LetterKind.WARRANT, handed + timedelta(days=20))[0] == []
    (warrant,), _ = write(LetterKind.WARRANT, handed + timedelta(days=21))
    assert (warrant.state, warrant.number) == ("draft", "")
    with pytest.raises(Refused, match="cannot decide"):
        sign_letter(warrant, version=1, actor=ani, now=NOW, today=TODAY)
    signed = sign_letter(warrant, version=1, actor=budi, now=NOW, today=TODAY)
    assert (signed.state, signed.issued_on, signed.number.split("/")[2]) == ("issued", TODAY, "SP")
    with pytest.raises(IntegrityError), transaction.atomic():
        CollectionLetter.objects.filter(pk=warrant.pk).update(signed_by=ani.person_id)


def test_who_is_spared_has_paid_keeps_a_plan_or_is_time_barred_gets_no_letter_and_the_reason_is_told(people):
    ani, _ = people
    nops = [f"3573010001002{k:04d}0" for k in range(1, 6)]
    for nop in nops[:4]:
        owe(60_000, date(2025, 9, 30), nop=nop)
    owe(60_000, date(2019, 9, 30), nop=nops[4])  # since 1 January 2024
    spared = spare_object(nops[0], reason=SpareReason.OBJECTION, note="Keberatan 12", since=TODAY, until=None,
                          actor=ani, now=NOW)
    paid = owe(50_000, date(2025, 9, 30), nop="357301000100200090")
    pay(paid, date(2025, 9, 1), 50_000)
    held = owe(60_000, date(2024, 9, 30), nop=nops[1])
    decide(people, DecisionKind.INSTALMENT, held, 60_000, terms=plan_terms(2, TODAY, "0", TODAY))
    letters, problems = write_letters([*nops, "357301000100200090"], LetterKind.REMINDER, actor=ani, now=NOW,
                                      today=TODAY)
    assert [(one.nop, one.total) for one in letters] == [
        (nop, 60_000 * 114 // 100) for nop in nops[1:4]]  # of the second object only the year without a plan
    assert {one.where: one.what.key for one in problems} == {
        nops[0]: "tax.collection.spared.objection", nops[4]: "tax.collection.nothing.reminder",
        "357301000100200090": "tax.collection.nothing_open"}
    end_sparing(spared, actor=ani, now=NOW)
    assert len(write_letters(nops[:1], LetterKind.REMINDER, actor=ani, now=NOW, today=TODAY)[0]) == 1


def test_no_letter_goes_to_an_object_whose_objection_is_pending(people):
    charge = owe(60_000, date(2025, 9, 30))
    filed = Request.objects.create(
        number="PB-1", kind="objection_amount", channel="counter", received_on=TODAY, nop=NOP, applicant_name="Siti",
        created_at=NOW, changed_at=NOW, changed_by="Ani")

    def write():
        return write_letters([NOP], LetterKind.REMINDER, actor=people[0], now=NOW, today=TODAY)

    assert [one.what.key for one in write()[1]] == ["tax.collection.spared.objection"]
    Request.objects.filter(pk=filed.pk).update(state="withdrawn")
    assert [one.total for one in write()[0]] == [quote(charge, TODAY).total]


# --- decisions --------------------------------------------------------------------------------------------------------


def test_a_write_off_is_proposed_by_one_and_decided_by_another_under_a_decree_and_can_be_taken_back(people):
    ani, budi = people
    charge = owe(100_000, date(2018, 9, 30))
    made = propose_decision(Proposal(DecisionKind.WRITE_OFF, charge, 100_000, "Kedaluwarsa"), actor=ani, now=NOW,
                            today=TODAY)
    with pytest.raises(Refused, match="still waits"):
        propose_decision(Proposal(DecisionKind.WRITE_OFF, charge, 100_000, "Lagi"), actor=ani, now=NOW, today=TODAY)
    for actor, number, error in ((ani, "SK-1", "cannot decide"), (budi, " ", "number of the document")):
        with pytest.raises(Refused, match=error), transaction.atomic():
            grant_decision(made, version=1, document_number=number, document_on=TODAY, actor=actor, now=NOW,
                           today=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        DuesDecision.objects.filter(pk=made.pk).update(state="granted", decided_by=ani.person_id, decided_at=NOW,
                                                       document_number="SK", document_on=TODAY)
    made = grant_decision(made, version=1, document_number="SK-1", document_on=date(2026, 11, 20), actor=budi, now=NOW,
                          today=TODAY)
    assert (quote(charge, TODAY).total, balances()["5.3.pbb"]) == (0, 100_000)
    assert open_amount(charge, on=date(2026, 11, 19)) == 100_000  # what stood the day before the decree
    end_decision(made, version=made.version, reason="Ditemukan", on=TODAY, actor=budi, now=NOW)
    assert (standing(charge).principal, balances()["5.3.pbb"]) == (100_000, 0)
    assert [one.action.rsplit(".")[-1] for one in AuditEntry.objects.filter(object_type="tax.duesdecision").order_by(
        "id")] == ["decision_proposed", "decision_granted", "decision_ended"]


def test_a_proposal_can_be_turned_down_and_then_made_again(people):
    charge = owe(100_000, date(2018, 9, 30))
    made = propose_decision(Proposal(DecisionKind.WRITE_OFF, charge, 100_000, "Uji"), actor=people[0], now=NOW,
                            today=TODAY)
    with pytest.raises(Refused, match="reason is missing"):
        reject_decision(made, version=1, reason="", actor=people[1], now=NOW)
    assert reject_decision(made, version=1, reason="Masih ada harta", actor=people[1], now=NOW).state == "rejected"
    assert quote(charge, TODAY).principal == 100_000
    decide(people, DecisionKind.WRITE_OFF, charge, 100_000)


def test_a_bill_lowered_after_payment_leaves_a_credit_of_what_was_too_much_with_its_interest(people):
    charge, on = owe(100_000, date(2025, 7, 31)), date(2025, 12, 15)
    pay(charge, on, 105_000, "a")  # five months late
    decide(people, DecisionKind.CORRECTION, charge, 60_000)
    held = standing(charge)
    assert (held.principal, held.interest, held.credit) == (0, 0, 40_000 + 2_000)
    books = balances()
    assert (books["3.pbb"], books["4.pbb.1"]) == (-60_000, -3_000)
    assert Transfer.objects.get(source="payment:bank:a").amount == 100_000  # the payment stays as it was
    assert quote(charge, TODAY).total == 0


def test_a_bill_lowered_before_payment_owes_less_and_one_raised_gets_a_charge_of_its_own(people):
    charge = owe(100_000, date(2025, 7, 31))
    decide(people, DecisionKind.CORRECTION, charge, 80_000)
    assert quote(charge, date(2025, 12, 15)).total == 80_000 * 105 // 100
    with pytest.raises(Refused, match="nothing to correct"):
        decide(people, DecisionKind.CORRECTION, charge, 80_000)
    decision = decide(people, DecisionKind.CORRECTION, charge, 95_000, on=date(2026, 11, 20))
    extra = Claim.objects.get(decision=decision).charge
    assert (extra.amount, extra.due_on, quote(extra, TODAY).total) == (15_000, date(2026, 12, 20), 15_000)
    assert standing(charge).principal == 80_000
    assert charge.amount == 100_000  # the original stays


def test_a_bill_that_was_raised_is_corrected_again_only_when_its_additional_charge_is_gone(people):
    charge = owe(100_000, date(2025, 7, 31))
    extra = Claim.objects.get(decision=decide(people, DecisionKind.CORRECTION, charge, 150_000)).charge
    for wrong in (170_000, 120_000):  # 100,000 + 50,000 + 70,000 would be owed, and 170,000 for 120,000
        with pytest.raises(Refused, match="additional charge"):
            decide(people, DecisionKind.CORRECTION, charge, wrong)
    decide(people, DecisionKind.CORRECTION, extra, 0)
    decide(people, DecisionKind.CORRECTION, charge, 80_000)
    assert (standing(charge).principal, standing(extra).principal) == (80_000, 0)


def test_a_bill_that_was_written_off_is_not_corrected_into_a_credit_nobody_paid(people):
    charge = owe(100_000, date(2018, 9, 30))
    made = decide(people, DecisionKind.WRITE_OFF, charge, 100_000)
    with pytest.raises(Refused, match="written off"):
        decide(people, DecisionKind.CORRECTION, charge, 80_000)
    assert standing(charge).credit == 0
    end_decision(made, version=made.version, reason="Ditemukan", on=TODAY, actor=people[1], now=NOW)
    decide(people, DecisionKind.CORRECTION, charge, 80_000)
    assert (standing(charge).principal, standing(charge).credit) == (80_000, 0)


def test_interest_that_is_charged_and_not_paid_falls_with_a_cancelled_bill(people):
    charge, on = owe(100_000, date(2025, 7, 31)), date(2025, 9, 15)
    pay(charge, on, 40_000, "a")  # two months late: 800 are charged on the part and stand open
    assert (standing(charge).principal, standing(charge).interest) == (60_000, 800)
    decide(people, DecisionKind.CORRECTION, charge, 0)
    held = standing(charge)
    assert (held.principal, held.interest, held.interest_charged, held.credit) == (0, 0, 0, 40_000)
    assert quote(charge, TODAY).total == 0


def test_a_credit_is_used_for_another_bill_or_paid_back_and_never_twice(people):
    paid, other = owe(100_000, date(2025, 9, 30)), owe(50_000, date(2024, 9, 30))
    pay(paid, date(2025, 9, 1), 180_000, "a")
    total = quote(other, TODAY).total
    assert total == 50_000 * 124 // 100
    with pytest.raises(Refused, match="owes"):
        decide(people, DecisionKind.COMPENSATION, paid, 70_000, other=other)
    decide(people, DecisionKind.COMPENSATION, paid, total, other=other)
    assert (open_amount(other), standing(paid).credit) == (0, 80_000 - total)
    assert balances()["1.2.9"] == 0
    with pytest.raises(Refused, match="The credit on this charge"):
        decide(people, DecisionKind.REFUND, paid, 20_000)
    decide(people, DecisionKind.REFUND, paid, 80_000 - total)
    assert (standing(paid).credit, balances()["2.1"], balances()["1.1"]) == (0, 0, total - 80_000)


def test_a_plan_takes_its_rate_from_the_decree_and_when_it_is_broken_the_law_reckons_as_before(people):
    charge = owe(100_000, date(2026, 7, 31))
    on = date(2026, 11, 20)  # four months late
    before = quote(charge, date(2027, 3, 20)).interest
    made = decide(people, DecisionKind.INSTALMENT, charge, 100_000, on=on,
                  terms=plan_terms(4, date(2026, 12, 20), "0.006", TODAY))
    assert sum(Instalment.objects.filter(decision=made).values_list("principal", flat=True)) == 100_000
    assert interruptions([charge.pk]) == {charge.pk: [on]}
    day = date(2027, 3, 20)
    assert quote(charge, day).interest == 4_000 + 100_000 * 4 * 6 // 1000 < before == 8_000
    pay(charge, date(2026, 12, 20), 25_000)  # the first part: 4 % to the decree, 0.6 % since
    assert standing(charge).interest == 25_000 * Fraction(46, 1000)
    end_decision(made, version=made.version, reason="Tidak ditepati", on=TODAY, actor=people[1], now=NOW)
    assert quote(charge, day).interest == 25_000 * Fraction(5, 100) + 75_000 * Fraction(8, 100)


def test_an_acknowledgement_lets_limitation_run_anew_once_for_each_document(people):
    charge = owe(100_000, date(2022, 9, 30))
    for _ in range(2):
        acknowledge_debt(charge, on=date(2026, 5, 5), document="BA-7", actor=people[0], now=NOW, today=TODAY)
    assert interruptions([charge.pk]) == {charge.pk: [date(2026, 5, 5)]}
    with pytest.raises(Refused, match="has not come"):
        acknowledge_debt(charge, on=TODAY + timedelta(days=1), document="BA-8", actor=people[0], now=NOW, today=TODAY)


def test_inherited_receivables_come_in_once_with_their_evidence_and_bad_rows_are_told(people):
    rows = [OpeningRow(2, NOP, 2019, 50_000, date(2019, 9, 30), "Siti", Evidence.LIST),
            OpeningRow(3, "12", 2019, 50_000, date(2019, 9, 30)), OpeningRow(4, NOP, 2018, 0, date(2018, 9, 30))]
    owe(1, date(2017, 9, 30))
    for _ in range(2):
        accepted, problems = open_receivables(rows, cut_off=date(2026, 1, 1), source="SISMIOP", actor=people[0],
                                              now=NOW)
        assert (accepted, [one.where.split(":")[0] for one in problems]) == (1, ["3", "4"])
    claim = Claim.objects.get(tax_year=2019)
    assert (claim.evidence, standing(claim.charge).principal, balances()["3.pbb"]) == ("list", 50_000, -50_001)
    again = [OpeningRow(2, NOP, 2019, 60_000, date(2019, 9, 30))]
    assert open_receivables(again, cut_off=date(2026, 1, 1), source="SISMIOP", actor=people[0], now=NOW)[0] == 0


def test_the_account_of_an_object_shows_every_line_with_the_balance_on_any_day(people):
    charge = owe(100_000, date(2025, 7, 31))
    pay(charge, date(2025, 12, 15), 105_000)
    lines = lines_of([charge.pk])
    assert [(one.part, one.amount) for one in lines] == [
        ("principal", 100_000), ("interest", 5_000), ("principal", -100_000), ("interest", -5_000)]
    assert lines[-1].balance == 0
    assert lines_of([charge.pk], on=date(2025, 12, 14))[-1].balance == 100_000


def test_no_document_moves_money_from_before_what_it_rests_on(people):
    """The credit of 10,000 stands since 1 September, the other bill since 1 February, the part payment since March."""
    paid, other = owe(100_000, date(2025, 9, 30)), owe(50_000, date(2024, 9, 30))
    pay(paid, date(2025, 9, 1), 110_000, "a")
    made = propose_decision(Proposal(DecisionKind.COMPENSATION, paid, 10_000, "Uji", other), actor=people[0], now=NOW,
                            today=TODAY)

    def grant(one, on):
        with transaction.atomic():
            return grant_decision(one, version=one.version, document_number="SK", document_on=on, actor=people[1],
                                  now=NOW, today=TODAY)

    with pytest.raises(Refused, match="1 Sep 2025 or later"):
        grant(made, date(2025, 8, 31))
    assert (standing(paid).credit, DuesDecision.objects.get(pk=made.pk).state) == (10_000, "proposed")
    grant(made, date(2025, 9, 1))
    pay(paid, date(2025, 9, 20), 5_000, "b")
    with pytest.raises(Refused, match="20 Sep 2025 or later"):
        decide(people, DecisionKind.REFUND, paid, 5_000, on=date(2025, 9, 19))
    with pytest.raises(Refused, match="before this charge was raised"):
        decide(people, DecisionKind.CORRECTION, other, 40_000, on=date(2024, 1, 31))
    pay(other, date(2026, 3, 1), 20_000, "c")
    left = standing(other)
    for kind, amount, more in (
            (DecisionKind.INSTALMENT, left.principal, {"terms": plan_terms(2, TODAY, "0", TODAY)}),
            (DecisionKind.WRITE_OFF, left.principal + left.interest, {})):
        with pytest.raises(Refused, match="1 Mar 2026"), transaction.atomic():
            decide(people, kind, other, amount, on=date(2026, 2, 28), **more)
        with transaction.atomic():
            assert decide(people, kind, other, amount, on=date(2026, 3, 1), **more).state == "granted"
            transaction.set_rollback(True)
