"""Key and room: out to a person for one date, back with the condition of the room, photos and what was damaged.

One row a date (``models/deskwork.py``). Out: not before the day of the date, not for a date that keeps nothing. Back:
late when more than ``rules.return_minutes`` of the centre have passed since the end and its clear-down; damage is
words, and a line of the checklist that is not in order wants them. Photos lose what the camera wrote along. Late
returns and damage count on the organiser's record (``queries/deskwork.py``). Instants UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sepadan.creative.engine.papers import check_picture
from sepadan.creative.models import Booking, BookingDate, Handover, HandoverPhoto
from sepadan.creative.names import DateState
from sepadan.creative.services.decisions import locked_booking
from sepadan.creative.services.holding import touch
from sepadan.creative.services.step_rules import local_day, rules_of
from sepadan.ground.messages import message
from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, Draft, Office, current_region, record, store_document, zone_of

MOST_PHOTOS = 6


@dataclass(frozen=True, slots=True)
class Photo:
    content: bytes
    name: str


def key_of(booking: Booking, date: BookingDate) -> str:
    """What the key of a date's space is called."""
    return str(rules_of(booking.centre).keys.get(date.space.code, date.space.name))[:80]


def hand_out(booking: Booking, ordinal: int, *, version: int, to: str, condition: Mapping[str, bool], actor: Actor,
             now: datetime, key_label: str = "", note: str = "", photos: Sequence[Photo] = ()) -> Handover:
    """Give key and room of date *ordinal* to the person *to*. Raises Refused."""
    if not to.strip():
        raise refuse("creative.handover.nobody", where=booking.number)
    held, _ = locked_booking(booking, version)
    date = held.dates.select_related("space").filter(ordinal=ordinal, state=DateState.CONFIRMED.value).first()
    if date is None:
        raise refuse("creative.booking.no_date", where=held.number, ordinal=ordinal)
    if date.starts_at.astimezone(zone_of(current_region())).date() > local_day(now) or now >= date.ends_at:
        raise refuse("creative.handover.day", where=held.number, remedy="creative.handover.day.remedy",
                     on=date.starts_at.astimezone(zone_of(current_region())).date())
    if Handover.objects.filter(date=date).exists():
        raise refuse("creative.handover.out", where=held.number)
    _complete(held, condition, note)
    made = Handover.objects.create(
        booking=held, date=date, key_label=(key_label.strip() or key_of(held, date))[:80], handed_at=now,
        handed_by_id=actor.person_id, handed_by_name=actor.name, handed_to=to.strip()[:120],
        out_condition=dict(condition), out_note=note.strip()[:500])
    _keep_photos(made, "out", photos, actor, now)
    touch(held, actor, now, "hand_out", note=made.key_label, data={"ordinal": ordinal})
    record(actor, "creative.audit.handed_out", held, now=now, after={"number": held.number, "key": made.key_label})
    return made


def take_back(handover: Handover, *, version: int, by: str, condition: Mapping[str, bool], actor: Actor, now: datetime,
              damage: str = "", photos: Sequence[Photo] = ()) -> Handover:
    """Take the key back from the person *by*. Raises Refused when it is back."""
    if not by.strip():
        raise refuse("creative.handover.nobody", where=handover.key_label)
    held, _ = locked_booking(handover.booking, version)
    row = Handover.objects.select_for_update(of=("self",)).select_related("date").get(pk=handover.pk)
    if row.returned_at is not None:
        raise refuse("creative.handover.back", where=row.key_label, who=row.received_by_name)
    _complete(held, condition, damage)
    row.returned_at, row.returned_by, row.in_condition = now, by.strip()[:120], dict(condition)
    row.received_by_id, row.received_by_name, row.damage = actor.person_id, actor.name, damage.strip()[:1000]
    row.late_minutes = late_by(row.date, now, rules_of(held.centre).return_minutes)
    row.save(update_fields=["returned_at", "returned_by", "in_condition", "received_by", "received_by_name", "damage",
                            "late_minutes"])
    _keep_photos(row, "in", photos, actor, now)
    touch(held, actor, now, "hand_back", note=row.damage or row.key_label, data={
        "ordinal": row.date.ordinal, "late": row.late_minutes, "damage": bool(row.damage)})
    record(actor, "creative.audit.handed_back", held, now=now, after={
        "number": held.number, "key": row.key_label, "late": row.late_minutes})
    return row


def late_by(date: BookingDate, now: datetime, grace: int) -> int:
    """Minutes that a key comes back after the end of *date* with its clear-down and *grace* minutes; 0 in time."""
    last = date.ends_at + timedelta(minutes=date.cleardown_minutes + grace)
    return max(0, int((now - last).total_seconds() // 60))


def _complete(held: Booking, condition: Mapping[str, bool], words: str) -> None:
    items = rules_of(held.centre).condition
    if any(item.code not in condition for item in items):
        raise refuse("creative.handover.unchecked", where=held.number)
    if not all(condition.values()) and not words.strip():
        raise refuse("creative.handover.unsaid", where=held.number, remedy="creative.handover.unsaid.remedy")


def _keep_photos(row: Handover, side: str, photos: Sequence[Photo], actor: Actor, now: datetime) -> None:
    if len(photos) > MOST_PHOTOS:
        raise refuse("creative.handover.photos", where=row.key_label, most=MOST_PHOTOS)
    title = message(f"creative.handover.photo.{side}", key=row.key_label).text("id")
    for photo in photos:
        paper = check_picture(photo.content, photo.name)
        document = store_document(Draft("creative.handover", title, paper.content, f"{side}-{row.pk}.{paper.ending}",
                                        Office.CREATIVE, media_type=paper.media, about=row.booking), actor=actor,
                                  now=now)
        HandoverPhoto.objects.create(handover=row, document=document, side=side, added_at=now)
