"""Inherited receivables: what an older system held, taken over on a day with the grade of its evidence.

Each row becomes a charge (``<nop>-<year>-awal``), a claim and one transfer opening -> receivable. A row that is there
already with the same amount changes nothing; another amount is refused, as is an object and year with a bill of ours,
waived or not, and one that an import took over. A mass posting of the same year waits (``year_lock.py``), and the other
way round. Bad rows are told with their place and the good ones stay: ``(accepted, problems)``. Whole rupiah.

``enter_bill`` takes over one bill with its history, as an approved entry or a list says it; what was paid beyond the
bill becomes a credit of the payer (charge ``<nop>-<year>-lebih``, claim ``credit``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from sepadan.ground.money import Rupiah
from sepadan.ground.problems import Problem, Refused, problem, refuse
from sepadan.records.public import (
    Account,
    Actor,
    Charge,
    Thing,
    TransferDraft,
    current_region,
    dues_account,
    open_chart,
    post_transfers,
    raise_charge,
    record,
)
from sepadan.tax.engine.assessment import LEVY
from sepadan.tax.engine.nop import read_nop
from sepadan.tax.models import Bill, Claim, ClaimOrigin, Evidence, NopPlace, OpeningBill
from sepadan.tax.services.year_lock import lock_years


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """One object and tax year as the old list holds it. ``line`` is its place there."""

    line: int
    nop: str
    tax_year: int
    principal: Rupiah
    due_on: date
    payer_name: str = ""
    evidence: Evidence = Evidence.LIST


def open_receivables(rows: Sequence[OpeningRow], *, cut_off: date, source: str, actor: Actor,
                     now: datetime) -> tuple[int, list[Problem]]:
    """Take over *rows* as they stood on *cut_off*: how many are now held, and what is wrong with the others."""
    opening, places = dues_account(f"opening:{LEVY}", LEVY), _kelurahan()
    hold_years({row.tax_year for row in rows})
    accepted, problems = 0, []
    for row in rows:
        try:
            nop = read_nop(row.nop).digits
            key = charged_already(nop, row.tax_year)
            if key:
                problems.append(problem(key, where=_where(row), remedy=f"{key}.remedy", nop=nop,
                                        year=str(row.tax_year)))
                continue
            charge = _raise(nop, row, cut_off, opening, now)
            _claim(charge, nop, row, places.get(nop[:10]), source, now)
        except Refused as refused:
            problems.append(Problem(refused.problem.what, _where(row), refused.problem.remedy))
        else:
            accepted += 1
    record(actor, "tax.audit.receivables_opened", Thing("tax.opening", cut_off.isoformat(), source), now=now,
           after={"rows": accepted, "problems": len(problems), "cut_off": cut_off})
    return accepted, problems


def hold_years(years: set[int]) -> None:
    """Hold the charges of *years* in the region in scope until the transaction ends."""
    with connection.cursor() as cursor:
        lock_years(cursor, current_region().pk, years)


def charged_already(nop: str, tax_year: int) -> str:
    """Why nothing can be taken over for the object and year, as a message key; empty where it can be."""
    if Bill.objects.filter(nop=nop, tax_year=tax_year, live=True).exists():
        return "tax.opening.billed"
    return "tax.opening.taken_over" if OpeningBill.objects.filter(nop=nop, tax_year=tax_year).exists() else ""


def entered_already(nop: str, tax_year: int) -> str:
    """As ``charged_already`` for one bill from paper: one that was said to be paid without proof, and of which nothing
    is claimed, may still be claimed by itself."""
    if Claim.objects.filter(nop=nop, tax_year=tax_year, origin=ClaimOrigin.OPENING.value).exists():
        return "tax.opening.taken_over"
    key = charged_already(nop, tax_year)
    unproved = OpeningBill.objects.filter(nop=nop, tax_year=tax_year, unproved__gt=0, charge__isnull=True).exists()
    return "" if key == "tax.opening.taken_over" and unproved else key


def enter_bill(row: OpeningRow, *, paid: Rupiah, cut_off: date, source: str, entry: int, now: datetime) -> OpeningBill:
    """Take over one bill of *row.principal* of which *paid* is paid. Raises Refused when the object and year are
    charged already, when it is paid to the rupiah or claims more than its history leaves unproved, and where nobody
    said in which kelurahan the object lies."""
    nop, left = read_nop(row.nop).digits, row.principal - paid
    open_chart([LEVY])
    hold_years({row.tax_year})
    key = entered_already(nop, row.tax_year)
    if key:
        raise refuse(key, where=_where(row), remedy=f"{key}.remedy", nop=nop, year=str(row.tax_year))
    history = OpeningBill.objects.filter(nop=nop, tax_year=row.tax_year).first()
    if paid < 0 or left == 0 or (history is not None and not 0 < left <= history.unproved):
        raise refuse("tax.opening.nothing_left", where=_where(row), remedy="tax.opening.nothing_left.remedy",
                     billed=row.principal, paid=paid)
    place = _kelurahan().get(nop[:10])
    if place is None:
        raise refuse("tax.opening.no_place", where=_where(row), remedy="tax.opening.no_place.remedy", code=nop[:10])
    if left > 0:
        charge = _raise(nop, OpeningRow(row.line, nop, row.tax_year, left, row.due_on), cut_off,
                        dues_account(f"opening:{LEVY}", LEVY), now)
        _claim(charge, nop, row, place, source, now)
    else:
        charge = _credit(nop, row, -left, cut_off, now)
        _claim(charge, nop, row, place, source, now, ClaimOrigin.CREDIT)
    return history or OpeningBill.objects.create(
        nop=nop, tax_year=row.tax_year, kelurahan_id=place, payer_name=row.payer_name[:120], due_on=row.due_on,
        payable=row.principal, said_paid=False, payments=0, principal_paid=paid, interest_paid=0, over=max(0, -left),
        unproved=0, remainder=max(0, left), evidence=row.evidence.value, charge=charge, source=source[:200],
        entry=entry, recorded_at=now)


def _raise(nop: str, row: OpeningRow, cut_off: date, opening: Account, now: datetime) -> Charge:
    return raise_charge(levy=LEVY, number=f"{nop}-{row.tax_year}-awal", payer=f"opening:{nop}", due_on=row.due_on,
                        amount=row.principal, effective_on=cut_off, now=now, against=opening)


def _credit(nop: str, row: OpeningRow, over: Rupiah, cut_off: date, now: datetime) -> Charge:
    """What the region owes the payer of an old bill: nothing is claimed, the debt stands on a charge of its own."""
    charge = Charge.objects.create(levy=LEVY, number=f"{nop}-{row.tax_year}-lebih", payer=f"opening:{nop}",
                                   due_on=row.due_on, amount=over, created_at=now)
    post_transfers([TransferDraft(
        debit=dues_account(f"opening_credit:{LEVY}", LEVY).pk, credit=dues_account("overpaid", LEVY).pk, amount=over,
        charge=charge.pk, effective_on=cut_off, source=f"charge:{LEVY}:{charge.number}")], now=now)
    return charge


def _claim(charge: Charge, nop: str, row: OpeningRow, kelurahan_id: int | None, source: str, now: datetime,
           origin: ClaimOrigin = ClaimOrigin.OPENING) -> None:
    Claim.objects.get_or_create(
        region=current_region(), charge=charge, defaults={
            "origin": origin.value, "nop": nop, "tax_year": row.tax_year, "kelurahan_id": kelurahan_id,
            "payer_name": row.payer_name[:120], "evidence": row.evidence.value, "source": source[:200],
            "recorded_at": now})


def _where(row: OpeningRow) -> str:
    return f"{row.line}: {row.nop} {row.tax_year}"


def _kelurahan() -> dict[str, int]:
    """Kelurahan by the first ten digits of a NOP, as far as the register knows them."""
    return dict(NopPlace.objects.values_list("code", "kelurahan_id"))
