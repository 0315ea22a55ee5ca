"""Reading events: what the public sees, what the desk sees, how many seats are taken.

Public is an event that was published and that has not been withdrawn to a draft; a cancelled one stays to be seen as
cancelled. Seats are taken by confirmed and offered registrations (``event_names.TAKING``). A list costs as many queries
at one event as at thirty.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from sepadan.creative.event_names import TAKING, EventState, RegistrationState
from sepadan.creative.models import Centre, Event, EventRole, EventSession, Registration, Ticket

PUBLIC = (EventState.PUBLISHED.value, EventState.CANCELLED.value, EventState.OVER.value)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader looks for among public events; empty means all."""

    words: str = ""
    subsector: str = ""
    sector: str = ""
    kind: str = ""


def events() -> QuerySet[Event]:
    """Events of the region in scope with the first start, the last end and the seats that are taken."""
    sessions = EventSession.objects.filter(event=OuterRef("pk")).order_by().values("event")
    taking = Registration.objects.filter(event=OuterRef("pk"), state__in=[one.value for one in TAKING]).order_by()
    return Event.objects.select_related("centre", "booking", "picture", "region").annotate(
        first=Subquery(sessions.annotate(least=Min("starts_at")).values("least")),
        last=Subquery(sessions.annotate(most=Max("ends_at")).values("most")),
        meetings=Subquery(sessions.annotate(many=Count("id")).values("many")),
        taken=Coalesce(Subquery(taking.values("event").annotate(all=Sum("seats")).values("all")), 0))


def public_events(centre: Centre, since: datetime, until: datetime, asked: Asked) -> QuerySet[Event]:
    """Public events of *centre* with a session between two moments, by their first session."""
    within = EventSession.objects.filter(starts_at__lt=until, ends_at__gt=since).values("event")
    rows = events().filter(centre=centre, state__in=PUBLIC, published_at__isnull=False, pk__in=within)
    for name, value in (("subsector", asked.subsector), ("sector", asked.sector), ("kind", asked.kind)):
        if value:
            rows = rows.filter(**{name: value})
    if asked.words:
        rows = rows.filter(Q(title__id__icontains=asked.words) | Q(title__en__icontains=asked.words)
                           | Q(organiser__icontains=asked.words))
    return rows.order_by("first", "id")


def desk_events(*, state: str = "") -> QuerySet[Event]:
    """Events for the desk: drafts and what is to come first, or those in *state*."""
    waiting = Registration.objects.filter(event=OuterRef("pk")).order_by()

    def many(state: RegistrationState) -> Subquery:
        return Subquery(waiting.filter(state=state.value).values("event").annotate(many=Count("id")).values("many"))

    rows = events().annotate(queue=Coalesce(many(RegistrationState.WAITING), 0),
                             to_decide=Coalesce(many(RegistrationState.APPROVAL), 0))
    return (rows.filter(state=state) if state else rows).order_by(F("first").desc(nulls_first=True), "-id")


def public_event(centre: Centre, code: str) -> Event | None:
    return events().filter(centre=centre, code=code, state__in=PUBLIC, published_at__isnull=False).first()


def sessions_of(event: Event) -> list[EventSession]:
    return list(event.sessions.select_related("booking_date__space__floor").order_by("ordinal"))


def public_roles(event: Event) -> list[EventRole]:
    """Speakers, organisers and partners who agreed to be named."""
    return list(event.roles.filter(agreed=True))


def registrations_of(event: Event) -> QuerySet[Registration]:
    return Registration.objects.filter(event=event).select_related("event", "region")


def registration_of(event_number: str) -> Registration | None:
    """By its number, with what a page of it needs."""
    return Registration.objects.select_related("event__centre", "event__booking", "event__region", "region").filter(
        number=event_number).first()


def tickets_of(registrations: Iterable[Registration]) -> QuerySet[Ticket]:
    return Ticket.objects.filter(registration__in=list(registrations)).select_related("registration").order_by(
        "registration_id", "ordinal", "id")


def counts_of(event: Event) -> dict[str, tuple[int, int]]:
    """Registrations and seats by state."""
    rows = Registration.objects.filter(event=event).order_by().values("state").annotate(
        many=Count("id"), all=Sum("seats"))
    return {row["state"]: (row["many"], row["all"]) for row in rows}


def live_of_contact(event: Event, contact: str, states: Iterable[str]) -> int:
    """How many live registrations of *event* name *contact*, however it is written."""
    return Registration.objects.filter(event=event, contact__iexact=contact.strip(), state__in=list(states)).count()


def offers_due(now: datetime) -> list[int]:
    """Events in which an offer has run out."""
    return list(Registration.objects.filter(state=RegistrationState.OFFERED.value, offered_until__lte=now).order_by(
        "event_id").values_list("event_id", flat=True).distinct())
