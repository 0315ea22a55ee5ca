"""Posting to the ledger: charges, transfers and their reversal. All amounts are whole rupiah.

A transfer's ``source`` is its idempotency key: posting the same transfer again does nothing, posting another one
under a used source is refused. Nothing is ever changed: a reversal is the counter-transfer, once for each transfer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from sepadan.ground.money import Rupiah
from sepadan.ground.problems import refuse
from sepadan.records.models import Account, Charge, Transfer
from sepadan.records.names import AccountKind
from sepadan.records.queries.ledger import account_for
from sepadan.records.tenancy import current_region

LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class TransferDraft:
    """*debit* receives, *credit* gives; both are keys of accounts of the region in scope."""

    debit: int
    credit: int
    amount: Rupiah
    effective_on: date
    source: str
    charge: int | None = None
    reverses: int | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """How many transfers are new, and how many had been posted before (nothing happened to those)."""

    new: int
    repeated: int


_POST = """
    INSERT INTO records_transfer (region_id, debit_id, credit_id, amount, charge_id, effective_on, posted_at, source,
                                  reverses_id)
    SELECT %s, debit, credit, amount, charge, effective_on, %s, source, reverses
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::date[], %s::text[], %s::bigint[])
         AS draft (debit, credit, amount, charge, effective_on, source, reverses)
    ON CONFLICT (region_id, source) DO NOTHING
"""
_DIFFERENT = """
    SELECT draft.source
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::date[], %s::text[], %s::bigint[])
         AS draft (debit, credit, amount, charge, effective_on, source, reverses)
    JOIN records_transfer old ON old.region_id = %s AND old.source = draft.source
    WHERE (old.debit_id, old.credit_id, old.amount, old.charge_id, old.effective_on, old.reverses_id)
          IS DISTINCT FROM
          (draft.debit, draft.credit, draft.amount, draft.charge, draft.effective_on, draft.reverses)
    ORDER BY draft.source LIMIT 1
"""


def post_transfers(drafts: Iterable[TransferDraft], *, now: datetime) -> Posted:
    """Post the transfers in one statement, all or none.

    Raises Refused on an amount that is not positive, equal accounts, an empty source, and a source already used for a
    different transfer (in the ledger or within *drafts*).
    """
    rows = list(drafts)
    for row in rows:
        _check(row)
    if not rows:
        return Posted(0, 0)
    _refuse_two_under_one_source(rows)
    region_id = current_region().pk
    columns: list[list[Any]] = [[row.debit for row in rows], [row.credit for row in rows], [row.amount for row in rows],
               [row.charge for row in rows], [row.effective_on for row in rows], [row.source for row in rows],
               [row.reverses for row in rows]]
    with connection.cursor() as cursor:
        cursor.execute(_POST, [region_id, now, *columns])
        new = cursor.rowcount
        if new < len(rows):
            cursor.execute(_DIFFERENT, [*columns, region_id])
            clash = cursor.fetchone()
            if clash is not None:
                raise refuse("records.ledger.source_used", remedy="records.ledger.source_used.remedy", where=clash[0])
    return Posted(new, len({row.source for row in rows}) - new)


def reverse(transfers: Iterable[Transfer], *, effective_on: date, now: datetime) -> Posted:
    """Undo *transfers* by counter-transfers, in one statement. Reversing the same transfer again does nothing.

    Raises Refused on a transfer that is itself a reversal.
    """
    drafts = []
    for transfer in transfers:
        if transfer.reverses_id is not None:
            raise refuse("records.ledger.reversal_of_reversal", where=transfer.source)
        drafts.append(TransferDraft(
            debit=transfer.credit_id, credit=transfer.debit_id, amount=transfer.amount, charge=transfer.charge_id,
            effective_on=effective_on, source=f"reversal:{transfer.pk}", reverses=transfer.pk))
    return _post_reversals(drafts, now)


def _post_reversals(drafts: Sequence[TransferDraft], now: datetime) -> Posted:
    done = set(Transfer.objects.filter(reverses_id__in=[draft.reverses for draft in drafts])
               .values_list("reverses_id", flat=True))
    posted = post_transfers([draft for draft in drafts if draft.reverses not in done], now=now)
    return Posted(posted.new, posted.repeated + len(done))


def raise_charge(*, levy: str, number: str, payer: str, due_on: date, amount: Rupiah, effective_on: date,
                 now: datetime, against: Account | None = None) -> Charge:
    """A charge and its transfer from the levy's revenue to its receivable. The same charge again is returned as it is.

    *against* is another account that gives, for a receivable that is no revenue of ours (an opening balance).

    Raises Refused when the number is taken by a charge with another payer or amount.
    """
    if not 0 < amount <= LARGEST:
        raise refuse("records.ledger.amount", where=number, amount=amount)
    charge, made = Charge.objects.get_or_create(
        region=current_region(), levy=levy, number=number,
        defaults={"payer": payer, "due_on": due_on, "amount": amount, "created_at": now})
    if not made:
        if (charge.payer, charge.amount) != (payer, amount):
            raise refuse("records.ledger.charge_differs", where=f"{levy} {number}", amount=charge.amount)
        return charge
    post_transfers([TransferDraft(
        debit=account_for(f"receivable:{levy}").pk, credit=(against or account_for(f"revenue:{levy}")).pk,
        amount=amount, charge=charge.pk, effective_on=effective_on, source=f"charge:{levy}:{number}")], now=now)
    return charge


def move_due_date(charge: Charge, due_on: date) -> None:
    """The one thing about a charge that may change; the caller writes the audit entry of the decree."""
    charge.due_on = due_on
    charge.save(update_fields=["due_on"])


def open_account(code: str, name: str, kind: AccountKind, *, purpose: str = "", sipd_code: str = "",
                 sipd_name: str = "") -> Account:
    """The account *code* of the region in scope, made when absent. Raises Refused when it exists as another kind."""
    account, made = Account.objects.get_or_create(
        region=current_region(), code=code, defaults={"name": name, "kind": kind.value, "purpose": purpose,
                                                      "sipd_code": sipd_code, "sipd_name": sipd_name})
    if not made and (account.kind, account.purpose) != (kind.value, purpose):
        raise refuse("records.ledger.account_differs", where=code, name=account.name)
    return account


def open_chart(levies: Sequence[str]) -> dict[str, Account]:
    """The accounts every service needs, by purpose: cash, clearing for each channel, overpayments, fees, and for each
    levy a receivable and a revenue. Codes are the product's own; SIPD codes are entered by the region."""
    wanted: list[tuple[str, str, AccountKind, str]] = [
        ("1.1", "Kas daerah", AccountKind.CASH, "cash"),
        ("1.2.1", "Dana di bank persepsi", AccountKind.CLEARING, "clearing:bank"),
        ("1.2.2", "Dana di penyelenggara QRIS", AccountKind.CLEARING, "clearing:qris"),
        ("1.2.3", "Dana di akun virtual", AccountKind.CLEARING, "clearing:va"),
        ("1.2.4", "Dana di loket", AccountKind.CLEARING, "clearing:counter"),
        ("2.1", "Kelebihan pembayaran", AccountKind.LIABILITY, "overpaid"),
        ("5.1", "Biaya kanal pembayaran", AccountKind.EXPENSE, "fees"),
    ]
    for levy in levies:
        wanted += [(f"1.3.{levy}", f"Piutang {levy}", AccountKind.RECEIVABLE, f"receivable:{levy}"),
                   (f"4.{levy}", f"Pendapatan {levy}", AccountKind.REVENUE, f"revenue:{levy}")]
    return {purpose: open_account(code, name, kind, purpose=purpose) for code, name, kind, purpose in wanted}


def _check(draft: TransferDraft) -> None:
    where = draft.source
    if not where:
        raise refuse("records.ledger.no_source")
    if isinstance(draft.amount, bool) or not isinstance(draft.amount, int):
        raise TypeError(f"an amount is a whole number of rupiah, not {draft.amount!r} ({where})")
    if not 0 < draft.amount <= LARGEST:
        raise refuse("records.ledger.amount", where=where, amount=draft.amount)
    if draft.debit == draft.credit:
        raise refuse("records.ledger.same_account", where=where)


def _refuse_two_under_one_source(rows: Sequence[TransferDraft]) -> None:
    first: dict[str, TransferDraft] = {}
    for row in rows:
        if first.setdefault(row.source, row) != row:
            raise refuse("records.ledger.source_used", remedy="records.ledger.source_used.remedy", where=row.source)
