"""A draft PBB law as typed into a form: tiers, assessment ratio, NJOPTKP, relief, read exactly.

The form lives in the address, so that a draft can be sent to a colleague as a link. Every fault names its field; what
is left blank keeps the law in force or, where that is open, the assumption. Tiers are rows ``to<n>``, ``rate<n>``; the
ratio is one field ``ratio`` or rows ``ratio_to<n>``, ``ratio_at<n>`` by NJOP, which go before it. A form shows a fixed
number of rows, or as many as there are, with buttons that add and take away one. Whether law allows a draft, the
statutes say (``Book.with_draft``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from sepadan.ground.entry import read_percent, read_rupiah, typed
from sepadan.ground.figures import number
from sepadan.ground.messages import Message, message
from sepadan.ground.problems import Problem, Refused, problem
from sepadan.tax.engine.pbb import PbbRule
from sepadan.tax.names import Tiering

ROWS = 6
MOST = 12
TEXT_FIELDS = ("njoptkp", "waiver_up_to", "minimum")
PERCENT_FIELDS = ("ratio", "stimulus", "food_land_rate")
FIELDS = (*TEXT_FIELDS, *PERCENT_FIELDS, "tiering")


@dataclass(frozen=True)
class TierRow:
    """A limit and a share as typed: a tier with its rate, or a band with its ratio."""

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
    bands: tuple[TierRow, ...] = ()

    @property
    def valid(self) -> bool:
        return not self.problems

    def query(self, bands: Sequence[TierRow] | None = None) -> dict[str, str]:
        """The draft as parameters of an address, with other *bands* of the ratio if given."""
        bands = self.bands if bands is None else bands
        found = {f"to{row.number}": row.to for row in self.rows} | {f"rate{row.number}": row.rate for row in self.rows}
        found |= {f"ratio_to{row.number}": row.to for row in bands}
        found |= {f"ratio_at{row.number}": row.rate for row in bands}
        found |= {name: text for name, text in self.fields.items() if name != "ratio" or not bands}
        return {name: text for name, text in found.items() if text}


def blank(rule: PbbRule, *, comma: bool, rows: int = ROWS) -> DraftForm:
    """The form filled with the law in force, as a place to start from; *rows* 0: as many as it has tiers."""
    tiers = [TierRow(place, _money(tier.to, comma), _share(tier.rate, comma))
             for place, tier in enumerate(rule.tiers[:rows or MOST], 1)]  # fmt: skip
    tiers += [TierRow(place, "", "") for place in range(len(tiers) + 1, rows + 1)]
    bands = tuple(TierRow(place, _money(band.to, comma), _share(band.ratio if band.known else None, comma))
                  for place, band in enumerate(rule.ratio[:MOST], 1))  # fmt: skip
    fields = {
        "njoptkp": _money(rule.njoptkp, comma), "minimum": _money(rule.minimum, comma),
        "ratio": _share(rule.ratio[0].ratio, comma) if len(rule.ratio) == 1 else "",
        "waiver_up_to": _money(rule.waiver_up_to, comma),
        "stimulus": _share(rule.stimulus or None, comma), "food_land_rate": _share(rule.food_land_rate, comma),
        "tiering": rule.tiering.value,
    }  # fmt: skip
    return DraftForm(tuple(tiers), fields, bands=bands)


def band_rows(bands: Sequence[tuple[int | None, Fraction]], *, comma: bool) -> tuple[TierRow, ...]:
    """Ratios by band as rows of the form."""
    return tuple(TierRow(place, _money(to, comma), _share(ratio, comma)) for place, (to, ratio) in enumerate(bands, 1))


def _money(value: int | None, comma: bool) -> str:
    return "" if value is None else number(value, "id" if comma else "en")


def _share(value: Fraction | None, comma: bool) -> str:
    return "" if value is None else typed(value * 100, comma)


def read(data: Mapping[str, str], *, rows: int = ROWS) -> DraftForm:
    """The draft in a query. Never raises: faults come back beside the text that was typed. *rows* as in ``blank``."""
    problems: dict[str, Problem] = {}
    values: dict[str, Any] = {}
    tier_rows, bands = _rows(data, "to", "rate", rows), _rows(data, "ratio_to", "ratio_at", 0)
    tiers = _steps(tier_rows, ("to", "rate"), problems)
    if not any(row.rate or row.to for row in tier_rows):
        problems["rate1"] = problem("tax.what_if.no_tier")
    if tiers and not problems:
        values["tiers"] = tiers
    fields = {name: _text(data, name) for name in FIELDS}
    found = _steps(bands, ("ratio_to", "ratio_at"), problems)
    if found:
        values["ratio"] = found[0]["ratio"] if len(found) == 1 else found
    for name in TEXT_FIELDS:
        if fields[name]:
            _take(name, lambda name=name: read_rupiah(fields[name], name), values, problems)  # type: ignore[misc]
    for name in PERCENT_FIELDS:
        if fields[name] and not (name == "ratio" and found):
            _take(name, lambda name=name: read_percent(fields[name], name), values, problems)  # type: ignore[misc]
    if fields["tiering"] in tuple(Tiering):
        values["tiering"] = fields["tiering"]
    elif fields["tiering"]:
        problems["tiering"] = problem("tax.what_if.tiering_unknown", text=fields["tiering"], known=", ".join(Tiering))
    return DraftForm(tier_rows, fields, values, problems, bands)


def with_rows_changed(data: Mapping[str, str]) -> DraftForm | None:
    """The form after a press of ``add_tier``, ``drop_tier``, ``add_band`` or ``drop_band``; None when none was."""
    pressed = {name for name in ("add_tier", "drop_tier", "add_band", "drop_band") if name in data}
    if not pressed:
        return None
    tiers, bands = _rows(data, "to", "rate", 0), _rows(data, "ratio_to", "ratio_at", 0)
    tiers = _grown(tiers, "add_tier" in pressed, "drop_tier" in pressed)
    bands = _grown(bands, "add_band" in pressed, "drop_band" in pressed)
    return DraftForm(tiers, {name: _text(data, name) for name in FIELDS}, bands=bands)


def _grown(rows: tuple[TierRow, ...], add: bool, drop: bool) -> tuple[TierRow, ...]:
    """One row more, before the last, which has no limit and keeps its share; or one less, the last but one."""
    kept = list(rows)
    if add and len(kept) < MOST:
        kept.insert(max(len(kept) - 1, 0), TierRow(0, "", kept[-1].rate if kept else ""))
    if drop and len(kept) > 1:
        del kept[-2]
    return tuple(TierRow(place, row.to, row.rate) for place, row in enumerate(kept, 1))


def _text(data: Mapping[str, str], name: str) -> str:
    return data.get(name, "").strip()[:40]


def _rows(data: Mapping[str, str], to: str, share: str, count: int) -> tuple[TierRow, ...]:
    """*count* rows, or those that the query names."""
    numbers = range(1, count + 1) if count else [n for n in range(1, MOST + 1) if f"{to}{n}" in data or
                                                 f"{share}{n}" in data]  # fmt: skip
    return tuple(TierRow(n, _text(data, f"{to}{n}"), _text(data, f"{share}{n}")) for n in numbers)


def _take(name: str, reader: Callable[[], Any], values: dict[str, Any], problems: dict[str, Problem]) -> None:
    try:
        values[name] = reader()
    except Refused as refusal:
        problems[name] = Problem(refusal.problem.what, "", refusal.problem.remedy)


def _steps(rows: tuple[TierRow, ...], names: tuple[str, str], problems: dict[str, Problem]) -> list[dict[str, Any]]:
    """Rows with a share, in order; only the last has no limit. A missing last row is said, not invented."""
    to_name, share_name = names
    key = "rate" if share_name == "rate" else "ratio"
    used, before = [row for row in rows if row.rate or row.to], len(problems)
    found: list[dict[str, Any]] = []
    for place, row in enumerate(used):
        limits: dict[str, Any] = {}
        at, of = f"{to_name}{row.number}", f"{share_name}{row.number}"
        if not row.rate:
            problems[of] = problem(f"tax.what_if.{key}_missing")
            continue
        _take(of, lambda row=row: read_percent(row.rate, ""), limits, problems)  # type: ignore[misc]
        if row.to:
            _take(at, lambda row=row: read_rupiah(row.to, ""), limits, problems)  # type: ignore[misc]
        elif place != len(used) - 1:
            problems[at] = problem("tax.what_if.limit_missing")
        to, share = limits.get(at), limits.get(of)
        if to is not None and found and found[-1]["to"] is not None and to <= found[-1]["to"]:
            problems[at] = problem("tax.what_if.limit_order")
        found.append({"to": to, key: share})
    if found and used[-1].to:
        problems[f"{to_name}{used[-1].number}"] = problem("tax.what_if.last_open")
    return [] if len(problems) > before else found


def name_of(field_name: str) -> Message:
    """The words of a field, for the summary of errors."""
    kind = field_name.rstrip("0123456789")
    if kind != field_name:
        return message(f"tax.what_if.field.{kind}", number=int(field_name.removeprefix(kind)))
    return message(f"tax.what_if.field.{field_name}")
