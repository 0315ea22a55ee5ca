"""What is typed at the service desk: a new request, and the terms of a decision, as fields by type of request.

A field is a name, a kind of input and whether it must be filled; its label is ``tax.request.term.<name>`` and, where
one is needed, its hint ``tax.request.hint.<name>``. Typed text is handed on as it stands: what it means, and whether
it makes sense, the services decide, and their fault is shown beside what was typed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sepadan.ground.messages import Message, catalogue, message
from sepadan.ground.problems import refuse
from sepadan.tax.engine.request_types import About, Effect, RequestType
from sepadan.tax.models.requests import Intake
from sepadan.tax.services.requests import NewRequest

LONGEST = {"statement": 2000, "reasons": 2000, "applicant_name": 120, "applicant_address": 200,
           "applicant_contact": 120}


@dataclass(frozen=True, slots=True)
class Spec:
    """A field: *kind* is text, area, number, date or choice."""

    name: str
    kind: str = "text"
    needed: bool = False
    choices: tuple[str, ...] = ()


TERMS: dict[Effect, tuple[Spec, ...]] = {
    Effect.RECOMPUTE: (Spec("land_m2", "number"), Spec("building_m2", "number"), Spec("land_value_m2", "number"),
                       Spec("building_value_m2", "number")),
    Effect.REDUCE: (Spec("percent", "text", True),),
    Effect.WAIVE_INTEREST: (Spec("percent", "text", True),),
    Effect.MOVE_DUE_DATE: (Spec("due_on", "date", True),),
    Effect.REFUND: (Spec("amount", "number"), Spec("other_year", "number")),
    Effect.EXTEND_SPOP: (Spec("until", "date", True),),
    Effect.TRANSFER: (Spec("npwpd"), Spec("new_name"), Spec("from_on", "date", True)),
    Effect.REGISTER: (Spec("nop", needed=True), Spec("npwpd"), Spec("new_name"), Spec("street"),
                      Spec("land_m2", "number", True), Spec("from_on", "date", True)),
}
"""The terms of a decision by what it does; the claim of an applicant has the same names."""
_OPTIONAL_CLAIM = frozenset({"nop"})


@dataclass(frozen=True, slots=True)
class Shown:
    """A field as it stands on the page."""

    spec: Spec
    value: str
    fault: str = ""

    @property
    def label(self) -> Message:
        return message(f"tax.request.term.{self.spec.name}")

    @property
    def hint(self) -> Message | None:
        key = f"tax.request.hint.{self.spec.name}"
        return message(key) if key in catalogue() else None

    @property
    def longest(self) -> int:
        return LONGEST.get(self.spec.name, 80)

    @property
    def choices(self) -> list[tuple[str, Message, bool]]:
        return [(one, message(f"tax.request.choice.{one}"), one == self.value) for one in self.spec.choices]


def head_fields(kind: RequestType, *, online: bool = False) -> tuple[Spec, ...]:
    """The fields that every request of *kind* has."""
    found = [] if online else [Spec("received_on", "date", True),
                               Spec("channel", "choice", True, (Intake.COUNTER.value, Intake.POST.value))]
    found += [Spec("applicant_name", needed=True), Spec("applicant_address"), Spec("applicant_contact"), Spec("nik")]
    if kind.about is not About.PLACE:
        found.append(Spec("nop", needed=kind.about in (About.BILL, About.OBJECT)))
    if kind.about is About.BILL:
        found.append(Spec("tax_year", "number", True))
    return (*found, Spec("statement", "area", True))


def online_fields(kind: RequestType) -> tuple[Spec, ...]:
    """The fields of a request filed from home: whoever names a bill shows its code, so that nothing is probed."""
    head = head_fields(kind, online=True)
    if kind.about is not About.BILL:
        return tuple(one for one in head if one.name != "nop")
    at = [one.name for one in head].index("tax_year") + 1
    return (*head[:at], Spec("bill_code", needed=True), *head[at:])


def may_be_online(kind: RequestType) -> bool:
    """Types that need no object but a bill, or nothing at all; the others are filed at the counter."""
    return kind.about in (About.BILL, About.ANY)


def claim_fields(kind: RequestType) -> tuple[Spec, ...]:
    """What the applicant asks for, as far as it is a figure or a day."""
    return tuple(Spec(one.name, one.kind, False, one.choices) for one in TERMS.get(kind.effect, ())
                 if one.name not in _OPTIONAL_CLAIM)


def shown(specs: Sequence[Spec], data: Mapping[str, Any], faults: Mapping[str, str] | None = None) -> list[Shown]:
    return [Shown(one, str(data.get(one.name, "") or ""), (faults or {}).get(one.name, "")) for one in specs]


def lacking(specs: Sequence[Spec], data: Mapping[str, Any]) -> list[str]:
    """The needed fields that are empty."""
    return [one.name for one in specs if one.needed and not plain(data.get(one.name))]


def typed_terms(kind: RequestType, data: Mapping[str, Any]) -> dict[str, str]:
    """The terms as typed, empty ones left out."""
    found = {one.name: plain(data.get(one.name))[:200] for one in TERMS.get(kind.effect, ())}
    return {name: text for name, text in found.items() if text}


def new_request(kind: RequestType, data: Mapping[str, Any], *, today: date, online: bool = False) -> NewRequest:
    """What was typed, as the service takes it. Raises Refused on a day or a year that is none."""
    text = {one.name: plain(data.get(one.name))[:LONGEST.get(one.name, 80)]
            for one in head_fields(kind, online=online)}
    year = text.get("tax_year", "")
    if year and not (year.isdecimal() and len(year) == 4):
        raise refuse("tax.request.no_year", remedy="tax.request.no_year.remedy")
    try:
        received = today if online else date.fromisoformat(text.get("received_on", ""))
    except ValueError as error:
        raise refuse("tax.request.no_day", remedy="tax.request.no_day.remedy",
                     name=message("tax.request.term.received_on")) from error
    channel = Intake.ONLINE if online else Intake(
        text["channel"] if text.get("channel") in list(Intake) else Intake.COUNTER)
    return NewRequest(
        kind.code, channel, received, text["applicant_name"], text["applicant_address"], text["applicant_contact"],
        text["nik"], text.get("nop", ""), int(year) if year else None, text["statement"],
        {one.name: value for one in claim_fields(kind) if (value := plain(data.get(one.name))[:200])})


def plain(text: Any) -> str:
    """What was typed without characters that no database keeps and no printer prints; lines stay lines."""
    return "".join(one for one in str(text or "") if one == "\n" or one.isprintable()).strip()
