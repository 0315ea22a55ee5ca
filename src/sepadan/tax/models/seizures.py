"""Seizure after a distress warrant: the order (SPMP), the minutes with the goods, announcement, auction, lifting.

    draft -> ordered -> seized -> announced -> requested -> sold      each step a row that stays
    draft | ordered -> void;  seized | announced | requested -> lifted;  sold -> sold (excess paid back)
    requested -> seized (nobody bid);  announced | requested -> seized (withdrawn);  some goods released: as it was

An order is signed by another person than the one who wrote it. Steps that touch money or give goods away (auction
request, proceeds, lifting, release of some goods, withdrawal of an auction, paying back the excess) are proposed by one
person and decided by another. Amounts are whole rupiah: of an announcement the limit below which nothing is sold (0:
none was set), of a sale what the auction brought and the cost taken first, of a return the excess that was paid back.
"""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import F, Q

from sepadan.records.public import Person, RegionalKey, RegionalModel
from sepadan.tax.models.collection_steps import CollectionLetter


class SeizureState(StrEnum):
    DRAFT = "draft"
    ORDERED = "ordered"
    SEIZED = "seized"
    ANNOUNCED = "announced"
    REQUESTED = "requested"
    SOLD = "sold"
    LIFTED = "lifted"
    VOID = "void"


class SeizureAct(StrEnum):
    SEIZED = "seized"
    ANNOUNCED = "announced"
    REQUESTED = "requested"
    SOLD = "sold"
    LIFTED = "lifted"
    RETURNED = "returned"
    RELEASED = "released"
    UNSOLD = "unsold"
    WITHDRAWN = "withdrawn"


DECIDED = (SeizureAct.REQUESTED, SeizureAct.SOLD, SeizureAct.LIFTED, SeizureAct.RETURNED, SeizureAct.RELEASED,
           SeizureAct.WITHDRAWN)
"""Acts that another person decides than the one who proposed them."""
STANDING = (SeizureState.DRAFT, SeizureState.ORDERED, SeizureState.SEIZED, SeizureState.ANNOUNCED,
            SeizureState.REQUESTED)


def _person(**options: bool) -> models.ForeignKey:
    return models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False, **options)


class Seizure(RegionalModel):
    warrant = RegionalKey(CollectionLetter, on_delete=models.PROTECT, related_name="seizures")
    nop = models.CharField(max_length=18)
    number = models.CharField(max_length=60, blank=True)
    ordered_on = models.DateField(null=True, blank=True)
    total = models.BigIntegerField()
    bailiff = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in SeizureState],
                             default=SeizureState.DRAFT.value)
    version = models.PositiveIntegerField(default=1)
    written_at = models.DateTimeField()
    written_by = _person()
    signed_by = _person(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "number"], condition=~Q(number=""), name="seizure_number_once"),
            models.UniqueConstraint(fields=["region", "warrant"], condition=Q(state__in=[s.value for s in STANDING]),
                                    name="seizure_one_of_warrant"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in SeizureState]), name="seizure_known_state"),
            models.CheckConstraint(condition=Q(total__gt=0) & ~Q(bailiff=""), name="seizure_says_what_for"),
            models.CheckConstraint(condition=Q(state__in=["draft", "void"]) | (
                ~Q(number="") & Q(ordered_on__isnull=False, signed_by__isnull=False) & ~Q(signed_by=F("written_by"))),
                name="seizure_signed_by_another"),
        ]

    def __str__(self) -> str:
        return self.number or f"SPMP {self.nop}"


class SeizureStep(RegionalModel):
    """``details``: bailiff's witnesses, place, where announced, who holds the excess, keys of goods released."""

    seizure = RegionalKey(Seizure, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in SeizureAct])
    happened_on = models.DateField()
    document = models.CharField(max_length=120)
    amount = models.BigIntegerField(default=0)
    cost = models.BigIntegerField(default=0)
    details = models.JSONField(default=dict)
    note = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=8)
    recorded_at = models.DateTimeField()
    recorded_by = _person()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = _person(null=True, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "seizure"], condition=Q(state="proposed"),
                                    name="seizure_step_proposed_once"),
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in SeizureAct]), name="seizure_step_known_kind"),
            models.CheckConstraint(condition=Q(state__in=["proposed", "done", "rejected"]),
                                   name="seizure_step_known_state"),
            models.CheckConstraint(condition=~Q(document=""), name="seizure_step_has_document"),
            models.CheckConstraint(condition=Q(amount__gte=0, cost__gte=0) & (
                ~Q(kind__in=["sold", "returned"]) | Q(amount__gt=0)) & Q(cost__lte=F("amount")),
                name="seizure_step_amounts"),
            models.CheckConstraint(condition=~Q(kind__in=[k.value for k in DECIDED], state="done") | (
                Q(decided_by__isnull=False) & ~Q(decided_by=F("recorded_by"))), name="seizure_step_by_another"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.seizure_id}"


class SeizedGood(RegionalModel):
    """One thing in the minutes of seizure, with what it may be worth and who keeps it."""

    step = RegionalKey(SeizureStep, on_delete=models.PROTECT, related_name="goods")
    description = models.CharField(max_length=200)
    movable = models.BooleanField()
    value = models.BigIntegerField()
    guardian = models.CharField(max_length=120)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(value__gt=0) & ~Q(description="") & ~Q(guardian=""),
                                              name="seized_good_is_whole")]

    def __str__(self) -> str:
        return self.description
