"""Tables of the national waste information system (SIPSN), read exactly and tried against themselves.

Idea: what is printed must follow from what stands beside it, to the printed decimal; what follows is computed in exact
arithmetic from text, never from a float. A blank is "not reported", not zero. Four tables:

    performance   A generated, B reduced, C handled, B + C, D recycled, E raw material (t a year) with four percentages
    generation    t a day and t a year (365 days, in a leap year as well)
    kinds         shares of the wet weight in per cent
    sources       by household, office, market ...: headed "ton", but some regions give per cent, tonnes a day
                  generated, or tonnes a day handled; which of these is told by what the row adds up to

A finding says row, what is wrong, what stands there and what would follow. The years are compared by ``repeated``: a
figure carried over to the hundredth of a tonne was not measured.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Literal

from sepadan.ground.money import exact
from sepadan.waste.engine.balance import percent_2

Basis = Literal["percent", "generated_per_day", "handled_per_day", "unknown", "empty"]
HUNDREDTH = Decimal("0.01")
TOTAL_MAY_MISS = Decimal("0.5")
DAYS = 365


@dataclass(frozen=True, slots=True)
class Performance:
    """A row of the table of performance; tonnes a year, per cent as printed. None: not reported."""

    region: str
    generated: Decimal | None
    reduced: Decimal | None
    handled: Decimal | None
    managed: Decimal | None
    recycled: Decimal | None
    raw_material: Decimal | None
    printed: Mapping[str, Decimal | None]


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a row: its ``kind``, the value as it stands, the value that would follow."""

    region: str
    kind: str
    stands: Decimal | None = None
    follows: Decimal | None = None


def read_number(text: str) -> Decimal | None:
    """``"34,527.10"`` as it is printed; blank is None. Raises ValueError on what is neither."""
    plain = text.strip().replace(",", "")
    if not plain:
        return None
    try:
        number = Decimal(plain)
    except InvalidOperation:
        raise ValueError(text) from None
    if not number.is_finite():
        raise ValueError(text)
    return number


def computed(row: Performance) -> dict[str, Decimal | None]:
    """The percentages that follow: reduced, handled and managed of A; recycling rate (D + E)/A. None without a part."""
    whole = None if row.generated is None or row.generated <= 0 else exact(row.generated)

    def share(*parts: Decimal | None, all_of: bool = True) -> Decimal | None:
        known = [exact(part) for part in parts if part is not None]
        if whole is None or not known or (all_of and len(known) < len(parts)):
            return None
        return percent_2(sum(known, Fraction(0)), whole)

    return {"reduced_pct": share(row.reduced), "handled_pct": share(row.handled),
            "managed_pct": share(row.reduced, row.handled),
            "recycling_rate_pct": share(row.recycled, row.raw_material, all_of=False)}


def is_complete(row: Performance) -> bool:
    """Whether generated, reduced and handled are all reported."""
    return None not in (row.generated, row.reduced, row.handled)


def check_performance(rows: Iterable[Performance]) -> list[Finding]:
    """Percentages that do not follow, sums B + C that differ, parts that are missing, more managed than generated."""
    found = []
    for row in rows:
        for name, follows in computed(row).items():
            stands = row.printed.get(name)
            if stands is not None and follows is not None and stands != follows:
                found.append(Finding(row.region, name, stands, follows))
        if row.reduced is not None and row.handled is not None:
            total = row.reduced + row.handled
            if row.managed is not None and row.managed != total:
                found.append(Finding(row.region, "managed_sum", row.managed, total))
            if row.generated is not None and total > row.generated:
                found.append(Finding(row.region, "over_managed", total, row.generated))
        found += [Finding(row.region, f"missing_{name}") for name in ("generated", "reduced", "handled")
                  if getattr(row, name) is None]
    return found


def check_generation(region: str, daily: Decimal | None, yearly: Decimal | None) -> list[Finding]:
    """A year that is not 365 printed days, within what rounding of a day can hide."""
    if daily is None or yearly is None:
        return [Finding(region, "missing_generated")]
    follows = daily * DAYS
    slack = HUNDREDTH / 2 * DAYS + HUNDREDTH
    return [] if abs(yearly - follows) <= slack else [Finding(region, "not_365_days", yearly, follows)]


def check_kinds(region: str, shares: Sequence[Decimal | None]) -> list[Finding]:
    """An empty row, or shares that do not add up to a hundred within half a per cent."""
    known = [share for share in shares if share is not None]
    if not known:
        return [Finding(region, "kinds_empty")]
    total = sum(known, Decimal(0))
    return [] if abs(total - 100) <= TOTAL_MAY_MISS else [Finding(region, "kinds_total", total, Decimal(100))]


def basis_of(parts: Sequence[Decimal | None], generated_year: Decimal | None, handled_year: Decimal | None) -> Basis:
    """What the row of sources is in: whichever of 100, A/365 and C/365 it adds up to within one per cent of it."""
    known = [part for part in parts if part is not None]
    if not known:
        return "empty"
    total = sum(known, Decimal(0))
    wholes: tuple[tuple[Basis, Decimal | None], ...] = (
        ("percent", Decimal(100)), ("generated_per_day", generated_year), ("handled_per_day", handled_year))
    near = [(abs(total - whole) / whole, name) for name, year in wholes
            if year is not None and (whole := year if name == "percent" else year / DAYS) > 0]
    distance, best = min(near)
    return best if distance <= HUNDREDTH else "unknown"


def source_shares(parts: Sequence[Decimal | None]) -> tuple[Fraction | None, ...]:
    """The row of sources as shares of its own sum, whatever it is in; blanks stay blank."""
    total = sum((exact(part) for part in parts if part is not None), Fraction(0))
    return tuple(None if part is None or total == 0 else exact(part) / total for part in parts)


def repeated(earlier: Mapping[str, Decimal], later: Mapping[str, Decimal]) -> list[str]:
    """Regions whose figure of *later* equals that of *earlier* to the hundredth: carried over, not measured."""
    return sorted(region for region, value in later.items()
                  if region in earlier and abs(value - earlier[region]) < HUNDREDTH)
