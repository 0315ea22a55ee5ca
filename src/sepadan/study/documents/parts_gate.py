"""The parts of a study on whether figures may be compared, where they contradict each other, and what was claimed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from sepadan.ground.cells import Cell, in_words
from sepadan.ground.messages import Message, message
from sepadan.ground.money import decimal_of
from sepadan.study.documents.blocks import (
    Block,
    Bullets,
    Column,
    Lines,
    Link,
    Mark,
    Prose,
    Section,
    Table,
    Value,
    key,
)
from sepadan.study.engine.book import Book
from sepadan.study.engine.claims import CheckedClaim
from sepadan.study.engine.conflicts import Clash
from sepadan.study.engine.derived import Figure
from sepadan.study.engine.findings import Finding
from sepadan.study.engine.gate import Comparison
from sepadan.study.engine.national import National
from sepadan.study.engine.study import StatedTotal, Study

GATE_TONES = {"yes": "ok", "note": "care", "no": "bad"}
CLAIM_TONES = {"supported": "ok", "not_supported": "bad", "cannot_be_checked": "wait"}
STANDING_TONES = {"used": "ok", "unused": "", "refused": "bad"}
BILLION = 10**9


def gate_section(study: Study) -> Section:
    """Every pair of figures with the gate's answer; those that only one region has come last."""
    both = [one for one in study.gate if one.left.known and one.right.known]
    rest = [one for one in study.gate if one not in both]
    names = study.host.name, study.guest.name
    blocks: list[Block] = [
        Prose("gate.count", message("study.doc.gate.count", **{level: sum(one.level == level for one in both)
                                                             for level in ("yes", "note", "no")}, rest=len(rest)), ""),
        pairs_table(both, *names),
        Table("gate.single", message("study.doc.gate.single"), _gate_columns(*names), tuple(map(_gate_row, rest)),
              folded=True),
    ]  # fmt: skip
    if study.national is not None:
        blocks += _national(study, study.national)
    return Section("gate", message("study.doc.gate.title"), message("study.doc.gate.lead"), tuple(blocks),
                   message("study.doc.tab.gate"), wide=True)  # fmt: skip


def pairs_table(pairs: Sequence[Comparison], host: str, guest: str) -> Table:
    """Pairs of figures, the host's left, each with the gate's answer and its reasons."""
    return Table("gate.pairs", message("study.doc.gate.pairs"), _gate_columns(host, guest),
                 tuple(map(_gate_row, pairs)), message("study.doc.gate.note"))  # fmt: skip


def _gate_columns(host: str, guest: str) -> tuple[Column, ...]:
    return (key("indicator"), Column("name", message("study.doc.col.measure")),
            Column("host", host), Column("host_period", message("study.doc.col.period"), hidden=True),
            Column("guest", guest), Column("guest_period", message("study.doc.col.period"), hidden=True),
            Column("verdict", message("study.doc.col.verdict")),
            Column("reasons", message("study.doc.col.why")))  # fmt: skip


def _gate_row(one: Comparison) -> tuple[Value, ...]:
    verdict = Mark(one.level, message(f"study.gate.verdict.{one.level}"), GATE_TONES[one.level], gate=True)
    return (one.indicator.id, one.indicator.name, one.left.cell, _period(one.left), one.right.cell, _period(one.right),
            verdict, Lines(tuple(reason.text for reason in one.reasons)))  # fmt: skip


def _period(one: Figure) -> Message | str:
    period = one.cell.period
    return period if isinstance(period, (Message, str)) else in_words(period, "id")


def _national(study: Study, table: National) -> list[Block]:
    """Medians and ranks over the national table that the caller brought."""
    rows = []
    for region in (study.host, study.guest):
        if region.name in table.rank_managed:
            rows.append((region.code, region.name, table.rank_managed[region.name], table.rank_reduced[region.name],
                         table.rank_handled[region.name]))  # fmt: skip
    text = message("study.doc.national.text", rows=table.rows, complete=table.complete, generated=table.sum_generated_t,
                   reduced=table.median_reduced, handled=table.median_handled, managed=table.median_managed,
                   red=table.reduced_goal_reached, han=table.handled_goal_reached)  # fmt: skip
    columns = (Column("region", message("study.doc.col.code")), Column("name", message("study.doc.col.region")),
               *(Column(f"rank_{name}", message(f"study.doc.col.rank_{name}"), "number")
                 for name in ("managed", "reduced", "handled")))  # fmt: skip
    ranks = Table("gate.ranks", message("study.doc.national.ranks"), columns, tuple(rows),
                  message("study.doc.national.note", complete=table.complete), file="ranks")  # fmt: skip
    return [Prose("gate.national", text, ""), ranks]  # fmt: skip


def indicators_table(study: Study, book: Book) -> Table:
    """All figures of the gate as rows with their sources: for files."""
    rows: list[tuple[Value, ...]] = []
    for comparison in study.gate:
        for one in (comparison.left, comparison.right):
            rows.append(_indicator_row(one, comparison))
    heads = ("region", "indicator", "name", "value", "high", "unit", "period", "kind", "confidence", "source", "url",
             "published", "gate", "reasons")  # fmt: skip
    return Table("gate.indicators", message("study.doc.gate.all"),
                 tuple(Column(head, head) for head in heads), tuple(rows), file="indicators", folded=True)  # fmt: skip


def _indicator_row(one: Figure, comparison: Comparison) -> tuple[Value, ...]:
    cell: Cell = one.cell
    source = cell.source
    value: Value = one.value if one.value is not None else (one.category or None)
    published = None if source is None or source.published is None else str(source.published)
    return (one.region, one.indicator.id, one.indicator.name, value, one.high, one.indicator.unit,
            one.period.text if one.period is not None else "", cell.kind, cell.confidence or "",
            "" if source is None else in_words(source.title, "id"), "" if source is None else source.url, published,
            comparison.level, Lines(tuple(reason.text for reason in comparison.reasons)))  # fmt: skip


# --- contradictions --------------------------------------------------------------------------------------------------


def clash_section(study: Study, names: dict[str, str]) -> Section:
    """Published values that contradict each other, the rule of choice, and totals that their parts do not give."""
    blocks: list[Block] = [_totals(study.totals, names), _clashes(study.clashes, names),
                           _findings(study.findings, names)]  # fmt: skip
    return Section("clash", message("study.doc.clash.title"), message("study.doc.clash.lead"), tuple(blocks), wide=True)


def _totals(totals: Iterable[StatedTotal], names: dict[str, str]) -> Bullets:
    items = tuple(message("study.doc.clash.total", region=names[one.region], year=str(one.year), parts=_sum_words(one),
                          added=_billions(one.added), stated=_billions(one.stated),
                          gap=_billions(abs(one.stated - one.added))) for one in totals)  # fmt: skip
    none = message("study.doc.clash.totals.none")
    return Bullets("clash.totals", message("study.doc.clash.totals"), items or (none,))


def _billions(value: Fraction) -> object:
    return decimal_of(value / BILLION)


def _sum_words(one: StatedTotal) -> Message:
    """``225 + 155 + ... + 73`` in milliards, each as it was written."""
    found: Message = message("study.doc.number", value=_billions(one.parts[0]))
    for part in one.parts[1:]:
        found = message("study.doc.plus", first=found, second=_billions(part))
    return found


def _clashes(clashes: Sequence[Clash], names: dict[str, str]) -> Table:
    rows = []
    for clash in clashes:
        for side in clash.sides:
            mark = Mark(side.standing, message(f"study.doc.standing.{side.standing}"), STANDING_TONES[side.standing])
            source = side.cell.source
            rows.append((names.get(clash.region, clash.region), clash.indicator.name, side.published.label, side.cell,
                         mark, side.reason, None if source is None or not source.url
                         else Link(source.title, source.url)))  # fmt: skip
    return Table(
        "clash.values", message("study.doc.clash.values"),
        (Column("region", message("study.doc.col.region")), Column("indicator", message("study.doc.col.measure")),
         Column("label", message("study.doc.col.which")), Column("value", message("study.doc.col.value")),
         Column("standing", message("study.doc.col.standing")),
         Column("reason", message("study.doc.col.why"), none=message("study.doc.clash.chosen")),
         Column("source", message("study.doc.col.source"))),
        tuple(rows), file="contradictions", folded=True,
    )  # fmt: skip


def _findings(found: Sequence[Finding], names: dict[str, str]) -> Bullets:
    items = tuple(message("study.doc.clash.finding", region=names[one.region], text=one.text) for one in found)
    return Bullets("clash.findings", message("study.doc.clash.findings"), items or (message("study.doc.none"),))


# --- claims ----------------------------------------------------------------------------------------------------------


def claims_section(claims: Sequence[CheckedClaim], book: Book) -> Section:
    """What was said, and what the figures say to it."""
    rows = tuple(_claim_row(one, book) for one in claims)
    table = Table(
        "claims.table", message("study.doc.claims.table"),
        (key("id"), Column("claim", message("study.doc.col.claim")),
         Column("said_by", message("study.doc.col.said_by")), Column("said_on", message("study.doc.col.said_on")),
         Column("verdict", message("study.doc.col.verdict")), Column("answers", message("study.doc.col.answer")),
         Column("source", message("study.doc.col.source"))),
        rows, file="claims",
    )  # fmt: skip
    counts = {verdict: sum(one.verdict == verdict for one in claims) for verdict in CLAIM_TONES}
    blocks: tuple[Block, ...] = (Prose("claims.count", message("study.doc.claims.count", **counts), ""), table)
    if not claims:
        blocks = (Prose("claims.none", message("study.doc.claims.none"), ""),)
    return Section("claims", message("study.doc.claims.title"), message("study.doc.claims.lead"), blocks,
                   message("study.doc.tab.claims"), wide=True)  # fmt: skip


def _claim_row(one: CheckedClaim, book: Book) -> tuple[Value, ...]:
    claim = one.claim
    source = book.source(claim.sources[0]) if claim.sources else None
    mark = Mark(one.verdict, message(f"study.claim.verdict.{one.verdict}"), CLAIM_TONES[one.verdict])
    link: Value = None if source is None else Link(source.title, source.url) if source.url else source.title
    return (claim.id, claim.text, claim.said_by, claim.said_on, mark,
            Lines(tuple(answer.text for answer in one.answers)), link)  # fmt: skip
