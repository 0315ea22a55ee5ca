"""The ledger: accounts, charges and transfers of one region. Amounts are whole rupiah.

One row is one transfer: it takes from one account (credit) and gives to another (debit), so the ledger balances by
construction. Transfers are never changed or removed; a mistake is undone by a counter-transfer that names what it
reverses. ``source`` says where a transfer came from and is unique in the region: posting the same twice does nothing.
A charge is all the ledger knows of a bill, ticket or booking fee. Accounts map to the SIPD codes by data; an account
whose code is not known has none.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from sepadan.records.names import AccountKind
from sepadan.records.tenancy import RegionalKey, RegionalModel


class Account(RegionalModel):
    """``purpose`` is how services find the account: ``cash``, ``receivable:pbb``, ``clearing:qris``."""

    code = models.CharField(max_length=30)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in AccountKind])
    purpose = models.CharField(max_length=60, blank=True)
    sipd_code = models.CharField(max_length=30, blank=True)
    sipd_name = models.CharField(max_length=200, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["region", "code"], name="account_code_once"),
            models.UniqueConstraint(fields=["region", "purpose"], condition=~Q(purpose=""),
                                    name="account_purpose_once"),
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in AccountKind]), name="account_known_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Charge(RegionalModel):
    """What somebody owes for one levy. Only the due date may move; an amount is corrected by transfers."""

    levy = models.CharField(max_length=30)
    number = models.CharField(max_length=60)
    payer = models.CharField(max_length=80)
    due_on = models.DateField()
    amount = models.BigIntegerField()
    created_at = models.DateTimeField()

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        indexes = [models.Index(fields=["region", "payer"], name="charge_of_payer")]
        constraints = [
            models.UniqueConstraint(fields=["region", "levy", "number"], name="charge_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="charge_amount_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.levy} {self.number}"


class Transfer(RegionalModel):
    debit = RegionalKey(Account, related_name="debits")
    credit = RegionalKey(Account, related_name="credits")
    amount = models.BigIntegerField()
    charge = RegionalKey(Charge, null=True, blank=True, related_name="transfers")
    effective_on = models.DateField()
    posted_at = models.DateTimeField()
    source = models.CharField(max_length=120)
    reverses = RegionalKey("self", null=True, blank=True, related_name="reversed_by")

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "source"], name="transfer_source_once"),
            models.UniqueConstraint(fields=["region", "reverses"], condition=Q(reverses__isnull=False),
                                    name="transfer_reversed_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="transfer_amount_positive"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="transfer_between_two_accounts"),
            models.CheckConstraint(condition=~Q(source=""), name="transfer_has_source"),
        ]

    def __str__(self) -> str:
        return self.source
