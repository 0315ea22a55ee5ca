"""Keeping a study: its files in the guest's folder, its record behind the guest's wall, an audit entry.

The files are whole in the folder before the record says that they are there. Keeping the same study again changes
nothing. Everything runs in the scope of the guest.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from django.db import transaction

from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, current_region, record, region_folder
from sepadan.study.engine.study import Study
from sepadan.study.models import StudyRecord
from sepadan.study.queries.studies import study_of
from sepadan.territory.public import Region, region_of_code

TYPES = {"html": "text/html; charset=utf-8", "pdf": "application/pdf", "json": "application/json",
         "csv": "text/csv; charset=utf-8"}  # fmt: skip
_NAME = re.compile(r"^[A-Za-z0-9_.]+$")


def keep_study(study: Study, files: Mapping[str, bytes], *, actor: Actor, now: datetime) -> StudyRecord:
    """The record of *study* with its *files*; the one that is there when it was kept before."""
    region, host = current_region(), region_of_code(study.host.code)
    if region.code != study.guest.code:
        raise refuse("study.keep.elsewhere", where=study.guest.code, remedy="study.keep.elsewhere.remedy",
                     guest=study.guest.code, region=region.code)
    found = study_of(host.pk, study.fingerprints.whole)
    if found is not None:
        return found
    _write(folder_of(region, study.fingerprints.whole), files)
    with transaction.atomic():
        saved = StudyRecord.objects.create(
            host=host, on=study.on, assumptions=study.assumptions, lever=study.tax.lever,
            fingerprint=study.fingerprints.whole, synthetic=study.synthetic, public=study.synthetic,
            files={name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
                   for name, content in files.items()},
            figures=figures_of(study), made_at=now, made_by=actor.name)  # fmt: skip
        record(actor, "study.audit.kept", saved, now=now,
               after={"host": host.code, "on": study.on, "fingerprint": saved.fingerprint})  # fmt: skip
    return saved


def publish_study(study: StudyRecord, *, actor: Actor, now: datetime, reason: str = "") -> StudyRecord:
    """Make a kept study public. It stays public: what was published cannot be taken back."""
    with transaction.atomic():
        row = StudyRecord.objects.select_for_update(of=("self",)).get(pk=study.pk)
        if not row.public:
            row.public = True
            row.save(update_fields=["public"])
            record(actor, "study.audit.published", row, now=now, before={"public": False}, after={"public": True},
                   reason=reason)  # fmt: skip
    return row


def file_of(study: StudyRecord, name: str) -> bytes | None:
    """The bytes of one of its files, None when it has none of that name. Raises Refused on a damaged one."""
    listed = study.files.get(name)
    if listed is None or not _NAME.match(name):
        return None
    try:
        content = (folder_of(study.region, study.fingerprint) / name).read_bytes()
    except OSError as error:
        raise refuse("study.keep.missing", where=name, remedy="study.keep.missing.remedy") from error
    if hashlib.sha256(content).hexdigest() != listed["sha256"]:
        raise refuse("study.keep.damaged", where=name, remedy="study.keep.missing.remedy")
    return content


def folder_of(region: Region, fingerprint: str) -> Path:
    """Where the files of a study lie; the path comes from the region and the fingerprint alone."""
    if not re.fullmatch(r"[0-9a-f]{64}", fingerprint):
        raise ValueError(f"{fingerprint!r} is no fingerprint")
    return region_folder(region, "studies") / fingerprint


def figures_of(study: Study) -> dict[str, object]:
    """What a list of studies says of one."""
    there, back = study.tax, study.tax_back
    return {
        "own": there.as_is.before.payable, "as_is": there.as_is.after.payable, "lever": there.lever,
        "back_own": back.as_is.before.payable, "back_as_is": back.as_is.after.payable,
        "roll_year": there.roll.tax_year,
    }  # fmt: skip


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Each file whole under its name; the same bytes may be written twice, by two workers at once."""
    folder.mkdir(mode=0o700, exist_ok=True)
    for name, content in files.items():
        draft = folder / f".{name}.{os.getpid()}"
        draft.write_bytes(content)
        draft.replace(folder / name)
