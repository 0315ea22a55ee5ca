"""A registration's tickets as a PDF file on A4, two to a page, set by typst from ``tickets.typ``.

The code holds the signed text of the ticket (``services/ticket_signing.py``) at level M. Fonts come from the product
alone and the file carries the moment of the last change, so that the same tickets give the same bytes. Revoked tickets
are not printed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import typst

from sepadan.creative.event_names import TicketState
from sepadan.creative.models import Registration, Ticket
from sepadan.creative.queries.events import sessions_of
from sepadan.creative.services.ticket_signing import ticket_texts
from sepadan.ground import charts
from sepadan.ground.figures import Language, day
from sepadan.ground.messages import render
from sepadan.ground.qr import Code, Codes
from sepadan.records.public import zone_of

TEMPLATE = Path(__file__).parent / "tickets.typ"
SHOWN_SESSIONS = 5
QUIET = 3


def tickets_pdf(registration: Registration, language: Language) -> bytes:
    """The file in *language*."""
    data = json.dumps(view(registration, language), ensure_ascii=False)
    return cast(bytes, typst.compile(
        TEMPLATE.read_bytes(), font_paths=[str(charts.FONTS)], ignore_system_fonts=True, sys_inputs={"data": data},
        timestamp=int(registration.changed_at.timestamp()), pdf_tags=True))


def view(registration: Registration, language: Language) -> dict[str, Any]:
    """Everything the template prints, as text."""
    event = registration.event
    tickets = list(registration.tickets.filter(state=TicketState.VALID.value).select_related("registration").order_by(
        "ordinal"))
    maker, texts = Codes("m"), ticket_texts(tickets)
    zone, sessions = zone_of(event.region), [one for one in sessions_of(event) if one.takes_place]
    more = len(sessions) - SHOWN_SESSIONS
    return {
        "lang": language, "title": event.title_in(language), "centre": event.centre.name,
        "organiser": event.organiser, "number": registration.number, "address": event.centre.address or "-",
        "more": render("creative.ticket.more", language, {"count": more}) if more > 0 else "",
        "sessions": [{"day": day(one.starts_at.astimezone(zone).date(), language, long=True),
                      "hours": f"{one.starts_at.astimezone(zone):%H.%M}–{one.ends_at.astimezone(zone):%H.%M}",
                      "place": " ".join(part for part in (
                          one.title, one.booking_date.space.name if one.booking_date else "",
                          one.booking_date.space.floor.name if one.booking_date else "") if part)}
                     for one in sessions[:SHOWN_SESSIONS]],
        "words": {name: render(f"creative.ticket.{name}", language)
                  for name in ("holder", "seat", "number", "address", "show")},
        "tickets": [_ticket(one, registration, maker.code(text), language)
                    for one, text in zip(tickets, texts, strict=True)]}


def _ticket(one: Ticket, registration: Registration, code: Code, language: Language) -> dict[str, Any]:
    return {"holder": one.holder_name or registration.name, "rows": runs(code),
            "code": "-".join(one.code[place:place + 4] for place in range(0, len(one.code), 4)),
            "seat": render("creative.ticket.seat_of", language, {"ordinal": one.ordinal, "seats": registration.seats})}


def runs(code: Code, quiet: int = QUIET) -> list[list[tuple[int, int]]]:
    """Runs of dark modules (start, length) by row, quiet zone included."""
    rows: list[list[tuple[int, int]]] = [[] for _ in range(quiet)]
    for y in range(code.side):
        found, x = [], 0
        while x < code.side:
            start = x
            while x < code.side and code.dark(x, y):
                x += 1
            if x > start:
                found.append((start + quiet, x - start))
            x += 1
        rows.append(found)
    return rows + [[] for _ in range(quiet)]
