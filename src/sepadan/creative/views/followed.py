"""What an applicant sees of his booking beyond its state: the way it goes, what he can do, what he was offered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sepadan.creative.models import Booking
from sepadan.creative.names import BookingState, DateState
from sepadan.creative.queries.deskwork import displacements_of
from sepadan.creative.services.answers import LONGEST_ANSWER
from sepadan.creative.services.papers import KINDS, MOST_OF_APPLICANT
from sepadan.creative.services.step_rules import steps_for
from sepadan.creative.views.booking_work import shown_displacement, stages_of
from sepadan.creative.views.shown import date_row
from sepadan.records.public import zone_of

SILENT = ("step", "back", "paper", "agenda", "dispose", "arrange", "hand_out", "hand_back")
"""Events of which the applicant is not told the desk's own words."""
TOLD = ("step", "back", "paper", "letter", "displace", "displace_taken", "displace_declined", "no_show", "release")


def followed(found: Booking, now: datetime) -> dict[str, Any]:
    """The context of ``creative/follow_work.html``."""
    zone = zone_of(found.region)
    open_ = found.state in (BookingState.REVIEW, BookingState.ASKED, BookingState.WAITING)
    question = found.events.filter(kind="ask").order_by("-id").first() if found.state == BookingState.ASKED else None
    papers = list(found.events.filter(kind="paper", by=None, document__isnull=False).select_related("document"))
    confirmed = found.dates.filter(state=DateState.CONFIRMED.value).select_related("space").order_by("starts_at")
    shown = [date_row(one, zone) for one in confirmed]
    return {
        "stages": stages_of(found, own=True) if steps_for(found) and found.state in (
            BookingState.REVIEW, BookingState.ASKED, BookingState.WAITING, BookingState.CONFIRMED) else [],
        "question": question, "answer_by": found.step_due if question else None, "most_answer": LONGEST_ANSWER,
        "papers": papers, "may_add": (open_ or found.state == BookingState.CONFIRMED) and (
            len(papers) < MOST_OF_APPLICANT), "paper_kinds": [(kind, f"creative.paper.{kind}") for kind in KINDS],
        "may_withdraw": open_ or (found.state == BookingState.CONFIRMED and any(
            row["date"].starts_at > now for row in shown)),
        "releasable": [row for row in shown if row["date"].ends_at > now],
        "displacements": [shown_displacement(one, now) for one in displacements_of(found)],
        "has_letter": found.letter_id is not None and found.state == BookingState.CONFIRMED}
