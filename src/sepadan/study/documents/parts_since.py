"""The parts of a study on what changed after its day, the lessons for both sides, and what the study rests on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlsplit

from sepadan.ground.cells import DISCS, Words, of_law
from sepadan.ground.figures import LANGUAGES, day
from sepadan.ground.messages import message
from sepadan.ground.provisions import Provision
from sepadan.ground.statutes import Book as LawBook
from sepadan.ground.statutes import Difference
from sepadan.study.documents.blocks import (
    Block,
    Bullets,
    Column,
    Event,
    Link,
    Mark,
    Prose,
    Section,
    Table,
    Timeline,
    Value,
    key,
    yes_no,
)
from sepadan.study.documents.law_words import statute_value
from sepadan.study.engine.book import Book
from sepadan.study.engine.study import SideChanges, Study
from sepadan.study.engine.visit import Happening, Lesson

DECISION_TONES = {"adopt": "ok", "adapt": "ok", "reject": "bad", "watch": "wait"}


def since_section(study: Study, law: LawBook, book: Book, names: Mapping[str, str]) -> Section:
    """Practices, law and events after the day of the study, as far as the data knows."""
    blocks: list[Block] = []
    for one in study.changes:
        if one.notices:
            items = tuple(notice.text for notice in one.notices)
            blocks.append(Bullets(f"since.notices.{one.region}", message("study.doc.since.notices",
                                                                       region=names[one.region]), items))  # fmt: skip
    for one in study.changes:
        blocks += _tiers(one, names[one.region], study)
    blocks.append(_law_table(study.changes, law, names))
    if study.happenings:
        blocks.append(_timeline(study, book, names))
    if len(blocks) == 1 and not study.changes[0].law and not study.changes[1].law:
        blocks = [Prose("since.none", message("study.doc.since.none"), "")]
    title = message("study.doc.since.title", on=study.on)
    return Section("since", title, message("study.doc.since.lead", until=study.until), tuple(blocks),
                   message("study.doc.tab.since"), wide=True)  # fmt: skip


def _tiers(one: SideChanges, name: str, study: Study) -> list[Block]:
    """Where one rate replaced tiers: the ratio that would keep the bills of each old tier."""
    if not one.tiers:
        return []
    bounds = study.tax.bounds
    items = tuple(message("study.doc.since.ratio", old=tier.old_rate, new=tier.new_rate, ratio=tier.ratio.ratio,
                          tier=_tier_words(tier.over, tier.to)) for tier in one.tiers)  # fmt: skip
    table = Table(
        f"since.tiers.{one.region}", message("study.doc.since.tiers", region=name),
        (Column("over", message("study.doc.col.over"), "rupiah"),
         Column("to", message("study.doc.col.njop_to"), "rupiah", none=message("study.doc.above")),
         Column("old_rate", message("study.doc.col.old_rate"), "percent"),
         Column("new_rate", message("study.doc.col.new_rate"), "percent"),
         Column("ratio", message("study.doc.col.keeping_ratio"), "percent"),
         Column("allowed", message("study.doc.col.within"))),
        tuple((tier.over, tier.to, tier.old_rate, tier.new_rate, tier.ratio.ratio, yes_no(tier.ratio.allowed))
              for tier in one.tiers),
        note=message("study.doc.since.tiers.note", low=bounds.ratio_min, high=bounds.ratio_max), file="tier_change",
        keys=(("region", one.region),),
    )  # fmt: skip
    return [table, Bullets(f"since.tier_ratios.{one.region}", message("study.doc.since.ratios"), items)]


def _tier_words(over: int, to: int | None) -> object:
    if to is None:
        return message("study.doc.tier.over", over=over)
    return message("study.doc.tier.to", to=to) if not over else message("study.doc.tier.between", over=over, to=to)


def _law_table(changes: Sequence[SideChanges], law: LawBook, names: Mapping[str, str]) -> Table:
    rows = tuple(_law_row(one, side.region, law, names) for side in changes for one in side.law)
    return Table(
        "since.law", message("study.doc.since.law"),
        (Column("region", message("study.doc.col.region")), key("levy"),
         Column("levy_name", message("study.doc.col.levy")),
         Column("parameter", message("study.doc.col.parameter")), Column("before", message("study.doc.col.before_law")),
         Column("after", message("study.doc.col.after_law")), Column("since", message("study.doc.col.since")),
         Column("confidence", message("study.doc.col.confidence")), Column("source", message("study.doc.col.source"))),
        rows, note=message("study.doc.since.law.note"), file="law_changes",
    )  # fmt: skip


def _law_row(one: Difference, region: str, law: LawBook, names: Mapping[str, str]) -> tuple[Value, ...]:
    newest: Provision | None = one.right or one.left
    ended = None if one.right is not None or one.left is None else one.left.until
    source: Value = None
    if newest is not None and newest.source:
        site = urlsplit(newest.source).hostname or newest.source
        title = newest.instrument.title if newest.instrument is not None else site
        source = Link(title, newest.source) if newest.source.startswith("http") else title
    sure = None if newest is None else message(
        f"ground.cells.confidence.{DISCS[of_law(newest.confidence, newest.article)]}")  # fmt: skip
    return (names[region], one.levy, _levy(law, one.levy), one.description, _value(one, one.left),
            _value(one, one.right),
            (one.right.since if one.right is not None else ended), sure, source)  # fmt: skip


def _levy(law: LawBook, levy: str) -> Words:
    """A levy by its abbreviation, where its title carries one in brackets."""
    title = law.title(levy)
    short = re.search(r"\(([A-Z0-9-]+)\)$", title.text("id"))
    return short.group(1) if short else title


def _value(one: Difference, provision: Provision | None) -> Value:
    return message("study.doc.no_value") if provision is None else statute_value(one.unit, provision.value)


def _timeline(study: Study, book: Book, names: Mapping[str, str]) -> Timeline:
    sides = {"host": study.host, "guest": study.guest}
    if study.visit is not None and study.visit.guest != study.guest.code:
        sides = {"host": study.guest, "guest": study.host}

    def event(one: Happening) -> Event:
        region = sides.get(one.side)
        role = "" if region is None else "guest" if region.code == study.guest.code else "host"
        month = "" if one.day_known else {lang: day(one.on, lang).split(" ", 1)[1] for lang in LANGUAGES}
        href = next((found for source in one.sources if (found := book.source(source).url)), "")
        who = names[region.code] if region is not None else ""
        return Event(one.on, one.text, role, who, one.is_visit, href, month)

    return Timeline("since.timeline", message("study.doc.since.timeline"), tuple(map(event, study.happenings)))


# --- lessons ---------------------------------------------------------------------------------------------------------


def lessons_section(guest: str, host: str, lessons: Sequence[Lesson], lessons_back: Sequence[Lesson], book: Book
                    ) -> Section:  # fmt: skip
    """What the *guest* could do, and what the *host* could learn from the visitor."""
    blocks: list[Block] = [Prose("lessons.proposed", message("study.doc.lessons.proposed"), "small")]
    for name, learner, found in (("guest", guest, lessons), ("host", host, lessons_back)):
        if found:
            blocks.append(_lessons(f"lessons.{name}", learner, found, book))
    if len(blocks) == 1:
        blocks = [Prose("lessons.none", message("study.doc.lessons.none"), "")]
    return Section("lessons", message("study.doc.lessons.title"), message("study.doc.lessons.lead"), tuple(blocks),
                   message("study.doc.tab.lessons"), wide=True)  # fmt: skip


def _lessons(id: str, learner: str, lessons: Iterable[Lesson], book: Book) -> Table:
    rows = tuple(
        (one.id, message(f"study.doc.service.{one.service}"),
         Mark(one.decision, message(f"study.doc.decision.{one.decision}"), DECISION_TONES[one.decision]), one.text,
         one.because, one.owner, one.due, book.indicator(one.indicator).name,
         Mark(one.state, message(f"study.doc.state.{one.state}"), "care" if one.proposed else "ok"))
        for one in lessons)  # fmt: skip
    return Table(
        id, message("study.doc.lessons.of", region=learner),
        (key("id"), Column("service", message("study.doc.col.service")),
         Column("decision", message("study.doc.col.decision")), Column("text", message("study.doc.col.lesson")),
         Column("because", message("study.doc.col.because")), Column("owner", message("study.doc.col.owner")),
         Column("due", message("study.doc.col.due")), Column("indicator", message("study.doc.col.moves")),
         Column("state", message("study.doc.col.state"))),
        rows, file="lessons", keys=(("learner", learner),),
    )  # fmt: skip


# --- what it rests on ------------------------------------------------------------------------------------------------


def basis_section(study: Study, sources: Sequence[tuple[str, str]], names: Mapping[str, str]) -> Section:
    """Fingerprints, how to repeat the run, limits, and every source that a figure names."""
    prints = study.fingerprints
    rows: list[tuple[Value, ...]] = [("study", message("study.doc.print.study"), prints.whole)]
    rows += [(f"law.{code}", message("study.doc.print.law", region=names[code]), text)
             for code, text in sorted(prints.law.items())]  # fmt: skip
    rows += [(f"roll.{code}", message("study.doc.print.roll", region=names[code]), text)
             for code, text in sorted(prints.roll.items())]  # fmt: skip
    rows += [(name, message(f"study.doc.print.{name}"), getattr(prints, name))
             for name in ("figures", "assumptions", "engine")]  # fmt: skip
    command = f"sepadan study {study.guest.code} {study.host.code} --on {study.on} --out DIR"
    if study.assumptions != "default":
        command += f" --assumptions {study.assumptions}"
    blocks: tuple[Block, ...] = (
        Table("basis.fingerprints", message("study.doc.basis.fingerprints"),
              (key("key"), Column("name", message("study.doc.col.what")),
               Column("sha256", message("study.doc.col.sha256"))), tuple(rows),
              note=message("study.doc.basis.repeat", command=command), file="fingerprints"),
        Bullets("basis.limits", message("study.doc.basis.limits"), tuple(
            message(f"study.doc.basis.limit.{k}") for k in (1, 2, 3, 4))),
        Table("basis.sources", message("study.doc.basis.sources"),
              (Column("source", message("study.doc.col.source")), Column("url", message("study.doc.col.url"))),
              tuple((title, Link(url, url) if url else None) for title, url in sources), file="sources", folded=True),
    )  # fmt: skip
    return Section("basis", message("study.doc.basis.title"), message("study.doc.basis.lead"), blocks,
                   message("study.doc.tab.basis"), wide=True)  # fmt: skip
