"""Two entries of the register that are one person become one, by a second person, and nothing of their history is lost.

One officer proposes, another person who may approve decides. Approved, every object that the register carries under the
dropped entry is carried under the kept one over the very spans it had (versions are superseded, not changed), and what
is frozen from then on is the kept one's, so that one NJOPTKP is taken. Bills that were issued stay under the entry they
name; the page of the kept one shows them. Two entries with different NIKs are two people and are never merged. What
turns out to be two people after all is parted again (``taxpayer_partings.py``).
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, record
from sepadan.tax.models import ObjectVersion, RegisterObject, Taxpayer
from sepadan.tax.models.register import ChangeKind
from sepadan.tax.models.register_people import MergeGround, MergeState, TaxpayerMerge
from sepadan.tax.queries.register import known
from sepadan.tax.queries.taxpayers import alike, merge_of

MOST_OBJECTS = 2_000


@transaction.atomic
def propose_merge(kept: Taxpayer, dropped: Taxpayer, reason: str, *, actor: Actor, now: datetime) -> TaxpayerMerge:
    """Put before a second person that *dropped* is *kept*. Raises Refused without a reason, on entries that are merged
    or proposed already, and on two people."""
    if actor.person_id is None:
        raise ValueError("a merge is proposed by a person, so that another one can approve it")
    if not reason.strip():
        raise refuse("tax.taxpayer.no_reason", where=dropped.npwpd, remedy="tax.taxpayer.no_reason.remedy")
    held = lock_entries(kept, dropped)
    kept, dropped = held[kept.pk], held[dropped.pk]
    _refuse_unfit(kept, dropped)
    ground = next((row.ground for row in alike(kept, now.date()) if row.taxpayer.pk == dropped.pk),
                  MergeGround.PAPERS.value)
    made = TaxpayerMerge.objects.create(kept=kept, dropped=dropped, into=kept, ground=ground,
                                        reason=reason.strip()[:500], proposed_at=now, proposed_by_id=actor.person_id)
    record(actor, "tax.audit.merge_proposed", kept, now=now, reason=made.reason,
           after={"dropped": dropped.npwpd, "kept": kept.npwpd})
    return made


def _refuse_unfit(kept: Taxpayer, dropped: Taxpayer) -> None:
    if kept.pk == dropped.pk:
        raise refuse("tax.taxpayer.same_entry", where=kept.npwpd, remedy="tax.taxpayer.same_entry.remedy")
    for one in (kept, dropped):
        if merge_of(one) is not None:
            raise refuse("tax.taxpayer.merged", where=one.npwpd, remedy="tax.taxpayer.merged.remedy")
    if kept.nik_digest and dropped.nik_digest and kept.nik_digest != dropped.nik_digest:
        raise refuse("tax.taxpayer.two_people", where=dropped.npwpd, remedy="tax.taxpayer.two_people.remedy",
                     first=kept.nik_last4, second=dropped.nik_last4)


@transaction.atomic
def approve_merge(merge: TaxpayerMerge, *, actor: Actor, now: datetime) -> TaxpayerMerge:
    """A second person approves. Raises Refused to the one who proposed it, when it was decided meanwhile, and when the
    entries changed into two people since."""
    held = _waiting(merge, actor)
    rows = lock_entries(held.kept, held.dropped)
    kept, dropped = rows[held.kept_id], rows[held.dropped_id]
    if merge_of(kept) is not None or TaxpayerMerge.objects.exclude(pk=held.pk).filter(
            kept=dropped, state=MergeState.PROPOSED.value).exists():
        raise refuse("tax.taxpayer.merged", where=kept.npwpd, remedy="tax.taxpayer.merged.remedy")
    if kept.nik_digest and dropped.nik_digest and kept.nik_digest != dropped.nik_digest:
        raise refuse("tax.taxpayer.two_people", where=dropped.npwpd, remedy="tax.taxpayer.two_people.remedy",
                     first=kept.nik_last4, second=dropped.nik_last4)
    held.objects_moved = _carry(kept, dropped, held, actor, now)
    held.state, held.decided_at, held.decided_by_id = MergeState.APPROVED.value, now, actor.person_id
    held.save(update_fields=["objects_moved", "state", "decided_at", "decided_by"])
    TaxpayerMerge.objects.filter(into=dropped, state=MergeState.APPROVED.value).update(into=kept)
    for one in (kept, dropped):
        record(actor, "tax.audit.merge_approved", one, now=now, reason=held.reason, after={
            "dropped": dropped.npwpd, "kept": kept.npwpd, "objects": held.objects_moved})
    return held


@transaction.atomic
def refuse_merge(merge: TaxpayerMerge, why: str, *, actor: Actor, now: datetime) -> TaxpayerMerge:
    """A second person finds that they are two people, or does not know. Raises Refused without a reason."""
    held = _waiting(merge, actor)
    if not why.strip():
        raise refuse("tax.taxpayer.no_reason", where=held.dropped.npwpd, remedy="tax.taxpayer.no_reason.remedy")
    held.state, held.decided_at, held.decided_by_id = MergeState.REFUSED.value, now, actor.person_id
    held.decided_why = why.strip()[:500]
    held.save(update_fields=["state", "decided_at", "decided_by", "decided_why"])
    record(actor, "tax.audit.merge_refused", held.kept, now=now, reason=held.decided_why,
           after={"dropped": held.dropped.npwpd, "kept": held.kept.npwpd})
    return held


def _waiting(merge: TaxpayerMerge, actor: Actor) -> TaxpayerMerge:
    held = TaxpayerMerge.objects.select_for_update(of=("self",)).select_related("kept", "dropped").get(pk=merge.pk)
    if held.state != MergeState.PROPOSED:
        raise refuse("tax.taxpayer.decided", where=held.dropped.npwpd, remedy="tax.taxpayer.decided.remedy")
    if actor.person_id is None or actor.person_id == held.proposed_by_id:
        raise refuse("tax.taxpayer.same_person", where=held.dropped.npwpd, remedy="tax.taxpayer.same_person.remedy")
    return held


def lock_entries(*entries: Taxpayer) -> dict[int, Taxpayer]:
    """The entries, held in the order of their ids; not against an act on an object that only names one of them."""
    keys = {one.pk for one in entries}
    return {row.pk: row for row in Taxpayer.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")}


def _carry(kept: Taxpayer, dropped: Taxpayer, merge: TaxpayerMerge, actor: Actor, now: datetime) -> int:
    """Each live version under *dropped* is superseded by the same one under *kept*; how many objects that touched."""
    rows_of_dropped = known(ObjectVersion.objects.filter(taxpayer=dropped))
    keys = sorted(set(rows_of_dropped.values_list("register_object_id", flat=True)))
    if len(keys) > MOST_OBJECTS:
        raise refuse("tax.taxpayer.too_many", where=dropped.npwpd, remedy="tax.taxpayer.too_many.remedy",
                     count=len(keys), most=MOST_OBJECTS)
    moved = 0
    for held in RegisterObject.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"):
        rows = list(known(ObjectVersion.objects.filter(register_object=held, taxpayer=dropped)))
        if not rows:  # changed hands while the lock was waited for
            continue
        held.version += 1
        held.changed_at, held.changed_by = now, actor.name
        held.save(update_fields=["version", "changed_at", "changed_by"])
        entry = record(actor, "tax.audit.merge_carried", held, now=now, reason=merge.reason, before={
            "taxpayer": dropped.npwpd}, after={"taxpayer": kept.npwpd, "version": held.version})
        ObjectVersion.objects.filter(pk__in=[row.pk for row in rows]).update(superseded_at=now)
        ObjectVersion.objects.bulk_create([
            ObjectVersion(register_object=held, valid_from=row.valid_from, valid_to=row.valid_to, recorded_at=now,
                          set_fields=row.set_fields, change=ChangeKind.CORRECTED.value, entry=entry.pk,
                          **{**row.values(), "taxpayer_id": kept.pk}) for row in rows])
        moved += 1
    return moved
