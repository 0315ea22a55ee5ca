"""What other modules may import from the creative centre."""

from __future__ import annotations

from sepadan.creative.documents.letters import issue_notice
from sepadan.creative.engine.nature import Nature
from sepadan.creative.engine.questions import Question
from sepadan.creative.event_names import EventKind, Registering, RegistrationState, RoleKind
from sepadan.creative.fairness_names import OUTSIDE
from sepadan.creative.models import (
    AgendaEntry,
    Booking,
    BookingDate,
    BookingEvent,
    Centre,
    Certificate,
    Event,
    MonthClose,
    RefusedWish,
    Registration,
    Space,
    SpaceUnit,
    StockItem,
    StockMove,
    Ticket,
)
from sepadan.creative.names import BookingState, DateState, Hold, Intake
from sepadan.creative.queries.calendar import any_centre
from sepadan.creative.queries.ecosystem import subsectors
from sepadan.creative.queries.known import Knowledge
from sepadan.creative.queries.money_desk import kind_of
from sepadan.creative.services.after_checks import file_appeal, note_check
from sepadan.creative.services.bookings import BOOKINGS, Wish, file_booking
from sepadan.creative.services.certificates import issue_certificates, revoke_certificate
from sepadan.creative.services.charges import issue_assessment
from sepadan.creative.services.decisions import LETTERS, ask_applicant, confirm_booking, withdraw_booking
from sepadan.creative.services.displacing import displace, in_the_way
from sepadan.creative.services.door_devices import enrol_device, invite_device, open_door, revoke_device
from sepadan.creative.services.doors import ScanDraft, take_upload
from sepadan.creative.services.events import EventDraft, RoleDraft, cancel_event, draft_event, end_events, publish_event
from sepadan.creative.services.handover import hand_out, take_back
from sepadan.creative.services.holding import Meeting
from sepadan.creative.services.months import (
    close_month,
    months_of,
    prepare_month,
    reopen_month,
    report_visits,
)
from sepadan.creative.services.papers import Letter, give_disposition, note_letter
from sepadan.creative.services.refunds import propose_refund
from sepadan.creative.services.registrations import AGREED_TO, REGISTRATIONS
from sepadan.creative.services.replaying import OwnRequests, example_rules, own_requests, requests_digest
from sepadan.creative.services.setting_up import known_centres, set_up_centre
from sepadan.creative.services.step_rules import rules_of, steps_for
from sepadan.creative.services.steps import arrange, finish_step
from sepadan.creative.services.stock import promise_stock
from sepadan.creative.services.stock_acts import Doing as stock_doing
from sepadan.creative.services.stock_acts import break_pieces, move_pieces
from sepadan.creative.services.stock_acts import hand_out as hand_out_pieces
from sepadan.creative.services.tariffs import TariffDraft, approve_tariff, propose_tariff
from sepadan.creative.services.tickets import draw_code
from sepadan.creative.services.waiting import offer_region, offer_soon
from sepadan.creative.services.wishes import meeting_of

__all__ = [
    "AGREED_TO", "BOOKINGS", "LETTERS", "OUTSIDE", "REGISTRATIONS", "AgendaEntry", "Booking", "BookingDate",
    "BookingEvent", "BookingState", "Centre", "Certificate", "DateState", "Event", "EventDraft", "EventKind", "Hold",
    "Intake", "Knowledge", "Letter", "Meeting", "MonthClose", "Nature", "OwnRequests", "Question", "RefusedWish",
    "Registering", "Registration", "RegistrationState", "RoleDraft", "RoleKind", "ScanDraft", "Space", "SpaceUnit",
    "StockItem", "StockMove", "TariffDraft", "Ticket", "Wish", "any_centre", "approve_tariff", "arrange",
    "ask_applicant", "break_pieces", "cancel_event", "close_month", "confirm_booking", "displace", "draft_event",
    "draw_code", "end_events", "enrol_device", "example_rules", "file_appeal", "file_booking", "finish_step",
    "give_disposition", "hand_out", "hand_out_pieces", "in_the_way", "invite_device", "issue_assessment",
    "issue_certificates", "issue_notice", "kind_of", "known_centres", "meeting_of", "months_of", "move_pieces",
    "note_check", "note_letter", "offer_region", "offer_soon", "open_door", "own_requests", "prepare_month",
    "promise_stock", "propose_refund", "propose_tariff", "publish_event", "reopen_month", "report_visits",
    "requests_digest", "revoke_certificate", "revoke_device", "rules_of", "set_up_centre", "steps_for", "stock_doing",
    "subsectors", "take_back", "take_upload", "withdraw_booking",
]
