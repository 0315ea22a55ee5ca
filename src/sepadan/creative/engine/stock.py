"""Equipment over time: how many pieces are free throughout a span, and when enough are.

Idea: a promise is a number of pieces for a span. What is promised at a moment is the sum of the promises that hold it;
it changes only where one begins or ends, so that a walk over these moments gives the greatest sum within a span and
the stretches in which fewer than wanted are free. Spans do not contain their end. Whole pieces; pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sepadan.creative.engine.opening import Span, join


@dataclass(frozen=True, slots=True)
class Promise:
    """*quantity* pieces for a span."""

    span: Span
    quantity: int


def levels(promises: Iterable[Promise]) -> list[tuple[datetime, int]]:
    """(moment, promised from then on) wherever the sum changes, in order."""
    steps: dict[datetime, int] = {}
    for one in promises:
        steps[one.span.start] = steps.get(one.span.start, 0) + one.quantity
        steps[one.span.end] = steps.get(one.span.end, 0) - one.quantity
    found, sum_ = [], 0
    for moment in sorted(steps):
        sum_ += steps[moment]
        found.append((moment, sum_))
    return found


def peak(promises: Iterable[Promise], within: Span) -> int:
    """The most that is promised at one moment of *within*."""
    inside = [Promise(Span(max(one.span.start, within.start), min(one.span.end, within.end)), one.quantity)
              for one in promises if one.span.meets(within)]
    return max((promised for _, promised in levels(inside)), default=0)


def free_throughout(present: int, promises: Iterable[Promise], within: Span) -> int:
    """How many of *present* pieces nobody has during all of *within*; never below zero."""
    return max(0, present - peak(promises, within))


def short(present: int, promises: Sequence[Promise], wanted: int, within: Span) -> list[Span]:
    """The stretches of *within* in which fewer than *wanted* pieces are free, joined and in order."""
    if wanted > present:
        return [within]
    inside = [one for one in promises if one.span.meets(within)]
    steps = levels(inside)
    found = []
    for number, (moment, promised) in enumerate(steps):
        end = steps[number + 1][0] if number + 1 < len(steps) else moment
        if promised + wanted > present and moment < end:
            found.append(Span(max(moment, within.start), min(end, within.end)))
    return join([one for one in found if one.start < one.end])
