"""What a granted request does to a bill: the corrected tax beside the old one, and what becomes of the money.

    new bill     = the statute of the bill's year over the corrected facts (``pbb.assess``), NJOPTKP as the run gave it
    less         = old payable - new payable
    relief back  = relief - relief x new / old                       relief is cut in the proportion of the payable
    credit       = what of (less - relief back) is not open any more, because it was paid, less the interest that it
                   pays because that is still open
    interest     = interest on the payments of the new principal, each by its own day, the earliest payments first; what
                   was charged above that is taken off open interest, the rest is a credit
                   (``reckoning.py``: the same sum that the books are put right by)

So a bill of 120 that was paid in full and becomes 100 leaves a credit of 20, and what was paid of it late returns its
interest on 20. A reduction cuts a share of the payable and is relief, not less tax. Shares are exact, rounded half up
to whole rupiah. It does not choose who takes the NJOPTKP anew: that is decided over a whole roll. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sepadan.ground.money import Rupiah, round_rupiah
from sepadan.ground.problems import refuse
from sepadan.tax.engine.njop import Part, value_object
from sepadan.tax.engine.pbb import Assessment, PbbRule, assess
from sepadan.tax.engine.reckoning import Happened, Interest, reckon
from sepadan.tax.names import Use


@dataclass(frozen=True, slots=True)
class Facts:
    """What a bill is computed from: areas in m2 and values in rupiah per m2; a building of 0 m2 is none."""

    land_m2: int
    land_value_m2: Fraction
    building_m2: int
    building_value_m2: Fraction
    use: Use = Use.GENERAL

    @property
    def njop(self) -> Rupiah:
        land = Part(Fraction(self.land_m2), self.land_value_m2)
        buildings = [Part(Fraction(self.building_m2), self.building_value_m2)] if self.building_m2 else []
        return value_object(land, buildings).njop


def read_facts(land_m2: int, njop_land: Rupiah, building_m2: int, njop_building: Rupiah, use: Use) -> Facts:
    """The facts of an object as its roll holds them. Raises Refused where a value has no area to stand on."""
    if (njop_land and not land_m2) or (njop_building and not building_m2):
        raise refuse("tax.request.no_area", remedy="tax.request.no_area.remedy")
    land, building = Fraction(njop_land, land_m2 or 1), Fraction(njop_building, building_m2 or 1)
    return Facts(land_m2, land, building_m2, building, use)


def recompute(rule: PbbRule, facts: Facts, *, takes_njoptkp: bool) -> Assessment:
    """The bill by *rule*, which is the law of its year. Raises Refused on facts that make no object."""
    if facts.land_m2 < 0 or facts.building_m2 < 0 or facts.land_value_m2 < 0 or facts.building_value_m2 < 0:
        raise refuse("tax.request.negative", remedy="tax.request.negative.remedy")
    if facts.building_m2 and not facts.building_value_m2:
        raise refuse("tax.request.building_value", remedy="tax.request.building_value.remedy")
    return assess(rule, facts.njop, takes_njoptkp=takes_njoptkp, use=facts.use)


@dataclass(frozen=True, slots=True)
class PaidPart:
    """Principal paid on a local day."""

    on: date
    amount: Rupiah


@dataclass(frozen=True, slots=True)
class Account:
    """How a bill stands in the books, all in rupiah.

    ``payable`` is what it charges now, ``relief`` what was cut of that, ``open`` the principal owed, ``paid`` the
    payments of principal. Of interest: charged (less what corrections gave back), forgiven, still open. ``credit``
    stands already.
    """

    payable: Rupiah
    open: Rupiah
    relief: Rupiah = 0
    paid: tuple[PaidPart, ...] = ()
    interest_charged: Rupiah = 0
    interest_relief: Rupiah = 0
    interest_open: Rupiah = 0
    credit: Rupiah = 0


@dataclass(frozen=True, slots=True)
class MoneyChange:
    """What is to be booked: the new payable and what it does to relief, interest and credit.

    ``credit`` is what the payer gets on top of what he had, ``interest_back`` the part of it that was interest;
    ``interest_off`` is open interest that falls away, ``offset`` open interest that paid principal now pays. ``open``
    is the principal that the bill asks for afterwards.
    """

    old_payable: Rupiah
    new_payable: Rupiah
    relief_back: Rupiah = 0
    credit_principal: Rupiah = 0
    interest_back: Rupiah = 0
    interest_off: Rupiah = 0
    open: Rupiah = 0
    offset: Rupiah = 0

    @property
    def change(self) -> Rupiah:
        return self.new_payable - self.old_payable

    @property
    def credit(self) -> Rupiah:
        return self.credit_principal + self.interest_back


def change_payable(account: Account, new_payable: Rupiah, interest_on: Interest, on: date | None = None) -> MoneyChange:
    """What becomes of the money when the bill charges *new_payable* instead; what stays open bears interest by *on*."""
    if new_payable < 0:
        raise refuse("tax.request.negative", remedy="tax.request.negative.remedy")
    less = account.payable - new_payable
    if less <= 0:
        return MoneyChange(account.payable, new_payable, open=account.open - less)
    relief = round_rupiah(Fraction(account.relief * new_payable, account.payable), "half_up")
    paid_interest = account.interest_charged - account.interest_relief - account.interest_open
    money = sum(part.amount for part in account.paid) + paid_interest + account.credit
    was = account.payable - account.relief
    by_payments = sum(interest_on(part.amount, part.on) for part in _first(account.paid, was))
    after = reckon(
        Happened(new_payable - relief, money, charged=account.interest_charged, forgiven=account.interest_relief,
                 besides=account.interest_charged - by_payments),
        lambda paid: _first(account.paid, paid), lambda part, day: interest_on(part, day) if day > date.min else 0,
        on or date.min)
    excess = account.interest_charged - after.charged
    off = min(excess, max(account.interest_open, 0))
    credit = after.credit - max(0, money - min(money, was) - paid_interest)
    return MoneyChange(account.payable, new_payable, account.relief - relief, credit - (excess - off), excess - off,
                       off, after.principal, account.interest_open - off - after.interest)


def _first(parts: Sequence[PaidPart], amount: Rupiah) -> list[PaidPart]:
    """The earliest payments that make up *amount*."""
    left, found = max(amount, 0), []
    for part in sorted(parts, key=lambda one: one.on):
        taken = min(part.amount, left)
        if taken:
            found.append(PaidPart(part.on, taken))
        left -= taken
    return found


def share_of(amount: Rupiah, share: Fraction) -> Rupiah:
    """A share of *amount*, rounded half up. Raises Refused unless it lies above 0 and up to the whole."""
    if not 0 < share <= 1:
        raise refuse("tax.request.share", remedy="tax.request.share.remedy")
    return round_rupiah(amount * share, "half_up")


def fine_of_refusal(payable: Rupiah, paid_before: Rupiah, share: Fraction) -> Rupiah:
    """The fine of a refused objection: a share of the tax by the decision less what was paid before the objection."""
    return round_rupiah(max(0, payable - paid_before) * share, "half_up")
