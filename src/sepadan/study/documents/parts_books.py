"""The part of a study on what the books of both regions say, and on the collection of one replayed on the other.

Only released measures of whole years are here (``tax.engine.book_measures``); numbers of example books say so in every
cell and file. Published figures stand in columns of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from sepadan.ground.messages import Message, message
from sepadan.study.documents.blocks import Block, Bullets, Column, Figures, Prose, Section, Table, Value, key
from sepadan.study.engine.books import MEASURES, BookSide, CollectionReplay
from sepadan.tax.engine.book_measures import OLDEST, BookMeasures, BudgetYearBook

FEW = message("study.books.few.short")


def books_section(host: BookSide, guest: BookSide, there: CollectionReplay, back: CollectionReplay) -> Section:
    """Measures side by side, years, arrears by age and channels of each, and both replays."""
    blocks: list[Block] = [_beside(host, guest)]
    for side in (host, guest):
        blocks += _one(side)
    for prefix, replay in (("collection", there), ("collection_back", back)):
        blocks += _replay(prefix, replay)
    return Section("books", message("study.books.title"), message("study.books.lead", until=host.until),
                   tuple(blocks), message("study.doc.tab.books"), wide=True)  # fmt: skip


def books_figures(side: BookSide) -> Figures:
    """The cells of one region's books."""
    return Figures(f"books.cells.{side.region}", message("study.books.of", region=side.name),
                   tuple((one, side.cells[one]) for one in MEASURES))  # fmt: skip


def _beside(host: BookSide, guest: BookSide) -> Table:
    rows: list[tuple[Value, ...]] = [
        (one, message(f"study.books.{one}"), host.cells[one], host.published.get(one), guest.cells[one],
         guest.published.get(one)) for one in MEASURES]  # fmt: skip
    published = message("study.books.none_published")
    columns = (key("measure"), Column("name", message("study.doc.col.measure")),
               Column("host", message("study.books.col.books", region=host.name)),
               Column("host_published", message("study.books.col.published", region=host.name), none=published),
               Column("guest", message("study.books.col.books", region=guest.name)),
               Column("guest_published", message("study.books.col.published", region=guest.name), none=published))
    return Table("books.measures", message("study.books.measures", year=str(host.until.year)), columns, tuple(rows),
                 message("study.books.measures.note"), file="measures",
                 keys=(("roll_kind", "synthetic" if _sample(host, guest) else "register"),))  # fmt: skip


def _sample(*sides: BookSide) -> bool:
    return any(side.books is not None and side.books.synthetic for side in sides)


def _one(side: BookSide) -> list[Block]:
    """Years, arrears and channels of one region; that it has no books."""
    if side.books is None:
        text = message("study.books.none", region=side.name, year=str(side.until.year))
        return [Prose(f"books.none.{side.region}", text, "care")]
    blocks: list[Block] = [books_figures(side)]
    if side.books.synthetic:
        blocks.append(Prose(f"books.sample.{side.region}", message("study.books.sample.long", region=side.name),
                            "sample"))  # fmt: skip
    if side.books.only:
        text = message("study.books.only.long", region=side.name, names=", ".join(side.books.only))
        blocks.append(Prose(f"books.only.{side.region}", text, "care"))
    return [*blocks, _years(side, side.books), _ages(side, side.books), _channels(side, side.books)]


def _keys(side: BookSide, books: BookMeasures) -> tuple[tuple[str, str], ...]:
    return (("books", side.region), ("roll_kind", "synthetic" if books.synthetic else "register"))


def _years(side: BookSide, books: BookMeasures) -> Table:
    columns = (
        Column("tax_year", message("study.books.col.tax_year")),
        Column("bills", message("study.books.bills"), "number"),
        Column("billed", message("study.books.billed"), "rupiah"),
        Column("within", message("study.books.within"), "rupiah"),
        Column("rate", message("study.books.rate"), "percent1"),
        Column("timely", message("study.books.timely"), "percent1", none=FEW),
        Column("received", message("study.books.received"), "rupiah", none=FEW),
        Column("rate_to_date", message("study.books.rate_to_date"), "percent1", none=FEW),
        Column("still", message("study.books.still"), "rupiah", none=FEW),
        Column("entries", message("study.books.entries"), "number"))  # fmt: skip
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (str(one.tax_year), one.bills, one.billed, one.within, one.rate_within, one.timely_share, one.received,
         one.rate, one.still, one.entries) for one in books.tax_years)  # fmt: skip
    return Table(f"books.years.{side.region}", message("study.books.years", region=side.name), columns, rows,
                 message("study.books.years.note", until=books.until), file="books", keys=_keys(side, books))


def _ages(side: BookSide, books: BookMeasures) -> Table:
    columns = (key("age"), Column("name", message("study.books.col.age")),
               Column("base", message("study.books.col.base"), "rupiah"),
               Column("received", message("study.books.col.received", year=str(books.until.year)), "rupiah"),
               Column("rate", message("study.books.col.rate"), "percent1"),
               Column("still", message("study.books.still"), "rupiah"))  # fmt: skip
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (one.age, age_words(one.age), one.base, one.received, one.rate, one.still) for one in books.ages)
    return Table(f"books.ages.{side.region}", message("study.books.ages", region=side.name), columns, rows,
                 message("study.books.ages.note", year=str(books.until.year)), file="arrears",
                 keys=_keys(side, books), folded=True)  # fmt: skip


def _channels(side: BookSide, books: BookMeasures) -> Table:
    rows: list[tuple[Value, ...]] = []
    for year in books.budget_years:
        for one in year.channels:
            share = Fraction(one.received, year.amount) if year.amount else None
            rows.append((str(year.year), one.key or "together", _channel(one.key, year), one.received, share,
                         year.entries))
    columns = (Column("year", message("study.books.col.budget_year")), key("channel"),
               Column("name", message("study.books.col.channel")),
               Column("amount", message("study.books.receipts"), "rupiah"),
               Column("share", message("study.books.col.share"), "percent1"),
               Column("entries", message("study.books.entries_of_year"), "number", hidden=True))  # fmt: skip
    return Table(f"books.channels.{side.region}", message("study.books.channels", region=side.name), columns,
                 tuple(rows), message("study.books.channels.note"), file="receipts", keys=_keys(side, books),
                 folded=True)  # fmt: skip


def _channel(name: str, year: BudgetYearBook) -> Message:
    if name:
        return message(f"records.channel.{name}")
    first: Message = message(f"records.channel.{year.channels_together[0]}")
    for other in year.channels_together[1:]:
        first = message("study.books.and", first=first, second=message(f"records.channel.{other}"))
    return first


def age_words(age: int) -> Message:
    """An age of bills in words."""
    if age == 0:
        return message("study.books.age.own")
    return message("study.books.age.older" if age == OLDEST else "study.books.age.years", age=age)


def _replay(prefix: str, replay: CollectionReplay) -> list[Block]:
    names = {"own": replay.own, "foreign": replay.foreign}
    blocks: list[Block] = []
    if replay.rate is not None and replay.at_host is not None:
        blocks.append(Prose(f"{prefix}.own_year", message(
            "study.books.replay.own_year", **names, year=str(replay.year), rate=replay.rate, billed=replay.billed,
            comes=replay.at_host), "lead"))  # fmt: skip
        blocks.append(Prose(f"{prefix}.held", message("study.books.replay.held", **names), ""))
        blocks.append(Prose(f"{prefix}.limits", message("study.books.replay.limits", **names), "care"))
        if replay.sample:
            blocks.append(Prose(f"{prefix}.sample", message("study.books.replay.sample", **names), "sample"))
        if replay.only:
            blocks.append(Prose(f"{prefix}.only", message("study.books.only.long", region=replay.foreign,
                                                          names=", ".join(replay.only)), "small"))  # fmt: skip
    if replay.ages:
        blocks.append(_replay_ages(prefix, replay))
    if replay.lacking:
        blocks.append(Bullets(f"{prefix}.lacking", message("study.books.replay.lacking", **names), replay.lacking))
    return blocks


def _replay_ages(prefix: str, replay: CollectionReplay) -> Table:
    none = message("study.doc.unknown")
    columns = (key("age"), Column("name", message("study.books.col.age")),
               Column("due", message("study.books.col.base"), "rupiah", none=none),
               Column("received", message("study.books.col.received", year=str(replay.year)), "rupiah", none=none),
               Column("own_rate", message("study.books.col.rate_of", region=replay.own), "percent1", none=none),
               Column("rate", message("study.books.col.rate_of", region=replay.foreign), "percent1", none=none),
               Column("at_host", message("study.books.col.at_host", region=replay.foreign), "rupiah", none=none))
    rows: Sequence[tuple[Value, ...]] = [
        (one.age, age_words(one.age), one.due, one.received, one.own_rate, one.rate, one.at_host)
        for one in replay.ages]
    return Table(f"{prefix}.ages", message("study.books.replay.ages", own=replay.own, foreign=replay.foreign), columns,
                 tuple(rows), message("study.books.replay.ages.note", foreign=replay.foreign), file="collection",
                 keys=(("own", replay.own), ("foreign", replay.foreign),
                       ("roll_kind", "synthetic" if replay.sample else "register")))  # fmt: skip
