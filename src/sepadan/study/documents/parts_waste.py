"""The part of a study on waste, for one direction: the year, the flow to the landfill and its life, warnings."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from sepadan.ground.charts import Bar, BarChart, RangeChart, Span
from sepadan.ground.charts.spec import Role
from sepadan.ground.messages import Message, message
from sepadan.study.documents.blocks import (
    Block,
    Bullets,
    Column,
    Figures,
    Lines,
    Mark,
    Plot,
    Prose,
    Section,
    Table,
    Value,
    key,
)
from sepadan.study.engine.indicators import plain
from sepadan.study.engine.waste import LifeRow, ThreeMeasures, WasteReplay, WasteYear
from sepadan.waste.engine.balance import Balance


def waste_section(prefix: str, w: WasteReplay, own_role: Role, foreign_role: Role) -> Section:
    """The practice of ``w.host`` on the waste of ``w.guest``."""
    own, foreign = w.guest.name, w.host.name
    blocks: list[Block] = [
        Figures(f"{prefix}.figures", message("study.doc.waste.now", region=own), (
            ("generated", w.guest.generated.cell), ("reduced", w.guest.reduced.cell),
            ("handled", w.guest.handled.cell), ("inflow", w.guest.inflow.cell), ("landfill", w.guest.landfill.cell))),
    ]  # fmt: skip
    if w.lacking is not None:
        blocks.append(Prose(f"{prefix}.lacking", w.lacking, "care"))
    if w.now is not None and w.as_host is not None:
        blocks += _year(prefix, w, w.now, w.as_host, own_role, foreign_role)
    blocks += _landfill(prefix, w, own_role, foreign_role)
    blocks.append(_measures(prefix, w))
    blocks.append(Bullets(f"{prefix}.warnings", message("study.doc.warnings"), tuple(one.text for one in w.warnings)))
    blocks.append(_assumed(prefix, w))
    title = message("study.doc.waste.title", own=own, foreign=foreign)
    return Section(prefix, title, message("study.doc.waste.lead"), tuple(blocks),
                   message("study.doc.tab.waste") if prefix == "waste" else "")  # fmt: skip


def _year(prefix: str, w: WasteReplay, now: WasteYear, then: WasteYear, own_role: Role, foreign_role: Role
          ) -> list[Block]:  # fmt: skip
    own, foreign = w.guest.name, w.host.name
    names = (("now", message("study.doc.waste.as_now", region=own), now),
             ("as_host", message("study.doc.waste.as_host", region=foreign), then))  # fmt: skip
    table = Table(
        f"{prefix}.year", message("study.doc.waste.year"),
        (key("run"), Column("name", message("study.doc.col.run")),
         Column("generated_t", message("study.doc.col.generated"), "number2"),
         Column("reduced_t", message("study.doc.col.reduced"), "number2"),
         Column("handled_t", message("study.doc.col.handled"), "number2"),
         Column("managed_t", message("study.doc.col.managed"), "number2"),
         Column("unmanaged_t", message("study.doc.col.unmanaged"), "number2"),
         Column("managed_share", message("study.doc.col.managed_share"), "percent2", hidden=True),
         Column("handled_t_day", message("study.doc.col.handled_day"), "number1", hidden=True),
         Column("unmanaged_t_day", message("study.doc.col.unmanaged_day"), "number1", hidden=True)),
        tuple((run, words, year.generated_t, year.reduced_t, year.handled_t, year.managed_t, year.unmanaged_t,
               year.managed_share, year.per_day.handled_t, year.per_day.unmanaged_t) for run, words, year in names),
        note=message("study.doc.waste.year.note", reduced=w.reduced_rate, handled=w.handled_rate,
                     now=now.managed_share, then=then.managed_share), file="waste",
        keys=_keys(w),
    )  # fmt: skip
    change = w.unmanaged_change_t or Fraction(0)
    way = "less" if change < 0 else "more"
    chart = BarChart(
        message(f"study.doc.waste.unmanaged.{way}", region=own, t=abs(change)),
        message("study.doc.waste.unmanaged.summary", day=abs(change) / 365),
        (Bar(names[0][1], now.unmanaged_t, own_role), Bar(names[1][1], then.unmanaged_t, foreign_role)),
        form="number0", unit=message("study.unit.t_per_year"),
    )  # fmt: skip
    day, new = now.per_day, then.per_day
    words = message("study.doc.waste.day", handled=new.handled_t, handled_now=day.handled_t, unmanaged=new.unmanaged_t,
                    unmanaged_now=day.unmanaged_t)  # fmt: skip
    return [Plot(f"{prefix}.unmanaged", chart), table, Prose(f"{prefix}.day", words, "")]


def _landfill(prefix: str, w: WasteReplay, own_role: Role, foreign_role: Role) -> list[Block]:
    blocks: list[Block] = []
    if w.inflows:
        blocks.append(Table(
            f"{prefix}.inflows", message("study.doc.waste.inflows", region=w.guest.name),
            (key("rule"),
             Column("t_per_day", message("study.doc.col.t_day"), "number1"),
             Column("how", message("study.doc.col.how"))),
            tuple((one.rule, one.t_per_day, one.how) for one in w.inflows), file="waste_inflow", keys=_keys(w),
        ))  # fmt: skip
    for name, rows, whose, lacking in (("life", w.lives, w.host, w.lives_lacking),
                                       ("own_life", w.own_lives, w.guest, w.own_lives_lacking)):  # fmt: skip
        if lacking is not None:
            blocks.append(Prose(f"{prefix}.{name}_lacking", lacking, "care"))
        if rows:
            spans = tuple(Span(one.label, one.band.low, one.band.high, one.band.middle,
                               foreign_role if one.side == "host" else own_role)
                          for one in rows if one.band.low is not None and one.band.high is not None)  # fmt: skip
            title = message("study.doc.waste.life.title", region=whose.name, capacity=whose.capacity.value)
            blocks.append(Plot(f"{prefix}.{name}", RangeChart(
                title, message("study.doc.waste.life.summary", low=w.assumptions.densities_t_m3[0],
                               high=w.assumptions.densities_t_m3[-1], cover=w.assumptions.cover_share),
                spans, form="number1", unit=message("study.unit.years"))))  # fmt: skip
            blocks.append(_lives(f"{prefix}.{name}_table", w, rows))
    if w.announced is not None:
        one = w.announced
        blocks.append(Prose(f"{prefix}.announced", message(
            f"study.doc.waste.announced.{one.verdict}", region=w.host.name, low=plain(one.low_years),
            high=plain(one.high_years), density_low=one.density_low, density_high=one.density_high,
            inflow_low=one.inflow_low, inflow_high=one.inflow_high, flow=plain(w.host.design.value or Fraction(0)),
            believed=max(w.assumptions.densities_t_m3)), "bad" if one.verdict == "not_supported" else "good"))
    return blocks


def _lives(id: str, w: WasteReplay, rows: tuple[LifeRow, ...]) -> Table:
    never = message("study.doc.waste.never_full")
    columns = [Column(name, message(f"study.doc.col.life_{name}"), "number1", none=never)
               for name in ("low", "middle", "high")]  # fmt: skip
    return Table(
        id, message("study.doc.waste.lives"),
        (Column("flow", message("study.doc.col.flow")), Column("t_per_day", message("study.doc.col.t_day"), "number1"),
         *columns),
        tuple((one.label, one.band.t_per_day, one.band.low, one.band.middle, one.band.high) for one in rows),
        file="landfill_life", keys=_keys(w), folded=True,
    )  # fmt: skip


def _measures(prefix: str, w: WasteReplay) -> Table:
    unknown = message("study.doc.unknown")
    rows = tuple((one.region, name, one.sipsn_pct, *_range(one, "without_dumping_pct"), *_range(one, "controlled_pct"))
                 for name, one in ((w.host.name, w.measures[0]), (w.guest.name, w.measures[1])))  # fmt: skip
    return Table(
        f"{prefix}.measures", message("study.doc.waste.measures"),
        (Column("region", message("study.doc.col.code")), Column("name", message("study.doc.col.region")),
         Column("sipsn_pct", message("study.doc.col.sipsn"), "number2", none=unknown),
         Column("no_dumping_low_pct", message("study.doc.col.no_dumping_low"), "number2", none=unknown),
         Column("no_dumping_high_pct", message("study.doc.col.no_dumping_high"), "number2", none=unknown),
         Column("controlled_low_pct", message("study.doc.col.controlled_low"), "number2", none=unknown),
         Column("controlled_high_pct", message("study.doc.col.controlled_high"), "number2", none=unknown)),
        rows, note=message("study.doc.waste.measures.note"), file="waste_measures", keys=_keys(w), folded=True,
    )  # fmt: skip


def _range(one: ThreeMeasures, name: str) -> tuple[Value, Value]:
    found = getattr(one, name)
    return (None, None) if found is None else found


def _assumed(prefix: str, w: WasteReplay) -> Table:
    a = w.assumptions
    rows: tuple[tuple[Value, ...], ...] = (
        ("density_t_m3", message("study.doc.waste.density"), message(
            "study.value.densities", value=a.density_t_m3, low=a.densities_t_m3[0], high=a.densities_t_m3[-1]),
         a.why["density_t_m3"]),
        ("cover_share", message("study.doc.waste.cover"), message("study.value.percent", value=a.cover_share),
         a.why["cover_share"]),
        ("inflow", message("study.doc.waste.inflow_rule"), Lines(tuple(
            message(f"study.doc.waste.rule.{one}") for one in a.inflow)), a.why["inflow"]),
    )  # fmt: skip
    mark = Mark("low", message("study.doc.assumed.mark"), "care")
    return Table(
        f"{prefix}.assumed", message("study.doc.assumed.title"),
        (key("key"), Column("parameter", message("study.doc.col.parameter")),
         Column("value", message("study.doc.col.value")), Column("confidence", message("study.doc.col.confidence")),
         Column("why", message("study.doc.col.why"))),
        tuple((name, words, value, mark, why) for name, words, value, why in rows),
        note=message("study.doc.assumed.note", name=a.name), folded=True,
    )  # fmt: skip


def _keys(w: WasteReplay) -> tuple[tuple[str, str], ...]:
    return (("guest", w.guest.region), ("host", w.host.region))


def balances_block(names: Mapping[str, str], balances: Mapping[str, Balance],
                   recycled: Mapping[str, tuple[Fraction | None, Fraction | None]]) -> list[Block]:
    """The balance of each region: what is managed and what is recycled, with the arithmetic in digits."""
    lines: list[Message] = []
    rows: list[tuple[Value, ...]] = []
    for code, balance in balances.items():
        again, raw = recycled[code]
        rows.append((code, names[code], balance.generated_t, balance.reduced_t, balance.handled_t, balance.managed_t,
                     balance.unmanaged_t, balance.managed_pct, again, raw, balance.recycling_rate_pct))
        if balance.managed_t is not None:
            lines.append(message("study.doc.waste.identity", region=names[code], reduced=balance.reduced_t,
                                 handled=balance.handled_t, managed=balance.managed_t))  # fmt: skip
        if balance.recycling_rate_pct is not None and balance.generated_t:
            whole = "recycling" if again is not None and raw is not None else "recycling_part"
            lines.append(message(f"study.doc.waste.{whole}", region=names[code], recycled=again or 0, raw=raw or 0,
                                 generated=balance.generated_t,
                                 share=((again or 0) + (raw or 0)) / balance.generated_t))  # fmt: skip
    unknown = message("study.doc.not_reported")
    parts = ("generated", "reduced", "handled", "managed", "unmanaged", "managed_pct", "recycled", "raw",
             "recycling_pct")  # fmt: skip
    table = Table(
        "waste.balance", message("study.doc.waste.balance"),
        (Column("region", message("study.doc.col.code")), Column("name", message("study.doc.col.region")),
         *(Column(name, message(f"study.doc.col.{name}"), "number2", none=unknown) for name in parts)),
        tuple(rows), note=message("study.doc.waste.balance.note"), file="waste_balance", folded=True,
    )  # fmt: skip
    return [Bullets("waste.arithmetic", message("study.doc.waste.arithmetic"), tuple(lines)), table]
