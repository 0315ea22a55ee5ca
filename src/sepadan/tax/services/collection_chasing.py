"""Around the letters: visits, who is left in peace, what lets limitation run anew. All of it in a region's scope."""

from __future__ import annotations

from datetime import date, datetime

from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, Charge, record
from sepadan.tax.engine.nop import read_nop
from sepadan.tax.models import FieldVisit, Interrupt, InterruptKind, Spared, SpareReason, VisitOutcome


def record_visit(nop: str, *, on: date, outcome: VisitOutcome, promised_by: date | None, note: str, actor: Actor,
                 now: datetime, today: date) -> FieldVisit:
    """A visit to an object by the person who acts. Raises Refused on a day to come, or a promise without a day."""
    if on > today:
        raise refuse("tax.collection.future_day", day=on, remedy="tax.collection.future_day.remedy")
    if outcome is VisitOutcome.PROMISED and (promised_by is None or promised_by < on):
        raise refuse("tax.collection.no_promise", remedy="tax.collection.no_promise.remedy")
    visit = FieldVisit.objects.create(
        nop=read_nop(nop).digits, on=on, outcome=outcome.value, note=note.strip()[:500], recorded_at=now,
        promised_by=promised_by if outcome is VisitOutcome.PROMISED else None, officer_id=_person(actor))
    record(actor, "tax.audit.visit_recorded", visit, now=now, after={"outcome": outcome.value, "on": on})
    return visit


def spare_object(nop: str, *, reason: SpareReason, note: str, since: date, until: date | None, actor: Actor,
                 now: datetime) -> Spared:
    """Leave an object in peace. Raises Refused without a note, on days out of order, or when it is spared already."""
    if not note.strip():
        raise refuse("tax.collection.no_reason", remedy="tax.collection.no_reason.remedy")
    if until is not None and until < since:
        raise refuse("tax.collection.days_order", remedy="tax.collection.days_order.remedy")
    digits = read_nop(nop).digits
    if Spared.objects.filter(nop=digits, reason=reason.value, ended_at__isnull=True).exclude(until__lt=since).exists():
        raise refuse("tax.collection.spared_already", where=digits, remedy="tax.collection.spared_already.remedy")
    row = Spared.objects.create(nop=digits, reason=reason.value, note=note.strip()[:500], since=since, until=until,
                                recorded_at=now, recorded_by_id=_person(actor))
    record(actor, "tax.audit.object_spared", row, now=now, reason=row.note,
           after={"reason": reason.value, "since": since, "until": until})
    return row


def end_sparing(spared: Spared, *, actor: Actor, now: datetime) -> Spared:
    """Chase the object again. What is ended already stays as it is."""
    row = Spared.objects.select_for_update(of=("self",)).get(pk=spared.pk)
    if row.ended_at is None:
        row.ended_at, row.ended_by_id = now, _person(actor)
        row.save(update_fields=["ended_at", "ended_by"])
        record(actor, "tax.audit.sparing_ended", row, now=now)
    return row


def acknowledge_debt(charge: Charge, *, on: date, document: str, actor: Actor, now: datetime,
                     today: date) -> Interrupt:
    """The payer acknowledged the debt in writing: limitation runs anew from that day."""
    if on > today:
        raise refuse("tax.collection.future_day", day=on, remedy="tax.collection.future_day.remedy")
    if not document.strip():
        raise refuse("tax.collection.no_document", remedy="tax.collection.no_document.remedy")
    return interrupt(charge, InterruptKind.ACKNOWLEDGEMENT, on=on, document=document.strip()[:120], actor=actor,
                     now=now)


def interrupt(charge: Charge, kind: InterruptKind, *, on: date, document: str, actor: Actor,
              now: datetime) -> Interrupt:
    """What lets the limitation of *charge* run anew; the same document again changes nothing."""
    row, made = Interrupt.objects.get_or_create(
        region=charge.region, charge=charge, kind=kind.value, document=document,
        defaults={"on": on, "recorded_at": now, "recorded_by_id": _person(actor)})
    if made:
        record(actor, "tax.audit.limitation_anew", row, now=now, after={"charge": str(charge), "on": on})
    return row


def _person(actor: Actor) -> int:
    if actor.person_id is None:
        raise ValueError("this is recorded by a person")
    return actor.person_id
