"""The thirteen kinds of requests of the service desk, read from ``tax/requests/*.yaml``.

A type says what it is about, which papers it needs, whether somebody looks on the spot, what a grant does, and *which*
legal values bound it (a levy and a name of ``statutes/``): the values themselves, with instrument and confidence, are
those in force on the day of the request (``limits_of``). A time limit that no text was found for has no name here and
stays missing. The lists of papers are what offices usually ask for; no rule on them was read, and pages say so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from sepadan.ground.problems import refuse
from sepadan.ground.provisions import Provision, Words, words
from sepadan.ground.statutes import Law
from sepadan.ground.yaml_exact import read_exact


class About(StrEnum):
    """What a request names: a bill, an object by its NOP, a place without a NOP, or nothing in particular."""

    BILL = "bill"
    OBJECT = "object"
    PLACE = "place"
    ANY = "any"


class Check(StrEnum):
    REQUIRED = "required"
    OPTIONAL = "optional"
    NONE = "none"


class Effect(StrEnum):
    """What carrying out a grant does."""

    REGISTER = "register"
    TRANSFER = "transfer"
    RECOMPUTE = "recompute"
    CANCEL = "cancel"
    COPY = "copy"
    REDUCE = "reduce"
    REFUND = "refund"
    WAIVE_INTEREST = "waive_interest"
    MOVE_DUE_DATE = "move_due_date"
    EXTEND_SPOP = "extend_spop"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that a request needs, or that goes with it in some cases only."""

    code: str
    needed: bool
    name: Words


@dataclass(frozen=True, slots=True)
class LimitNames:
    """Names in the law of *levy*: of the time limit, and of what silence means."""

    levy: str
    name: str
    silence: str | None = None


@dataclass(frozen=True, slots=True)
class RequestType:
    code: str
    order: int
    title: Words
    lead: Words
    about: About
    field_check: Check
    effect: Effect
    letter: str
    papers: tuple[Paper, ...]
    filing: LimitNames | None
    decision: LimitNames | None
    refusal_fine: LimitNames | None

    @property
    def needed(self) -> frozenset[str]:
        """The codes of the papers without which a request is not complete."""
        return frozenset(paper.code for paper in self.papers if paper.needed)

    def paper(self, code: str) -> Paper | None:
        return next((paper for paper in self.papers if paper.code == code), None)


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit in months as the law of a day has it; ``months`` None: not known, or known from memory only.

    ``provision`` is what was found, usable or not, so that a page can show it with its confidence.
    """

    provision: Provision | None = None

    @property
    def months(self) -> int | None:
        return int(self.provision.value) if self.provision is not None and self.provision.known else None


@dataclass(frozen=True, slots=True)
class Limits:
    """What bounds a request. ``grants_by_silence`` only where a text that may be used says so."""

    filing: Limit
    decision: Limit
    silence: Provision | None
    fine: Provision | None

    @property
    def grants_by_silence(self) -> bool:
        return self.silence is not None and self.silence.known


def request_folder() -> Path:
    return Path(str(files("sepadan"))) / "tax" / "requests"


@cache
def request_types() -> dict[str, RequestType]:
    """Every type by its code, in the order in which the counter lists them."""
    found = [_read(read_exact(path), path.name) for path in sorted(request_folder().glob("*.yaml"))]
    return {one.code: one for one in sorted(found, key=lambda one: one.order)}


def request_type(code: str) -> RequestType:
    """Raises Refused when there is none of that code."""
    known = request_types()
    if code not in known:
        raise refuse("tax.request.type_unknown", where=code[:40], remedy="tax.request.type_unknown.remedy",
                     known=", ".join(known))
    return known[code]


def limits_of(kind: RequestType, law: Law) -> Limits:
    """The limits of *kind* by the law of the day on which the request was received."""

    def found(name: str | None) -> Provision | None:
        return None if name is None else law.get(name)

    return Limits(Limit(found(kind.filing.name if kind.filing else None)),
                  Limit(found(kind.decision.name if kind.decision else None)),
                  found(kind.decision.silence if kind.decision else None),
                  found(kind.refusal_fine.name if kind.refusal_fine else None))


def _read(row: Mapping[str, Any], where: str) -> RequestType:
    try:
        limits = row["limits"]
        return RequestType(
            code=row["code"], order=row["order"], title=_words(row["title"]), lead=_words(row["lead"]),
            about=About(row["about"]), field_check=Check(row["field_check"]), effect=Effect(row["effect"]),
            letter=row["letter"], papers=tuple(Paper(one["code"], one["needed"] in (True, "true"), _words(one["name"]))
                                               for one in row["documents"]),
            filing=_names(limits["filing"]), decision=_names(limits["decision"]),
            refusal_fine=_names(limits["refusal_fine"]))
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{where}: {error!r}") from error


def _words(row: Mapping[str, str]) -> Words:
    return words(row["id"], row["en"])


def _names(row: Mapping[str, str] | None) -> LimitNames | None:
    return None if row is None else LimitNames(row["levy"], row["name"], row.get("silence"))
