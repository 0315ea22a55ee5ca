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

from sepadan.ground.entry import read_decimal
from sepadan.ground.messages import Message, message
from sepadan.ground.money import Rupiah
from sepadan.ground.problems import refuse
from sepadan.ground.steps import Explained
from sepadan.records.public import Charge, quote, standing
from sepadan.tax.engine.pbb import Assessment
from sepadan.tax.engine.pbb_steps import explain
from sepadan.tax.engine.request_money import (
    Account,
    Facts,
    MoneyChange,
    PaidPart,
    change_payable,
    fine_of_refusal,
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
from sepadan.tax.services.reckoning import interest_of
from sepadan.tax.services.requests import limits_on

CANCELLED = Facts(0, Fraction(0), 0, Fraction(0))


@dataclass(frozen=True, slots=True)
class Preview:
    """What would happen. ``steps`` explain the new bill, ``lines`` are amounts by name, ``notes`` say what else.

    ``before`` and ``after`` are the facts that a recomputation compares; ``amount`` is what the act itself moves.
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


def preview(request: Request, terms: Mapping[str, Any], outcome: Outcome, on: date) -> Preview:
    """What deciding *outcome* with *terms* does. Raises Refused on terms that make no sense."""
    if outcome is Outcome.REFUSED:
        return _refusal(request)
    effect = request.type.effect
    if effect is Effect.RECOMPUTE:
        return _recomputed(_bill(request), facts_of_terms(_bill(request), terms), on)
    if effect is Effect.CANCEL:
        return _cancelled(_bill(request), on)
    if effect is Effect.REDUCE:
        return _reduced(_bill(request), _share(terms))
    if effect is Effect.WAIVE_INTEREST:
        return _waived(_bill(request), _share(terms), on)
    if effect is Effect.MOVE_DUE_DATE:
        return _moved(_bill(request), _day(terms, "due_on"))
    if effect is Effect.REFUND:
        return _refunded(_bill(request), terms, on)
    if effect is Effect.EXTEND_SPOP:
        return Preview(notes=(message("tax.request.effect.extend_spop", until=_day(terms, "until")),))
    if effect is Effect.TRANSFER:
        return Preview(notes=(message("tax.request.effect.transfer", who=_who(terms), on=_day(terms, "from_on")),
                              *_register_note(request.nop, _day(terms, "from_on"))))
    if effect is Effect.REGISTER:
        return Preview(notes=(message("tax.request.effect.register", who=_who(terms),
                                      land=whole(terms, "land_m2"), on=_day(terms, "from_on")),))
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
    if due_on == charge.due_on:
        raise refuse("tax.request.same_day", remedy="tax.request.same_day.remedy", on=due_on)
    return Preview(notes=(message("tax.request.effect.due", old=charge.due_on, new=due_on),), due_on=due_on)


def _refunded(bill: Bill, terms: Mapping[str, Any], on: date) -> Preview:
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
    note = message("tax.request.effect.compensated", year=year) if year else message("tax.request.effect.refunded")
    return Preview(lines, (note,), amount=amount, other=other, charge=charge)


def _refusal(request: Request) -> Preview:
    """A refusal changes nothing; of an objection it may bring a fine, which is shown and not booked."""
    fine = limits_on(request.type, request.received_on).fine
    if fine is None or not fine.known or request.bill is None or request.bill.charge is None:
        return Preview(notes=(message("tax.request.effect.refused"),))
    charge = request.bill.charge
    paid = sum(part.amount for part in standing(charge).parts if part.on < request.received_on)
    amount = fine_of_refusal(assessed(charge).principal, paid, Fraction(fine.value))
    return Preview(((message("tax.request.line.fine"), amount),),
                   (message("tax.request.effect.refused"), message("tax.request.effect.fine", share=fine.value)))


# --- reading terms --------------------------------------------------------------------------------------------------


def _bill(request: Request) -> Bill:
    if request.bill is None:
        raise refuse("tax.request.no_year", where=request.number, remedy="tax.request.no_year.remedy")
    bill: Bill = request.bill
    return bill


def whole(terms: Mapping[str, Any], name: str) -> int:
    """A whole number of the terms. Raises Refused."""
    text = str(terms.get(name, "") or "").replace(".", "").strip()
    if not (text.isascii() and text.isdecimal()) or len(text) > 15:
        raise refuse("tax.request.not_whole", remedy="tax.request.not_whole.remedy",
                     name=message(f"tax.request.term.{name}"))
    return int(text)


def _share(terms: Mapping[str, Any]) -> Fraction:
    return Fraction(read_decimal(str(terms.get("percent", "")).replace("%", "").strip(), "%")) / 100


def _day(terms: Mapping[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(str(terms.get(name, "")))
    except ValueError as error:
        raise refuse("tax.request.no_day", remedy="tax.request.no_day.remedy",
                     name=message(f"tax.request.term.{name}")) from error


def day_of(terms: Mapping[str, Any], name: str) -> date:
    """A day of the terms. Raises Refused."""
    return _day(terms, name)


def _who(terms: Mapping[str, Any]) -> str:
    who = str(terms.get("npwpd") or terms.get("new_name") or "").strip()
    if not who:
        raise refuse("tax.request.no_taxpayer", remedy="tax.request.no_taxpayer.remedy")
    return who
