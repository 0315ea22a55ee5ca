"""Objects that changed this week, and sales that the values of the year can be held against.

A transfer to a new example owner, corrected areas, a new building, an exemption, a closing. Sales lie around the NIR of
their zone by a lot; their source says that they are made up.
"""

from __future__ import annotations

from typing import Any

from sepadan.demo.engine.draws import below
from sepadan.demo.services.office_scene import EXAMPLE, Scene
from sepadan.tax.public import (
    CloseReason,
    NewSale,
    NewTaxpayer,
    RegisterObject,
    SaleKind,
    ZoneValue,
    close_object,
    correct_object,
    object_on,
    record_building,
    record_sale,
    register_taxpayer,
    transfer_object,
)

BUILDING = {"jpb": "01", "area_m2": 54}
ZONES, SALES = 8, 4
SPREAD = (850, 1250)
"""Prices of land in thousandths of the NIR of its zone: from, to."""


def change_example_objects(scene: Scene) -> None:
    """One act a day on the five days before today, and one today."""
    scene.start(850)
    owner = register_taxpayer(NewTaxpayer("Pembeli Rumah (Contoh)"), on=scene.day(6), actor=scene.officer,
                              now=scene.at(6))
    for back, bill in zip((5, 4, 3, 2, 1, 0), scene.take_any(6), strict=False):
        one = RegisterObject.objects.filter(nop=bill.nop).first()
        found = object_on(bill.nop, scene.day(back))
        if one is None or found is None:
            continue
        common: dict[str, Any] = {"seen": one.version, "on": scene.day(back), "actor": scene.officer,
                                  "now": scene.at(back), "reason": EXAMPLE}
        if back in (5, 1):
            transfer_object(one, owner, **common)
        elif back in (4, 0):
            correct_object(one, {"land_m2": found.version.land_m2 + 6}, **common)
        elif back == 3:
            record_building(one, None, BUILDING, **common)
        else:
            close_object(one, CloseReason.DOUBLE, **common)


def enter_example_sales(scene: Scene) -> None:
    """Sales in the first zones that have a NIR of the year."""
    values = list(ZoneValue.objects.filter(tax_year=scene.year, superseded_at__isnull=True).select_related("zone")
                  .order_by("zone__place__code", "zone__code"))
    chosen = values[:: max(1, len(values) // ZONES)][:ZONES]
    low, high = SPREAD
    lots = below(scene.seed, "office/sales", len(chosen) * SALES, high - low).tolist()
    for k, lot in enumerate(lots):
        value, place = chosen[k // SALES], k % SALES
        land = 60 + 45 * place
        price = value.nir * land * (low + lot) // 1000 // 100_000 * 100_000
        if price <= 0:
            continue
        record_sale(value.zone, NewSale(
            SaleKind.OFFER if place == SALES - 1 else SaleKind.SALE, scene.day(20 + 11 * place + k // SALES), price,
            land, source=f"{EXAMPLE}: transaksi rekaan {k + 1}"), actor=scene.officer, now=scene.at(7))
