"""The part of a study on property tax, for one direction: totals, levers, winners and losers, cliffs, households.

*prefix* names the blocks (``tax`` or ``tax_back``); ``own`` is whose roll, ``foreign`` whose law.
Colours follow whose practice made a value: the visitor's law is ``guest`` in both directions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from sepadan.ground.charts import Bar, BarChart, CliffChart, Curve, Piece, Strip, StripChart
from sepadan.ground.charts.spec import Role
from sepadan.ground.messages import Message, message
from sepadan.ground.money import round_rupiah
from sepadan.study.documents.blocks import (
    AreaMap,
    Block,
    Bullets,
    Column,
    Lines,
    Mark,
    Plot,
    Prose,
    Section,
    Steps,
    Table,
    Value,
    key,
    yes_no,
)
from sepadan.study.documents.law_words import choice_words, parameter_words
from sepadan.study.engine.practice import Version
from sepadan.study.engine.tax_cells import BUCKETS, Village
from sepadan.study.engine.tax_neutral import Neutral
from sepadan.study.engine.tax_replay import Comparison, Totals
from sepadan.study.engine.tax_study import NEAR, CliffRow, TaxStudy, bill_steps
from sepadan.tax.engine.pbb import PbbRule
from sepadan.tax.names import Tiering

RUN_KEYS = {"ratio": "neutral_ratio", "ratio_by_band": "neutral_band", "rates": "neutral_rates"}
EXAMPLE = 500_000_000
REACH = 6_000_000_000  # how far the curve of bills is drawn


@dataclass(frozen=True)
class Direction:
    """One direction with its names and colours.

    Without ``counted``, ``tax`` has no band over other assumptions and no count of objects at the cliffs: they are not
    spoken of, rather than said to be none.
    """

    prefix: str
    tax: TaxStudy
    own: str
    foreign: str
    own_role: Role
    foreign_role: Role
    villages: Mapping[str, str]
    cautions: Mapping[str, Version]
    counted: bool = True

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """What every row of a file about this direction says first."""
        kind = "synthetic" if self.tax.roll.synthetic else "register"
        return (("roll", self.tax.own.region), ("roll_kind", kind), ("law", self.tax.foreign.region))

    def id(self, name: str) -> str:
        return f"{self.prefix}.{name}"


def tax_section(d: Direction) -> Section:
    """Everything about one direction."""
    blocks: list[Block] = [*_roll(d), _totals_plot(d), *_levers(d), _totals_table(d), *_winners(d), *_villages(d),
                           *_cliffs(d), *_households(d), *_basis(d)]  # fmt: skip
    title = message("study.doc.tax.title", own=d.own, foreign=d.foreign)
    return Section(d.prefix, title, message("study.doc.tax.lead"), tuple(blocks),
                   message(f"study.doc.tab.{d.prefix}"))  # fmt: skip


def _roll(d: Direction) -> list[Block]:
    blocks: list[Block] = []
    if d.tax.roll.synthetic:
        blocks.append(Prose(d.id("sample"), message("study.doc.sample", label=d.tax.roll.label), "sample"))
    if d.tax.own.on.year != d.tax.roll.tax_year:
        text = message("study.doc.tax.roll_year", year=str(d.tax.roll.tax_year), law_year=str(d.tax.own.on.year))
        blocks.append(Prose(d.id("roll_year"), text, "small"))
    if d.tax.roll.holders is not None:
        blocks.append(Prose(d.id("holders"), d.tax.roll.holders, "small"))
    for code, name in ((d.tax.own.region, d.own), (d.tax.foreign.region, d.foreign)):
        if code in d.cautions:
            one = d.cautions[code]
            text = message("study.doc.tax.caution", name=name, says=one.says, why=one.why or "")
            blocks.append(Prose(d.id(f"caution.{code}"), text, "care"))
    return blocks


def law_of(d: Direction, whose: str) -> Message:
    """The law's own name: its instrument and year of the tiers in force."""
    practice, name = (d.tax.own, d.own) if whose == "own" else (d.tax.foreign, d.foreign)
    tiers = practice.law.get("tiers")
    instrument = tiers.instrument.title if tiers is not None and tiers.instrument is not None else ""
    return message("study.doc.law", name=name, instrument=instrument or str(practice.on.year))


# --- totals and levers -----------------------------------------------------------------------------------------------


def _totals_plot(d: Direction) -> Plot:
    t = d.tax
    low, high = t.as_is_band
    bars = (
        Bar(law_of(d, "own"), t.as_is.before.payable, d.own_role),
        Bar(message("study.doc.tax.as_is", law=law_of(d, "foreign")), t.as_is.after.payable, d.foreign_role,
            low=low if low < high else None, high=high if low < high else None, note=_change(t.as_is.change)),
        Bar(run_words(d, t.neutral), t.neutral.totals.payable, d.foreign_role,
            note=_change(t.neutral_comparison.change)),
    )  # fmt: skip
    title = message(f"study.doc.tax.totals.{_way(t.as_is.change)}", own=d.own, foreign=d.foreign,
                    share=abs(t.as_is.change or Fraction(0)))  # fmt: skip
    summary = message("study.doc.tax.totals.band", low=low, high=high) if low < high else message(
        "study.doc.tax.totals.no_band" if d.counted else "study.doc.tax.totals.yearly")
    return Plot(d.id("revenue"), BarChart(title, summary, bars, form="rupiah_short"))


def _way(change: Fraction | None) -> str:
    return "same" if not change else "down" if change < 0 else "up"


def _change(change: Fraction | None) -> Message | str:
    if change is None:
        return ""
    if abs(change) < Fraction(1, 2000):  # what would be printed as 0.0 %
        return message("study.doc.change.none")
    key = "study.doc.change.up" if change > 0 else "study.doc.change.down" if change < 0 else "study.doc.change.none"
    return message(key, share=abs(change))


def lever_words(neutral: Neutral) -> Message:
    """``rates × 1.862``, ``ratio 47.2 %``, or one ratio per band."""
    if neutral.lever == "rates":
        return message("study.doc.lever.rates", factor=neutral.value)
    if neutral.lever == "ratio":
        return message("study.doc.lever.ratio", ratio=neutral.value)
    return message("study.doc.lever.ratio_by_band")


def run_words(d: Direction, neutral: Neutral) -> Message:
    """What a run by a lever is called; one that stopped at its bound is not said to keep the revenue."""
    key = "neutral" if neutral.within_bounds else "at_bound"
    return message(f"study.doc.tax.{key}", law=law_of(d, "foreign"), lever=lever_words(neutral))


def _levers(d: Direction) -> list[Block]:
    """What each lever can and cannot do, in sentences."""
    t, found = d.tax, []
    bounds = {"low": t.bounds.ratio_min, "high": t.bounds.ratio_max, "cap": t.bounds.rate_max}
    if t.ratio.within_bounds:
        found.append(message("study.doc.ratio.solved", ratio=t.ratio.value, residue=t.ratio.residue, **bounds))
    elif t.ratio.wanted is not None:
        key = "above" if t.ratio.wanted > t.bounds.ratio_max else "below"
        found.append(message(f"study.doc.ratio.{key}", wanted=t.ratio.wanted, nearest=t.ratio.value,
                             missing=abs(t.ratio.shortfall), **bounds))  # fmt: skip
    key = "solved" if t.by_band.within_bounds else "not_solved"
    found.append(message(f"study.doc.band.{key}", reached=t.by_band.totals.payable, gap=abs(t.by_band.residue),
                         **bounds))  # fmt: skip
    highest = t.rates.highest_rate or Fraction(0)
    if t.rates.within_bounds:
        capped = "capped" if t.rates.capped else "solved"
        found.append(message(f"study.doc.rates.{capped}", factor=t.rates.value, highest=highest, count=t.rates.capped,
                             residue=t.rates.residue, **bounds))  # fmt: skip
    else:
        found.append(message("study.doc.rates.not_solved", missing=t.rates.shortfall, **bounds))
    bands = Table(
        d.id("ratio_by_band"), message("study.doc.band.title"),
        (Column("njop_to", message("study.doc.col.njop_to"), "rupiah", none=message("study.doc.above")),
         Column("before", message("study.doc.col.before"), "rupiah"),
         Column("full", message("study.doc.col.full"), "rupiah"),
         Column("wanted", message("study.doc.col.wanted"), "percent2", none=message("study.doc.none_needed")),
         Column("ratio", message("study.doc.col.lawful_ratio"), "percent2")),
        tuple((one.to, one.before, one.full, one.wanted, one.ratio) for one in t.bands),
        file="ratio_by_band", keys=d.keys, folded=True,
    )  # fmt: skip
    return [Bullets(d.id("levers"), message("study.doc.levers.title"), tuple(found)), bands]


def _totals_table(d: Direction) -> Table:
    t = d.tax
    few = message("study.doc.few")
    runs: list[tuple[str, Message, Totals, Neutral | None]] = [
        ("own", law_of(d, "own"), t.as_is.before, None),
        ("as_is", message("study.doc.tax.as_is", law=law_of(d, "foreign")), t.as_is.after, None),
    ]
    for one in (t.ratio, t.by_band, t.rates):
        runs.append((RUN_KEYS[one.lever], run_words(d, one), one.totals, one))
    base = t.as_is.before.payable
    rows = tuple(
        (name, words, totals.payable, Fraction(totals.payable - base, base) if base else None,
         totals.released("nil"), totals.released("waived"), totals.released("unknown"),
         None if one is None else one.value if one.lever != "ratio_by_band" else None,
         None if one is None else one.residue, None if one is None else yes_no(one.within_bounds))
        for name, words, totals, one in runs
    )  # fmt: skip
    return Table(
        d.id("totals"), message("study.doc.totals.title"),
        (key("run"), Column("name", message("study.doc.col.run")),
         Column("payable", message("study.doc.col.payable"), "rupiah"),
         Column("change", message("study.doc.col.change"), "percent1", signed=True),
         Column("nil", message("study.doc.col.nil"), "number", none=few),
         Column("waived", message("study.doc.col.waived"), "number", none=few,
                screen=not any(one.waived for _, _, one, _ in runs)),
         Column("unknown", message("study.doc.col.unknown"), "number", none=few,
                screen=not any(one.unknown for _, _, one, _ in runs)),
         Column("lever", message("study.doc.col.lever"), "number6", hidden=True),  # the name of the run says it
         Column("residue", message("study.doc.col.residue"), "rupiah", signed=True, none=message("study.doc.none")),
         Column("within_bounds", message("study.doc.col.within"), none=message("study.doc.no_lever"))),
        rows, note=message("study.doc.totals.note", objects=t.as_is.before.objects, owners=t.roll.owners),
        file="totals", keys=d.keys, folded=True,
    )  # fmt: skip


# --- winners and losers ----------------------------------------------------------------------------------------------


def _winners(d: Direction) -> list[Block]:
    blocks: list[Block] = []
    kept = "neutral" if d.tax.neutral.within_bounds else "at_bound"
    for run, comparison in ((kept, d.tax.neutral_comparison), ("as_is", d.tax.as_is)):
        name = "as_is" if run == "as_is" else "neutral"
        blocks.append(Plot(d.id(f"winners_{name}"), _strips(comparison, run)))
        blocks.append(_decile_table(d, name, run, comparison))
    return blocks


def _strips(comparison: Comparison, run: str) -> StripChart:
    down, up = comparison.share("down_over_20", "down_2_20"), comparison.share("up_2_20", "up_over_20")
    strips = []
    for decile in comparison.deciles:
        whole = sum(decile.counts) or 1
        shares = tuple(Fraction(count, whole) for count in decile.counts)
        over = message("study.doc.decile.over")
        extent = message("study.doc.decile.to", njop=decile.njop_to) if decile.njop_to else over
        strips.append(Strip(decile.label, shares, decile.change, extent))  # type: ignore[arg-type]
    return StripChart(message(f"study.doc.winners.{run}", down=down, up=up), message("study.doc.winners.summary"),
                      tuple(strips), message("study.doc.decile"))  # fmt: skip


def _decile_table(d: Direction, name: str, run: str, comparison: Comparison) -> Table:
    buckets = [Column(name, message(f"study.doc.bucket.{name}"), "number") for name in BUCKETS]
    rows = []
    for one in comparison.deciles:
        merged = Lines(tuple(message(f"study.doc.bucket.{name}") for name in one.merged))
        rows.append((one.label, one.njop_to or None, one.objects, one.owners, one.before, one.after, one.change,
                     round_rupiah(one.mean_change, "half_up"), *one.counts, merged))  # fmt: skip
    return Table(
        d.id(f"deciles_{name}"), message(f"study.doc.deciles.{run}"),
        (Column("decile", message("study.doc.decile")),
         Column("njop_to", message("study.doc.col.njop_to"), "rupiah", none=message("study.doc.above")),
         Column("objects", message("study.doc.col.objects"), "number"),
         Column("owners", message("study.doc.col.owners"), "number", screen=True),
         Column("before", message("study.doc.col.before"), "rupiah"),
         Column("after", message("study.doc.col.after"), "rupiah"),
         Column("change", message("study.doc.col.change"), "percent1", signed=True),
         Column("mean_change", message("study.doc.col.mean_change"), "rupiah", signed=True, screen=True), *buckets,
         Column("merged", message("study.doc.col.merged"), screen=not any(one.merged for one in comparison.deciles))),
        tuple(rows), note=message("study.doc.deciles.note"), file="deciles",
        keys=(*d.keys, ("run", run if run == "as_is" else RUN_KEYS[d.tax.lever])), folded=True,
    )  # fmt: skip


def _villages(d: Direction) -> list[Block]:
    neutral = {one.codes: one for one in d.tax.neutral_comparison.villages}
    rows: list[tuple[Value, ...]] = []
    for one in d.tax.as_is.villages:
        other = neutral.get(one.codes)
        rows.append((", ".join(one.codes), ", ".join(d.villages.get(code, code) for code in one.codes), one.objects,
                     one.owners, one.before, one.after, one.change, *_neutral_cells(other)))  # fmt: skip
    values = {code: one.change for one in d.tax.neutral_comparison.villages for code in one.codes}
    table = Table(
        d.id("kelurahan"), message("study.doc.villages.title"),
        (Column("codes", message("study.doc.col.code")), Column("names", message("study.doc.col.village")),
         Column("objects", message("study.doc.col.objects"), "number"),
         Column("owners", message("study.doc.col.owners"), "number"),
         Column("before", message("study.doc.col.before"), "rupiah"),
         Column("as_is", message("study.doc.col.as_is"), "rupiah"),
         Column("as_is_change", message("study.doc.col.change"), "percent1", signed=True),
         Column("neutral", message("study.doc.col.neutral"), "rupiah"),
         Column("neutral_change", message("study.doc.col.change"), "percent1", signed=True),
         Column("neutral_up", message("study.doc.col.up"), "number"),
         Column("neutral_down", message("study.doc.col.down"), "number")),
        tuple(rows), note=message("study.doc.villages.note"), file="kelurahan",
        keys=(*d.keys, ("neutral_run", RUN_KEYS[d.tax.lever])), folded=True,
    )  # fmt: skip
    area = AreaMap(d.id("map"), d.tax.own.region, message("study.doc.map.title", own=d.own),
                   message("study.doc.map.label"), values, 100, unit="%", note=message("study.doc.map.note"),
                   changes=True)
    return [area, table]


def _neutral_cells(one: Village | None) -> tuple[Value, ...]:
    return (None, None, None, None) if one is None else (one.after, one.change, one.up, one.down)


# --- cliffs ----------------------------------------------------------------------------------------------------------


def _cliffs(d: Direction) -> list[Block]:
    rows = [_cliff_row(side, name, one) for side, name, found in
            (("own", d.own, d.tax.own_cliffs), ("foreign", d.foreign, d.tax.foreign_cliffs)) for one in found]
    if not rows:
        return [Prose(d.id("no_cliffs"), message("study.doc.cliffs.none"), "small")]
    table = Table(
        d.id("cliffs"), message("study.doc.cliffs.title"),
        (key("side"), Column("law_name", message("study.doc.col.law")),
         Column("njop", message("study.doc.col.limit"), "rupiah"),
         Column("below", message("study.doc.col.at_limit"), "rupiah"),
         Column("above", message("study.doc.col.above_limit"), "rupiah"),
         Column("jump", message("study.doc.col.jump"), "rupiah", signed=True),
         Column("jump_share", message("study.doc.col.change"), "percent1", signed=True),
         Column("near_objects", message("study.doc.col.near", share=NEAR), "number", none=message("study.doc.few"),
                hidden=not d.counted)),
        tuple(rows), note=message("study.doc.cliffs.note" if d.counted else "study.doc.cliffs.note.uncounted"),
        file="cliffs", keys=d.keys,
    )  # fmt: skip
    sides = ((d.own, d.tax.own.rule, d.own_role), (d.foreign, d.tax.foreign.rule, d.foreign_role))
    curves = [Curve(message("study.doc.law_short", name=name), pieces(rule, REACH), role)
              for name, rule, role in sides if _drawable(rule)]
    if not curves:
        return [table]
    chart = CliffChart(message("study.doc.cliffs.chart"), message("study.doc.cliffs.summary"), tuple(curves),
                       message("study.doc.col.njop"), message("study.doc.col.bill"), "rupiah_short", "rupiah_short")
    return [Plot(d.id("bill_curve"), chart), table]


def _cliff_row(side: str, name: str, row: CliffRow) -> tuple[Value, ...]:
    one = row.cliff
    return (side, name, one.at, one.below, one.above, one.jump, one.share, row.objects)


def _drawable(rule: PbbRule) -> bool:
    return rule.tiering is Tiering.SLAB and all(tier.rate is not None for tier in rule.tiers) and len(rule.ratio) == 1


def pieces(rule: PbbRule, reach: int) -> tuple[Piece, ...]:
    """The bill of an object without NJOPTKP as straight pieces up to an NJOP of *reach*, before rounding."""
    found, over, ratio = [], 0, rule.ratio[0].ratio
    for tier in rule.tiers:
        to = min(tier.to if tier.to is not None else reach, reach)
        if over < to and tier.rate is not None:
            found.append(Piece(over, over * tier.rate * ratio, to, to * tier.rate * ratio))
        over = to
    return tuple(found)


# --- households and what it rests on ---------------------------------------------------------------------------------


def _households(d: Direction) -> list[Block]:
    rows = tuple(
        (one.njop, one.own.payable if one.own else None, one.as_is.payable if one.as_is else None,
         one.neutral.payable if one.neutral else None) for one in d.tax.examples
    )  # fmt: skip
    unknown = message("study.doc.unknown")
    table = Table(
        d.id("households"), message("study.doc.households.title"),
        (Column("njop", message("study.doc.col.njop"), "rupiah"),
         Column("own", message("study.doc.law_short", name=d.own), "rupiah", none=unknown),
         Column("as_is", message("study.doc.law_short.as_is", name=d.foreign), "rupiah", none=unknown),
         Column("neutral", lever_words(d.tax.neutral), "rupiah", none=unknown)),
        rows, note=message("study.doc.households.note"), file="households", keys=d.keys,
    )  # fmt: skip
    blocks: list[Block] = [table]
    for whose, rule in (("own", d.tax.own.rule), ("foreign", d.tax.foreign.rule)):
        title = message("study.doc.steps.title", law=law_of(d, whose), njop=EXAMPLE)
        blocks.append(Steps(d.id(f"steps_{whose}"), title, tuple(bill_steps(rule, EXAMPLE)), folded=True))
    return blocks


def _basis(d: Direction) -> list[Block]:
    t = d.tax
    sides = {"own": d.own, "foreign": d.foreign}
    alternatives = Table(
        d.id("alternatives"), message("study.doc.alternatives.title"),
        (Column("parameter", message("study.doc.col.parameter")), Column("value", message("study.doc.col.value")),
         Column("before", message("study.doc.law_short", name=d.own), "rupiah"),
         Column("as_is", message("study.doc.law_short.as_is", name=d.foreign), "rupiah"),
         Column("change", message("study.doc.col.change"), "percent1", signed=True)),
        ((message("study.doc.chosen"), message("study.doc.listed"), t.as_is.before.payable, t.as_is.after.payable,
          t.as_is.change),
         *((parameter_words(one.name), choice_words(one.name, one.value), one.before, one.as_is, one.change)
           for one in t.alternatives)),
        note=message("study.doc.alternatives.note"), file="alternatives", keys=d.keys,
    )  # fmt: skip
    assumed = Table(
        d.id("assumed"), message("study.doc.assumed.title"),
        (Column("parameter", message("study.doc.col.parameter")), Column("value", message("study.doc.col.value")),
         Column("confidence", message("study.doc.col.confidence")), Column("laws", message("study.doc.col.laws")),
         Column("why", message("study.doc.col.why"))),
        tuple((parameter_words(one.name), choice_words(one.name, one.value),
               Mark("low", message("study.doc.assumed.mark"), "care"),
               ", ".join(sides[side] for side in one.sides), one.why) for one in t.assumed),
        note=message("study.doc.assumed.note", name=t.own.assumptions.name), file="assumptions", keys=d.keys,
        folded=True,
    )  # fmt: skip
    gaps = tuple(message("study.doc.gap", region=name, what=gap.description, reason=gap.reason)
                 for name, found in ((d.own, t.own_gaps), (d.foreign, t.foreign_gaps)) for gap in found
                 if gap.region != "national")  # fmt: skip
    blocks: list[Block] = [alternatives, assumed] if d.counted else [assumed]
    if gaps:
        blocks.append(Bullets(d.id("gaps"), message("study.doc.gaps.title"), gaps, folded=True))
    blocks.append(Prose(d.id("first_round"), message("study.doc.first_round"), "small"))
    text = message("study.doc.run_fingerprint", text=grouped(t.fingerprint))
    return [*blocks, Prose(d.id("fingerprint"), text, "small")]


def grouped(fingerprint: str) -> str:
    """The first sixteen digits in fours, as they are printed."""
    return " ".join(fingerprint[k : k + 4] for k in range(0, 16, 4))

