"""Words of fairness: what became of an offered slot, what is done with equipment."""

from __future__ import annotations

from enum import StrEnum

OUTSIDE = "luar"
"""The kecamatan of an organiser from outside the region."""


class TurnState(StrEnum):
    """What became of a slot that was offered to who was next in line."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"


class StockAct(StrEnum):
    """What was done with pieces of equipment."""

    ACQUIRE = "acquire"
    RETIRE = "retire"
    MOVE = "move"
    HAND_OUT = "hand_out"
    RETURN = "return"
    BREAK = "break"
    MEND = "mend"
