"""The history of one object: what a change on a legal date does to the versions known so far.

Versions lie end to end from the first date on; each names the fields that were set on its first day. A change on a date
sets its fields from that date until the next later version that sets the same field itself, so that an area corrected
back to 2023 is also right after the sale of 2025. It does not delete: the caller supersedes what was replaced.
A field set again to the value it has counts as set: it is a statement about that day and stands against older dates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sepadan.ground.problems import refuse


@dataclass(frozen=True, slots=True)
class Span:
    """A version: in force ``valid_from <= day < valid_to`` (None: open). *key* is the stored row it was read from."""

    valid_from: date
    valid_to: date | None
    values: Mapping[str, Any]
    set_here: frozenset[str]
    key: int | None = None


def revise(known: Sequence[Span], on: date, fields: Mapping[str, Any]) -> tuple[list[int], list[Span]]:
    """``(keys superseded, spans to add)`` when *fields* are set from *on*. Fields of none change nothing.

    Raises Refused before the first version and on or after the end of the last one.
    """
    spans = sorted(known, key=lambda span: span.valid_from)
    if not spans or on < spans[0].valid_from:
        raise refuse("tax.register.too_early", where=on.isoformat(), remedy="tax.register.too_early.remedy")
    end = spans[-1].valid_to
    if end is not None and on >= end:
        remedy = "tax.register.closed.remedy"
        raise refuse("tax.register.closed", where=on.isoformat(), remedy=remedy, end=end.isoformat())
    if not fields:
        return [], []
    gone: list[int] = []
    added: list[Span] = []
    running = dict(fields)
    for span in spans:
        if span.valid_to is not None and span.valid_to <= on:
            continue
        if span.valid_from > on:
            running = {name: value for name, value in running.items() if name not in span.set_here}
            if not running:
                break
            added.append(Span(span.valid_from, span.valid_to, {**span.values, **running}, span.set_here))
        else:
            if span.valid_from < on:
                added.append(Span(span.valid_from, on, span.values, span.set_here))
            set_here = frozenset(fields) | (span.set_here if span.valid_from == on else frozenset())
            added.append(Span(on, span.valid_to, {**span.values, **fields}, set_here))
        if span.key is None:
            raise ValueError("a known version has no key to supersede it by")
        gone.append(span.key)
    return gone, added


def check_parts(whole_m2: int, parts_m2: Sequence[int]) -> None:
    """A split has at least two parts, each with land, that add up to the whole. Raises Refused."""
    if len(parts_m2) < 2 or min(parts_m2) <= 0 or sum(parts_m2) != whole_m2:
        raise refuse("tax.register.parts", remedy="tax.register.parts.remedy", whole=whole_m2, parts=sum(parts_m2))
