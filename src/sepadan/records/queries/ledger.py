"""Balances: what stands in an account or is open on a charge, on a day and as it was known at an instant.

``on`` takes transfers effective up to and including that day; ``as_known_at`` those posted up to that instant. A
balance is debit minus credit: receivables and cash come out positive, revenue and liabilities negative; all together
are zero.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import connection
from django.db.models import Q, QuerySet, Sum

from sepadan.ground.money import Rupiah
from sepadan.ground.problems import refuse
from sepadan.records.models import Account, Charge, Transfer
from sepadan.records.names import AccountKind
from sepadan.records.tenancy import current_region

_BALANCES = """
    SELECT account, sum(amount)::numeric FROM (
        SELECT debit_id AS account, amount, effective_on, posted_at FROM records_transfer WHERE region_id = %s
        UNION ALL
        SELECT credit_id, -amount, effective_on, posted_at FROM records_transfer WHERE region_id = %s
    ) moved
    WHERE (%s::date IS NULL OR effective_on <= %s) AND (%s::timestamptz IS NULL OR posted_at <= %s)
    GROUP BY account
"""
_OPEN = """
    SELECT t.charge_id,
           sum(CASE WHEN d.kind = 'receivable' THEN t.amount ELSE 0 END
             - CASE WHEN c.kind = 'receivable' THEN t.amount ELSE 0 END)::numeric
    FROM records_transfer t
    JOIN records_account d ON d.region_id = t.region_id AND d.id = t.debit_id
    JOIN records_account c ON c.region_id = t.region_id AND c.id = t.credit_id
    WHERE t.region_id = %s AND t.charge_id = ANY(%s)
      AND (%s::date IS NULL OR t.effective_on <= %s) AND (%s::timestamptz IS NULL OR t.posted_at <= %s)
    GROUP BY t.charge_id
"""


def account_for(purpose: str) -> Account:
    """The account that serves *purpose* in the region in scope. Raises Refused when none does."""
    account = Account.objects.filter(purpose=purpose).first()
    if account is None:
        raise refuse("records.ledger.no_account", remedy="records.ledger.no_account.remedy", where=purpose,
                     region=current_region().name)
    return account


def balances(*, on: date | None = None, as_known_at: datetime | None = None) -> dict[str, Rupiah]:
    """The balance of every account of the region in scope, by code; an account never used stands at zero."""
    region_id = current_region().pk
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES, [region_id, region_id, on, on, as_known_at, as_known_at])
        moved = {account: int(amount) for account, amount in cursor.fetchall()}
    return {account.code: moved.get(account.pk, 0) for account in Account.objects.order_by("code")}


def open_amounts(charges: Iterable[int], *, on: date | None = None,
                 as_known_at: datetime | None = None) -> dict[int, Rupiah]:
    """What is still owed on each charge (by key): its movements on receivable accounts. Never posted: zero."""
    keys = list(charges)
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [current_region().pk, keys, on, on, as_known_at, as_known_at])
        found = {charge: int(amount) for charge, amount in cursor.fetchall()}
    return {key: found.get(key, 0) for key in keys}


def open_amount(charge: Charge, *, on: date | None = None, as_known_at: datetime | None = None) -> Rupiah:
    return open_amounts([charge.pk], on=on, as_known_at=as_known_at)[charge.pk]


def transfers_of(charge: Charge) -> QuerySet[Transfer]:
    """Everything that moved on a charge, oldest first."""
    return Transfer.objects.filter(charge=charge).select_related("debit", "credit").order_by("id")


def received(first: date, last: date) -> Rupiah:
    """Net receipts effective within the days *first* to *last*: what went to receivables' credit from clearing."""
    into = Q(debit__kind=AccountKind.CLEARING, credit__kind__in=[AccountKind.RECEIVABLE, AccountKind.LIABILITY])
    back = Q(credit__kind=AccountKind.CLEARING, debit__kind__in=[AccountKind.RECEIVABLE, AccountKind.LIABILITY])
    rows = Transfer.objects.filter(effective_on__range=(first, last)).order_by()
    return int(rows.filter(into).aggregate(s=Sum("amount"))["s"] or 0) \
        - int(rows.filter(back).aggregate(s=Sum("amount"))["s"] or 0)
