"""The desk's inbox: what is due today, what is overdue, what waits at which step and for whom; found by any number.

The address is the view (``lihat``, ``langkah``, ``q``): it can be kept, sent and gone back to. The database filters and
sorts, so that a year of bookings is as quick as a day of them. Instructions and keys that wait stand beneath.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sepadan.creative.desk import desk_page
from sepadan.creative.models import Centre
from sepadan.creative.names import BookingState
from sepadan.creative.queries.deskwork import (
    STATES,
    VIEWS,
    Waiting,
    found_by,
    inbox_of,
    keys_out,
    open_dispositions,
    waiting_counts,
)
from sepadan.creative.services.step_rules import rules_of, step_name
from sepadan.creative.views.shown import TONES
from sepadan.ground.messages import Message, message
from sepadan.ground.table_rows import QueryRows
from sepadan.ground.tables import Column, Listing, Table
from sepadan.records.public import language, needs, now, permitted, person_of, region_of, zone_of
from sepadan.records.public import today as today_in

KEYS = ("pk", "number", "title", "organiser", "space__name", "first", "meetings", "agenda_number", "step", "step_due",
        "state")
NAMES = {state: message(f"creative.booking.state.{state}") for state in STATES}
TURNS = {name: message(f"creative.inbox.turn.{name}") for name in ("overdue", "today", "later", "waits")}
TURN_TONES = {"overdue": "bad", "today": "care", "later": "wait", "waits": ""}
DECIDED = ("confirmed", "refused", "expired", "withdrawn", "cancelled")


@dataclass(frozen=True)
class InboxRows(QueryRows):
    """Searching looks into every number that a booking has, also those of its agenda and dispositions."""

    def narrow(self, search: Sequence[str], text: str, picked: Mapping[str, str]) -> QueryRows:
        return self._with(found_by(self.queryset.filter(**picked), text))


def table() -> Table:
    return Table("permohonan-ruang", message("creative.desk.open"), (
        Column("number", message("creative.booking.number"), href="url"),
        Column("agenda_number", message("creative.agenda.number")),
        Column("title", message("creative.ask.title")), Column("organiser", message("creative.ask.organiser")),
        Column("space__name", message("creative.ask.space"), choice=True),
        Column("first", message("creative.desk.first"), "date"),
        Column("step", message("creative.step"), words={code: step_name(code) for code in (
            "curation", "questions", "site_check", "decision")}),
        Column("step_due", message("creative.step.due"), "date"),
        Column("turn", message("creative.inbox.turn"), sortable=False, words=TURNS,
               tones=TURN_TONES),  # type: ignore[arg-type]
        Column("state", message("creative.desk.state"), choice=True, words=NAMES,
               tones=TONES),  # type: ignore[arg-type]
    ), search=("number",))


@never_cache
@require_safe
@needs("creative.read")
def desk(request: HttpRequest, kode: str) -> HttpResponseBase:
    """What waits for the desk, the most urgent first."""
    region, at = region_of(request), now()
    today = today_in(region)
    view, step = request.GET.get("lihat", ""), request.GET.get("langkah", "")[:30].replace("\0", "")
    rows = InboxRows(inbox_of(view, today=today, now=at, step=step), models, KEYS, _shape(kode, today, region))
    listing = Listing(table(), rows, request.GET, language(), files=False)
    waiting = waiting_counts(today, at)
    return desk_page(request, "creative/desk.html", {
        "listing": listing, "waiting": waiting, "tabs": _tabs(view, step, waiting), "steps": _steps(step, waiting),
        "any": listing.count or listing.filtered, "today": today, "dispositions": [
            (one, one.due is not None and one.due < today) for one in open_dispositions()],
        "keys": [_key(one, at, zone_of(region)) for one in keys_out()[:50]],
        "may": permitted(person_of(request), region, "creative.write")})


def _shape(kode: str, today: date, region: Any) -> Any:
    zone = zone_of(region)

    def shape(row: Mapping[str, Any]) -> dict[str, Any]:
        return {**row, "url": reverse("creative:booking", args=[kode, row["pk"]]),
                "first": row["first"].astimezone(zone).date() if row["first"] else None,
                "step": row["step"] or None, "turn": turn_of(row["state"], row["step_due"], today)}

    return shape


def turn_of(state: str, due: date | None, today: date) -> str | None:
    """Whose turn it is and how urgent, of an open booking."""
    if state == BookingState.WAITING:
        return "waits"
    if state not in (BookingState.REVIEW, BookingState.ASKED) or due is None:
        return None
    return "overdue" if due < today else "today" if due == today else "later"


def _tabs(view: str, step: str, waiting: Waiting) -> list[tuple[Message, str, bool]]:
    counted = {name: getattr(waiting, name) for name in (*VIEWS, "waiting")}
    here = view if view in (*VIEWS, *STATES) else "open"
    tabs = [(message("creative.inbox.counted", name=_named(name), count=counted[name]),
             "?" if name == "open" else f"?lihat={name}", here == name and not step)
            for name in ("open", "due", "overdue", "asked", "waiting", "ending", "displaced")]
    return tabs + [(_named(name), f"?lihat={name}", here == name and not step) for name in ("confirmed", "refused")]


def _named(name: str) -> Message:
    return message(f"creative.inbox.view.{name}" if name in VIEWS else f"creative.booking.state.{name}")


def _steps(step: str, waiting: Waiting) -> list[tuple[Message, str, bool]]:
    """The steps of the region's centres in their order, with how many bookings stand on each."""
    many = dict(waiting.steps)
    codes = list(dict.fromkeys([one.code for centre in Centre.objects.all() for one in rules_of(centre).steps] +
                               [code for code in many if code]))
    return [(message("creative.inbox.counted", name=step_name(code), count=many.get(code, 0)),
             "?" + urlencode({"langkah": code}), step == code) for code in codes]


def _key(one: Any, at: datetime, zone: Any) -> dict[str, Any]:
    end = one.date.ends_at.astimezone(zone)
    return {"handover": one, "end": end, "late": one.date.ends_at < at}
