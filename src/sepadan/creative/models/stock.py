"""Equipment that moves: what there is, where it stands, what is promised for which date, and everything done with it.

An item has ``quantity`` pieces in working order, spread over places (a space, or the store where ``space`` is empty),
and ``broken`` ones. A booking asks for a quantity of an item for each of its dates (``StockDemand``); while the date is
held or confirmed that quantity is promised from set-up to clear-down (``StockUse``, written by a trigger alone). A
second trigger takes the row of the item, adds up what is promised at every moment, and refuses more than ``quantity``,
however it is written and at every level of isolation (migration 0005). A demand that is no longer ``kept`` was released
because pieces broke. Whole pieces; moments in UTC.
"""

from __future__ import annotations

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Q

from sepadan.creative.fairness_names import StockAct
from sepadan.creative.models.bookings import BookingDate
from sepadan.creative.models.spaces import Centre, Space
from sepadan.records.public import Person, RegionalKey, RegionalModel


class StockItem(RegionalModel):
    """``counted_at``: since when the quantity holds; what was promised before it is not judged by it. ``turn`` rises
    with every promise: whoever promises waits for whoever did so before."""

    centre = RegionalKey(Centre, related_name="stock")
    code = models.SlugField(max_length=40)
    name = models.JSONField(default=dict)
    quantity = models.PositiveIntegerField(default=0)
    broken = models.PositiveIntegerField(default=0)
    unsure = models.BooleanField(default=False)
    counted_at = models.DateTimeField()
    turn = models.BigIntegerField(default=0)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["region", "centre", "code"], name="stock_code_once")]

    def __str__(self) -> str:
        return self.code


class StockPlace(RegionalModel):
    """How many working pieces stand in a space; in the store where ``space`` is empty. Their sum is the quantity."""

    item = RegionalKey(StockItem, related_name="places")
    space = RegionalKey(Space, null=True, blank=True, related_name="stock")
    quantity = models.PositiveIntegerField(default=0)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["region", "item", "space"], nulls_distinct=False,
                                               name="stock_place_once")]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.quantity}"


class StockMove(RegionalModel):
    """One thing done with pieces of an item, only added to. An empty space is the store, or the outside world."""

    item = RegionalKey(StockItem, related_name="moves")
    act = models.CharField(max_length=8, choices=[(a.value, a.value) for a in StockAct])
    quantity = models.PositiveIntegerField()
    from_space = RegionalKey(Space, null=True, blank=True, related_name="+")
    to_space = RegionalKey(Space, null=True, blank=True, related_name="+")
    date = RegionalKey(BookingDate, null=True, blank=True, related_name="stock_moves")
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    by_name = models.CharField(max_length=120)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(act__in=[a.value for a in StockAct]), name="stock_move_known_act"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="stock_move_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.quantity}"


class StockDemand(RegionalModel):
    """What one date of a booking asks for."""

    date = RegionalKey(BookingDate, related_name="demands")
    item = RegionalKey(StockItem, related_name="demands")
    quantity = models.PositiveIntegerField()
    kept = models.BooleanField(default=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "date", "item"], name="stock_demand_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="stock_demand_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.quantity}"


class StockUse(RegionalModel):
    """Pieces promised to a date for a time. Derived by the database; never written otherwise."""

    date = RegionalKey(BookingDate, related_name="stock_uses")
    item = RegionalKey(StockItem, related_name="uses")
    during = DateTimeRangeField()
    quantity = models.PositiveIntegerField()

    class Meta(RegionalModel.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"{self.item_id} {self.during}"
