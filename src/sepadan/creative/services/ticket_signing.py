"""The signed text that a ticket's QR code carries: written for the paper, read at the desk.

Form and limits: ``engine/ticket_text.py``. Keys: ``services/signing.py``. A phone at the door checks the same signature
offline with the public keys of its roster. A sound signature says that the region issued the ticket, not that it is
still valid: it may have been revoked since.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sepadan.creative.engine import ticket_text as form
from sepadan.creative.engine.ticket_text import TicketText
from sepadan.creative.services.signing import Signer, is_signed, public_keys, signer
from sepadan.ground.problems import refuse
from sepadan.records.public import current_region
from sepadan.records.public import now as clock

PURPOSE = "ticket"


def ticket_text(ticket: Any, *, now: datetime | None = None) -> str:
    """The text of *ticket* (a ``Ticket``; its registration should be at hand). *now* dates a key that is opened."""
    return ticket_texts([ticket], now=now)[0]


def ticket_texts(tickets: Iterable[Any], *, now: datetime | None = None) -> list[str]:
    """The texts of many tickets, with one look at the key."""
    key, region = signer(PURPOSE, now=now or clock()), current_region().code
    return [_text(key, region, one.registration.event_id, one.code) for one in tickets]


def _text(key: Signer, region: str, event: int, code: str) -> str:
    return form.write(region, event, code, key.kid, key.sign(form.signed_part(region, event, code, key.kid)))


def read_ticket_text(text: str) -> TicketText:
    """What a ticket of this region says, its signature checked. Raises Refused: no ticket, another region, forged."""
    found = form.read(text)
    if found is None:
        raise refuse("creative.ticket.unreadable", remedy="creative.ticket.unreadable.remedy")
    if found.region != current_region().code:
        raise refuse("creative.ticket.elsewhere", where=found.code)
    if not is_signed(public_keys(PURPOSE).get(found.kid), found.signature, found.signed):
        raise refuse("creative.ticket.forged", where=found.code, remedy="creative.ticket.forged.remedy")
    return found
