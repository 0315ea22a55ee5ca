"""Bills and payments of an older system, and holders of an NJOPTKP, as statements over whole tables.

    principal  = sum over payments of (paid - interest in it)
    over       = max(0, principal - payable)
    remainder  = max(0, payable - principal), and 0 where the old system says that it is paid
    unproved   = payable + over - principal - remainder: said to be paid, without a payment that shows it

What is left of a bill becomes a receivable, what was paid beyond it a credit of the payer; no bill has both.

In doubt nobody is asked for money: what the old system calls paid makes no receivable, and a bill of whose payments one
is bad is left out whole. The rules are those of ``engine/opening.py``; a test holds both against each other. What is
odd but no fault is a note: it is counted and listed, and holds nothing up. Days are compared with ``on``, the day
on which the balances are taken over. Amounts are rupiah.
"""

from __future__ import annotations

from collections.abc import Mapping

from sepadan.tax.engine.due_days import YEARS_TO_DUE
from sepadan.tax.engine.opening import BILL_NOTES, HOLDER_NOTES

PAID = """
    CREATE TEMP TABLE j_paid ON COMMIT DROP AS
    WITH numbered AS (
        SELECT *, coalesce(interest, 0) AS charged,
               row_number() OVER (PARTITION BY nop, year, part ORDER BY file, line) AS nth,
               min(amount) OVER one <> max(amount) OVER one OR min(paid_on) OVER one <> max(paid_on) OVER one AS torn
        FROM s_payment WINDOW one AS (PARTITION BY nop, year, part)
    ), kept AS (
        SELECT *, count(*) OVER (PARTITION BY nop, year, paid_on, amount) AS alike FROM numbered WHERE nth = 1
    )
    SELECT nop, year, count(amount)::smallint AS payments, coalesce(sum(amount - charged), 0)::bigint AS principal,
           coalesce(sum(charged), 0)::bigint AS interest, min(paid_on) FILTER (WHERE amount > 0) AS first_on,
           max(paid_on) FILTER (WHERE amount > 0) AS last_on,
           bool_or(amount IS NULL OR torn OR paid_on > %(on)s) AS bad, bool_or(alike > 1 AND amount > 0) AS alike,
           max(amount) FILTER (WHERE charged > 0) AS with_interest
    FROM kept GROUP BY nop, year
"""


def _named(tests: Mapping[str, str]) -> str:
    """The names of the tests that a row passes, as a list of text."""
    each = ", ".join(f"CASE WHEN {test} THEN '{name}' END" for name, test in tests.items())
    return f"array_remove(ARRAY[{each}], NULL)"


_NOTES = {
    "overpaid": "over > 0", "paid_twice": "payable > 0 AND over > 0 AND (alike OR over >= payable)",
    "paid_before_billed": "first_on < issued_on", "paid_unproved": "unproved > 0 AND payments = 0",
    "paid_short": "unproved > 0 AND payments > 0", "said_open": "paid = '0' AND payable > 0 AND remainder = 0",
    "barred": "remainder > 0 AND CASE WHEN %(from_due)s THEN (due_on + make_interval(years => %(years)s))::date "
              "ELSE make_date(year + %(years)s, 1, 1) END <= %(on)s",
    "interest_beside": "with_interest = payable", "sum_differs": "pbb - reduction <> payable",
}
assert tuple(_NOTES) == BILL_NOTES

JUDGE_BILLS = f"""
    CREATE TEMP TABLE j_bill ON COMMIT DROP AS
    WITH known AS (
        SELECT s.*, first_value(s.line) OVER one AS first_line, row_number() OVER one AS nth,
               l.kelurahan_id, coalesce(p.payments, 0)::smallint AS payments, coalesce(p.principal, 0) AS principal,
               coalesce(p.interest, 0) AS interest_paid, p.first_on, p.last_on, coalesce(p.bad, false) AS payment_bad,
               coalesce(p.alike, false) AS alike, p.with_interest, b.id AS billed_id, e.id AS known_id,
               k.id AS claim_id,
               (e.payable, e.due_on, e.said_paid) IS DISTINCT FROM (s.payable, s.due_on, s.paid = '1')
               OR (%(has_payments)s AND (e.principal_paid, e.interest_paid)
                   IS DISTINCT FROM (coalesce(p.principal, 0), coalesce(p.interest, 0))) AS differs
        FROM s_bill s
        LEFT JOIN j_paid p ON p.nop = s.nop AND p.year = s.year
        LEFT JOIN tax_nopplace l ON l.region_id = %(region)s AND l.code = left(s.nop, 10)
        LEFT JOIN tax_bill b ON b.region_id = %(region)s AND b.nop = s.nop AND b.tax_year = s.year AND b.live
        LEFT JOIN tax_openingbill e ON e.region_id = %(region)s AND e.nop = s.nop AND e.tax_year = s.year
        LEFT JOIN tax_claim k ON k.region_id = %(region)s AND k.nop = s.nop AND k.tax_year = s.year
                              AND k.origin = 'opening'
        WINDOW one AS (PARTITION BY s.nop, s.year ORDER BY s.file, s.line)
    ), faulty AS (
        SELECT *, CASE WHEN nth > 1 THEN 'double' WHEN kelurahan_id IS NULL THEN 'unmapped'
                       WHEN billed_id IS NOT NULL THEN 'billed'
                       WHEN known_id IS NOT NULL THEN CASE WHEN differs THEN 'differs' END
                       WHEN claim_id IS NOT NULL THEN 'claimed'
                       WHEN paid NOT IN ('0', '1') THEN 'status' WHEN payment_bad THEN 'payment_bad'
                       WHEN year > extract(year FROM %(on)s::date) THEN 'year_ahead'
                       WHEN due_on < make_date(year, 1, 1) THEN 'due_early'
                       WHEN due_on > make_date(year + {YEARS_TO_DUE}, 12, 31) THEN 'due_late' END AS fault,
               greatest(0, principal - payable) AS over,
               CASE WHEN paid = '1' THEN 0 ELSE greatest(0, payable - principal) END AS remainder
        FROM known
    ), settled AS (
        SELECT *, payable + over - principal - remainder AS unproved,
               CASE WHEN %(has_payments)s AND (payable = 0 OR (paid = '1') = (principal >= payable))
                    THEN 'full' ELSE 'partial' END AS evidence,
               CASE WHEN fault IS NOT NULL THEN 'bad' WHEN known_id IS NOT NULL THEN 'same' ELSE 'new' END AS verdict
        FROM faulty
    )
    SELECT *, CASE WHEN verdict = 'new' THEN row_number() OVER (PARTITION BY verdict ORDER BY nop, year) END AS number,
           CASE WHEN verdict = 'new' AND remainder + over > 0
                THEN row_number() OVER (PARTITION BY verdict, remainder + over > 0 ORDER BY nop, year)
                END AS charge_number,
           {_named(_NOTES)} AS notes
    FROM settled
"""

JUDGE_PAYMENTS = """
    CREATE TEMP TABLE j_payment ON COMMIT DROP AS
    WITH known AS (
        SELECT s.*, first_value(s.line) OVER one AS first_line, row_number() OVER one AS nth, b.verdict AS bill_verdict,
               b.number AS bill_number, e.id AS known_id, o.id AS held_id,
               (o.amount, o.interest, o.paid_on) IS DISTINCT FROM (s.amount, coalesce(s.interest, 0), s.paid_on)
               AS differs
        FROM s_payment s
        LEFT JOIN j_bill b ON b.nop = s.nop AND b.year = s.year AND b.nth = 1
        LEFT JOIN tax_openingbill e ON e.region_id = %(region)s AND e.nop = s.nop AND e.tax_year = s.year
        LEFT JOIN tax_openingpayment o ON o.region_id = %(region)s AND o.bill_id = e.id AND o.part = s.part
        WHERE s.amount IS NOT NULL
        WINDOW one AS (PARTITION BY s.nop, s.year, s.part ORDER BY s.file, s.line)
    ), judged AS (
        SELECT *, CASE WHEN nth > 1 THEN 'double'
                       WHEN known_id IS NOT NULL THEN CASE WHEN held_id IS NULL OR differs THEN 'paid_later' END
                       WHEN bill_verdict IS NULL THEN 'no_bill' WHEN paid_on > %(on)s THEN 'after_day'
                       WHEN bill_verdict = 'bad' THEN 'bill_bad' END AS fault FROM known
    )
    SELECT *, CASE WHEN fault IS NOT NULL THEN 'bad' WHEN known_id IS NOT NULL THEN 'same' ELSE 'new' END AS verdict
    FROM judged
"""

_HOLDER_NOTES = {
    "not_owner": "owner_id IS NOT NULL AND owner_id <> taxpayer_id", "two_subjects": "several_subjects",
    "two_numbers": "several_numbers",
}
assert tuple(_HOLDER_NOTES) == HOLDER_NOTES

JUDGE_HOLDERS = f"""
    CREATE TEMP TABLE j_holder ON COMMIT DROP AS
    WITH known AS (
        SELECT s.*, w.id AS taxpayer_id, t.nik_digest AS person, r.id AS object_id, j.o_verdict AS new_object,
               coalesce(CASE WHEN j.o_verdict IN ('new', 'changed') THEN j.taxpayer_id END, v.taxpayer_id) AS owner_id
        FROM s_holder s
        LEFT JOIN j_owner w ON w.key = coalesce(s.sid_digest, s.sid_number)
        LEFT JOIN tax_taxpayer t ON t.region_id = %(region)s AND t.id = w.id
        LEFT JOIN tax_registerobject r ON r.region_id = %(region)s AND r.nop = s.nop
        LEFT JOIN tax_objectversion v ON v.region_id = %(region)s AND v.register_object_id = r.id
                                      AND v.superseded_at IS NULL AND v.valid_to IS NULL
        LEFT JOIN j_object j ON j.nop = s.nop AND j.o_line IS NOT NULL AND j.o_verdict <> 'bad'
    ), counted AS (
        SELECT k.*, h.id AS holder_id, h.nop AS before, first_value(line) OVER one AS first_line,
               row_number() OVER one AS nth,
               min(k.taxpayer_id) OVER object <> max(k.taxpayer_id) OVER object AS several_subjects,
               k.person IS NOT NULL AND min(k.taxpayer_id) OVER person <> max(k.taxpayer_id) OVER person
               AS several_numbers
        FROM known k
        LEFT JOIN tax_njoptkpholder h ON h.region_id = %(region)s AND h.taxpayer_id = k.taxpayer_id
                                      AND h.tax_year = k.year AND h.superseded_at IS NULL
        WINDOW one AS (PARTITION BY coalesce(k.taxpayer_id::text, k.sid_digest, 'n' || k.sid_number), k.year
                       ORDER BY file, line),
               object AS (PARTITION BY k.nop, k.year), person AS (PARTITION BY k.person, k.year)
    ), judged AS (
        SELECT *, CASE WHEN taxpayer_id IS NULL THEN 'no_owner' WHEN nth > 1 THEN 'double'
                       WHEN object_id IS NULL AND new_object IS DISTINCT FROM 'new' THEN 'no_object' END AS fault
        FROM counted
    )
    SELECT *, CASE WHEN fault IS NOT NULL THEN 'bad' WHEN holder_id IS NULL THEN 'new' WHEN before <> nop THEN 'changed'
                   ELSE 'same' END AS verdict,
           {_named(_HOLDER_NOTES)} AS notes
    FROM judged
"""

TOTALS = """
    SELECT year, kelurahan_id, count(*), sum(payable)::bigint, sum(principal - over)::bigint, sum(over)::bigint,
           sum(unproved)::bigint, count(*) FILTER (WHERE remainder > 0), sum(remainder)::bigint
    FROM j_bill WHERE verdict = 'new' GROUP BY year, kelurahan_id ORDER BY year, kelurahan_id
"""
"""By tax year and kelurahan: bills, billed, paid of it, paid beyond it, said to be paid; receivables and their sum."""

NOTED = {"j_bill": "nop || ' ' || year", "j_holder": "nop || ' ' || year"}
"""The tables that have notes, and what a note repeats of its row: no person's number."""

STATEMENTS = (PAID, "ANALYZE j_paid", JUDGE_BILLS, "ANALYZE j_bill", JUDGE_PAYMENTS, JUDGE_HOLDERS)
