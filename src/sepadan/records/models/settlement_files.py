"""The day's settlement file of a bank: what it says line by line, and what was decided about lines that differ.

Everything is append-only. Whether a line agrees with the books is not stored but compared anew (``engine/
settlement.py``); a decision is a row, and the last one on a line counts. Amounts are whole rupiah.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from sepadan.records.models.channels import ChannelPartner
from sepadan.records.models.payments import Payment
from sepadan.records.models.people import Person
from sepadan.records.names import SettlementAct
from sepadan.records.tenancy import RegionalKey, RegionalModel


class SettlementFile(RegionalModel):
    """``reference`` is the bank's own name of the file; ``day`` the day whose payments it hands over."""

    partner = RegionalKey(ChannelPartner, related_name="files")
    reference = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    day = models.DateField()
    sha256 = models.CharField(max_length=64)
    count = models.PositiveIntegerField()
    gross = models.BigIntegerField()
    fee = models.BigIntegerField()
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["-day", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "partner", "reference"], name="settlement_file_once"),
            models.CheckConstraint(condition=Q(gross__gt=0), name="settlement_file_gross_positive"),
            models.CheckConstraint(condition=Q(fee__gte=0, fee__lte=F("gross")), name="settlement_file_fee_part"),
        ]

    def __str__(self) -> str:
        return self.reference


class SettlementRow(RegionalModel):
    file = RegionalKey(SettlementFile, related_name="rows")
    line = models.PositiveIntegerField()
    request_id = models.CharField(max_length=40)
    number = models.CharField(max_length=28)
    amount = models.BigIntegerField()
    fee = models.BigIntegerField()
    paid_at = models.DateTimeField()

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["line"]
        constraints = [
            models.UniqueConstraint(fields=["region", "file", "line"], name="settlement_row_once"),
            models.UniqueConstraint(fields=["region", "file", "request_id"], name="settlement_row_request_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="settlement_row_amount_positive"),
            models.CheckConstraint(condition=Q(fee__gte=0, fee__lte=F("amount")), name="settlement_row_fee_part"),
        ]

    def __str__(self) -> str:
        return self.request_id


class SettlementAnswer(RegionalModel):
    """A decision about a line (``row``), about a payment that the file lacks (``payment``), or, with neither, about
    the file's fee. ``booked`` is the payment that the decision made."""

    file = RegionalKey(SettlementFile, related_name="answers")
    row = RegionalKey(SettlementRow, null=True, blank=True, related_name="answers")
    payment = RegionalKey(Payment, null=True, blank=True, related_name="settlement_answers")
    act = models.CharField(max_length=12, choices=[(k.value, k.value) for k in SettlementAct])
    reason = models.CharField(max_length=500)
    booked = RegionalKey(Payment, null=True, blank=True, related_name="booked_by_answers")
    at = models.DateTimeField()
    by_name = models.CharField(max_length=150)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(act__in=[k.value for k in SettlementAct]),
                                   name="settlement_answer_known_act"),
            models.CheckConstraint(condition=~Q(reason=""), name="settlement_answer_has_reason"),
            models.CheckConstraint(condition=Q(row__isnull=True) | Q(payment__isnull=True),
                                   name="settlement_answer_about_one"),
        ]

    def __str__(self) -> str:
        return self.act
