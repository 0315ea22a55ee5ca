"""The desk's papers and acts around a booking: agenda, dispositions, what a room needs, displacement, keys, day sheets.

``AgendaEntry`` is a letter, call or chat as it came in, with the desk's own number (nomor agenda); ``Disposition`` an
instruction on a booking, numbered (disposisi). ``Arrangement`` is how the room is to stand. ``Displacement``: which
official event took whose date, on whose word and why; its ``DisplacementOffer`` rows are dates of the displaced booking
that are held for it until ``offer_until`` (what they occupy follows from their state, as of every date). A ``Handover``
is one key going out for one date and coming back, with the condition of the room and photos. ``DaySheetPrint`` keeps
what a printed sheet said, so that the next one marks what changed. Instants UTC; days local to the region.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from sepadan.creative.models.bookings import Booking, BookingDate
from sepadan.creative.models.spaces import Centre
from sepadan.creative.names import OfferState
from sepadan.ground.messages import Message
from sepadan.records.public import Document, Person, RegionalKey, RegionalModel


def _person(*, null: bool = True) -> models.ForeignKey[Person | None, Person | None]:
    return models.ForeignKey(Person, on_delete=models.PROTECT, null=null, blank=null, related_name="+", db_index=False)


class AgendaEntry(RegionalModel):
    booking = RegionalKey(Booking, related_name="agenda")
    number = models.CharField(max_length=60)
    dated = models.DateField()
    sender = models.CharField(max_length=120)
    letter_number = models.CharField(max_length=80, blank=True)
    letter_date = models.DateField(null=True, blank=True)
    subject = models.CharField(max_length=200)
    document = RegionalKey(Document, null=True, blank=True, related_name="+")
    noted_at = models.DateTimeField()
    noted_by = _person()
    noted_by_name = models.CharField(max_length=120)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["region", "number"], name="agenda_number_once")]

    def __str__(self) -> str:
        return self.number


class Disposition(RegionalModel):
    booking = RegionalKey(Booking, related_name="dispositions")
    number = models.CharField(max_length=60)
    to_name = models.CharField(max_length=120)
    instruction = models.CharField(max_length=500)
    due = models.DateField(null=True, blank=True)
    given_at = models.DateTimeField()
    given_by = _person()
    given_by_name = models.CharField(max_length=120)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by_name = models.CharField(max_length=120, blank=True)
    done_note = models.CharField(max_length=500, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        indexes = [models.Index(fields=["region", "due"], condition=Q(done_at__isnull=True), name="disposition_open")]
        constraints = [
            models.UniqueConstraint(fields=["region", "number"], name="disposition_number_once"),
            models.CheckConstraint(condition=~Q(to_name="") & ~Q(instruction=""), name="disposition_said"),
        ]

    def __str__(self) -> str:
        return self.number


class Arrangement(RegionalModel):
    """``equipment`` is a list of what has to stand ready, as the desk wrote it."""

    booking = RegionalKey(Booking, related_name="arrangements")
    layout = models.CharField(max_length=30, blank=True)
    equipment = models.JSONField(default=list)
    notes = models.CharField(max_length=500, blank=True)
    changed_at = models.DateTimeField()
    changed_by_name = models.CharField(max_length=120)

    class Meta(RegionalModel.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["region", "booking"], name="arrangement_once")]

    def __str__(self) -> str:
        return f"{self.booking_id}: {self.layout}"


class Displacement(RegionalModel):
    booking = RegionalKey(Booking, related_name="displacements")
    date = RegionalKey(BookingDate, related_name="displacements")
    by_booking = RegionalKey(Booking, related_name="displaced")
    number = models.CharField(max_length=60)
    reason = models.CharField(max_length=500)
    decided_by = _person(null=False)
    decided_by_name = models.CharField(max_length=120)
    decided_at = models.DateTimeField()
    offer_until = models.DateTimeField()
    state = models.CharField(max_length=8, choices=[(s.value, s.value) for s in OfferState])
    answered_at = models.DateTimeField(null=True, blank=True)
    taken = RegionalKey(BookingDate, null=True, blank=True, related_name="+")
    letter = RegionalKey(Document, null=True, blank=True, related_name="+")

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        indexes = [models.Index(fields=["region", "offer_until"], condition=Q(state=OfferState.OFFERED.value),
                                name="displacement_offered")]
        constraints = [
            models.UniqueConstraint(fields=["region", "date"], name="displaced_once"),
            models.UniqueConstraint(fields=["region", "number"], name="displacement_number_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="displacement_has_reason"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in OfferState]), name="displacement_state"),
            models.CheckConstraint(condition=~Q(state=OfferState.ACCEPTED.value) | Q(taken__isnull=False),
                                   name="displacement_accepted_is_taken"),
            models.CheckConstraint(condition=~Q(booking=F("by_booking")), name="displacement_of_another"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def state_label(self) -> Message:
        return Message(f"creative.offer.{self.state}", {})


class DisplacementOffer(RegionalModel):
    displacement = RegionalKey(Displacement, related_name="offers")
    date = RegionalKey(BookingDate, related_name="+")

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["region", "date"], name="offered_date_once")]

    def __str__(self) -> str:
        return f"{self.displacement_id}: {self.date_id}"


class Handover(RegionalModel):
    """``out_condition``, ``in_condition``: {code of the checklist: whether it is in order}."""

    booking = RegionalKey(Booking, related_name="handovers")
    date = RegionalKey(BookingDate, related_name="handovers")
    key_label = models.CharField(max_length=80)
    handed_at = models.DateTimeField()
    handed_by = _person()
    handed_by_name = models.CharField(max_length=120)
    handed_to = models.CharField(max_length=120)
    out_condition = models.JSONField(default=dict)
    out_note = models.CharField(max_length=500, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_by = models.CharField(max_length=120, blank=True)
    received_by = _person()
    received_by_name = models.CharField(max_length=120, blank=True)
    in_condition = models.JSONField(default=dict)
    damage = models.CharField(max_length=1000, blank=True)
    late_minutes = models.PositiveIntegerField(null=True, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        indexes = [models.Index(fields=["region", "booking"], name="handover_of_booking"),
                   models.Index(fields=["region", "handed_at"], condition=Q(returned_at__isnull=True),
                                name="handover_out")]
        constraints = [
            models.UniqueConstraint(fields=["region", "date"], name="handover_once_a_date"),
            models.CheckConstraint(condition=~Q(handed_to="") & ~Q(key_label=""), name="handover_named"),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True, late_minutes__isnull=True) |
                Q(returned_at__gte=F("handed_at"), late_minutes__isnull=False) & ~Q(returned_by=""),
                name="handover_return_is_whole"),
        ]

    def __str__(self) -> str:
        return self.key_label


class HandoverPhoto(RegionalModel):
    """``side``: out when the key went, in when it came back."""

    handover = RegionalKey(Handover, related_name="photos")
    document = RegionalKey(Document, related_name="+")
    side = models.CharField(max_length=3, choices=[("out", "out"), ("in", "in")])
    added_at = models.DateTimeField()

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(side__in=["out", "in"]), name="photo_known_side")]

    def __str__(self) -> str:
        return f"{self.handover_id}: {self.side}"


class DaySheetPrint(RegionalModel):
    """``rows``: what the sheet said of each date, by its id; nothing of persons."""

    centre = RegionalKey(Centre, related_name="day_sheets")
    day = models.DateField()
    role = models.CharField(max_length=10)
    printed_at = models.DateTimeField()
    printed_by = _person()
    printed_by_name = models.CharField(max_length=120)
    rows = models.JSONField(default=dict)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        indexes = [models.Index(fields=["region", "centre", "day", "role"], name="day_sheet_of_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.role}"
