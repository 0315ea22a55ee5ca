"""What other modules may import from the creative centre."""

from __future__ import annotations

from sepadan.creative.models import Booking, BookingDate, BookingEvent, Centre, Space, SpaceUnit
from sepadan.creative.names import BookingState, DateState, Hold, Intake
from sepadan.creative.queries.calendar import any_centre
from sepadan.creative.services.bookings import BOOKINGS, Wish, file_booking
from sepadan.creative.services.decisions import LETTERS
from sepadan.creative.services.holding import Meeting
from sepadan.creative.services.setting_up import known_centres, set_up_centre

__all__ = [
    "BOOKINGS", "LETTERS", "Booking", "BookingDate", "BookingEvent", "BookingState", "Centre", "DateState", "Hold",
    "Intake", "Meeting", "Space", "SpaceUnit", "Wish", "any_centre", "file_booking", "known_centres", "set_up_centre",
]
