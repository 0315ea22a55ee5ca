"""How a printed bill (SPPT) reached its payer: events of single bills, and lists that speak of a whole kelurahan.

A ``DeliveryEvent`` says that one bill was handed to somebody on a day, or came back and why. A ``DeliveryList`` says
that the sheets of a run in a kelurahan went out with a carrier (``out``), or that the carrier reported them delivered
by a day (``done``): one row stands for thousands of sheets, and what its returned ones were is told by events. Both are
only added to; a mistake is taken back by a later row that names it in ``withdraws``. Days are local days of the region.
What counts in the end says ``queries/deliveries.py``.
"""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import Q

from sepadan.ground.messages import Message
from sepadan.records.public import Person, RegionalKey, RegionalModel
from sepadan.tax.models.bills import Bill
from sepadan.tax.models.runs import AssessmentRun


class EventKind(StrEnum):
    HANDED = "handed"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class Receiver(StrEnum):
    """Who took the sheet, seen from the payer."""

    SELF = "self"
    FAMILY = "family"
    TENANT = "tenant"
    NEIGHBOUR = "neighbour"
    WARD = "ward"  # the head of the RT or RW, to pass on
    OFFICE = "office"  # fetched at the counter
    OTHER = "other"


class Reason(StrEnum):
    """Why a sheet came back."""

    ADDRESS = "address"
    MOVED = "moved"
    EMPTY = "empty"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    DOUBLE = "double"
    GONE = "gone"
    OTHER = "other"


class ListKind(StrEnum):
    OUT = "out"
    DONE = "done"
    WITHDRAWN = "withdrawn"


def _choices(kinds: type[StrEnum]) -> list[tuple[str, str]]:
    return [(one.value, one.value) for one in kinds]


class DeliveryEvent(RegionalModel):
    bill = RegionalKey(Bill, on_delete=models.PROTECT, related_name="deliveries")
    kind = models.CharField(max_length=10, choices=_choices(EventKind))
    on = models.DateField()
    receiver = models.CharField(max_length=10, choices=_choices(Receiver), blank=True)
    handed_to = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=10, choices=_choices(Reason), blank=True)
    note = models.CharField(max_length=300, blank=True)
    withdraws = RegionalKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="withdrawn_by")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in EventKind]), name="delivery_known_kind"),
            models.CheckConstraint(
                condition=(Q(kind="handed", receiver__in=[k.value for k in Receiver], reason="", withdraws__isnull=True)
                           | Q(kind="returned", reason__in=[k.value for k in Reason], receiver="", handed_to="",
                               withdraws__isnull=True)
                           | (Q(kind="withdrawn", reason="", receiver="", handed_to="", withdraws__isnull=False)
                              & ~Q(note=""))),
                name="delivery_says_what_it_must"),
            models.UniqueConstraint(fields=["region", "withdraws"], condition=Q(withdraws__isnull=False),
                                    name="delivery_withdrawn_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"

    @property
    def kind_label(self) -> Message:
        return Message(f"tax.delivered.kind.{self.kind}", {})

    @property
    def detail(self) -> Message | None:
        """By whom it was taken, or why it came back."""
        if self.receiver:
            return Message(f"tax.delivered.receiver.{self.receiver}", {})
        return Message(f"tax.delivered.reason.{self.reason}", {}) if self.reason else None


class DeliveryList(RegionalModel):
    run = RegionalKey(AssessmentRun, on_delete=models.PROTECT, related_name="delivery_lists")
    kelurahan = RegionalKey("territory.Kelurahan", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=_choices(ListKind))
    on = models.DateField()
    carrier = models.CharField(max_length=120, blank=True)
    sheets = models.PositiveIntegerField(default=0)
    returned = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=300, blank=True)
    withdraws = RegionalKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="withdrawn_by")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        indexes = [models.Index(fields=["region", "run", "kelurahan"], name="delivery_list_of_run")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in ListKind]), name="delivery_list_known_kind"),
            models.CheckConstraint(
                condition=(Q(kind__in=["out", "done"], withdraws__isnull=True) & ~Q(carrier="")
                           | Q(kind="withdrawn", withdraws__isnull=False) & ~Q(note="")),
                name="delivery_list_says_what_it_must"),
            models.UniqueConstraint(fields=["region", "withdraws"], condition=Q(withdraws__isnull=False),
                                    name="delivery_list_withdrawn_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"

    @property
    def kind_label(self) -> Message:
        return Message(f"tax.delivered.list.{self.kind}", {})
