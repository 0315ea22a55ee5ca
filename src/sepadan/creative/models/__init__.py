from sepadan.creative.models.bookings import FILED, Booking, BookingDate, BookingEvent, Occupancy
from sepadan.creative.models.events import Event, EventRole, EventSession
from sepadan.creative.models.registrations import Registration, Ticket
from sepadan.creative.models.signing import SigningKey
from sepadan.creative.models.spaces import (
    Centre,
    Closure,
    Floor,
    OpeningHours,
    Space,
    SpaceOwner,
    SpaceUnit,
    Unit,
)

__all__ = [
    "FILED", "Booking", "BookingDate", "BookingEvent", "Centre", "Closure", "Event", "EventRole", "EventSession",
    "Floor", "Occupancy", "OpeningHours", "Registration", "SigningKey", "Space", "SpaceOwner", "SpaceUnit", "Ticket",
    "Unit",
]
