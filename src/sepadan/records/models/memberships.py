"""What a person is in a region, and from when until when.

A membership is ended, never deleted, so that a past decision still shows in what capacity it was taken. ``valid_until``
is the first day on which it no longer holds; empty means until further notice.
"""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from sepadan.records.models.people import Person
from sepadan.records.names import Role
from sepadan.records.tenancy import RegionalModel


class Membership(RegionalModel):
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=[(k.value, k.value) for k in Role])
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    granted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+",
                                   db_index=False)
    granted_at = models.DateTimeField()
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+",
                                   db_index=False)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["person_id", "role", "valid_from"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=[k.value for k in Role]), name="membership_known_role"),
            models.CheckConstraint(condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                                   name="membership_ends_after_start"),
            ExclusionConstraint(
                name="membership_one_at_a_time",
                expressions=[
                    ("region", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (Func(F("valid_from"), F("valid_until"), function="daterange", output_field=DateRangeField()),
                     RangeOperators.OVERLAPS),
                ]),
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.region_id} from {self.valid_from}"
