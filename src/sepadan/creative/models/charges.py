"""Money of the centre: its own tariffs, what a use was assessed at, checks after the event, appeals and refunds.

The money itself is in the ledger of ``records``: one charge for a booking, of the levy ``creative_centre``, under the
booking's number. An ``Assessment`` says what the charge must stand at and why: a revision with a numbered letter and
one ``AssessmentLine`` for each date, with the tariff of that date's own day. It is only added to; a change is the next
revision, and the difference becomes transfers on the same charge (``services/charges.py``).

``Tariff`` is what a region enters where its statutes hold no value: with instrument and article, or, in a synthetic
centre alone, as a named assumption. It counts once another person approved it. An ``AfterCheck`` says what was found
after an event; an ``AssessmentAppeal`` is the applicant's, ruled on by somebody who did not issue what it is about; a
``ChargeRefund`` pays a credit back, again by two persons. Amounts are whole rupiah, days local to the region.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from sepadan.creative.models.bookings import Booking, BookingDate
from sepadan.creative.models.spaces import Centre, Space
from sepadan.creative.names import AppealOutcome, AppealStep, AssessmentCause, RefundState, TariffState
from sepadan.ground.messages import Message
from sepadan.records.public import Charge, Document, Person, RegionalKey, RegionalModel

PERS = ("hour", "day", "event")
BASES = ("instrument", "assumption")
KINDS = ("free", "reduced", "pays")


def _person(**options: Any) -> models.ForeignKey:
    return models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False, **options)


class Tariff(RegionalModel):
    """``amount`` for each begun hour, each day or each event from ``since`` on; None: from then on there is none."""

    centre = RegionalKey(Centre, related_name="tariffs")
    name = models.CharField(max_length=60)
    per = models.CharField(max_length=5, choices=[(one, one) for one in PERS])
    amount = models.BigIntegerField(null=True, blank=True)
    since = models.DateField()
    basis = models.CharField(max_length=10, choices=[(one, one) for one in BASES])
    instrument = models.CharField(max_length=200, blank=True)
    article = models.CharField(max_length=80, blank=True)
    why = models.CharField(max_length=500)
    state = models.CharField(max_length=8, choices=[(s.value, s.value) for s in TariffState],
                             default=TariffState.PROPOSED.value)
    proposed_at = models.DateTimeField()
    proposed_by = _person()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = _person(null=True, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["name", "per", "-since", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "centre", "name", "per", "since"], name="tariff_once",
                                    condition=Q(state=TariffState.APPROVED.value)),
            models.CheckConstraint(condition=Q(per__in=PERS) & Q(basis__in=BASES), name="tariff_known_words"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in TariffState]), name="tariff_known_state"),
            models.CheckConstraint(condition=Q(amount__isnull=True) | Q(amount__gte=0), name="tariff_amount"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(why="") & (
                Q(basis="assumption") | (~Q(instrument="") & ~Q(article=""))), name="tariff_says_on_what_it_rests"),
            models.CheckConstraint(
                condition=Q(state=TariffState.PROPOSED.value, decided_at__isnull=True, decided_by__isnull=True)
                | (Q(decided_at__isnull=False, decided_by__isnull=False)
                   & ~Q(state=TariffState.PROPOSED.value) & ~Q(decided_by=F("proposed_by"))),
                name="tariff_decided_by_another"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.per} {self.since}"


class Assessment(RegionalModel):
    """``answers`` and ``policy`` decided the kind; ``before`` is what the charge stood at, ``total`` what it stands at
    from now on. ``assumed``: a line rests on an assumption; every page and paper says so."""

    booking = RegionalKey(Booking, related_name="assessments")
    revision = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=60)
    cause = models.CharField(max_length=8, choices=[(c.value, c.value) for c in AssessmentCause])
    kind = models.CharField(max_length=8, choices=[(one, one) for one in KINDS])
    answers = models.JSONField(default=dict)
    policy = models.JSONField(default=dict)
    before = models.BigIntegerField(default=0)
    total = models.BigIntegerField()
    assumed = models.BooleanField(default=False)
    law = models.CharField(max_length=64, blank=True)
    issued_on = models.DateField()
    due_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    issued_at = models.DateTimeField()
    issued_by = _person(null=True, blank=True)
    issued_by_name = models.CharField(max_length=120)
    charge = RegionalKey(Charge, null=True, blank=True, related_name="assessments")
    document = RegionalKey(Document, null=True, blank=True, related_name="+")

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "booking", "revision"], name="assessment_revision_once"),
            models.UniqueConstraint(fields=["region", "number"], name="assessment_number_once"),
            models.CheckConstraint(condition=Q(cause__in=[c.value for c in AssessmentCause]) & Q(kind__in=KINDS),
                                   name="assessment_known_words"),
            models.CheckConstraint(condition=Q(total__gte=0, before__gte=0, revision__gte=1),
                                   name="assessment_amounts"),
            models.CheckConstraint(condition=Q(total=0) | Q(charge__isnull=False, due_on__isnull=False),
                                   name="assessment_is_charged"),
            models.CheckConstraint(condition=Q(kind="free", total=0) | ~Q(kind="free"), name="assessment_free_is_zero"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def difference(self) -> int:
        return self.total - self.before

    @property
    def cause_label(self) -> Message:
        return Message(f"creative.money.cause.{self.cause}", {})

    @property
    def kind_label(self) -> Message:
        return Message(f"creative.nature.kind.{self.kind}", {})


class AssessmentLine(RegionalModel):
    """One date as it was assessed; ``rate`` is the full tariff, ``amount`` what of it is charged."""

    assessment = RegionalKey(Assessment, related_name="lines")
    date = RegionalKey(BookingDate, related_name="+")
    space = RegionalKey(Space, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    on = models.DateField()
    tariff = models.CharField(max_length=60, blank=True)
    per = models.CharField(max_length=5, blank=True)
    quantity = models.PositiveIntegerField()
    rate = models.BigIntegerField(null=True, blank=True)
    amount = models.BigIntegerField()
    basis = models.CharField(max_length=10, choices=[(one, one) for one in BASES], blank=True)
    instrument = models.CharField(max_length=200, blank=True)
    article = models.CharField(max_length=80, blank=True)
    confidence = models.CharField(max_length=20, blank=True)
    since = models.DateField(null=True, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["starts_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "assessment", "date"], name="assessment_line_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="assessment_line_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.amount}"


class AfterCheck(RegionalModel):
    """What was found after an event. ``before`` and ``after`` None: what the use costs is not known."""

    booking = RegionalKey(Booking, related_name="checks")
    what = models.CharField(max_length=2000)
    answers = models.JSONField(default=dict)
    changed = models.JSONField(default=list)
    before = models.BigIntegerField(null=True, blank=True)
    after = models.BigIntegerField(null=True, blank=True)
    assessment = RegionalKey(Assessment, null=True, blank=True, related_name="checks")
    noted_at = models.DateTimeField()
    noted_by = _person()

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(what=""), name="after_check_says_what")]

    def __str__(self) -> str:
        return f"{self.booking_id} {self.noted_at:%Y-%m-%d}"


class AssessmentAppeal(RegionalModel):
    """An appeal of the applicant; ``answers`` are those that the ruling found to be right."""

    assessment = RegionalKey(Assessment, related_name="appeals")
    grounds = models.CharField(max_length=2000)
    filed_at = models.DateTimeField()
    filed_by = models.CharField(max_length=120)
    step = models.CharField(max_length=9, choices=[(s.value, s.value) for s in AppealStep],
                            default=AppealStep.FILED.value)
    outcome = models.CharField(max_length=7, choices=[(o.value, o.value) for o in AppealOutcome], blank=True)
    answers = models.JSONField(default=dict)
    ruling = models.CharField(max_length=2000, blank=True)
    ruled_at = models.DateTimeField(null=True, blank=True)
    ruled_by = _person(null=True, blank=True)
    result = RegionalKey(Assessment, null=True, blank=True, related_name="+")

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "assessment"], name="assessment_appeal_once",
                                    condition=~Q(step=AppealStep.WITHDRAWN.value)),
            models.CheckConstraint(condition=~Q(grounds="") & Q(step__in=[s.value for s in AppealStep]),
                                   name="assessment_appeal_known"),
            models.CheckConstraint(
                condition=Q(step=AppealStep.RULED.value, outcome__in=[o.value for o in AppealOutcome],
                            ruled_at__isnull=False, ruled_by__isnull=False) & ~Q(ruling="")
                | Q(outcome="", ruling="", ruled_at__isnull=True, ruled_by__isnull=True)
                & ~Q(step=AppealStep.RULED.value),
                name="assessment_appeal_ruled_is_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.step}"


class ChargeRefund(RegionalModel):
    """Money back to whom paid too much: proposed by one person, paid out by another under a document."""

    booking = RegionalKey(Booking, related_name="refunds")
    charge = RegionalKey(Charge, related_name="refunds")
    amount = models.BigIntegerField()
    reason = models.CharField(max_length=500)
    state = models.CharField(max_length=8, choices=[(s.value, s.value) for s in RefundState],
                             default=RefundState.PROPOSED.value)
    proposed_at = models.DateTimeField()
    proposed_by = _person()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = _person(null=True, blank=True)
    document_number = models.CharField(max_length=80, blank=True)
    paid_on = models.DateField(null=True, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "charge"], name="charge_refund_waits_once",
                                    condition=Q(state=RefundState.PROPOSED.value)),
            models.CheckConstraint(condition=Q(amount__gt=0) & ~Q(reason=""), name="charge_refund_amount"),
            models.CheckConstraint(
                condition=Q(state=RefundState.PROPOSED.value, decided_at__isnull=True, decided_by__isnull=True)
                | (Q(state__in=[RefundState.PAID.value, RefundState.REJECTED.value], decided_at__isnull=False,
                     decided_by__isnull=False) & ~Q(decided_by=F("proposed_by"))),
                name="charge_refund_decided_by_another"),
            models.CheckConstraint(
                condition=~Q(state=RefundState.PAID.value) | (~Q(document_number="") & Q(paid_on__isnull=False)),
                name="charge_refund_under_a_document"),
        ]

    def __str__(self) -> str:
        return f"{self.charge_id} {self.amount}"
