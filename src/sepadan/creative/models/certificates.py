"""Certificates of attendance: a signed credential for each holder, and the list that says which were revoked.

A ``Certificate`` is issued for one seat of a registration, once at a time. ``jwt`` is the Open Badges 3.0 credential as
it was signed; it carries no name, so that whoever is handed it learns none. The name is shown to the public only while
the holder wishes it (``name_shown``), never for a minor. What was signed is never changed: a wrong name is put right by
a new certificate that ``replaces`` the old one, and ending one needs a reason.

A ``StatusList`` belongs to one signing key: lists are signed by the key that signed the certificates on it. ``used``
counts the places taken; which place a certificate has is scattered (``engine/status_list.py``), so that the list tells
neither order nor number.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sepadan.creative.models.events import Event
from sepadan.creative.models.registrations import Registration
from sepadan.creative.models.signing import SigningKey
from sepadan.ground.messages import Message
from sepadan.records.public import RegionalKey, RegionalModel

STATES = ("valid", "revoked", "replaced")
FIXED = ("event_id", "registration_id", "ordinal", "number", "public_id", "attended", "counted", "share_needed",
         "issued_at", "key_id", "status_list_id", "status_index", "jwt", "replaces_id")
"""Columns of a certificate that never change."""


class StatusList(RegionalModel):
    key = RegionalKey(SigningKey, related_name="status_lists")
    ordinal = models.PositiveIntegerField()
    used = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["ordinal"]
        constraints = [models.UniqueConstraint(fields=["region", "ordinal"], name="status_list_ordinal_once")]

    def __str__(self) -> str:
        return str(self.ordinal)


class Certificate(RegionalModel):
    event = RegionalKey(Event, related_name="certificates")
    registration = RegionalKey(Registration, related_name="certificates")
    ordinal = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=60)
    public_id = models.CharField(max_length=36)
    holder_name = models.CharField(max_length=120, blank=True)
    minor = models.BooleanField(default=False)
    attended = models.PositiveSmallIntegerField()
    counted = models.PositiveSmallIntegerField()
    share_needed = models.DecimalField(max_digits=4, decimal_places=3)
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=120)
    key = RegionalKey(SigningKey, related_name="certificates")
    status_list = RegionalKey(StatusList, related_name="certificates")
    status_index = models.PositiveIntegerField()
    jwt = models.TextField()
    state = models.CharField(max_length=8, choices=[(one, one) for one in STATES], default="valid")
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    replaces = RegionalKey("self", null=True, blank=True, related_name="replaced_by")
    name_shown = models.BooleanField(default=False)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        indexes = [models.Index(fields=["region", "event", "state"], name="certificate_of_event")]
        constraints = [
            models.UniqueConstraint(fields=["region", "number"], name="certificate_number_once"),
            models.UniqueConstraint(fields=["region", "public_id"], name="certificate_public_id_once"),
            models.UniqueConstraint(fields=["region", "status_list", "status_index"], name="certificate_place_once"),
            models.UniqueConstraint(fields=["region", "event", "registration", "ordinal"],
                                    condition=Q(state="valid"), name="certificate_one_valid_a_seat"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="certificate_known_state"),
            models.CheckConstraint(condition=Q(state="valid", ended_at__isnull=True) |
                                   ~Q(state="valid") & Q(ended_at__isnull=False) & ~Q(reason=""),
                                   name="certificate_ended_with_reason"),
            models.CheckConstraint(condition=Q(counted__gte=1) & Q(attended__lte=models.F("counted")),
                                   name="certificate_attended_of_counted"),
            models.CheckConstraint(condition=Q(name_shown=False) | Q(minor=False) & ~Q(holder_name=""),
                                   name="certificate_name_of_an_adult"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def state_label(self) -> Message:
        return Message(f"creative.certificate.state.{self.state}", {})
