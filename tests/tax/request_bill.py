"""One posted bill of Kota Malang, as a mass assessment would leave it, for the tests of the service desk.

Land 120 m2 of Rp1,032,000, building 40 m2 of Rp823,000; the owner has no other object and takes the NJOPTKP. A bill of
2025 follows the law of 1 January 2025; it was issued on 3 February and was due on 31 August.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from sepadan.records.public import Actor, raise_charge
from sepadan.tax.engine.assessment import engine_fingerprint
from sepadan.tax.engine.request_money import read_facts, recompute
from sepadan.tax.models import AssessmentRun, Bill, Roll, TaxableObject, Taxpayer
from sepadan.tax.names import Use
from sepadan.tax.services.assessment_columns import law_on
from sepadan.territory.models import Kelurahan

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
NOP = "357390200100100010"
LAND, BUILDING = 120 * 1_032_000, 40 * 823_000


def post_bill(people: tuple[Actor, Actor, Actor], tax_year: int = 2025, *, charged: bool = True) -> Bill:
    """The bill with its charge in the ledger, in the region in scope; or one that was waived and charges nothing."""
    kelurahan = Kelurahan.objects.get(code="35.73.02.1001")
    payer = Taxpayer.objects.get_or_create(npwpd="UJI00001", defaults={"name": "Wajib Pajak Uji"})[0]
    roll = Roll.objects.create(
        name="test", tax_year=tax_year, version=1, class_table="national-2011", synthetic=True, state="ready",
        object_count=1, owner_count=1, njop_total=LAND + BUILDING, content_hash="a" * 64, started_at=NOW, loaded_at=NOW)
    one = TaxableObject.objects.create(
        roll=roll, nop=NOP, kelurahan=kelurahan, taxpayer=payer, use=Use.GENERAL.value, street="Jalan Uji 1",
        land_m2=120, land_class=65, building_m2=40, building_class=23, njop_land=LAND, njop_building=BUILDING,
        njop=LAND + BUILDING, sppt_printed=True)
    law = law_on("35.73", date(tax_year, 1, 1), "default")
    run = AssessmentRun.objects.create(
        roll=roll, tax_year=tax_year, state="posted", law_on=date(tax_year, 1, 1), issued_on=date(tax_year, 2, 3),
        assumptions="default", due_dates=[{"to": None, "on": f"{tax_year}-08-31"}], due_decree="Perwal uji 1/2025",
        law_fingerprint=law.fingerprint(), engine_fingerprint=engine_fingerprint(), rate_den=10**5,
        created_at=NOW, computed_at=NOW, approved_at=NOW, posted_at=NOW, created_by_id=people[0].person_id,
        computed_by_id=people[0].person_id, approved_by_id=people[1].person_id)
    tax = recompute(law.rule, read_facts(120, LAND, 40, BUILDING, Use.GENERAL), takes_njoptkp=True)
    charge = None if not charged else raise_charge(
        levy="pbb", number=f"{NOP}-{tax_year}-{run.pk}", payer=f"taxpayer:{payer.pk}", due_on=date(tax_year, 8, 31),
        amount=tax.payable, effective_on=run.issued_on, now=NOW)
    return Bill.objects.create(
        run=run, taxable_object=one, kelurahan=kelurahan, taxpayer=payer, charge=charge, number=1, tax_year=tax_year,
        nop=NOP, njop=tax.njop, takes_njoptkp=True, deduction=tax.deduction, taxable_units=int(tax.taxable),
        rate_units=None if tax.rate is None else int(tax.rate * 10**5), pbb=tax.pbb,
        waived=tax.waived or not charged, payable=tax.payable if charged else 0,
        due_on=date(tax_year, 8, 31))
