"""The letter of an assessment: what is charged for each date, by which tariff, what is to be paid, how, and until when.

It says what the assessment says, line by line, and is kept as a document of the region under the assessment's own
number; the same assessment gives the same letter until its charge has another way to be paid. The QR code leads to the
page on which its applicant follows the request, with the number; the code beside it opens that page. A letter that
rests on an assumption says so above everything and on every page. Letters are in Indonesian, as official letters are.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sepadan.creative.documents.paper import qr_svg, set_pdf
from sepadan.creative.engine.nature import QUESTIONS
from sepadan.creative.models import Assessment, AssessmentLine
from sepadan.creative.names import AssessmentCause
from sepadan.creative.services.booking_codes import booking_code
from sepadan.creative.services.tariffs import LEVY
from sepadan.ground import figures
from sepadan.ground.messages import render
from sepadan.ground.provisions import article_text
from sepadan.ground.qr import Codes
from sepadan.records.public import (
    Actor,
    Charge,
    Document,
    Draft,
    Office,
    account_numbers,
    grouped,
    paying_partners,
    store_document,
    zone_of,
)


def keep_letter(assessment: Assessment, *, url: str, actor: Actor, now: datetime) -> Document:
    """The letter as a document: the one made before, or a new one. *url* is the page on which the request is followed.
    """
    held = Assessment.objects.select_for_update(of=("self",)).select_related(
        "booking__region", "booking__centre", "booking__space", "charge", "document").get(pk=assessment.pk)
    if held.document is not None:
        return held.document
    content = assessment_pdf(held, list(held.lines.select_related("space")), url)
    document = store_document(Draft(
        "creative.assessment", _say("creative.paper.title_of", number=held.number), content,
        f"retribusi-{held.number}.pdf", Office.CREATIVE, about=held.booking), actor=actor, now=now, number=held.number)
    held.document = document
    held.save(update_fields=["document"])
    return document


def assessment_pdf(held: Assessment, lines: Sequence[AssessmentLine], url: str) -> bytes:
    """The file; its only date is the day of the letter."""
    return set_pdf("assessment.typ", assessment_data(held, lines, url), held.issued_on)


def assessment_data(held: Assessment, lines: Sequence[AssessmentLine], url: str) -> dict[str, object]:
    """Everything the template prints, as text."""
    booking, centre = held.booking, held.booking.centre
    owner = booking.space.owners.filter(during__contains=held.issued_on).first()
    office = owner.department if owner is not None else centre.name
    again = "" if held.cause == AssessmentCause.FIRST else ".again"
    facts = [(_say("creative.booking.number"), booking.number), (_say("creative.ask.title"), booking.title)]
    facts += [(_say(f"creative.nature.question.{one}"), _answer(held.answers.get(one))) for one in QUESTIONS]
    facts.append((_say("creative.nature.step.decided"), _say(f"creative.nature.kind.{held.kind}")))
    return {
        "title": _say(f"creative.paper.heading{again}"), "number": _say("creative.paper.number", number=held.number),
        "dated": figures.day(held.issued_on, "id"), "region": booking.region.name, "office": ", ".join(
            dict.fromkeys(part for part in (office, centre.name, centre.address) if part)),
        "to_word": _say("creative.paper.to"), "to": booking.organiser, "facts": facts,
        "opening": [_say(f"creative.paper.opening.{held.cause}", centre=centre.name),
                    *([held.reason] if held.reason else [])],
        "heads": [_say(f"creative.paper.head.{one}") for one in ("day", "hours", "space", "tariff", "amount")],
        "rows": [_row(one, held) for one in lines],
        "sums": [(_say("creative.paper.before"), figures.rupiah(held.before, "id"))] if again else [],
        "total": (_say("creative.paper.total"), figures.rupiah(held.total, "id")),
        "closing": closing_of(held), "check": _say("creative.paper.check"), "url": url,
        "code": _say("creative.paper.code", code=grouped(booking_code(booking))),
        "qr": qr_svg(Codes("m").code(url)), "position": _say("creative.paper.for", office=office),
        "signer": held.issued_by_name, "footer": f"{centre.name} · {booking.number} · {held.number}",
        "sample": _say("creative.paper.sample") if centre.synthetic else None,
        "assumed": _say("creative.money.assumed") if held.assumed else ""}


def closing_of(held: Assessment) -> list[str]:
    """What follows for the applicant: pay, nothing, or money back; and that he may appeal."""
    if held.total == 0 and held.before == 0:
        return [_say("creative.paper.closing.free")]
    if held.difference < 0:
        said = [_say("creative.paper.closing.less", less=-held.difference)]
    elif held.charge is not None and held.due_on is not None:
        said = [_say("creative.paper.closing.pay", due=held.due_on, number=held.booking.number),
                *ways_to_pay(held.charge)]
    else:
        said = []
    return [*said, _say("creative.paper.closing.appeal")] if held.total else said


def ways_to_pay(charge: Charge) -> list[str]:
    """How the charge is paid: the number of the bank where one gives such numbers, and the counters."""
    numbers = account_numbers(LEVY)
    number = numbers(charge.pk) if numbers is not None else ""
    said = [_say("creative.paper.pay.bank", banks=", ".join(paying_partners(LEVY)), number=number)] if number else []
    return [*said, _say("creative.paper.pay.counter", number=charge.number)]


def _row(one: AssessmentLine, held: Assessment) -> dict[str, object]:
    zone = zone_of(held.booking.region)
    start, end = one.starts_at.astimezone(zone), one.ends_at.astimezone(zone)
    tariff = _say("creative.paper.rate", quantity=one.quantity, per=_say(f"creative.tariff.per.{one.per}"),
                  rate=one.rate) if one.rate is not None else "-"
    return {"cells": [figures.day(one.on, "id"), f"{start:%H.%M}–{end:%H.%M}", one.space.name, tariff,
                      figures.rupiah(one.amount, "id")], "law": law_of_line(one)}


def law_of_line(one: AssessmentLine) -> str:
    """What the amount of a date rests on, in words."""
    if one.basis == "assumption":
        return _say("creative.paper.law.assumed", why=one.instrument)
    if not one.instrument:
        return ""
    cited = ", ".join(part for part in (one.instrument, article_text(one.article, "id")) if part)
    since = "" if one.since is None else _say("creative.paper.law.since", since=one.since)
    return f"{cited}{since}"


def _answer(given: bool | None) -> str:
    return _say(f"creative.nature.answer.{'open' if given is None else 'yes' if given else 'no'}")


def _say(key: str, **params: object) -> str:
    return render(key, "id", params)
