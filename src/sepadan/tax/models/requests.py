"""A request at the service desk, everything that happened to it, and what a grant changed of a bill.

A ``Request`` is what two officers meet on: ``version`` rises with every act, and who acts on an older one is refused.
What was filed does not change (number, type, day, object, words of the applicant). ``claim`` is what the applicant
asks for and ``terms`` what the decision gives, both as plain values by the names of ``forms/requests.py``. A NIK is a
keyed digest and four digits. A ``RequestEvent`` is one thing that happened, only added to; ``data`` holds what it
said.

A ``BillChange`` is the linked document that changes a bill: the bill itself stays. It carries the values of every
step before and after, rupiah throughout (exact values as text), the fingerprints of the law and the engine that
computed it, and what became of the money. The newest change of a bill says what it charges now.
"""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import F, Q

from sepadan.ground.messages import Message
from sepadan.records.public import Charge, Document, Person, RegionalKey, RegionalModel
from sepadan.tax.engine.request_types import RequestType, request_type
from sepadan.tax.engine.requests import Outcome, State, state_words
from sepadan.tax.models.bills import Bill
from sepadan.tax.models.taxpayers import Taxpayer

FILED = ("number", "kind", "received_on", "channel", "nop", "bill_id", "taxpayer_id", "applicant_name",
         "nik_digest", "nik_last4", "statement", "created_at")
"""Columns that never change once a request is filed."""


class Intake(StrEnum):
    """How a request came in."""

    COUNTER = "counter"
    POST = "post"
    ONLINE = "online"


class EventKind(StrEnum):
    FILED = "filed"
    PAPER = "paper"
    OFFICER = "officer"
    ASK = "ask"
    COMPLETE = "complete"
    EXAMINE = "examine"
    PROPOSE = "propose"
    SEND_BACK = "send_back"
    DECIDE = "decide"
    DEEM = "deem"
    CARRY_OUT = "carry_out"
    CLOSE = "close"
    LAPSE = "lapse"
    WITHDRAW = "withdraw"


class ChangeOf(StrEnum):
    """What a change of a bill is."""

    RECOMPUTED = "recomputed"
    CANCELLED = "cancelled"
    REDUCED = "reduced"
    INTEREST = "interest"
    DUE_DATE = "due_date"
    REFUNDED = "refunded"
    COMPENSATED = "compensated"


def _choices(kinds: type[StrEnum]) -> list[tuple[str, str]]:
    return [(one.value, one.value) for one in kinds]


def _person() -> models.ForeignKey:
    return models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False)


class Request(RegionalModel):
    number = models.CharField(max_length=60)
    kind = models.CharField(max_length=30)
    state = models.CharField(max_length=12, choices=_choices(State), default=State.RECEIVED.value)
    version = models.PositiveIntegerField(default=1)
    channel = models.CharField(max_length=8, choices=_choices(Intake))
    received_on = models.DateField()
    nop = models.CharField(max_length=18, blank=True)
    bill = RegionalKey(Bill, on_delete=models.PROTECT, null=True, blank=True, related_name="requests")
    taxpayer = RegionalKey(Taxpayer, on_delete=models.PROTECT, null=True, blank=True, related_name="requests")
    applicant_name = models.CharField(max_length=120)
    applicant_address = models.CharField(max_length=200, blank=True)
    applicant_contact = models.CharField(max_length=120, blank=True)
    nik_digest = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001 - unknown, not empty
    nik_last4 = models.CharField(max_length=4, blank=True)
    statement = models.TextField(blank=True, max_length=2000)
    claim = models.JSONField(default=dict)
    sent_on = models.DateField(null=True, blank=True)
    decide_by = models.DateField(null=True, blank=True)
    complete_by = models.DateField(null=True, blank=True)
    looked_at = models.BooleanField(default=False)
    outcome = models.CharField(max_length=8, choices=_choices(Outcome), blank=True)
    deemed = models.BooleanField(default=False)
    terms = models.JSONField(default=dict)
    reasons = models.TextField(blank=True, max_length=2000)
    officer = _person()
    proposed_by = _person()
    decided_by = _person()
    decided_on = models.DateField(null=True, blank=True)
    letter = RegionalKey(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=120)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["region", "state", "decide_by"], name="request_inbox"),
            models.Index(fields=["region", "nop"], condition=~Q(nop=""), name="request_of_object"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["region", "number"], name="request_number_once"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in State]), name="request_known_state"),
            models.CheckConstraint(condition=Q(outcome__in=[o.value for o in Outcome]), name="request_known_outcome"),
            models.CheckConstraint(condition=Q(nop="") | Q(nop__regex=r"^\d{18}$"), name="request_nop_form"),
            models.CheckConstraint(condition=~Q(applicant_name=""), name="request_has_applicant"),
            models.CheckConstraint(condition=Q(nik_digest__isnull=True, nik_last4="") |
                                   Q(nik_digest__regex="^[0-9a-f]{64}$", nik_last4__regex=r"^\d{4}$"),
                                   name="request_nik_form"),
            models.CheckConstraint(condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                                   name="request_decided_by_another"),
            models.CheckConstraint(
                condition=~Q(state__in=["decided", "carried_out"]) | (
                    ~Q(outcome="") & Q(decided_on__isnull=False)
                    & (Q(deemed=True) | Q(decided_by__isnull=False, proposed_by__isnull=False))),
                name="request_decided_is_whole"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def type(self) -> RequestType:
        return request_type(self.kind)

    @property
    def state_label(self) -> Message:
        return state_words(State(self.state))

    @property
    def outcome_label(self) -> Message | None:
        if not self.outcome:
            return None
        return Message(f"tax.request.outcome.{'deemed' if self.deemed else self.outcome}", {})


class RequestEvent(RegionalModel):
    request = RegionalKey(Request, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=_choices(EventKind))
    on = models.DateField()
    at = models.DateTimeField()
    by = _person()
    by_name = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=2000, blank=True)
    data = models.JSONField(default=dict)
    document = RegionalKey(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField()

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in EventKind]), name="request_event_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"


class BillChange(RegionalModel):
    bill = RegionalKey(Bill, on_delete=models.PROTECT, related_name="changes")
    request = RegionalKey(Request, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=12, choices=_choices(ChangeOf))
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    old_payable = models.BigIntegerField()
    new_payable = models.BigIntegerField()
    credit = models.BigIntegerField(default=0)
    interest = models.BigIntegerField(default=0)
    paid_out = models.BigIntegerField(default=0)
    charge = RegionalKey(Charge, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    document = RegionalKey(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    law_fingerprint = models.CharField(max_length=64, blank=True)
    engine_fingerprint = models.CharField(max_length=64, blank=True)
    effective_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = _person()

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in ChangeOf]), name="bill_change_kind"),
            models.CheckConstraint(condition=Q(old_payable__gte=0, new_payable__gte=0, credit__gte=0, paid_out__gte=0),
                                   name="bill_change_not_negative"),
            models.UniqueConstraint(fields=["region", "request", "bill"], name="bill_change_once"),
        ]

    def __str__(self) -> str:
        return f"{self.bill_id} {self.kind} {self.effective_on}"

    @property
    def kind_label(self) -> Message:
        return Message(f"tax.request.change.{self.kind}", {})
