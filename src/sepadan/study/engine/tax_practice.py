"""A region's PBB practice on a day: its law, filled where the law is open by a named assumption set.

Idea: what travels between regions is this and nothing else: public law, dated and sourced, with the assumptions named.
A draft typed in by a person is a practice too. The fingerprint covers law, draft and assumptions, so that a run can be
repeated and checked.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from sepadan.ground.assumptions import AssumptionSet
from sepadan.ground.statutes import Book, Law, canonical
from sepadan.tax.engine.parameters import Assumed, Sources
from sepadan.tax.engine.pbb import PbbRule
from sepadan.tax.engine.pbb_rule import PARAMETERS, read_pbb_rule

LEVY = "pbb"


@dataclass(frozen=True)
class TaxPractice:
    """PBB of ``region`` on ``on``. ``changes`` are assumption values set aside for this run (an alternative)."""

    region: str
    on: date
    law: Law
    assumptions: AssumptionSet
    rule: PbbRule
    changes: Mapping[str, Any]

    @property
    def draft(self) -> str | None:
        return self.law.draft

    @property
    def assumed(self) -> tuple[str, ...]:
        return self.rule.assumed

    def fingerprint(self) -> str:
        """sha256 over the law in force, the draft laid over it, and the assumptions that were used."""
        used = {name: canonical(self._assumed_value(name)) for name in self.assumed}
        text = json.dumps([self.law.fingerprint(), self.assumptions.name, used], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def _assumed_value(self, name: str) -> Any:
        return self.changes.get(name, self.assumptions.values[LEVY].get(name))

    def with_rule(self, **changes: Any) -> TaxPractice:
        """The same practice with changed rule parameters (a factor on rates, another ratio)."""
        return replace(self, rule=replace(self.rule, **changes))


def read_tax_practice(
    book: Book,
    region: str,
    on: date,
    assumptions: AssumptionSet,
    *,
    draft: Mapping[str, Any] | None = None,
    draft_name: str = "draft",
    changes: Mapping[str, Any] | None = None,
) -> TaxPractice:
    """The practice of *region* on *on*. Refuses an unknown region, a day before any law, a draft beyond a cap.

    *draft* lays values over the law; *changes* replaces values of the assumption set for this run.
    """
    law = book.with_draft(region, LEVY, draft, draft_name, on) if draft else book.law(region, LEVY, on)
    changes = dict(changes or {})
    law.require("tiers")
    assumed = {
        name: Assumed(changes.get(name, value), assumptions.why(LEVY, name))
        for name, value in assumptions.values[LEVY].items()
        if name in PARAMETERS or name == "food_land"
    }
    rule = read_pbb_rule(Sources(law=law, assumed=assumed, where=f"{region} {LEVY} {on}"))
    return TaxPractice(region, on, law, assumptions, rule, changes)


def alternatives(assumptions: AssumptionSet) -> list[tuple[str, Any]]:
    """(parameter, value) of every alternative that the set offers for PBB, in the order of the file."""
    return [(name, value) for name, values in assumptions.alternatives[LEVY].items() for value in values]


@cache
def engine_fingerprint() -> str:
    """sha256 over the source of what computes: the ground's columns and money, the tax engine, the replay."""
    root = Path(str(files("sepadan")))
    paths = [root / "ground" / "columns.py", root / "ground" / "money.py", root / "tax" / "names.py"]
    paths += sorted((root / "tax" / "engine").glob("*.py")) + sorted((root / "study" / "engine").glob("tax_*.py"))
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def scaled_rates(rule: PbbRule, factor: Fraction, cap: Fraction | None) -> PbbRule:
    """Every rate times *factor*, at most *cap* (the national ceiling)."""

    def one(rate: Fraction | None) -> Fraction | None:
        if rate is None:
            return None
        return rate * factor if cap is None else min(rate * factor, cap)

    tiers = tuple(replace(tier, rate=one(tier.rate)) for tier in rule.tiers)
    return replace(rule, tiers=tiers, food_land_rate=one(rule.food_land_rate))
