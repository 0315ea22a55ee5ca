"""A piece of background work of one region: what was asked, how far it is, what came of it.

The row is the truth about progress; the queue only wakes a worker up. ``checkpoint`` is written in the same transaction
as the effect it describes, so that work killed anywhere goes on from there and no part takes effect twice. ``attempt``
fences off a worker that was believed dead: only the newest attempt may write.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sepadan.ground.messages import Message
from sepadan.records.models.people import Person
from sepadan.records.names import OPEN_STATES, WorkState
from sepadan.records.tenancy import RegionalModel


class Work(RegionalModel):
    kind = models.CharField(max_length=60)
    once = models.CharField(max_length=120, blank=True)
    action = models.CharField(max_length=30)
    state = models.CharField(max_length=10, choices=[(k.value, k.value) for k in WorkState],
                             default=WorkState.QUEUED.value)
    params = models.JSONField(default=dict)
    checkpoint = models.JSONField(null=True, blank=True)
    result = models.JSONField(null=True, blank=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True, blank=True)
    message_key = models.CharField(max_length=80, blank=True)
    message_params = models.JSONField(default=dict)
    stop_requested = models.BooleanField(default=False)
    attempt = models.PositiveIntegerField(default=0)
    queued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    started_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+",
                                   db_index=False)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["-id"]
        indexes = [models.Index(fields=["region", "kind", "-id"], name="work_of_kind")]
        constraints = [
            models.UniqueConstraint(fields=["region", "kind", "once"], name="work_open_once",
                                    condition=Q(state__in=[s.value for s in OPEN_STATES]) & ~Q(once="")),
            models.CheckConstraint(condition=Q(total__isnull=True) | Q(done__lte=models.F("total")),
                                   name="work_done_within_total"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in WorkState]), name="work_known_state"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def percent(self) -> int | None:
        """Whole per cent done, rounded down, or None while the total is unknown."""
        return None if not self.total else self.done * 100 // self.total

    @property
    def message(self) -> Message:
        """What the work says about itself; the state's own sentence when it says nothing."""
        return Message(self.message_key or f"records.work.state.{self.state}", self.message_params)
