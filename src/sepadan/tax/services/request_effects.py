"""What a decision would do, before anybody decides: the bill recomputed by the law of its year, and the money.

A preview reads and computes, it writes nothing; carrying out (``request_carrying.py``) uses the same figures and
refuses when they have become others. The corrected bill is computed by the very statute and assumptions of its run,
checked by fingerprint; what it charges now is what the ledger says, corrections counted. Money is whole rupiah.

``terms`` of a decision, as plain values:

    recompute       land_m2, building_m2 (whole m2), land_value_m2, building_value_m2 (whole rupiah; empty: as they are)
    reduce, waive_interest    percent ("25", "12,5")
    move_due_date   due_on        refund   amount, other_year (empty: paid back)       extend_spop   until
    transfer        npwpd or new_name, from_on          register   nop, npwpd or new_name, land_m2, street, from_on
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from fractions import Fraction
from typing import Any

from sepadan.ground.messages import Message, message
from sepadan.ground.money import Rupiah
from sepadan.ground.problems import refuse
from sepadan.ground.steps import Basis, Explained
from sepadan.records.public import Charge, quote, standing
from sepadan.tax.engine.due_days import latest_due
from sepadan.tax.engine.pbb import Assessment
from sepadan.tax.engine.pbb_steps import explain
from sepadan.tax.engine.request_money import (
    Account,
    Facts,
    MoneyChange,
    PaidPart,
    change_payable,
    read_facts,
    recompute,
    share_of,
)
from sepadan.tax.engine.request_types import Effect
from sepadan.tax.engine.requests import Outcome
from sepadan.tax.models import Bill, Request
from sepadan.tax.names import Use
from sepadan.tax.queries.accounts import assessed
from sepadan.tax.queries.bills import live_bill
from sepadan.tax.queries.register import object_on
from sepadan.tax.queries.requests import changes_of
from sepadan.tax.services.assessment_columns import law_of
from sepadan.tax.services.bill_corrections import charges_of_bill, steps_to
from sepadan.tax.services.corrections import check_not_written_off
from sepadan.tax.services.fines import Fine, objection_fine
from sepadan.tax.services.reckoning import interest_of
from sepadan.tax.services.refund_interest import on_late_refund, on_too_much, refund_rule
from sepadan.tax.services.request_terms import day_of, share_of_terms, who_of, whole
from sepadan.tax.services.requests import limits_on

CANCELLED = Facts(0, Fraction(0), 0, Fraction(0))


@dataclass(frozen=True, slots=True)
class Preview:
    """What would happen. ``steps`` explain the new bill, ``lines`` are amounts by name, ``notes`` say what else.

    ``before`` and ``after`` are the facts that a recomputation compares; ``amount`` is what the act itself moves.
    ``rewards`` is interest to the taxpayer, by charge, and ``bases`` what it rests on.
    """

    lines: tuple[tuple[Message, Rupiah], ...] = ()
    notes: tuple[Message, ...] = ()
    steps: tuple[Explained, ...] = ()
    money: MoneyChange | None = None
    before: Facts | None = None
    after: Facts | None = None
    assessment: Assessment | None = None
    amount: Rupiah = 0
    due_on: date | None = None
    other: Charge | None = None
    charge: Charge | None = None
    fine: Fine | None = None
    rewards: tuple[tuple[Charge, Rupiah], ...] = ()
    bases: tuple[Basis, ...] = ()


def preview(request: Request, terms: Mapping[str, Any], outcome: Outcome, on: date) -> Preview:
    """What deciding *outcome* with *terms* does. Raises Refused on terms that make no sense."""
    if outcome is Outcome.REFUSED:
        return _refusal(request)
    found = _effect(request, terms, on)
    if found.money is None or request.type.refusal_fine is None or found.money.credit_principal <= 0:
        return found
    return _rewarded(_bill(request), found, on)


def _effect(request: Request, terms: Mapping[str, Any], on: date) -> Preview:
    effect = request.type.effect
    if effect is Effect.RECOMPUTE:
        return _recomputed(_bill(request), facts_of_terms(_bill(request), terms), on)
    if effect is Effect.CANCEL:
        return _cancelled(_bill(request), on)
    if effect is Effect.REDUCE:
        return _reduced(_bill(request), share_of_terms(terms))
    if effect is Effect.WAIVE_INTEREST:
        return _waived(_bill(request), share_of_terms(terms), on)
    if effect is Effect.MOVE_DUE_DATE:
        return _moved(_bill(request), day_of(terms, "due_on"))
    if effect is Effect.REFUND:
        return _refunded(_bill(request), terms, on, request.decided_on or on)
    if effect is Effect.EXTEND_SPOP:
        return Preview(notes=(message("tax.request.effect.extend_spop", until=day_of(terms, "until")),))
    if effect is Effect.TRANSFER:
        return Preview(notes=(message("tax.request.effect.transfer", who=who_of(terms), on=day_of(terms, "from_on")),
                              *_register_note(request.nop, day_of(terms, "from_on"))))
    if effect is Effect.REGISTER:
        return Preview(notes=(message("tax.request.effect.register", who=who_of(terms),
                                      land=whole(terms, "land_m2"), on=day_of(terms, "from_on")),))
    return Preview(notes=(message(f"tax.request.effect.{effect}"),))


# --- the bill of a year, computed again -----------------------------------------------------------------------------


def facts_now(bill: Bill) -> Facts:
    """What the bill is computed from now: the roll's facts, or those of the newest change."""
    for change in reversed(changes_of(bill)):
        if change.kind in ("recomputed", "cancelled") and "land_m2" in change.after:
            row = change.after
            return Facts(row["land_m2"], Fraction(row["land_value_m2"]), row["building_m2"],
                         Fraction(row["building_value_m2"]), Use(row["use"]))
    one = bill.taxable_object
    return read_facts(one.land_m2, one.njop_land, one.building_m2, one.njop_building, Use(one.use))


def facts_of_terms(bill: Bill, terms: Mapping[str, Any]) -> Facts:
    """The corrected facts: what the terms leave empty stays as it is."""
    now = facts_now(bill)
    given = {name: whole(terms, name) for name in ("land_m2", "building_m2", "land_value_m2", "building_value_m2")
             if str(terms.get(name, "") or "").strip() != ""}
    exact = {name: Fraction(value) if name.endswith("value_m2") else value for name, value in given.items()}
    corrected = replace(now, **exact)  # type: ignore[arg-type]
    if corrected == now:
        raise refuse("tax.request.nothing_changes", remedy="tax.request.nothing_changes.remedy")
    return corrected


def facts_as_plain(facts: Facts) -> dict[str, Any]:
    """Facts as they are stored: exact values as text."""
    return {"land_m2": facts.land_m2, "land_value_m2": str(facts.land_value_m2), "building_m2": facts.building_m2,
            "building_value_m2": str(facts.building_value_m2), "use": facts.use.value, "njop": facts.njop}


def _recomputed(bill: Bill, corrected: Facts, on: date) -> Preview:
    law = law_of(bill.run)
    if law.fingerprint() != bill.run.law_fingerprint:
        raise refuse("tax.bill.other_law", where=str(bill), remedy="tax.bill.other_law.remedy")
    new = recompute(law.rule, corrected, takes_njoptkp=bill.takes_njoptkp)
    money = _money(bill, new.payable, on)
    steps = explain(law.rule, new, takes_njoptkp=bill.takes_njoptkp, use=corrected.use)
    notes = [*_change_notes(bill, money), *_register_note(bill.nop, date(bill.tax_year, 1, 1))]
    return Preview(_money_lines(money), tuple(notes), tuple(steps), money, facts_now(bill), corrected, new)


def _cancelled(bill: Bill, on: date) -> Preview:
    money = _money(bill, 0, on)
    return Preview(_money_lines(money), tuple(_change_notes(bill, money)), money=money)


def charge_of(bill: Bill) -> Charge:
    """The charge of the bill. Raises Refused for a bill that charges nothing."""
    if bill.charge is None:
        raise refuse("tax.request.no_charge", where=str(bill), remedy="tax.request.no_charge.remedy")
    charge: Charge = bill.charge
    return charge


def charges_touched(request: Request) -> list[int]:
    """The keys of all charges that carrying the request out may touch, so that they are locked before the first act:
    that of the bill, and of the year for which a credit is used."""
    if request.bill is None:
        return []
    found, year = charges_of_bill(request.bill), str(request.terms.get("other_year", "") or "").strip()
    if request.type.effect is Effect.REFUND and year:
        other = live_bill(request.bill.nop, whole(request.terms, "other_year"))
        found += [] if other is None or other.charge is None else [other.charge]
    return [charge.pk for charge in found]


def _money(bill: Bill, payable: Rupiah, on: date) -> MoneyChange:
    """What becomes of the money of the bill's own charge and its additional ones, together."""
    found, stands = [], {charge.pk: charge for charge in charges_of_bill(bill)}
    for step in steps_to(bill, payable):
        if step.charge is None:
            return MoneyChange(0, payable, open=payable)
        found.append(_money_of(step.charge, step.amount, on))
        del stands[step.charge.pk]
    total = MoneyChange(0, 0)
    for one in (*found, *(_money_of(charge, assessed(charge).principal, on) for charge in stands.values())):
        total = MoneyChange(**{field.name: getattr(total, field.name) + getattr(one, field.name)
                               for field in fields(MoneyChange)})
    return total


def _money_of(charge: Charge, payable: Rupiah, on: date) -> MoneyChange:
    was, held = assessed(charge), standing(charge)
    account = Account(was.principal, held.principal, was.relief,
                      tuple(PaidPart(part.on, part.amount) for part in held.parts), held.interest_charged,
                      was.interest_relief, held.interest, held.credit)
    return change_payable(account, payable, interest_of(charge), on)


def _money_lines(money: MoneyChange) -> tuple[tuple[Message, Rupiah], ...]:
    found = [("old", money.old_payable), ("new", money.new_payable), ("change", money.change)]
    if money.relief_back:
        found.append(("relief_back", -money.relief_back))
    if money.interest_back or money.interest_off:
        found.append(("interest_back", money.interest_back + money.interest_off))
    if money.offset:
        found.append(("offset", money.offset))
    found += [("open", money.open), ("credit", money.credit)]
    return tuple((message(f"tax.request.line.{name}"), amount) for name, amount in found)


def _change_notes(bill: Bill, money: MoneyChange) -> list[Message]:
    notes = []
    if money.change == 0:
        notes.append(message("tax.request.effect.same_tax"))
    if not charges_of_bill(bill) and money.change > 0:
        notes.append(message("tax.request.effect.first_charge"))
    elif money.change > 0:
        notes.append(message("tax.request.effect.additional"))
    if money.credit:
        notes.append(message("tax.request.effect.credit", amount=money.credit))
    return notes


def _register_note(nop: str, on: date) -> tuple[Message, ...]:
    """What the register does with it."""
    found = object_on(nop, on)
    return (message("tax.request.effect.in_register" if found is not None else "tax.request.effect.not_in_register",
                    on=on),)


# --- other acts -----------------------------------------------------------------------------------------------------


def _reduced(bill: Bill, share: Fraction) -> Preview:
    charge = charge_of(bill)
    check_not_written_off(charge)
    held, was = standing(charge), assessed(charge)
    cut = min(share_of(was.principal, share), max(0, was.principal - was.relief))  # what was cut is not cut again
    off = min(cut, max(held.principal, 0))
    lines = (("reduced", cut), ("open", max(held.principal, 0) - off), ("credit", cut - off))
    return Preview(tuple((message(f"tax.request.line.{name}"), amount) for name, amount in lines), amount=cut)


def _waived(bill: Bill, share: Fraction, on: date) -> Preview:
    quoted = quote(charge_of(bill), on)
    waived = share_of(quoted.interest, share) if quoted.interest else 0
    lines = (("interest", quoted.interest), ("waived", waived), ("interest_left", quoted.interest - waived))
    notes = (message("tax.request.effect.interest_later"),) if quoted.interest else (
        message("tax.request.effect.no_interest"),)
    return Preview(tuple((message(f"tax.request.line.{name}"), amount) for name, amount in lines), notes, amount=waived)


def _moved(bill: Bill, due_on: date) -> Preview:
    charge = charge_of(bill)
    if due_on > latest_due(bill.tax_year):
        raise refuse("tax.request.due_late", remedy="tax.request.due_late.remedy", on=due_on,
                     last=latest_due(bill.tax_year))
    if due_on == charge.due_on:
        raise refuse("tax.request.same_day", remedy="tax.request.same_day.remedy", on=due_on)
    return Preview(notes=(message("tax.request.effect.due", old=charge.due_on, new=due_on),), due_on=due_on)


def _rewarded(bill: Bill, found: Preview, on: date) -> Preview:
    """With the interest to the taxpayer on the principal that an objection shows to be too much."""
    rule, rewards = refund_rule(on), []
    if not rule.is_known:
        return replace(found, notes=(*found.notes, message("tax.request.effect.refund_interest_unknown")))
    assert found.money is not None
    for step in steps_to(bill, found.money.new_payable):
        if step.charge is not None:
            too_much = _money_of(step.charge, step.amount, on).credit_principal
            rewards.append((step.charge, on_too_much(standing(step.charge).parts, too_much, on, rule)))
    total = sum(amount for _, amount in rewards)
    return replace(found, lines=(*found.lines, (message("tax.request.line.refund_interest"), total)),
                   rewards=tuple(rewards), bases=rule.bases)


def _refunded(bill: Bill, terms: Mapping[str, Any], on: date, decided_on: date) -> Preview:
    charge = max(charges_of_bill(bill) or [charge_of(bill)], key=lambda one: standing(one).credit)
    credit = max(0, standing(charge).credit)
    amount = whole(terms, "amount") if str(terms.get("amount", "") or "").strip() else credit
    if not 0 < amount <= credit:
        raise refuse("tax.request.credit", remedy="tax.request.credit.remedy", amount=amount, credit=credit)
    year, other = str(terms.get("other_year", "") or "").strip(), None
    if year:
        found = live_bill(bill.nop, whole(terms, "other_year"))
        if found is None or found.charge is None or found.pk == bill.pk:
            raise refuse("tax.request.no_other", remedy="tax.request.no_other.remedy", year=year)
        other, owed = found.charge, quote(found.charge, on).total
        if amount > owed:
            raise refuse("tax.request.other_owes", remedy="tax.request.other_owes.remedy", amount=amount, owed=owed,
                         year=year)
    lines = ((message("tax.request.line.credit"), credit), (message("tax.request.line.used"), amount),
             (message("tax.request.line.credit_left"), credit - amount))
    if year:
        note = message("tax.request.effect.compensated", year=year)
        return Preview(lines, (note,), amount=amount, other=other, charge=charge)
    rule = refund_rule(decided_on)
    late = on_late_refund(amount, decided_on, on, rule)
    notes = [message("tax.request.effect.refunded")]
    if not rule.is_known:
        notes.append(message("tax.request.effect.refund_interest_unknown"))
    more = ((message("tax.request.line.refund_late"), late),) if late else ()
    return Preview((*lines, *more), tuple(notes), amount=amount, charge=charge, rewards=((charge, late),),
                   bases=rule.bases)


def _refusal(request: Request) -> Preview:
    """A refusal changes nothing; of an objection it brings a fine, which carrying out charges."""
    refused, fine = message("tax.request.effect.refused"), objection_fine(request)
    if fine is None:
        known = limits_on(request.type, request.received_on).fine
        unknown = known is not None and not known.known
        return Preview(notes=(refused, *((message("tax.request.effect.fine_unknown"),) if unknown else ())))
    lines = (message("tax.request.line.fine_base"), fine.base), (message("tax.request.line.fine"), fine.amount)
    return Preview(lines, (refused, message("tax.request.effect.fine", share=fine.share)), fine=fine)


def _bill(request: Request) -> Bill:
    if request.bill is None:
        raise refuse("tax.request.no_year", where=request.number, remedy="tax.request.no_year.remedy")
    bill: Bill = request.bill
    return bill
