from sepadan.creative.models.bookings import FILED, Booking, BookingDate, BookingEvent, Occupancy
from sepadan.creative.models.certificates import Certificate, StatusList
from sepadan.creative.models.charges import (
    AfterCheck,
    Assessment,
    AssessmentAppeal,
    AssessmentLine,
    ChargeRefund,
    Tariff,
)
from sepadan.creative.models.deskwork import (
    AgendaEntry,
    Arrangement,
    DaySheetPrint,
    Displacement,
    DisplacementOffer,
    Disposition,
    Handover,
    HandoverPhoto,
)
from sepadan.creative.models.events import Event, EventRole, EventSession
from sepadan.creative.models.fairness import Override, RefusedWish, SpaceOffer
from sepadan.creative.models.feeds import FeedBooking, FeedLink, ReplanRun, SeriesPlan
from sepadan.creative.models.months import BookingPast, CentreCost, DatePast, MonthClose, SettingPast, VisitReport
from sepadan.creative.models.registrations import Registration, Ticket
from sepadan.creative.models.scans import Door, DoorDevice, Scan, ScanNote
from sepadan.creative.models.signing import SigningKey
from sepadan.creative.models.space_photos import SpacePhoto
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
from sepadan.creative.models.stock import StockDemand, StockItem, StockMove, StockPlace, StockUse

__all__ = [
    "FILED", "AfterCheck", "AgendaEntry", "Arrangement", "Assessment", "AssessmentAppeal", "AssessmentLine",
    "Booking", "BookingDate", "BookingEvent", "BookingPast", "Centre", "CentreCost", "Certificate", "ChargeRefund",
    "Closure", "DatePast", "DaySheetPrint", "Displacement", "DisplacementOffer", "Disposition", "Door",
    "DoorDevice", "Event", "EventRole", "EventSession", "FeedBooking", "FeedLink", "Floor", "Handover",
    "HandoverPhoto", "MonthClose", "Occupancy", "OpeningHours", "Override", "RefusedWish", "Registration",
    "ReplanRun", "Scan", "ScanNote", "SeriesPlan", "SettingPast", "SigningKey", "Space", "SpaceOffer", "SpaceOwner",
    "SpacePhoto", "SpaceUnit", "StatusList", "StockDemand", "StockItem", "StockMove", "StockPlace", "StockUse",
    "Tariff", "Ticket", "Unit", "VisitReport",
]
