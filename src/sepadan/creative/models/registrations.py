"""Who comes to an event: registrations, with groups and a waiting list, and one ticket for each seat.

States of a registration: ``approval`` (somebody decides), ``waiting``, ``offered`` (seats kept until
``offered_until``), ``confirmed``, ``refused``, ``cancelled``, ``lapsed``. Confirmed and offered registrations take
seats; that these never exceed the capacity of the event is held by the database (migration 0007), however a row is
written. ``passed`` counts rounds in which a group was overtaken (``engine/waiting.py``).

Personal data: as little as the organiser asks for. ``agreed_at`` and ``agreed_to`` say when and to which wording the
visitor agreed; photographs and the name on certificates are opt-in. For a minor the guardian answers: name, contact and
the moment of consent are needed (checked by the database). After the retention of the centre the row is made anonymous
(``anonymised_at``): counts remain, people do not.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sepadan.creative.event_names import RegistrationState, TicketState
from sepadan.creative.models.events import Event
from sepadan.ground.messages import Message
from sepadan.records.public import RegionalKey, RegionalModel


class Registration(RegionalModel):
    event = RegionalKey(Event, related_name="registrations")
    number = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    contact = models.CharField(max_length=160, blank=True)
    seats = models.PositiveSmallIntegerField(default=1)
    answers = models.JSONField(default=dict)
    sector = models.CharField(max_length=30, blank=True)
    kecamatan = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=2, default="id")
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in RegistrationState])
    priority = models.SmallIntegerField(default=0)
    passed = models.PositiveSmallIntegerField(default=0)
    received_at = models.DateTimeField()
    offered_at = models.DateTimeField(null=True, blank=True)
    offered_until = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    agreed_at = models.DateTimeField()
    agreed_to = models.CharField(max_length=20)
    photographs = models.BooleanField(default=False)
    name_on_certificate = models.BooleanField(default=False)
    minor = models.BooleanField(default=False)
    guardian_name = models.CharField(max_length=120, blank=True)
    guardian_contact = models.CharField(max_length=160, blank=True)
    guardian_agreed_at = models.DateTimeField(null=True, blank=True)
    request_key = models.CharField(max_length=80, null=True, blank=True)  # noqa: DJ001 - no key, not an empty one
    request_digest = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=120)
    anonymised_at = models.DateTimeField(null=True, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["region", "event", "state"], name="registration_of_event"),
            models.Index(fields=["region", "offered_until"], condition=Q(state=RegistrationState.OFFERED.value),
                         name="registration_offers"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["region", "number"], name="registration_number_once"),
            models.UniqueConstraint(fields=["region", "request_key"], name="registration_request_key_once"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in RegistrationState]),
                                   name="registration_known_state"),
            models.CheckConstraint(condition=Q(seats__gte=1), name="registration_has_seats"),
            models.CheckConstraint(condition=~Q(state=RegistrationState.OFFERED.value) |
                                   Q(offered_until__isnull=False), name="registration_offer_ends"),
            models.CheckConstraint(
                condition=Q(minor=False) | Q(anonymised_at__isnull=False) | Q(guardian_agreed_at__isnull=False) &
                ~Q(guardian_name="") & ~Q(guardian_contact=""), name="registration_guardian_of_minor"),
            models.CheckConstraint(
                condition=Q(anonymised_at__isnull=True) | Q(contact="", guardian_name="", guardian_contact=""),
                name="registration_anonymous"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def state_label(self) -> Message:
        return Message(f"creative.registration.state.{self.state}", {})


class Ticket(RegionalModel):
    """A seat. ``code`` is random and public; a ticket that was revoked may be followed by a new one of its ordinal."""

    registration = RegionalKey(Registration, related_name="tickets")
    ordinal = models.PositiveSmallIntegerField()
    holder_name = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=32)
    state = models.CharField(max_length=8, choices=[(s.value, s.value) for s in TicketState],
                             default=TicketState.VALID.value)
    issued_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["registration_id", "ordinal", "id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "code"], name="ticket_code_once"),
            models.UniqueConstraint(fields=["region", "registration", "ordinal"],
                                    condition=Q(state=TicketState.VALID.value), name="ticket_one_valid_a_seat"),
            models.CheckConstraint(condition=Q(state=TicketState.VALID.value, revoked_at__isnull=True) |
                                   Q(state=TicketState.REVOKED.value, revoked_at__isnull=False),
                                   name="ticket_revoked_when"),
        ]

    def __str__(self) -> str:
        return self.code
