"""What the tax desk knows of a charge: its tax year, and the object it is about."""

from __future__ import annotations

from sepadan.records.public import Charge
from sepadan.tax.models import Bill


def tax_year_of(charge: Charge) -> int | None:
    """The tax year that *charge* is about; None for a charge that the tax desk does not know."""
    return Bill.objects.filter(charge=charge).values_list("tax_year", flat=True).first()
