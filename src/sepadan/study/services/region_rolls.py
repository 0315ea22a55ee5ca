"""The roll of a region as a study reads it: the columns of its snapshot, and what may be said of it.

The snapshot is read in the scope of its own region; only its path and its numbers come out, never a row. The NJOPTKP
lies where an assessment of the roll would put it, by the region's own table where its law leaves that open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sepadan.ground.messages import Message, message
from sepadan.ground.problems import refuse
from sepadan.records.public import Work, WorkState, region_scope, zone_of
from sepadan.study.engine.tax_cells import MIN_OWNERS
from sepadan.study.engine.tax_replay import RollColumns
from sepadan.study.engine.tax_study import RollFacts
from sepadan.tax.public import HolderFacts, current_roll, loading_work, marked_roll
from sepadan.territory.public import Region, regions_with_villages


@dataclass(frozen=True, slots=True)
class RegionRoll:
    """Columns to run on, and the facts to print."""

    columns: RollColumns
    facts: RollFacts


SILENT = timedelta(minutes=5)
"""Loading that has told nothing for so long is not believed to go on; its longest silent step takes about a minute."""


@dataclass(frozen=True, slots=True)
class ComingRoll:
    """A roll that is on its way: being loaded, or noted to be loaded after another one.

    ``percent`` is how far its own loading is, or that of the one it waits for. ``silent_since`` is set when nothing has
    been heard of it for ``SILENT``, in the region's own time.
    """

    region: Region
    begun: bool
    percent: int
    doing: Message
    silent_since: datetime | None


def coming_roll(region: Region, now: datetime) -> ComingRoll | None:
    """What is on its way for a region that has no roll; None when it has one, or when nothing is."""
    with region_scope(region):
        work = None if current_roll() is not None else loading_work()
    if work is None:
        return None
    silent = work.heartbeat_at is not None and now - work.heartbeat_at > SILENT
    return ComingRoll(region, work.state == WorkState.RUNNING, _percent(work), work.message,
                      work.heartbeat_at.astimezone(zone_of(region)) if silent and work.heartbeat_at else None)


def _percent(work: Work) -> int:
    """Of work that waits: how far the one before it is, as far as its note says."""
    waits = work.state == WorkState.QUEUED and isinstance(work.message_params.get("percent"), int)
    return int(work.message_params["percent"]) if waits else work.percent or 0


def roll_of(region: Region) -> RegionRoll:
    """The current roll of *region*. Raises Refused when none is loaded, while one is being loaded, or comes next."""
    with region_scope(region):
        roll = current_roll()
        if roll is None:
            work = loading_work()
            where = f"{region.name} ({region.code})"
            if work is not None and work.state == WorkState.QUEUED:
                raise refuse("study.roll.not_ready.next", where=where, remedy="study.roll.not_ready.remedy",
                             region=region.name, percent=_percent(work), doing=work.message)
            if work is not None:
                raise refuse("study.roll.not_ready", where=where, remedy="study.roll.not_ready.remedy",
                             region=region.name, percent=_percent(work))
            raise refuse("study.roll.none_yet", where=where, remedy="study.roll.none_yet.remedy", region=region.name,
                         code=region.code, ready=_ready())
        marked = marked_roll(roll)
        snapshot = marked.snapshot
        path = str(snapshot.path).replace("'", "''")  # the path comes from the server alone
        columns = RollColumns(f"read_parquet('{path}')", snapshot.villages, (0, snapshot.njop_max),
                              snapshot.content_hash, snapshot.object_count, highest_marked=True)
        facts = RollFacts(region.code, region.name, roll.label, roll.synthetic, roll.tax_year, snapshot.content_hash,
                          snapshot.object_count, snapshot.owner_count, roll.divisor, _holders(marked.holders))
    return RegionRoll(columns, facts)


def _holders(found: HolderFacts | None) -> Message | None:
    """What the region's own table of the NJOPTKP does to its roll, in words; of few objects no number is told."""
    if found is None:
        return None
    key = "followed" if found.followed else "not_followed"
    few = ".few" if found.elsewhere < MIN_OWNERS else ""
    return message(f"study.doc.tax.holders.{key}{few}", count=found.elsewhere, least=MIN_OWNERS)


def _ready() -> Message | str:
    """The regions that have a roll, by code and name."""
    found = []
    for region in regions_with_villages():
        with region_scope(region):
            if current_roll() is not None:
                found.append(f"{region.code} {region.name}")
    return ", ".join(found) or message("study.roll.nowhere")
