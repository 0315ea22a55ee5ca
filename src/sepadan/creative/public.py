"""What other modules may import from the creative centre."""

from __future__ import annotations

from sepadan.creative.documents.letters import issue_notice
from sepadan.creative.engine.nature import Nature
from sepadan.creative.engine.questions import Question
from sepadan.creative.event_names import EventKind, Registering, RegistrationState, RoleKind
from sepadan.creative.models import (
    AgendaEntry,
    Booking,
    BookingDate,
    BookingEvent,
    Centre,
    Certificate,
    Event,
    MonthClose,
    Registration,
    Space,
    SpaceUnit,
    Ticket,
)
from sepadan.creative.names import BookingState, DateState, Hold, Intake
from sepadan.creative.queries.calendar import any_centre
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
from sepadan.creative.services.tariffs import TariffDraft, approve_tariff, propose_tariff
from sepadan.creative.services.tickets import draw_code
from sepadan.creative.services.wishes import meeting_of

__all__ = [
    "AGREED_TO", "BOOKINGS", "LETTERS", "REGISTRATIONS", "AgendaEntry", "Booking", "BookingDate", "BookingEvent",
    "BookingState", "Centre", "Certificate", "DateState", "Event", "EventDraft", "EventKind", "Hold", "Intake",
    "Knowledge", "Letter", "Meeting", "MonthClose", "Nature", "OwnRequests", "Question", "Registering",
    "Registration", "RegistrationState", "RoleDraft", "RoleKind", "ScanDraft", "Space", "SpaceUnit", "TariffDraft",
    "Ticket", "Wish", "any_centre", "approve_tariff", "arrange", "ask_applicant", "cancel_event", "close_month",
    "confirm_booking", "displace", "draft_event", "draw_code", "end_events", "enrol_device", "example_rules",
    "file_appeal", "file_booking", "finish_step", "give_disposition", "hand_out", "in_the_way", "invite_device",
    "issue_assessment", "issue_certificates", "issue_notice", "kind_of", "known_centres", "meeting_of", "months_of",
    "note_check", "note_letter", "open_door", "own_requests", "prepare_month", "propose_refund", "propose_tariff",
    "publish_event", "reopen_month", "report_visits", "requests_digest", "revoke_certificate", "revoke_device",
    "rules_of", "set_up_centre", "steps_for", "take_back", "take_upload", "withdraw_booking",
]
