from sepadan.creative.models.bookings import FILED, Booking, BookingDate, BookingEvent, Occupancy
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
    "FILED", "Booking", "BookingDate", "BookingEvent", "Centre", "Closure", "Floor", "Occupancy", "OpeningHours",
    "Space", "SpaceOwner", "SpaceUnit", "Unit",
]
