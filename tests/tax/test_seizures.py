"""Seizure and auction: days between the steps, two persons, who is left in peace, and the money in the order of law."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction

from sepadan.ground.problems import Refused
from sepadan.records.public import AuditEntry, balances, quote, region_scope, standing
from sepadan.tax.engine.seizure import Proceeds, SeizureRule, share_proceeds
from sepadan.tax.models import LetterKind, SeizureAct, SeizureStep, SpareReason
from sepadan.tax.services.arrears import arrears_list
from sepadan.tax.services.collection_chasing import end_sparing, spare_object
from sepadan.tax.services.collection_letters import write_letters
from sepadan.tax.services.letter_acts import deliver_letter, sign_letter
from sepadan.tax.services.seizure_money import book_return, book_sale, excess_of, propose_return, propose_sale
from sepadan.tax.services.seizures import (
    Good,
    announce_auction,
    decide_step,
    order_seizure,
    propose_step,
    record_minutes,
    reject_step,
    sign_seizure,
)
from sepadan.territory.models import Region

from .dues_trial import NOP, NOW, TODAY, WIB, owe, pay, two_actors

pytestmark = pytest.mark.django_db
GOODS = [Good("Sepeda motor 2019", True, 9_000_000, "Siti"), Good("Tanah 40 m2", False, 60_000_000, "Siti")]
SERVED = TODAY - timedelta(days=90)


@pytest.fixture
def malang(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    region = Region.objects.get(code="35.73")
    with region_scope(region):
        yield region


@pytest.fixture
def people(malang):
    return two_actors()


def at(day: date) -> datetime:
    return datetime.combine(day, time(9), tzinfo=WIB)


def served(people):
    """A warrant for what is owed on ``NOP``, handed over on ``SERVED``."""
    ani, budi = people
    for kind, day in ((LetterKind.WARNING, SERVED - timedelta(days=30)), (LetterKind.WARRANT, SERVED)):
        (letter,), _ = write_letters([NOP], kind, actor=ani, now=NOW, today=day)
        if kind is LetterKind.WARRANT:
            letter = sign_letter(letter, version=1, actor=budi, now=NOW, today=day)
        letter = deliver_letter(letter, version=letter.version, on=day, to="Siti", actor=ani, now=NOW, today=day)
    return letter


def ordered(people, day=SERVED + timedelta(days=3)):
    draft = order_seizure(served(people), bailiff="Joko", actor=people[0], now=NOW, today=day)
    return sign_seizure(draft, version=1, actor=people[1], now=NOW, today=day)


def seized(people, goods=GOODS):
    held = ordered(people)
    record_minutes(held, goods, version=2, on=held.ordered_on, place="Rumah", witnesses=["Adi", "Eko"],
                   actor=people[0], now=NOW, today=held.ordered_on)
    held.refresh_from_db()
    return held


def requested(people):
    """A seizure whose auction was announced and requested; and the first day of the auction."""
    held, (ani, budi) = seized(people), people
    day = held.ordered_on + timedelta(days=14)
    announce_auction(held, version=held.version, auction="10 November di balai lelang", actor=ani, now=NOW, today=day)
    held.refresh_from_db()
    step = propose_step(held, SeizureAct.REQUESTED, version=held.version, reason="Belum lunas", actor=ani, now=NOW,
                        today=day)
    decide_step(step, actor=budi, now=NOW, today=day)
    held.refresh_from_db()
    return held, day + timedelta(days=14)


# --- the rule, without a database -------------------------------------------------------------------------------------


def test_two_full_days_pass_before_an_order_and_proceeds_pay_cost_then_the_oldest_tax_then_the_payer():
    rule = SeizureRule(2, 14, 14, 2)
    assert rule.may_order(date(2026, 11, 2)) == date(2026, 11, 5)  # 3 and 4 November are the two days
    assert share_proceeds(1_000, 100, [400, 300]) == Proceeds(100, (400, 300), 200)
    assert share_proceeds(450, 100, [400, 300]) == Proceeds(100, (350, 0), 0)
    with pytest.raises(Refused, match="cost"):
        share_proceeds(50, 100, [])


# --- the steps --------------------------------------------------------------------------------------------------------


def test_an_order_follows_a_served_warrant_after_its_days_and_is_signed_by_another(people):
    owe(1_000_000, date(2025, 9, 30))
    warrant, (ani, budi) = served(people), people
    with pytest.raises(Refused, match="earliest"):
        order_seizure(warrant, bailiff="Joko", actor=ani, now=NOW, today=SERVED + timedelta(days=2))
    day = SERVED + timedelta(days=3)
    draft = order_seizure(warrant, bailiff="Joko", actor=ani, now=NOW, today=day)
    assert draft.total == 1_000_000 * 111 // 100  # the eleventh month
    with pytest.raises(Refused, match="already"):
        order_seizure(warrant, bailiff="Joko", actor=ani, now=NOW, today=day)
    with pytest.raises(Refused, match="cannot decide"):
        sign_seizure(draft, version=1, actor=ani, now=NOW, today=day)
    with pytest.raises(IntegrityError), transaction.atomic():
        type(draft).objects.filter(pk=draft.pk).update(state="ordered", number="X", ordered_on=day,
                                                       signed_by=ani.person_id)
    assert sign_seizure(draft, version=1, actor=budi, now=NOW, today=day).number.split("/")[2] == "SPMP"


def test_minutes_need_goods_with_value_and_guardian_and_two_witnesses(people):
    owe(1_000_000, date(2025, 9, 30))
    held = ordered(people)

    def minutes(goods=GOODS, witnesses=("Adi", "Eko"), on=held.ordered_on):
        return record_minutes(held, goods, version=2, on=on, place="Rumah", witnesses=witnesses, actor=people[0],
                              now=NOW, today=held.ordered_on)

    for wrong, error in (({"goods": []}, "goods"), ({"witnesses": ("Adi", " ")}, "witness"),
                         ({"goods": [Good("Meja", True, 0, "Siti")]}, "goods"),
                         ({"on": held.ordered_on - timedelta(days=1)}, "day")):
        with pytest.raises(Refused, match=error):
            minutes(**wrong)
    step = minutes()
    assert sum(step.goods.values_list("value", flat=True)) == 69_000_000


def test_whoever_is_left_in_peace_is_not_seized_from_and_a_paid_debt_ends_it(people):
    charge = owe(1_000_000, date(2025, 9, 30))
    held, (ani, budi) = seized(people), people
    day = held.ordered_on + timedelta(days=14)

    def announce(on=day):
        return announce_auction(held, version=held.version, auction="Balai lelang", actor=ani, now=NOW, today=on)

    spared = spare_object(NOP, reason=SpareReason.DISASTER, note="Banjir", since=day, until=None, actor=ani, now=NOW)
    with pytest.raises(Refused, match="disaster"):
        announce()
    end_sparing(spared, actor=ani, now=NOW)
    with pytest.raises(Refused, match="earliest"):
        announce(day - timedelta(days=1))
    pay(charge, day, quote(charge, day).total)
    with pytest.raises(Refused, match="Nothing"):
        announce()
    step = propose_step(held, SeizureAct.LIFTED, version=held.version, reason="Lunas", actor=ani, now=NOW, today=day)
    with pytest.raises(Refused, match="cannot decide"):
        decide_step(step, actor=ani, now=NOW, today=day)
    decide_step(step, actor=budi, now=NOW, today=day)
    held.refresh_from_db()
    assert held.state == "lifted"
    assert AuditEntry.objects.filter(action="tax.audit.seizure_lifted").count() == 1


def test_a_rejected_proposal_leaves_the_seizure_where_it_was_and_another_may_be_made(people):
    owe(1_000_000, date(2025, 9, 30))
    held, (ani, budi) = seized(people), people
    for reason in ("Keliru", "Lunas"):
        step = propose_step(held, SeizureAct.LIFTED, version=held.version, reason=reason, actor=ani, now=NOW,
                            today=TODAY)
        with pytest.raises(Refused, match="still waits"):
            propose_step(held, SeizureAct.LIFTED, version=held.version + 1, reason="Lagi", actor=ani, now=NOW,
                         today=TODAY)
        reject_step(step, reason="Tidak", actor=budi, now=NOW)
        held.refresh_from_db()
    assert (held.state, SeizureStep.objects.filter(seizure=held, state="rejected").count()) == ("seized", 2)


# --- the money --------------------------------------------------------------------------------------------------------


def test_proceeds_pay_cost_then_each_year_as_of_the_auction_and_the_excess_goes_back_by_two_persons(people):
    old, new = owe(1_000_000, date(2024, 9, 30)), owe(2_000_000, date(2025, 9, 30))
    (held, first), (ani, budi) = requested(people), people
    owed = [quote(one, first).total for one in (old, new)]
    assert owed == [1_000_000 * 124 // 100, 2_000_000 * 112 // 100]  # to 26 September: 24 and 12 months
    gross, cost = 10_000_000, 750_000

    def propose(on, document="RL-1"):
        return propose_sale(held, version=held.version, on=on, document=document, gross=gross, cost=cost, actor=ani,
                            now=NOW, today=TODAY)

    for on in (first - timedelta(days=1), TODAY + timedelta(days=1)):
        with pytest.raises(Refused, match="auction"):
            propose(on)
    step = propose(first)
    with pytest.raises(Refused, match="cannot decide"):
        book_sale(step, actor=ani, now=NOW)
    before = balances()
    book_sale(step, actor=budi, now=NOW)
    books, excess = balances(), gross - cost - sum(owed)
    assert (books["1.1"] - before["1.1"], books["1.2.7"], books["4.9"], books["2.4"]) == (gross, 0, -cost, -excess)
    assert [standing(one).principal + standing(one).interest for one in (old, new)] == [0, 0]
    assert [quote(one, TODAY).total for one in (old, new)] == [0, 0]
    assert standing(old).interest_charged == 240_000  # interest ends with the auction, and is charged once
    assert arrears_list(TODAY, now=NOW).difference == 0
    held.refresh_from_db()
    back = propose_return(held, version=held.version, document="KW-7", to="Siti", actor=ani, now=NOW, today=TODAY)
    assert back.amount == excess == excess_of(held)
    with pytest.raises(Refused, match="cannot decide"):
        book_return(back, actor=ani, now=NOW, today=TODAY)
    book_return(back, actor=budi, now=NOW, today=TODAY)
    assert (balances()["2.4"], excess_of(held), sum(balances().values())) == (0, 0, 0)
    held.refresh_from_db()
    with pytest.raises(Refused, match="excess"):
        propose_return(held, version=held.version, document="KW-8", to="Siti", actor=ani, now=NOW, today=TODAY)


def test_proceeds_that_do_not_reach_pay_the_oldest_year_and_the_rest_stays_owed(people):
    old, new = owe(1_000_000, date(2024, 9, 30)), owe(2_000_000, date(2025, 9, 30))
    (held, first), (ani, budi) = requested(people), people
    due = quote(old, first).total
    step = propose_sale(held, version=held.version, on=first, document="RL-2", gross=100_000 + due + 500_000,
                        cost=100_000, actor=ani, now=NOW, today=TODAY)
    book_sale(step, actor=budi, now=NOW)
    assert (quote(old, first).total, standing(new).principal, excess_of(held)) == (0, 1_500_000, 0)
    assert balances()["1.2.7"] == 0
    with pytest.raises(Refused, match="changed"):
        book_sale(step, actor=budi, now=NOW)
