"""Statute folders read into values: instruments, coverage and conflicts here, levies in ``statute_levies``.

Layout of a statutes folder::

    national/instruments.yaml  conflicts.yaml  {tax,creative,waste}/<levy>.yaml
    national/tax/njop_classes.yaml  creative/holidays.yaml
    regions/<code>/instruments.yaml  coverage.yaml  conflicts.yaml  {tax,creative,waste}/<levy>.yaml

The national files are read first: they give the words, the unit and the caps of a parameter. Every fault becomes a
``Problem`` with file, line and remedy; nothing is repaired silently.
"""

from __future__ import annotations

import re
from pathlib import Path

from sepadan.ground.problems import Problem
from sepadan.ground.provisions import KINDS, NATIONAL, STATES, Conflict, Coverage, Instrument
from sepadan.ground.statute_levies import read_levy
from sepadan.ground.statute_reader import Node, inside, open_file, shown
from sepadan.ground.statute_shelf import Shelf
from sepadan.ground.yaml_exact import LocatedDict

AREAS = ("tax", "creative", "waste")
COVERAGES = ("complete", "partial", "missing")
SINGLE = ("instruments.yaml", "coverage.yaml", "conflicts.yaml")
CODE = re.compile(r"^\d{2}(?:\.\d{2})?$")


def read_folder(folder: Path, shelf: Shelf) -> None:
    """Add a statutes folder, or the folder of one region named by its code, to *shelf*."""
    folder = folder.resolve()
    if (folder / "national").is_dir() or (folder / "regions").is_dir():
        if (folder / "national").is_dir():
            _read_region(folder / "national", NATIONAL, shelf, folder)
        for region in sorted((folder / "regions").glob("*")):
            if region.is_dir() and not region.name.startswith((".", "_")):
                _read_region(region, region.name, shelf, folder)
    elif folder.is_dir() and any((folder / name).exists() for name in (*AREAS, *SINGLE)):
        _read_region(folder, folder.name, shelf, folder.parent)
    else:
        node = Node(LocatedDict(1), shown(folder), 1, shelf.problems)
        shelf.problems.append(_folder_problem(node))


def _folder_problem(node: Node) -> Problem:
    node.fault("folder.none")
    found = node.problems.pop()
    return Problem(found.what, node.shown, found.remedy)


def _read_region(folder: Path, region: str, shelf: Shelf, root: Path) -> None:
    if region != NATIONAL and not CODE.match(region):
        Node(LocatedDict(1), shown(folder), 1, shelf.problems).fault("file.code", code=region)
        return
    shelf.folders[region] = shown(folder)
    if (folder / "instruments.yaml").exists():
        _read_instruments(folder / "instruments.yaml", region, shelf, root)
    for path in sorted(folder.rglob("*.y*ml")):
        parts = path.relative_to(folder).parts
        if len(parts) == 2 and parts[0] in AREAS and path.suffix == ".yaml":
            read_levy(path, region, parts[0], shelf, root)
        elif parts == ("coverage.yaml",) and region != NATIONAL:
            _read_coverage(path, region, shelf, root)
        elif parts == ("conflicts.yaml",):
            _read_conflicts(path, region, shelf, root)
        elif parts != ("instruments.yaml",):
            Node(LocatedDict(1), shown(path), 1, shelf.problems).fault("file.stray")


def _read_instruments(path: Path, region: str, shelf: Shelf, root: Path) -> None:
    top = open_file(path, shelf.problems)
    found = shelf.instruments.setdefault(region, {})
    for id in top.data if top is not None else ():
        assert top is not None
        node = top.child(id, f"{id}")
        if not node.keys(("kind", "year", "title", "about", "state"), ("number", "date", "url", "amends")):
            continue
        kind, state, about = node.choice("kind", KINDS), node.choice("state", STATES), node.words("about")
        year, title = node.data["year"], node.text("title")
        if not isinstance(year, int):
            node.fault("value.not_number", node.line_of("year"), text=repr(year))
        elif kind and state and about and title:
            found[str(id)] = Instrument(str(id), kind, node.text("number"), year, title, about, state,
                                        node.day("date"), node.text("url"), node.text("amends"))
            shelf.instrument_places[(region, str(id))] = node.where(node.line)


def _read_coverage(path: Path, region: str, shelf: Shelf, root: Path) -> None:
    top = open_file(path, shelf.problems)
    if top is None or not top.keys(("name", "levies")):
        return
    name = top.words("name")
    if name:
        shelf.names[region] = name
    levies = top.child("levies")
    for levy in levies.data:
        node = levies.child(levy, str(levy))
        if node.keys(("state", "reason")):
            state, reason = node.choice("state", COVERAGES), node.words("reason")
            if state and reason:
                shelf.coverage[(region, str(levy))] = Coverage(region, str(levy), state, reason, inside(path, root),
                                                               top.shown, node.line)


def _read_conflicts(path: Path, region: str, shelf: Shelf, root: Path) -> None:
    top = open_file(path, shelf.problems)
    for id in top.data if top is not None else ():
        assert top is not None
        node = top.child(id, str(id))
        if not node.keys(("levy", "about", "choice", "sources"), ("parameter",)):
            continue
        about, choice = node.words("about"), node.words("choice")
        levy, sources = node.text("levy"), node.names("sources")
        if about and choice and levy and sources:
            shelf.conflicts[(region, str(id))] = Conflict(str(id), region, levy, node.text("parameter"), about, choice,
                                                          sources, inside(path, root), top.shown, node.line)


