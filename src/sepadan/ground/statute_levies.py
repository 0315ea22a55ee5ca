"""Levy files and class tables: parameters with their dated values and gaps, each fault with file, line and remedy.

Idea: a region may leave out description, unit and governs of a parameter that the national file of the same levy
defines, so that words, unit and caps are written once.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from sepadan.ground.provisions import (
    CONFIDENCES,
    GOVERNS,
    NATIONAL,
    ClassRow,
    ClassTable,
    LevyFile,
    Missing,
    Parameter,
    Provision,
)
from sepadan.ground.statute_holidays import read_holidays
from sepadan.ground.statute_reader import Node, inside, near, open_file
from sepadan.ground.statute_shelf import Shelf
from sepadan.ground.statute_values import UNITS, fitting_unit, plain, value_fault
from sepadan.ground.yaml_exact import LocatedList

_PARAMETER = re.compile(r"^[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*$", re.IGNORECASE)
_VALUE_KEYS = ("instrument", "article", "confidence", "source", "note")


def read_levy(path: Path, region: str, area: str, shelf: Shelf, root: Path) -> None:
    """Add one levy file (or a file of class tables or holiday decrees) to *shelf*."""
    top = open_file(path, shelf.problems)
    if top is None:
        return
    if "class_tables" in top.data:
        _read_class_tables(top, region, path, shelf, root)
        return
    if "holiday_decrees" in top.data:
        read_holidays(top, region, path, shelf, root)
        return
    if not top.keys(("levy", "parameters"), ("title",)):
        return
    levy = top.text("levy")
    if levy != path.stem:
        top.fault("file.levy_name", top.line_of("levy"), levy=str(levy), name=path.stem)
        return
    national = shelf.files.get((NATIONAL, levy)) if region != NATIONAL else None
    title = top.words("title") or (national.title if national else None)
    if title is None:
        top.fault("file.lacks", key="title")
        return
    file = LevyFile(region, area, levy, title, inside(path, root), top.shown)
    parameters = top.child("parameters")
    for name in parameters.data:
        node = parameters.child(name, str(name))
        if not isinstance(name, str) or not _PARAMETER.match(name):
            node.fault("value.not_word", node.line, text=repr(name))
            continue
        parameter = _parameter(node, name, file, national.parameters.get(name) if national else None, shelf)
        if parameter is not None:
            file.parameters[name] = parameter
    shelf.files[(region, levy)] = file


def _parameter(node: Node, name: str, file: LevyFile, model: Parameter | None, shelf: Shelf) -> Parameter | None:
    required = () if model else ("description", "unit", "governs")
    if not node.keys(required, ("description", "unit", "governs", "values", "missing", "optional", "upper_bound_of",
                                "lower_bound_of")):
        return None
    description = node.words("description") or (model.description if model else None)
    unit = node.choice("unit", UNITS) if "unit" in node.data else (model.unit if model else None)
    governs = node.choice("governs", GOVERNS) if "governs" in node.data else (model.governs if model else None)
    if description is None or unit is None or governs is None:
        return None
    if "values" not in node.data and "missing" not in node.data:
        node.fault("file.empty")
    optional = node.data.get("optional", model.optional if model else False)
    if not isinstance(optional, bool):
        node.fault("value.not_boolean", node.line_of("optional"), text=repr(optional))
        optional = False
    shell = Parameter(name, description, unit, governs, file.region, file.levy, file.area, file.path, node.line,
                      optional=optional, upper_bound_of=node.names("upper_bound_of"),
                      lower_bound_of=node.names("lower_bound_of"))
    values = _values(node, shell, shelf) if "values" in node.data else ()
    gaps = _gaps(node, shell) if "missing" in node.data else ()
    return replace(shell, values=values, missing=gaps)


def _values(node: Node, shell: Parameter, shelf: Shelf) -> tuple[Provision, ...]:
    held = node.child("values")
    found: list[Provision] = []
    before: date | None = None
    for key in held.data:
        line = held.line_of(key)
        if key != "open" and not isinstance(key, date):
            held.fault("file.since", line, text=str(key))
            continue
        since = key if isinstance(key, date) else None
        if since is None and found:
            held.fault("file.open_first", line)
            continue
        if since is not None and before is not None and since <= before:
            held.fault("file.order", line, day=since, before=before)
            continue
        before = since or before
        provision = _provision(held.child(key), shell, since, shelf)
        if provision is None:
            continue
        if provision.value is None and (not found or found[-1].value is None):
            held.fault("file.null_twice", line)
            continue
        found.append(provision)
    ends = [*(one.since for one in found[1:]), None] if found else []
    return tuple(replace(one, until=end) for one, end in zip(found, ends, strict=True))


def _provision(node: Node, shell: Parameter, since: date | None, shelf: Shelf) -> Provision | None:
    if not node.usable or not node.keys(("value",), _VALUE_KEYS):
        return None
    value = node.data["value"]
    confidence = node.choice("confidence", CONFIDENCES)
    if confidence is None:
        if value is not None and node.data.get("confidence") is None:
            node.fault("file.lacks", key="confidence")
        confidence = "secondary"
    if value is not None:
        _check_value(node, fitting_unit(shell.unit, value), value)
    source = node.text("source")
    if value is not None and source is None and confidence != "from-memory":
        node.fault("file.source")
    instrument = None
    id = node.text("instrument")
    if id is not None:
        instrument = shelf.instrument(shell.region, id)
        if instrument is None:
            known = [*shelf.instruments.get(shell.region, {}), *shelf.instruments.get(NATIONAL, {})]
            node.fault("file.instrument", node.line_of("instrument"), instrument=id, near=near(id, known))
    return Provision(shell.name, plain(value), since, None, instrument, node.text("article"), confidence, source,
                     node.words("note"), fitting_unit(shell.unit, value), shell.governs, shell.description,
                     shell.region, shell.levy, shell.path, node.line)


def _check_value(node: Node, unit: str, value: Any) -> None:
    found = value_fault(unit, value)
    if found:
        key, params = found
        line = node.line_of("value")
        if "row" in params and isinstance(value, LocatedList) and params["row"] <= len(value.lines):
            line = value.lines[params["row"] - 1]
        node.fault(key.removeprefix("ground.statutes."), line, **params)


def _gaps(node: Node, shell: Parameter) -> tuple[Missing, ...]:
    held = node.data["missing"]
    rows = held if isinstance(held, LocatedList) else [held]
    found = []
    for row in rows:
        gap = Node(row, node.shown, getattr(row, "line", node.line_of("missing")), node.problems, node.trail)
        if not gap.keys(("since", "reason"), ("until", "limit")):
            continue
        reason, since, until = gap.words("reason"), gap.day("since"), gap.day("until")
        if since and until and until <= since:
            gap.fault("file.gap_order", gap.line_of("until"), since=since, until=until)
        elif reason:
            found.append(Missing(shell.name, reason, since, until, shell.description, shell.region, shell.levy,
                                 shell.path, gap.text("limit"), gap.line))
    return tuple(found)


def _read_class_tables(top: Node, region: str, path: Path, shelf: Shelf, root: Path) -> None:
    if not top.keys(("class_tables",)):
        return
    tables = top.child("class_tables")
    for name in tables.data:
        node = tables.child(name, str(name))
        if not node.keys(("title", "note", "sources", "land", "building"), ("instrument",)):
            continue
        title, note, sources = node.words("title"), node.words("note"), node.names("sources")
        id = node.text("instrument")
        instrument = shelf.instrument(region, id) if id else None
        if id and instrument is None:
            node.fault("file.instrument", node.line_of("instrument"), instrument=id,
                       near=near(id, shelf.instruments.get(region, {})))
        land, building = _class_rows(node, "land"), _class_rows(node, "building")
        if title and note and sources and land and building:
            shelf.class_tables[str(name)] = ClassTable(str(name), title, instrument, sources, note, land, building,
                                                       inside(path, root))


def _class_rows(node: Node, key: str) -> tuple[ClassRow, ...]:
    """Rows ``[class, over, to, value, value confidence, bounds confidence]``, from the highest class down."""
    held = node.data[key]
    rows: list[ClassRow] = []
    for number, row in enumerate(held if isinstance(held, LocatedList) else (), 1):
        line = held.lines[number - 1]
        good = (isinstance(row, list) and len(row) == 6 and all(type(one) is int for one in row[:4])
                and all(one in CONFIDENCES for one in row[4:]))
        if not good:
            node.fault("value.row_not_map", line, row=number, text=str(row))
            continue
        found = ClassRow(*row)
        joined = not rows or (found.number == rows[-1].number + 1 and found.to == rows[-1].over)
        if not joined or not found.over < found.value <= found.to:
            node.fault("file.class_order", line, number=found.number)
        rows.append(found)
    return tuple(rows)
