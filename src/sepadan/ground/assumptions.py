"""Named assumption sets: what the law leaves open, filled by a value with its reason and its alternatives.

Idea: an assumption is never law and never hidden. It lies in ``assumptions/<name>.yaml``, outside the statutes, and a
figure that rests on one has low confidence and says *asumsi*. A study shows the band over the alternatives.

    name: default
    description: {id: ..., en: ...}
    parameters:
      pbb:
        njoptkp: {value: 10000000, why: {id: ..., en: ...}, alternatives: [20000000]}

Values are exact: whole numbers, decimals, words in code. Real billing refuses a set that no decree backs.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from sepadan.ground.messages import Message
from sepadan.ground.problems import Problem, Refused, refuse
from sepadan.ground.provisions import Words
from sepadan.ground.statute_reader import Node
from sepadan.ground.yaml_exact import read_exact


@dataclass(frozen=True)
class AssumptionSet:
    """``values`` and ``alternatives`` by levy and parameter; ``description`` says what the set is for."""

    name: str
    description: Words
    values: Mapping[str, Mapping[str, Any]]
    alternatives: Mapping[str, Mapping[str, tuple[Any, ...]]]
    reasons: Mapping[str, Mapping[str, Words]]

    def why(self, levy: str, name: str) -> Message | None:
        """The reason of one assumption, None when the set has none of that name."""
        return self.reasons.get(levy, {}).get(name)

    def fingerprint(self) -> str:
        """sha256 over name and values."""
        text = json.dumps([self.name, self.values], sort_keys=True, default=_canonical, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def _canonical(value: Any) -> str:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def assumption_folder() -> Path:
    return Path(str(files("sepadan"))) / "assumptions"


def assumption_names(levy: str) -> list[str]:
    """The sets that fill parameters of *levy*."""
    return [path.stem for path in sorted(assumption_folder().glob("*.yaml")) if levy in read_assumptions(path).values]


@cache
def load_assumptions(name: str = "default") -> AssumptionSet:
    """The set called *name*. Raises Refused that lists those there are, or names file and line of a fault."""
    path = assumption_folder() / f"{name}.yaml"
    if "/" in name or not path.is_file():
        known = ", ".join(one.stem for one in sorted(assumption_folder().glob("*.yaml")))
        raise refuse("ground.assumptions.unknown", where=name, remedy="ground.assumptions.unknown.remedy", name=name,
                     known=known)
    return read_assumptions(path)


def read_assumptions(path: Path) -> AssumptionSet:
    """The set written in *path*. Raises Refused with the first fault, its line and the remedy."""
    problems: list[Problem] = []
    top = Node(read_exact(path, path.name), path.name, 1, problems)
    found = _read(top) if top.keys(("name", "description", "parameters")) else None
    if problems:
        raise Refused(problems[0])
    assert found is not None
    return found


def _read(top: Node) -> AssumptionSet | None:
    name, description = top.text("name"), top.words("description")
    values: dict[str, dict[str, Any]] = {}
    others: dict[str, dict[str, tuple[Any, ...]]] = {}
    reasons: dict[str, dict[str, Words]] = {}
    levies = top.child("parameters")
    for levy in levies.data:
        block = levies.child(levy, str(levy))
        for parameter in block.data:
            node = block.child(parameter, f"{levy}.{parameter}")
            why = node.words("why")
            if not node.keys(("value", "why"), ("alternatives",)) or why is None:
                continue
            values.setdefault(str(levy), {})[str(parameter)] = node.data["value"]
            others.setdefault(str(levy), {})[str(parameter)] = tuple(node.data.get("alternatives") or ())
            reasons.setdefault(str(levy), {})[str(parameter)] = why
    return AssumptionSet(name, description, values, others, reasons) if name and description else None
