"""What land and buildings are valued by: NIR of a zone by year, sales, own classes of a region; what a roll left out.

Values are whole rupiah (SISMIOP writes thousands). A NIR that was replaced stays, with when it was replaced.
"""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import F, Q

from sepadan.records.public import Person, RegionalKey, RegionalModel
from sepadan.tax.models.register import LandZone, RegisterObject, choices
from sepadan.tax.models.rolls import Roll


class NirMethod(StrEnum):
    """Where a NIR comes from."""

    ENTERED = "entered"
    COMPARABLES = "comparables"
    IMPORTED = "imported"
    SYNTHETIC = "synthetic"


class ZoneValue(RegionalModel):
    """The NIR of a zone in a tax year, rupiah per m2, with the decree or document that sets it."""

    zone = RegionalKey(LandZone, on_delete=models.PROTECT, related_name="values_by_year")
    tax_year = models.SmallIntegerField()
    nir = models.BigIntegerField()
    method = models.CharField(max_length=12, choices=choices(NirMethod))
    comparables = models.SmallIntegerField(null=True, blank=True)
    document = models.CharField(max_length=120, blank=True)
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.CharField(max_length=120)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["zone_id", "tax_year", "id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "zone", "tax_year"], condition=Q(superseded_at__isnull=True),
                                    name="zone_value_live_once"),
            models.CheckConstraint(condition=Q(nir__gt=0), name="zone_value_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.zone_id} {self.tax_year}"


class SaleKind(StrEnum):
    SALE = "sale"
    OFFER = "offer"


class Sale(RegionalModel):
    """A sale or offer of land as PMK 85/2024 compares by. Adjustments are shares: 0.05 is five per cent."""

    zone = RegionalKey(LandZone, on_delete=models.PROTECT, related_name="sales")
    register_object = RegionalKey(RegisterObject, on_delete=models.PROTECT, null=True, blank=True, related_name="sales")
    kind = models.CharField(max_length=5, choices=choices(SaleKind))
    sold_on = models.DateField()
    price = models.BigIntegerField()
    building_value = models.BigIntegerField(default=0)
    land_m2 = models.IntegerField()
    time_adjustment = models.DecimalField(max_digits=6, decimal_places=4, default=0)
    data_adjustment = models.DecimalField(max_digits=6, decimal_places=4, default=0)
    source = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_why = models.CharField(max_length=200, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["-sold_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(price__gt=0, building_value__gte=0, land_m2__gt=0,
                                               building_value__lte=F("price")), name="sale_sound"),
            models.CheckConstraint(condition=~Q(source=""), name="sale_has_source"),
        ]

    def __str__(self) -> str:
        return f"{self.sold_on} {self.price}"


class PartKind(StrEnum):
    LAND = "land"
    BUILDING = "building"


class ClassTableState(StrEnum):
    """Only an approved table counts."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"


class RegionClassTable(RegionalModel):
    """A region's own table of classes, by the decree that sets it, from a tax year on. Rows: ``RegionClass``.

    One person puts it before a second one; ``digest`` is the sha256 of its rows, so that what was approved is what is
    used. A table is never altered: a later one replaces it.
    """

    name = models.CharField(max_length=40)
    decree = models.CharField(max_length=120)
    from_year = models.SmallIntegerField()
    recorded_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=choices(ClassTableState), default=ClassTableState.PROPOSED.value)
    digest = models.CharField(max_length=64, blank=True)
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
                                    db_index=False)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
                                   db_index=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_why = models.CharField(max_length=300, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["-from_year", "name"]
        constraints = [models.UniqueConstraint(fields=["region", "name"], name="class_table_name"),
                       models.CheckConstraint(condition=~Q(name="") & ~Q(decree=""), name="class_table_decreed"),
                       models.CheckConstraint(condition=Q(state__in=[s.value for s in ClassTableState]),
                                              name="class_table_state")]

    def __str__(self) -> str:
        return self.name


class RegionClass(RegionalModel):
    """One class: ``over < value per m2 <= to`` (``to`` None: no limit) gives ``value``, rupiah per m2."""

    table = RegionalKey(RegionClassTable, on_delete=models.CASCADE, related_name="classes")
    kind = models.CharField(max_length=8, choices=choices(PartKind))
    number = models.SmallIntegerField()
    over = models.BigIntegerField()
    to = models.BigIntegerField(null=True, blank=True)
    value = models.BigIntegerField()

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["table_id", "kind", "number"]
        constraints = [
            models.UniqueConstraint(fields=["region", "table", "kind", "number"], name="region_class_number"),
            models.CheckConstraint(condition=Q(over__gte=0, value__gt=0) &
                                   (Q(to__isnull=True) | Q(to__gt=F("over"))), name="region_class_sound"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class Omission(StrEnum):
    """Why an object of the register is not in a roll."""

    CLOSED = "closed"
    EXEMPT = "exempt"
    SHARED = "shared"
    NO_LAND = "no_land"
    NO_ZONE = "no_zone"
    NO_NIR = "no_nir"
    NO_CLASS = "no_class"
    BUILDING_NOT_VALUED = "building_not_valued"


class RollOmission(RegionalModel):
    """An object that was left out when a roll was frozen, and why."""

    roll = RegionalKey(Roll, on_delete=models.CASCADE, related_name="omissions")
    register_object = RegionalKey(RegisterObject, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20, choices=choices(Omission))

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["roll_id", "register_object_id"]
        constraints = [models.UniqueConstraint(fields=["region", "roll", "register_object"], name="omission_once")]

    def __str__(self) -> str:
        return f"{self.register_object_id} {self.reason}"
