"""Reading one mapping of a statute file strictly: known keys, required keys, types, each fault with its line.

Idea: a ``Node`` is a mapping plus the place it stands in. Its getters return a usable value or None and leave a
problem behind, so that one run reports every fault of a file instead of the first.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from sepadan.ground.messages import Message, message
from sepadan.ground.problems import Problem, Refused
from sepadan.ground.provisions import Words, words
from sepadan.ground.yaml_exact import LocatedDict, read_exact

NOTHING = words("", "")  # where a sentence has nothing to add


def near(text: Any, known: Iterable[str]) -> Message:
    """“Did you mean ...?”, or nothing."""
    found = difflib.get_close_matches(str(text), list(known), 1, 0.6)
    return message("ground.statutes.file.near", near=found[0]) if found else NOTHING


class Node:
    """A mapping of a file with the list that collects its problems."""

    def __init__(self, data: Any, shown: str, line: int, problems: list[Problem], trail: str = ""):
        self.shown, self.problems, self.trail = shown, problems, trail
        self.usable = isinstance(data, LocatedDict)
        self.data: LocatedDict = data if self.usable else LocatedDict(line)
        self.line = line
        if not self.usable:
            self.fault("file.not_map", line)

    def where(self, line: int) -> str:
        return f"{self.shown}:{line}" + (f" {self.trail}" if self.trail else "")

    def fault(self, key: str, /, line: int | None = None, *, remedy: str | None = None, **params: Any) -> None:
        full = f"ground.statutes.{key}"
        self.problems.append(Problem(message(full, **params), self.where(line or self.line),
                                     message(remedy or f"{full}.remedy", **params)))

    def line_of(self, key: Any) -> int:
        return self.data.lines.get(key, self.line)

    def keys(self, required: Iterable[str], optional: Iterable[str] = ()) -> bool:
        """Report unknown, absent and empty keys; True when all required are there. Only a ``value`` may be null."""
        required, known = list(required), [*required, *optional]
        if not self.usable:
            return False
        for key in self.data:
            if key not in known:
                self.fault("file.key", self.line_of(key), key=str(key), known=", ".join(known), near=near(key, known))
            elif self.data[key] is None and key != "value":
                self.fault("file.blank", self.line_of(key), key=str(key))
        absent = [key for key in required if key not in self.data]
        for key in absent:
            self.fault("file.lacks", key=key)
        return not absent and all(self.data[key] is not None or key == "value" for key in required)

    def child(self, key: Any, trail: str = "") -> Node:
        return Node(self.data[key], self.shown, self.line_of(key), self.problems, trail or self.trail)

    def text(self, key: str) -> str | None:
        value = self.data.get(key)
        if value is None or (isinstance(value, str) and value.strip()):
            return value
        self.fault("file.text", self.line_of(key), key=key, text=repr(value))
        return None

    def day(self, key: str) -> date | None:
        """A day, or None for ``open`` and for an absent key."""
        value = self.data.get(key)
        if value is None or value == "open" or isinstance(value, date):
            return value if isinstance(value, date) else None
        self.fault("file.since", self.line_of(key), text=str(value))
        return None

    def words(self, key: str) -> Words | None:
        """A text in both languages; None (with a problem when it is there but wrong) otherwise."""
        value = self.data.get(key)
        if value is None:
            return None
        good = (isinstance(value, dict) and set(value) == {"id", "en"}
                and all(isinstance(one, str) and one.strip() for one in value.values()))
        if not good:
            self.fault("file.words", self.line_of(key), key=key)
            return None
        return words(value["id"], value["en"])

    def choice(self, key: str, known: Iterable[str]) -> str | None:
        value, known = self.data.get(key), list(known)
        if value in known:
            return str(value)
        if value is not None:
            self.fault("file.one_of", self.line_of(key), key=key, text=str(value), known=", ".join(known),
                       near=near(value, known))
        return None

    def names(self, key: str) -> tuple[str, ...]:
        """A list of words; empty when absent."""
        value = self.data.get(key)
        if value is None:
            return ()
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(value)
        self.fault("value.not_list", self.line_of(key), text=repr(value))
        return ()


def shown(path: Path) -> str:
    """*path* as faults name it: from the working folder when it lies inside, else as it is."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):  # outside, or the working folder is gone
        return str(path)


def inside(path: Path, root: Path) -> str:
    """*path* from the statutes folder *root*, the same on every machine."""
    return path.relative_to(root).as_posix()


def open_file(path: Path, problems: list[Problem]) -> Node | None:
    """The top of a YAML file, or None with a problem."""
    try:
        data = read_exact(path, shown(path))
    except Refused as refused:
        problems.append(refused.problem)
        return None
    node = Node(data, shown(path), 1, problems)
    return node if node.usable else None
