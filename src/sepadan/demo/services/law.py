"""The law that a synthetic roll is calibrated against, and the tax engine that applies it.

The law is that of the statutes on 1 January of the plan's tax year; what it leaves open comes from the default
assumption set. Bills are taken before any waiver (step ``pbb``).
"""

from __future__ import annotations

import numpy as np

from sepadan.demo.engine.calibration import Assess
from sepadan.demo.engine.objects import ClassTable
from sepadan.demo.engine.plan import Plan
from sepadan.ground.assumptions import load_assumptions
from sepadan.ground.columns import connect
from sepadan.ground.problems import refuse
from sepadan.ground.provisions import ClassRow
from sepadan.ground.statutes import load_book
from sepadan.study.engine.tax_practice import read_tax_practice
from sepadan.tax.engine.pbb import PbbRule, pbb_program
from sepadan.tax.engine.roll_columns import Integers, RollColumns

ASSUMPTIONS = "default"
CLASS_TABLE = "national-2011"


def class_tables() -> tuple[ClassTable, ClassTable]:
    """Land and building classes of the national table."""
    table = load_book().class_table(CLASS_TABLE)
    return _columns(table.land), _columns(table.building)


def _columns(rows: tuple[ClassRow, ...]) -> ClassTable:
    return ClassTable(classes=tuple(row.number for row in rows), over=tuple(row.over for row in rows),
                      to=tuple(row.to for row in rows), value=tuple(row.value for row in rows))


def assess_by(rule: PbbRule) -> Assess:
    """Bills of a whole roll under *rule*, with one NJOPTKP per owner. Raises Refused where a rate is not known."""
    program = pbb_program(rule, allocate=True)

    def assess(columns: RollColumns) -> Integers:
        count, njop = len(columns), columns.njop
        table = {"object_id": np.arange(1, count + 1, dtype=np.int64), "owner_id": columns.owner, "njop": njop,
                 "food_land": columns.food_land == 1}
        query = program.select("roll", {"njop": (0, int(njop.max(initial=0)))}, ("object_id", "pbb"))
        with connect() as duck:
            duck.register("roll", table)
            answer = duck.execute(f"SELECT object_id, pbb FROM ({query})").fetchnumpy()
        pbb = answer["pbb"]
        if isinstance(pbb, np.ma.MaskedArray) and pbb.mask.any():
            raise refuse("demo.law.rate_unknown", where="pbb")
        bills = np.empty(count, dtype=np.int64)
        bills[answer["object_id"] - 1] = pbb
        return bills

    return assess


def rule_of(plan: Plan) -> PbbRule:
    """The rule that the plan's region applies in its tax year, filled up by the default assumption set."""
    return read_tax_practice(load_book(), plan.region, plan.law_on, load_assumptions(ASSUMPTIONS)).rule
