"""What other modules may import from the creative centre."""

from __future__ import annotations

from sepadan.creative.engine.nature import Nature
from sepadan.creative.engine.questions import Question
from sepadan.creative.event_names import EventKind, Registering, RegistrationState, RoleKind
from sepadan.creative.models import (
    Booking,
    BookingDate,
    BookingEvent,
    Centre,
    Event,
    Registration,
    Space,
    SpaceUnit,
    Ticket,
)
from sepadan.creative.names import BookingState, DateState, Hold, Intake
from sepadan.creative.queries.calendar import any_centre
from sepadan.creative.queries.money_desk import kind_of
from sepadan.creative.services.after_checks import file_appeal, note_check
from sepadan.creative.services.bookings import BOOKINGS, Wish, file_booking
from sepadan.creative.services.charges import issue_assessment
from sepadan.creative.services.decisions import LETTERS, cancel_dates
from sepadan.creative.services.events import EventDraft, RoleDraft, cancel_event, draft_event, end_events, publish_event
from sepadan.creative.services.holding import Meeting
from sepadan.creative.services.refunds import propose_refund
from sepadan.creative.services.registrations import AGREED_TO, REGISTRATIONS
from sepadan.creative.services.setting_up import known_centres, set_up_centre
from sepadan.creative.services.tariffs import TariffDraft, approve_tariff, propose_tariff
from sepadan.creative.services.tickets import draw_code

__all__ = [
    "AGREED_TO", "BOOKINGS", "LETTERS", "REGISTRATIONS", "Booking", "BookingDate", "BookingEvent", "BookingState",
    "Centre", "DateState", "Event", "EventDraft", "EventKind", "Hold", "Intake", "Meeting", "Nature", "Question",
    "Registering", "Registration", "RegistrationState", "RoleDraft", "RoleKind", "Space", "SpaceUnit", "TariffDraft",
    "Ticket", "Wish", "any_centre", "approve_tariff", "cancel_dates", "cancel_event", "draft_event", "draw_code",
    "end_events", "file_appeal", "file_booking", "issue_assessment", "kind_of", "known_centres", "note_check",
    "propose_refund", "propose_tariff", "publish_event", "set_up_centre",
]
