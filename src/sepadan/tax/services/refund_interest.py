"""Interest to the taxpayer (imbalan bunga): on tax that an objection or appeal shows too much, and on a late refund.

    too much    each part of principal that was too much x rate x min(months from its payment to the decision, cap)
    late        amount paid back x rate x min(months after the time for a refund, cap)

Rate and cap are the law's of the day of the decision (``refund_interest``, ``refund_cap_months``); how months run is
the rule of late interest; from when they run, and how long a refund may take, stands in no text that was read, so the
assumption set says it. A rate that is not known is no interest, and whoever asks is told so. Each part is rounded by
itself. The expense has an account of its own. Money is whole rupiah.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from sepadan.ground.money import Rupiah, exact, round_rupiah
from sepadan.ground.steps import Basis
from sepadan.records.public import (
    AccountKind,
    Charge,
    Part,
    TransferDraft,
    account_for,
    current_region,
    open_account,
    post_transfers,
)
from sepadan.tax.engine.collection import months_on
from sepadan.tax.engine.due import months_late
from sepadan.tax.engine.late_interest import InterestRule, whole_months
from sepadan.tax.engine.pbb_rule import share
from sepadan.tax.services.dues import dues_law, procedure_sources

EXPENSE = "expense:refund_interest"


@dataclass(frozen=True, slots=True)
class RefundRule:
    """Rate per month and most months; None: not known. ``within_months`` is the time for a refund."""

    rate: Fraction | None
    cap: int | None
    within_months: int | None
    late: InterestRule
    bases: tuple[Basis, ...] = ()

    @property
    def is_known(self) -> bool:
        return self.rate is not None and self.cap is not None

    def interest(self, amount: Rupiah, since: date, until: date) -> Rupiah:
        """Interest on *amount* for the months from *since* to *until*; 0 where the rate is not known."""
        if self.rate is None or self.cap is None or self.late.month_rule is None or until <= since:
            return 0
        months = min(months_late(self.late.month_rule, since, until), self.cap)
        return round_rupiah(amount * self.rate * months, self.late.rounding)


def refund_rule(on: date) -> RefundRule:
    """The rule of the region in scope for a decision of *on*."""
    code = current_region().code
    sources = procedure_sources(code, "procedure", on)
    found = {name: sources.find(name) for name in ("refund_interest", "refund_cap_months", "refund_within_months")}
    rate, cap, within = found.values()
    return RefundRule(
        None if rate is None else share(exact(rate[0]), "refund_interest", sources.where),
        None if cap is None else whole_months(cap[0], "refund_cap_months", sources.where),
        None if within is None else whole_months(within[0], "refund_within_months", sources.where),
        dues_law(code, on).interest, tuple(one[1] for one in found.values() if one is not None))


def on_too_much(parts: Sequence[Part], too_much: Rupiah, on: date, rule: RefundRule) -> Rupiah:
    """Interest on the latest *too_much* of the principal paid in *parts*, from the day of each payment to *on*."""
    left, found = too_much, 0
    for part in reversed(parts):
        amount = min(left, part.amount)
        left -= amount
        found += rule.interest(amount, part.on, on)
    return found


def on_late_refund(amount: Rupiah, decided_on: date, paid_on: date, rule: RefundRule) -> Rupiah:
    """Interest on a refund that is paid after the time for it; 0 while it is in time or that time is not known."""
    if rule.within_months is None:
        return 0
    return rule.interest(amount, months_on(decided_on, rule.within_months), paid_on)


def post_refund_interest(charge: Charge, amount: Rupiah, *, to: str, source: str, on: date, now: datetime) -> None:
    """The expense, to the credit of the payer (``overpaid``) or out of cash (``cash``)."""
    if not amount:
        return
    expense = open_account("5.4", "Beban imbalan bunga", AccountKind.EXPENSE, purpose=EXPENSE)
    post_transfers([TransferDraft(debit=expense.pk, credit=account_for(to).pk, amount=amount, charge=charge.pk,
                                  effective_on=on, source=f"{source}:refund_interest")], now=now)
