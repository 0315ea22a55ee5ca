"""Places, zones and what land is worth: which kelurahan a NOP lies in, NIR by year, sales, a region's own classes.

A NIR that is replaced is kept. ``seen`` is the id of the live NIR that the officer saw (None: there was none); another
one meanwhile, and he is refused. All values are whole rupiah per m2.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.db import transaction

from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, Thing, record
from sepadan.tax.engine.nir import Comparable, Zone, value_zone
from sepadan.tax.models import LandZone, NopPlace, RegisterObject, Sale, ZoneValue
from sepadan.tax.models.register_values import NirMethod, SaleKind

_PLACE = re.compile(r"[0-9]{10}")
_ZONE = re.compile(r"[0-9A-Z]{1,8}")
LARGEST_PRICE = 10**15
YEARS = range(1990, 2101)


@transaction.atomic
def open_place(code: str, kelurahan_id: int, *, actor: Actor, now: datetime) -> NopPlace:
    """NOPs that begin with these ten digits lie in this kelurahan. Said again it is the same; otherwise Refused."""
    if _PLACE.fullmatch(code) is None:
        raise refuse("tax.register.place_form", where=code[:20], remedy="tax.register.place_form.remedy")
    found, made = NopPlace.objects.get_or_create(code=code, defaults={"kelurahan_id": kelurahan_id})
    if found.kelurahan_id != kelurahan_id:
        raise refuse("tax.register.place_taken", where=str(found), remedy="tax.register.place_taken.remedy",
                     kelurahan=found.kelurahan.name)
    if made:
        record(actor, "tax.audit.place_opened", found, now=now, after={"kelurahan": found.kelurahan.name})
    return found


@transaction.atomic
def open_zone(place: NopPlace, code: str, description: str = "", *, actor: Actor, now: datetime) -> LandZone:
    """A zone of land value (ZNT) of a place. Refused where its code is taken or has no proper form."""
    code = code.strip().upper()
    if _ZONE.fullmatch(code) is None:
        raise refuse("tax.register.zone_form", where=code[:20], remedy="tax.register.zone_form.remedy")
    if LandZone.objects.filter(place=place, code=code).exists():
        raise refuse("tax.register.zone_taken", where=code, remedy="tax.register.zone_taken.remedy")
    zone = LandZone.objects.create(place=place, code=code, description=description[:120])
    record(actor, "tax.audit.zone_opened", zone, now=now, after={"zone": code, "description": zone.description})
    return zone


@transaction.atomic
def set_nir(zone: LandZone, tax_year: int, nir: int, *, seen: int | None, actor: Actor, now: datetime,
            document: str = "", method: NirMethod = NirMethod.ENTERED, comparables: int | None = None) -> ZoneValue:
    """The NIR of a zone for a tax year, with the document that sets it."""
    if not 0 < nir < 2**40:
        raise refuse("tax.register.nir", where=str(nir), remedy="tax.register.nir.remedy")
    if tax_year not in YEARS:
        raise refuse("tax.register.year", where=str(tax_year)[:20], remedy="tax.register.year.remedy")
    if not document.strip():
        raise refuse("tax.register.no_document", where=str(zone), remedy="tax.register.no_document.remedy")
    LandZone.objects.select_for_update().get(pk=zone.pk)
    live = ZoneValue.objects.filter(zone=zone, tax_year=tax_year, superseded_at__isnull=True).first()
    if (None if live is None else live.pk) != seen:
        raise refuse("tax.register.nir_changed", where=f"{zone} {tax_year}", remedy="tax.register.changed.remedy",
                     who="-" if live is None else live.recorded_by, nir=0 if live is None else live.nir)
    if live is not None:
        ZoneValue.objects.filter(pk=live.pk).update(superseded_at=now)
    made = ZoneValue.objects.create(
        zone=zone, tax_year=tax_year, nir=nir, method=method.value, comparables=comparables,
        document=document.strip()[:120], recorded_at=now, recorded_by=actor.name)
    record(actor, "tax.audit.nir_set", zone, now=now,
           before={"nir": None if live is None else live.nir, "document": "" if live is None else live.document},
           after={"nir": nir, "document": made.document, "tax_year": str(tax_year)})
    return made


@transaction.atomic
def carry_nir(from_year: int, to_year: int, *, document: str, actor: Actor, now: datetime) -> int:
    """Every zone without a NIR of *to_year* takes that of *from_year*, by this document; how many did.

    NJOP is set every three years as a rule (UU 1/2022 Art. 40(6)). A second call finds nothing left to carry.
    """
    if from_year not in YEARS or to_year not in YEARS or from_year >= to_year:
        raise refuse("tax.register.year", where=str(to_year)[:20], remedy="tax.register.year.remedy")
    if not document.strip():
        raise refuse("tax.register.no_document", where=str(to_year), remedy="tax.register.no_document.remedy")
    zones = {zone.pk for zone in LandZone.objects.select_for_update().order_by("pk")}
    live = ZoneValue.objects.filter(superseded_at__isnull=True)
    known = set(live.filter(tax_year=to_year).values_list("zone_id", flat=True))
    rows = [ZoneValue(zone_id=row.zone_id, tax_year=to_year, nir=row.nir, method=row.method,
                      comparables=row.comparables, document=document.strip()[:120], recorded_at=now,
                      recorded_by=actor.name)
            for row in live.filter(tax_year=from_year) if row.zone_id in zones - known]
    if not rows:
        raise refuse("tax.register.nothing_to_carry", where=str(to_year),
                     remedy="tax.register.nothing_to_carry.remedy", year=str(from_year))
    ZoneValue.objects.bulk_create(rows, batch_size=2_000)
    record(actor, "tax.audit.nir_carried", Thing("tax.landzone", str(to_year), str(to_year)), now=now, after={
        "tax_year": str(to_year), "zones": len(rows), "from": str(from_year), "document": document.strip()[:120]})
    return len(rows)


@dataclass(frozen=True, slots=True)
class NewSale:
    """A sale or offer as it is reported; adjustments are shares (0.05: five per cent)."""

    kind: SaleKind
    sold_on: date
    price: int
    land_m2: int
    source: str
    building_value: int = 0
    time_adjustment: Decimal = Decimal(0)
    data_adjustment: Decimal = Decimal(0)


@transaction.atomic
def record_sale(zone: LandZone, new: NewSale, *, actor: Actor, now: datetime,
                register_object: RegisterObject | None = None) -> Sale:
    """A comparable of a zone. Refused where it cannot be one: no land, no source, a building dearer than the sale."""
    if not new.source.strip():
        raise refuse("tax.register.no_document", where=str(zone), remedy="tax.register.no_document.remedy")
    if not 0 < new.price < LARGEST_PRICE or not 0 <= new.building_value < LARGEST_PRICE or not 0 < new.land_m2 < 2**31:
        raise refuse("tax.register.sale", where=str(zone), remedy="tax.register.sale.remedy")
    if abs(new.time_adjustment) >= 10 or abs(new.data_adjustment) >= 10:
        raise refuse("tax.register.adjustment", where=str(zone), remedy="tax.register.adjustment.remedy")
    value_zone([comparable(new)], "rupiah")
    sale = Sale.objects.create(
        zone=zone, register_object=register_object, kind=new.kind.value, sold_on=new.sold_on, price=new.price,
        building_value=new.building_value, land_m2=new.land_m2, time_adjustment=new.time_adjustment,
        data_adjustment=new.data_adjustment, source=new.source.strip()[:120], recorded_at=now,
        recorded_by=actor.name)
    record(actor, "tax.audit.sale_recorded", zone, now=now, after={
        "sale": sale.pk, "kind": sale.kind, "sold_on": new.sold_on, "price": new.price, "land_m2": new.land_m2})
    return sale


@transaction.atomic
def withdraw_sale(sale: Sale, why: str, *, actor: Actor, now: datetime) -> Sale:
    """A sale does not count any more; it stays, with the reason."""
    held = Sale.objects.select_for_update(of=("self",)).select_related("zone").get(pk=sale.pk)
    if not why.strip():
        raise refuse("tax.register.no_reason", where=str(held), remedy="tax.register.no_reason.remedy")
    if held.withdrawn_at is None:
        held.withdrawn_at, held.withdrawn_why = now, why.strip()[:200]
        held.save(update_fields=["withdrawn_at", "withdrawn_why"])
        record(actor, "tax.audit.sale_withdrawn", held.zone, now=now, after={"sale": held.pk}, reason=why.strip())
    return held


def comparable(sale: Sale | NewSale) -> Comparable:
    """A sale as the engine of NIR takes it, in rupiah."""
    return Comparable(Fraction(sale.price), Fraction(sale.building_value), Fraction(sale.land_m2),
                      Fraction(sale.time_adjustment), Fraction(sale.data_adjustment))


def nir_of_sales(sales: Sequence[Sale]) -> Zone:
    """The NIR that these sales give by PMK 85/2024. Raises Refused without any."""
    return value_zone([comparable(sale) for sale in sales], "rupiah")
