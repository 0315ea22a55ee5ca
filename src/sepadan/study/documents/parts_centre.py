"""The part of a study on the creative centre, for one direction: cost, two ways to carry it over, recovery, counts."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from sepadan.ground.cells import Cell, in_words
from sepadan.ground.messages import Message, message
from sepadan.ground.money import round_rupiah
from sepadan.study.documents.blocks import (
    Block,
    Bullets,
    Column,
    Figures,
    Mark,
    Prose,
    Section,
    Table,
    Value,
    key,
)
from sepadan.study.engine.centre import CentreReplay, Recovery
from sepadan.study.engine.practice import Nearer


def centre_section(prefix: str, c: CentreReplay, recovery_since: Recovery | None, nearer: Sequence[Nearer]) -> Section:
    """The centre of ``c.host`` on the residents of ``c.guest``."""
    own, foreign = c.guest.name, c.host.name
    blocks: list[Block] = [Figures(f"{prefix}.figures", message("study.doc.centre.published", region=foreign), (
        ("running_cost", c.host.running_cost.cell), ("building_cost", c.host.building_cost.cell),
        ("income_target", c.host.income_target.cell), ("events", c.host.event_figure.cell),
        ("attendances", c.host.attendance_figure.cell)))]  # fmt: skip
    if c.transfers:
        blocks.append(_transfers(prefix, c))
    elif c.cost_per_resident is None:
        blocks.append(Prose(f"{prefix}.no_transfer", message("study.doc.centre.no_transfer", region=foreign), "care"))
    for name, found in (("recovery", c.recovery), ("recovery_since", recovery_since)):
        if found is not None and not (name == "recovery_since" and c.recovery is not None):
            blocks.append(Prose(f"{prefix}.{name}", message(
                f"study.doc.centre.{name}", income=found.income, months=found.months, low=found.printed[0],
                high=found.printed[1], like_low=found.like_for_like[0], like_high=found.like_for_like[1]), ""))
    if c.per_attendance:
        blocks.append(_per_attendance(prefix, c))
    if c.rejected:
        blocks.append(Bullets(f"{prefix}.rejected", message("study.doc.centre.rejected"), c.rejected))
    if c.lacking:
        blocks.append(Bullets(f"{prefix}.lacking", message("study.doc.centre.lacking"), c.lacking))
    for one in nearer:
        blocks.append(Prose(f"{prefix}.nearer.{one.region}", message("study.doc.centre.nearer", says=one.says), "good"))
    title = message("study.doc.centre.title", own=own, foreign=foreign)
    return Section(prefix, title, message("study.doc.centre.lead"), tuple(blocks),
                   message("study.doc.tab.centre") if prefix == "centre" else "")  # fmt: skip


def _transfers(prefix: str, c: CentreReplay) -> Table:
    unknown = message("study.doc.unknown")
    heads = ("running", "per_resident", "building", "building_per_resident")
    rows = tuple((one.way, message(f"study.doc.centre.way.{one.way}"), _range("running", one.running),
                  _range("per_resident", one.running_per_resident), _whole(one.building),
                  _whole(one.building_per_resident), one.how) for one in c.transfers)  # fmt: skip
    return Table(
        f"{prefix}.transfers", message("study.doc.centre.transfers", own=c.guest.name, foreign=c.host.name),
        (key("way"), Column("name", message("study.doc.col.way")),
         *(Column(name, message(f"study.doc.col.{name}"), "rupiah_short", none=unknown) for name in heads),
         Column("how", message("study.doc.col.how"))),
        rows, note=message("study.doc.centre.transfers.note"), file="centre",
        keys=(("guest", c.guest.region), ("host", c.host.region)),
    )  # fmt: skip


def _range(name: str, amounts: tuple[Fraction, Fraction]) -> Cell:
    """Whole rupiah from the lower to the higher, as one figure."""
    low, high = (round_rupiah(one, "half_up") for one in amounts)
    return Cell(message(f"study.doc.col.{name}"), low, kind="derived", form="rupiah_short",
                high=None if low == high else high)  # fmt: skip


def _whole(amount: Fraction | None) -> int | None:
    """Whole rupiah, half up."""
    return None if amount is None else round_rupiah(amount, "half_up")


def _per_attendance(prefix: str, c: CentreReplay) -> Table:
    rows: list[tuple[Value, ...]] = []
    for one in c.per_attendance:
        mark = Mark("refused", message("study.doc.centre.refused"), "bad") if one.refused else None
        period = one.claim.period
        rows.append((one.claim, period if isinstance(period, (Message, str)) else in_words(period, "id"), one.per_year,
                     _whole(one.cost[0]), _whole(one.cost[1]), mark))  # fmt: skip
    return Table(
        f"{prefix}.per_attendance", message("study.doc.centre.per_attendance"),
        (Column("claim", message("study.doc.col.claimed")),
         Column("period", message("study.doc.col.period"), hidden=True),
         Column("per_year", message("study.doc.col.per_year"), "number0"),
         Column("cost_low", message("study.doc.col.cost_low"), "rupiah"),
         Column("cost_high", message("study.doc.col.cost_high"), "rupiah"),
         Column("standing", message("study.doc.col.standing"))),
        tuple(rows), note=message("study.doc.centre.per_attendance.note"), folded=True,
    )  # fmt: skip
