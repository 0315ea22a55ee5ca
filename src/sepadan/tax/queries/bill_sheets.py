"""The rows of which sheets are made: bills of a run in delivery order, each with its history, one statement a part.

A part is a kelurahan of a run. PostgreSQL joins bill, object, payer, the addresses that the register holds on the day
of issue, the five years before and what the ledger says of them, sorts (``street COLLATE "C", nop``) and hands over in
chunks through a cursor of its own, so that memory does not grow with the part. A year of the history is ``(year,
charged, open)``, by a bill of ours or one that was taken over from an older system; a year without is not there. Money
is whole rupiah, all in the scope of one region.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db import connection, transaction

from sepadan.records.public import Account, AccountKind, current_region
from sepadan.tax.models import AssessmentRun, Bill

YEARS = 5
CHUNK = 2_000
_ALL = 2**62


class SheetRow(NamedTuple):
    """A bill as the tables hold it, with what its sheet shows beside it."""

    bill_id: int
    charge_id: int | None
    nop: str
    kelurahan: str
    kecamatan: str
    street: str
    place: str
    payer: str
    payer_address: str
    use: str
    land_m2: int
    land_class: int
    building_m2: int
    building_class: int | None
    njop_land: int
    njop_building: int
    njop: int
    takes_njoptkp: bool
    deduction: int
    taxable_units: int
    rate_units: int | None
    pbb: int
    waived: bool
    payable: int
    due_on: date
    past_years: list[int] | None
    past_charged: list[int] | None
    past_open: list[int] | None


_ROWS = """
    WITH own AS MATERIALIZED (
        SELECT b.* FROM tax_bill b WHERE b.region_id = %(region)s AND b.run_id = %(run)s AND {which}
    ), past AS MATERIALIZED (
        SELECT own.nop, h.tax_year, h.payable, h.charge_id
        FROM own JOIN tax_bill h ON h.region_id = own.region_id AND h.nop = own.nop AND h.live
             AND h.tax_year BETWEEN own.tax_year - %(years)s AND own.tax_year - 1
        UNION ALL
        SELECT own.nop, h.tax_year, h.payable, h.charge_id
        FROM own JOIN tax_openingbill h ON h.region_id = own.region_id AND h.nop = own.nop
             AND h.tax_year BETWEEN own.tax_year - %(years)s AND own.tax_year - 1
    ), moved AS (
        SELECT t.charge_id, sum(CASE WHEN t.debit_id = ANY(%(receivable)s) THEN t.amount ELSE 0 END
                              - CASE WHEN t.credit_id = ANY(%(receivable)s) THEN t.amount ELSE 0 END) AS open
        FROM records_transfer t
        WHERE t.region_id = %(region)s AND t.id <= %(mark)s
          AND t.charge_id IN (SELECT charge_id FROM past WHERE charge_id IS NOT NULL)
        GROUP BY t.charge_id
    ), history AS (
        SELECT past.nop, array_agg(past.tax_year::int ORDER BY past.tax_year) AS years,
               array_agg(past.payable ORDER BY past.tax_year) AS charged,
               array_agg(coalesce(moved.open, 0)::bigint ORDER BY past.tax_year) AS open
        FROM past LEFT JOIN moved USING (charge_id) GROUP BY past.nop
    )
    SELECT own.id, own.charge_id, own.nop, k.name, kc.name, o.street,
           coalesce({ward_of_object}, ''), p.name,
           concat_ws(', ', nullif(concat_ws(' ', tv.street, nullif(tv.block_number, '')), ''),
                     nullif({ward_of_payer}, ''), nullif(tv.village, ''),
                     nullif(concat_ws(' ', nullif(tv.city, ''), nullif(tv.postal_code, '')), '')),
           o.use, o.land_m2, o.land_class,
           o.building_m2, o.building_class, o.njop_land, o.njop_building, own.njop, own.takes_njoptkp, own.deduction,
           own.taxable_units, own.rate_units, own.pbb, own.waived, own.payable, coalesce(ch.due_on, own.due_on),
           history.years, history.charged, history.open
    FROM own
    JOIN tax_taxableobject o ON o.region_id = own.region_id AND o.id = own.taxable_object_id
    JOIN tax_taxpayer p ON p.region_id = own.region_id AND p.id = own.taxpayer_id
    JOIN territory_kelurahan k ON k.id = own.kelurahan_id
    JOIN territory_kecamatan kc ON kc.id = k.kecamatan_id
    LEFT JOIN records_charge ch ON ch.region_id = own.region_id AND ch.id = own.charge_id
    LEFT JOIN history ON history.nop = own.nop
    JOIN tax_assessmentrun r ON r.region_id = own.region_id AND r.id = own.run_id
    LEFT JOIN LATERAL (
        SELECT ov.rt, ov.rw FROM tax_registerobject ro
        JOIN tax_objectversion ov ON ov.region_id = ro.region_id AND ov.register_object_id = ro.id
        WHERE ro.region_id = own.region_id AND ro.nop = own.nop AND {ov_then} LIMIT 1
    ) ov ON true
    LEFT JOIN LATERAL (
        SELECT tv.* FROM tax_taxpayerversion tv
        WHERE tv.region_id = own.region_id AND tv.taxpayer_id = own.taxpayer_id AND {tv_then} LIMIT 1
    ) tv ON true
    WHERE {printed}
    ORDER BY o.street COLLATE "C", own.nop
"""
_WARD = "concat_ws(' ', 'RT ' || nullif({0}.rt, ''), 'RW ' || nullif({0}.rw, ''))"
_THEN = ("{0}.superseded_at IS NULL AND {0}.valid_from <= r.issued_on "
         "AND ({0}.valid_to IS NULL OR {0}.valid_to > r.issued_on)")
_PARTS = """
    SELECT k.id, k.code, k.name, count(*), sum(b.payable)::bigint, min(b.id), max(b.id),
           coalesce(max(ch.due_on), max(b.due_on))
    FROM tax_bill b
    JOIN tax_taxableobject o ON o.region_id = b.region_id AND o.id = b.taxable_object_id
    JOIN territory_kelurahan k ON k.id = b.kelurahan_id
    LEFT JOIN records_charge ch ON ch.region_id = b.region_id AND ch.id = b.charge_id
    WHERE b.region_id = %(region)s AND b.run_id = %(run)s AND o.sppt_printed
    GROUP BY k.id, k.code, k.name ORDER BY k.code
"""
_LEDGER = "SELECT coalesce(max(id), 0) FROM records_transfer WHERE region_id = %s"


@dataclass(frozen=True, slots=True)
class PartRow:
    """A kelurahan of a run: its sheets and their sum. ``mark`` changes when its bills or their due dates do."""

    kelurahan_id: int
    code: str
    name: str
    sheets: int
    payable: int
    mark: str


def part_rows(run: AssessmentRun) -> list[PartRow]:
    """The kelurahan of *run* that have sheets to print, in the order of their codes."""
    with connection.cursor() as cursor:
        cursor.execute(_PARTS, {"region": current_region().pk, "run": run.pk})
        return [PartRow(key, code, name, sheets, payable, f"{first}-{last}-{payable}-{due}")
                for key, code, name, sheets, payable, first, last, due in cursor.fetchall()]


def ledger_mark() -> int:
    """The last ledger line of the region: a print reads up to it, so that taking it up again gives the same."""
    with connection.cursor() as cursor:
        cursor.execute(_LEDGER, [current_region().pk])
        return int(cursor.fetchone()[0])


def _by_name(_: object) -> Callable[[Sequence[Any]], SheetRow]:
    return SheetRow._make


def rows_of_part(run_id: int, kelurahan_id: int, mark: int) -> Iterator[SheetRow]:
    """The bills of a kelurahan that are printed, in delivery order, in chunks; the ledger up to line *mark*."""
    yield from _rows("b.kelurahan_id = %(kelurahan)s", "o.sppt_printed", run_id, kelurahan=kelurahan_id, mark=mark)


def row_of_bill(bill: Bill) -> SheetRow:
    """The one row of *bill*, whether it is printed with the others or not."""
    (row,) = _rows("b.id = %(bill)s", "true", bill.run_id, bill=bill.pk, mark=_ALL)
    return row


def _rows(which: str, printed: str, run_id: int, **given: int) -> Iterator[SheetRow]:
    connection.ensure_connection()
    receivable = list(Account.objects.filter(kind=AccountKind.RECEIVABLE.value).values_list("id", flat=True))
    params = {"region": current_region().pk, "run": run_id, "years": YEARS, "receivable": receivable, **given}
    with transaction.atomic(), connection.connection.cursor(name="bill_sheets", row_factory=_by_name) as cursor:
        cursor.itersize = CHUNK
        cursor.execute(_ROWS.format(
            which=which, printed=printed, ward_of_object=_WARD.format("ov"), ward_of_payer=_WARD.format("tv"),
            ov_then=_THEN.format("ov"), tv_then=_THEN.format("tv")), params)
        yield from cursor
