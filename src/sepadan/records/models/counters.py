"""Cash taken at a counter or in a village: who collects, the cash book of a day, receipts, deposits with the bank.

The money itself is in ``Payment`` and the ledger; these rows say in whose hands it was. A receipt is never changed;
what was taken wrongly is taken back as a payment. A day is closed once: what was counted, and why it differs from the
book. A deposit (STS) hands closed days over to the region's account. Amounts are whole rupiah.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sepadan.records.models.payments import Payment
from sepadan.records.models.people import Person
from sepadan.records.names import CollectorKind
from sepadan.records.tenancy import RegionalKey, RegionalModel


class Collector(RegionalModel):
    """A counter of the office, or a collector of a village. ``area`` is the kelurahan or the place, in words."""

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in CollectorKind])
    area = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["kind", "name"]
        constraints = [
            models.UniqueConstraint(fields=["region", "name"], name="collector_name_once"),
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in CollectorKind]), name="collector_known_kind"),
        ]

    def __str__(self) -> str:
        return self.name


class CashDeposit(RegionalModel):
    """A deposit slip (STS): *amount* in cash brought to the bank, for one or more closed days of a collector."""

    collector = RegionalKey(Collector, related_name="deposits")
    number = models.CharField(max_length=60)
    amount = models.BigIntegerField()
    bank_reference = models.CharField(max_length=60)
    deposited_on = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "number"], name="cash_deposit_once"),
            models.UniqueConstraint(fields=["region", "bank_reference"], name="cash_deposit_bank_reference_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="cash_deposit_amount"),
        ]

    def __str__(self) -> str:
        return self.number


class CashDay(RegionalModel):
    """The cash book of one collector on one local day. Open until ``counted`` is given; then closed for good."""

    collector = RegionalKey(Collector, related_name="days")
    day = models.DateField()
    opened_at = models.DateTimeField()
    counted = models.BigIntegerField(null=True, blank=True)
    difference = models.BigIntegerField(default=0)
    difference_reason = models.CharField(max_length=500, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=150, blank=True)
    deposit = RegionalKey(CashDeposit, null=True, blank=True, related_name="days")

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["-day", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "collector", "day"], name="cash_day_once"),
            models.CheckConstraint(condition=Q(counted__isnull=True) | Q(counted__gte=0), name="cash_day_counted"),
            models.CheckConstraint(condition=Q(difference=0) | ~Q(difference_reason=""), name="cash_day_reason"),
            models.CheckConstraint(condition=Q(counted__isnull=True, closed_at__isnull=True)
                                   | Q(counted__isnull=False, closed_at__isnull=False), name="cash_day_closed_whole"),
            models.CheckConstraint(condition=Q(deposit__isnull=True) | Q(closed_at__isnull=False),
                                   name="cash_day_closed_before_deposit"),
        ]

    def __str__(self) -> str:
        return f"{self.day}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class CashReceipt(RegionalModel):
    """A numbered receipt: which payment, in which day's book, and what it paid (principal and interest that day)."""

    cash_day = RegionalKey(CashDay, related_name="receipts")
    number = models.CharField(max_length=60)
    payment = RegionalKey(Payment, related_name="receipts")
    interest = models.BigIntegerField(default=0)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "number"], name="cash_receipt_once"),
            models.UniqueConstraint(fields=["region", "payment"], name="cash_receipt_payment_once"),
            models.CheckConstraint(condition=Q(interest__gte=0), name="cash_receipt_interest"),
        ]

    def __str__(self) -> str:
        return self.number
