"""A registered object of a region with everything a page shows of one: owner, building, zone, NIR, sale, omission."""

from __future__ import annotations

from datetime import date

from sepadan.records.models import Person
from sepadan.records.names import Actor
from sepadan.records.public import now
from sepadan.tax.engine.njop import ValueClass
from sepadan.tax.models import Roll, RollOmission
from sepadan.tax.models.register_values import Omission, SaleKind
from sepadan.tax.public import current_roll
from sepadan.tax.services.class_files import ClassFile
from sepadan.tax.services.class_tables import propose_class_table
from sepadan.tax.services.register import correct_object, register_object
from sepadan.tax.services.register_buildings import record_building
from sepadan.tax.services.register_people import NewTaxpayer, register_taxpayer
from sepadan.tax.services.register_values import NewSale, open_place, open_zone, record_sale, set_nir
from sepadan.tax.services.taxpayer_merges import approve_merge, propose_merge
from sepadan.tax.services.taxpayer_partings import propose_parting
from sepadan.territory.public import Region, villages_in


def plant(region: Region, actor: Actor, secret: str) -> dict[str, str]:
    """The owner's name and the description of the zone carry the secret word."""
    village, at, on = villages_in(region)[0], now(), date(2023, 1, 1)
    place = open_place(f"{region.pk}999901", int(village.code.replace(".", "")), actor=actor, now=at)
    zone = open_zone(place, "AA", f"{secret} zona", actor=actor, now=at)
    set_nir(zone, at.year, 2_000_000, seen=None, document=f"{secret} keputusan", actor=actor, now=at)
    sale = record_sale(zone, NewSale(SaleKind.SALE, date(at.year - 1, 5, 2), 400_000_000, 200, f"{secret} akta"),
                       actor=actor, now=at)
    owner = register_taxpayer(NewTaxpayer(f"{secret} Pemilik"), on=on, actor=actor, now=at)
    one = register_object(f"{place.code}00100010", {
        "taxpayer_id": owner.pk, "land_m2": 200, "zone_id": zone.pk, "street": f"Jalan {secret}"}, on=on, actor=actor,
        now=at)
    one = record_building(one, None, {"jpb": "01", "area_m2": 60, "value": 60_000_000, "roof": "3",
                                      "facilities": {"ac_split": 2}}, seen=1, on=on, actor=actor, now=at)
    correct_object(one, {"land_m2": 210}, seen=2, on=date(2025, 3, 1), actor=actor, now=at, reason=f"{secret} ukur")
    double = register_taxpayer(NewTaxpayer(f"{secret} Ganda"), on=on, actor=actor, now=at)
    merge = propose_merge(owner, double, f"{secret} berkas", actor=actor, now=at)
    third = register_taxpayer(NewTaxpayer(f"{secret} Kembar"), on=on, actor=actor, now=at)
    other = Person.objects.create_user(f"{secret.lower()}-pemutus@contoh.example", f"{secret} Pemutus")
    held = approve_merge(propose_merge(owner, third, f"{secret} berkas lain", actor=actor, now=at),
                         actor=Actor(other.name, other.pk), now=at)
    parting = propose_parting(held, f"{secret} dua orang", actor=actor, now=at)
    rows = ClassFile((ValueClass(1, 0, None, 500_000),), (ValueClass(1, 0, None, 900_000),), ())
    classes = propose_class_table(f"{secret} kelas", f"{secret} keputusan", 2090, rows, actor=actor, now=at)
    roll = current_roll()
    assert isinstance(roll, Roll)
    RollOmission.objects.create(roll=roll, register_object=one, reason=Omission.NO_NIR.value)
    return {"$nop": one.nop, "$zone": str(zone.pk), "$sale": str(sale.pk), "$frozen": str(roll.pk),
            "$payer": str(owner.pk), "$merge": str(merge.pk), "$parting": str(parting.pk), "$classes": str(classes.pk)}
