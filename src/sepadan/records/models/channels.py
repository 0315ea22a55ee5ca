"""A payment channel as a bank uses it: who may send messages, which numbers lead to which charges, and every message.

A message is stored before it is worked on (``BankMessage``) and its answer in the same transaction as what it books
(``BankOutcome``): a message without an outcome is one that a crash cut short, and finishing it books once. Both are
append-only. The partner's secret is not here: it is derived from the installation's key and ``generation``.
A message that comes under a used external id with another content is a ``BankConflict``: kept, never worked on.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sepadan.records.names import Channel
from sepadan.records.tenancy import RegionalKey, RegionalModel

_CHANNELS = [k.value for k in Channel if k != Channel.COUNTER]
POLICIES = ("exact", "partial", "over")
MESSAGE_KINDS = ("inquiry", "payment", "reversal", "status")
SOURCES = ("key", "number")


class ChannelPartner(RegionalModel):
    """``policy``: which amounts it may pay: exactly what is open, up to it, or any (more is kept apart).
    ``late_days``: how many days ago the bank may say that a payment was made. ``fee``: rupiah agreed for a payment,
    against which its settlement files are checked."""

    name = models.CharField(max_length=120)
    partner_id = models.CharField(max_length=36)
    channel = models.CharField(max_length=10, choices=[(k, k) for k in _CHANNELS])
    policy = models.CharField(max_length=10, choices=[(k, k) for k in POLICIES], default="exact")
    tolerance_seconds = models.PositiveIntegerField(default=300)
    late_days = models.PositiveSmallIntegerField(default=31)
    fee = models.PositiveIntegerField(default=0)
    networks = models.JSONField(default=list, blank=True)
    generation = models.PositiveIntegerField(default=1)
    previous_until = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["region", "partner_id"], name="channel_partner_once"),
            models.CheckConstraint(condition=Q(channel__in=_CHANNELS), name="channel_partner_known_channel"),
            models.CheckConstraint(condition=Q(policy__in=POLICIES), name="channel_partner_known_policy"),
            models.CheckConstraint(condition=Q(partner_id__regex="^[A-Za-z0-9-]+$"), name="channel_partner_id_form"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.partner_id})"


class NumberScheme(RegionalModel):
    """Which charges a partner's *prefix* leads to. ``source`` says what follows it: ``key`` the charge's key in
    *digits* digits and a check digit, ``number`` the charge's own number. Without ``days_after_due`` a charge can be
    paid however late; with it, until so many days after the due date."""

    partner = RegionalKey(ChannelPartner, related_name="schemes")
    prefix = models.CharField(max_length=8)
    levy = models.CharField(max_length=30)
    source = models.CharField(max_length=10, choices=[(k, k) for k in SOURCES], default="key")
    digits = models.PositiveSmallIntegerField(default=11)
    days_after_due = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["prefix"]
        constraints = [
            models.UniqueConstraint(fields=["region", "partner", "prefix"], name="number_scheme_once"),
            models.CheckConstraint(condition=Q(prefix__regex="^[0-9]+$"), name="number_scheme_prefix_digits"),
            models.CheckConstraint(condition=Q(source__in=SOURCES), name="number_scheme_known_source"),
            models.CheckConstraint(condition=Q(digits__gte=4, digits__lte=18), name="number_scheme_digits"),
        ]

    def __str__(self) -> str:
        return f"{self.prefix} {self.levy}"


class BankMessage(RegionalModel):
    """One message as it came. ``day`` is the local day on which ``external_id`` must be unique."""

    partner = RegionalKey(ChannelPartner, related_name="messages")
    day = models.DateField()
    external_id = models.CharField(max_length=36)
    kind = models.CharField(max_length=10, choices=[(k, k) for k in MESSAGE_KINDS])
    sha256 = models.CharField(max_length=64)
    body = models.BinaryField()
    headers = models.JSONField(default=dict)
    received_at = models.DateTimeField()

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "partner", "day", "external_id"], name="bank_message_once"),
            models.CheckConstraint(condition=Q(kind__in=MESSAGE_KINDS), name="bank_message_known_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.external_id}"


class BankOutcome(RegionalModel):
    """The answer to a message, byte for byte, and what it is about."""

    message = RegionalKey(BankMessage, related_name="outcomes")
    name = models.CharField(max_length=20)
    status = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=7)
    body = models.BinaryField()
    answered_at = models.DateTimeField()

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["region", "message"], name="bank_outcome_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.code}"


class EarlyReversal(RegionalModel):
    """A reversal whose payment had not come: when it comes, it is answered as taken back and books nothing."""

    partner = RegionalKey(ChannelPartner, related_name="early_reversals")
    request_id = models.CharField(max_length=40)
    message = RegionalKey(BankMessage, related_name="early_reversals")

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["region", "partner", "request_id"], name="early_reversal_once")]

    def __str__(self) -> str:
        return self.request_id


class BankConflict(RegionalModel):
    """Another content or kind under the external id of *message*. Answered with a conflict, kept for whoever asks."""

    message = RegionalKey(BankMessage, related_name="conflicts")
    kind = models.CharField(max_length=10, choices=[(k, k) for k in MESSAGE_KINDS])
    sha256 = models.CharField(max_length=64)
    body = models.BinaryField()
    headers = models.JSONField(default=dict)
    received_at = models.DateTimeField()

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "message", "kind", "sha256"], name="bank_conflict_once"),
            models.CheckConstraint(condition=Q(kind__in=MESSAGE_KINDS), name="bank_conflict_known_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.sha256[:8]}"
