"""National caps: which national parameter bounds which regional one, and whether a value keeps within it.

Idea: a national parameter names what it bounds (``upper_bound_of: [tiers, food_land_rate]``), so a new cap needs no
code. A regional value is held against every cap that is in force while it holds; a draft against the newest caps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from sepadan.ground import figures
from sepadan.ground.figures import Language
from sepadan.ground.messages import Message, message
from sepadan.ground.problems import Problem
from sepadan.ground.provisions import Parameter, Provision
from sepadan.ground.statute_values import Fault, bounded_numbers, fault, fitting_unit, value_fault

MONTH = 31
FRACTIONS = ("fraction", "tiers", "ratios", "va_bands", "fractions")


class Shown(Message):
    """A number of a statute in the form of its unit: per cent, rupiah or plain."""

    __slots__ = ()

    def text(self, lang: Language) -> str:
        value, unit = self.params["value"], self.params["unit"]
        if unit in FRACTIONS:
            return figures.percent(value, lang)
        if unit.startswith("rupiah") or unit == "amounts":
            return figures.rupiah(value, lang)
        return figures.number(value, lang)


class Cited(Message):
    """The citation of a provision in the language of the reader."""

    __slots__ = ()

    def text(self, lang: Language) -> str:
        provision: Provision = self.params["provision"]
        return provision.citation(lang)


def beyond(value: Any, cap: Provision, upper: bool) -> int | Decimal | None:
    """The first number in *value* that goes beyond the cap, or None."""
    limit = cap.value
    return next((one for one in bounded_numbers(value) if (one > limit if upper else one < limit)), None)


def caps_of(name: str, national: Iterable[Parameter]) -> Iterator[tuple[Parameter, bool]]:
    """The national parameters that bound *name*: (parameter, whether it is an upper bound)."""
    for parameter in national:
        if name in parameter.upper_bound_of:
            yield parameter, True
        if name in parameter.lower_bound_of:
            yield parameter, False


def newest(parameter: Parameter) -> Provision | None:
    """The last value of a cap that has not ended."""
    last = parameter.values[-1] if parameter.values else None
    return last if last is not None and last.known else None


def cap_problem(value: Any, unit: str, name: str, cap: Provision, upper: bool, where: str) -> Problem | None:
    """The problem of *value* beyond *cap*, naming value, limit and article; or None."""
    found = beyond(value, cap, upper)
    if found is None:
        return None
    key = f"ground.statutes.draft.{'over' if upper else 'under'}"
    params = {"name": name, "value": Shown("", {"value": found, "unit": unit}),
              "limit": Shown("", {"value": cap.value, "unit": cap.unit}), "citation": Cited("", {"provision": cap})}
    return Problem(message(key, **params), where, message(f"{key}.remedy", **params))


def cap_problems(parameter: Parameter, national: Iterable[Parameter]) -> Iterator[tuple[Provision, Problem]]:
    """Every value of a regional parameter beyond a cap under which it holds.

    That is the newest cap in force while it holds, and an older one if it holds under that for more than a month:
    regional law of a new system begins at the new year, days before the date from which the new cap is stated.
    """
    for cap, upper in caps_of(parameter.name, national):
        for provision in parameter.values:
            if provision.value is None:
                continue
            limits = [limit for limit in cap.values if limit.known and _days_together(provision, limit) > 0]
            for limit in limits:
                if limit is limits[-1] or _days_together(provision, limit) > MONTH:
                    problem = cap_problem(provision.value, parameter.unit, parameter.name, limit, upper, "")
                    if problem is not None:
                        yield provision, problem


def _days_together(one: Provision, other: Provision) -> int:
    start = max(one.since or date.min, other.since or date.min)
    return (min(one.until or date.max, other.until or date.max) - start).days


def _hole(value: Any) -> Fault | None:
    """A band without a rate or ratio: allowed in a statute (not found), not in a draft."""
    for number, row in enumerate(value if isinstance(value, list) else (), 1):
        for key in ("rate", "ratio"):
            if isinstance(row, dict) and row.get(key, 0) is None:
                return fault("row_lacks", row=number, key=key)
    return None


def draft_problem(model: Parameter, value: Any, national: Iterable[Parameter], where: str) -> Problem | None:
    """Why *value* cannot stand as a draft of the parameter *model*, or None."""
    found = value_fault(fitting_unit(model.unit, value), value) or _hole(value)
    if found is not None:
        key, params = found
        return Problem(message(key, **params), where, message(f"{key}.remedy", **params))
    for cap, upper in caps_of(model.name, national):
        limit = newest(cap)
        problem = cap_problem(value, model.unit, model.name, limit, upper, where) if limit is not None else None
        if problem is not None:
            return problem
    return None

