"""Modules are entered through their doors. Layers and purity are import-linter's (pyproject.toml); this is the rest.

A module is entered through ``public.py``. Engines may besides be imported by ``study``, ``demo`` and ``cases``:
replaying a foreign rule is what they are for. Names (plain enumerations) are free. A few files are doors of their own:
what every regional table, migration or view needs from ``records``.
"""

from __future__ import annotations

import functools

import grimp
import pytest

MODULES = ("territory", "records", "tax", "creative", "waste", "study", "portal", "demo", "cases", "project")
DOORS = {"public", "names"}
OWN_DOORS = {"records": {"tenancy", "walls", "constraints", "clock"}}
ENGINE_GUESTS = {"study", "demo", "cases"}


@functools.cache
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("sepadan", cache_dir=None)


def crossings() -> list[tuple[str, str]]:
    """Every import that enters another module, inline and type-only imports included."""
    found = []
    for importer in sorted(graph().modules):
        for imported in sorted(graph().find_modules_directly_imported_by(importer)):
            a, b = importer.split("."), imported.split(".")
            if len(a) > 1 and len(b) > 1 and a[1] != b[1] and b[1] in MODULES:
                found.append((importer, imported))
    return found


def allowed(importer: str, imported: str) -> bool:
    a, b = importer.split("."), imported.split(".")
    if len(b) == 2:  # the package itself holds nothing
        return True
    if b[2] in DOORS | OWN_DOORS.get(b[1], set()):
        return True
    return b[2] == "engine" and a[1] in ENGINE_GUESTS


def test_other_modules_are_entered_through_their_doors():
    wrong = [f"{importer} -> {imported}" for importer, imported in crossings() if not allowed(importer, imported)]
    assert not wrong, "enter these through public.py:\n" + "\n".join(wrong)


@pytest.mark.parametrize(("importer", "imported", "expected"), [
    ("sepadan.study.services.replay", "sepadan.tax.engine.pbb", True),
    ("sepadan.portal.views.home", "sepadan.tax.engine.pbb", False),
    ("sepadan.portal.views.home", "sepadan.study.public", True),
    ("sepadan.study.services.replay", "sepadan.tax.models.rolls", False),
    ("sepadan.tax.models.rolls", "sepadan.records.tenancy", True),
])
def test_the_rule_itself(importer, imported, expected):
    """The rule tells a door from a wall, so that the test above cannot pass for the wrong reason."""
    assert allowed(importer, imported) is expected
