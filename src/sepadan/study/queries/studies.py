"""Reading kept studies: those of the region in scope, and those of its practice that other regions made."""

from __future__ import annotations

from sepadan.study.models import StudyRecord


def kept_studies(host: str | None = None) -> list[StudyRecord]:
    """Studies that the region in scope may read, newest first; of one host if its code is given."""
    rows = StudyRecord.seen.select_related("region", "host")
    if host is not None:
        rows = rows.filter(host__code=host)
    return list(rows.order_by("-made_at", "-id"))


def kept_study(study_id: int) -> StudyRecord | None:
    """One of them."""
    return StudyRecord.seen.select_related("region", "host").filter(pk=study_id).first()


def study_of(host_id: int, fingerprint: str) -> StudyRecord | None:
    """The study of the region in scope with this content, if it was kept before."""
    return StudyRecord.objects.filter(host_id=host_id, fingerprint=fingerprint).first()


def public_studies_of() -> list[StudyRecord]:
    """The public studies that the region in scope made, newest first."""
    return list(StudyRecord.objects.select_related("region", "host").filter(public=True).order_by("-made_at", "-id"))
