"""Holiday decrees of a statutes folder: the days off of one year, by the decree that names them.

A file with the top key ``holiday_decrees``: per decree its year, instrument, the day from which it is known,
confidence, sources, and two lists of ``[day, name in Indonesian, name in English]``: ``national`` and ``joint_leave``.
A decree that ``replaces`` another of its year may leave out a list, which then stays as it was. A decree of the same
id in a later folder takes the place of the earlier. Faults name file and line.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from sepadan.ground.provisions import CONFIDENCES, HolidayDecree, NamedDay, words
from sepadan.ground.statute_reader import Node, inside, near
from sepadan.ground.statute_shelf import Shelf
from sepadan.ground.yaml_exact import LocatedList

_REQUIRED = ("year", "instrument", "known_from", "confidence", "sources", "note")
_OPTIONAL = ("replaces", "national", "joint_leave")


def read_holidays(top: Node, region: str, path: Path, shelf: Shelf, root: Path) -> None:
    """Add the decrees of one file to *shelf*."""
    if not top.keys(("holiday_decrees",)):
        return
    decrees = top.child("holiday_decrees")
    for id in decrees.data:
        node = decrees.child(id, str(id))
        found = _decree(node, str(id), region, shelf, inside(path, root)) if node.keys(_REQUIRED, _OPTIONAL) else None
        if found is not None:
            shelf.holiday_decrees[found.id] = found


def _decree(node: Node, id: str, region: str, shelf: Shelf, path: str) -> HolidayDecree | None:
    year, known_from, note = node.data["year"], node.day("known_from"), node.words("note")
    confidence, sources = node.choice("confidence", CONFIDENCES), node.names("sources")
    if not isinstance(year, int):
        node.fault("value.not_number", node.line_of("year"), text=repr(year))
        return None
    if node.data["known_from"] == "open":
        node.fault("file.since", node.line_of("known_from"), text="open")
    replaced = _replaced(node, id, year, known_from, shelf.holiday_decrees)
    title = node.text("instrument") or ""
    instrument = shelf.instrument(region, title)
    if instrument is None:
        node.fault("file.instrument", node.line_of("instrument"), instrument=title,
                   near=near(title, shelf.instruments.get(region, {})))
    lists = {}
    for key in ("national", "joint_leave"):
        if key in node.data:
            lists[key] = _days(node, key, year)
        elif replaced is None:
            node.fault("file.lacks", key=key)
        else:
            lists[key] = getattr(replaced, key)
    if not (instrument and known_from and note and confidence and sources and len(lists) == 2):
        return None
    return HolidayDecree(id, year, instrument, known_from, node.text("replaces"), confidence, sources, note,
                         lists["national"], lists["joint_leave"], path)


def _replaced(node: Node, id: str, year: int, known_from: date | None, known: Mapping[str, HolidayDecree]
              ) -> HolidayDecree | None:
    """The decree that this one replaces; it stands above, is of the same year and was known earlier."""
    named = node.text("replaces")
    if named is None:
        for other in known.values():
            if other.year == year and id not in (other.id, other.replaces):
                node.fault("file.decree_twice", node.line_of("year"), year=str(year), other=other.id)
        return None
    found = known.get(named)
    good = found is not None and found.year == year and (known_from is None or found.known_from < known_from)
    if not good:
        node.fault("file.decree_replaces", node.line_of("replaces"), other=named, near=near(named, known))
    return found


def _days(node: Node, key: str, year: int) -> tuple[NamedDay, ...]:
    """The rows of a list, ascending, each within the year and with its name in both languages."""
    held = node.data[key]
    rows: list[NamedDay] = []
    if not isinstance(held, LocatedList):
        node.fault("value.not_list", node.line_of(key), text=repr(held))
        return ()
    for number, row in enumerate(held, 1):
        good = (isinstance(row, list) and len(row) == 3 and isinstance(row[0], date) and row[0].year == year
                and all(isinstance(one, str) and one.strip() for one in row[1:])
                and (not rows or rows[-1].day < row[0]))
        if good:
            rows.append(NamedDay(row[0], words(row[1], row[2])))
        else:
            node.fault("file.decree_day", held.lines[number - 1], text=", ".join(str(one) for one in row)
                       if isinstance(row, list) else str(row), year=str(year))
    return tuple(rows)
