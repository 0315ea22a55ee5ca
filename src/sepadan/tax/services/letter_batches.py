"""Letters for a selection of any size: written, signed, printed in the background, in parts that a kill cannot halve.

One officer asks for a batch; a worker writes a part of the selection at a time, in the order of the NOP, and says of
everybody who gets nothing why not. Demands and warrants are drafts until another person signs the batch; a worker then
numbers them in the order in which they are carried. A draft that no longer says what the books do is voided and listed
with the reason. What is numbered is printed, one file for each kelurahan (``documents/letter_print``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db.models import F

from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, Work, current_region, record, region_folder, start_work
from sepadan.tax.models import (
    SIGNED,
    BatchOmission,
    BatchState,
    CollectionLetter,
    LetterBatch,
    LetterKind,
    LetterState,
)
from sepadan.tax.queries.letter_batches import drafts_in_order
from sepadan.tax.services.arrears import arrears_list
from sepadan.tax.services.arrears_rows import DebtorRows
from sepadan.tax.services.collection_letters import next_numbers, write_letters
from sepadan.tax.services.collection_lines import lock_charges
from sepadan.tax.services.letter_acts import number_letter, stale_letters

WRITE_WORK, SIGN_WORK, PRINT_WORK = "tax.write_letters", "tax.sign_letters", "tax.print_letters"
PART = 500
SEARCHED = ("nop", "name")


def ask_letters(kind: LetterKind, text: str, picked: Mapping[str, str], *, objects: int, actor: Actor, now: datetime,
                today: date) -> tuple[LetterBatch, Work]:
    """Ask for one letter of *kind* for each object that the filter of the debtors' list leaves."""
    if actor.person_id is None:
        raise ValueError("a letter is written by a person")
    batch = LetterBatch.objects.create(
        kind=kind.value, picked={"text": text[:100], "picked": dict(picked)}, counted_on=today, objects_asked=objects,
        asked_at=now, asked_by_id=actor.person_id)
    record(actor, "tax.audit.letters_asked", batch, now=now, after={"kind": kind.value, "objects": objects})
    return batch, _start(WRITE_WORK, batch, actor, now, objects)


def selection(batch: LetterBatch, *, after: str, now: datetime) -> list[str]:
    """The objects of the batch in the order of the NOP, from behind *after* on."""
    rows = DebtorRows(arrears_list(batch.counted_on, now=now), str, order="nop")
    found = rows.narrow(SEARCHED, batch.picked["text"], batch.picked["picked"])
    return [nop for nop in found.nops(2**31) if nop > after]


def write_part(batch_id: int, nops: Sequence[str], *, actor: Actor, now: datetime, today: date) -> int:
    """Write the letters of a part of the batch; how many they are."""
    batch = LetterBatch.objects.select_for_update(of=("self",)).get(pk=batch_id)
    made, problems = write_letters(nops, LetterKind(batch.kind), actor=actor, now=now, today=today, batch=batch)
    _omit(batch, [(one.where, one.what.key) for one in problems])
    batch.count, batch.total = batch.count + len(made), batch.total + sum(one.total for one in made)
    batch.save(update_fields=["count", "total", "left_out"])
    return len(made)


def _omit(batch: LetterBatch, rows: Sequence[tuple[str, str]]) -> None:
    BatchOmission.objects.bulk_create([BatchOmission(batch=batch, nop=nop, reason=reason) for nop, reason in rows])
    batch.left_out += len(rows)


def finish_writing(batch_id: int, *, actor: Actor, now: datetime) -> LetterBatch:
    """The whole selection was worked on: what needs no signature is printed."""
    batch = _hold(batch_id, BatchState.WRITING)
    signed = LetterKind(batch.kind) in SIGNED and batch.count > 0
    _turn(batch, BatchState.DRAFTED if signed else BatchState.ISSUED)
    if not signed and batch.count:
        print_letters(batch, actor=actor, now=now)
    return batch


def sign_batch(batch: LetterBatch, *, version: int, actor: Actor, now: datetime) -> Work:
    """Sign every draft of the batch. Raises Refused to whoever asked for it, and on what somebody changed since."""
    held = _hold(batch.pk, BatchState.DRAFTED, version)
    if actor.person_id is None or actor.person_id == held.asked_by_id:
        raise refuse("tax.collection.same_person", where=str(held), remedy="tax.collection.same_person.remedy")
    held.signed_by_id, held.signed_at = actor.person_id, now
    _turn(held, BatchState.SIGNING)
    record(actor, "tax.audit.batch_signed", held, now=now, after={"letters": held.count, "total": held.total})
    return _start(SIGN_WORK, held, actor, now, held.count)


def void_batch(batch: LetterBatch, *, version: int, reason: str, actor: Actor, now: datetime) -> LetterBatch:
    """Turn the drafts of the batch down; nothing was numbered."""
    if not reason.strip():
        raise refuse("tax.collection.no_reason", remedy="tax.collection.no_reason.remedy")
    held = _hold(batch.pk, BatchState.DRAFTED, version)
    CollectionLetter.objects.filter(batch=held, state=LetterState.DRAFT.value).update(
        state=LetterState.VOID.value, note=reason.strip()[:300], version=F("version") + 1)
    _turn(held, BatchState.VOID)
    record(actor, "tax.audit.batch_voided", held, now=now, reason=reason.strip()[:500], after={"letters": held.count})
    return held


def sign_part(batch_id: int, *, now: datetime, today: date) -> int:
    """Number the next drafts in the order in which they are carried; how many were left, 0 when all are done."""
    batch = _hold(batch_id, BatchState.SIGNING)
    ready = drafts_in_order(batch, PART)
    lock_charges(*{int(line.charge_id) for one in ready for line in one.lines.all()})
    rows = {one.pk: one for one in CollectionLetter.objects.select_for_update(of=("self",)).filter(
        pk__in=[one.pk for one in ready], state=LetterState.DRAFT.value).order_by("pk")}
    drafts = [rows[one.pk] for one in ready if one.pk in rows]
    stale = stale_letters(drafts, today)
    kept = [one for one in drafts if one.pk not in stale]
    for letter, number in zip(kept, next_numbers(LetterKind(batch.kind), today, len(kept)) if kept else (),
                              strict=True):
        number_letter(letter, number, signer=batch.signed_by_id or 0, today=today)
    for letter in drafts:
        letter.version += 1
        if letter.pk in stale:
            letter.state = LetterState.VOID.value
    CollectionLetter.objects.bulk_update(drafts, ["state", "version", "number", "signed_by", "issued_on", "answer_by"])
    gone = [one for one in drafts if one.pk in stale]
    _omit(batch, [(one.nop, "tax.collection.letter_stale") for one in gone])
    batch.count, batch.total = batch.count - len(gone), batch.total - sum(one.total for one in gone)
    batch.save(update_fields=["count", "total", "left_out"])
    return len(ready)


def finish_signing(batch_id: int, *, actor: Actor, now: datetime) -> LetterBatch:
    batch = _hold(batch_id, BatchState.SIGNING)
    _turn(batch, BatchState.ISSUED)
    if batch.count:
        print_letters(batch, actor=actor, now=now)
    return batch


def print_letters(batch: LetterBatch, *, actor: Actor, now: datetime) -> Work:
    """Ask for the files of an issued batch; whole ones are kept. Raises Refused before it is issued."""
    if batch.state != BatchState.ISSUED:
        raise refuse("tax.collection.batch_not_issued", where=str(batch),
                     remedy="tax.collection.batch_not_issued.remedy")
    return _start(PRINT_WORK, batch, actor, now, batch.count)


def batch_folder(batch: LetterBatch) -> Path:
    """Where the files of a batch lie; made when absent, only this system user may enter it."""
    folder = region_folder(current_region(), "surat") / str(batch.pk)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def works_of(batch: LetterBatch) -> list[Work]:
    """What was done in the background for the batch, newest first."""
    return list(Work.objects.filter(kind__in=(WRITE_WORK, SIGN_WORK, PRINT_WORK), params__batch=batch.pk)
                .order_by("-id")[:10])


def _start(kind: str, batch: LetterBatch, actor: Actor, now: datetime, total: int) -> Work:
    return start_work(kind, action="tax.write", actor=actor, now=now, once=str(batch.pk), total=total,
                      params={"batch": batch.pk})


def _hold(batch_id: int, state: BatchState, version: int | None = None) -> LetterBatch:
    held = LetterBatch.objects.select_for_update(of=("self",)).get(pk=batch_id)
    if held.state != state or (version is not None and held.version != version):
        raise refuse("tax.collection.changed", where=str(held), remedy="tax.collection.changed.remedy")
    return held


def _turn(held: LetterBatch, state: BatchState) -> None:
    held.state, held.version = state.value, held.version + 1
    held.save(update_fields=["state", "version", "signed_by", "signed_at"])


def chosen(batch: LetterBatch) -> dict[str, Any]:
    """The filter as the address of the list of debtors takes it."""
    return {**batch.picked["picked"], **({"q": batch.picked["text"]} if batch.picked["text"] else {})}
