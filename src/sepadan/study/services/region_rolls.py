"""The roll of a region as a study reads it: the columns of its snapshot, and what may be said of it.

The snapshot is read in the scope of its own region; only its path and its numbers come out, never a row.
"""

from __future__ import annotations

from dataclasses import dataclass

from sepadan.ground.problems import refuse
from sepadan.records.public import region_scope
from sepadan.study.engine.tax_replay import RollColumns
from sepadan.study.engine.tax_study import RollFacts
from sepadan.tax.public import current_roll, ensure_snapshot, loading_work
from sepadan.territory.public import Region


@dataclass(frozen=True, slots=True)
class RegionRoll:
    """Columns to run on, and the facts to print."""

    columns: RollColumns
    facts: RollFacts


def roll_of(region: Region) -> RegionRoll:
    """The current roll of *region*. Raises Refused when none is loaded, or while one is being loaded."""
    with region_scope(region):
        roll = current_roll()
        if roll is None:
            work, key = loading_work(), "study.roll.none_yet"
            if work is not None:
                raise refuse("study.roll.not_ready", where=f"{region.name} ({region.code})",
                             remedy="study.roll.not_ready.remedy", region=region.name, percent=work.percent)
            raise refuse(key, where=f"{region.name} ({region.code})", remedy=f"{key}.remedy", region=region.name,
                         code=region.code)
        snapshot = ensure_snapshot(roll)
        path = str(snapshot.path).replace("'", "''")  # the path comes from the server alone
        columns = RollColumns(f"read_parquet('{path}')", snapshot.villages, (0, snapshot.njop_max),
                              snapshot.content_hash, snapshot.object_count, highest_marked=True)
        facts = RollFacts(region.code, region.name, roll.label, roll.synthetic, roll.tax_year, snapshot.content_hash,
                          snapshot.object_count, snapshot.owner_count, roll.divisor)
    return RegionRoll(columns, facts)
