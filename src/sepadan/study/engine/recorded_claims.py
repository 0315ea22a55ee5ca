"""Claims of a recorded visit, judged by the same checks as those of the visit that comes with the product.

Idea: a claim with a figure of an indicator is compared with the published figure of the region that it is about, of the
period it names, within the per cent that the record allows. Everything else cannot be checked, and says why: no figure,
no indicator, or no figures of that region.

Units: a figure is in the unit of its indicator; ``recorded_faults`` refuses one in another. Limits: the verdict is of
what is known on the day the page is read, as for every claim.
"""

from __future__ import annotations

from sepadan.ground.messages import Message, message
from sepadan.ground.provisions import words
from sepadan.study.engine.book import Book
from sepadan.study.engine.claims import CheckedClaim, Claim, ClaimCheck, check_claim
from sepadan.study.engine.recorded import Statement, WholeVisit
from sepadan.study.engine.waste import WasteAssumptions
from sepadan.study.names import Side


def claim_of(book: Book, visit: WholeVisit, number: int) -> Claim:
    """The claim with that number (from 1) as the checks take it."""
    said = visit.parts.statements[number - 1]
    side: Side = "host" if said.side == "host" else "guest"
    return Claim(
        id=str(number), text=words(said.text, said.text), said_by=words(said.office, said.office), side=side,
        about=visit.code_of(said.about), said_on=visit.first_day, sources=(), checks=(_check(book, visit, said),))


def checked_statements(book: Book, visit: WholeVisit, assumptions: WasteAssumptions) -> tuple[CheckedClaim, ...]:
    """Every claim of the visit with its verdict, in the order of the record."""
    numbers = range(1, len(visit.parts.statements) + 1)
    return tuple(check_claim(book, claim_of(book, visit, number), assumptions) for number in numbers)


def _check(book: Book, visit: WholeVisit, said: Statement) -> ClaimCheck:
    why = _not_checkable(book, visit, said)
    if why is not None:
        return ClaimCheck("not_checkable", {"why": why})
    given = {"indicator": said.indicator, "stated": said.figure, "within_pct": said.within_pct}
    return ClaimCheck("equals", given | ({"period": said.period} if said.period else {}))


def _not_checkable(book: Book, visit: WholeVisit, said: Statement) -> Message | None:
    if said.figure is None:
        return message("study.claim.without_figure")
    if not said.indicator or said.indicator not in book.indicators:
        return message("study.claim.without_indicator")
    if visit.code_of(said.about) not in book.regions:
        return message("study.claim.region_without_figures", code=visit.code_of(said.about))
    return None
