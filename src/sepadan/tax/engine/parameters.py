"""Where a levy's parameters come from: what is given, then the law, then a named assumption set.

Idea: an engine never looks into a statute file. It asks ``Sources`` for a name and gets a value together with its
basis, or a refusal that says where the value is missing. ``given`` (a worked case, a draft) replaces the law; an
assumption only fills what the law leaves open, and the result then carries the word *asumsi*.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from sepadan.ground.messages import Message
from sepadan.ground.problems import refuse
from sepadan.ground.steps import Basis, BasisKind

KNOWN = frozenset({"verbatim", "secondary", "derived", "draft"})


class ProvisionLike(Protocol):
    """What a statute offers for one parameter on one day (``ground.statutes.Provision``)."""

    @property
    def value(self) -> Any: ...
    @property
    def instrument(self) -> Any: ...
    @property
    def article(self) -> str | None: ...
    @property
    def confidence(self) -> str: ...
    @property
    def source(self) -> Any: ...


class LawLike(Protocol):
    """A levy's law in one region on one day (``ground.statutes.Law``)."""

    def get(self, name: str) -> Any: ...
    def require(self, name: str) -> Any: ...


@dataclass(frozen=True, slots=True)
class Assumed:
    """One parameter of an assumption set: the value and the reason for it."""

    value: Any
    why: Message | None = None


@dataclass(frozen=True)
class Sources:
    """The places a parameter may come from, in falling order of rank.

    ``given`` maps names to values; ``law`` is the statute of one region and day or None; ``assumed`` maps names to
    assumptions. ``where`` names the case, draft or run in messages.
    """

    given: Mapping[str, Any] = field(default_factory=dict)
    law: LawLike | None = None
    assumed: Mapping[str, Assumed] = field(default_factory=dict)
    where: str = ""

    def find(self, name: str) -> tuple[Any, Basis] | None:
        """Value and basis of *name*, or None when nobody knows it."""
        if name in self.given:
            value = self.given[name]
            return None if value is None else (value, Basis("given", name))
        if self.law is not None:
            provision = self.law.get(name)
            if provision is not None and provision.value is not None and provision.confidence in KNOWN:
                return provision.value, basis_of(name, provision)
        if name in self.assumed:
            assumption = self.assumed[name]
            return assumption.value, Basis("assumption", name, confidence="low", why=assumption.why)
        return None

    def need(self, name: str) -> tuple[Any, Basis]:
        """Value and basis of *name*. Raises Refused that names the place where it is missing and how to supply it."""
        found = self.find(name)
        if found is not None:
            return found
        if self.law is not None and name not in self.given:
            self.law.require(name)
        raise refuse("tax.parameter.unknown", where=self.where, remedy="tax.parameter.unknown.remedy", name=name)


def basis_of(name: str, provision: ProvisionLike) -> Basis:
    kind: BasisKind = "draft" if provision.confidence == "draft" else "law"
    title = getattr(provision.instrument, "title", None) or str(provision.instrument or "")
    return Basis(kind, name, title, provision.article or "", provision.confidence, str(provision.source or ""))

