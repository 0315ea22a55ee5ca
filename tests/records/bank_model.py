"""What a bill comes to by the payments on it, reckoned from the words of the law and no service: the model of the
bank's stress.

    interest     1 % of the principal for each begun month, at most 24 months, half a rupiah up
    a payment    pays principal first, then interest; the whole of what is owed settles
    a reversal   leaves what the other payments would have paid: the earliest money is principal first
    a waiver     forgives the interest to whoever settles within its days

Amounts are whole rupiah, days local dates.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date

CAP = 24


def months_begun(due: date, day: date) -> int:
    """The smallest n for which the day lies not after the due day n months on."""
    n = 0
    while True:
        year, month = divmod(due.year * 12 + due.month - 1 + n, 12)
        if day <= date(year, month + 1, min(due.day, monthrange(year, month + 1)[1])):
            return n
        n += 1


def interest_of(principal: int, due: date, day: date) -> int:
    """One per cent a month, half a rupiah up."""
    return (2 * principal * min(CAP, months_begun(due, day)) + 100) // 200


@dataclass
class Paid:
    """A payment that stands: its day, what of it paid principal and the rest when it was booked, what it waived, and
    the interest that it brought."""

    day: date
    principal: int
    rest: int
    waived: int
    brought: int = 0


@dataclass
class ModelBill:
    """One bill. ``waiver``: first and last day on which a settling payment is forgiven all interest."""

    amount: int
    due: date
    waiver: tuple[date, date] | None = None
    paid: dict[str, Paid] = field(default_factory=dict)
    charged: int = 0
    interest_paid: int = 0
    totals: set[tuple[date, int]] = field(default_factory=set)

    @property
    def money(self) -> int:
        return sum(one.principal + one.rest for one in self.paid.values())

    @property
    def waived(self) -> int:
        return sum(one.waived for one in self.paid.values())

    @property
    def open(self) -> int:
        return self.amount - min(self.amount, self.money)

    @property
    def interest(self) -> int:
        """Interest that stands in the books; below zero where a waiver outlived what it waived."""
        return self.charged - self.waived - self.interest_paid

    @property
    def credit(self) -> int:
        return self.money - (self.amount - self.open) - self.interest_paid

    def parts(self) -> list[tuple[date, int]]:
        """Principal paid by day. What the booking gave to something else pays principal where principal is open."""
        rows = sorted(self.paid.values(), key=lambda one: one.day)
        missing = (self.amount - self.open) - sum(one.principal for one in rows)
        found = []
        for one in rows:
            more = min(one.rest, missing)
            missing -= more
            found.append((one.day, one.principal + more))
        return found

    def interest_on_parts(self) -> int:
        return sum(interest_of(part, self.due, on) for on, part in self.parts())

    def is_waived(self, day: date) -> bool:
        return self.waiver is not None and self.waiver[0] <= day <= self.waiver[1]

    def owed_interest(self, day: date) -> int:
        due = self.interest_on_parts() + interest_of(self.open, self.due, day)
        return max(0, self.interest) + max(0, due - self.charged)

    def total(self, day: date) -> int:
        return self.open + (0 if self.is_waived(day) else self.owed_interest(day))

    def pay(self, name: str, day: date, amount: int) -> None:
        """Raises ValueError on what no bank with part payments may book."""
        total, owed, left = self.total(day), self.owed_interest(day), self.open
        if not 0 < amount <= total:
            raise ValueError(f"{name}: {amount} was booked where {total} was owed on {day}")
        principal, settles = min(amount, left), amount == total
        self.paid[name] = Paid(day, principal, amount - principal, owed if settles and self.is_waived(day) else 0)
        self.interest_paid += amount - principal
        before, self.charged = self.charged, max(self.charged, self.interest_on_parts())
        self.paid[name].brought = self.charged - before

    def take_back(self, name: str) -> None:
        gone = self.paid.pop(name)
        self.charged = max(self.charged - gone.brought, self.interest_on_parts())
        rest = self.money - (self.amount - self.open)
        self.interest_paid = min(rest, max(0, self.charged - self.waived))
