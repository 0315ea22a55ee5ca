"""A creative centre and what can be booked in it.

Idea: a booking takes *units*. A unit is what only one party can use at a time: a room, one half of a hall that can be
divided, the goods lift. A space is what people ask for, and lists the units it needs (``SpaceUnit``): the hall needs
halves A and B, half A only itself, so that booking A keeps the hall free of others and leaves B open. A unit may be
needed for the whole time or only for carrying in and out (the lift). Which unit is taken when is the table
``Occupancy`` (``models/bookings.py``), which PostgreSQL keeps free of overlaps.

Who owns a space may change (``SpaceOwner``, by day); past bookings keep their owner. Opening hours have a validity, a
weekday and a place (the centre, or one space); closures close days. Minutes throughout, local days of the region.
"""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from sepadan.creative.names import Hold, SpaceKind
from sepadan.records.public import RegionalKey, RegionalModel


class Centre(RegionalModel):
    code = models.SlugField(max_length=30)
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=200, blank=True)
    about = models.JSONField(default=dict)
    rules = models.JSONField(default=dict)
    synthetic = models.BooleanField(default=False)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["region", "code"], name="centre_code_once")]

    def __str__(self) -> str:
        return self.name


class Floor(RegionalModel):
    """A floor and the size of its plan, in metres from its north-west corner (``Space.plan``)."""

    centre = RegionalKey(Centre, related_name="floors")
    level = models.SmallIntegerField()
    name = models.CharField(max_length=80)
    width_m = models.PositiveSmallIntegerField(default=40)
    depth_m = models.PositiveSmallIntegerField(default=24)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["level"]
        constraints = [models.UniqueConstraint(fields=["region", "centre", "level"], name="floor_once")]

    def __str__(self) -> str:
        return self.name


class Unit(RegionalModel):
    centre = RegionalKey(Centre, related_name="units")
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["region", "centre", "code"], name="unit_code_once")]

    def __str__(self) -> str:
        return self.name


class Space(RegionalModel):
    """What is asked for. ``plan`` is [[x, y], ...] on its floor; ``layouts`` maps a layout to its seats.

    ``unsure`` names the fields that are configuration without a published source and are shown so.
    """

    floor = RegionalKey(Floor, related_name="spaces")
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in SpaceKind])
    layouts = models.JSONField(default=dict)
    equipment = models.JSONField(default=list)
    step_free = models.BooleanField(null=True)
    setup_minutes = models.PositiveSmallIntegerField(default=0)
    cleardown_minutes = models.PositiveSmallIntegerField(default=0)
    plan = models.JSONField(default=list)
    tariff = models.CharField(max_length=60, blank=True)
    bookable = models.BooleanField(default=True)
    unsure = models.JSONField(default=list)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "code"], name="space_code_once"),
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in SpaceKind]), name="space_known_kind"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def seats(self) -> int | None:
        """The most people it holds in any layout; None when no layout is known."""
        return max(self.layouts.values(), default=None)


class SpaceUnit(RegionalModel):
    space = RegionalKey(Space, related_name="needs")
    unit = RegionalKey(Unit, related_name="needed_by")
    hold = models.CharField(max_length=8, choices=[(h.value, h.value) for h in Hold], default=Hold.WHOLE.value)

    class Meta(RegionalModel.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["region", "space", "unit"], name="space_unit_once"),
            models.CheckConstraint(condition=Q(hold__in=[h.value for h in Hold]), name="space_unit_known_hold"),
        ]

    def __str__(self) -> str:
        return f"{self.space_id}: {self.unit_id}"


class SpaceOwner(RegionalModel):
    """The department that a space belongs to, by day; ``decree`` says on what ground."""

    space = RegionalKey(Space, related_name="owners")
    department = models.CharField(max_length=120)
    during = DateRangeField()
    decree = models.CharField(max_length=200, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [ExclusionConstraint(
            name="space_one_owner_a_day",
            expressions=[(F("region"), RangeOperators.EQUAL), (F("space"), RangeOperators.EQUAL),
                         (F("during"), RangeOperators.OVERLAPS)])]

    def __str__(self) -> str:
        return self.department


class OpeningHours(RegionalModel):
    """Hours of one weekday (0 Monday) for the centre, or for one space. ``rank``: the highest that holds counts."""

    centre = RegionalKey(Centre, related_name="hours")
    space = RegionalKey(Space, null=True, blank=True, related_name="hours")
    weekday = models.SmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    rank = models.SmallIntegerField(default=0)
    reason = models.CharField(max_length=120, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__range=(0, 6)), name="hours_weekday"),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="hours_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday}: {self.opens:%H:%M}-{self.closes:%H:%M}"


class Closure(RegionalModel):
    """Days, or hours of one day, on which the centre or one space is closed beyond the decreed holidays."""

    centre = RegionalKey(Centre, related_name="closures")
    space = RegionalKey(Space, null=True, blank=True, related_name="closures")
    first = models.DateField()
    last = models.DateField()
    reason = models.CharField(max_length=160)
    announced_at = models.DateTimeField()

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["first"]
        constraints = [models.CheckConstraint(condition=Q(last__gte=F("first")), name="closure_in_order")]

    def __str__(self) -> str:
        return self.reason
