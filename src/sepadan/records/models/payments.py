"""Money that arrived, by channel, and its settlement: when the channel handed over what it had collected.

A payment is one message of a bank, a QRIS or virtual-account provider, or one receipt of a counter; the channel's own
reference is unique in the region, so that a repeated message changes nothing. Rows are append-only: a payment taken
back by the channel is a row in ``PaymentReversal`` with counter-transfers in the ledger.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from sepadan.records.models.ledger import Charge
from sepadan.records.names import Channel
from sepadan.records.tenancy import RegionalKey, RegionalModel

_CHANNELS = [(k.value, k.value) for k in Channel]


class Payment(RegionalModel):
    channel = models.CharField(max_length=10, choices=_CHANNELS)
    reference = models.CharField(max_length=80)
    charge = RegionalKey(Charge, related_name="payments")
    amount = models.BigIntegerField()
    overpaid = models.BigIntegerField(default=0)
    paid_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        indexes = [models.Index(fields=["region", "paid_at"], name="payment_by_time")]
        constraints = [
            models.UniqueConstraint(fields=["region", "channel", "reference"], name="payment_once"),
            models.CheckConstraint(condition=Q(channel__in=[k.value for k in Channel]), name="payment_known_channel"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_amount_positive"),
            models.CheckConstraint(condition=Q(overpaid__gte=0, overpaid__lte=F("amount")),
                                   name="payment_overpaid_part"),
            models.CheckConstraint(condition=~Q(reference=""), name="payment_has_reference"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.reference}"


class PaymentReversal(RegionalModel):
    payment = RegionalKey(Payment, related_name="reversals")
    reference = models.CharField(max_length=80)
    reason = models.CharField(max_length=500)
    received_at = models.DateTimeField()

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["region", "payment"], name="payment_reversed_once")]

    def __str__(self) -> str:
        return self.reference


class Settlement(RegionalModel):
    """One hand-over of a channel: *gross* of the payments in its lines, *fee* kept back, the rest in cash."""

    channel = models.CharField(max_length=10, choices=_CHANNELS)
    reference = models.CharField(max_length=80)
    gross = models.BigIntegerField()
    fee = models.BigIntegerField(default=0)
    settled_on = models.DateField()
    received_at = models.DateTimeField()

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "channel", "reference"], name="settlement_once"),
            models.CheckConstraint(condition=Q(gross__gt=0), name="settlement_gross_positive"),
            models.CheckConstraint(condition=Q(fee__gte=0, fee__lte=F("gross")), name="settlement_fee_part"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.reference}"


class SettlementLine(RegionalModel):
    settlement = RegionalKey(Settlement, related_name="lines")
    payment = RegionalKey(Payment, related_name="settlement_lines")

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["region", "payment"], name="payment_settled_once")]

    def __str__(self) -> str:
        return str(self.pk)
