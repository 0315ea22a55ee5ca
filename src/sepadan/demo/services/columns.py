"""A plan turned into columns: drawn, then calibrated. Touches no database, so that benchmarks can use it as well."""

from __future__ import annotations

from collections.abc import Callable

from sepadan.demo.engine.calibration import Achieved, calibrate
from sepadan.demo.engine.objects import draft_objects
from sepadan.demo.engine.plan import Plan
from sepadan.demo.plans import read_villages
from sepadan.demo.services.law import assess_by, class_tables, rule_of
from sepadan.tax.engine.roll_columns import RollColumns


def make_columns(plan: Plan, told: Callable[[], None] | None = None) -> tuple[RollColumns, Achieved]:
    """The columns of *plan* and what the law yields on them. The same plan gives the same columns everywhere."""
    land, building = class_tables()
    draft = draft_objects(plan, read_villages(plan.region), land, building)
    if told is not None:
        told()
    return calibrate(plan, draft, assess_by(rule_of(plan)))
