"""Chasing what is owed on an object: letters, what interrupts limitation, visits, and who is left in peace and why.

A letter freezes what it demands, line by line, on the day it was written; what was paid since is in the ledger. Its
delivery is entered once. A demand (STPD) and a distress warrant (surat paksa) are signed by a second person, which the
database checks. A demand is about one charge, which has one that stands at a time; ``replaces`` names the one that it
corrects. Amounts are whole rupiah, days are local dates.
"""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import F, Q

from sepadan.records.public import Charge, Person, RegionalKey, RegionalModel
from sepadan.tax.models.letter_batches import LetterBatch


class LetterKind(StrEnum):
    """The steps of chasing in their order."""

    REMINDER = "reminder"
    STPD = "stpd"
    WARNING = "warning"
    WARRANT = "warrant"


SIGNED = (LetterKind.STPD, LetterKind.WARRANT)
"""What is signed by another person than the one who wrote it."""


class LetterState(StrEnum):
    """``draft``: a demand or warrant that waits for its signature."""

    DRAFT = "draft"
    ISSUED = "issued"
    DELIVERED = "delivered"
    RETURNED = "returned"
    VOID = "void"


class InterruptKind(StrEnum):
    """What may let limitation run anew; the law says which do (``limitation_interrupted_by``)."""

    STPD = "stpd"
    WARNING = "warning"
    WARRANT = "warrant"
    ACKNOWLEDGEMENT = "acknowledgement"


class VisitOutcome(StrEnum):
    MET = "met"
    PROMISED = "promised"
    REFUSED = "refused"
    ABSENT = "absent"
    NOT_FOUND = "not_found"


class SpareReason(StrEnum):
    """Why an object is not chased for a while."""

    OBJECTION = "objection"
    INSTALMENT = "instalment"
    DECEASED = "deceased"
    DISASTER = "disaster"
    NOT_FOUND = "not_found"
    COURT = "court"
    OTHER = "other"


def _person(**options: bool) -> models.ForeignKey:
    return models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False, **options)


class CollectionLetter(RegionalModel):
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in LetterKind])
    number = models.CharField(max_length=60, blank=True)
    nop = models.CharField(max_length=18)
    payer_name = models.CharField(max_length=120)
    address = models.CharField(max_length=200, blank=True)
    kelurahan = RegionalKey("territory.Kelurahan", on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    issued_on = models.DateField()
    answer_by = models.DateField()
    total = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in LetterState])
    version = models.PositiveIntegerField(default=1)
    written_at = models.DateTimeField()
    written_by = _person()
    signed_by = _person(null=True, blank=True)
    delivered_on = models.DateField(null=True, blank=True)
    delivered_to = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=300, blank=True)
    charge = RegionalKey(Charge, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    replaces = RegionalKey("self", on_delete=models.PROTECT, related_name="replaced_by", null=True, blank=True)
    batch = RegionalKey(LetterBatch, on_delete=models.PROTECT, related_name="letters", null=True, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["-id"]
        indexes = [models.Index(fields=["region", "nop", "kind"], name="letter_of_object"),
                   models.Index(fields=["region", "state", "kind"], name="letter_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["region", "charge"], condition=Q(
                kind="stpd", state__in=["draft", "issued", "delivered"]), name="letter_one_stpd"),
            models.CheckConstraint(condition=~Q(kind="stpd") | Q(charge__isnull=False), name="letter_stpd_has_charge"),
            models.UniqueConstraint(fields=["region", "number"], condition=~Q(number=""), name="letter_number_once"),
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in LetterKind]), name="letter_known_kind"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in LetterState]), name="letter_known_state"),
            models.CheckConstraint(condition=Q(total__gt=0), name="letter_demands_something"),
            models.CheckConstraint(condition=Q(answer_by__gte=F("issued_on")), name="letter_days_in_order"),
            models.CheckConstraint(condition=Q(state__in=["draft", "void"]) | ~Q(number=""),
                                   name="letter_issued_has_number"),
            models.CheckConstraint(condition=~Q(kind__in=[k.value for k in SIGNED]) | Q(state__in=["draft", "void"]) |
                                   (Q(signed_by__isnull=False) & ~Q(signed_by=F("written_by"))),
                                   name="letter_signed_by_another"),
            models.CheckConstraint(condition=~Q(state="delivered") |
                                   (Q(delivered_on__isnull=False) & ~Q(delivered_to="")),
                                   name="letter_delivered_to_somebody"),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.kind} {self.nop}"


class LetterLine(RegionalModel):
    letter = RegionalKey(CollectionLetter, on_delete=models.PROTECT, related_name="lines")
    charge = RegionalKey(Charge, on_delete=models.PROTECT, related_name="+")
    tax_year = models.SmallIntegerField()
    due_on = models.DateField()
    principal = models.BigIntegerField()
    interest = models.BigIntegerField()

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["letter_id", "tax_year", "id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "letter", "charge"], name="letter_line_once"),
            models.CheckConstraint(condition=Q(principal__gte=0, interest__gte=0), name="letter_line_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.letter_id} {self.tax_year}"


class Interrupt(RegionalModel):
    """Something that lets the limitation of a charge run anew from its day."""

    charge = RegionalKey(Charge, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=[(k.value, k.value) for k in InterruptKind])
    on = models.DateField()
    document = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()
    recorded_by = _person()

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "charge", "kind", "document"], name="interrupt_once"),
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in InterruptKind]), name="interrupt_known_kind"),
            models.CheckConstraint(condition=~Q(document=""), name="interrupt_has_document"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"


class FieldVisit(RegionalModel):
    nop = models.CharField(max_length=18)
    on = models.DateField()
    officer = _person()
    outcome = models.CharField(max_length=10, choices=[(o.value, o.value) for o in VisitOutcome])
    promised_by = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField()

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["-on", "-id"]
        indexes = [models.Index(fields=["region", "nop"], name="visit_of_object")]
        constraints = [
            models.CheckConstraint(condition=Q(nop__regex=r"^\d{18}$"), name="visit_nop_form"),
            models.CheckConstraint(condition=Q(outcome__in=[o.value for o in VisitOutcome]),
                                   name="visit_known_outcome"),
            models.CheckConstraint(condition=~Q(outcome="promised") | Q(promised_by__isnull=False),
                                   name="visit_promise_has_day"),
        ]

    def __str__(self) -> str:
        return f"{self.nop} {self.on}"


class Spared(RegionalModel):
    """An object that is not chased, from a day until one or until further notice, with the reason."""

    nop = models.CharField(max_length=18)
    reason = models.CharField(max_length=10, choices=[(r.value, r.value) for r in SpareReason])
    note = models.CharField(max_length=500)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = _person()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = _person(null=True, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["nop", "id"]
        indexes = [models.Index(fields=["region", "nop"], name="spared_object")]
        constraints = [
            models.CheckConstraint(condition=Q(nop__regex=r"^\d{18}$"), name="spared_nop_form"),
            models.CheckConstraint(condition=Q(reason__in=[r.value for r in SpareReason]), name="spared_known_reason"),
            models.CheckConstraint(condition=~Q(note=""), name="spared_has_note"),
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                                   name="spared_days_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.nop} {self.reason}"
