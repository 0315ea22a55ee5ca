"""Doors of an event, the phones that guard them, and what they read: every scan is a fact that stays.

A ``Door`` belongs to one event. A ``DoorDevice`` is a phone enrolled for one door by a code that an officer was shown
once (``code_digest``, good until ``code_until``); it then holds a random token of which only the SHA-256 is kept
(``token_digest``). The desk itself is a device of kind ``desk``. A revoked device uploads nothing more.

A ``Scan`` is known by its device, the nonce that the device drew, and its content; sending it again adds nothing. Of
the clocks, ``device_at`` is the device's own time of the scan, ``sent_at`` its time at the upload, ``received_at`` the
server's; ``at`` is the time that the server reads the scan as. Where a scan came in two uploads the earlier one counts:
these three columns alone may still move back. What scans mean is never stored: ``engine/doors.py`` says it anew from
all of them. ``ticket`` is the code as it was read; forged texts and those of another event stand under ``how``.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sepadan.creative.models.events import Event
from sepadan.records.public import RegionalKey, RegionalModel

WAYS = ("in", "out", "no")
HOWS = ("qr", "typed", "desk", "forged", "elsewhere")
FIXED = ("event_id", "door_id", "device_id", "nonce", "ticket", "way", "how", "device_at", "by_name", "note")
"""Columns of a scan that never change."""


class Door(RegionalModel):
    """``names``: whether its phones also carry short names of the visitors, to compare with a card."""

    event = RegionalKey(Event, related_name="doors")
    ordinal = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    names = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField()

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["region", "event", "ordinal"], name="door_ordinal_once"),
            models.UniqueConstraint(fields=["region", "event", "name"], name="door_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="door_named"),
        ]

    def __str__(self) -> str:
        return self.name


class DoorDevice(RegionalModel):
    door = RegionalKey(Door, related_name="devices")
    kind = models.CharField(max_length=5, choices=[("phone", "phone"), ("desk", "desk")], default="phone")
    label = models.CharField(max_length=60)
    code_digest = models.CharField(max_length=64, blank=True)
    code_until = models.DateTimeField(null=True, blank=True)
    token_digest = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001 - no token, not an empty one
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)
    enrolled_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    skew_seconds = models.IntegerField(null=True, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "token_digest"], name="door_device_token_once"),
            models.UniqueConstraint(fields=["region", "code_digest"], condition=~Q(code_digest=""),
                                    name="door_device_code_once"),
            models.UniqueConstraint(fields=["region", "door"], condition=Q(kind="desk"), name="door_one_desk"),
            models.CheckConstraint(condition=Q(code_digest="") | Q(code_until__isnull=False),
                                   name="door_device_code_ends"),
        ]

    def __str__(self) -> str:
        return self.label


class Scan(RegionalModel):
    event = RegionalKey(Event, related_name="scans")
    door = RegionalKey(Door, related_name="scans")
    device = RegionalKey(DoorDevice, related_name="scans")
    nonce = models.CharField(max_length=40)
    ticket = models.CharField(max_length=40)
    way = models.CharField(max_length=3, choices=[(one, one) for one in WAYS])
    how = models.CharField(max_length=9, choices=[(one, one) for one in HOWS])
    device_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    received_at = models.DateTimeField()
    at = models.DateTimeField()
    by_name = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["region", "event", "ticket"], name="scan_of_ticket")]
        constraints = [
            models.UniqueConstraint(fields=["region", "device", "nonce", "ticket", "way", "how", "device_at"],
                                    name="scan_once"),
            models.CheckConstraint(condition=Q(way__in=WAYS) & Q(how__in=HOWS), name="scan_known_words"),
            models.CheckConstraint(condition=~Q(nonce="") & ~Q(ticket=""), name="scan_named"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket} {self.way} {self.at:%Y-%m-%d %H:%M:%S}"


class ScanNote(RegionalModel):
    """What an officer found out about a scan that was flagged; with a note it needs nobody any more."""

    scan = RegionalKey(Scan, related_name="notes")
    text = models.CharField(max_length=300)
    at = models.DateTimeField()
    by_name = models.CharField(max_length=120)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="scan_note_says_something")]

    def __str__(self) -> str:
        return self.text
