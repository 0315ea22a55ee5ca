"""Zones of land value with their NIR of a year, their objects, and how their values stand against sales."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Count

from sepadan.ground.problems import Refused
from sepadan.tax.engine.nir import Comparable
from sepadan.tax.engine.njop import ClassTable
from sepadan.tax.engine.valuation_quality import Quality, quality_of, ratio_of
from sepadan.tax.models import LandZone, ObjectVersion, Sale, ZoneValue
from sepadan.tax.queries.register import holding, known

SALE_YEARS = 3
"""Sales of so many years up to 1 January of the tax year are compared."""


@dataclass(frozen=True, slots=True)
class ZoneRow:
    """A zone with its NIR of the year, the class value it gives, its objects, the ratios of its sales, its quality."""

    zone: LandZone
    value: ZoneValue | None
    class_value: int | None
    objects: int
    ratios: tuple[Fraction, ...]
    quality: Quality | None


def nir_history(zone: LandZone) -> list[ZoneValue]:
    """Every NIR of a zone, newest year first, replaced ones behind the one that counts."""
    return list(ZoneValue.objects.filter(zone=zone).order_by("-tax_year", "-id"))


def live_nir(zone: LandZone, tax_year: int) -> ZoneValue | None:
    return ZoneValue.objects.filter(zone=zone, tax_year=tax_year, superseded_at__isnull=True).first()


def sales_of(zone: LandZone) -> list[Sale]:
    """Every comparable of a zone, newest first; withdrawn ones say so."""
    return list(Sale.objects.select_related("register_object").filter(zone=zone).order_by("-sold_on", "-id"))


def counting(sales: Iterable[Sale], tax_year: int) -> list[Sale]:
    """The sales that are compared for a tax year."""
    first, last = date(tax_year - SALE_YEARS, 1, 1), date(tax_year, 1, 1)
    return [sale for sale in sales if sale.withdrawn_at is None and first <= sale.sold_on < last]


def land_class_value(table: ClassTable, nir: int) -> int | None:
    """The value of the class that holds a NIR; None outside the table."""
    try:
        return table.find("land", Fraction(nir)).value
    except Refused:
        return None


def ratios_of(sales: Sequence[Sale], class_value: int | None) -> list[Fraction]:
    """Assessed over market of each sale."""
    if class_value is None:
        return []
    found = []
    for sale in sales:
        one = Comparable(Fraction(sale.price), Fraction(sale.building_value), Fraction(sale.land_m2),
                         Fraction(sale.time_adjustment), Fraction(sale.data_adjustment))
        ratio = ratio_of(Fraction(class_value), one)
        if ratio is not None:
            found.append(ratio)
    return found


def quality_or_none(ratios: Sequence[Fraction]) -> Quality | None:
    try:
        return quality_of(ratios)
    except Refused:
        return None


def zone_rows(tax_year: int, table: ClassTable) -> list[ZoneRow]:
    """All zones in the order of place and code, as they stand for a tax year."""
    zones = list(LandZone.objects.select_related("place__kelurahan").order_by("place__code", "code"))
    values = {row.zone_id: row for row in ZoneValue.objects.filter(tax_year=tax_year, superseded_at__isnull=True)}
    on = date(tax_year, 1, 1)
    counts = dict(known(ObjectVersion.objects.filter(holding(on), zone__isnull=False, state="active")).order_by()
                  .values_list("zone_id").annotate(n=Count("id")))
    sales: dict[int, list[Sale]] = {}
    for sale in counting(Sale.objects.all(), tax_year):
        sales.setdefault(sale.zone_id, []).append(sale)
    rows = []
    for zone in zones:
        value = values.get(zone.pk)
        per_m2 = None if value is None else land_class_value(table, value.nir)
        ratios = tuple(ratios_of(sales.get(zone.pk, []), per_m2))
        rows.append(ZoneRow(zone, value, per_m2, counts.get(zone.pk, 0), ratios, quality_or_none(ratios)))
    return rows


@dataclass(frozen=True, slots=True)
class PlaceQuality:
    """Of one kelurahan: the NIR of its zones weighed by their objects, and the quality over all its sales."""

    code: str
    name: str
    mean_nir: Fraction | None
    quality: Quality | None


def by_kelurahan(rows: Sequence[ZoneRow]) -> list[PlaceQuality]:
    """The zones of a year gathered by kelurahan."""
    gathered: dict[str, tuple[str, list[ZoneRow]]] = {}
    for row in rows:
        kelurahan = row.zone.place.kelurahan
        gathered.setdefault(kelurahan.code, (kelurahan.name, []))[1].append(row)
    found = []
    for code, (name, zones) in gathered.items():
        valued = [(row.value.nir, max(row.objects, 1)) for row in zones if row.value is not None]
        weight = sum(count for _, count in valued)
        mean = Fraction(sum(nir * count for nir, count in valued), weight) if weight else None
        found.append(PlaceQuality(code, name, mean, quality_or_none([one for row in zones for one in row.ratios])))
    return found
