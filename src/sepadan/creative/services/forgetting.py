"""Forgetting people once their data have served: names, contacts and answers go, counts remain.

The rules of a centre say for how many days after the last session of an event the data of its visitors are kept
(``rules["retention_days"]``; ``RETENTION_DAYS`` where they are silent, a choice of the product and not of a law). Then
every registration of the event is made anonymous, whatever became of it: sector, kecamatan, seats, state and times stay
for the measures, everything that leads to a person goes, the digest of the request included. One record an event.
A certificate that a visitor asked for keeps the name it was issued to: that is what it is for.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Max

from sepadan.creative.models import Centre, Event, EventSession, Registration, Ticket
from sepadan.creative.services.events import locked_event
from sepadan.creative.services.seats import SYSTEM
from sepadan.ground.messages import render
from sepadan.records.public import record

RETENTION_DAYS = 180
LONGEST = 3_650


def retention_days(centre: Centre) -> int:
    """Days after the last session for which visitors' data are kept."""
    chosen = centre.rules.get("retention_days")
    return chosen if isinstance(chosen, int) and 0 <= chosen <= LONGEST else RETENTION_DAYS


def forget_visitors(now: datetime) -> int:
    """Make anonymous what is past its time, in the region in scope. Returns how many registrations."""
    forgotten = 0
    for centre in Centre.objects.order_by("id"):
        due = now - timedelta(days=retention_days(centre))
        ended = dict(EventSession.objects.filter(event__centre=centre).order_by().values("event").annotate(
            last=Max("ends_at")).filter(last__lte=due).values_list("event", "last"))
        named = Registration.objects.filter(event__in=list(ended), anonymised_at__isnull=True).order_by(
            "event_id").values_list("event_id", flat=True).distinct()
        for key in list(named):
            forgotten += _forget(Event(pk=key), now)
    return forgotten


def _forget(event: Event, now: datetime) -> int:
    held = locked_event(event)
    rows = Registration.objects.filter(event=held, anonymised_at__isnull=True)
    Ticket.objects.filter(registration__in=rows.values("pk")).exclude(holder_name="").update(holder_name="")
    many = rows.update(
        name=render("creative.registration.anonymous", "id"), contact="", answers={}, guardian_name="",
        guardian_contact="", guardian_agreed_at=None, request_digest="", reason="", anonymised_at=now, changed_at=now,
        changed_by=SYSTEM.name)
    record(SYSTEM, "creative.audit.visitors_forgotten", held, now=now, after={"event": held.code, "rows": many})
    return many
