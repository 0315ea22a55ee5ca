"""Words as data: a message is a key with typed parameters; its Indonesian and English sentences lie beside the code.

Each package may hold ``messages.yaml``: ``key: {id: "...", en: "..."}``. A placeholder is ``{name}`` or
``{name:form}`` with the forms ``rupiah``, ``rupiah_short``, ``number``, ``number2`` (any digit: places), ``percent``,
``percent1``, ``day``, ``day_long``, ``date`` (ISO). A doubled brace stands for itself. Engines and services return
messages; only views, documents and the command line turn them into sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from sepadan.ground import figures
from sepadan.ground.figures import LANGUAGES, Language

PACKAGES = ("ground", "territory", "records", "tax", "tax.engine", "creative", "creative.engine", "waste",
            "waste.engine", "study", "study.engine", "portal", "demo", "cases", "project")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, and every process reads all words
_PLACEHOLDER = re.compile(r"\{(\w+)(?::(\w+))?\}")


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence before it is written: a catalogue key and its parameters (numbers, dates, strings or messages)."""

    key: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def text(self, lang: Language) -> str:
        return render(self.key, lang, self.params)


def message(key: str, /, **params: Any) -> Message:
    return Message(key, params)


@cache
def catalogue() -> dict[str, dict[Language, str]]:
    """Every key of every package's ``messages.yaml``. Raises ValueError on a key defined twice."""
    found: dict[str, dict[Language, str]] = {}
    for package, path in catalogue_files():
        for key, words in (yaml.load(path.read_text(encoding="utf-8"), _LOADER) or {}).items():
            if key in found:
                raise ValueError(f"{path}: the message key {key!r} is defined twice (again in {package})")
            found[key] = words
    return found


def catalogue_files() -> Iterator[tuple[str, Path]]:
    root = Path(str(files("sepadan")))
    for package in PACKAGES:
        folder = root.joinpath(*package.split("."))
        for path in sorted([*folder.glob("messages.yaml"), *folder.glob("messages_*.yaml")]):
            yield package, path


def render(key: str, lang: Language, params: Mapping[str, Any] | None = None) -> str:
    """The sentence of *key* in *lang*. Raises KeyError that names the key and language when it has none."""
    words = catalogue().get(key)
    if words is None or lang not in words:
        raise KeyError(f"no {lang} text for the message {key!r}; add it to a messages.yaml")
    return fill(words[lang], lang, params or {})


def fill(template: str, lang: Language, params: Mapping[str, Any]) -> str:
    def one(match: re.Match[str]) -> str:
        name, form = match.group(1), match.group(2)
        if name not in params:
            raise KeyError(f"the text {template!r} needs the parameter {name!r}")
        return written(params[name], form, lang)

    return _PLACEHOLDER.sub(one, template).replace("{{", "{").replace("}}", "}")


def written(value: Any, form: str | None, lang: Language) -> str:
    """One parameter in local form."""
    if isinstance(value, Message):
        return value.text(lang)
    if form is None:
        if isinstance(value, bool | str):
            return str(value)
        if isinstance(value, date):
            return figures.day(value, lang)
        return figures.number(value, lang) if isinstance(value, (int, float)) or hasattr(value, "as_integer_ratio") \
            else str(value)
    simple = {"rupiah": figures.rupiah, "rupiah_short": figures.rupiah_short}
    if form in simple:
        return simple[form](value, lang)
    if form == "day":
        return figures.day(value, lang)
    if form == "day_long":
        return figures.day(value, lang, long=True)
    if form == "date":
        return str(value)
    match = re.fullmatch(r"(number|percent)(\d?)", form)
    if match is None:
        raise ValueError(f"unknown form {form!r} in a message")
    places = int(match.group(2)) if match.group(2) else None
    return figures.number(value, lang, places) if match.group(1) == "number" else figures.percent(value, lang, places)


def missing_texts() -> list[str]:
    """Keys without both languages, or whose two sentences take different parameters. Empty when all is well."""
    faults = []
    for key, words in catalogue().items():
        absent = [lang for lang in LANGUAGES if not words.get(lang)]
        if absent:
            faults.append(f"{key}: no {', '.join(absent)} text")
            continue
        names = [{m[0] for m in _PLACEHOLDER.findall(words[lang])} for lang in LANGUAGES]
        if names[0] != names[1]:
            faults.append(f"{key}: the two languages take different parameters ({sorted(names[0] ^ names[1])})")
    return faults
