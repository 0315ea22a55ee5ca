"""The money of an auction: proceeds shared in the order of the law, and the excess paid back.

    proceeds   cash -> clearing:auction (all of it), then out of clearing:auction:
               auction_cost (cost of collection), each charge of the warrant as any payment of that day (interest by the
               day, relief of a programme; the oldest first), auction_excess (what is left)
    excess     auction_excess -> cash

After a sale clearing:auction stands at zero. One person proposes with the day and number of the auction's minutes,
another decides; the lines are named ``seizure:<step>...`` and effective on the day of the auction. A payment into a
credit cannot arise: no charge gets more than it costs that day.
"""

from __future__ import annotations

from datetime import date, datetime

from sepadan.ground.money import Rupiah
from sepadan.ground.problems import refuse
from sepadan.records.public import (
    Actor,
    Charge,
    Transfer,
    TransferDraft,
    account_for,
    dues_account,
    post_transfers,
    quote,
    settle_dues,
)
from sepadan.tax.engine.assessment import LEVY
from sepadan.tax.engine.seizure import share_proceeds
from sepadan.tax.models import Seizure, SeizureAct, SeizureState, SeizureStep
from sepadan.tax.queries.seizures import day_of, limit_of
from sepadan.tax.services.seizures import (
    FROM,
    add_step,
    charges_of,
    finish_step,
    hold_seizure,
    hold_step,
    refuse_waiting,
    rule_on,
    turn,
)


def propose_sale(seizure: Seizure, *, version: int, on: date, document: str, gross: Rupiah, cost: Rupiah, actor: Actor,
                 now: datetime, today: date) -> SeizureStep:
    """What the auction of *on* brought by its minutes, and the cost of collection taken first."""
    _need_document(document)
    held = hold_seizure(seizure, version, *FROM[SeizureAct.SOLD])
    first = rule_on(on).may_auction(day_of(held, SeizureAct.ANNOUNCED))
    if not max(first, day_of(held, SeizureAct.REQUESTED)) <= on <= today:
        raise refuse("tax.seizure.auction_day", where=str(held), remedy="tax.seizure.auction_day.remedy", first=first,
                     day=on)
    limit = limit_of(held)
    if gross < limit:
        raise refuse("tax.seizure.below_limit", where=str(held), remedy="tax.seizure.below_limit.remedy", gross=gross,
                     limit=limit)
    share_proceeds(gross, cost, ())
    if gross <= 0:
        raise refuse("tax.seizure.no_proceeds", where=str(held), remedy="tax.seizure.no_proceeds.remedy")
    refuse_waiting(held)
    step = add_step(held, SeizureAct.SOLD, on=on, number=document.strip()[:120], actor=actor, now=now, amount=gross,
                    cost=cost)
    turn(held, SeizureState(held.state), "tax.audit.seizure_proposed", actor, now, {
        "kind": "sold", "amount": gross, "cost": cost})
    return step


def book_sale(step: SeizureStep, *, actor: Actor, now: datetime) -> SeizureStep:
    """Decide for the proposed proceeds and book them. Raises Refused to whoever proposed them."""
    charges = sorted(charges_of(step.seizure.warrant).values(), key=lambda one: (one.due_on, one.pk))
    held, row = hold_step(step, actor)
    on = row.happened_on
    quoted = {one.pk: quote(one, on) for one in charges}
    shared = share_proceeds(row.amount, row.cost, [quoted[one.pk].total for one in charges])
    source, clearing = f"seizure:{row.pk}", dues_account("clearing:auction", LEVY).pk
    _post(account_for("cash").pk, clearing, row.amount, on, f"{source}:in", now)
    _post(clearing, dues_account("auction_cost", LEVY).pk, shared.cost, on, f"{source}:cost", now)
    for charge, amount in zip(charges, shared.taxes, strict=True):
        if amount:
            settle_dues(charge, quoted[charge.pk], amount=amount, paid_from="clearing:auction", on=on,
                        source=f"{source}:{charge.pk}", now=now)
    _post(clearing, dues_account("auction_excess", LEVY).pk, shared.excess, on, f"{source}:excess", now)
    finish_step(row, "done", actor, now)
    turn(held, SeizureState.SOLD, "tax.audit.seizure_sold", actor, now, {
        "amount": row.amount, "cost": shared.cost, "tax": sum(shared.taxes), "excess": shared.excess})
    return row


def excess_of(seizure: Seizure) -> Rupiah:
    """What of the proceeds is still to be paid back."""
    steps = list(SeizureStep.objects.filter(seizure=seizure, state="done", kind__in=("sold", "returned")))
    names = [f"seizure:{one.pk}:excess" for one in steps if one.kind == SeizureAct.SOLD]
    booked = sum(Transfer.objects.filter(source__in=names).values_list("amount", flat=True))
    return booked - sum(one.amount for one in steps if one.kind == SeizureAct.RETURNED)


def propose_return(seizure: Seizure, *, version: int, document: str, to: str, actor: Actor, now: datetime,
                   today: date) -> SeizureStep:
    """Propose to pay the whole excess back to *to*, under the number of the receipt."""
    _need_document(document)
    if not to.strip():
        raise refuse("tax.collection.delivered_to", remedy="tax.collection.delivered_to.remedy")
    held = hold_seizure(seizure, version, *FROM[SeizureAct.RETURNED])
    amount = excess_of(held)
    if amount <= 0:
        raise refuse("tax.seizure.no_excess", where=str(held), remedy="tax.seizure.no_excess.remedy")
    refuse_waiting(held)
    step = add_step(held, SeizureAct.RETURNED, on=today, number=document.strip()[:120], actor=actor, now=now,
                    amount=amount, details={"to": to.strip()[:120]})
    turn(held, SeizureState.SOLD, "tax.audit.seizure_proposed", actor, now, {"kind": "returned", "amount": amount})
    return step


def book_return(step: SeizureStep, *, actor: Actor, now: datetime, today: date) -> SeizureStep:
    """Decide for paying the excess back, effective today. Raises Refused to whoever proposed it."""
    held, row = hold_step(step, actor)
    if row.amount != excess_of(held):
        raise refuse("tax.collection.changed", where=str(held), remedy="tax.collection.changed.remedy")
    _post(dues_account("auction_excess", LEVY).pk, account_for("cash").pk, row.amount, today,
          f"seizure:{row.pk}:returned", now)
    finish_step(row, "done", actor, now)
    turn(held, SeizureState.SOLD, "tax.audit.seizure_returned", actor, now, {"amount": row.amount})
    return row


def paid_by(step: SeizureStep, charges: dict[int, Charge]) -> dict[int, Rupiah]:
    """What a booked sale paid on each charge, principal and interest together."""
    found: dict[int, Rupiah] = {}
    for key in charges:
        name = f"seizure:{step.pk}:{key}"
        rows = Transfer.objects.filter(source__in=(name, f"{name}:interest")).values_list("amount", flat=True)
        found[key] = sum(rows)
    return found


def _post(debit: int, credit: int, amount: Rupiah, on: date, source: str, now: datetime) -> None:
    if amount:
        post_transfers([TransferDraft(debit=debit, credit=credit, amount=amount, effective_on=on, source=source)],
                       now=now)


def _need_document(document: str) -> None:
    if not document.strip():
        raise refuse("tax.collection.no_document", remedy="tax.collection.no_document.remedy")
