"""The waste balance (neraca) of a region and year, and SDG 11.6.1, in exact arithmetic.

Idea: A is generated, B reduced, C handled, D recycled, E used as raw material, all in tonnes of one year. The national
system reports B/A, C/A, (B + C)/A and (D + E)/A in per cent with two decimals, half up. What is not reported is None
and makes every result that needs it None: blank is not zero. Of D and E alone one may be missing.

More may be managed than was generated; that is shown (unmanaged below zero), not cut off. Handled is not the same as
safely disposed of: that is what SDG 11.6.1 asks, by the control of the facility that received the waste.

Source: PermenLHK 6/2022 (columns of SIPSN); UN-Habitat, Waste Wise Cities Tool (ladder of control, basic or better).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal, get_args

from sepadan.ground.money import Exact, decimal_of, exact, round_rupiah
from sepadan.ground.problems import refuse

Control = Literal["full", "improved", "basic", "limited", "none"]
LADDER: tuple[str, ...] = get_args(Control)
CONTROLLED = frozenset({"full", "improved", "basic"})


@dataclass(frozen=True, slots=True)
class Balance:
    """Tonnes and shares of one year. ``*_pct`` are per cent to two decimals, half up; tonnes are exact."""

    generated_t: Fraction | None
    reduced_t: Fraction | None
    handled_t: Fraction | None
    managed_t: Fraction | None
    unmanaged_t: Fraction | None
    reduced_pct: Decimal | None
    handled_pct: Decimal | None
    managed_pct: Decimal | None
    recycling_rate_pct: Decimal | None


@dataclass(frozen=True, slots=True)
class Facility:
    """Tonnes received by a facility and the degree of its control."""

    t: Exact
    control: Control


@dataclass(frozen=True, slots=True)
class Sdg:
    """SDG 11.6.1: collected, and collected and managed in a controlled facility, in per cent of generated."""

    collected_pct: Decimal
    controlled_pct: Decimal


def neraca(
    *, generated_t: Exact | None, reduced_t: Exact | None, handled_t: Exact | None,
    recycled_t: Exact | None = None, raw_material_t: Exact | None = None,
) -> Balance:
    """The balance of a year. Tonnes; None is "not reported". Refuses nothing generated, and negative tonnes."""
    whole = None if generated_t is None else _tonnes("generated_t", generated_t)
    if whole == 0:
        raise refuse("waste.balance.nothing_generated", remedy="waste.balance.nothing_generated.remedy")
    reduced = None if reduced_t is None else _tonnes("reduced_t", reduced_t)
    handled = None if handled_t is None else _tonnes("handled_t", handled_t)
    recycled = [
        _tonnes(name, value)
        for name, value in (("recycled_t", recycled_t), ("raw_material_t", raw_material_t))
        if value is not None
    ]
    managed = None if reduced is None or handled is None else reduced + handled
    return Balance(
        generated_t=whole, reduced_t=reduced, handled_t=handled, managed_t=managed,
        unmanaged_t=None if managed is None or whole is None else whole - managed,
        reduced_pct=_share(reduced, whole), handled_pct=_share(handled, whole), managed_pct=_share(managed, whole),
        recycling_rate_pct=_share(sum(recycled, Fraction(0)), whole) if recycled else None,
    )


def sdg_11_6_1(
    *, generated_t: Exact, collected_t: Exact, controlled_share: Exact | None = None,
    facilities: Iterable[Facility] | None = None,
) -> Sdg:
    """SDG 11.6.1 from the controlled share of what was collected (0 to 1), or from the facilities that received it.

    Refuses neither or both, nothing generated, a share outside 0 to 1, and facilities that received more than was
    collected.
    """
    whole, collected = _tonnes("generated_t", generated_t), _tonnes("collected_t", collected_t)
    if whole == 0:
        raise refuse("waste.balance.nothing_generated", remedy="waste.balance.nothing_generated.remedy")
    if (controlled_share is None) == (facilities is None):
        raise refuse("waste.sdg.one_way", remedy="waste.sdg.one_way.remedy")
    if facilities is not None:
        received = list(facilities)
        for facility in received:
            if facility.control not in LADDER:
                raise refuse("waste.sdg.control", where="control", remedy="waste.sdg.control.remedy",
                             given=str(facility.control), ladder=", ".join(LADDER))
        arrived = sum((_tonnes("t", facility.t) for facility in received), Fraction(0))
        if arrived > collected:
            raise refuse("waste.sdg.too_much", where="facilities", remedy="waste.sdg.too_much.remedy",
                         arrived=decimal_of(arrived), collected=decimal_of(collected))
        controlled = sum((exact(facility.t) for facility in received if facility.control in CONTROLLED), Fraction(0))
    else:
        share = exact(controlled_share if controlled_share is not None else 0)
        if not 0 <= share <= 1:
            raise refuse("waste.sdg.share", where="controlled_share", remedy="waste.sdg.share.remedy",
                         share=decimal_of(share))
        controlled = collected * share
    return Sdg(percent_2(collected, whole), percent_2(controlled, whole))


def percent_2(part: Fraction, whole: Fraction) -> Decimal:
    """*part* of *whole* in per cent to two decimals, half up."""
    return Decimal(round_rupiah(part / whole * 10_000, "half_up")).scaleb(-2)


def _share(part: Fraction | None, whole: Fraction | None) -> Decimal | None:
    return None if part is None or whole is None else percent_2(part, whole)


def _tonnes(name: str, value: Exact) -> Fraction:
    amount = exact(value)
    if amount < 0:
        raise refuse("waste.balance.negative", where=name, remedy="waste.balance.negative.remedy",
                     given=decimal_of(amount))
    return amount
