"""What the public comes to: an event of a confirmed booking, its sessions, who speaks, organises and supports it.

An ``Event`` belongs to one booking; that it is public only while that booking has its letter is held by the database
(migration 0007). ``title`` and ``about`` are {"id": ..., "en": ...}. ``capacity`` None: without a limit.
``questions`` is a list of {"code", "label": {id, en}, "type", "needed", "choices"} (``engine/questions.py``).
``share_needed`` is the share of the sessions that count which a visitor must attend for a certificate, from 0 to 1.

An ``EventSession`` is a span within a meeting of the booking (UTC). When that meeting is moved, the database moves its
sessions along; when it no longer takes place, neither do they (``takes_place``).
"""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from sepadan.creative.event_names import EventKind, EventState, Registering, RoleKind
from sepadan.creative.models.bookings import Booking, BookingDate
from sepadan.creative.models.spaces import Centre
from sepadan.creative.names import DateState
from sepadan.ground.messages import Message
from sepadan.records.public import Document, RegionalKey, RegionalModel

SHARE = Decimal("0.800")  # four of five classes; a centre or an event may say otherwise


class Event(RegionalModel):
    centre = RegionalKey(Centre, related_name="events")
    booking = RegionalKey(Booking, related_name="public_events")
    code = models.SlugField(max_length=60)
    title = models.JSONField(default=dict)
    about = models.JSONField(default=dict)
    organiser = models.CharField(max_length=120)
    contact = models.CharField(max_length=160, blank=True)
    sector = models.CharField(max_length=30, blank=True)
    kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in EventKind])
    subsector = models.CharField(max_length=40, blank=True)
    picture = RegionalKey(Document, null=True, blank=True, related_name="+")
    picture_alt = models.JSONField(default=dict)
    access_note = models.JSONField(default=dict)
    price = models.PositiveBigIntegerField(null=True, blank=True)
    price_note = models.JSONField(default=dict)
    capacity = models.PositiveIntegerField(null=True, blank=True)
    registration = models.CharField(max_length=8, choices=[(r.value, r.value) for r in Registering],
                                    default=Registering.NONE.value)
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    groups_to = models.PositiveSmallIntegerField(default=1)
    questions = models.JSONField(default=list)
    minors = models.BooleanField(default=False)
    offer_hours = models.PositiveSmallIntegerField(default=24)
    share_needed = models.DecimalField(max_digits=4, decimal_places=3, default=SHARE)
    message = models.TextField(blank=True, max_length=2000)
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in EventState],
                             default=EventState.DRAFT.value)
    reason = models.CharField(max_length=500, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=120)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["-id"]
        indexes = [models.Index(fields=["region", "centre", "state"], name="event_list")]
        constraints = [
            models.UniqueConstraint(fields=["region", "centre", "code"], name="event_code_once"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in EventState]), name="event_known_state"),
            models.CheckConstraint(condition=Q(registration__in=[r.value for r in Registering]),
                                   name="event_known_registration"),
            models.CheckConstraint(condition=Q(share_needed__gte=0) & Q(share_needed__lte=1), name="event_share"),
            models.CheckConstraint(condition=Q(groups_to__gte=1) & Q(groups_to__lte=50), name="event_groups"),
            models.CheckConstraint(condition=Q(offer_hours__gte=1) & Q(offer_hours__lte=720), name="event_offer"),
            models.CheckConstraint(condition=~Q(state=EventState.PUBLISHED.value) | Q(published_at__isnull=False),
                                   name="event_published_when"),
            models.CheckConstraint(condition=Q(opens_at__isnull=True) | Q(closes_at__isnull=True) |
                                   Q(closes_at__gt=F("opens_at")), name="event_registration_in_order"),
        ]

    def __str__(self) -> str:
        return self.code

    def title_in(self, language: str) -> str:
        """The title in *language*, or in the other one."""
        return str(self.title.get(language) or self.title.get("id") or self.title.get("en") or self.code)

    @property
    def state_label(self) -> Message:
        return Message(f"creative.event_state.{self.state}", {})


class EventSession(RegionalModel):
    """One session. ``counts``: whether attending it counts for a certificate."""

    event = RegionalKey(Event, related_name="sessions")
    ordinal = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=160, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    booking_date = RegionalKey(BookingDate, null=True, blank=True, related_name="sessions")
    counts = models.BooleanField(default=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["ordinal"]
        indexes = [models.Index(fields=["region", "starts_at"], name="session_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["region", "event", "ordinal"], name="session_ordinal_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.ordinal}: {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def takes_place(self) -> bool:
        """Whether its meeting is still on. A session without a meeting of the booking is outside the centre."""
        return self.booking_date is None or self.booking_date.state == DateState.CONFIRMED.value


class EventRole(RegionalModel):
    """A person or an organisation with its sector of the helix. Shown to the public only where it ``agreed``."""

    event = RegionalKey(Event, related_name="roles")
    ordinal = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=120)
    organisation = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=10, choices=[(r.value, r.value) for r in RoleKind])
    sector = models.CharField(max_length=30, blank=True)
    agreed = models.BooleanField(default=False)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["ordinal", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="event_role_named"),
            models.CheckConstraint(condition=Q(role__in=[r.value for r in RoleKind]), name="event_role_known"),
        ]

    def __str__(self) -> str:
        return self.name
