"""Seizure and auction: the days between the steps, and how the proceeds of an auction are shared.

    order      after  days from notice of the warrant, counted as full days
    announce   after  days from the seizure;   auction  after  days from the announcement
    proceeds   = cost of collection, then what is owed of each tax year, the oldest first, then the excess to the payer

All parameters come from the law or a named assumption (UU 19/1997 jo. UU 19/2000 was not read; what is remembered of it
says so). Pure: values in, values out. Money is whole rupiah, days are local dates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sepadan.ground.money import Rupiah
from sepadan.ground.problems import refuse
from sepadan.tax.engine.late_interest import whole_months
from sepadan.tax.engine.parameters import Sources

COUNTS = ("seizure_after_days", "announcement_after_days", "auction_after_days", "seizure_witnesses")
ORDER = ("cost", "tax", "excess")


@dataclass(frozen=True, slots=True)
class SeizureRule:
    """Days between the steps, and how many witness a seizure."""

    seizure_after: int
    announcement_after: int
    auction_after: int
    witnesses: int

    def may_order(self, noticed: date) -> date:
        """The first day of an order, *noticed* being the day on which the warrant was served: full days have passed."""
        return noticed + timedelta(days=self.seizure_after + 1)

    def may_announce(self, seized: date) -> date:
        return seized + timedelta(days=self.announcement_after)

    def may_auction(self, announced: date) -> date:
        return announced + timedelta(days=self.auction_after)


def read_seizure_rule(sources: Sources) -> SeizureRule:
    """The rule of *sources*. Raises Refused on an order of proceeds that this engine does not know."""
    order = sources.need("auction_order")[0]
    if tuple(order) != ORDER:
        raise refuse("tax.parameter.not_one_of", where=sources.where, name="auction_order", value=str(order),
                     allowed=", ".join(ORDER))
    seizure, announcement, auction, witnesses = (
        whole_months(sources.need(name)[0], name, sources.where) for name in COUNTS)
    return SeizureRule(seizure, announcement, auction, witnesses)


@dataclass(frozen=True, slots=True)
class Proceeds:
    """How an auction's proceeds are shared: ``taxes`` in the order of the debts given."""

    cost: Rupiah
    taxes: tuple[Rupiah, ...]
    excess: Rupiah


def share_proceeds(gross: Rupiah, cost: Rupiah, debts: Sequence[Rupiah]) -> Proceeds:
    """Share *gross*: *cost* first, then *debts* one after the other, the rest to the payer."""
    if not 0 <= cost <= gross:
        raise refuse("tax.seizure.cost", remedy="tax.seizure.cost.remedy", cost=cost, gross=gross)
    left, taxes = gross - cost, []
    for debt in debts:
        taxes.append(min(left, max(0, debt)))
        left -= taxes[-1]
    return Proceeds(cost, tuple(taxes), left)
