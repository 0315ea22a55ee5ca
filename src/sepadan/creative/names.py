"""Plain words of the creative centre: kinds of space, states of a booking and of each of its dates."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

LONGEST, MOST_BUFFER = timedelta(days=14), timedelta(days=1)
"""The longest meeting, and the longest set-up or clear-down; the table of dates holds both."""


class SpaceKind(StrEnum):
    AUDITORIUM = "auditorium"
    HALL = "hall"
    EXHIBITION = "exhibition"
    STUDIO = "studio"
    MEETING = "meeting"
    CLASSROOM = "classroom"
    COWORKING = "coworking"
    OPEN_AREA = "open_area"


class Hold(StrEnum):
    """When a booking of a space needs one of its units: all the time, or only while things are carried in and out."""

    WHOLE = "whole"
    HANDLING = "handling"


class DateState(StrEnum):
    """What one date of a booking is. Only a held or confirmed date keeps others out."""

    WANTED = "wanted"
    HELD = "held"
    CONFIRMED = "confirmed"
    WAITING = "waiting"
    REFUSED = "refused"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    DISPLACED = "displaced"
    SKIPPED = "skipped"
    NO_SHOW = "no_show"


BLOCKING = (DateState.HELD, DateState.CONFIRMED)
OPEN = (DateState.WANTED, DateState.HELD, DateState.WAITING)


class BookingState(StrEnum):
    """What a booking is as a whole, for who asked for it."""

    REVIEW = "review"
    ASKED = "asked"
    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


class Intake(StrEnum):
    """How the wish came in."""

    ONLINE = "online"
    LETTER = "letter"
    COUNTER = "counter"
    CALL = "call"
    CHAT = "chat"
    OFFICIAL = "official"


class OnClash(StrEnum):
    """What becomes of a series of which some dates are taken."""

    WHOLE = "whole"
    SKIP = "skip"


class DateCause(StrEnum):
    """Why a date of a series is passed over."""

    CLASH = "clash"
    DAY_OFF = "day_off"
    CLOSED = "closed"
    WISH = "wish"


class FeedKind(StrEnum):
    """Whose calendar a secret link opens."""

    CENTRE = "centre"
    SPACE = "space"
    ORGANISER = "organiser"
    PERSON = "person"


class OfferState(StrEnum):
    """What became of the alternatives that a displaced party was offered; NONE: there was none to offer."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    NONE = "none"


class SheetRole(StrEnum):
    """For whom a day sheet is."""

    GUARD = "guard"
    CLEANER = "cleaner"
    TECHNICIAN = "technician"


class AssessmentCause(StrEnum):
    """Why a use was assessed, or assessed anew."""

    FIRST = "first"
    ANSWERS = "answers"
    DATES = "dates"
    ENDED = "ended"
    CHECK = "check"
    RULING = "ruling"


class AppealStep(StrEnum):
    """Where an appeal of an applicant against an assessment stands."""

    FILED = "filed"
    RULED = "ruled"
    WITHDRAWN = "withdrawn"


class AppealOutcome(StrEnum):
    """What a ruling did to what was assessed."""

    GRANTED = "granted"
    PARTLY = "partly"
    REFUSED = "refused"


class TariffState(StrEnum):
    """A tariff counts once a second person approved it, until another of the same day takes its place."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    REPLACED = "replaced"


class RefundState(StrEnum):
    PROPOSED = "proposed"
    PAID = "paid"
    REJECTED = "rejected"
