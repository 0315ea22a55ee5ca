"""Reading the study's data files into plain values, with every fault named by file and line.

Idea: a data file is right or it is refused, with the place and the remedy: an unknown key, a word outside a closed
list, a period that is none, a source or indicator that is not there. Decimals are read exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from sepadan.ground.cells import CONFIDENCES, KINDS
from sepadan.ground.problems import refuse
from sepadan.ground.provisions import Words, words
from sepadan.ground.yaml_exact import LocatedDict, read_exact
from sepadan.study.engine.periods import Period, last_day, period_of

FOLDER = Path(__file__).parent


def read_file(path: Path) -> LocatedDict:
    """A file that holds a mapping."""
    shown = shown_path(path)
    content = read_exact(path, shown)
    if not isinstance(content, LocatedDict):
        raise refuse("study.data.not_mapping", where=shown, remedy="study.data.not_mapping.remedy")
    return content


def shown_path(path: Path) -> str:
    return str(path.relative_to(FOLDER)) if path.is_relative_to(FOLDER) else str(path)


class Entry:
    """One mapping of a data file, read key by key; ``done`` refuses what nobody asked for."""

    def __init__(self, content: Any, where: str, name: str = ""):
        if not isinstance(content, LocatedDict):
            raise refuse("study.data.not_mapping", where=where, remedy="study.data.not_mapping.remedy")
        self.content, self.file, self.name = content, where.partition(":")[0], name
        self._asked: set[str] = set()

    def where(self, key: str = "") -> str:
        line = self.content.lines.get(key, self.content.line)
        path = ".".join(part for part in (self.name, key) if part)
        return f"{self.file}:{line}" + (f" ({path})" if path else "")

    def get(self, key: str, default: Any = None) -> Any:
        self._asked.add(key)
        return self.content.get(key, default)

    def need(self, key: str) -> Any:
        if key not in self.content:
            raise refuse("study.data.key_missing", where=self.where(), remedy="study.data.key_missing.remedy", name=key)
        return self.get(key)

    def text(self, key: str) -> str:
        value = self.need(key)
        if not isinstance(value, str) or not value:
            raise refuse("study.data.not_text", where=self.where(key), remedy="study.data.not_text.remedy", name=key)
        return value

    def text_or_none(self, key: str) -> str | None:
        return None if self.get(key) is None else self.text(key)

    def words(self, key: str) -> Words:
        return as_words(self.need(key), self.where(key))

    def words_or_none(self, key: str) -> Words | None:
        return None if self.get(key) is None else self.words(key)

    def one_of(self, key: str, allowed: Iterable[str], default: str | None = None) -> str:
        value = self.get(key, default) if default is not None else self.need(key)
        known = list(allowed)
        if value not in known:
            raise refuse("study.data.not_one_of", where=self.where(key), remedy="study.data.not_one_of.remedy",
                         given=str(value), allowed=", ".join(known))
        return str(value)

    def number_or_none(self, key: str) -> int | Decimal | None:
        value = self.get(key)
        if value is None or (isinstance(value, (int, Decimal)) and not isinstance(value, bool)):
            return value
        raise refuse("study.data.not_number", where=self.where(key), remedy="study.data.not_number.remedy",
                     given=str(value))

    def value(self, key: str) -> int | Decimal | str | None:
        """A number, a text, or nothing; the key must be there."""
        value = self.need(key)
        return value if isinstance(value, str) else self.number_or_none(key)

    def period(self, key: str) -> Period:
        try:
            return period_of(str(self.need(key)))
        except ValueError as error:
            raise refuse("study.data.not_period", where=self.where(key), remedy="study.data.not_period.remedy",
                         given=str(self.content[key])) from error

    def day_or_none(self, key: str) -> date | None:
        """A day; of a month or year its last one."""
        value = self.get(key)
        if value is None or isinstance(value, date):
            return value
        try:
            return last_day(str(value))
        except ValueError as error:
            raise refuse("study.data.not_day", where=self.where(key), remedy="study.data.not_day.remedy",
                         given=str(value)) from error

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.get(key) or []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise refuse("study.data.not_list", where=self.where(key), remedy="study.data.not_list.remedy", name=key)
        return tuple(cast("list[str]", value))

    def entries(self, key: str) -> list[Entry]:
        value = self.get(key) or []
        if not isinstance(value, list):
            raise refuse("study.data.not_list", where=self.where(key), remedy="study.data.not_list.remedy", name=key)
        return [Entry(item, self.where(key), f"{key}[{number}]") for number, item in enumerate(value, 1)]

    def entry(self, key: str) -> Entry:
        return Entry(self.get(key) or LocatedDict(self.content.line), self.where(key), key)

    def flag(self, key: str) -> bool:
        value = self.get(key, False)
        if not isinstance(value, bool):
            raise refuse("study.data.not_flag", where=self.where(key), remedy="study.data.not_flag.remedy", name=key)
        return value

    def kind(self, key: str = "kind") -> Any:
        return self.one_of(key, KINDS)

    def confidence(self, key: str = "confidence") -> Any:
        return self.one_of(key, CONFIDENCES)

    def known(self, key: str, known: Mapping[str, object]) -> str:
        """A text that names something of *known*."""
        value = self.text(key)
        if value not in known:
            raise refuse("study.data.not_known", where=self.where(key), remedy="study.data.not_known.remedy",
                         given=value, name=key)
        return value

    def done(self) -> None:
        for key in self.content:
            if key not in self._asked:
                raise refuse("study.data.key_unknown", where=self.where(str(key)),
                             remedy="study.data.key_unknown.remedy", name=str(key),
                             known=", ".join(sorted(self._asked)))


def as_words(value: Any, where: str) -> Words:
    """A sentence in both languages, or one text that is the same in both (a title, a name)."""
    if isinstance(value, str) and value:
        return words(value, value)
    if isinstance(value, dict) and set(value) == {"id", "en"} and all(
        isinstance(text, str) and text for text in value.values()
    ):
        return words(value["id"], value["en"])
    raise refuse("study.data.not_words", where=where, remedy="study.data.not_words.remedy")
