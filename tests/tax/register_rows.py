"""A small register by hand for the tests: one place with two zones, two taxpayers, one object."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sepadan.records.public import Actor
from sepadan.tax.models import LandZone, NopPlace, RegisterObject, Taxpayer
from sepadan.tax.services.register import register_object
from sepadan.tax.services.register_values import open_place, open_zone, set_nir

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
ANI, BUDI = Actor(name="Ani"), Actor(name="Budi")
PLACE, KELURAHAN = "3573020001", 3573021001
NOP = PLACE + "0010001" + "0"
YEAR = 2026


def place() -> NopPlace:
    return open_place(PLACE, KELURAHAN, actor=ANI, now=NOW)


def zone(code: str = "AA", nir: int | None = 1_000_000, year: int = YEAR) -> LandZone:
    found = open_zone(place(), code, actor=ANI, now=NOW)
    if nir is not None:
        set_nir(found, year, nir, seen=None, document="Keputusan uji", actor=ANI, now=NOW)
    return found


def payer(npwpd: str = "P1", name: str = "Siti Aminah") -> Taxpayer:
    return Taxpayer.objects.get_or_create(npwpd=npwpd, defaults={"name": name})[0]


def house(nop: str = NOP, *, on: date = date(2023, 1, 1), land_m2: int = 120, **fields: object) -> RegisterObject:
    given = {"taxpayer_id": payer().pk, "land_m2": land_m2, "street": "Jalan Uji", **fields}
    place()
    return register_object(nop, given, on=on, actor=ANI, now=NOW)
