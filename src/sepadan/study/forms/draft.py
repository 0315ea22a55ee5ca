"""The draft law as typed into a form: tiers, ratio, NJOPTKP, waiver, stimulus, read exactly.

The form lives in the address (GET), so that a draft can be sent to a colleague as a link. Every fault names its field;
what is left blank keeps the law in force or, where that is open, the assumption.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sepadan.ground.entry import read_percent, read_rupiah, typed
from sepadan.ground.figures import number
from sepadan.ground.messages import message
from sepadan.ground.problems import Problem, Refused, problem
from sepadan.tax.engine.pbb import PbbRule
from sepadan.tax.names import Tiering

ROWS = 6
TEXT_FIELDS = ("njoptkp", "waiver_up_to")
PERCENT_FIELDS = ("ratio", "stimulus", "food_land_rate")


@dataclass(frozen=True)
class TierRow:
    number: int
    to: str
    rate: str


@dataclass(frozen=True)
class DraftForm:
    """``fields`` as typed; ``values`` the draft for ``Book.with_draft``; ``problems`` by field name."""

    rows: tuple[TierRow, ...]
    fields: Mapping[str, str]
    values: Mapping[str, Any] = field(default_factory=dict)
    problems: Mapping[str, Problem] = field(default_factory=dict)

    @property
    def valid(self) -> bool:
        return not self.problems


def blank(rule: PbbRule, *, comma: bool) -> DraftForm:
    """The form filled with the law in force, as a place to start from."""
    tiers = rule.tiers[:ROWS]
    rows = [
        TierRow(number, _money(tier.to, comma), "" if tier.rate is None else typed(tier.rate * 100, comma))
        for number, tier in enumerate(tiers, 1)
    ]
    rows += [TierRow(number, "", "") for number in range(len(rows) + 1, ROWS + 1)]
    fields = {
        "njoptkp": _money(rule.njoptkp, comma),
        "ratio": typed(rule.ratio[0].ratio * 100, comma) if len(rule.ratio) == 1 else "",
        "waiver_up_to": _money(rule.waiver_up_to, comma),
        "stimulus": typed(rule.stimulus * 100 if rule.stimulus else None, comma),
        "food_land_rate": typed(rule.food_land_rate * 100 if rule.food_land_rate is not None else None, comma),
        "tiering": rule.tiering.value,
    }
    return DraftForm(tuple(rows), fields)


def _money(value: int | None, comma: bool) -> str:
    return "" if value is None else number(value, "id" if comma else "en")


def read(data: Mapping[str, str]) -> DraftForm:
    """The draft in a query. Never raises: faults come back beside the text that was typed."""
    problems: dict[str, Problem] = {}
    values: dict[str, Any] = {}
    rows = tuple(
        TierRow(n, data.get(f"to{n}", "").strip()[:40], data.get(f"rate{n}", "").strip()[:40])
        for n in range(1, ROWS + 1)
    )
    tiers = _tiers(rows, problems)
    if tiers:
        values["tiers"] = tiers
    fields = {name: data.get(name, "").strip()[:40] for name in (*TEXT_FIELDS, *PERCENT_FIELDS, "tiering")}
    for name in TEXT_FIELDS:
        if fields[name]:
            _take(name, lambda name=name: read_rupiah(fields[name], name), values, problems)
    for name in PERCENT_FIELDS:
        if fields[name]:
            _take(name, lambda name=name: read_percent(fields[name], name), values, problems)
    if fields["tiering"] in tuple(Tiering):
        values["tiering"] = fields["tiering"]
    elif fields["tiering"]:
        problems["tiering"] = problem("study.draft.tiering_unknown", text=fields["tiering"], known=", ".join(Tiering))
    return DraftForm(rows, fields, values, problems)


def _take(name: str, reader: Any, values: dict[str, Any], problems: dict[str, Problem]) -> None:
    try:
        values[name] = reader()
    except Refused as refusal:
        problems[name] = Problem(refusal.problem.what, "", refusal.problem.remedy)


def _tiers(rows: tuple[TierRow, ...], problems: dict[str, Problem]) -> list[dict[str, Any]]:
    """Rows with a rate, in order; only the last has no limit. A missing last row is said, not invented."""
    used = [row for row in rows if row.rate or row.to]
    found: list[dict[str, Any]] = []
    for place, row in enumerate(used):
        limits: dict[str, Any] = {}
        if not row.rate:
            problems[f"rate{row.number}"] = problem("study.draft.rate_missing")
            continue
        _take(f"rate{row.number}", lambda row=row: read_percent(row.rate, f"rate{row.number}"), limits, problems)
        if row.to:
            _take(f"to{row.number}", lambda row=row: read_rupiah(row.to, f"to{row.number}"), limits, problems)
        elif place != len(used) - 1:
            problems[f"to{row.number}"] = problem("study.draft.limit_missing")
        to, rate = limits.get(f"to{row.number}"), limits.get(f"rate{row.number}")
        if to is not None and found and found[-1]["to"] is not None and to <= found[-1]["to"]:
            problems[f"to{row.number}"] = problem("study.draft.limit_order")
        found.append({"to": to, "rate": rate})
    if not used:
        problems["rate1"] = problem("study.draft.no_tier")
    elif found and used[-1].to:
        problems[f"to{used[-1].number}"] = problem("study.draft.last_open")
    return [] if problems else found


def name_of(field_name: str) -> Any:
    """The words of a field, for the summary of errors."""
    if field_name.startswith(("to", "rate")) and field_name[-1].isdigit():
        kind = "to" if field_name.startswith("to") else "rate"
        return message(f"study.draft.field.{kind}", number=int(field_name[-1]))
    return message(f"study.draft.field.{field_name}")
