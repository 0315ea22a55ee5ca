"""What the statute book and the national class tables give a case."""

from __future__ import annotations

from collections.abc import Sequence

from sepadan.cases.case import Case, place
from sepadan.ground.problems import refuse
from sepadan.ground.statute_reader import near
from sepadan.ground.statutes import load_book
from sepadan.tax.engine.njop import ClassTable, ValueClass
from sepadan.tax.engine.parameters import Sources


def sources_of(case: Case, levy: str, allowed: Sequence[str]) -> Sources:
    """The given values and the law of *case*. A given name outside *allowed* is refused."""
    for name in case.given:
        if name not in allowed:
            raise refuse("cases.given.unknown", where=place(case.where, case.given, name), name=str(name),
                         rule=case.rule, allowed=", ".join(allowed), near=near(name, allowed))
    law = None
    if case.law is not None:
        law = load_book().law(region=case.law.region, levy=levy, on=case.law.on)
    return Sources(case.given, law, where=case.where)


def class_table(name: str, where: str = "") -> ClassTable:
    """A class table of the statute book by name. Raises Refused that lists those there are."""
    if name == "none":
        raise refuse("tax.njop.needs_table", where=where, name="value_per_m2")
    table = load_book().class_table(name)
    return ClassTable(
        name,
        tuple(ValueClass(row.number, row.over, row.to, row.value) for row in table.land),
        tuple(ValueClass(row.number, row.over, row.to, row.value) for row in table.building),
    )
