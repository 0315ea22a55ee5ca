"""A PBB bill of one object and tax year: the value of every step of its computation, and the charge it raised.

``taxable_units`` and ``rate_units`` are exact: divide by ``taxable_den`` and ``rate_den`` of the run. The rate is
empty where tiers are marginal. A bill that is waived or comes to nothing has no charge. ``number`` is the place of the
object in its roll, counted from 1 in the order of NOP. Nothing of a bill changes but ``live``, which is taken away when
its run is reversed: one live bill per NOP and year.
"""

from __future__ import annotations

from fractions import Fraction

from django.db import models
from django.db.models import Q

from sepadan.records.public import Charge, RegionalKey, RegionalModel
from sepadan.tax.models.objects import TaxableObject
from sepadan.tax.models.runs import AssessmentRun
from sepadan.tax.models.taxpayers import Taxpayer


class Bill(RegionalModel):
    run = RegionalKey(AssessmentRun, on_delete=models.PROTECT, related_name="bills")
    taxable_object = RegionalKey(TaxableObject, on_delete=models.PROTECT, related_name="bills")
    kelurahan = RegionalKey("territory.Kelurahan", on_delete=models.PROTECT, related_name="+")
    taxpayer = RegionalKey(Taxpayer, on_delete=models.PROTECT, related_name="bills")
    charge = RegionalKey(Charge, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    number = models.IntegerField()
    tax_year = models.SmallIntegerField()
    nop = models.CharField(max_length=18)
    njop = models.BigIntegerField()
    takes_njoptkp = models.BooleanField()
    deduction = models.BigIntegerField()
    taxable_units = models.BigIntegerField()
    rate_units = models.BigIntegerField(null=True, blank=True)
    pbb = models.BigIntegerField()
    waived = models.BooleanField()
    payable = models.BigIntegerField()
    due_on = models.DateField()
    live = models.BooleanField(default=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["run_id", "kelurahan_id", "nop"]
        indexes = [models.Index(fields=["region", "run", "kelurahan", "nop"], name="bill_list")]
        constraints = [
            models.UniqueConstraint(fields=["region", "nop", "tax_year"], condition=Q(live=True),
                                    name="bill_live_once"),
            models.UniqueConstraint(fields=["region", "charge"], condition=Q(charge__isnull=False),
                                    name="bill_of_charge"),
            models.CheckConstraint(condition=Q(charge__isnull=True, payable=0) |
                                   Q(charge__isnull=False, payable__gt=0), name="bill_charged_when_payable"),
            models.CheckConstraint(condition=Q(njop__gte=0, deduction__gte=0, taxable_units__gte=0, pbb__gte=0,
                                               payable__gte=0), name="bill_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.nop} {self.tax_year}"

    @property
    def taxable(self) -> Fraction:
        return Fraction(self.taxable_units, self.run.taxable_den)

    @property
    def rate(self) -> Fraction | None:
        return None if self.rate_units is None else Fraction(self.rate_units, self.run.rate_den)
