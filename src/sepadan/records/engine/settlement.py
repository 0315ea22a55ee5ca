"""A bank's settlement file against the books: what each line is, and what can be done about it. Pure.

A line agrees when the books hold a payment under its reference with the same amount that was neither taken back nor
settled before. Everything else has a state of its own and ways to settle it; a payment of ours that the file lacks is
``surplus``. Amounts are whole rupiah.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sepadan.ground.money import Rupiah
from sepadan.records.names import SettlementAct


class State(StrEnum):
    MATCHED = "matched"
    MISSING = "missing"
    DIFFERS = "differs"
    TAKEN_BACK = "taken_back"
    SETTLED_BEFORE = "settled_before"
    SURPLUS = "surplus"
    FEE = "fee"


ACTS: dict[State, tuple[SettlementAct, ...]] = {
    State.MATCHED: (),
    State.MISSING: (SettlementAct.BOOK_LATE, SettlementAct.SET_ASIDE, SettlementAct.ASK),
    State.DIFFERS: (SettlementAct.CORRECT, SettlementAct.ASK),
    State.TAKEN_BACK: (SettlementAct.BOOK_LATE, SettlementAct.SET_ASIDE, SettlementAct.ASK),
    State.SETTLED_BEFORE: (SettlementAct.SET_ASIDE, SettlementAct.ASK),
    State.SURPLUS: (SettlementAct.CARRY, SettlementAct.TAKE_BACK, SettlementAct.ASK),
    State.FEE: (SettlementAct.ACCEPT_FEE, SettlementAct.ASK),
}
"""The ways to settle a line in each state, the usual one first."""

TAKES_BACK = frozenset({SettlementAct.CORRECT, SettlementAct.TAKE_BACK})
"""Acts that take money off a payer's account: they need ``ledger.approve``."""

BOOKS = frozenset({SettlementAct.BOOK_LATE, SettlementAct.CORRECT})
SETTLES = frozenset({SettlementAct.BOOK_LATE, SettlementAct.CORRECT, SettlementAct.SET_ASIDE})
"""Acts after which a line no longer keeps the file from being settled."""


@dataclass(frozen=True, slots=True)
class Held:
    """A payment as the books hold it."""

    amount: Rupiah
    is_taken_back: bool = False
    is_settled: bool = False


def state_of(amount: Rupiah, held: Held | None) -> State:
    """What a line of *amount* is against the payment that the books *held* under its reference before any answer."""
    if held is None:
        return State.MISSING
    if held.is_taken_back:
        return State.TAKEN_BACK
    if held.amount != amount:
        return State.DIFFERS
    return State.SETTLED_BEFORE if held.is_settled else State.MATCHED


def fee_differs(count: int, fee: Rupiah, agreed: Rupiah) -> bool:
    """Whether the file's fee is not what was agreed for each of its payments."""
    return fee != agreed * count
