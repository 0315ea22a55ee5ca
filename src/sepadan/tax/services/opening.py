"""Inherited receivables: what an older system held, taken over on a day with the grade of its evidence.

Each row becomes a charge (``<nop>-<year>-awal``), a claim and one transfer opening -> receivable. A row that is there
already with the same amount changes nothing; another amount is refused, as is an object and year with a bill of ours.
Bad rows are told with their place and the good ones stay: ``(accepted, problems)``. Amounts are whole rupiah.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sepadan.ground.money import Rupiah
from sepadan.ground.problems import Problem, Refused, problem
from sepadan.records.public import Actor, Charge, Thing, current_region, dues_account, raise_charge, record
from sepadan.tax.engine.assessment import LEVY
from sepadan.tax.engine.nop import read_nop
from sepadan.tax.models import Bill, Claim, ClaimOrigin, Evidence, NopPlace


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
    accepted, problems = 0, []
    for row in rows:
        try:
            nop = read_nop(row.nop).digits
            if Bill.objects.filter(nop=nop, tax_year=row.tax_year, live=True, charge__isnull=False).exists():
                problems.append(problem("tax.opening.billed", where=_where(row), nop=nop, year=str(row.tax_year)))
                continue
            charge = raise_charge(
                levy=LEVY, number=f"{nop}-{row.tax_year}-awal", payer=f"opening:{nop}", due_on=row.due_on,
                amount=row.principal, effective_on=cut_off, now=now, against=opening)
            _claim(charge, nop, row, places.get(nop[:10]), source, now)
        except Refused as refused:
            problems.append(Problem(refused.problem.what, _where(row), refused.problem.remedy))
        else:
            accepted += 1
    record(actor, "tax.audit.receivables_opened", Thing("tax.opening", cut_off.isoformat(), source), now=now,
           after={"rows": accepted, "problems": len(problems), "cut_off": cut_off})
    return accepted, problems


def _claim(charge: Charge, nop: str, row: OpeningRow, kelurahan_id: int | None, source: str, now: datetime) -> None:
    Claim.objects.get_or_create(
        region=current_region(), charge=charge, defaults={
            "origin": ClaimOrigin.OPENING.value, "nop": nop, "tax_year": row.tax_year, "kelurahan_id": kelurahan_id,
            "payer_name": row.payer_name[:120], "evidence": row.evidence.value, "source": source[:200],
            "recorded_at": now})


def _where(row: OpeningRow) -> str:
    return f"{row.line}: {row.nop} {row.tax_year}"


def _kelurahan() -> dict[str, int]:
    """Kelurahan by the first ten digits of a NOP, as far as the register knows them."""
    return dict(NopPlace.objects.values_list("code", "kelurahan_id"))
