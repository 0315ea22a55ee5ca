"""Who may see an assessment or a bill, and act on it. The getters here are the only way to one.

Whoever may read at the tax desk of the region sees its runs and bills; changing needs ``tax.write``, approving and
reversing ``tax.approve``. What is not there and what is not for this person look the same (404).
"""

from __future__ import annotations

from typing import Any

from django.http import Http404

from sepadan.records.public import permitted
from sepadan.tax.models import AssessmentRun, Bill
from sepadan.tax.queries.bills import bills
from sepadan.tax.queries.runs import runs
from sepadan.territory.public import Region


def runs_for(person: Any, region: Region) -> list[AssessmentRun]:
    """The runs of the region that *person* may read, newest first; none for everybody else."""
    return list(runs()) if permitted(person, region, "tax.read") else []


def run_for(person: Any, region: Region, run_id: int, *, action: str = "tax.read") -> AssessmentRun:
    """A run on which *person* may do *action*. Raises Http404."""
    found = runs().filter(pk=run_id).first() if permitted(person, region, action) else None
    if found is None:
        raise Http404
    return found


def bill_for(person: Any, region: Region, bill_id: int) -> Bill:
    """A bill as the desk sees it. Raises Http404."""
    found = bills().filter(pk=bill_id).first() if permitted(person, region, "tax.read") else None
    if found is None:
        raise Http404
    return found
