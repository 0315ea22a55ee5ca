"""The fine of a refused objection, and that of a refused appeal: a charge of its own that is paid as any other.

    fine = share x (tax by the decision - what was paid before the objection), rounded half up

Share and article come from the law of the day on which the objection was received (``objection_fine``) or the appeal
was ruled on (``appeal_fine``); a share that no usable text gives is no fine and is shown as missing. The charge is of
the levy ``pbb_fine``, which bears no interest, with accounts of its own. Whoever appeals is not fined for the objection
until the court has ruled: a fine that was charged before is lifted once the appeal is confirmed, what was paid of it
becomes a credit. Money is whole rupiah.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from sepadan.ground.money import Rupiah
from sepadan.ground.provisions import Provision
from sepadan.records.public import (
    AccountKind,
    Actor,
    Charge,
    Sanction,
    SanctionKind,
    TransferDraft,
    account_for,
    current_region,
    open_account,
    post_transfers,
    raise_charge,
    reckons,
    record,
    standing,
)
from sepadan.tax.engine.collection import months_on
from sepadan.tax.engine.late_interest import whole_months
from sepadan.tax.engine.request_money import fine_of_refusal
from sepadan.tax.models import Request
from sepadan.tax.queries.accounts import FINE_LEVY
from sepadan.tax.services.bill_corrections import charges_of_bill, payable_now
from sepadan.tax.services.dues import procedure_sources
from sepadan.tax.services.reckoning import reckon_after_return, reckon_charge
from sepadan.tax.services.requests import limits_on

NUMBERS = {SanctionKind.OBJECTION_FINE: "D", SanctionKind.APPEAL_FINE: "DB"}
reckons(FINE_LEVY)(reckon_after_return)


@dataclass(frozen=True, slots=True)
class Fine:
    """A fine by the law: *base* is the tax by the decision less what was paid before the objection."""

    amount: Rupiah
    base: Rupiah
    share: Fraction
    provision: Provision


def objection_fine(request: Request) -> Fine | None:
    """The fine that refusing the objection brings; None where the law has none for it, or its share is not known."""
    return fine_by(limits_on(request.type, request.received_on).fine, request)


def fine_by(provision: Provision | None, request: Request) -> Fine | None:
    """The fine of a share that *provision* gives, on what the request's bill charges now."""
    if provision is None or not provision.known or request.bill is None or not charges_of_bill(request.bill):
        return None
    tax, share = payable_now(request.bill), Fraction(provision.value)
    base = max(0, tax - paid_before(request))
    return Fine(fine_of_refusal(base, 0, share), base, share, provision)


def paid_before(request: Request) -> Rupiah:
    """Principal of the bill that was paid before the day on which the objection was received."""
    charges = [] if request.bill is None else charges_of_bill(request.bill)
    return sum(part.amount for charge in charges for part in standing(charge).parts if part.on < request.received_on)


def charge_fine(request: Request, kind: SanctionKind, fine: Fine, *, document: str, on: date, actor: Actor,
                now: datetime) -> Charge:
    """Raise the fine, due ``skpd_due_months`` after the document. The same fine again is returned as it is."""
    if request.bill is None or actor.person_id is None:
        raise ValueError("a fine rests on a bill and is charged by a person")
    about = charges_of_bill(request.bill)[0]
    _open_accounts()
    sources = procedure_sources(current_region().code, "procedure", on)
    months = whole_months(sources.need("skpd_due_months")[0], "skpd_due_months", sources.where)
    charge = raise_charge(levy=FINE_LEVY, number=f"{about.number}-{NUMBERS[kind]}{request.pk}", payer=about.payer,
                          due_on=months_on(on, months), amount=fine.amount, effective_on=on, now=now)
    made = Sanction.objects.get_or_create(
        region=current_region(), source=request.number, kind=kind.value, defaults={
            "charge": charge, "about": about, "document": document[:80], "share": str(fine.share), "base": fine.base,
            "basis": fine.provision.citation("id")[:300], "raised_on": on, "recorded_at": now,
            "recorded_by_id": actor.person_id})[0]
    record(actor, "tax.audit.fine_charged", made, now=now, reason=document[:500], after={
        "kind": made.kind, "charge": charge.number, "amount": fine.amount, "base": fine.base, "share": made.share})
    return charge


def fines_of(request: Request) -> list[Sanction]:
    """The fines that rest on a request, oldest first."""
    return list(Sanction.objects.filter(source=request.number).select_related("charge").order_by("id"))


def stands(fine: Sanction) -> bool:
    """Whether the fine was not lifted."""
    rows = fine.charge.transfers.filter(debit__purpose=f"revenue:{FINE_LEVY}", reverses__isnull=True)
    return not rows.exists()


def lift_fine(fine: Sanction, *, source: str, on: date, reason: str, actor: Actor, now: datetime) -> None:
    """Take the fine back whole; what was paid of it becomes a credit. The caller holds its charge locked."""
    post_transfers([TransferDraft(
        debit=account_for(f"revenue:{FINE_LEVY}").pk, credit=account_for(f"receivable:{FINE_LEVY}").pk,
        amount=fine.charge.amount, charge=fine.charge_id, effective_on=max(on, fine.raised_on),
        source=f"{source}:lifted")], now=now)
    reckon_charge(fine.charge, on=max(on, fine.raised_on), source=source, now=now)
    record(actor, "tax.audit.fine_lifted", fine, now=now, reason=reason[:500],
           after={"charge": fine.charge.number, "amount": fine.charge.amount})


def _open_accounts() -> None:
    open_account(f"1.3.{FINE_LEVY}", "Piutang denda PBB", AccountKind.RECEIVABLE, purpose=f"receivable:{FINE_LEVY}")
    open_account(f"4.{FINE_LEVY}", "Pendapatan denda PBB", AccountKind.REVENUE, purpose=f"revenue:{FINE_LEVY}")
