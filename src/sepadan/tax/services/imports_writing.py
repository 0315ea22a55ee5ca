"""Writing judged bills, payments and holders of an NJOPTKP: history, and what is left of it as receivables.

    bill with a remainder -> charge (pbb, <nop>-<year>-awal, due as it was) -> claim (opening) -> opening:pbb/receivable
    bill paid beyond it   -> charge (pbb, <nop>-<year>-lebih)  -> claim (credit)  -> overpaid/opening_credit:pbb

All in the transaction of the import. Before it ends the database adds up what the ledger holds of these charges and
what the bills say, by year and kelurahan; when a total is not the one that was shown and approved, nothing stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import psycopg

from sepadan.ground.problems import refuse
from sepadan.records.public import account_for, dues_account, open_chart
from sepadan.tax.engine.assessment import LEVY
from sepadan.tax.services.rolls import reserve_ids

Cursor = psycopg.Cursor[Any]
SOURCE = "SISMIOP, impor {}"

_ENDING = "CASE WHEN over > 0 THEN '-lebih' ELSE '-awal' END"
_CHARGES = f"""
    INSERT INTO records_charge (id, region_id, levy, number, payer, due_on, amount, created_at)
    SELECT %(first_charge)s + charge_number - 1, %(region)s, '{LEVY}', nop || '-' || year || {_ENDING},
           'opening:' || nop, due_on, greatest(remainder, over), %(now)s
    FROM j_bill WHERE charge_number IS NOT NULL ORDER BY charge_number
"""
_BILLS = """
    INSERT INTO tax_openingbill (id, region_id, nop, tax_year, kelurahan_id, payer_name, issued_on, due_on, land_m2,
        building_m2, njop_land, njop_building, njop, njoptkp, pbb, reduction, payable, said_paid, payments,
        principal_paid, interest_paid, over, unproved, remainder, last_paid_on, evidence, notes, charge_id, source,
        entry, recorded_at)
    SELECT %(first_bill)s + number - 1, %(region)s, nop, year, kelurahan_id, name, issued_on, due_on, land_m2,
           building_m2, njop_land, njop_building, njop, njoptkp, pbb, reduction, payable, paid = '1', payments,
           principal, interest_paid, over, unproved, remainder, last_on, evidence, to_jsonb(notes),
           %(first_charge)s + charge_number - 1, %(source)s, %(entry)s, %(now)s
    FROM j_bill WHERE verdict = 'new' ORDER BY number
"""
_PAYMENTS = """
    INSERT INTO tax_openingpayment (region_id, bill_id, part, paid_on, entered_on, amount, interest)
    SELECT %(region)s, %(first_bill)s + bill_number - 1, part, paid_on, entered_on, amount, coalesce(interest, 0)
    FROM j_payment WHERE verdict = 'new' ORDER BY bill_number, part
"""
_CLAIMS = """
    INSERT INTO tax_claim (region_id, charge_id, origin, nop, tax_year, kelurahan_id, payer_name, evidence, source,
                           decision_id, recorded_at)
    SELECT %(region)s, %(first_charge)s + charge_number - 1, CASE WHEN over > 0 THEN 'credit' ELSE 'opening' END, nop,
           year, kelurahan_id, name, evidence,
           %(source)s, NULL, %(now)s
    FROM j_bill WHERE charge_number IS NOT NULL ORDER BY charge_number
"""
_TRANSFERS = f"""
    INSERT INTO records_transfer (region_id, debit_id, credit_id, amount, charge_id, effective_on, posted_at, source,
                                  reverses_id)
    SELECT %(region)s, CASE WHEN over > 0 THEN %(given)s ELSE %(debit)s END,
           CASE WHEN over > 0 THEN %(overpaid)s ELSE %(credit)s END, greatest(remainder, over),
           %(first_charge)s + charge_number - 1, %(on)s, %(now)s, 'charge:{LEVY}:' || nop || '-' || year || {_ENDING},
           NULL
    FROM j_bill WHERE charge_number IS NOT NULL ORDER BY charge_number
"""
_HOLDERS = (
    ("superseded", "UPDATE tax_njoptkpholder h SET superseded_at = %(now)s FROM j_holder j WHERE j.verdict = 'changed' "
                   "AND h.region_id = %(region)s AND h.id = j.holder_id AND h.superseded_at IS NULL"),
    ("holders", """
        INSERT INTO tax_njoptkpholder (region_id, taxpayer_id, tax_year, nop, recorded_at, superseded_at, entry)
        SELECT %(region)s, CASE WHEN taxpayer_id < 0 THEN %(first_payer)s - taxpayer_id - 1 ELSE taxpayer_id END, year,
               nop, %(now)s, NULL, %(entry)s
        FROM j_holder WHERE verdict IN ('new', 'changed')"""),
)
_WRITTEN = (("charges", _CHARGES), ("bills", _BILLS), ("payments", _PAYMENTS), ("claims", _CLAIMS),
            ("transfers", _TRANSFERS))
_HELD = """
    SELECT b.tax_year, b.kelurahan_id, count(*), sum(b.payable)::bigint, sum(b.principal_paid - b.over)::bigint,
           coalesce(sum(o.amount), 0)::bigint, sum(b.unproved)::bigint, count(t.id), coalesce(sum(t.amount), 0)::bigint
    FROM tax_openingbill b
    LEFT JOIN tax_claim k ON k.region_id = b.region_id AND k.charge_id = b.charge_id AND k.nop = b.nop
                          AND k.tax_year = b.tax_year AND k.kelurahan_id = b.kelurahan_id
    LEFT JOIN records_charge c ON c.region_id = k.region_id AND c.id = k.charge_id AND c.due_on = b.due_on
                               AND c.amount = greatest(b.remainder, b.over)
    LEFT JOIN records_transfer t ON t.region_id = c.region_id AND t.charge_id = c.id AND t.debit_id = %(debit)s
                                 AND t.credit_id = %(credit)s
    LEFT JOIN records_transfer o ON o.region_id = c.region_id AND o.charge_id = c.id AND o.debit_id = %(given)s
                                 AND o.credit_id = %(overpaid)s
    WHERE b.region_id = %(region)s AND b.id BETWEEN %(first_bill)s AND %(first_bill)s + %(bills)s - 1
    GROUP BY b.tax_year, b.kelurahan_id ORDER BY b.tax_year, b.kelurahan_id
"""


@dataclass(frozen=True, slots=True)
class Accounts:
    """The receivable and the account that gives what it begins with; the liability and the account that bears it."""

    debit: int
    credit: int
    given: int
    overpaid: int


def opening_accounts() -> Accounts:
    """The accounts of opening balances of the region in scope, opened when first needed."""
    open_chart([LEVY])
    return Accounts(account_for(f"receivable:{LEVY}").pk, dues_account(f"opening:{LEVY}", LEVY).pk,
                    dues_account(f"opening_credit:{LEVY}", LEVY).pk, account_for("overpaid").pk)


def write_openings(cursor: Cursor, other: psycopg.Connection[Any], params: Mapping[str, Any], accounts: Accounts,
                   totals: Sequence[Sequence[int]], label: str) -> dict[str, int]:
    """Write the bills, payments and receivables that were judged new. *other* reserves ids; *params* are those of the
    import. Raises Refused when what the database holds is not *totals*."""
    bills = sum(row[2] for row in totals)
    counted = cursor.execute("SELECT count(charge_number) FROM j_bill").fetchone()
    charges = int(counted[0] if counted else 0)
    given = {**params, **asdict(accounts), "bills": bills,
             "source": SOURCE.format(label),
             "first_bill": int(reserve_ids(other, "tax_openingbill", max(bills, 1))[0]),
             "first_charge": int(reserve_ids(other, "records_charge", max(charges, 1))[0])}
    written = {}
    for name, statement in _WRITTEN:
        cursor.execute(statement, given)
        written[name] = cursor.rowcount
    cursor.execute("ANALYZE tax_openingbill, tax_claim, records_charge, records_transfer")
    held = [[int(value) for value in row] for row in cursor.execute(_HELD, given).fetchall()]
    if held != [list(row) for row in totals]:
        raise refuse("tax.opening.control_differs", where=label, remedy="tax.opening.control_differs.remedy",
                     shown=sum(row[8] for row in totals), held=sum(row[8] for row in held))
    return written


def write_holders(cursor: Cursor, params: Mapping[str, Any]) -> dict[str, int]:
    """Write who carries an NJOPTKP; of a taxpayer and year whose object changes the old row is superseded."""
    written = {}
    for name, statement in _HOLDERS:
        cursor.execute(statement, params)
        written[name] = cursor.rowcount
    return written
