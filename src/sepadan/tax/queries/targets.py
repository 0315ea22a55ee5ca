"""The target of a budget year in the region in scope."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from sepadan.ground.money import Rupiah
from sepadan.tax.models import RevenueTarget, TargetState


@dataclass(frozen=True, slots=True)
class Target:
    """What counts for a year: that of the whole region where there is one, else those of its parts together."""

    year: int
    amount: Rupiah
    rows: tuple[RevenueTarget, ...]

    @property
    def is_partial(self) -> bool:
        return bool(self.rows[0].part)

    @property
    def is_synthetic(self) -> bool:
        return any(row.synthetic for row in self.rows)


def all_targets(levy: str) -> QuerySet[RevenueTarget]:
    """Every target of a levy, newest year first."""
    return RevenueTarget.objects.filter(levy=levy).order_by("-year", "-decreed_on", "-id")


def target_of(levy: str, year: int) -> Target | None:
    """The approved target of a year; of several decrees for the same part the latest counts."""
    rows = RevenueTarget.objects.filter(levy=levy, year=year, state=TargetState.APPROVED.value)
    latest = {row.part: row for row in rows.order_by("decreed_on", "id")}
    if not latest:
        return None
    chosen = (latest[""],) if "" in latest else tuple(latest[part] for part in sorted(latest))
    return Target(year, sum(row.amount for row in chosen), chosen)
