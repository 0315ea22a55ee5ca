"""A booking, its dates, what each date keeps occupied, and everything that happened to it.

A ``Booking`` is one wish: one space, one date or a series (``rule`` is the RRULE text, ``policy`` what becomes of a
series of which dates are taken). ``version`` rises with every act; who acts on an older one is refused. ``BookingDate``
is one meeting: start and end of the event itself (UTC), minutes of set-up and clear-down, a state. It is never removed.

``Occupancy`` is written by a trigger of ``BookingDate`` alone (migration 0002): while a date is held or confirmed, one
row for each unit its space needs, with buffers; otherwise none. An exclusion constraint over unit and time range makes
an overlap impossible however a date is written: created, approved, moved, repeated, imported, or by plain SQL.
"""

from __future__ import annotations

from datetime import timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower

from sepadan.creative.models.spaces import Centre, Space, Unit
from sepadan.creative.names import BLOCKING, LONGEST, MOST_BUFFER, BookingState, DateCause, DateState, Intake, OnClash
from sepadan.ground.messages import Message
from sepadan.records.public import Document, Person, RegionalKey, RegionalModel

FILED = ("number", "centre_id", "title", "organiser", "intake", "received_at", "request_key", "request_digest")
"""Columns that never change once a booking is filed."""


def name_key(text: str) -> Func:
    """SQL of what makes two names of an organiser the same: letters and digits alone, small."""
    return Func(Lower(text), Value("[^[:alnum:]]+"), Value(""), Value("g"), function="regexp_replace")


def contact_key(text: str) -> Func:
    """SQL of what makes two contacts the same: without signs and spaces, the country code 62 written as 0."""
    plain = Func(Lower(text), Value("[^[:alnum:]@.]+"), Value(""), Value("g"), function="regexp_replace")
    return Func(plain, Value("^62(?=[0-9])"), Value("0"), function="regexp_replace")


class Booking(RegionalModel):
    number = models.CharField(max_length=60)
    centre = RegionalKey(Centre, related_name="bookings")
    space = RegionalKey(Space, related_name="bookings")
    title = models.CharField(max_length=160)
    about = models.TextField(blank=True, max_length=4000)
    organiser = models.CharField(max_length=120)
    organiser_kind = models.CharField(max_length=30, blank=True)
    contact = models.CharField(max_length=160, blank=True)
    purpose = models.CharField(max_length=30, blank=True)
    subsector = models.CharField(max_length=40, blank=True)
    kecamatan = models.CharField(max_length=8, blank=True, default="", db_default="")
    disability = models.BooleanField(default=False, db_default=False)
    nib = models.CharField(max_length=13, blank=True, default="", db_default="")
    organiser_key = models.GeneratedField(expression=name_key("organiser"), output_field=models.CharField(
        max_length=120), db_persist=True)
    contact_key = models.GeneratedField(expression=contact_key("contact"), output_field=models.CharField(
        max_length=160), db_persist=True)
    line_priority = models.SmallIntegerField(default=0, db_default=0)
    people = models.PositiveIntegerField(null=True, blank=True)
    nature = models.JSONField(default=dict)
    intake = models.CharField(max_length=8, choices=[(i.value, i.value) for i in Intake])
    received_at = models.DateTimeField()
    rule = models.CharField(max_length=200, blank=True)
    on_clash = models.CharField(max_length=5, choices=[(c.value, c.value) for c in OnClash],
                                default=OnClash.WHOLE.value)
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in BookingState],
                             default=BookingState.REVIEW.value)
    step = models.CharField(max_length=30, blank=True)
    step_due = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)
    request_key = models.CharField(max_length=80, null=True, blank=True)  # noqa: DJ001 - no key, not an empty one
    request_digest = models.CharField(max_length=64, blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
                                   db_index=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    letter_number = models.CharField(max_length=60, blank=True)
    letter = RegionalKey(Document, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=120)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["-id"]
        indexes = [models.Index(fields=["region", "centre", "state", "step_due"], name="booking_inbox"),
                   models.Index(fields=["region", "organiser_key"], name="booking_of_organiser"),
                   models.Index(fields=["region", "contact_key"], name="booking_of_contact")]
        constraints = [
            models.UniqueConstraint(fields=["region", "number"], name="booking_number_once"),
            models.UniqueConstraint(fields=["region", "request_key"], name="booking_request_key_once"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in BookingState]), name="booking_known_state"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(organiser=""), name="booking_named"),
            models.CheckConstraint(
                condition=~Q(state=BookingState.CONFIRMED.value) | (~Q(letter_number="") & Q(decided_at__isnull=False)),
                name="booking_confirmed_is_whole"),
            models.CheckConstraint(condition=Q(published_at__isnull=True) | ~Q(letter_number=""),
                                   name="booking_published_after_letter"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def state_label(self) -> Message:
        return Message(f"creative.booking.state.{self.state}", {})


class BookingDate(RegionalModel):
    """One meeting of a booking. ``ordinal`` numbers it within the series and stays when it is moved.

    A series has a date for every day of its rule; ``cause`` says why one is passed over (state skipped), ``settled_at``
    when somebody decided on it by hand: no later decree moves such a date.
    """

    booking = RegionalKey(Booking, related_name="dates")
    space = RegionalKey(Space, related_name="dates")
    ordinal = models.PositiveSmallIntegerField(default=1)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    setup_minutes = models.PositiveSmallIntegerField(default=0)
    cleardown_minutes = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in DateState])
    held_until = models.DateTimeField(null=True, blank=True)
    first_planned = models.DateTimeField()
    passed = models.PositiveSmallIntegerField(default=0, db_default=0)
    reason = models.CharField(max_length=300, blank=True)
    cause = models.CharField(max_length=8, blank=True, choices=[(c.value, c.value) for c in DateCause])
    settled_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["starts_at", "id"]
        indexes = [
            models.Index(fields=["region", "space", "starts_at"], name="date_of_space"),
            models.Index(fields=["region", "starts_at"], name="date_by_day"),
            models.Index(fields=["region", "held_until"], condition=Q(state=DateState.HELD.value), name="date_holds"),
            models.Index(fields=["region", "space", "starts_at"], condition=Q(
                state__in=[DateState.WANTED.value, DateState.WAITING.value]), name="date_in_line"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["region", "booking", "ordinal"], name="date_ordinal_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="date_in_order"),
            models.CheckConstraint(condition=Q(ends_at__lte=F("starts_at") + LONGEST), name="date_not_too_long"),
            models.CheckConstraint(condition=Q(setup_minutes__lte=MOST_BUFFER // timedelta(minutes=1),
                                               cleardown_minutes__lte=MOST_BUFFER // timedelta(minutes=1)),
                                   name="date_buffers_within_a_day"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in DateState]), name="date_known_state"),
            models.CheckConstraint(condition=~Q(state=DateState.HELD.value) | Q(held_until__isnull=False),
                                   name="date_hold_ends"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def blocks(self) -> bool:
        return self.state in BLOCKING


class Occupancy(RegionalModel):
    date = RegionalKey(BookingDate, related_name="occupancy")
    unit = RegionalKey(Unit, related_name="occupancy")
    during = DateTimeRangeField()

    class Meta(RegionalModel.Meta):
        abstract = False
        constraints = [ExclusionConstraint(
            name="unit_taken_once",
            expressions=[(F("region"), RangeOperators.EQUAL), (F("unit"), RangeOperators.EQUAL),
                         (F("during"), RangeOperators.OVERLAPS)])]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.during}"


class BookingEvent(RegionalModel):
    """One thing that happened to a booking, only added to. ``data`` holds what it said."""

    booking = RegionalKey(Booking, related_name="events")
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    by_name = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=2000, blank=True)
    data = models.JSONField(default=dict)
    document = RegionalKey(Document, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField()

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"
