"""Plain words of events: how one registers, states of an event, a registration and a ticket."""

from __future__ import annotations

from enum import StrEnum


class EventState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"
    OVER = "over"


class Registering(StrEnum):
    """How one gets a seat: without registering, at once, or after somebody approved."""

    NONE = "none"
    OPEN = "open"
    APPROVAL = "approval"


class RegistrationState(StrEnum):
    WAITING = "waiting"
    OFFERED = "offered"
    CONFIRMED = "confirmed"
    APPROVAL = "approval"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


TAKING = (RegistrationState.CONFIRMED, RegistrationState.OFFERED)
"""States that take seats. An offer takes them until it is marked as lapsed, whatever the clock says meanwhile."""
LIVE = (*TAKING, RegistrationState.WAITING, RegistrationState.APPROVAL)
"""States that its visitor can still cancel."""


class TicketState(StrEnum):
    VALID = "valid"
    REVOKED = "revoked"


class RoleKind(StrEnum):
    SPEAKER = "speaker"
    ORGANISER = "organiser"
    PARTNER = "partner"


class EventKind(StrEnum):
    COURSE = "course"
    TALK = "talk"
    PERFORMANCE = "performance"
    EXHIBITION = "exhibition"
    COMPETITION = "competition"
    MARKET = "market"
    GATHERING = "gathering"
    OTHER = "other"
