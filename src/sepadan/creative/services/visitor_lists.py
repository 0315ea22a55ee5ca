"""Lists of an event's visitors that leave the product: a file, only for a reason that the audit record keeps.

Of a minor neither the name nor the names of those who come along leave: the row says so and gives the guardian, who
answers for the child. Text that a spreadsheet would compute is guarded (``ground/sheets.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sepadan.creative.event_names import RegistrationState
from sepadan.creative.models import Event, Registration
from sepadan.creative.queries.events import registrations_of
from sepadan.creative.services.tickets import COMPANIONS
from sepadan.ground.messages import render
from sepadan.ground.problems import refuse
from sepadan.ground.sheets import Value, csv_bytes
from sepadan.records.public import Actor, record, zone_of

SHORTEST_REASON = 10
HEADS = ("number", "received", "state", "seats", "name", "companions", "contact", "guardian", "guardian_contact",
         "minor", "sector", "kecamatan", "photographs", "name_on_certificate")


def export_visitors(event: Event, *, reason: str, states: Sequence[str] = (), actor: Actor, now: datetime) -> bytes:
    """The registrations of *event* as CSV, those in *states* or all. Raises Refused without a reason of some length."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise refuse("creative.export.no_reason", least=SHORTEST_REASON, remedy="creative.export.no_reason.remedy")
    rows = registrations_of(event).order_by("id")
    if states:
        rows = rows.filter(state__in=list(states))
    found = list(rows)
    record(actor, "creative.audit.visitors_exported", event, now=now, reason=reason.strip()[:500],
           after={"event": event.code, "rows": len(found), "states": ", ".join(states)})
    codes = [str(one["code"]) for one in event.questions]
    labels = [str(one["label"].get("id", one["code"])) for one in event.questions]
    zone = zone_of(event.region)
    return csv_bytes([*HEADS, *labels], [
        [*row_of(one, f"{one.received_at.astimezone(zone):%Y-%m-%d %H:%M}"),
         *(_answer(one.answers.get(code)) for code in codes)] for one in found])


def row_of(one: Registration, received: str) -> list[Value]:
    """One registration as it may leave."""
    companions = ", ".join(one.answers.get(COMPANIONS, []))
    return [one.number, received, one.state, one.seats, name_to_show(one), "" if one.minor else companions,
            one.contact, one.guardian_name, one.guardian_contact, one.minor, one.sector, one.kecamatan,
            one.photographs, one.name_on_certificate]


def name_to_show(one: Registration) -> str:
    """The name as lists carry it: never a child's."""
    return render("creative.registration.a_minor", "id") if one.minor else one.name


def seats_confirmed(event: Event) -> int:
    """Seats that are confirmed, for a list that is printed."""
    return sum(registrations_of(event).filter(state=RegistrationState.CONFIRMED.value).values_list("seats", flat=True))


def _answer(value: Any) -> Value:
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return value if isinstance(value, (str, int, bool)) or value is None else str(value)
