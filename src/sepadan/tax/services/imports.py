"""The life of an import: files received, checked in a dry run, applied as a whole or discarded.

    receive_import -> (check_import, again after map_places) -> apply_import | discard_import

What holds bills or payments of an older system is applied by ``start_approved``: a second person approves the totals
that he saw. Everybody else's imports by ``start_apply``.

Files lie in ``files/<code>/imports/<id>/``, closed to everybody but the system user: the uploads with their plain NIK
and the rows that were read from them, without. Both go when the import is closed, which its audit record says. Checking
and applying are done in the background by ``tasks_imports.py`` or in the foreground by the command line; each is whole
or leaves nothing, so that after a kill it is done anew.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.db import transaction

from sepadan.ground.problems import Problem, refuse
from sepadan.records.public import Actor, Work, current_region, record, region_folder, region_scope, start_work
from sepadan.tax.engine.sismiop import BILLS, PAYMENTS
from sepadan.tax.models import ImportFile, ImportProblem, ImportState, NopPlace, RegisterImport
from sepadan.tax.services.imports_applying import apply_files
from sepadan.tax.services.imports_judging import COLUMNS, CrossFault, Cursor, Judgement, StagedFile, judge
from sepadan.tax.services.imports_reading import MOST_BYTES
from sepadan.tax.services.imports_rows import KEPT_FAULTS, ReadSource, read_upload
from sepadan.tax.services.imports_sql import STAGES
from sepadan.tax.services.imports_writing import opening_accounts
from sepadan.tax.services.rolls import bulk_connection
from sepadan.territory.public import Kelurahan, Region

CHECK_WORK = "tax.check_import"
APPLY_WORK = "tax.apply_import"
MOST_FILES = 20
Told = Callable[[int, int], None]
"""Hears how much is done, of how much."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came: its name, and its bytes in pieces."""

    name: str
    chunks: Iterable[bytes]


def receive_import(uploads: Sequence[Upload], *, valid_on: date, actor: Actor, now: datetime) -> RegisterImport:
    """Keep the uploads of one import in the region in scope. Refused: none, too many, one too large or given twice."""
    if not uploads:
        raise refuse("tax.imports.none", remedy="tax.imports.none.remedy")
    if len(uploads) > MOST_FILES:
        raise refuse("tax.imports.many", remedy="tax.imports.many.remedy", most=MOST_FILES)
    _sweep()
    one = RegisterImport.objects.create(valid_on=valid_on, created_at=now, created_by_id=actor.person_id,
                                        created_name=actor.name)
    folder, seen = folder_of(one), dict[str, str]()
    try:
        for number, upload in enumerate(uploads, start=1):
            name = shown_name(upload.name)
            stored = f"upload-{number}"
            size, sha256 = _keep(folder / stored, upload.chunks, name)
            if sha256 in seen:
                raise refuse("tax.imports.twice", where=name, remedy="tax.imports.twice.remedy", other=seen[sha256])
            seen[sha256] = name
            ImportFile.objects.create(register_import=one, number=number * 100, stored=stored, name=name, size=size,
                                      sha256=sha256)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    record(actor, "tax.audit.import_received", one, now=now, after={
        "files": ", ".join(seen.values()), "valid_from": valid_on})
    return one


def _sweep() -> None:
    """Clear folders that a killed process left behind when it had closed an import."""
    closed = RegisterImport.objects.filter(state__in=[ImportState.APPLIED.value, ImportState.DISCARDED.value])
    left = {path.name: path for path in region_folder(current_region(), "imports").iterdir()}
    for pk in closed.filter(pk__in=[int(name) for name in left if name.isdecimal()]).values_list("pk", flat=True):
        clear_folder(left[str(pk)])


def shown_name(name: str) -> str:
    """The last part of a file's name, without what a page or a header could trip over."""
    plain = "".join(one for one in name.replace("\\", "/").rpartition("/")[2] if one.isprintable())
    return plain.strip()[-120:] or "file"


def _keep(path: Path, chunks: Iterable[bytes], name: str) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > MOST_BYTES:
                raise refuse("tax.imports.file.large", where=name, remedy="tax.imports.file.large.remedy",
                             most=MOST_BYTES // 1_000_000)
            digest.update(chunk)
            file.write(chunk)
    return size, digest.hexdigest()


def folder_of(one: RegisterImport) -> Path:
    """The folder of an import, made when absent."""
    folder = region_folder(one.region, "imports") / str(one.pk)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def start_check(one: RegisterImport, *, actor: Actor, now: datetime) -> Work:
    """Ask for the dry run in the background; asking again returns the same work."""
    return _start(CHECK_WORK, one, (ImportState.RECEIVED, ImportState.CHECKED), actor, now)


def start_apply(one: RegisterImport, *, control: str, actor: Actor, now: datetime) -> Work:
    """Ask for a checked import to be applied. Refused when it was checked again since the officer saw it, and when
    there is nothing new or changed in it."""
    if one.has_opening:
        raise refuse("tax.imports.needs_approval", where=str(one), remedy="tax.imports.needs_approval.remedy")
    _refuse_unseen(one, control)
    return _start(APPLY_WORK, one, (ImportState.CHECKED,), actor, now)


def start_approved(one: RegisterImport, *, control: str, actor: Actor, now: datetime) -> Work:
    """Approve what an older system held, and ask for it to be applied. Refused to whoever uploaded it or asked for the
    check, when it was checked again since, and while it is not whole: a file or a payment that could not be read."""
    held = _held(one)
    if not held.has_opening:
        raise refuse("tax.imports.no_opening", where=str(one), remedy="tax.imports.no_opening.remedy")
    if actor.person_id is None or actor.person_id in (held.created_by_id, held.checked_by_id):
        raise refuse("tax.imports.same_person", where=str(one), remedy="tax.imports.same_person.remedy")
    _refuse_unseen(held, control)
    unread = [str(file) for file in held.files.all() if file.refused]
    if unread:
        raise refuse("tax.imports.unread_file", where=str(one), remedy="tax.imports.unread_file.remedy",
                     names=", ".join(unread)[:200])
    if lost := int(held.openings.get("lost", 0)):
        raise refuse("tax.imports.lost", where=str(one), remedy="tax.imports.lost.remedy", count=lost)
    record(actor, "tax.audit.import_approved", held, now=now, after={
        "control": control, "opened": sum(row[8] for row in held.openings.get("totals", []))})
    return _start(APPLY_WORK, held, (ImportState.CHECKED,), actor, now)


def _refuse_unseen(one: RegisterImport, control: str) -> None:
    if one.control != control:
        raise refuse("tax.imports.overtaken", where=str(one), remedy="tax.imports.overtaken.remedy")
    if not any(file.counts.get("new") or file.counts.get("changed") for file in one.files.all()):
        raise refuse("tax.imports.nothing", where=str(one), remedy="tax.imports.nothing.remedy")


def _start(kind: str, one: RegisterImport, states: tuple[ImportState, ...], actor: Actor, now: datetime) -> Work:
    held = _held(one)
    if held.state not in states:
        raise refuse("tax.imports.closed", where=str(one), remedy="tax.imports.closed.remedy")
    approving = kind == APPLY_WORK and held.has_opening
    work = start_work(kind, action="tax.approve" if approving else "tax.write", actor=actor, now=now,
                      params={"import": one.pk}, once=str(one.pk))
    held.work = work.pk
    if kind == CHECK_WORK:
        held.checked_by_id = actor.person_id
        held.approved_by_id, held.approved_at, held.approved_control = None, None, ""
    elif approving:
        held.approved_by_id, held.approved_at, held.approved_control = actor.person_id, now, held.control
    held.save(update_fields=["work", "checked_by", "approved_by", "approved_at", "approved_control"])
    return work


def _held(one: RegisterImport) -> RegisterImport:
    return RegisterImport.objects.select_for_update(of=("self",)).get(pk=one.pk)


# --- dry run ---------------------------------------------------------------------------------------------------------

def check_import(region: Region, import_id: int, *, clock: Callable[[], datetime], told: Told) -> Judgement:
    """Read what was not read yet, judge all rows, and keep counts and faults. Opens the region's scope itself."""
    with region_scope(region):
        one = RegisterImport.objects.select_related("region").get(pk=import_id)
        folder = folder_of(one)
        unread = list(one.files.filter(form="", refused__isnull=True, sheet=""))
    total, before = sum(file.size for file in unread) or 1, 0
    for file in unread:
        start = before

        def heard(position: int, start: int = start) -> None:
            told(min(start + position, total), total)

        found = read_upload(folder / file.stored, file.name, _rows_path(folder, file.number), heard)
        before += file.size
        with region_scope(region):
            _keep_sources(file, found)
    with region_scope(region):
        staged = staged_files(one)
    with bulk_connection() as connection, connection.transaction(), connection.cursor() as cursor:
        judged = judge(cursor, region.pk, one.valid_on, staged, keep=KEPT_FAULTS)
    with region_scope(region):
        _keep_judgement(one, judged, clock())
    return judged


def _rows_path(folder: Path, number: int) -> Callable[[int], Path]:
    return lambda k: folder / f"rows-{number + k}"


def staged_files(one: RegisterImport) -> list[StagedFile]:
    """The tables of an import that are applied, with where their good rows lie."""
    folder = folder_of(one)
    return [StagedFile(file.pk, file.table, path) for file in one.files.filter(refused__isnull=True, table__in=STAGES)
            if (path := folder / f"rows-{file.number}").exists()]


def _keep_sources(file: ImportFile, sources: Sequence[ReadSource]) -> None:
    """What was read of one upload: a row for each of its tables."""
    for k, source in enumerate(sources):
        row = file if k == 0 else ImportFile(
            register_import_id=file.register_import_id, number=file.number + k, stored=file.stored, name=file.name,
            size=file.size, sha256=file.sha256)
        row.sheet, row.form = source.sheet, source.form or "-"
        row.table = source.table.name if source.table else ""
        row.strange, row.row_count = list(source.strange)[:50], source.rows
        row.faults = dict(source.faults)
        row.counts = {"read": source.accepted, "bad": source.bad, "lost": source.lost}
        row.refused = _plain(source.refused)
        row.save()
        row.problems.all().delete()
        ImportProblem.objects.bulk_create(
            ImportProblem(file=row, line=one.line, column=one.column[:60], key=one.fault.key,
                          params=dict(one.fault.params)) for one in source.kept)


def _plain(refused: Problem | None) -> dict[str, Any] | None:
    return None if refused is None else {
        "where": refused.where, "key": refused.what.key, "params": dict(refused.what.params),
        "remedy": "" if refused.remedy is None else refused.remedy.key}


def _keep_judgement(one: RegisterImport, judged: Judgement, now: datetime) -> None:
    held = _held(one)
    if not held.is_open:
        raise refuse("tax.imports.closed", where=str(one), remedy="tax.imports.closed.remedy")
    lost, opening = 0, False
    for file in held.files.all():
        file.problems.filter(key__regex=r"^tax\.imports\.(fault|note)\.").delete()
        file.faults = {name: count for name, count in file.faults.items() if "tax.imports.fault." not in name}
        read_bad = file.row_count - int(file.counts.get("read", 0))
        file.counts = {"read": file.counts.get("read", 0), "bad": read_bad, "lost": file.counts.get("lost", 0)}
        if file.table == PAYMENTS.name:
            lost += int(file.counts["lost"])
        opening = opening or (file.table in (BILLS.name, PAYMENTS.name) and file.row_count > 0)
        if (counts := judged.counts.get(file.pk)) is not None:
            file.counts |= {**counts, "bad": read_bad + counts["bad"]}
            file.faults |= {f"{COLUMNS[name]} tax.imports.fault.{name}": count
                            for name, count in judged.faults[file.pk].items()}
        file.save(update_fields=["counts", "faults"])
    ImportProblem.objects.bulk_create((_problem(fault) for fault in judged.kept), batch_size=2_000)
    ImportProblem.objects.bulk_create((_note(noted) for noted in judged.noted), batch_size=2_000)
    held.state, held.checked_at = ImportState.CHECKED.value, now
    held.control, held.unmapped = judged.control(), judged.unmapped
    held.has_opening = opening
    held.openings = {"totals": judged.totals, "notes": judged.notes, "lost": lost}
    held.approved_by_id, held.approved_at, held.approved_control = None, None, ""
    held.save(update_fields=["state", "checked_at", "control", "unmapped", "has_opening", "openings", "approved_by",
                             "approved_at", "approved_control"])


def _problem(fault: CrossFault) -> ImportProblem:
    return ImportProblem(file_id=fault.file, line=fault.line, column=COLUMNS[fault.name],
                         key=f"tax.imports.fault.{fault.name}", params=dict(fault.params))


def _note(noted: CrossFault) -> ImportProblem:
    return ImportProblem(file_id=noted.file, line=noted.line, column="", key=f"tax.imports.note.{noted.name}",
                         params=dict(noted.params))


# --- applying, discarding --------------------------------------------------------------------------------------------

def apply_import(region: Region, import_id: int, *, actor: Actor, clock: Callable[[], datetime],
                 told: Callable[[int], None]) -> Mapping[str, int]:
    """Write a checked import into the register: all of it, or nothing. One that is applied stays as it is."""
    with region_scope(region):
        one = RegisterImport.objects.select_related("region").get(pk=import_id)
        staged, folder = staged_files(one), folder_of(one)
        accounts = opening_accounts() if one.has_opening else None
    if one.state == ImportState.APPLIED:
        return {}
    if one.has_opening and one.approved_control != one.control:
        raise refuse("tax.imports.needs_approval", where=str(one), remedy="tax.imports.needs_approval.remedy")
    now = clock()

    def close(cursor: Cursor, judged: Judgement, written: Mapping[str, int], entry: int) -> None:
        cursor.execute(
            "UPDATE tax_registerimport SET state = %s, closed_at = %s, closed_name = %s "
            "WHERE region_id = %s AND id = %s AND state = %s AND (NOT has_opening OR approved_control = control)",
            [ImportState.APPLIED.value, now, actor.name, region.pk, import_id, ImportState.CHECKED.value])
        if cursor.rowcount != 1:
            raise refuse("tax.imports.closed", where=str(one), remedy="tax.imports.closed.remedy")

    written = apply_files(region.pk, one.valid_on, staged, one.control, actor=actor, now=now, publish=close,
                          label=str(one), import_id=import_id, told=told, accounts=accounts)
    clear_folder(folder)
    return written


def discard_import(one: RegisterImport, *, actor: Actor, now: datetime) -> None:
    """Close an import without applying it; its files are deleted when that is committed."""
    held = _held(one)
    if not held.is_open:
        raise refuse("tax.imports.closed", where=str(one), remedy="tax.imports.closed.remedy")
    held.state, held.closed_at, held.closed_name = ImportState.DISCARDED.value, now, actor.name
    held.save(update_fields=["state", "closed_at", "closed_name"])
    record(actor, "tax.audit.import_discarded", held, now=now, after={"state": held.state})
    transaction.on_commit(partial(clear_folder, folder_of(held)))


def clear_folder(folder: Path) -> None:
    """Delete uploads and rows of a closed import."""
    shutil.rmtree(folder, ignore_errors=True)


def map_places(pairs: Mapping[str, int], *, actor: Actor, now: datetime) -> int:
    """Say which kelurahan the places of NOPs lie in (code of ten digits -> key of a kelurahan of the region in scope).

    Places that are mapped stay; returns how many are new. Refused on a kelurahan of elsewhere.
    """
    known = set(NopPlace.objects.filter(code__in=pairs).values_list("code", flat=True))
    villages = {village.pk: village for village in Kelurahan.objects.filter(
        region_id=current_region().pk, pk__in=pairs.values())}
    made = 0
    for code, key in sorted(pairs.items()):
        if code in known:
            continue
        if key not in villages or not (len(code) == 10 and code.isascii() and code.isdecimal()):
            raise refuse("tax.imports.no_village", where=code, remedy="tax.imports.no_village.remedy")
        place = NopPlace.objects.create(code=code, kelurahan=villages[key])
        record(actor, "tax.audit.place_mapped", place, now=now, after={"kelurahan": villages[key].name})
        made += 1
    return made
