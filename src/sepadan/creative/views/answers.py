"""What an applicant does on the page of his booking, by number and code: answer, add a paper, take an offer, withdraw.

The code goes with every form and is checked every time; guessing slows down as on the page itself, and acts count on
their own so that nobody fills the books. Each act names the version that was seen. The page is shown again with what
was done, or with why not. Letters come as PDF the same way, and nobody else's do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from sepadan.creative.documents.letters import issue_confirmation
from sepadan.creative.models import Booking
from sepadan.creative.queries.bookings import by_number
from sepadan.creative.queries.deskwork import open_offer
from sepadan.creative.services.answers import LONGEST_ANSWER, answer_question, applicant, withdraw
from sepadan.creative.services.displacing import answer_offer
from sepadan.creative.services.no_shows import release_date
from sepadan.creative.services.papers import add_paper
from sepadan.creative.services.waiting import accept_offer, decline_offer
from sepadan.creative.views.by_code import open_booking
from sepadan.creative.views.reading import address_of_letter, file_of, ordinal_of, pdf, text_of, version_of
from sepadan.creative.views.wishing import told
from sepadan.ground.messages import message
from sepadan.ground.problems import Refused, refuse
from sepadan.records.public import address_of, begin_attempt, content_of, now, region_of
from sepadan.records.public import today as today_in


@never_cache
@require_POST
def act(request: HttpRequest, kode: str) -> HttpResponse:
    """Do what the button says, and show the page again."""
    name = text_of(request, "act", 20)
    if name not in ACTS:
        raise Http404
    found, said, status = open_booking(request)
    if found is None:
        return render(request, "creative/follow.html", said, status=status)
    region = region_of(request)
    attempt = begin_attempt("booking_act", f"{region.code}:{found.number}", address_of(request), now=now())
    if attempt.seconds:
        said["refusal"] = refuse("creative.ask.wait", seconds=attempt.seconds).problem
        return render(request, "creative/follow.html", {**said, **told(found)}, status=429)
    try:
        with transaction.atomic():
            ACTS[name](request, found)
    except Refused as refused:
        said["refusal"], status = refused.problem, 409
    else:
        said["done"] = message(f"creative.did.{name}")
    again = by_number(found.number)
    assert again is not None
    return render(request, "creative/follow.html", {**said, **told(again)}, status=status)


def _how(request: HttpRequest) -> dict[str, Any]:
    return {"version": version_of(request), "actor": applicant(address_of(request)), "now": now()}


def _answer(request: HttpRequest, found: Booking) -> object:
    return answer_question(found, answer=text_of(request, "note", LONGEST_ANSWER + 1), **_how(request))


def _withdraw(request: HttpRequest, found: Booking) -> object:
    return withdraw(found, reason=text_of(request, "note", 500), **_how(request))


def _paper(request: HttpRequest, found: Booking) -> object:
    content, name = file_of(request)
    return add_paper(found, text_of(request, "kind", 20), content, name, of_applicant=True, **_how(request))


def _release(request: HttpRequest, found: Booking) -> object:
    return release_date(found, ordinal_of(request), note=text_of(request, "note", 300), **_how(request))


def _take(request: HttpRequest, found: Booking) -> object:
    _answered(request, found, ordinal_of(request))
    found.refresh_from_db()
    return issue_confirmation(found, address=address_of_letter(request, found), actor=applicant(address_of(request)),
                              now=now())


def _decline(request: HttpRequest, found: Booking) -> object:
    return _answered(request, found, None)


def _answered(request: HttpRequest, found: Booking, take: int | None) -> object:
    offer = open_offer(found, now())
    wanted = text_of(request, "notice", 60)
    if offer is None or offer.number != wanted:
        offer = next((one for one in found.displacements.filter(number=wanted)), None)
    if offer is None:
        raise refuse("creative.offer.ended", where=found.number, remedy="creative.offer.ended.remedy")
    return answer_offer(offer, take=take, today=today_in(region_of(request)), **_how(request))


def _accept_slot(request: HttpRequest, found: Booking) -> object:
    return accept_offer(found, actor=applicant(address_of(request)), now=now(), today=today_in(region_of(request)))


def _decline_slot(request: HttpRequest, found: Booking) -> object:
    return decline_offer(found, actor=applicant(address_of(request)), now=now())


ACTS: dict[str, Callable[[HttpRequest, Booking], object]] = {
    "answer": _answer, "withdraw": _withdraw, "paper": _paper, "release": _release, "take": _take,
    "decline": _decline, "accept_slot": _accept_slot, "decline_slot": _decline_slot}


@never_cache
@require_POST
def letter(request: HttpRequest, kode: str) -> HttpResponse:
    """A letter of the booking as PDF: the confirmation, or the notice of the number in the form."""
    found, said, status = open_booking(request)
    if found is None:
        return render(request, "creative/follow.html", said, status=status)
    wanted = text_of(request, "notice", 60)
    document = found.letter
    if wanted:
        notice = found.displacements.select_related("letter").filter(number=wanted).first()
        document = notice.letter if notice is not None else None
    if document is None:
        raise Http404
    return pdf(content_of(document), document.file_name)
