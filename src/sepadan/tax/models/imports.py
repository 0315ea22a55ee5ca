"""An import of a tax office's tables into the register: its files, what was found in them, and what came of it.

    received -> checked -> applied            or discarded, from any state before applied

An import that holds bills or payments of an older system (``has_opening``) makes receivables: it is applied once a
second person, who neither uploaded it nor asked for the check, has approved the very totals that were shown
(``approved_control``), which the database checks too.

The check is a dry run: it reads the files, compares every row with the register and counts what is new, changed, the
same and bad. ``control`` is the digest of those counts: applying finds the same or takes nothing. The files as uploaded
hold plain NIK; they lie in the region's own folder and are deleted when the import is applied or discarded. Of a file's
faults all are counted and the first thousands kept, without any person's number.
"""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import F, Q

from sepadan.ground.messages import Message
from sepadan.records.public import Person, RegionalKey, RegionalModel


class ImportState(StrEnum):
    RECEIVED = "received"
    CHECKED = "checked"
    APPLIED = "applied"
    DISCARDED = "discarded"


def _person() -> models.ForeignKey:
    return models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False)


class RegisterImport(RegionalModel):
    """Files that are taken together. Changes hold from ``valid_on``; ``work`` is the background work done last.

    ``unmapped`` lists places of NOPs that no kelurahan is named for, with their rows: ``[{"code", "rows"}]``.
    ``openings`` is what the check found in bills of an older system: ``totals`` by year and kelurahan, ``notes`` with
    their numbers, ``lost`` payments that no bill can be found for.
    """

    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in ImportState],
                             default=ImportState.RECEIVED.value)
    valid_on = models.DateField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
                                   db_index=False)
    created_name = models.CharField(max_length=120)
    checked_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_name = models.CharField(max_length=120, blank=True)
    unmapped = models.JSONField(default=list)
    control = models.CharField(max_length=64, blank=True)
    work = models.BigIntegerField(null=True, blank=True)
    has_opening = models.BooleanField(default=False)
    openings = models.JSONField(default=dict)
    checked_by = _person()
    approved_by = _person()
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_control = models.CharField(max_length=64, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in ImportState]), name="import_known_state"),
            models.CheckConstraint(condition=~Q(state=ImportState.APPLIED.value) |
                                   Q(closed_at__isnull=False, control__regex="^[0-9a-f]{64}$"),
                                   name="import_applied_is_whole"),
            models.CheckConstraint(condition=~Q(state=ImportState.APPLIED.value, has_opening=True) |
                                   Q(approved_by__isnull=False, approved_control=F("control")),
                                   name="import_opening_is_approved"),
            models.CheckConstraint(condition=Q(approved_by__isnull=True) |
                                   ((Q(created_by__isnull=True) | ~Q(approved_by=F("created_by"))) &
                                    (Q(checked_by__isnull=True) | ~Q(approved_by=F("checked_by")))),
                                   name="import_approved_by_another"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def state_label(self) -> Message:
        return Message(f"tax.imports.state.{self.state}", {})

    @property
    def is_open(self) -> bool:
        return self.state in (ImportState.RECEIVED, ImportState.CHECKED)


class ImportFile(RegionalModel):
    """A file, or a sheet of one. ``table`` is empty where no table of SISMIOP was recognised.

    ``faults`` counts them by column and key: ``{"NIR tax.sismiop.number": 12}``; ``counts``: new, changed, same, bad.
    ``refused`` is why nothing of the file could be read: ``{"key", "remedy", "params"}``.
    """

    register_import = RegionalKey(RegisterImport, on_delete=models.CASCADE, related_name="files")
    number = models.SmallIntegerField()
    stored = models.CharField(max_length=40)
    name = models.CharField(max_length=150)
    sheet = models.CharField(max_length=40, blank=True)
    table = models.CharField(max_length=30, blank=True)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    form = models.CharField(max_length=40, blank=True)
    strange = models.JSONField(default=list)
    row_count = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    faults = models.JSONField(default=dict)
    refused = models.JSONField(null=True, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["register_import_id", "number"]
        constraints = [models.UniqueConstraint(fields=["region", "register_import", "number"],
                                               name="import_file_number")]

    def __str__(self) -> str:
        return f"{self.name} [{self.sheet}]" if self.sheet else self.name


class ImportProblem(RegionalModel):
    """One fault of one row: line (the head is 1), column, message key and its parameters; the remedy is
    ``<key>.remedy``."""

    file = RegionalKey(ImportFile, on_delete=models.CASCADE, related_name="problems")
    line = models.BigIntegerField()
    column = models.CharField(max_length=60, blank=True)
    key = models.CharField(max_length=80)
    params = models.JSONField(default=dict)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["file_id", "line", "id"]

    def __str__(self) -> str:
        return f"{self.file_id}:{self.line}"

    @property
    def what(self) -> Message:
        return Message(self.key, self.params)

    @property
    def remedy(self) -> Message:
        return Message(f"{self.key}.remedy", self.params)
