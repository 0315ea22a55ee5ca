"""The ledger: every sum of balances is zero, a source counts once, a reversal restores, nothing is ever changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sepadan.ground.problems import Refused
from sepadan.records.models import Charge, Transfer
from sepadan.records.names import AccountKind
from sepadan.records.queries.ledger import account_for, balances, open_amount, open_amounts, transfers_of
from sepadan.records.services.ledger import (
    LARGEST,
    TransferDraft,
    move_due_date,
    open_account,
    open_chart,
    post_transfers,
    raise_charge,
    reverse,
)
from sepadan.records.tenancy import region_scope

from .conftest import NOW

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)


@pytest.fixture
def chart(malang):
    with region_scope(malang):
        yield open_chart(["pbb", "hire"])


def charge(number="1", amount=43_120, **fields):
    return raise_charge(**{"levy": "pbb", "number": number, "payer": "wp-1", "due_on": date(2026, 9, 30),
                           "amount": amount, "effective_on": DAY, "now": NOW, **fields})


def move(chart, source, amount=1_000, debit="cash", credit="overpaid", on=DAY, **fields):
    return TransferDraft(debit=chart[debit].pk, credit=chart[credit].pk, amount=amount, effective_on=on, source=source,
                         **fields)


def test_a_charge_is_owed_until_it_is_paid(chart):
    bill = charge()
    assert open_amount(bill) == 43_120
    post_transfers([move(chart, "pay", 43_120, "clearing:bank", "receivable:pbb", charge=bill.pk)], now=NOW)
    assert open_amount(bill) == 0
    assert [t.source for t in transfers_of(bill)] == ["charge:pbb:1", "pay"]
    assert balances()["1.3.pbb"] == 0
    assert balances()["4.pbb"] == -43_120


def test_the_same_charge_again_is_the_same(chart):
    assert charge() == charge()
    assert Transfer.objects.count() == 1
    with pytest.raises(Refused, match=r"another payer or amount \(Rp43,120\)"):
        charge(amount=1)


@pytest.mark.parametrize(("change", "key"), [
    ({"amount": 0}, "amount"), ({"amount": -1}, "amount"), ({"amount": LARGEST + 1}, "amount"),
    ({"source": ""}, "no_source"), ({"credit": "cash"}, "same_account"),
])
def test_an_unsound_transfer_is_refused(chart, change, key):
    with pytest.raises(Refused) as refused:
        post_transfers([move(chart, **{"source": "x", **change})], now=NOW)
    assert refused.value.problem.what.key == f"records.ledger.{key}"


@pytest.mark.parametrize("amount", [1.5, True, "100"])
def test_an_amount_is_a_whole_number(chart, amount):
    with pytest.raises(TypeError):
        post_transfers([move(chart, "x", amount)], now=NOW)


def test_a_source_counts_once_and_never_for_something_else(chart):
    drafts = [move(chart, "a"), move(chart, "b", 2_000)]
    assert post_transfers(drafts, now=NOW).new == 2
    again = post_transfers([*drafts, move(chart, "c")], now=NOW)
    assert (again.new, again.repeated) == (1, 2)
    with pytest.raises(Refused, match="source is used"), transaction.atomic():
        post_transfers([move(chart, "d"), move(chart, "a", 999)], now=NOW)
    with pytest.raises(Refused, match="source is used"):
        post_transfers([move(chart, "e", 1), move(chart, "e", 2)], now=NOW)
    assert Transfer.objects.count() == 3
    assert post_transfers([], now=NOW).new == 0


def test_a_reversal_restores_and_happens_once(chart):
    before = balances()
    post_transfers([move(chart, "a"), move(chart, "b", 7)], now=NOW)
    posted = Transfer.objects.filter(source__in=["a", "b"])
    assert reverse(posted, effective_on=DAY, now=NOW).new == 2
    assert balances() == before
    assert reverse(posted, effective_on=DAY, now=NOW).repeated == 2
    with pytest.raises(Refused, match="reversal is not reversed"):
        reverse(Transfer.objects.filter(reverses__isnull=False), effective_on=DAY, now=NOW)


def test_a_balance_is_of_a_day_and_as_it_was_known(chart):
    post_transfers([move(chart, "a", 5, on=date(2026, 1, 1))], now=NOW)
    post_transfers([move(chart, "late", 2, on=date(2026, 1, 1))], now=NOW + timedelta(days=2))
    post_transfers([move(chart, "b", 100, on=date(2026, 6, 1))], now=NOW + timedelta(days=2))
    assert balances()["1.1"] == 107
    assert balances(on=date(2026, 5, 31))["1.1"] == 7
    assert balances(on=date(2026, 5, 31), as_known_at=NOW)["1.1"] == 5
    assert balances(on=date(2025, 12, 31))["1.1"] == 0


def test_open_amounts_of_many_charges_are_one_query(chart, django_assert_num_queries):
    bills = [charge(str(n), n * 1_000) for n in range(1, 31)]
    with django_assert_num_queries(1):
        assert open_amounts([b.pk for b in bills]) == {b.pk: b.amount for b in bills}
    assert open_amounts([10**9]) == {10**9: 0}


def test_nothing_posted_is_changed_or_removed(chart):
    charge()
    for statement in ("UPDATE records_transfer SET amount = 1", "DELETE FROM records_transfer",
                      "UPDATE records_charge SET amount = 1", "DELETE FROM records_charge"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_only_the_due_date_of_a_charge_moves(chart):
    bill = charge()
    move_due_date(bill, date(2026, 12, 31))
    assert Charge.objects.get().due_on == date(2026, 12, 31)


def test_an_account_has_one_kind_and_a_missing_one_is_named(chart, malang):
    assert open_account("1.1", "x", AccountKind.CASH, purpose="cash") == chart["cash"]
    with pytest.raises(Refused, match="belongs to Kas daerah"):
        open_account("1.1", "x", AccountKind.REVENUE)
    with pytest.raises(Refused, match=r"receivable:waste.*Kota Malang has no account"):
        account_for("receivable:waste")


accounts = st.sampled_from(["cash", "clearing:bank", "overpaid", "fees", "receivable:pbb", "revenue:pbb"])
moves = st.lists(st.tuples(accounts, accounts, st.integers(1, 10**15)).filter(lambda m: m[0] != m[1]), max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=moves, turned_back=st.sets(st.integers(0, 11)))
def test_all_balances_together_are_zero_and_reversals_restore(chart, moves, turned_back):
    with transaction.atomic():
        drafts = [move(chart, f"m{n}", amount, debit, credit) for n, (debit, credit, amount) in enumerate(moves)]
        before = balances()
        assert post_transfers(drafts, now=NOW).new == len(moves)
        assert post_transfers(drafts, now=NOW + timedelta(days=1)).repeated == len(moves)
        assert sum(balances().values()) == 0
        chosen = [f"m{n}" for n in turned_back]
        reverse(Transfer.objects.filter(source__in=chosen), effective_on=DAY, now=datetime(2026, 12, 1, tzinfo=UTC))
        assert sum(balances().values()) == 0
        kept = dict(before)
        codes = {purpose: account.code for purpose, account in chart.items()}
        for number, (debit, credit, amount) in enumerate(moves):
            if number not in turned_back:
                kept[codes[debit]] += amount
                kept[codes[credit]] -= amount
        assert balances() == kept
        transaction.set_rollback(True)
