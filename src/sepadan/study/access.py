"""Who may read a kept study: everybody when it is public, else whoever may read studies in the guest or the host.

A study that is not there and one that is not for this person look the same (404).
"""

from __future__ import annotations

from typing import Any

from django.http import Http404

from sepadan.records.public import permitted
from sepadan.study.models import StudyRecord
from sepadan.study.queries.studies import kept_studies, kept_study
from sepadan.territory.public import Region


def may_read(person: Any, study: StudyRecord) -> bool:
    """Whether *person* may read *study*."""
    return study.public or any(permitted(person, region, "study.read") for region in (study.region, study.host))


def studies_for(person: Any, _region: Region, host: str | None = None) -> list[StudyRecord]:
    """The kept studies of the region in scope that *person* may read, newest first."""
    return [one for one in kept_studies(host) if may_read(person, one)]


def study_for(person: Any, _region: Region, study_id: int) -> StudyRecord:
    """One of them. Raises Http404."""
    found = kept_study(study_id)
    if found is None or not may_read(person, found):
        raise Http404
    return found
