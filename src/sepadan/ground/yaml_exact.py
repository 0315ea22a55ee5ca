"""YAML read exactly: decimals as ``Decimal``, whole numbers as ``int``, days as ``date``, every key with its line.

Idea: a statute file means what is written in it. ``0.00055`` is 55/100000, ``010`` and ``1:30`` are text, ``on`` and
``yes`` are text, a key written twice is a fault, and every fault names file and line. Mappings and lists come back as
``LocatedDict`` and ``LocatedList`` that remember the line of each entry.

It does not support merge keys, tags other than the plain ones, or several documents in one file.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from sepadan.ground.problems import Refused, refuse

_DEPTH = 40
_TAG = "tag:yaml.org,2002:"


class LocatedDict(dict[Any, Any]):
    """A mapping that knows its own line and the line of each key (counted from 1)."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int = 0):
        super().__init__()
        self.line = line
        self.lines: dict[Any, int] = {}


class LocatedList(list[Any]):
    """A list that knows its own line and the line of each item."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int = 0):
        super().__init__()
        self.line = line
        self.lines: list[int] = []


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The parser with YAML 1.2 words only: no octal, no sixagesimal, no ``on``/``yes``."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}


def _words(kind: str, pattern: str, first: str) -> None:
    for character in first:
        _Loader.yaml_implicit_resolvers.setdefault(character, []).append((_TAG + kind, re.compile(pattern)))


_words("bool", r"^(?:true|false)$", "tf")
_words("null", r"^(?:~|null)$", "~n")
_Loader.yaml_implicit_resolvers[""] = [(_TAG + "null", re.compile(r"^$"))]
_words("timestamp", r"^\d{4}-\d{2}-\d{2}$", "0123456789")
_words("int", r"^-?(?:0|[1-9][0-9_]*)$", "-0123456789")
_words("float", r"^-?(?:0|[1-9][0-9_]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$", "-0123456789")


def read_exact(path: Path, shown: str = "") -> Any:
    """The content of the YAML file *path*. Faults name it as *shown* (default: the path itself)."""
    shown = shown or str(path)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise refuse("ground.yaml.unreadable", where=shown, remedy="ground.yaml.unreadable.remedy",
                     error=error.strerror or type(error).__name__) from error
    except UnicodeDecodeError as error:
        raise refuse("ground.yaml.not_utf8", where=shown, remedy="ground.yaml.not_utf8.remedy") from error
    return parse_exact(text, shown)


def parse_exact(text: str, shown: str) -> Any:
    """The value that the YAML *text* writes; None when it is empty. Raises Refused naming ``shown:line``."""
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else 1
        raise refuse("ground.yaml.syntax", where=f"{shown}:{line}", remedy="ground.yaml.syntax.remedy",
                     error=error.problem or "?") from error
    except yaml.YAMLError as error:
        raise refuse("ground.yaml.syntax", where=shown, remedy="ground.yaml.syntax.remedy",
                     error=str(error).splitlines()[0]) from error
    finally:
        loader.dispose()
    return None if node is None else _value(node, shown, 0)


def _value(node: yaml.Node, shown: str, depth: int) -> Any:
    line = node.start_mark.line + 1
    if depth > _DEPTH:
        raise refuse("ground.yaml.deep", where=f"{shown}:{line}", remedy="ground.yaml.deep.remedy", depth=_DEPTH)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, shown, depth)
    if isinstance(node, yaml.SequenceNode):
        items = LocatedList(line)
        for child in node.value:
            items.append(_value(child, shown, depth + 1))
            items.lines.append(child.start_mark.line + 1)
        return items
    return _scalar(node.tag, node.value, f"{shown}:{line}")


def _mapping(node: yaml.MappingNode, shown: str, depth: int) -> LocatedDict:
    found = LocatedDict(node.start_mark.line + 1)
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise refuse("ground.yaml.key", where=f"{shown}:{line}", remedy="ground.yaml.key.remedy")
        key = _scalar(key_node.tag, key_node.value, f"{shown}:{line}")
        if key in found:
            raise refuse("ground.yaml.twice", where=f"{shown}:{line}", remedy="ground.yaml.twice.remedy",
                         key=str(key_node.value), first=str(found.lines[key]))
        found[key] = _value(value_node, shown, depth + 1)
        found.lines[key] = line
    return found


def _scalar(tag: str, text: str, where: str) -> Any:
    kind = tag.removeprefix(_TAG)
    if kind == "str":
        return text
    if kind == "null":
        return None
    if kind == "bool":
        return text == "true"
    if kind == "int":
        return int(text.replace("_", ""))
    if kind == "float":
        return Decimal(text.replace("_", ""))
    if kind == "timestamp":
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise refuse("ground.yaml.no_such_day", where=where, remedy="ground.yaml.no_such_day.remedy",
                         text=text) from error
    raise refuse("ground.yaml.tag", where=where, remedy="ground.yaml.tag.remedy", tag=tag)


__all__ = ["LocatedDict", "LocatedList", "Refused", "parse_exact", "read_exact"]
