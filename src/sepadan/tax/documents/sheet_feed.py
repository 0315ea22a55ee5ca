"""Bills of the tables as sheets: what ``mass_print`` prints, and the one sheet of a page or a copy, by the same hand.

``Feed`` knows what all bills of a run share - office, law, codes, numbers, merchant - and makes a ``BillSheet`` of each
row. ``parts_of`` gives the parts of a run; each is sent to a process by name and opens its own connection there
(``bills_of_part``). Everything needs the region's scope, but for that. A bill whose law is no longer on file as it was
keeps its values, without sentences.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from fractions import Fraction
from functools import partial

from sepadan.records.public import account_numbers, grouped, region_scope
from sepadan.tax.documents.bill_sheet import BillSheet, Part, PastYear, Payment
from sepadan.tax.documents.mass_print import SheetPart
from sepadan.tax.documents.offices import LEVY, merchant_of, sheet_office, site_of
from sepadan.tax.documents.sheet_words import Steps
from sepadan.tax.engine.pbb import Assessment
from sepadan.tax.engine.qris import PayloadWriter
from sepadan.tax.models import AssessmentRun, Bill
from sepadan.tax.queries.bill_sheets import YEARS, SheetRow, part_rows, row_of_bill, rows_of_part
from sepadan.tax.services.bill_codes import bill_code
from sepadan.tax.services.bill_law import law_on_file

_NO_BUILDING = Part(0, "", 0, 0)


class Feed:
    """Makes sheets of the bills of one run, which has its region and roll at hand."""

    def __init__(self, run: AssessmentRun):
        region = run.region
        self._run, self._code = run, region.code
        self._synthetic = run.roll.synthetic
        self.office = sheet_office(region, run.tax_year, run.issued_on)
        self._steps = Steps(law_on_file(run))
        self._account = account_numbers(LEVY)
        merchant = merchant_of(region, synthetic=self._synthetic)
        self._qris = None if merchant is None else PayloadWriter(merchant)
        self._url = f"{site_of(region)}/id/{region.code}/sppt/"
        self._years = range(run.tax_year - YEARS, run.tax_year)
        self._rates: dict[int | None, Fraction | None] = {None: None}

    @property
    def shared(self) -> tuple[object, ...]:
        """What changes every sheet beside office and law: address, numbers and merchant behind its codes."""
        return self._url, self._account and self._account(1), self._qris and self._qris.payload(1, "1")

    def sheet(self, row: SheetRow) -> BillSheet:
        run = self._run
        code = bill_code(self._code, row.nop, run.tax_year, run.pk)
        account = self._account(row.charge_id) if self._account and row.charge_id else ""
        qris = self._qris.payload(row.payable, f"{row.nop}{run.tax_year}") if self._qris and row.payable else None
        steps, assumptions = self._steps.of(self.assessment(row), takes_njoptkp=row.takes_njoptkp, use=row.use)
        return BillSheet(
            self.office, row.nop, row.street, row.place, row.kelurahan, row.kecamatan, row.payer, row.payer_address,
            _part(row.land_m2, row.land_class, row.njop_land),
            _part(row.building_m2, row.building_class, row.njop_building), row.njop, steps,
            self._history(row), row.due_on, row.payable, account or None, qris, f"{self._url}{row.nop}/{code}/",
            grouped(code), assumptions, self._synthetic)

    def assessment(self, row: SheetRow) -> Assessment:
        """The stored values of a bill, as the engine gives them."""
        run, units = self._run, row.rate_units
        if units not in self._rates:
            self._rates[units] = Fraction(units or 0, run.rate_den)
        return Assessment(row.njop, row.deduction, Fraction(row.taxable_units, run.taxable_den), self._rates[units],
                          row.pbb, row.waived, row.payable)

    def _history(self, row: SheetRow) -> tuple[PastYear, ...]:
        if row.past_years is None or row.past_charged is None or row.past_open is None:
            return tuple([PastYear(year, None, "none") for year in self._years])
        known = {year: (charged, left) for year, charged, left
                 in zip(row.past_years, row.past_charged, row.past_open, strict=True)}
        return tuple([PastYear(year, *past_year(*known[year])) if year in known else PastYear(year, None, "none")
                      for year in self._years])


def past_year(charged: int, left: int) -> tuple[int, Payment]:
    """A year as the history shows it: what was charged, and how far it is paid by the ledger."""
    if charged == 0:
        return 0, "none"
    return charged, "paid" if left <= 0 else "open" if left >= charged else "part"


def _part(area: int, value_class: int | None, value: int) -> Part:
    if not area and not value:
        return _NO_BUILDING
    return Part(area, "" if not value_class else f"{value_class:03d}", value // area if area else 0, value)


def sheet_of(bill: Bill) -> BillSheet:
    """The sheet of one bill (``run__region`` and ``run__roll`` at hand)."""
    return Feed(bill.run).sheet(row_of_bill(bill))


def bills_of_part(region_id: int, run_id: int, kelurahan_id: int, mark: int) -> Iterator[BillSheet]:
    """The sheets of a kelurahan in delivery order, read in a scope of their own."""
    with region_scope(region_id):
        run = AssessmentRun.objects.select_related("region", "roll").get(pk=run_id)
        feed = Feed(run)
        for row in rows_of_part(run_id, kelurahan_id, mark):
            yield feed.sheet(row)


def parts_of(run: AssessmentRun, mark: int, kelurahan: frozenset[int] | None = None) -> list[SheetPart]:
    """The parts of *run*, perhaps only some kelurahan, with a history by the ledger up to line *mark*.

    A part is made anew when its bills, due dates, office, numbers or law are others, or the ledger is read further.
    """
    feed = Feed(run)
    told = (run.law_fingerprint, run.roll.content_hash, feed.office, feed.shared, mark)
    shared = hashlib.sha256(repr(told).encode()).hexdigest()[:24]
    return [SheetPart(f"{row.code}-{run.pk}", row.name, f"{shared}/{row.mark}", row.sheets,
                      partial(bills_of_part, run.region_id, run.pk, row.kelurahan_id, mark))
            for row in part_rows(run) if kelurahan is None or row.kelurahan_id in kelurahan]
