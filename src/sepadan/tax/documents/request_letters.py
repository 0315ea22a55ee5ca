"""The letter that ends a request: a decision with its reasons, law and rulings, or an answer.

The words are Indonesian, as official letters are. What a decision rests on is printed with its instrument; what is
known from memory only is never printed as law. Amounts come from the same preview that the approver saw.
"""

from __future__ import annotations

from datetime import date

from sepadan.ground import figures
from sepadan.ground.messages import message
from sepadan.ground.provisions import Provision
from sepadan.ground.statutes import load_book
from sepadan.tax.documents.letter import Addressee, LetterFacts, LetterTable
from sepadan.tax.documents.letter_layout import letter_pdf
from sepadan.tax.documents.offices import letter_office, signer_of
from sepadan.tax.engine.nop import read_nop
from sepadan.tax.engine.request_types import Effect
from sepadan.tax.engine.requests import Outcome
from sepadan.tax.models import Request
from sepadan.tax.queries.rolls import current_roll
from sepadan.tax.services.request_effects import Preview, preview
from sepadan.tax.services.requests import WriteLetter, limits_on

INSIDE = frozenset({"tax.request.effect.in_register", "tax.request.effect.not_in_register",
                    "tax.request.effect.fine_unknown",
                    "tax.request.effect.refund_interest_unknown"})
"""What the desk must know and a decision does not say."""


def letter_writer(today: date) -> WriteLetter:
    """What ``decide_request`` calls with the request and its number, once it is decided."""

    def write(request: Request, number: str) -> bytes:
        return letter_pdf("information" if request.type.effect is Effect.ANSWER else "decision",
                          _facts(request, number, today))

    return write


def _facts(request: Request, number: str, today: date) -> LetterFacts:
    seen = preview(request, request.terms, Outcome(request.outcome), today)
    outcome = request.outcome_label
    lines = ((_say("tax.request.letter.applicant"), request.applicant_name),
             (_say("tax.request.letter.request"), request.number),
             (_say("tax.request.letter.received"), figures.day(request.received_on, "id", long=True)),
             *_subject(request))
    rulings = [_say("tax.request.letter.ruling", outcome=outcome or "", kind=request.type.title)]
    if seen.money is not None and seen.money.change:
        rulings.append(_say("tax.request.letter.new_tax", old=seen.money.old_payable, new=seen.money.new_payable))
    rulings += [note.text("id") for note in seen.notes if note.key not in INSIDE]
    if seen.fine is not None and seen.fine.amount:
        rulings.append(_say("tax.request.letter.fine", amount=seen.fine.amount))
    return LetterFacts(
        office=letter_office(request.region), dated=today, to=_addressee(request), number=number, lines=lines,
        table=_table(seen), params={"about": request.type.title.text("id")},
        considerations=tuple(part for part in (request.reasons,) if part), bases=_bases(request, seen),
        rulings=() if request.type.effect is Effect.ANSWER else tuple(rulings),
        paragraphs=(request.reasons,) if request.type.effect is Effect.ANSWER else (),
        signer=signer_of(request.region), synthetic=_synthetic())


def _table(seen: Preview) -> LetterTable | None:
    if not seen.lines:
        return None
    rows = tuple((name.text("id"), figures.rupiah(amount, "id")) for name, amount in seen.lines)
    return LetterTable((_say("tax.request.letter.what"), ">" + _say("tax.request.letter.amount")), rows)


def _bases(request: Request, seen: Preview) -> tuple[str, ...]:
    """The limits that were used, the fine and the interest to the taxpayer, each with its instrument."""
    limits = limits_on(request.type, request.received_on)
    silence = limits.silence if request.deemed else None
    fine = seen.fine.provision if seen.fine is not None else None
    found: list[Provision | None] = [limits.filing.provision, limits.decision.provision, silence, fine]
    if any(amount for _, amount in seen.rewards):
        law = load_book().law(request.region.code, "procedure", request.decided_on or request.received_on)
        found += [law.get("refund_interest"), law.get("refund_cap_months")]
    return tuple(f"{one.citation('id')} ({one.description.text('id')})" for one in found
                 if one is not None and one.known)


def _subject(request: Request) -> list[tuple[str, str]]:
    found = []
    if request.nop:
        found.append(("NOP", str(read_nop(request.nop))))
    if request.bill is not None:
        found.append((_say("tax.request.letter.year"), str(request.bill.tax_year)))
    return found


def _addressee(request: Request) -> Addressee:
    return Addressee(request.applicant_name, (request.applicant_address,) if request.applicant_address else ())


def _synthetic() -> bool:
    roll = current_roll()
    return roll is not None and roll.synthetic


def _say(key: str, **params: object) -> str:
    return message(key, **params).text("id")
