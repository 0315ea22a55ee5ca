"""The plans of the two synthetic rolls, and the villages they are spread over."""

from __future__ import annotations

import csv
from decimal import Decimal
from importlib.resources import files

import yaml

from sepadan.demo.engine.plan import SMALL, Plan, plan_from
from sepadan.demo.engine.villages import Village
from sepadan.ground.problems import refuse

PLANNED = ("35.73", "32.16")
"""Regions that have a plan, in the order in which they load: the smaller roll first."""


def read_plan(region: str, *, small: bool = False, seed: int | None = None) -> Plan:
    """The plan of *region*; one object in fifty with *small*. Refuses a region without a plan."""
    if region not in PLANNED:
        raise refuse("demo.plan.none", where="--region", remedy="demo.plan.none.remedy", region=region,
                     known=", ".join(PLANNED))
    text = (files(__package__) / f"{region}.yaml").read_text(encoding="utf-8")
    plan = plan_from(yaml.safe_load(text), f"demo/plans/{region}.yaml")
    if small:
        plan = plan.scaled(SMALL)
    return plan if seed is None else plan.with_seed(seed)


def read_villages(region: str) -> tuple[Village, ...]:
    """The villages of *region* with their area, from the territory data that the product ships, by code."""
    source = files("sepadan.territory") / "data" / "facts.csv"
    with source.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["measure"] == "area_km2" and row["code"].startswith(region)]
    found = {row["code"]: int(Decimal(row["value"]) * 10_000) for row in rows if row["code"].count(".") == 3}
    return tuple(Village(code, found[code]) for code in sorted(found))
