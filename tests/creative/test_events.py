"""What an event may be: made of a confirmed booking alone, bound to it for good; visitors, tickets, forgetting."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from sepadan.creative.event_names import EventState, Registering, RoleKind, TicketState
from sepadan.creative.models import Event, Registration, Ticket
from sepadan.creative.names import DateState
from sepadan.creative.services.bookings import file_booking
from sepadan.creative.services.decisions import cancel_dates, move_date
from sepadan.creative.services.event_files import event_data, events_calendar
from sepadan.creative.services.events import (
    EventDraft,
    RoleDraft,
    SessionDraft,
    cancel_event,
    draft_event,
    end_events,
    set_picture,
)
from sepadan.creative.services.forgetting import forget_visitors
from sepadan.creative.services.holding import Meeting
from sepadan.creative.services.registrations import (
    approve_registration,
    cancel_registration,
    prefer_registration,
    refuse_registration,
    register,
)
from sepadan.creative.services.ticket_signing import read_ticket_text, ticket_text
from sepadan.creative.services.tickets import reissue_ticket, revoke_ticket
from sepadan.creative.services.visitor_lists import export_visitors
from sepadan.ground.problems import Refused
from sepadan.records.models import AuditEntry
from sepadan.records.public import content_of, region_scope
from sepadan.territory.models import Region

from .centre import DAY, DESK, NOW, TODAY, build_centre, wish
from .event_scene import QUESTION, confirmed, event_of, picture, public, wanted

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre():
    with region_scope(Region.objects.get(code="35.73")):
        yield build_centre()


def key_of(act) -> str:
    with pytest.raises(Refused) as refused, transaction.atomic():
        act()
    return refused.value.problem.what.key


def calendar_of(event: Event) -> str:
    return events_calendar(event.centre, [event], {}, "id")[0].decode()


def test_an_event_exists_only_of_a_confirmed_booking_with_its_letter(centre):
    open_wish = file_booking(wish("hall"), actor=DESK, now=NOW, today=TODAY)
    assert key_of(lambda: event_of(open_wish, DESK, NOW)) == "creative.public_event.no_letter"
    event = event_of(confirmed("studio-1", DAY, DESK, NOW, TODAY), DESK, NOW)
    event.booking.letter_number = ""
    with pytest.raises(IntegrityError, match="booking_confirmed_is_whole"), transaction.atomic():
        event.booking.save(update_fields=["letter_number"])
    event.booking.state = "review"
    event.booking.save(update_fields=["state"])
    with pytest.raises(IntegrityError, match="no confirmed booking with its letter"), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(state=EventState.PUBLISHED.value, published_at=NOW)


def test_an_event_ends_with_its_booking_and_every_calendar_says_so(centre):
    event = public("studio-1", DAY, DESK, NOW, TODAY)
    came = register(event, wanted("Tamu"), actor=DESK, now=NOW, today=TODAY)
    assert "STATUS:CONFIRMED" in calendar_of(event)
    cancel_dates(event.booking, version=event.booking.version, reason="atap bocor", actor=DESK, now=NOW)
    event.refresh_from_db()
    assert (event.state, event.reason, event.cancelled_at) == ("cancelled", "atap bocor", NOW)
    said = calendar_of(event)
    assert "STATUS:CANCELLED" in said
    assert "STATUS:CONFIRMED" not in said
    assert event_data(event, page="", picture="", language="id")["eventStatus"].endswith("EventCancelled")
    again = wanted("Lain")
    assert key_of(lambda: register(event, again, actor=DESK, now=NOW, today=TODAY)) == \
        "creative.registration.not_public"
    assert Registration.objects.get(pk=came.pk).state == "confirmed"  # what it was stays to be told


def test_sessions_move_with_their_meeting_and_one_that_falls_out_is_called_off(centre):
    booking = confirmed("studio-1", DAY, DESK, NOW, TODAY, meetings=2)
    halves = [SessionDraft(1, DAY, DAY + timedelta(minutes=50), "Pagi"),
              SessionDraft(1, DAY + timedelta(hours=1), DAY + timedelta(hours=2), "Siang"),
              SessionDraft(2, DAY + timedelta(days=1), DAY + timedelta(days=1, hours=2))]
    event = event_of(booking, DESK, NOW, sessions=halves)
    before = Event.objects.get(pk=event.pk).sequence
    move_date(booking, 1, Meeting(DAY + timedelta(days=7), DAY + timedelta(days=7, hours=2)), version=booking.version,
              actor=DESK, now=NOW)
    first, second, third = event.sessions.order_by("ordinal")
    assert (first.starts_at, second.ends_at) == (DAY + timedelta(days=7), DAY + timedelta(days=7, hours=2))
    assert first.ends_at - first.starts_at == timedelta(minutes=50)
    assert third.starts_at == DAY + timedelta(days=1)
    assert Event.objects.get(pk=event.pk).sequence > before
    booking.dates.filter(ordinal=2).update(state=DateState.CANCELLED.value)
    assert [one.takes_place for one in event.sessions.order_by("ordinal")] == [True, True, False]


@pytest.mark.parametrize(("change", "key"), [
    ({"sessions": [SessionDraft(1, DAY - timedelta(hours=1), DAY + timedelta(hours=1))]},
     "creative.public_event.outside"),
    ({"sessions": [SessionDraft(9, DAY, DAY + timedelta(hours=1))]}, "creative.public_event.no_meeting"),
    ({"capacity": 0}, "creative.public_event.capacity.fault"),
    ({"capacity": 2, "groups_to": 3, "registration": Registering.OPEN}, "creative.public_event.groups"),
    ({"opens_at": DAY, "closes_at": DAY}, "creative.public_event.window"),
    ({"title": {"id": " "}}, "creative.booking.unnamed"),
])
def test_what_cannot_be_is_refused_with_its_reason(centre, change, key):
    booking = confirmed("studio-1", DAY, DESK, NOW, TODAY)
    draft = EventDraft(**{"title": {"id": "Kelas"}, "organiser": "Komunitas", **change})
    assert key_of(lambda: draft_event(booking, draft, actor=DESK, now=NOW)) == key


def test_a_child_is_registered_by_a_guardian_and_named_in_no_list(centre):
    event = public("studio-1", DAY, DESK, NOW, TODAY, minors=True)
    alone = wanted("Anak Contoh")
    assert key_of(lambda: register(event, alone, actor=DESK, now=NOW, today=TODAY)) == "creative.registration.guardian"
    made = register(event, wanted("Anak Contoh", guardian_name="Wali Contoh", guardian_contact="0341",
                                  guardian_agreed=True), actor=DESK, now=NOW, today=TODAY)
    with pytest.raises(IntegrityError, match="registration_guardian_of_minor"), transaction.atomic():
        Registration.objects.filter(pk=made.pk).update(guardian_contact="")
    listed = export_visitors(event, reason="daftar hadir pintu", actor=DESK, now=NOW).decode()
    assert "Anak Contoh" not in listed
    assert "Wali Contoh" in listed
    assert made.number in listed
    assert made.tickets.get().holder_name == "Anak Contoh"


def test_a_list_leaves_only_for_a_reason_that_is_recorded(centre):
    event = public("studio-1", DAY, DESK, NOW, TODAY, questions=(QUESTION,))
    register(event, wanted("=Tamu", answers={"q1": "Godot"}), actor=DESK, now=NOW, today=TODAY)
    assert key_of(lambda: export_visitors(event, reason="perlu", actor=DESK, now=NOW)) == "creative.export.no_reason"
    content = export_visitors(event, reason="daftar hadir pintu", actor=DESK, now=NOW).decode()
    assert "Alat apa yang Anda pakai?" in content
    assert "'=Tamu" in content
    entry = AuditEntry.objects.get(action="creative.audit.visitors_exported")
    assert (entry.reason, entry.after["rows"]) == ("daftar hadir pintu", 1)


def test_where_somebody_decides_a_seat_is_given_after_the_decision_alone(centre):
    event = public("studio-1", DAY, DESK, NOW, TODAY, registration=Registering.APPROVAL, capacity=1)
    one, two, three = (register(event, wanted(name), actor=DESK, now=NOW, today=TODAY) for name in "abc")
    assert {one.state, two.state, three.state} == {"approval"}
    assert not Ticket.objects.exists()
    assert approve_registration(one, version=1, actor=DESK, now=NOW).state == "confirmed"
    assert key_of(lambda: approve_registration(one, version=1, actor=DESK, now=NOW)) == "creative.booking.changed"
    assert approve_registration(two, version=1, actor=DESK, now=NOW).state == "waiting"
    assert key_of(lambda: refuse_registration(three, version=1, reason=" ", actor=DESK, now=NOW)) == \
        "creative.booking.no_reason"
    assert refuse_registration(three, version=1, reason="bukan pelajar", actor=DESK, now=NOW).state == "refused"
    cancel_registration(one, actor=DESK, now=NOW)
    assert Registration.objects.get(pk=two.pk).state == "offered"


def test_one_contact_keeps_three_registrations_at_most_and_a_priority_moves_the_line(centre):
    event = public("studio-1", DAY, DESK, NOW, TODAY, capacity=1)
    mine = [register(event, wanted(f"Tamu {number}", contact="0341"), actor=DESK, now=NOW, today=TODAY)
            for number in range(3)]
    fourth = wanted("Tamu 4", contact=" 0341 ")
    assert key_of(lambda: register(event, fourth, actor=DESK, now=NOW, today=TODAY)) == "creative.registration.many"
    prefer_registration(mine[2], version=mine[2].version, priority=1, reason="pengguna kursi roda", actor=DESK,
                        now=NOW)
    cancel_registration(mine[0], actor=DESK, now=NOW)
    assert Registration.objects.get(pk=mine[2].pk).state == "offered"
    assert Registration.objects.get(pk=mine[1].pk).state == "waiting"


def test_a_ticket_says_what_the_region_signed_and_a_lost_one_is_replaced(centre):
    event = public("studio-1", DAY, DESK, NOW, TODAY, groups_to=3)
    made = register(event, wanted("Tamu", seats=3, companions=["Kawan", " "]), actor=DESK, now=NOW, today=TODAY)
    first, second, third = made.tickets.order_by("ordinal")
    assert [first.holder_name, second.holder_name, third.holder_name] == ["Tamu", "Kawan", ""]
    read = read_ticket_text(ticket_text(first))
    assert (read.event, read.code) == (event.pk, first.code)
    anew = reissue_ticket(second, "hilang", actor=DESK, now=NOW)
    assert anew.code != second.code
    assert Ticket.objects.get(pk=second.pk).state == TicketState.REVOKED
    assert key_of(lambda: revoke_ticket(second, "hilang", actor=DESK, now=NOW)) == "creative.ticket.revoked_already"
    with pytest.raises(IntegrityError, match="ticket_one_valid_a_seat"), transaction.atomic():
        Ticket.objects.create(registration=made, ordinal=2, code="X" * 12, issued_at=NOW)
    cancel_registration(made, actor=DESK, now=NOW)
    assert not made.tickets.filter(state="valid").exists()
    assert key_of(lambda: reissue_ticket(first, "hilang", actor=DESK, now=NOW)) == "creative.ticket.no_seat"


def test_visitors_are_forgotten_when_their_data_have_served_and_counts_remain(centre):
    event = public("studio-1", DAY, DESK, NOW, TODAY, groups_to=2)
    event.centre.rules = {"retention_days": 30}
    event.centre.save(update_fields=["rules"])
    made = register(event, wanted("Tamu Contoh", contact="0341-1", seats=2, companions=["Kawan Contoh"],
                                  answers={"q1": "x"}, kecamatan="Klojen", sector="media", request_key="k"),
                    actor=DESK, now=NOW, today=TODAY)
    end = DAY + timedelta(hours=2)
    assert forget_visitors(end + timedelta(days=29)) == 0
    assert forget_visitors(end + timedelta(days=30)) == 1
    assert forget_visitors(end + timedelta(days=31)) == 0
    made.refresh_from_db()
    assert (made.name, made.contact, made.answers, made.request_digest) == ("Anonim", "", {}, "")
    assert (made.seats, made.kecamatan, made.sector, made.state) == (2, "Klojen", "media", "confirmed")
    assert set(made.tickets.values_list("holder_name", flat=True)) == {""}
    trail = " ".join(str(one.after) + str(one.before) + one.object_label for one in AuditEntry.objects.all())
    for personal in ("Tamu Contoh", "Kawan Contoh", "0341-1"):
        assert personal not in trail


def test_only_who_agreed_is_named_and_a_picture_loses_what_a_camera_wrote(centre):
    event = event_of(confirmed("studio-1", DAY, DESK, NOW, TODAY), DESK, NOW, roles=[
        RoleDraft("Narasumber Contoh", RoleKind.SPEAKER, sector="academia", agreed=True),
        RoleDraft("Mitra Diam", RoleKind.PARTNER, sector="finance")])
    assert key_of(lambda: set_picture(event, picture(), {"id": " "}, version=1, actor=DESK, now=NOW)) == \
        "creative.picture.no_words"
    shown = set_picture(event, picture(), {"id": "Studio"}, version=1, actor=DESK, now=NOW)
    assert b"rumah saya" not in content_of(shown.picture)
    said = str(event_data(shown, page="https://contoh.example/a", picture="", language="id"))
    assert "Narasumber Contoh" in said
    assert "Mitra Diam" not in said


def test_an_event_that_was_held_is_over_and_cancelling_needs_a_reason(centre):
    event = public("studio-1", DAY, DESK, NOW, TODAY)
    assert key_of(lambda: cancel_event(event, version=event.version, reason="", actor=DESK, now=NOW)) == \
        "creative.booking.no_reason"
    assert end_events(DAY) == 0
    assert end_events(DAY + timedelta(hours=2)) == 1
    event.refresh_from_db()
    assert event.state == EventState.OVER
    late = wanted("Terlambat")
    assert key_of(lambda: register(event, late, actor=DESK, now=DAY + timedelta(hours=3), today=TODAY)) == \
        "creative.registration.not_public"
