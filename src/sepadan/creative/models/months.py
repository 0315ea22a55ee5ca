"""What was known of bookings and of the centre at any past moment, what the centre costs, and months that were closed.

``BookingPast`` and ``DatePast`` hold one row for every state that a booking and each of its dates has had, from the
moment ``at`` on; ``SettingPast`` the same for hours, closures, spaces, the units they need and rules. Triggers of these
tables alone write them (migration 0009), so that no way of writing can forget it: a state at a past moment is the last
row of each thing with ``at`` up to it. ``at`` is the moment that the act gave (``changed_at``), never before the one
of the row before; settings carry the moment at which they were written. No name and no contact is copied.

``CentreCost`` is what running the centre cost in a year, ``VisitReport`` how many came to a date by the organiser's or
the desk's report, each with its source and only added to. ``MonthClose`` is one closing
of one month: its numbers, the fingerprint of the rows behind them, the last row of each history that it rests on, who
prepared and who closed it. A closing is never changed; opening a month again is a mark on it with a reason.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from sepadan.creative.models.bookings import Booking, BookingDate
from sepadan.creative.models.spaces import Centre, Space
from sepadan.records.public import Person, RegionalKey, RegionalModel


class BookingPast(RegionalModel):
    booking = RegionalKey(Booking, related_name="past")
    at = models.DateTimeField()
    state = models.CharField(max_length=10)
    organiser_kind = models.CharField(max_length=30, blank=True)
    purpose = models.CharField(max_length=30, blank=True)
    subsector = models.CharField(max_length=40, blank=True)
    people = models.PositiveIntegerField(null=True, blank=True)
    nature = models.JSONField(default=dict)
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.booking_id} {self.at:%Y-%m-%d %H:%M} {self.state}"


class DatePast(RegionalModel):
    date = RegionalKey(BookingDate, related_name="past")
    booking = RegionalKey(Booking, related_name="+")
    at = models.DateTimeField()
    space = RegionalKey(Space, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    setup_minutes = models.PositiveSmallIntegerField()
    cleardown_minutes = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        indexes = [models.Index(fields=["region", "starts_at"], name="datepast_by_day")]

    def __str__(self) -> str:
        return f"{self.date_id} {self.at:%Y-%m-%d %H:%M} {self.state}"


class SettingPast(RegionalModel):
    """One row of a table of settings as it was written; ``gone``: it was removed. ``source`` names the table."""

    source = models.CharField(max_length=20)
    row_id = models.BigIntegerField()
    at = models.DateTimeField()
    content = models.JSONField()
    gone = models.BooleanField(default=False)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        indexes = [models.Index(fields=["region", "source", "row_id"], name="settingpast_of_row")]

    def __str__(self) -> str:
        return f"{self.source} {self.row_id} {self.at:%Y-%m-%d %H:%M}"


class CentreCost(RegionalModel):
    """Running cost of one year in rupiah, as its source says; a later entry for the year replaces it in numbers."""

    centre = RegionalKey(Centre, related_name="costs")
    year = models.PositiveSmallIntegerField()
    amount = models.BigIntegerField()
    source = models.CharField(max_length=300)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
                                   db_index=False)
    by_name = models.CharField(max_length=120)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="centrecost_positive"),
            models.CheckConstraint(condition=~Q(source=""), name="centrecost_sourced"),
            models.CheckConstraint(condition=Q(year__range=(2000, 2100)), name="centrecost_year"),
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.amount}"


class VisitReport(RegionalModel):
    """How many came to one date, as reported after it, and by whom or what; a later report replaces it in numbers."""

    date = RegionalKey(BookingDate, related_name="visit_reports")
    people = models.PositiveIntegerField()
    source = models.CharField(max_length=200)
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
                                 db_index=False)
    by_name = models.CharField(max_length=120)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(source=""), name="visitreport_sourced")]

    def __str__(self) -> str:
        return f"{self.date_id}: {self.people}"


class MonthClose(RegionalModel):
    """One closing of a month (``month`` is its first day). ``ordinal`` counts the closings of that month.

    ``numbers`` are the stored measures; ``last_booking``, ``last_date`` and ``last_setting`` the last rows of the three
    histories when they were taken, so that the same rows can be read again for ever.
    """

    centre = RegionalKey(Centre, related_name="closings")
    month = models.DateField()
    ordinal = models.PositiveSmallIntegerField()
    numbers = models.JSONField()
    fingerprint = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    as_of = models.DateTimeField()
    last_booking = models.BigIntegerField()
    last_date = models.BigIntegerField()
    last_setting = models.BigIntegerField()
    prepared_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
                                    db_index=False)
    prepared_name = models.CharField(max_length=120)
    prepared_at = models.DateTimeField()
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
                                  db_index=False)
    closed_name = models.CharField(max_length=120, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
                                  db_index=False)
    opened_name = models.CharField(max_length=120, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["-month", "-ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["region", "centre", "month", "ordinal"], name="monthclose_ordinal_once"),
            models.UniqueConstraint(fields=["region", "centre", "month"], condition=Q(opened_at__isnull=True),
                                    name="monthclose_one_stands"),
            models.CheckConstraint(condition=Q(month__day=1), name="monthclose_first_day"),
            models.CheckConstraint(condition=Q(opened_at__isnull=True) | ~Q(reason=""),
                                   name="monthclose_reopen_says_why"),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True) | Q(prepared_by__isnull=True) | ~Q(closed_by=F("prepared_by")),
                name="monthclose_two_people"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} #{self.ordinal}"

    @property
    def closed(self) -> bool:
        """Closed by a second person and not opened again."""
        return self.closed_at is not None and self.opened_at is None
