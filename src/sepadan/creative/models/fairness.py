"""Who came first and what the rules said: offers of freed slots, officers' exceptions, wishes that were refused.

``SpaceOffer``: a date of the waiting list was offered its slot until a moment; meanwhile the date is held, so that
nobody else takes it. At most one offer of a date is open. ``Override``: an officer let something pass that a rule of
the centre (a quota, the order of the line) forbids, with his reason. ``RefusedWish``: what was asked for and refused,
with the reason and the numbers; without contact, since it serves to count. All but an offer's end are only added to.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from sepadan.creative.fairness_names import TurnState
from sepadan.creative.models.bookings import Booking, BookingDate
from sepadan.creative.models.spaces import Centre, Space
from sepadan.creative.names import Intake
from sepadan.records.public import Person, RegionalKey, RegionalModel


class SpaceOffer(RegionalModel):
    """A slot kept for who was next in line. ``cause`` says what had freed it."""

    date = RegionalKey(BookingDate, related_name="offers")
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    state = models.CharField(max_length=8, choices=[(s.value, s.value) for s in TurnState],
                             default=TurnState.OPEN.value)
    ended_at = models.DateTimeField(null=True, blank=True)
    cause = models.CharField(max_length=20, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "date"], condition=Q(state=TurnState.OPEN.value),
                                    name="offer_open_once"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in TurnState]), name="offer_known_state"),
            models.CheckConstraint(condition=Q(until__gt=F("made_at")), name="offer_lasts"),
            models.CheckConstraint(condition=Q(state=TurnState.OPEN.value) | Q(ended_at__isnull=False),
                                   name="offer_ended_when"),
        ]

    def __str__(self) -> str:
        return f"{self.date_id} {self.state}"


class Override(RegionalModel):
    """An exception from *rule* (the code of a quota, or ``line``) that an officer made for a booking."""

    booking = RegionalKey(Booking, related_name="overrides")
    rule = models.CharField(max_length=40)
    reason = models.CharField(max_length=500)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    by_name = models.CharField(max_length=120)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="override_has_a_reason")]

    def __str__(self) -> str:
        return self.rule


class RefusedWish(RegionalModel):
    """A wish that was not filed. ``key`` is the message, ``rule`` the quota that refused, ``said`` the sentence."""

    centre = RegionalKey(Centre, related_name="refused")
    space = RegionalKey(Space, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    key = models.CharField(max_length=60)
    rule = models.CharField(max_length=40, blank=True)
    said = models.CharField(max_length=500)
    intake = models.CharField(max_length=8, choices=[(i.value, i.value) for i in Intake])
    organiser = models.CharField(max_length=120, blank=True)
    organiser_kind = models.CharField(max_length=30, blank=True)
    subsector = models.CharField(max_length=40, blank=True)
    kecamatan = models.CharField(max_length=8, blank=True)
    disability = models.BooleanField(default=False)
    newcomer = models.BooleanField(default=False)
    people = models.PositiveIntegerField(null=True, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["-id"]
        indexes = [models.Index(fields=["region", "centre", "at"], name="refused_by_time")]

    def __str__(self) -> str:
        return f"{self.key} {self.at:%Y-%m-%d}"
