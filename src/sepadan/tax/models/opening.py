"""What an older system held when a region moved here: its bills with their payments, and who carries an NJOPTKP.

A bill that was taken over is history: what was billed, what was paid and when. Only what is left of it is a receivable
(``charge``, with a claim of origin ``opening``); a year that was paid has none, and what was paid beyond a bill is a
credit of the payer (``charge``, with a claim of origin ``credit``). A receivable entered by hand, and a
grade of evidence that is corrected, are proposed by one person and decided by another, which the database checks. The
grade in force of a receivable is the one granted last, else that of its claim. Money is whole rupiah, days are local.
"""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import F, Q

from sepadan.records.public import Charge, Person, RegionalKey, RegionalModel
from sepadan.tax.models.collection import Claim, Evidence
from sepadan.tax.models.taxpayers import Taxpayer


class OpeningBill(RegionalModel):
    """One object and tax year as the old system billed it. Values that a list does not say are empty.

    ``principal_paid`` and ``interest_paid`` are the sums of its payments, ``over`` what they paid beyond the bill,
    ``unproved`` what the old system calls paid without a payment to show for it. Always
    ``payable + over = principal_paid + unproved + remainder``. ``notes`` names what is odd about it.
    """

    nop = models.CharField(max_length=18)
    tax_year = models.SmallIntegerField()
    kelurahan = RegionalKey("territory.Kelurahan", on_delete=models.PROTECT, related_name="+")
    payer_name = models.CharField(max_length=120)
    issued_on = models.DateField(null=True, blank=True)
    due_on = models.DateField()
    land_m2 = models.BigIntegerField(null=True, blank=True)
    building_m2 = models.BigIntegerField(null=True, blank=True)
    njop_land = models.BigIntegerField(null=True, blank=True)
    njop_building = models.BigIntegerField(null=True, blank=True)
    njop = models.BigIntegerField(null=True, blank=True)
    njoptkp = models.BigIntegerField(null=True, blank=True)
    pbb = models.BigIntegerField(null=True, blank=True)
    reduction = models.BigIntegerField(null=True, blank=True)
    payable = models.BigIntegerField()
    said_paid = models.BooleanField()
    payments = models.SmallIntegerField()
    principal_paid = models.BigIntegerField()
    interest_paid = models.BigIntegerField()
    over = models.BigIntegerField()
    unproved = models.BigIntegerField()
    remainder = models.BigIntegerField()
    last_paid_on = models.DateField(null=True, blank=True)
    evidence = models.CharField(max_length=8, choices=[(e.value, e.value) for e in Evidence])
    notes = models.JSONField(default=list)
    charge = RegionalKey(Charge, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    source = models.CharField(max_length=200)
    entry = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["nop", "tax_year"]
        constraints = [
            models.UniqueConstraint(fields=["region", "nop", "tax_year"], name="opening_bill_once"),
            models.CheckConstraint(condition=Q(nop__regex=r"^\d{18}$"), name="opening_bill_nop_form"),
            models.CheckConstraint(condition=Q(charge__isnull=True, remainder=0) |
                                   Q(charge__isnull=False, remainder__gt=0) | Q(charge__isnull=False, over__gt=0),
                                   name="opening_bill_charged_when_open"),
            models.CheckConstraint(
                condition=Q(payable__gte=0, principal_paid__gte=0, interest_paid__gte=0, over__gte=0,
                            unproved__gte=0, payments__gte=0), name="opening_bill_not_negative"),
            models.CheckConstraint(
                condition=Q(remainder=F("payable") + F("over") - F("principal_paid") - F("unproved")),
                name="opening_bill_adds_up"),
            models.CheckConstraint(condition=Q(evidence__in=[e.value for e in Evidence]),
                                   name="opening_bill_is_graded"),
        ]

    def __str__(self) -> str:
        return f"{self.nop} {self.tax_year}"


class OpeningPayment(RegionalModel):
    """A payment of a bill that was taken over. ``amount`` holds the ``interest``; a payment that was taken back there
    has none left."""

    bill = RegionalKey(OpeningBill, on_delete=models.PROTECT, related_name="paid")
    part = models.SmallIntegerField()
    paid_on = models.DateField()
    entered_on = models.DateField(null=True, blank=True)
    amount = models.BigIntegerField()
    interest = models.BigIntegerField()

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["bill_id", "part"]
        constraints = [
            models.UniqueConstraint(fields=["region", "bill", "part"], name="opening_payment_once"),
            models.CheckConstraint(condition=Q(interest__gte=0, amount__gte=F("interest")),
                                   name="opening_payment_holds_interest"),
        ]

    def __str__(self) -> str:
        return f"{self.bill_id}/{self.part}"


class OpeningKind(StrEnum):
    """``entry``: a receivable of one object and year; ``grade``: another grade of evidence for one that is here."""

    ENTRY = "entry"
    GRADE = "grade"


class OpeningState(StrEnum):
    PROPOSED = "proposed"
    GRANTED = "granted"
    REJECTED = "rejected"


def _person(**options: bool) -> models.ForeignKey:
    return models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False, **options)


class OpeningProposal(RegionalModel):
    """``terms`` of an entry: principal, paid, due_on, payer_name. ``document`` is the evidence that is at hand."""

    kind = models.CharField(max_length=5, choices=[(k.value, k.value) for k in OpeningKind])
    nop = models.CharField(max_length=18)
    tax_year = models.SmallIntegerField()
    claim = RegionalKey(Claim, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    grade = models.CharField(max_length=8, choices=[(e.value, e.value) for e in Evidence])
    terms = models.JSONField(default=dict)
    document = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500)
    state = models.CharField(max_length=8, choices=[(s.value, s.value) for s in OpeningState],
                             default=OpeningState.PROPOSED.value)
    version = models.PositiveIntegerField(default=1)
    proposed_at = models.DateTimeField()
    proposed_by = _person()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = _person(null=True, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "nop", "tax_year", "kind"], condition=Q(state="proposed"),
                                    name="opening_proposed_once"),
            models.CheckConstraint(condition=Q(kind="entry") | Q(kind="grade", claim__isnull=False),
                                   name="opening_grade_of_a_claim"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in OpeningState]) &
                                   Q(grade__in=[e.value for e in Evidence]), name="opening_known_state"),
            models.CheckConstraint(condition=~Q(reason=""), name="opening_has_reason"),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by__isnull=True, decided_at__isnull=True) |
                (~Q(state="proposed") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="opening_decided_by_somebody"),
            models.CheckConstraint(condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                                   name="opening_by_another"),
        ]

    def __str__(self) -> str:
        return f"{self.nop} {self.tax_year}"


class NjoptkpHolder(RegionalModel):
    """The object for which a taxpayer takes the one NJOPTKP of a tax year, as the office's own table says it."""

    taxpayer = RegionalKey(Taxpayer, on_delete=models.PROTECT, related_name="+")
    tax_year = models.SmallIntegerField()
    nop = models.CharField(max_length=18)
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)
    entry = models.BigIntegerField()

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["tax_year", "taxpayer_id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "tax_year", "taxpayer"], condition=Q(superseded_at__isnull=True),
                                    name="njoptkp_holder_once"),
            models.CheckConstraint(condition=Q(nop__regex=r"^\d{18}$"), name="njoptkp_holder_nop_form"),
        ]

    def __str__(self) -> str:
        return f"{self.nop} {self.tax_year}"
