"""An event, its sessions, seats and tickets as templates want them: local times, words, chips, pictures of codes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from itertools import groupby
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from sepadan.creative.event_names import EventState, Registering, RegistrationState, TicketState
from sepadan.creative.models import Event, EventRole, EventSession, Registration, Ticket
from sepadan.creative.queries.ecosystem import sector_words, subsector_words
from sepadan.creative.services.seats import free_seats
from sepadan.creative.services.ticket_signing import ticket_texts
from sepadan.creative.services.tickets import COMPANIONS
from sepadan.ground.figures import rupiah
from sepadan.ground.messages import Message, message
from sepadan.ground.qr import Code, Codes
from sepadan.records.public import language

EVENT_TONES = {"draft": "wait", "published": "ok", "cancelled": "bad", "over": ""}
TONES = {"waiting": "care", "offered": "care", "confirmed": "ok", "approval": "wait", "refused": "bad",
         "cancelled": "", "lapsed": ""}
SHOWN_CODES = 6
"""Codes drawn on one page; the rest are in the file of tickets."""


def text_in(texts: dict[str, str]) -> str:
    """A {"id", "en"} text in the language of the request, or in the other one."""
    return texts.get(language()) or texts.get("id") or texts.get("en") or ""


def session_row(one: EventSession, zone: tzinfo) -> dict[str, Any]:
    start, end = one.starts_at.astimezone(zone), one.ends_at.astimezone(zone)
    space = one.booking_date.space if one.booking_date else None
    return {"session": one, "day": start.date(), "start": start, "end": end, "space": space,
            "hours": message("creative.block", since=f"{start:%H.%M}", until=f"{end:%H.%M}"),
            "on": one.takes_place, "since": f"{start:%H:%M}", "until": f"{end:%H:%M}"}


def card(event: Any, zone: tzinfo) -> dict[str, Any]:
    """An event in a list; *event* carries ``first``, ``last``, ``meetings`` and ``taken`` (``queries/events.py``)."""
    start = event.first.astimezone(zone) if event.first else None
    left = free_seats(event, event.taken)
    return {"event": event, "title": event.title_in(language()), "start": start, "hour": f"{start:%H.%M}" if start
            else "", "last": event.last.astimezone(zone).date() if event.last else None, "left": left,
            "chip": state_chip(event, left), "kind": message(f"creative.event_kind.{event.kind}"),
            "subsector": subsector_words(event.subsector) if event.subsector else "",
            "price": price_words(event)}


def state_chip(event: Event, left: int | None) -> tuple[str, Message] | None:
    """What a visitor should know first: cancelled, over, full, few seats. None: nothing to say."""
    if event.state != EventState.PUBLISHED:
        return EVENT_TONES[event.state], event.state_label
    if event.registration == Registering.NONE or left is None:
        return None
    if left == 0:
        return "care", message("creative.public_event.full")
    return ("ok", message("creative.public_event.left", left=left))


def price_words(event: Event) -> Message:
    if event.price is None:
        return message("creative.public_event.price.unknown")
    return message("creative.public_event.price.free") if event.price == 0 \
        else message("creative.public_event.price.amount", amount=rupiah(event.price, language()))


def roles_by_kind(roles: Iterable[EventRole]) -> list[tuple[Message, list[dict[str, Any]]]]:
    """Speakers, organisers, partners: each with its sector in words."""
    ordered = sorted(roles, key=lambda one: (one.role, one.ordinal))
    shown = {kind: [{"role": one, "sector": sector_words(one.sector) if one.sector else ""} for one in some]
             for kind, some in groupby(ordered, key=lambda one: one.role)}
    return [(message(f"creative.role.{kind}"), shown[kind]) for kind in ("speaker", "organiser", "partner")
            if kind in shown]


def window_words(event: Event, zone: tzinfo) -> list[tuple[str, datetime]]:
    """When registration opens and closes, where that is told."""
    return [(key, moment.astimezone(zone)) for key, moment in (
        ("creative.public_event.opens", event.opens_at), ("creative.public_event.closes", event.closes_at)) if moment]


def answers_of(registration: Registration) -> list[tuple[str, Any]]:
    """Questions and what was answered; an answer to what is no longer asked stands under its code."""
    labels = {one["code"]: one["label"].get(language()) or one["label"].get("id", one["code"])
              for one in registration.event.questions}
    return [(labels.get(code, code), _answer(value)) for code, value in registration.answers.items()
            if code != COMPANIONS]


def _answer(value: Any) -> Any:
    if isinstance(value, bool):
        return message(f"creative.{'yes' if value else 'no'}")
    return ", ".join(value) if isinstance(value, list) else value


def ticket_rows(tickets: Sequence[Ticket], now: datetime, *, codes: int = SHOWN_CODES) -> list[dict[str, Any]]:
    """Tickets with the picture of the signed text, the first *codes* valid ones only; revoked ones with the reason."""
    valid = [one for one in tickets if one.state == TicketState.VALID]
    drawn = dict(zip([one.pk for one in valid[:codes]], ticket_texts(valid[:codes], now=now), strict=True))
    maker = Codes("m")
    return [{"ticket": one, "code": "-".join(one.code[place:place + 4] for place in range(0, len(one.code), 4)),
             "valid": one.state == TicketState.VALID,
             "picture": qr_picture(maker.code(drawn[one.pk])) if one.pk in drawn else ""} for one in tickets]


def qr_picture(code: Code, quiet: int = 4) -> SafeString:
    """The code as an inline SVG, one path: runs of dark modules, with its quiet zone. Black on white in any theme."""
    parts = []
    for y in range(code.side):
        x = 0
        while x < code.side:
            if not code.dark(x, y):
                x += 1
                continue
            start = x
            while x < code.side and code.dark(x, y):
                x += 1
            parts.append(f"M{start + quiet} {y + quiet}h{x - start}v1h-{x - start}z")
    side, drawn = code.side + 2 * quiet, "".join(parts)
    return mark_safe(f'<svg viewBox="0 0 {side} {side}" shape-rendering="crispEdges" aria-hidden="true">'
                     f'<rect width="{side}" height="{side}" fill="#fff"/><path fill="#000" d="{drawn}"/></svg>')


def seats_words(registration: Registration, place: int | None, zone: tzinfo) -> list[tuple[str, Any]]:
    """What a visitor reads of his registration beside its state."""
    rows: list[tuple[str, Any]] = [("creative.registration.name", registration.name),
                                   ("creative.registration.seats_of", registration.seats)]
    if registration.state == RegistrationState.WAITING and place is not None:
        rows.append(("creative.registration.place", place))
    if registration.state == RegistrationState.OFFERED and registration.offered_until is not None:
        until = registration.offered_until.astimezone(zone)
        rows.append(("creative.registration.until", message(
            "creative.moment", on=until.date(), at=f"{until:%H.%M}")))
    if registration.reason:
        rows.append(("creative.reason", registration.reason))
    return rows
