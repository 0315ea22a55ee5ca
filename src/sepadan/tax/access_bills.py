"""Who may see what belongs to bills: runs whose bills are in force, their kelurahan, entries of delivery. Else 404."""

from __future__ import annotations

import re
from typing import Any

from django.http import Http404

from sepadan.records.public import permitted
from sepadan.tax.models import AssessmentRun, Bill, DeliveryEvent, DeliveryList, RunState
from sepadan.tax.queries.bill_search import posted_runs
from sepadan.territory.public import Kelurahan, Region


def posted_runs_for(person: Any, region: Region) -> list[AssessmentRun]:
    """Runs whose bills are in force, for whoever reads at the tax desk."""
    return list(posted_runs()) if permitted(person, region, "tax.read") else []


def posted_run_for(person: Any, region: Region, run_id: int, *, action: str = "tax.read") -> AssessmentRun:
    """A run whose bills are or were in force. Raises Http404."""
    states = (RunState.POSTED.value, RunState.REVERSED.value)
    rows = AssessmentRun.objects.filter(pk=run_id, state__in=states).select_related("region", "roll")
    found = rows.first() if permitted(person, region, action) else None
    if found is None:
        raise Http404
    return found


def kelurahan_for(run: AssessmentRun, code: str) -> Kelurahan:
    """A kelurahan in which *run* has bills. Raises Http404."""
    if not re.fullmatch(r"[0-9.]{13}", code):
        raise Http404
    found = Kelurahan.objects.filter(code=code, region_id=run.region_id).select_related("kecamatan").first()
    if found is None or not Bill.objects.filter(run=run, kelurahan_id=found.pk).exists():
        raise Http404
    return found


def event_for(bill: Bill, event_id: int) -> DeliveryEvent:
    """An entry of the delivery of a bill that ``access`` has given out. Raises Http404."""
    found = DeliveryEvent.objects.filter(pk=event_id, bill=bill).first()
    if found is None:
        raise Http404
    return found


def list_for(run: AssessmentRun, list_id: int) -> DeliveryList:
    """A delivery list of a run that ``posted_run_for`` has given out. Raises Http404."""
    found = DeliveryList.objects.filter(pk=list_id, run=run).first()
    if found is None:
        raise Http404
    return found
