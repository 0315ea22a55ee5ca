"""Solving a draft's assessment ratio: so that nobody pays more than last year, or so that revenue stays.

Idea: what is payable never falls when the ratio rises (base, rounding, minimum, waiver and stimulus are all
monotone), so the answer is found by halving over whole millionths, exactly, whatever the rounding does; with tiers
chosen by the taxable value this needs rates that do not fall, else it is refused. One ratio for all, or one for each
band of NJOP: bands do not touch one another, so all are halved in the same passes.

*Nobody*: the largest lawful ratio at which no object of both years pays more than last year. Where even the least
lawful ratio is too much the solution does not exist; told are the nearest bound, how many objects are above it by how
much, and how many of these paid nothing last year.
*Revenue*: the ratio whose sum over the objects of both years comes nearest to last year's; the residue is told. Outside
the lawful bounds the nearest one is taken and the shortfall (below zero: the excess) told.

Source of the bounds: UU 1/2022 Art. 40(5), PMK 85/2024 Art. 15(1), read from the statutes by the caller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Literal

from sepadan.ground.money import Rupiah
from sepadan.ground.problems import refuse
from sepadan.tax.engine.pbb import PbbRule
from sepadan.tax.engine.what_if import Board
from sepadan.tax.engine.what_if_levers import PLACES, LeverBounds, with_ratios
from sepadan.tax.names import BandBase, Tiering

Goal = Literal["nobody", "revenue"]
Edges = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class BandSolution:
    """The ratio of one band of NJOP. ``above`` objects pay more than last year by ``above_by`` rupiah in all at it.

    ``target`` and ``reached`` are sums over the objects of both years. ``wanted``: about the ratio that would solve it
    were there no bounds; None where none would.
    """

    to: Rupiah | None
    ratio: Fraction
    solved: bool
    target: Rupiah
    reached: Rupiah
    above: int
    above_by: Rupiah
    nothing_before: int
    wanted: Fraction | None

    @property
    def residue(self) -> Rupiah:
        return self.reached - self.target


@dataclass(frozen=True, slots=True)
class Solution:
    """The draft with the ratios found, or the nearest lawful ones."""

    goal: Goal
    bands: tuple[BandSolution, ...]
    rule: PbbRule

    @property
    def solved(self) -> bool:
        return all(band.solved for band in self.bands)

    @property
    def residue(self) -> Rupiah:
        return sum(band.residue for band in self.bands)

    @property
    def shortfall(self) -> Rupiah:
        """What is missing to last year's revenue in bands without a solution; below zero: what is too much."""
        return -sum(band.residue for band in self.bands if not band.solved)

    @property
    def above(self) -> int:
        return sum(band.above for band in self.bands)

    @property
    def above_by(self) -> Rupiah:
        return sum(band.above_by for band in self.bands)

    @property
    def nothing_before(self) -> int:
        return sum(band.nothing_before for band in self.bands)


def edges_of(*rules: PbbRule) -> Edges:
    """Bands of NJOP between the limits of the tiers of all *rules*; one band where a law has none by NJOP."""
    limits = {tier.to for rule in rules if rule.band_base is BandBase.NJOP for tier in rule.tiers
              if tier.to is not None}  # fmt: skip
    return (*sorted(limits), None)


def solve(board: Board, draft: PbbRule, bounds: LeverBounds, goal: Goal, edges: Edges = (None,)) -> Solution:
    """The ratio of each band for *goal*. Raises Refused where a draft's bills may fall while the ratio rises."""
    _refuse_falling(draft)
    low, high = ceil(bounds.ratio_min * PLACES), floor(bounds.ratio_max * PLACES)
    search = _Search(board, draft, edges, low, high)
    millionths, solved = search.nobody() if goal == "nobody" else search.revenue()
    rule = search.rule(millionths)
    return Solution(goal, _told(search, millionths, solved, rule), rule)


def _told(search: _Search, millionths: Sequence[int], solved: Sequence[bool], rule: PbbRule
          ) -> tuple[BandSolution, ...]:  # fmt: skip
    board, band = search.board, search.band
    above = board.above(rule, band)
    reached, full = board.sums([rule], band), board.sums([search.rule([PLACES] * len(search.edges))], band)
    rows = []
    for place, to in enumerate(search.edges):
        target, at_one = search.targets[place], full.get(place, (0,))[0]
        count, by, nothing = above.get(place, (0, 0, 0))
        rows.append(BandSolution(
            to, Fraction(millionths[place], PLACES), solved[place], target, reached.get(place, (0,))[0], count, by,
            nothing, Fraction(target, at_one) if at_one else None))
    return tuple(rows)


class _Search:
    """Ratios in millionths by band, between the bounds *low* and *high*, which are lawful."""

    def __init__(self, board: Board, draft: PbbRule, edges: Edges, low: int, high: int) -> None:
        self.board, self.draft, self.edges, self.low, self.high = board, draft, edges, low, high
        limits = " ".join(f"WHEN njop <= {int(to)} THEN {k}" for k, to in enumerate(edges[:-1]) if to is not None)
        self.band = f"CASE {limits} ELSE {len(edges) - 1} END" if limits else "0"
        self.targets = self._last_year()

    def rule(self, millionths: Sequence[int]) -> PbbRule:
        return with_ratios(self.draft, self.edges, [Fraction(one, PLACES) for one in millionths])

    def nobody(self) -> tuple[list[int], list[bool]]:
        """The largest ratio of each band with nobody above last year; at *low* where there is none."""
        count = len(self.edges)
        at_high = self.board.above(self.rule([self.high] * count), self.band)
        at_low = self.board.above(self.rule([self.low] * count), self.band)
        solved = [place not in at_low for place in range(count)]
        good = [self.low if place in at_high else self.high for place in range(count)]
        bad = [self.high + (place not in at_high) for place in range(count)]
        self.board.keep_above(self.rule([self.high] * count), "tight")  # who is not above at *high* never is below
        open_bands = [place for place in range(count) if solved[place] and place in at_high]
        while any(bad[place] - good[place] > 1 for place in open_bands):
            middle = [(good[place] + bad[place]) // 2 if place in open_bands else good[place] for place in range(count)]
            above = self.board.above(self.rule(middle), self.band, "tight")
            for place in open_bands:
                if place in above:
                    bad[place] = middle[place]
                else:
                    good[place] = middle[place]
        return good, solved

    def revenue(self) -> tuple[list[int], list[bool]]:
        """The ratio of each band that comes nearest to last year's revenue; a bound where that lies outside."""
        count = len(self.edges)
        lows = self.board.sums([self.rule([k] * count) for k in (self.low, self.high)], self.band)
        least = [lows.get(place, (0, 0))[0] for place in range(count)]
        most = [lows.get(place, (0, 0))[1] for place in range(count)]
        solved = [least[place] <= self.targets[place] <= most[place] for place in range(count)]
        down = [self.high if most[place] <= self.targets[place] else self.low for place in range(count)]
        up = [self.high if solved[place] else down[place] for place in range(count)]
        held = {"down": least, "up": most}
        halve = False
        while any(up[place] - down[place] > 1 for place in range(count)):
            probe = [self._between(place, down, up, held, halve) for place in range(count)]
            after = [min(one + 1, self.high) for one in probe]
            sums = self.board.sums([self.rule(probe), self.rule(after)], self.band)
            for place in range(count):
                if up[place] - down[place] > 1:
                    self._narrow(place, (probe[place], after[place]), sums.get(place, (0, 0)), down, up, held)
            halve = not halve
        return [self._nearer(place, down, up, held) for place in range(count)], solved

    def _between(self, place: int, down: list[int], up: list[int], held: dict[str, list[int]], halve: bool) -> int:
        """Where the sum would meet the target on a straight line, every other time the middle."""
        a, b = down[place], up[place]
        if b - a <= 1:
            return a
        low, high = held["down"][place], held["up"][place]
        if halve or high <= low:
            return (a + b) // 2
        return min(max(a + (self.targets[place] - low) * (b - a) // (high - low), a), b - 1)

    def _narrow(self, place: int, at: tuple[int, int], sums: tuple[int, ...], down: list[int], up: list[int],
                held: dict[str, list[int]]) -> None:
        for point, total in zip(at, sums, strict=True):
            if total <= self.targets[place] and point >= down[place]:
                down[place], held["down"][place] = point, total
            elif total > self.targets[place] and point <= up[place]:
                up[place], held["up"][place] = point, total

    def _nearer(self, place: int, down: list[int], up: list[int], held: dict[str, list[int]]) -> int:
        below, over = self.targets[place] - held["down"][place], held["up"][place] - self.targets[place]
        return up[place] if 0 <= over < below else down[place]

    def _last_year(self) -> list[int]:
        """Last year's sum of each band, over the objects whose draft bill is known."""
        known = self.board.select(self.rule([self.high] * len(self.edges)))
        rows = self.board.connection.execute(
            f"SELECT {self.band}, coalesce(sum(before), 0) FROM ({known}) WHERE before IS NOT NULL "
            "AND payable IS NOT NULL GROUP BY 1").fetchall()
        found = {int(key): int(total) for key, total in rows}
        return [found.get(place, 0) for place in range(len(self.edges))]


def _refuse_falling(draft: PbbRule) -> None:
    """Tiers by the taxable value whose rates fall: a higher ratio could make a bill smaller."""
    if draft.band_base is BandBase.TAXABLE and draft.tiering is Tiering.SLAB:
        rates = [tier.rate for tier in draft.tiers if tier.rate is not None]
        if rates != sorted(rates):
            raise refuse("tax.what_if.falling", remedy="tax.what_if.falling.remedy")
