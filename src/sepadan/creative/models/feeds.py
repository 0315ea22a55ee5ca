"""How a series was planned, which decrees that knew, and the secret links under which a calendar is subscribed to.

``SeriesPlan`` stands beside a booking with a rule: the policy on days off that held when it was planned, and the
decrees (by id) that were known; a later decree is held against these (``services/replanning.py``). ``ReplanRun`` is the
record of each time that was applied.

``FeedLink`` opens a calendar with what the public does not see. Only the digest of its token is kept: whoever reads the
table cannot fetch the calendar. A link ends when it is revoked and is never removed. A person's link covers the
bookings he proved by number and code (``FeedBooking``), not everything that names the same telephone number.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from sepadan.creative.models.bookings import Booking
from sepadan.creative.models.spaces import Centre, Space
from sepadan.creative.names import FeedKind
from sepadan.records.public import RegionalKey, RegionalModel


class SeriesPlan(RegionalModel):
    booking = RegionalKey(Booking, related_name="plans")
    skip = models.CharField(max_length=8)
    decrees = models.JSONField(default=list)
    known_on = models.DateField()
    replanned_at = models.DateTimeField(null=True, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["booking_id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "booking"], name="series_plan_once"),
            models.CheckConstraint(condition=Q(skip__in=["none", "national", "joint"]), name="series_plan_known_skip"),
        ]

    def __str__(self) -> str:
        return f"{self.booking_id}: {self.skip}"


class ReplanRun(RegionalModel):
    """One time that later decrees were applied to the series of a region. Only added to."""

    at = models.DateTimeField()
    by_name = models.CharField(max_length=120)
    decrees = models.JSONField(default=list)
    series = models.PositiveIntegerField()
    fell_out = models.PositiveIntegerField()
    came_back = models.PositiveIntegerField()
    still_taken = models.PositiveIntegerField(default=0)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}: {self.series}"


class FeedLink(RegionalModel):
    kind = models.CharField(max_length=9, choices=[(k.value, k.value) for k in FeedKind])
    centre = RegionalKey(Centre, related_name="feed_links")
    space = RegionalKey(Space, null=True, blank=True, related_name="feed_links")
    organiser = models.CharField(max_length=120, blank=True)
    label = models.CharField(max_length=120, blank=True)
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=120, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "digest"], name="feed_link_digest_once"),
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in FeedKind]), name="feed_link_known_kind"),
            models.CheckConstraint(condition=~Q(kind="space") | Q(space__isnull=False), name="feed_link_names_space"),
            models.CheckConstraint(condition=~Q(kind="organiser") | ~Q(organiser=""),
                                   name="feed_link_names_organiser"),
            models.CheckConstraint(condition=Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("made_at")),
                                   name="feed_link_revoked_later"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.made_at:%Y-%m-%d}"


class FeedBooking(RegionalModel):
    link = RegionalKey(FeedLink, related_name="covers")
    booking = RegionalKey(Booking, related_name="feeds")

    class Meta(RegionalModel.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["region", "link", "booking"], name="feed_booking_once")]

    def __str__(self) -> str:
        return f"{self.link_id}: {self.booking_id}"
