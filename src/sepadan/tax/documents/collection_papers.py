"""What a letter of collection says: reminder, demand (STPD), warning, warrant, and the paper that changes a demand.

One letter and the thousands of a batch are written by the same hand: ``Papers`` knows what all of them share on a day -
office, signer, the law's words - and makes the facts of each. A demand names the months and the articles its interest
rests on, as the statute of its day has them. Words are Indonesian, as printed.
"""

from __future__ import annotations

from datetime import date
from functools import cache

from sepadan.ground.figures import day, rupiah
from sepadan.ground.messages import message
from sepadan.ground.step_lines import law_ref
from sepadan.records.public import current_region
from sepadan.tax.documents.letter import Addressee, LetterFacts, LetterTable
from sepadan.tax.documents.offices import letter_office, signer_of
from sepadan.tax.engine.late_interest import charge_late
from sepadan.tax.engine.late_interest_steps import explain_interest
from sepadan.tax.engine.nop import Nop
from sepadan.tax.models import CollectionLetter, LetterKind, LetterLine, LetterRevision
from sepadan.tax.queries.collection import warnings_of
from sepadan.tax.queries.rolls import current_roll
from sepadan.tax.services.dues import dues_law, procedure_sources

PRINTED = {LetterKind.REMINDER: "reminder", LetterKind.STPD: "stpd", LetterKind.WARNING: "teguran",
           LetterKind.WARRANT: "paksa"}
HEADS = ("year", "due_on", "principal", "interest", "total")


class Papers:
    """Makes the facts of letters of the region in scope."""

    def __init__(self) -> None:
        self._region, roll = current_region(), current_roll()
        self._office, self._signer = letter_office(self._region), signer_of(self._region)
        self._synthetic = roll is not None and roll.synthetic
        self._bases = cache(self._bases_on)

    def facts(self, letter: CollectionLetter, lines: list[LetterLine], warning: str = "") -> LetterFacts:
        """*warning* is the number of the warning behind a warrant."""
        kind = LetterKind(letter.kind)
        days = (letter.answer_by - (letter.delivered_on or letter.issued_on)).days
        demand = kind is LetterKind.STPD
        return LetterFacts(
            office=self._office, dated=letter.issued_on, number=letter.number,
            to=Addressee(letter.payer_name, (letter.address,) if letter.address else ()),
            lines=(("NOP", str(Nop(letter.nop))),), table=table_of(lines, letter.total), signer=self._signer,
            params={"counted_on": letter.issued_on, "amount": letter.total, "days": days, "hours": 24 * days,
                    "warning": warning or "-", "due_on": letter.answer_by},
            bases=self._bases(letter.issued_on) if demand else (),
            paragraphs=tuple(self._reckoned(letter, lines)) if demand else (), synthetic=self._synthetic)

    def revision(self, revision: LetterRevision) -> LetterFacts:
        """The paper that withdraws or corrects a demand."""
        letter, replacement = revision.letter, revision.replacement
        said = message("tax.letter.stpd_ubah.corrected", number=replacement.number, amount=replacement.total) \
            if replacement else message("tax.letter.stpd_ubah.withdrawn", number=letter.number)
        return LetterFacts(
            office=self._office, dated=revision.on or letter.issued_on, number=revision.number,
            to=Addressee(letter.payer_name, (letter.address,) if letter.address else ()),
            lines=(("NOP", str(Nop(letter.nop))),), signer=self._signer, paragraphs=(said.text("id"),),
            params={"demand": letter.number, "demand_on": letter.issued_on, "reason": revision.reason},
            synthetic=self._synthetic)

    def _reckoned(self, letter: CollectionLetter, lines: list[LetterLine]) -> list[str]:
        """How the interest of each line came about, and what the demand replaces."""
        law = dues_law(self._region.code, letter.issued_on)
        said = []
        for line in lines:
            late = charge_late(law.interest, line.principal, line.due_on, letter.issued_on)
            if line.interest and late.interest == line.interest:
                said += [step.how.text("id") for step in explain_interest(law.interest, late) if step.how]
        if letter.replaces:
            said.append(message("tax.letter.stpd.replaces", number=letter.replaces.number).text("id"))
        return said

    def _bases_on(self, on: date) -> tuple[str, ...]:
        """The articles that principal, interest and due day of a demand of *on* rest on, each once."""
        law = dues_law(self._region.code, on)
        due = procedure_sources(self._region.code, "procedure", on).find("stpd_due_days")
        bases = [*law.interest.bases.values(), *([due[1]] if due else [])]
        return tuple(dict.fromkeys(law_ref(basis).text["id"] for basis in bases))


def table_of(lines: list[LetterLine], total: int) -> LetterTable:
    rows = tuple((str(one.tax_year), day(one.due_on, "id"), rupiah(one.principal, "id"), rupiah(one.interest, "id"),
                  rupiah(one.principal + one.interest, "id")) for one in lines)
    heads = tuple(("" if name in ("year", "due_on") else ">") + message(f"tax.letter.head.{name}").text("id")
                  for name in HEADS)
    return LetterTable(heads, rows, (
        message("tax.letter.head.total").text("id"), "", rupiah(sum(one.principal for one in lines), "id"),
        rupiah(sum(one.interest for one in lines), "id"), rupiah(total, "id")))


def paper_of(letter: CollectionLetter, lines: list[LetterLine]) -> tuple[str, LetterFacts]:
    """Kind and facts of one letter."""
    warning = warnings_of([letter.nop]).get(letter.nop, "") if letter.kind == LetterKind.WARRANT else ""
    return PRINTED[LetterKind(letter.kind)], Papers().facts(letter, lines, warning)
