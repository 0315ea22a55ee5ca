"""The confirmation letter of a booking and the notice to a displaced party: written, numbered, kept, and checkable.

Both are set from what the books say at that moment and kept as documents of the region; the number was taken when the
decision was. The code on the confirmation letter opens a page that says what holds today, whatever the paper says. The
letters are in Indonesian, as official letters are. Conditions: what a site check found, and those of the centre's rules
(``rules.conditions``: texts).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sepadan.creative.documents.paper import Letter, letter_pdf
from sepadan.creative.models import Booking, BookingDate, BookingEvent, Displacement
from sepadan.creative.names import BookingState, DateState
from sepadan.creative.queries.deskwork import step_events
from sepadan.creative.services.step_rules import local_day
from sepadan.ground.figures import day
from sepadan.ground.messages import render
from sepadan.ground.problems import refuse
from sepadan.records.public import (
    Actor,
    Document,
    Draft,
    Number,
    Office,
    Person,
    code_opens,
    grouped,
    paper_code,
    record,
    store_document,
    zone_of,
)

Address = Callable[[str], str]
"""From the code of a letter to the whole address of the page that checks it."""


def letter_code(booking: Booking) -> str:
    """The code on the confirmation letter of *booking*: another letter number, another code."""
    return paper_code("creative.letter", booking.region.code, booking.number, booking.letter_number)


def opens_letter(booking: Booking | None, typed: str) -> bool:
    return code_opens(letter_code(booking) if booking is not None and booking.letter_number else None, typed)


def issue_confirmation(booking: Booking, *, address: Address, actor: Actor, now: datetime) -> Document:
    """Write and keep the confirmation letter of *booking*, with the number it was given. Raises Refused when it is not
    confirmed or nothing of it is. One that lacks a paper gets it; where there is one, that one is returned."""
    held = Booking.objects.select_for_update(of=("self",)).select_related("region", "centre", "space").get(
        pk=booking.pk)
    if held.state != BookingState.CONFIRMED:
        raise refuse("creative.booking.not_confirmed", where=held.number,
                     remedy="creative.booking.not_confirmed.remedy")
    if held.letter is not None:
        return held.letter
    dates = list(held.dates.filter(state=DateState.CONFIRMED.value).select_related("space__floor"))
    if not dates:
        raise refuse("creative.letter.no_date", where=held.number)
    signer = Person.objects.filter(pk=held.decided_by_id).values_list("name", flat=True).first() or actor.name
    content = letter_pdf(confirmation(held, dates, address(letter_code(held)), signer, now), local_day(now))
    document = store_document(Draft(
        "creative.confirmation", _say("creative.letter.title", number=held.letter_number), content,
        f"persetujuan-{held.number}.pdf", Office.CREATIVE, about=held), actor=actor, now=now,
        number=_free(held.letter_number))
    held.letter = document
    held.save(update_fields=["letter"])
    BookingEvent.objects.create(booking=held, kind="letter", at=now, by_id=actor.person_id, by_name=actor.name,
                                note=held.letter_number, document=document, version=held.version)
    record(actor, "creative.audit.letter", held, now=now, after={
        "number": held.number, "letter": held.letter_number})
    return document


def issue_notice(displacement: Displacement, *, actor: Actor, now: datetime) -> Document:
    """Write and keep the notice to the party that loses its date."""
    if displacement.letter is not None:
        return displacement.letter
    booking = displacement.booking
    content = letter_pdf(notice(displacement, now), local_day(now))
    document = store_document(Draft(
        "creative.displacement", _say("creative.notice.title_of", number=displacement.number), content,
        f"pergeseran-{booking.number}.pdf", Office.CREATIVE, about=booking), actor=actor, now=now,
        number=_free(displacement.number))
    displacement.letter = document
    displacement.save(update_fields=["letter"])
    return document


def _free(number: str) -> str | None:
    """A number of a series, to be attached; None for one that no series gave (rows that were taken over)."""
    row = Number.objects.filter(text=number, voided_at__isnull=True).first()
    return number if row is not None and not Document.objects.filter(number=row).exists() else None


def confirmation(booking: Booking, dates: list[BookingDate], url: str, signer: str, now: datetime) -> Letter:
    """What the confirmation letter says."""
    facts = [(_say("creative.booking.number"), booking.number), (_say("creative.ask.title"), booking.title),
             (_say("creative.ask.organiser"), booking.organiser)]
    if booking.people:
        facts.append((_say("creative.ask.people"), str(booking.people)))
    return Letter(
        title=_say("creative.letter.heading"), number=_say("creative.letter.number", number=booking.letter_number),
        to=booking.organiser, opening=(_say("creative.letter.opening", centre=booking.centre.name),),
        closing=(_say("creative.letter.closing"),), facts=tuple(facts), heads=_heads(), rows=_rows(dates),
        conditions_word=_say("creative.letter.conditions"), conditions=conditions_of(booking), url=url,
        check=_say("creative.letter.check", code=grouped(letter_code(booking))), signer=signer,
        **_frame(booking, local_day(now)))


def notice(displacement: Displacement, now: datetime) -> Letter:
    """What the notice to a displaced party says."""
    booking, zone = displacement.booking, zone_of(displacement.booking.region)
    offered = [one.date for one in displacement.offers.select_related("date__space__floor").order_by("id")]
    until = displacement.offer_until.astimezone(zone)
    closing = (_say("creative.notice.offer", day=until.date(), at=f"{until:%H.%M}"),) if offered else (
        _say("creative.notice.no_offer"),)
    return Letter(
        title=_say("creative.notice.heading"), number=_say("creative.letter.number", number=displacement.number),
        to=booking.organiser,
        opening=(_say("creative.notice.opening", number=booking.number, title=booking.title),
                 *("; ".join(row) + "." for row in _rows([displacement.date])),
                 _say("creative.notice.reason", title=displacement.by_booking.title, reason=displacement.reason)),
        closing=(*closing, _say("creative.notice.sorry")), heads=_heads() if offered else (), rows=_rows(offered),
        signer=displacement.decided_by_name, **_frame(booking, local_day(now)))


def conditions_of(booking: Booking) -> tuple[str, ...]:
    """Conditions of the centre, and what the last check of each step found out of order."""
    told = {event.data.get("step"): event for event in step_events(booking) if event.kind == "step"}
    found = [event.note for event in told.values()
             if event.note and not all(event.data.get("findings", {}).values())]
    own = [str(text) for text in booking.centre.rules.get("conditions", ())]
    return (*(own or (_say("creative.letter.condition.change"), _say("creative.letter.condition.key"))), *found)


def _frame(booking: Booking, on: date) -> dict[str, Any]:
    owner = booking.space.owners.filter(during__contains=on).first()
    department = owner.department if owner is not None else booking.centre.name
    named = ", ".join(dict.fromkeys(part for part in (department, booking.centre.name, booking.centre.address) if part))
    return {"region": booking.region.name, "office": named, "dated": day(on, "id"),
            "to_word": _say("creative.letter.to"), "position": _say("creative.letter.for", office=department),
            "footer": f"{booking.centre.name} · {booking.number}",
            "sample": _say("creative.letter.sample") if booking.centre.synthetic else None}


def _heads() -> tuple[str, ...]:
    return tuple(_say(f"creative.{name}") for name in ("ask.day", "hours", "ask.space", "space.floor"))


def _rows(dates: list[BookingDate]) -> tuple[tuple[str, ...], ...]:
    found = []
    for one in dates:
        zone = zone_of(one.region)
        start, end = one.starts_at.astimezone(zone), one.ends_at.astimezone(zone)
        until = f"{end:%H.%M}" if end.date() == start.date() else f"{day(end.date(), 'id')} {end:%H.%M}"
        found.append((day(start.date(), "id"), f"{start:%H.%M}–{until}", one.space.name, one.space.floor.name))
    return tuple(found)


def _say(key: str, **params: object) -> str:
    return render(key, "id", params)
