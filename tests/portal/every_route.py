"""Django's own list of addresses, what ``routes.yaml`` and ``routes_<topic>.yaml`` say of each, and the address with
its arguments filled in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver
from django.utils import translation

LISTED: dict[str, Any] = {"routes": {}, "states": []}
for _file in sorted(Path(__file__).parent.glob("routes*.yaml")):
    _part = yaml.safe_load(_file.read_text(encoding="utf-8"))
    LISTED["routes"] |= _part.get("routes") or {}
    LISTED["states"] += _part.get("states") or []


@dataclass(frozen=True, slots=True)
class Route:
    """One row of ``routes.yaml``."""

    name: str
    kind: str
    who: str
    arguments: Mapping[str, str]
    queries: tuple[str, ...]
    writes: bool

    @property
    def closed(self) -> bool:
        """Whether it is for people with a role in the region of its address."""
        return self.who not in ("everyone", "signed_in", "coded", "linked")


def routes() -> list[Route]:
    return [Route(name, row["is"], row["for"], row.get("with", {}), tuple(row.get("ask", ())), row.get("writes", False))
            for name, row in LISTED["routes"].items()]


@dataclass(frozen=True, slots=True)
class Address:
    """What Django answers: ``view`` is the name it is reversed by, ``arguments`` the names of what stands in it."""

    view: str
    arguments: frozenset[str]


def existing(patterns: Iterable[Any] | None = None, space: str = "", under: str = "") -> Iterator[tuple[str, Address]]:
    """Every address that Django answers, by its name in ``routes.yaml``: the version of the API is no part of it."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        path = under + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from existing(one.url_patterns, f"{space}{one.namespace}:" if one.namespace else space, path)
        elif isinstance(one, URLPattern):
            name = re.sub(r"-[\d.]+:", ":", f"{space}{one.name}") if one.name else f"/{path}"
            yield name, Address(f"{space}{one.name}", frozenset(one.pattern.regex.groupindex))


@cache
def known() -> dict[str, Address]:
    return dict(existing())


def address(route: Route, lang: str, code: str, numbers: Mapping[str, str]) -> str:
    """The path of *route* in a region, with the rows of *numbers* for its placeholders."""
    if route.name.startswith("/"):
        return route.name
    wanted = known()[route.name]
    filled = {"kode": code, "guest": code} | {name: numbers.get(value, value)
                                              for name, value in route.arguments.items()}
    with translation.override(lang):
        return reverse(wanted.view, kwargs={name: filled[name] for name in wanted.arguments})


def regional(route: Route) -> bool:
    """Whether a region stands in its address."""
    return not {"kode", "guest"}.isdisjoint(known()[route.name].arguments)
