"""What an applicant does by number and code on the page where he follows his booking: answers, withdraws, gives back.

The page has checked the code and slows down whoever tries many; here every act names the version that was seen, texts
and their number are bounded, and whatever the applicant wrote stands in the events under his own name. Confirmed dates
he gives back by ``cancel_dates`` before they begin and by ``services/no_shows.py`` while they run.
"""

from __future__ import annotations

from datetime import datetime

from sepadan.creative.models import Booking
from sepadan.creative.names import BookingState
from sepadan.creative.services.decisions import cancel_dates, note_answer, withdraw_booking
from sepadan.ground.messages import message
from sepadan.ground.problems import refuse
from sepadan.records.public import Actor

LONGEST_ANSWER, MOST_ANSWERS = 2_000, 20


def applicant(ip: str | None) -> Actor:
    """Who acts on the page of his own booking."""
    return Actor(name=message("creative.ask.actor").text("id"), ip=ip)


def answer_question(booking: Booking, *, version: int, answer: str, actor: Actor, now: datetime) -> Booking:
    """The applicant answers what he was asked; the booking goes back to the desk. Raises Refused."""
    if booking.state != BookingState.ASKED:
        raise refuse("creative.answer.not_asked", where=booking.number)
    if len(answer) > LONGEST_ANSWER:
        raise refuse("creative.answer.long", where=booking.number, most=LONGEST_ANSWER)
    if booking.events.filter(kind="answer", by=None).count() >= MOST_ANSWERS:
        raise refuse("creative.answer.many", where=booking.number, most=MOST_ANSWERS)
    return note_answer(booking, version=version, answer=answer, actor=actor, now=now)


def withdraw(booking: Booking, *, version: int, reason: str, actor: Actor, now: datetime) -> Booking:
    """The applicant takes his wish back, or the dates to come of what was confirmed. Raises Refused."""
    if booking.state == BookingState.CONFIRMED:
        words = reason.strip() or message("creative.answer.withdrawn").text("id")
        return cancel_dates(booking, version=version, reason=words[:500], actor=actor, now=now)
    return withdraw_booking(booking, version=version, reason=reason.strip()[:500], actor=actor, now=now)
