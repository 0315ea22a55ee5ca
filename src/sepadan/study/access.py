"""Who may read what of the study. The getters here are the only way to a kept study or a recorded visit.

*Kept studies*: everybody when public, else whoever may read studies in the guest or the host. *Recorded visits*: the
record itself only for those who may read studies in the region that recorded it; its release for everybody, in that
region and in the other region of the visit. What is not there and what is not for this person look the same (404).

The lists of the whole installation open the scope of each region that has law or figures, one after another, and take
from each what is public there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404

from sepadan.ground.statutes import load_book
from sepadan.records.public import permitted, region_scope
from sepadan.study.facts import load_indicators
from sepadan.study.models import StudyRecord, VisitLesson, VisitRecord, VisitRelease
from sepadan.study.queries.studies import kept_studies, kept_study, public_studies_of
from sepadan.study.queries.visits import (
    lesson_of,
    recorded_visit,
    recorded_visits,
    released_visit,
    released_visits,
)
from sepadan.territory.public import Region, all_regions


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


def public_studies() -> list[StudyRecord]:
    """Every public study of the installation, newest first."""
    found = [one for region in _regions() for one in _within(region, public_studies_of)]
    return sorted(found, key=lambda one: (one.made_at, one.pk), reverse=True)


def regions_with_law() -> list[Region]:
    """Regions in which studies can be made and kept."""
    return list(all_regions().filter(code__in=load_book().regions()))


# --- recorded visits -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ListedVisit:
    """A line of a list. ``role`` is that of the region whose list it is; ``state`` draft, changed or released."""

    id: int
    title: str
    first_day: date
    region: Region
    role: str
    other: Region
    state: str


def visit_for(person: Any, region: Region, visit_id: int) -> VisitRecord:
    """A record of the region in scope, for those who may read its studies. Raises Http404."""
    found = recorded_visit(visit_id) if permitted(person, region, "study.read") else None
    if found is None:
        raise Http404
    return found


def lesson_for(person: Any, region: Region, visit_id: int, lesson_id: int) -> VisitLesson:
    """A lesson of such a record. Raises Http404."""
    found = lesson_of(visit_for(person, region, visit_id), lesson_id)
    if found is None:
        raise Http404
    return found


def release_for(_person: Any, _region: Region, visit_id: int) -> VisitRelease:
    """What is released of a visit to or from the region in scope, for everybody. Raises Http404."""
    found = released_visit(visit_id)
    if found is None:
        raise Http404
    return found


def visits_for(person: Any, region: Region) -> list[ListedVisit]:
    """Recorded visits of the region in scope that *person* may read, its own records and the releases of others."""
    released = released_visits()
    own = {one.visit_id: one for one in released if one.region_id == region.pk}
    lines = [_of_release(one, region) for one in released if one.region_id != region.pk]
    if not permitted(person, region, "study.read"):
        lines += [_of_release(one, region) for one in own.values()]
    else:
        lines += [ListedVisit(one.pk, one.title, one.first_day, region, one.role, one.other,
                              state_of(one, own.get(one.pk))) for one in recorded_visits()]
    return sorted(lines, key=lambda one: (one.first_day, one.id), reverse=True)


def public_visits() -> list[ListedVisit]:
    """Every released visit of the installation, each once, newest first, as its recording region tells it."""
    found = {one.pk: one for region in _regions() for one in _within(region, released_visits)}
    lines = [_of_release(one, one.region) for one in found.values()]
    return sorted(lines, key=lambda one: (one.first_day, one.id), reverse=True)


def state_of(visit: VisitRecord, release: VisitRelease | None) -> str:
    """Whether a record is a draft, released as it stands, or changed since its release."""
    if release is None:
        return "draft"
    return "changed" if visit.changed_at > release.released_at else "released"


def _of_release(one: VisitRelease, region: Region) -> ListedVisit:
    own = one.region_id == region.pk
    role = one.role if own else ("guest" if one.role == "host" else "host")
    return ListedVisit(one.visit_id, one.title, one.first_day, region, role, one.other if own else one.region,
                       "released")


def _regions() -> list[Region]:
    """Regions that can have something to show: those with law or figures. Others keep no study of their own."""
    codes = {*load_book().regions(), *load_indicators().regions}
    return list(all_regions().filter(code__in=codes))


def _within(region: Region, read: Callable[[], list[Any]]) -> list[Any]:
    with region_scope(region):
        return read()
