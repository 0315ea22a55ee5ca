"""What stands on a charge, reckoned anew from what happened to it: what it was assessed at, and the money that came.

    principal paid  = min(principal due, money that came and stands), the earliest money first
    interest due    = interest on each part of principal by the day its money came; what was charged on open principal
                      besides (and forgiven) stays, up to the interest on it by the day of the reckoning
    interest paid   = min(what is left of the money, interest due less what was forgiven)
    credit          = what is left after that, less what of it was paid back or used, plus what was given

It is asked for after an act that changes what earlier acts rested on: a bill is lowered, or a payment is taken back.
Then interest is due on the corrected principal, and no credit stands beside a debt on the same charge. Money is whole
rupiah, days are local dates. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Protocol

from sepadan.ground.money import Rupiah, round_rupiah

Interest = Callable[[Rupiah, date], Rupiah]
"""Interest on so much principal that was paid on a day, by the law of that day."""


class PaidPrincipal(Protocol):
    @property
    def on(self) -> date: ...

    @property
    def amount(self) -> Rupiah: ...


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened to a charge, in rupiah.

    ``due`` is the principal to be paid in money (assessed, less relief and what was written off). ``given`` is credit
    that nobody paid (interest to the taxpayer), ``brought`` interest that another system charged. ``besides``: of the
    interest charged, what was charged on open principal (to be forgiven, say) and not by a payment. ``kept_interest``
    is interest paid that stays paid, where the law lets interest go first; None where principal goes first.
    """

    due: Rupiah
    money: Rupiah
    used: Rupiah = 0
    given: Rupiah = 0
    charged: Rupiah = 0
    forgiven: Rupiah = 0
    brought: Rupiah = 0
    besides: Rupiah = 0
    kept_interest: Rupiah | None = None


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What stands: open principal and interest, the credit, the interest that is charged. ``short``: how much more was
    paid back or used than the credit ever was."""

    principal: Rupiah
    interest: Rupiah
    credit: Rupiah
    charged: Rupiah
    short: Rupiah = 0


def reckon(facts: Happened, parts_of: Callable[[Rupiah], Iterable[PaidPrincipal]], interest_on: Interest,
           on: date) -> Reckoned:
    """What stands by *on*. ``parts_of`` says which money paid so much principal."""
    due = max(facts.due, 0)
    paid = min(due, facts.money - (facts.kept_interest or 0))
    least = sum(interest_on(part.amount, part.on) for part in parts_of(paid))
    most = least + min(max(facts.besides, 0), interest_on(due - paid, on))
    charged = facts.charged - excess_interest(facts.charged, facts.forgiven, most)
    charged = max(charged, least)
    owed, rest = charged + facts.brought - facts.forgiven, facts.money - paid - facts.used + facts.given
    interest = min(max(rest, 0), max(owed, 0))
    return Reckoned(due - paid, owed - interest, max(0, rest - interest), charged, max(0, -rest))


def excess_interest(charged: Rupiah, forgiven: Rupiah, due: Rupiah) -> Rupiah:
    """Of interest *charged*, what goes beyond the *due*, less the share of it that was forgiven anyway."""
    if charged <= 0:
        return 0
    net = max(0, charged - forgiven)
    return max(0, net - round_rupiah(Fraction(due * net, charged), "half_up"))
