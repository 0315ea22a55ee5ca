"""A fine that stands because of another charge, and an appeal to the tax court about a charge.

A fine is a charge of its own levy, so that it is paid as any charge is; this row says what it rests on: the charge it
is about, the share of which base, and the provision, as the letter prints it. It is only added to.

An appeal is recorded when it is filed and has an effect only once another person has confirmed it (``accepted``);
before that it may be withdrawn by who recorded it, or rejected, and recorded anew. What the court ruled is entered by
one person and confirmed by another, who books it; ``payable`` is the tax by the ruling. ``source`` is the number of the
matter decided before (an objection).
Amounts are whole rupiah, shares exact values as text.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from sepadan.records.models.ledger import Charge
from sepadan.records.models.people import Person
from sepadan.records.names import AppealState, Ruling, SanctionKind
from sepadan.records.tenancy import RegionalKey, RegionalModel


def _person(**options: bool) -> models.ForeignKey:
    return models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False, **options)


class Sanction(RegionalModel):
    charge = RegionalKey(Charge, on_delete=models.PROTECT, related_name="sanction")
    about = RegionalKey(Charge, on_delete=models.PROTECT, related_name="sanctions")
    kind = models.CharField(max_length=16, choices=[(k.value, k.value) for k in SanctionKind])
    source = models.CharField(max_length=60)
    document = models.CharField(max_length=80)
    share = models.CharField(max_length=40)
    base = models.BigIntegerField()
    basis = models.CharField(max_length=300)
    raised_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = _person()

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "charge"], name="sanction_of_charge"),
            models.UniqueConstraint(fields=["region", "source", "kind"], name="sanction_once"),
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in SanctionKind]), name="sanction_known_kind"),
            models.CheckConstraint(condition=Q(base__gt=0), name="sanction_base_positive"),
            models.CheckConstraint(condition=~Q(source="") & ~Q(document="") & ~Q(basis=""),
                                   name="sanction_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.source}"


class Appeal(RegionalModel):
    State = AppealState

    about = RegionalKey(Charge, on_delete=models.PROTECT, related_name="appeals")
    source = models.CharField(max_length=60)
    reference = models.CharField(max_length=80)
    filed_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = _person()
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=9, choices=[(k.value, k.value) for k in AppealState],
                             default=AppealState.PROPOSED.value)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = _person(null=True, blank=True)
    outcome = models.CharField(max_length=8, choices=[(k.value, k.value) for k in Ruling], blank=True)
    ruling = models.CharField(max_length=80, blank=True)
    ruled_on = models.DateField(null=True, blank=True)
    payable = models.BigIntegerField(null=True, blank=True)
    entered_by = _person(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = _person(null=True, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "source"], name="appeal_once", condition=Q(
                state__in=[AppealState.PROPOSED.value, AppealState.ACCEPTED.value])),
            models.CheckConstraint(condition=Q(state__in=[k.value for k in AppealState]), name="appeal_known_state"),
            models.CheckConstraint(
                condition=Q(state=AppealState.PROPOSED.value, decided_at__isnull=True, decided_by__isnull=True)
                | (Q(state=AppealState.WITHDRAWN.value, decided_at__isnull=False, decided_by__isnull=False)
                   & Q(decided_by=F("recorded_by")))
                | (Q(state__in=[AppealState.ACCEPTED.value, AppealState.REJECTED.value], decided_at__isnull=False,
                     decided_by__isnull=False) & ~Q(decided_by=F("recorded_by"))), name="appeal_decided_by_another"),
            models.CheckConstraint(condition=Q(outcome="") | Q(state=AppealState.ACCEPTED.value),
                                   name="appeal_ruled_when_accepted"),
            models.CheckConstraint(condition=~Q(source="") & ~Q(reference=""), name="appeal_is_named"),
            models.CheckConstraint(condition=Q(outcome__in=["", *(k.value for k in Ruling)]),
                                   name="appeal_known_outcome"),
            models.CheckConstraint(
                condition=Q(outcome="", ruling="", ruled_on__isnull=True, payable__isnull=True, entered_by__isnull=True)
                | (~Q(outcome="") & ~Q(ruling="") & Q(ruled_on__gte=F("filed_on"), payable__gte=0,
                                                     entered_by__isnull=False)), name="appeal_ruled_is_whole"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | (~Q(outcome="") & Q(confirmed_at__isnull=False, confirmed_by__isnull=False)
                   & ~Q(confirmed_by=F("entered_by"))), name="appeal_confirmed_by_another"),
        ]

    def __str__(self) -> str:
        return self.reference
