"""Reads of what was taken over: claims with the grade of evidence in force, proposals, bills said to be paid."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from psycopg import sql

from sepadan.records.public import Transfer, current_region
from sepadan.tax.engine.opening import GRADES
from sepadan.tax.models import (
    Claim,
    ClaimOrigin,
    OpeningBill,
    OpeningKind,
    OpeningPayment,
    OpeningProposal,
    OpeningState,
)

CLAIM_COLUMNS = {"charge_id": ">i8", "claim_id": ">i8", "taken": ">i8", "grade": ">i8"}
_GRADE = " ".join(f"WHEN '{name}' THEN {k}" for k, name in enumerate(GRADES))
_CLAIMS = sql.SQL(f"""
    SELECT k.charge_id, k.id AS claim_id, c.amount AS taken,
           (CASE coalesce(g.grade, k.evidence) {_GRADE} END)::bigint AS grade
    FROM tax_claim k
    JOIN records_charge c ON c.region_id = k.region_id AND c.id = k.charge_id
    LEFT JOIN (SELECT DISTINCT ON (claim_id) claim_id, grade FROM tax_openingproposal
               WHERE region_id = {{region}} AND kind = 'grade' AND state = 'granted'
               ORDER BY claim_id, decided_at DESC, id DESC) g ON g.claim_id = k.id
    WHERE k.region_id = {{region}} AND k.origin = 'opening'
""")


def claims_query() -> sql.Composed:
    """Every inherited receivable of the region in scope: its charge, what was taken over, its grade as a number."""
    return _CLAIMS.format(region=sql.Literal(current_region().pk))


def grade_of(claim: Claim) -> str:
    """The grade of evidence in force."""
    granted = OpeningProposal.objects.filter(claim=claim, kind=OpeningKind.GRADE.value,
                                             state=OpeningState.GRANTED.value).order_by("-decided_at", "-id").first()
    return granted.grade if granted is not None else claim.evidence


def inherited_claims() -> QuerySet[Claim]:
    return Claim.objects.filter(origin=ClaimOrigin.OPENING.value).select_related("charge", "kelurahan")


def proposals() -> QuerySet[OpeningProposal]:
    return OpeningProposal.objects.order_by("-id")


def proposals_waiting() -> int:
    return proposals().filter(state=OpeningState.PROPOSED.value).count()


def proposals_about(nop: str, tax_year: int) -> list[OpeningProposal]:
    return list(proposals().filter(nop=nop, tax_year=tax_year))


def old_bill(nop: str, tax_year: int) -> OpeningBill | None:
    return OpeningBill.objects.filter(nop=nop, tax_year=tax_year).first()


def payments_of(bill: OpeningBill | None) -> list[OpeningPayment]:
    return [] if bill is None else list(OpeningPayment.objects.filter(bill=bill))


def overpaid_bills() -> QuerySet[OpeningBill]:
    """Bills of the old system that were paid beyond their amount, with what the payer is still owed (``still``): less
    what was paid back or used since. One without a charge was taken over before such money was booked."""
    def moved(side: str) -> Any:
        rows = Transfer.objects.filter(charge=OuterRef("charge_id"), **{f"{side}__purpose": "overpaid"})
        return Coalesce(Subquery(rows.order_by().values("charge").annotate(total=Sum("amount")).values("total")), 0)

    return OpeningBill.objects.filter(over__gt=0).select_related("kelurahan").annotate(
        still=moved("credit") - moved("debit"))


def said_paid() -> QuerySet[OpeningBill]:
    """Bills that the old system calls paid without payments that show it. One that was claimed by itself since is not
    among them: what is open of it is a receivable, and two persons said by its entry how much was paid."""
    claimed = Claim.objects.filter(nop=OuterRef("nop"), tax_year=OuterRef("tax_year"), origin=ClaimOrigin.OPENING.value)
    return OpeningBill.objects.filter(~Exists(claimed), unproved__gt=0).select_related("kelurahan")
