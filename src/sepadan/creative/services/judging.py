"""What a use costs as it stands: the answers of its booking, its dates, the law of each date's own day.

Reads only. Dates that are wanted, held, confirmed or were not used count; a date that waits, ended or was displaced
costs nothing. Where the law has no rule for a day, or no tariff is known, the sum is missing and ``why`` says so. Where
a tariff has amounts for hours, days and events, the centre's rule ``tariff_per`` says by which its spaces are hired.
Whole rupiah, local days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sepadan.creative.engine.nature import (
    Assessment,
    Line,
    Nature,
    Policy,
    Use,
    assess,
    read_nature,
    read_policy,
    why_unknown,
)
from sepadan.creative.models import Booking, BookingDate
from sepadan.creative.names import DateState
from sepadan.creative.services.tariffs import law_of
from sepadan.ground.messages import Message
from sepadan.ground.money import Rupiah
from sepadan.ground.problems import Refused
from sepadan.ground.steps import Explained
from sepadan.records.public import zone_of

COUNTED = (DateState.WANTED, DateState.HELD, DateState.CONFIRMED, DateState.NO_SHOW)
DEAREST = Nature(charged=True, profit=True, education=False, social=False)
"""The answers with which a use pays its full tariff, whatever a policy says."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A use judged by its answers: ``found`` None where the law has no rule, ``why`` says what is missing."""

    nature: Nature
    policy: Policy
    dates: tuple[BookingDate, ...]
    found: Assessment | None
    why: Message | None

    @property
    def kind(self) -> str:
        return "unknown" if self.found is None else self.found.judgement.kind

    @property
    def open(self) -> tuple[str, ...]:
        return () if self.found is None else self.found.judgement.open

    @property
    def total(self) -> Rupiah | None:
        return None if self.found is None else self.found.total

    @property
    def steps(self) -> tuple[Explained, ...]:
        return () if self.found is None else self.found.steps

    @property
    def lines(self) -> tuple[tuple[BookingDate, Line], ...]:
        """Each date with what it costs, in the order of time."""
        return () if self.found is None else tuple(zip(self.dates, self.found.lines, strict=True))

    @property
    def assumed(self) -> bool:
        return any(is_assumed(line) for _, line in self.lines)


def is_assumed(line: Line) -> bool:
    """Whether what a date costs rests on an assumption of the centre, not on an instrument."""
    return line.provision is not None and line.provision.confidence == "draft"


def judge_use(booking: Booking, nature: Nature | None = None) -> Judged:
    """*booking* judged by its answers, or by *nature*."""
    rules: Mapping[str, Any] = booking.centre.rules
    answers, policy = nature or read_nature(booking.nature), read_policy(rules.get("nature") or {})
    zone, pers = zone_of(booking.region), rules.get("tariff_per") or {}
    dates = tuple(booking.dates.select_related("space").filter(
        state__in=[one.value for one in COUNTED]).order_by("starts_at", "id"))
    uses = [Use(one.starts_at.astimezone(zone), one.ends_at.astimezone(zone), one.space.tariff,
                str(pers.get(one.space.tariff, ""))) for one in dates]
    try:
        found = assess(answers, uses, law_of(booking.centre), policy)
    except Refused as refused:
        return Judged(answers, policy, dates, None, why_unknown(refused))
    missing = next((line.why for line in found.lines if line.amount is None), None)
    return Judged(answers, policy, dates, found, missing)


def stored_policy(policy: Policy) -> dict[str, str | None]:
    """A policy as JSON keeps it."""
    return {name: None if value is None else str(value) for name, value in asdict(policy).items()}
