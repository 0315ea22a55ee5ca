"""The form of an event, for the desk and for an organiser: fields read into a draft, faults by field, rows shown again.

Sessions, people and questions are rows with numbered fields (``s-1-title``); two or three empty rows stand below what
is there, and an emptied row falls away. No script: saving shows new empty rows. Times are local and lie within the
meetings of the booking; who shortens a meeting to two sessions writes two rows for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from sepadan.creative.engine.questions import TYPES, read_questions
from sepadan.creative.event_names import EventKind, Registering, RoleKind
from sepadan.creative.models import Booking, BookingDate, Event
from sepadan.creative.names import DateState
from sepadan.creative.queries.ecosystem import helix_of, sector_words, subsector_words, subsectors
from sepadan.creative.services.events import EventDraft, RoleDraft, SessionDraft
from sepadan.creative.views.calendar import read_time
from sepadan.creative.views.events import moment_of
from sepadan.ground.messages import Message, message
from sepadan.records.public import language

TEXTS = ("title_id", "title_en", "about_id", "about_en", "organiser", "contact", "access_id", "access_en", "price_id",
         "price_en", "message")
PLAIN = ("kind", "subsector", "sector", "price", "capacity", "registration", "opens", "closes", "groups_to",
         "offer_hours", "share")
MOST_ROWS = 60
Fields = Mapping[str, str]


def blank(booking: Booking, zone: tzinfo) -> dict[str, Any]:
    """What a new form says: as much as the booking knows."""
    return {"title_id": booking.title, "about_id": booking.about, "organiser": booking.organiser, "contact": "",
            "registration": Registering.NONE.value, "kind": EventKind.OTHER.value, "groups_to": "1",
            "offer_hours": "24", "share": "80", "subsector": booking.subsector,
            "sessions": [_session_fields(one.ordinal, one.starts_at, one.ends_at, "", True, zone)
                         for one in meetings_of(booking)], "roles": [], "questions": []}


def as_fields(event: Event, zone: tzinfo) -> dict[str, Any]:
    """An event as the form shows it."""
    def local(moment: datetime | None) -> str:
        return f"{moment.astimezone(zone):%Y-%m-%dT%H:%M}" if moment else ""

    return {
        **{f"{part}_{lang}": texts.get(lang, "") for part, texts in (
            ("title", event.title), ("about", event.about), ("access", event.access_note),
            ("price", event.price_note)) for lang in ("id", "en")},
        "organiser": event.organiser, "contact": event.contact, "message": event.message, "kind": event.kind,
        "subsector": event.subsector, "sector": event.sector, "registration": event.registration,
        "price": "" if event.price is None else str(event.price),
        "capacity": "" if event.capacity is None else str(event.capacity), "opens": local(event.opens_at),
        "closes": local(event.closes_at), "groups_to": str(event.groups_to), "offer_hours": str(event.offer_hours),
        "share": f"{(event.share_needed * 100).normalize():f}", "minors": event.minors,
        "sessions": [_session_fields(one.booking_date.ordinal if one.booking_date else 0, one.starts_at, one.ends_at,
                                     one.title, one.counts, zone)
                     for one in event.sessions.select_related("booking_date").order_by("ordinal")],
        "roles": [{"name": one.name, "organisation": one.organisation, "role": one.role, "sector": one.sector,
                   "agreed": one.agreed} for one in event.roles.all()],
        "questions": [{"code": one["code"], "id": one["label"].get("id", ""), "en": one["label"].get("en", ""),
                       "type": one["type"], "needed": one["needed"], "choices": "; ".join(one["choices"])}
                      for one in event.questions]}


def read(given: Fields) -> dict[str, Any]:
    """The form as it was sent, bounded."""
    def text(name: str, longest: int = 200) -> str:
        return str(given.get(name, ""))[:longest].replace("\0", "").strip()

    data: dict[str, Any] = {name: text(name, 4_000) for name in TEXTS} | {name: text(name, 60) for name in PLAIN}
    data["minors"] = given.get("minors") == "yes"
    data["sessions"] = [
        {"meeting": text(f"s-{row}-meeting", 6), "title": text(f"s-{row}-title"), "since": text(f"s-{row}-since", 5),
         "until": text(f"s-{row}-until", 5), "counts": given.get(f"s-{row}-counts") == "yes"}
        for row in _rows(given, "s", "meeting")]
    data["roles"] = [
        {"name": text(f"r-{row}-name"), "organisation": text(f"r-{row}-organisation"), "role": text(f"r-{row}-role"),
         "sector": text(f"r-{row}-sector"), "agreed": given.get(f"r-{row}-agreed") == "yes"}
        for row in _rows(given, "r", "name")]
    data["questions"] = [
        {"code": text(f"q-{row}-code", 20), "id": text(f"q-{row}-id"), "en": text(f"q-{row}-en"),
         "type": text(f"q-{row}-type", 10), "needed": given.get(f"q-{row}-needed") == "yes",
         "choices": text(f"q-{row}-choices", 2_000)} for row in _rows(given, "q", "id")]
    return data


def _rows(given: Fields, part: str, needed: str) -> list[int]:
    """Numbers of the rows that were filled in."""
    return [row for row in range(1, MOST_ROWS + 1) if str(given.get(f"{part}-{row}-{needed}", "")).strip()]


def draft_of(data: Mapping[str, Any], booking: Booking, zone: tzinfo) -> tuple[EventDraft | None, dict[str, Message]]:
    """The draft that the fields describe, or what is wrong with them by field. Raises Refused on unsound questions."""
    faults: dict[str, Message] = {name: message("creative.ask.needed") for name in ("title_id", "organiser")
                                  if not data[name]}
    numbers = {name: _whole(data[name], name, faults) for name in ("price", "capacity", "groups_to", "offer_hours")}
    moments = {name: moment_of(data[name], zone) for name in ("opens", "closes")}
    for name, moment in moments.items():
        if data[name] and moment is None:
            faults[name] = message("creative.public_event.not_moment")
    share = _share(data["share"], faults)
    sessions = _sessions(data["sessions"], booking, zone, faults)
    if faults:
        return None, faults
    helix = helix_of(booking.centre)
    return EventDraft(
        title={"id": data["title_id"], "en": data["title_en"]}, organiser=data["organiser"],
        about={"id": data["about_id"], "en": data["about_en"]}, contact=data["contact"],
        sector=data["sector"] if data["sector"] in helix else "",
        kind=EventKind(data["kind"]) if data["kind"] in list(EventKind) else EventKind.OTHER,
        subsector=data["subsector"] if data["subsector"] in subsectors() else "",
        access_note={"id": data["access_id"], "en": data["access_en"]}, price=numbers["price"],
        price_note={"id": data["price_id"], "en": data["price_en"]}, capacity=numbers["capacity"],
        registration=Registering(data["registration"]) if data["registration"] in list(Registering)
        else Registering.NONE, opens_at=moments["opens"], closes_at=moments["closes"],
        groups_to=numbers["groups_to"] or 1, questions=read_questions(_coded(data["questions"])),
        minors=data["minors"], offer_hours=numbers["offer_hours"] or 24, share_needed=share,
        message=data["message"], sessions=sessions, roles=[
            RoleDraft(one["name"], RoleKind(one["role"]) if one["role"] in list(RoleKind) else RoleKind.SPEAKER,
                      one["organisation"], one["sector"] if one["sector"] in helix else "", one["agreed"])
            for one in data["roles"]]), {}


def _whole(text: str, name: str, faults: dict[str, Message]) -> int | None:
    plain = text.replace(".", "").replace("Rp", "").strip()
    if not plain:
        return None
    if not (plain.isascii() and plain.isdecimal() and len(plain) <= 10):
        faults[name] = message("creative.public_event.not_whole")
        return None
    return int(plain)


def _share(text: str, faults: dict[str, Message]) -> Decimal:
    try:
        share = Decimal((text or "0").replace(",", ".")) / 100
    except InvalidOperation:
        share = Decimal(-1)
    if not 0 <= share <= 1:
        faults["share"] = message("creative.public_event.share.fault")
    return share


def _sessions(rows: Sequence[Mapping[str, Any]], booking: Booking, zone: tzinfo,
              faults: dict[str, Message]) -> list[SessionDraft]:
    """Sessions with local hours on the day of their meeting."""
    meetings = {one.ordinal: one for one in meetings_of(booking)}
    found = []
    for number, one in enumerate(rows, 1):
        meeting = meetings.get(int(one["meeting"])) if one["meeting"].isdecimal() else None
        since, until = read_time(one["since"]), read_time(one["until"])
        if meeting is None or since is None or until is None or until <= since:
            faults[f"s-{number}-since"] = message("creative.booking.times")
            continue
        day = meeting.starts_at.astimezone(zone).date()
        found.append(SessionDraft(meeting.ordinal, datetime.combine(day, since, zone),
                                  datetime.combine(day, until, zone), one["title"], one["counts"]))
    return sorted(found, key=lambda one: one.starts_at)


def _coded(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Questions with their codes: those that have one keep it, new ones get the next free."""
    taken = {one["code"] for one in rows}
    found, number = [], 0
    for one in rows:
        code = one["code"]
        while not code:
            number += 1
            code = f"q{number}" if f"q{number}" not in taken else ""
        taken.add(code)
        found.append({"code": code, "label": {"id": one["id"], "en": one["en"]}, "type": one["type"] or "text",
                      "needed": one["needed"], "choices": one["choices"].split(";")})
    return found


def _session_fields(meeting: int, starts_at: datetime, ends_at: datetime, title: str, counts: bool,
                    zone: tzinfo) -> dict[str, Any]:
    start, end = starts_at.astimezone(zone), ends_at.astimezone(zone)
    return {"meeting": str(meeting), "title": title, "since": f"{start:%H:%M}", "until": f"{end:%H:%M}",
            "counts": counts}


def meetings_of(booking: Booking) -> list[BookingDate]:
    """The confirmed meetings of a booking that end on the day they begin, in order."""
    return list(booking.dates.filter(state=DateState.CONFIRMED.value).select_related("space").order_by("starts_at"))


def _meeting(one: BookingDate, zone: tzinfo) -> dict[str, Any]:
    start, end = one.starts_at.astimezone(zone), one.ends_at.astimezone(zone)
    return {"ordinal": str(one.ordinal), "day": start.date(), "since": f"{start:%H.%M}", "until": f"{end:%H.%M}"}


def context(data: Mapping[str, Any], booking: Booking, faults: Mapping[str, Message], zone: tzinfo) -> dict[str, Any]:
    """What the template of the form needs: rows with their numbers and empty ones below, choices, faults."""
    def rows(part: str, empty: int) -> list[tuple[int, Any]]:
        return list(enumerate([*data[part], *({} for _ in range(empty))], 1))[:MOST_ROWS]

    labels = {name: message(f"creative.public_event.field.{name}") for name in (*TEXTS, *PLAIN)}
    return {
        "data": data, "faults": {name: fault.text(language()) for name, fault in faults.items()},
        "summary": [(f"f-{name}", labels.get(name, message("creative.public_event.sessions")).text(language()),
                     fault.text(language())) for name, fault in faults.items()],
        "session_rows": rows("sessions", 1), "role_rows": rows("roles", 2), "question_rows": rows("questions", 2),
        "meetings": [_meeting(one, zone) for one in meetings_of(booking)],
        "kinds": [(one.value, message(f"creative.event_kind.{one.value}")) for one in EventKind],
        "subsectors": [(one, subsector_words(one)) for one in subsectors()],
        "sectors": [(one, sector_words(one)) for one in helix_of(booking.centre)],
        "ways": [(one.value, message(f"creative.registering.{one.value}")) for one in Registering],
        "role_kinds": [(one.value, message(f"creative.role.{one.value}")) for one in RoleKind],
        "types": [(one, message(f"creative.question.type.{one}")) for one in TYPES]}
