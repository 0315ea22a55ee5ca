"""Who may see a target or follow a charge to its entries. The getters here are the only way to one.

Whoever may read at the tax desk sees both. What is not there and what is not for this person look the same (404).
"""

from __future__ import annotations

from typing import Any

from django.http import Http404

from sepadan.records.public import Account, Charge, permitted
from sepadan.tax.models import RevenueTarget
from sepadan.territory.public import Region


def target_for(person: Any, region: Region, target_id: int, *, action: str = "tax.read") -> RevenueTarget:
    """A target on which *person* may do *action*. Raises Http404."""
    found = RevenueTarget.objects.filter(pk=target_id).first() if permitted(person, region, action) else None
    if found is None:
        raise Http404
    return found


def charge_for(person: Any, region: Region, charge_id: int) -> Charge:
    """A charge of the tax desk. Raises Http404."""
    found = Charge.objects.filter(pk=charge_id).first() if permitted(person, region, "tax.read") else None
    if found is None:
        raise Http404
    return found


def account_for_reader(person: Any, region: Region, code: str) -> Account:
    """An account of the ledger by its code. Raises Http404."""
    found = Account.objects.filter(code=code).first() if permitted(person, region, "tax.read") else None
    if found is None:
        raise Http404
    return found
