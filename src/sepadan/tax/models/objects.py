"""A taxable object of PBB-P2 as it stands in one roll: place, owner, land and building with their classes, NJOP.

Areas are whole m2, values whole rupiah. Classes are numbers of the roll's class table; an object without a building has
none. NJOP is stored with its two parts, because a roll is what was valued, whatever the table says later.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from sepadan.records.public import RegionalKey, RegionalModel
from sepadan.tax.models.rolls import Roll
from sepadan.tax.models.taxpayers import Taxpayer
from sepadan.tax.names import Use


class TaxableObject(RegionalModel):
    roll = RegionalKey(Roll, on_delete=models.PROTECT, related_name="objects_of_roll")
    nop = models.CharField(max_length=18)
    kelurahan = RegionalKey("territory.Kelurahan", on_delete=models.PROTECT, related_name="+")
    taxpayer = RegionalKey(Taxpayer, on_delete=models.PROTECT, related_name="taxable_objects")
    use = models.CharField(max_length=10, choices=[(u.value, u.value) for u in Use])
    street = models.CharField(max_length=80, blank=True)
    land_m2 = models.IntegerField()
    land_class = models.SmallIntegerField()
    building_m2 = models.IntegerField()
    building_class = models.SmallIntegerField(null=True, blank=True)
    njop_land = models.BigIntegerField()
    njop_building = models.BigIntegerField()
    njop = models.BigIntegerField()
    sppt_printed = models.BooleanField()

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["roll_id", "nop"]
        constraints = [
            # The number of an object, and the order in which a roll is read and paged.
            models.UniqueConstraint(fields=["region", "roll", "nop"], name="object_nop"),
            models.CheckConstraint(condition=Q(nop__regex=r"^\d{18}$"), name="object_nop_form"),
            models.CheckConstraint(condition=Q(njop=F("njop_land") + F("njop_building")), name="object_njop_is_sum"),
            models.CheckConstraint(condition=Q(land_m2__gte=0, building_m2__gte=0, njop_land__gte=0,
                                               njop_building__gte=0), name="object_not_negative"),
            models.CheckConstraint(condition=Q(use__in=[u.value for u in Use]), name="object_known_use"),
        ]

    def __str__(self) -> str:
        return self.nop
