"""YAML read exactly: decimals as ``Decimal``, whole numbers as ``int``, days as ``date``, every key with its line.

Idea: a statute file means what is written in it. ``0.00055`` is 55/100000, ``010`` and ``1:30`` are text, ``on`` and
``yes`` are text, a key written twice is a fault, and every fault names file and line. Mappings and lists come back as
``LocatedDict`` and ``LocatedList`` that remember the line of each entry.

It does not support merge keys, tags other than the plain ones, or several documents in one file. What would exhaust
the machine (references that swell, endless nesting or digits, a file of gigabytes) is refused like any other fault.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

import yaml

from sepadan.ground.messages import Message, message
from sepadan.ground.problems import Refused, refuse
from sepadan.ground.system_words import system_words

LARGEST = 50_000_000  # bytes of a file
_DEPTH = 40
_DIGITS = 60  # of a number, and its largest power of ten
_REPEATED = 100_000  # values that references may repeat
_REASONS = (  # a part of what the parser says -> the key of our sentence; the first that fits
    ("tab character", "tab"), ("mapping values are not allowed", "colon"), ("expected ',' or", "bracket"),
    ("end of stream", "open"), ("cannot start any token", "start"), ("control characters", "control"),
    ("escape", "escape"), ("expected", "indent"),
)
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


_words("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF")
_words("null", r"^(?:~|null|Null|NULL)$", "~nN")
_Loader.yaml_implicit_resolvers[""] = [(_TAG + "null", re.compile(r"^$"))]
_words("timestamp", r"^\d{4}-\d{2}-\d{2}$", "0123456789")
_words("int", r"^[-+]?(?:0|[1-9][0-9_]*)$", "-+0123456789")
_words("float", r"^[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9_]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789")


def read_exact(path: Path, shown: str = "") -> Any:
    """The content of the YAML file *path*. Faults name it as *shown* (default: the path itself)."""
    shown = shown or str(path)
    try:
        if path.stat().st_size > LARGEST:
            raise refuse("ground.yaml.large", where=shown, remedy="ground.yaml.large.remedy",
                         megabytes=LARGEST // 1_000_000)
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise refuse("ground.yaml.unreadable", where=shown, remedy="ground.yaml.unreadable.remedy",
                     error=system_words(error)) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise refuse("ground.yaml.not_utf8", where=f"{shown}:{line}", remedy="ground.yaml.not_utf8.remedy") from error
    return parse_exact(text, shown)


def parse_exact(text: str, shown: str) -> Any:
    """The value that the YAML *text* writes; None when it is empty. Raises Refused naming ``shown:line``."""
    loader = _Loader(text)
    try:
        return _Composer(loader, shown).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else 1
        raise refuse("ground.yaml.syntax", where=f"{shown}:{line}", remedy="ground.yaml.syntax.remedy",
                     error=_reason(error.problem or "?")) from error
    except yaml.YAMLError as error:
        line = text.encode().count(b"\n", 0, getattr(error, "position", 0)) + 1
        raise refuse("ground.yaml.syntax", where=f"{shown}:{line}", remedy="ground.yaml.syntax.remedy",
                     error=_reason(str(error).splitlines()[0])) from error
    finally:
        loader.dispose()


def _reason(text: str) -> Message | str:
    """What the parser says, in both languages where it is one of the usual faults."""
    return next((message(f"ground.yaml.reason.{key}") for part, key in _REASONS if part in text), text)


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


class _Composer:
    """Values straight from the events of the parser, so that depth and size are known before they hurt.

    A reference (``*name``) gives the value of its anchor again; references to references may not swell the document.
    """

    def __init__(self, loader: Any, shown: str):
        self.loader, self.shown = loader, shown
        self.anchors: dict[str, tuple[Any, int]] = {}  # name -> value and how many values it holds
        self.count = self.repeated = 0

    def document(self) -> Any:
        self.next()  # the stream begins
        if isinstance(self.next(), yaml.StreamEndEvent):
            return None
        value = self.value(self.next(), 0)
        self.next()  # the document ends
        after = self.next()
        if not isinstance(after, yaml.StreamEndEvent):
            self.refuse("second", after)
        return value

    def next(self) -> Any:
        return self.loader.get_event()

    def refuse(self, fault: str, event: Any, /, **params: Any) -> NoReturn:
        raise refuse(f"ground.yaml.{fault}", where=f"{self.shown}:{_line(event)}",
                     remedy=f"ground.yaml.{fault}.remedy", **params)

    def value(self, event: Any, depth: int) -> Any:
        if depth > _DEPTH:
            self.refuse("deep", event, depth=_DEPTH)
        if isinstance(event, yaml.AliasEvent):
            return self.again(event)
        before = self.count
        self.count += 1
        if isinstance(event, yaml.MappingStartEvent):
            found: Any = self.mapping(event, depth)
        elif isinstance(event, yaml.SequenceStartEvent):
            found = self.sequence(event, depth)
        else:
            found = self.scalar(event)
        if event.anchor:
            self.anchors[event.anchor] = found, self.count - before
        return found

    def again(self, event: Any) -> Any:
        if event.anchor not in self.anchors:
            self.refuse("anchor", event, name=event.anchor)
        found, size = self.anchors[event.anchor]
        self.count += size
        self.repeated += size
        if self.repeated > _REPEATED:
            self.refuse("repeats", event, limit=_REPEATED)
        return found

    def sequence(self, start: Any, depth: int) -> LocatedList:
        self.untagged(start, "seq")
        items = LocatedList(_line(start))
        while not isinstance(event := self.next(), yaml.SequenceEndEvent):
            items.append(self.value(event, depth + 1))
            items.lines.append(_line(event))
        return items

    def mapping(self, start: Any, depth: int) -> LocatedDict:
        self.untagged(start, "map")
        found = LocatedDict(_line(start))
        while not isinstance(event := self.next(), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self.refuse("key", event)
            key = self.scalar(event)
            if key in found:
                self.refuse("twice", event, key=event.value, first=str(found.lines[key]))
            found[key] = self.value(self.next(), depth + 1)
            found.lines[key] = _line(event)
        return found

    def untagged(self, event: Any, kind: str) -> None:
        if event.tag not in (None, "!", _TAG + kind):
            self.refuse("tag", event, tag=event.tag)

    def scalar(self, event: Any) -> Any:
        where = f"{self.shown}:{_line(event)}"
        if event.tag in ("!", _TAG + "str"):
            return event.value
        plain = event.implicit[0] or event.tag is not None
        kind = self.loader.resolve(yaml.ScalarNode, event.value, (plain, not plain)).removeprefix(_TAG)
        if event.tag not in (None, _TAG + kind):
            self.refuse("tag", event, tag=event.tag)
        return _scalar(kind, event.value, where)


def _scalar(kind: str, text: str, where: str) -> Any:
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    if kind in ("int", "float"):
        digits = text.replace("_", "")
        value = Decimal(digits) if len(digits) <= _DIGITS else None
        if value is None or abs(value.adjusted()) > _DIGITS:
            raise refuse("ground.yaml.number", where=where, remedy="ground.yaml.number.remedy", text=_short(text),
                         digits=_DIGITS)
        return int(digits) if kind == "int" else value
    if kind == "timestamp":
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise refuse("ground.yaml.no_such_day", where=where, remedy="ground.yaml.no_such_day.remedy",
                         text=text) from error
    return text


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:20]}…"


__all__ = ["LocatedDict", "LocatedList", "Refused", "parse_exact", "read_exact"]
