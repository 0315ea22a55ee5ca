"""A bill as pages show it, to an officer or to the one who holds its sheet: the same facts and words as the sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sepadan.ground.messages import Message, message
from sepadan.ground.problems import Problem, Refused
from sepadan.ground.statutes import load_book
from sepadan.ground.step_lines import StepLine, step_line
from sepadan.ground.steps import Explained
from sepadan.records.public import Quote, account_numbers, quote, transfers_of
from sepadan.tax.documents.bill_papers import written_nop
from sepadan.tax.documents.offices import LEVY, office_facts, pay_lines
from sepadan.tax.documents.sheet_words import note_of, plain_steps
from sepadan.tax.engine.collection import months_on
from sepadan.tax.engine.pbb import Assessment
from sepadan.tax.models import Bill
from sepadan.tax.queries.bill_search import YearOfObject, years_of_object
from sepadan.tax.queries.deliveries import delivered_words, deliveries_of
from sepadan.tax.services.assessment_explained import explain_bill

TONES = {"paid": "ok", "part": "care", "open": "wait", "none": ""}


@dataclass(frozen=True, slots=True)
class PartLine:
    """Land or building as the page's table shows it."""

    name: Message
    area: int
    value_class: int | None
    per_m2: int
    value: int


@dataclass(frozen=True)
class ShownBill:
    """Everything about a bill that both pages show."""

    bill: Bill
    nop: str
    parts: tuple[PartLine, ...]
    steps: list[StepLine]
    law_fault: Problem | None
    years: list[YearOfObject]
    state: str
    quoted: Quote | None
    account: str
    delivered: Message
    pay_at: tuple[str, ...]
    office: str
    due_note: Message | None = None

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def state_words(self) -> Message:
        return message(f"tax.sheet.{self.state}")

    @property
    def due_on(self) -> date:
        return self.bill.charge.due_on if self.bill.charge else self.bill.due_on

    @property
    def due_steps(self) -> list[StepLine]:
        return [] if self.quoted is None else [step_line(one) for one in self.quoted.steps]


def shown_bill(bill: Bill, on: date) -> ShownBill:
    """*bill* as it stands on the local day *on*."""
    one, region = bill.taxable_object, bill.run.region
    parts = tuple(PartLine(message(f"tax.sheet.{name}"), area, kind, value // area if area else 0, value)
                  for name, area, kind, value in (("land", one.land_m2, one.land_class, one.njop_land),
                                                  ("building", one.building_m2, one.building_class, one.njop_building)))
    told, fault = _explained(bill)
    years = years_of_object(bill.nop)
    own = next((row for row in years if row.bill.pk == bill.pk), None)
    number, delivered = account_numbers(LEVY), deliveries_of([bill.pk]).get(bill.pk)
    due = bill.charge.due_on if bill.charge else bill.due_on
    return ShownBill(
        bill, written_nop(bill.nop), parts, [lined(step) for step in told], fault, years,
        own.payment if own else "none", quote(bill.charge, on) if bill.charge and bill.live else None,
        number(bill.charge_id) if number and bill.charge_id else "",
        delivered_words(delivered), pay_lines(region), office_facts(region).office,
        None if delivered is None else due_note(region.code, due, delivered.on))


def due_note(code: str, due: date, delivered: date) -> Message | None:
    """What is odd about a due day, beside the day on which the sheet was delivered: it lay before that, or more months
    after it than the law allows where that number is known. It is said, and changes nothing by itself: a due day is
    moved by a decree at the service desk."""
    if due < delivered:
        return message("tax.bills.due_note.before", due=due, delivered=delivered)
    found = load_book().law(code, "procedure", delivered).known("sppt_due_months")
    if found is None or due <= months_on(delivered, int(found.value)):
        return None
    return message("tax.bills.due_note.late", due=due, months=int(found.value), delivered=delivered,
                   basis=found.citation("id"))


def _explained(bill: Bill) -> tuple[Sequence[Explained], Problem | None]:
    try:
        return explain_bill(bill), None
    except Refused as refused:
        stored = Assessment(bill.njop, bill.deduction, bill.taxable, bill.rate, bill.pbb, bill.waived, bill.payable)
        return plain_steps(stored), refused.problem


def lined(step: Explained) -> StepLine:
    """A step as a line of the page; what its name means stands where the engine says no more."""
    line = step_line(step)
    return line if step.how else StepLine(line.name, line.result, note_of(step) or "", line.laws, line.total)


def ledger_rows(bill: Bill) -> list[dict[str, Any]]:
    """The lines of the ledger of a bill, oldest first."""
    if bill.charge is None:
        return []
    return [{"on": line.effective_on, "debit": line.debit, "credit": line.credit, "amount": line.amount,
             "source": line.source} for line in transfers_of(bill.charge)]
