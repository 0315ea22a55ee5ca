"""What other modules may import from the creative centre."""

from __future__ import annotations

from sepadan.creative.engine.nature import Nature
from sepadan.creative.models import Booking, BookingDate, BookingEvent, Centre, Space, SpaceUnit
from sepadan.creative.names import BookingState, DateState, Hold, Intake
from sepadan.creative.queries.calendar import any_centre
from sepadan.creative.queries.money_desk import kind_of
from sepadan.creative.services.after_checks import file_appeal, note_check
from sepadan.creative.services.bookings import BOOKINGS, Wish, file_booking
from sepadan.creative.services.charges import issue_assessment
from sepadan.creative.services.decisions import LETTERS, cancel_dates
from sepadan.creative.services.holding import Meeting
from sepadan.creative.services.refunds import propose_refund
from sepadan.creative.services.setting_up import known_centres, set_up_centre
from sepadan.creative.services.tariffs import TariffDraft, approve_tariff, propose_tariff

__all__ = [
    "BOOKINGS", "LETTERS", "Booking", "BookingDate", "BookingEvent", "BookingState", "Centre", "DateState", "Hold",
    "Intake", "Meeting", "Nature", "Space", "SpaceUnit", "TariffDraft", "Wish", "any_centre", "approve_tariff",
    "cancel_dates", "file_appeal", "file_booking", "issue_assessment", "kind_of", "known_centres", "note_check",
    "propose_refund", "propose_tariff", "set_up_centre",
]
