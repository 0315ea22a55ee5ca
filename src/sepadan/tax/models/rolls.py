"""A roll: all taxable objects of a region, or of a named part of it, as they stood for one tax year.

A roll is loaded once and then frozen. It counts only in the state ``ready``, which is set in the same transaction as
its last row; whoever reads rolls asks ``queries/rolls.py``, which shows no other. ``content_hash`` covers every column
that a tax is computed from, so that a figure can be traced to the very roll. A synthetic roll is marked as such in its
row and says so on every page; ``recipe`` names the plan, seed and size that it was made from, and ``figures`` what
the law yielded on it when it was calibrated, beside what was aimed at. ``part`` is the
code of the kecamatan that the roll is limited to, empty for the whole region: only a whole roll stands for its region.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sepadan.ground.messages import Message
from sepadan.records.public import RegionalModel
from sepadan.tax.names import RollState


class Roll(RegionalModel):
    name = models.CharField(max_length=60)
    tax_year = models.SmallIntegerField()
    part = models.CharField(max_length=13, blank=True)
    version = models.PositiveSmallIntegerField()
    class_table = models.CharField(max_length=40)
    synthetic = models.BooleanField()
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in RollState])
    object_count = models.PositiveIntegerField(default=0)
    owner_count = models.PositiveIntegerField(default=0)
    njop_total = models.BigIntegerField(default=0)
    content_hash = models.CharField(max_length=64, blank=True)
    recipe = models.CharField(max_length=64, blank=True)
    seed = models.BigIntegerField(null=True, blank=True)
    divisor = models.PositiveSmallIntegerField(default=1)
    figures = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    loaded_at = models.DateTimeField(null=True, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["tax_year", "version"]
        constraints = [
            models.UniqueConstraint(fields=["region", "name", "tax_year", "version"], name="roll_version"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in RollState]), name="roll_known_state"),
            models.CheckConstraint(condition=~Q(state=RollState.READY.value) |
                                   Q(content_hash__regex="^[0-9a-f]{64}$", loaded_at__isnull=False, object_count__gt=0),
                                   name="roll_ready_is_whole"),
            models.CheckConstraint(condition=Q(divisor__gte=1), name="roll_divisor_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.tax_year} v{self.version}"

    @property
    def label(self) -> Message:
        """What the roll is, in words: a synthetic one says so, and a small one says how small."""
        kind = "register" if not self.synthetic else "synthetic" if self.divisor == 1 else "synthetic_small"
        return Message(f"tax.roll.label.{kind}{'_part' if self.part else ''}", {
            "year": str(self.tax_year), "version": self.version, "objects": self.object_count, "divisor": self.divisor,
            "part": self.part})
