"""Entries that were merged and are two people after all are parted again, by a second person; no history is lost.

One officer proposes with the reason, another person who may approve decides. What goes back to the dropped entry is
what it held when it was merged and what the kept one still holds of it: over the same days, as new versions. From the
first day on which such an object passed to somebody else it stays where it is; such objects are counted and named in
the audit record. Entries that had been merged into the dropped one before stand under it again. The merge itself stays
on record with the state ``parted``; bills, letters and requests of the meantime name who they name, and are corrected
by the service desk. Where the kept entry was merged further, that merge is parted first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, AuditEntry, record
from sepadan.tax.models import ObjectVersion, RegisterObject, Taxpayer
from sepadan.tax.models.register import ChangeKind
from sepadan.tax.models.register_people import MergeState, TaxpayerMerge, TaxpayerParting
from sepadan.tax.queries.register import known
from sepadan.tax.queries.taxpayers import merge_of
from sepadan.tax.services.taxpayer_merges import lock_entries

Span = tuple[date, date]
"""From a day until before another; ``date.max``: still."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some days of a version, and whether they go back to the dropped entry."""

    begins: date
    ends: date
    back: bool


@transaction.atomic
def propose_parting(merge: TaxpayerMerge, reason: str, *, actor: Actor, now: datetime) -> TaxpayerParting:
    """Put before a second person that a merge was wrong. Raises Refused without a reason, on a merge that does not
    hold, or of which a parting waits already, and while the kept entry is merged itself."""
    if actor.person_id is None:
        raise ValueError("a parting is proposed by a person, so that another one can approve it")
    if not reason.strip():
        raise refuse("tax.taxpayer.no_reason", where=merge.dropped.npwpd, remedy="tax.taxpayer.no_reason.remedy")
    held = _held(merge)
    if TaxpayerParting.objects.filter(merge=held, state=MergeState.PROPOSED.value).exists():
        raise refuse("tax.taxpayer.part.waits", where=held.dropped.npwpd, remedy="tax.taxpayer.part.waits.remedy")
    made = TaxpayerParting.objects.create(merge=held, reason=reason.strip()[:500], proposed_at=now,
                                          proposed_by_id=actor.person_id)
    for one in (held.kept, held.dropped):
        record(actor, "tax.audit.parting_proposed", one, now=now, reason=made.reason, after={
            "dropped": held.dropped.npwpd, "kept": held.kept.npwpd})
    return made


@transaction.atomic
def approve_parting(parting: TaxpayerParting, *, actor: Actor, now: datetime) -> TaxpayerParting:
    """A second person approves. Raises Refused to the one who proposed it, and when it was decided meanwhile."""
    row = _waiting(parting, actor)
    held = _held(row.merge)
    moved, left = _carry_back(held, row, actor, now)
    row.objects_moved, row.objects_left = moved, len(left)
    row.state, row.decided_at, row.decided_by_id = MergeState.APPROVED.value, now, actor.person_id
    row.save(update_fields=["objects_moved", "objects_left", "state", "decided_at", "decided_by"])
    held.state = MergeState.PARTED.value
    held.save(update_fields=["state"])
    _stand_alone(held.dropped)
    for one in (held.kept, held.dropped):
        record(actor, "tax.audit.parting_approved", one, now=now, reason=row.reason, after={
            "dropped": held.dropped.npwpd, "kept": held.kept.npwpd, "objects": moved, "left": left})
    return row


@transaction.atomic
def refuse_parting(parting: TaxpayerParting, why: str, *, actor: Actor, now: datetime) -> TaxpayerParting:
    """A second person finds that they are one. Raises Refused without a reason."""
    row = _waiting(parting, actor)
    if not why.strip():
        raise refuse("tax.taxpayer.no_reason", where=row.merge.dropped.npwpd, remedy="tax.taxpayer.no_reason.remedy")
    row.state, row.decided_at, row.decided_by_id = MergeState.REFUSED.value, now, actor.person_id
    row.decided_why = why.strip()[:500]
    row.save(update_fields=["state", "decided_at", "decided_by", "decided_why"])
    record(actor, "tax.audit.parting_refused", row.merge.kept, now=now, reason=row.decided_why, after={
        "dropped": row.merge.dropped.npwpd, "kept": row.merge.kept.npwpd})
    return row


def _waiting(parting: TaxpayerParting, actor: Actor) -> TaxpayerParting:
    held = TaxpayerParting.objects.select_for_update(of=("self",)).select_related(
        "merge__kept", "merge__dropped").get(pk=parting.pk)
    if held.state != MergeState.PROPOSED:
        raise refuse("tax.taxpayer.decided", where=held.merge.dropped.npwpd, remedy="tax.taxpayer.decided.remedy")
    if actor.person_id is None or actor.person_id == held.proposed_by_id:
        raise refuse("tax.taxpayer.same_person", where=held.merge.dropped.npwpd,
                     remedy="tax.taxpayer.same_person.remedy")
    return held


def _held(merge: TaxpayerMerge) -> TaxpayerMerge:
    """The merge and its entries, held. Raises Refused where it does not hold, or the kept entry is merged itself."""
    lock_entries(merge.kept, merge.dropped)
    held = TaxpayerMerge.objects.select_for_update(of=("self",)).select_related("kept", "dropped").get(pk=merge.pk)
    if held.state != MergeState.APPROVED:
        raise refuse("tax.taxpayer.part.not_merged", where=held.dropped.npwpd,
                     remedy="tax.taxpayer.part.not_merged.remedy")
    further = merge_of(held.kept)
    if further is not None:
        raise refuse("tax.taxpayer.part.chain", where=held.kept.npwpd, remedy="tax.taxpayer.part.chain.remedy",
                     kept=held.kept.npwpd, into=further.kept.npwpd)
    return held


def _stand_alone(dropped: Taxpayer) -> None:
    """Entries that were merged into *dropped*, at once or by way of another, stand under it again."""
    near = [dropped.pk]
    while near:
        rows = TaxpayerMerge.objects.filter(kept__in=near, state=MergeState.APPROVED.value)
        near = list(rows.values_list("dropped_id", flat=True))
        rows.update(into=dropped)


def _carry_back(merge: TaxpayerMerge, parting: TaxpayerParting, actor: Actor,
                now: datetime) -> tuple[int, list[str]]:
    """How many objects went back, and the NOPs of those that were merged and did not."""
    spans, moved, left = _carried(merge), 0, list[str]()
    for held in RegisterObject.objects.select_for_update(of=("self",)).filter(pk__in=spans).order_by("pk"):
        rows = list(known(ObjectVersion.objects.filter(register_object=held)).order_by("valid_from"))
        cut = [(row, pieces) for row, pieces in parted(rows, spans[held.pk], merge.kept_id)
               if any(one.back for one in pieces)]
        if not cut:
            left.append(held.nop)
            continue
        held.version += 1
        held.changed_at, held.changed_by = now, actor.name
        held.save(update_fields=["version", "changed_at", "changed_by"])
        entry = record(actor, "tax.audit.merge_carried_back", held, now=now, reason=parting.reason, before={
            "taxpayer": merge.kept.npwpd}, after={"taxpayer": merge.dropped.npwpd, "version": held.version})
        ObjectVersion.objects.filter(pk__in=[row.pk for row, _ in cut]).update(superseded_at=now)
        ObjectVersion.objects.bulk_create([_version(held, row, one, merge, entry.pk, now)
                                           for row, pieces in cut for one in pieces])
        moved += 1
    return moved, left


def _carried(merge: TaxpayerMerge) -> dict[int, list[Span]]:
    """What the merge carried over, by object: the days of the versions that its own audit entries name."""
    assert merge.decided_at is not None  # a merge that holds was decided
    entries = AuditEntry.objects.filter(
        action="tax.audit.merge_carried", at=merge.decided_at, before__taxpayer=merge.dropped.npwpd,
        after__taxpayer=merge.kept.npwpd).values_list("id", flat=True)
    found: dict[int, list[Span]] = {}
    for key, begins, ends in ObjectVersion.objects.filter(
            taxpayer=merge.kept, recorded_at=merge.decided_at, entry__in=list(entries)).values_list(
            "register_object_id", "valid_from", "valid_to"):
        found.setdefault(key, []).append((begins, ends or date.max))
    return found


def parted(rows: Sequence[ObjectVersion], spans: Iterable[Span], kept: int) -> list[tuple[ObjectVersion, list[Piece]]]:
    """Each version with its days cut by *spans*: those of *kept* inside a span go back, until the object passed to
    somebody else within it."""
    found = {row.pk: (row, [Piece(row.valid_from, row.valid_to or date.max, False)]) for row in rows}
    for begins, ends in sorted(spans):
        for row in rows:
            first, last = max(row.valid_from, begins), min(row.valid_to or date.max, ends)
            if first >= last:
                continue
            if row.taxpayer_id == kept:
                found[row.pk] = (row, [part for one in found[row.pk][1] for part in _cut(one, first, last)])
            elif row.valid_from > begins:
                break
    return list(found.values())


def _cut(piece: Piece, begins: date, ends: date) -> list[Piece]:
    first, last = max(piece.begins, begins), min(piece.ends, ends)
    if first >= last:
        return [piece]
    parts = [Piece(piece.begins, first, piece.back), Piece(first, last, True), Piece(last, piece.ends, piece.back)]
    return [one for one in parts if one.begins < one.ends]


def _version(held: RegisterObject, row: ObjectVersion, piece: Piece, merge: TaxpayerMerge, entry: int,
             now: datetime) -> ObjectVersion:
    values = {**row.values(), "taxpayer_id": merge.dropped_id} if piece.back else row.values()
    return ObjectVersion(register_object=held, valid_from=piece.begins,
                         valid_to=None if piece.ends == date.max else piece.ends, recorded_at=now,
                         set_fields=row.set_fields, change=ChangeKind.CORRECTED.value, entry=entry, **values)
