"""What a document changes about a charge, and charges that no mass assessment raised.

A decision is linked to the charge it is about: a correction, a write-off, an instalment plan, the use of a credit for
another charge, a refund. It is proposed by one person and decided by another, which the database checks; the original
bill and its lines stay, the decision's own ledger lines bear its key (``decision:<id>...``). ``amount`` is rupiah: the
principal as it should be (correction), what is written off, the credit that is used or paid back, the principal of a
plan. ``terms`` are exact values as text. A claim says what a charge without a bill is about: a receivable inherited
from an older system, with the grade of its evidence, or the additional tax of a correction.
"""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import F, Q

from sepadan.records.public import Charge, Person, RegionalKey, RegionalModel


class DecisionKind(StrEnum):
    CORRECTION = "correction"
    WRITE_OFF = "write_off"
    INSTALMENT = "instalment"
    COMPENSATION = "compensation"
    REFUND = "refund"


class DecisionState(StrEnum):
    """``ended``: a granted decision that counts no more (a plan that was broken, a write-off taken back)."""

    PROPOSED = "proposed"
    GRANTED = "granted"
    REJECTED = "rejected"
    ENDED = "ended"


class ClaimOrigin(StrEnum):
    """What a charge without a bill is: a receivable taken over, an additional charge by a decision, or what a bill of
    an older system was paid beyond its amount (``credit``: nothing is claimed, the payer is owed)."""

    OPENING = "opening"
    ADDITIONAL = "additional"
    CREDIT = "credit"


class Evidence(StrEnum):
    """How well an inherited receivable is proved: bill and payment history, one of them, a list only, nothing."""

    FULL = "full"
    PARTIAL = "partial"
    LIST = "list"
    NONE = "none"


def _person(**options: bool) -> models.ForeignKey:
    return models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False, **options)


class DuesDecision(RegionalModel):
    kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in DecisionKind])
    charge = RegionalKey(Charge, on_delete=models.PROTECT, related_name="+")
    other_charge = RegionalKey(Charge, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    amount = models.BigIntegerField()
    terms = models.JSONField(default=dict)
    reason = models.CharField(max_length=500)
    document_number = models.CharField(max_length=80, blank=True)
    document_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=[(s.value, s.value) for s in DecisionState],
                             default=DecisionState.PROPOSED.value)
    version = models.PositiveIntegerField(default=1)
    proposed_at = models.DateTimeField()
    proposed_by = _person()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = _person(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=500, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["-id"]
        indexes = [models.Index(fields=["region", "state", "kind"], name="decision_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["region", "charge", "kind"], condition=Q(state="proposed"),
                                    name="decision_proposed_once"),
            models.UniqueConstraint(fields=["region", "charge"], condition=Q(state="granted", kind="instalment"),
                                    name="decision_one_plan"),
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in DecisionKind]), name="decision_known_kind"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in DecisionState]),
                                   name="decision_known_state"),
            models.CheckConstraint(condition=Q(amount__gt=0) | Q(amount=0, kind="correction"),
                                   name="decision_amount_positive"),
            models.CheckConstraint(condition=~Q(reason=""), name="decision_has_reason"),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by__isnull=True, decided_at__isnull=True) |
                (~Q(state="proposed") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="decision_decided_by_somebody"),
            models.CheckConstraint(condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                                   name="decision_by_another"),
            models.CheckConstraint(condition=~Q(state__in=["granted", "ended"]) |
                                   (~Q(document_number="") & Q(document_on__isnull=False)),
                                   name="decision_granted_by_document"),
            models.CheckConstraint(condition=~Q(state="ended") | (Q(ended_on__isnull=False) & ~Q(end_reason="")),
                                   name="decision_ended_with_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Instalment(RegionalModel):
    """One part of a plan: so much principal, until that day."""

    decision = RegionalKey(DuesDecision, on_delete=models.PROTECT, related_name="instalments")
    number = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    principal = models.BigIntegerField()

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["decision_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["region", "decision", "number"], name="instalment_once"),
            models.CheckConstraint(condition=Q(principal__gt=0, number__gte=1), name="instalment_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.decision_id}/{self.number}"


class Claim(RegionalModel):
    """What a charge without a bill is about. ``kelurahan`` is empty where the inherited list does not say it."""

    charge = RegionalKey(Charge, on_delete=models.PROTECT, related_name="+")
    origin = models.CharField(max_length=10, choices=[(o.value, o.value) for o in ClaimOrigin])
    nop = models.CharField(max_length=18)
    tax_year = models.SmallIntegerField()
    kelurahan = RegionalKey("territory.Kelurahan", on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    payer_name = models.CharField(max_length=120, blank=True)
    evidence = models.CharField(max_length=8, choices=[(e.value, e.value) for e in Evidence], blank=True)
    source = models.CharField(max_length=200)
    decision = RegionalKey(DuesDecision, on_delete=models.PROTECT, related_name="claims", null=True, blank=True)
    recorded_at = models.DateTimeField()

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["nop", "tax_year", "id"]
        indexes = [models.Index(fields=["region", "nop"], name="claim_of_object")]
        constraints = [
            models.UniqueConstraint(fields=["region", "charge"], name="claim_of_charge"),
            models.UniqueConstraint(fields=["region", "nop", "tax_year"], condition=Q(origin="opening"),
                                    name="claim_opening_once"),
            models.UniqueConstraint(fields=["region", "nop", "tax_year"], condition=Q(origin="credit"),
                                    name="claim_credit_once"),
            models.CheckConstraint(condition=Q(nop__regex=r"^\d{18}$"), name="claim_nop_form"),
            models.CheckConstraint(condition=Q(origin__in=["opening", "credit"],
                                               evidence__in=[e.value for e in Evidence]) |
                                   Q(origin="additional", evidence="", decision__isnull=False),
                                   name="claim_opening_is_graded"),
            models.CheckConstraint(condition=~Q(source=""), name="claim_has_source"),
        ]

    def __str__(self) -> str:
        return f"{self.nop} {self.tax_year}"
