"""Who may see what is owed and act on it. The getters here are the only way to a charge, decision or letter. Else 404.

Whoever reads at the tax desk sees accounts; proposing, writing letters and recording visits need ``tax.write``,
deciding and signing ``tax.approve``.
"""

from __future__ import annotations

import re
from typing import Any

from django.http import Http404

from sepadan.records.public import Charge, permitted
from sepadan.tax.models import CollectionLetter, DuesDecision, LetterBatch, LetterRevision, Seizure, Spared
from sepadan.tax.queries.accounts import ChargeFacts, charges_of_object, facts_of
from sepadan.territory.public import Region


def charge_for(person: Any, region: Region, charge_id: int, *, action: str = "tax.read") -> tuple[Charge, ChargeFacts]:
    """A charge of the tax desk, and what it is about."""
    found = Charge.objects.filter(pk=charge_id).first() if permitted(person, region, action) else None
    facts = facts_of([found.pk]).get(found.pk) if found is not None else None
    if found is None or facts is None:
        raise Http404
    return found, facts


def charges_for(person: Any, region: Region, nop: str, *, action: str = "tax.read") -> list[Charge]:
    """Every charge of one object, given by its eighteen digits."""
    sound = re.fullmatch(r"[0-9]{18}", nop) and permitted(person, region, action)
    found = charges_of_object(nop) if sound else []
    if not found:
        raise Http404
    return found


def decision_for(person: Any, region: Region, decision_id: int, *, action: str = "tax.read") -> DuesDecision:
    rows = DuesDecision.objects.select_related("charge", "other_charge").filter(pk=decision_id)
    found = rows.first() if permitted(person, region, action) else None
    if found is None:
        raise Http404
    return found


def letter_for(person: Any, region: Region, letter_id: int, *, action: str = "tax.read") -> CollectionLetter:
    rows = CollectionLetter.objects.select_related("kelurahan").filter(pk=letter_id)
    found = rows.first() if permitted(person, region, action) else None
    if found is None:
        raise Http404
    return found


def spared_for(person: Any, region: Region, spared_id: int, *, action: str = "tax.write") -> Spared:
    found = Spared.objects.filter(pk=spared_id).first() if permitted(person, region, action) else None
    if found is None:
        raise Http404
    return found


def batch_for(person: Any, region: Region, batch_id: int, *, action: str = "tax.read") -> LetterBatch:
    found = LetterBatch.objects.filter(pk=batch_id).first() if permitted(person, region, action) else None
    if found is None:
        raise Http404
    return found


def revision_for(person: Any, region: Region, letter_id: int, revision_id: int, *,
                 action: str = "tax.read") -> LetterRevision:
    """The withdrawal or correction of one demand."""
    rows = LetterRevision.objects.select_related("letter", "replacement").filter(pk=revision_id, letter_id=letter_id)
    found = rows.first() if permitted(person, region, action) else None
    if found is None:
        raise Http404
    return found


def seizure_for(person: Any, region: Region, seizure_id: int, *, action: str = "tax.read") -> Seizure:
    rows = Seizure.objects.select_related("warrant").filter(pk=seizure_id)
    found = rows.first() if permitted(person, region, action) else None
    if found is None:
        raise Http404
    return found
