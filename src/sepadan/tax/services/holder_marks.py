"""A roll as what-if and replay read it: its snapshot, with the NJOPTKP where the region's own table puts it.

The rule is that of an assessment (``njoptkp_holders.py``): where the law of the roll's year and region says which
object of a taxpayer takes the NJOPTKP, the law is followed; where it leaves that open, the table is, for the taxpayers
that it names. Decided once for the roll, so that two laws over one roll differ by what they say and not by the object:
a draft or another region's law is tried on the same objects. How many objects that moves, and how many rows of the
table fit no object of their taxpayer, is kept beside the file for whoever shows a result.

A roll whose year the table does not name is its plain snapshot. Otherwise a second file lies beside it under a hash of
content and table, written once and renamed into place. Everything is of the region in scope.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from django.db.models import Count, Max

from sepadan.ground.columns import Connection, connect
from sepadan.ground.statutes import load_book
from sepadan.tax.engine.assessment import LEVY
from sepadan.tax.models import NjoptkpHolder, Roll
from sepadan.tax.queries.runs import raw_connection
from sepadan.tax.services.assessment_columns import object_columns, source_of
from sepadan.tax.services.njoptkp_holders import CHOICE, elsewhere, held_objects, source_with, unfit
from sepadan.tax.services.snapshots import WRITE, Snapshot, ensure_snapshot, sole_writer


@dataclass(frozen=True, slots=True)
class HolderFacts:
    """What the table does to a roll. ``elsewhere``: objects that it names and the usual choice would not; ``unfit``:
    rows that name an object of somebody else, or none; ``followed``: whether the objects it names take the NJOPTKP."""

    elsewhere: int
    unfit: int
    followed: bool


@dataclass(frozen=True, slots=True)
class MarkedRoll:
    """The snapshot to compute with; its ``content_hash`` covers the table. ``holders``: None where it says nothing."""

    snapshot: Snapshot
    holders: HolderFacts | None


def marks_hash(roll: Roll) -> str:
    """The content hash of *roll*, and of the table where it says anything of its year. Opens no file."""
    count, last = _table(roll)
    if not count:
        return roll.content_hash
    text = json.dumps([roll.content_hash, count, last, _followed(roll)])
    return hashlib.sha256(text.encode()).hexdigest()


def marked_roll(roll: Roll) -> MarkedRoll:
    """*roll* with its marks. Raises Refused as ``ensure_snapshot``."""
    plain, digest = ensure_snapshot(roll), marks_hash(roll)
    if digest == roll.content_hash:
        return MarkedRoll(plain, None)
    path = plain.path.with_name(f"{plain.path.stem}-njoptkp-{digest[:16]}.parquet")
    found = _read(path, plain, digest)
    if found is None:
        with sole_writer(path.parent):
            found = _read(path, plain, digest) or _write(path, roll, plain, digest)
    return found


def _table(roll: Roll) -> tuple[int, int]:
    """How many rows of the table are of the year of *roll*, and the key of the newest: a version of it, since a row
    that takes another's place is a new one."""
    found = NjoptkpHolder.objects.filter(tax_year=roll.tax_year, superseded_at__isnull=True).aggregate(
        count=Count("id"), last=Max("id"))
    return int(found["count"]), int(found["last"] or 0)


def _followed(roll: Roll) -> bool:
    return load_book().law(roll.region.code, LEVY, date(roll.tax_year, 1, 1)).known(CHOICE) is None


def _read(path: Path, plain: Snapshot, digest: str) -> MarkedRoll | None:
    try:
        facts = HolderFacts(**json.loads(path.with_suffix(".json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    if facts.followed and not path.exists():
        return None
    return _marked(path, plain, digest, facts)


def _marked(path: Path, plain: Snapshot, digest: str, facts: HolderFacts) -> MarkedRoll:
    return MarkedRoll(replace(plain, path=path if facts.followed else plain.path, content_hash=digest), facts)


def _write(path: Path, roll: Roll, plain: Snapshot, digest: str) -> MarkedRoll:
    held = held_objects(roll, object_columns(raw_connection(), roll)["nop"], followed=_followed(roll))
    assert held is not None
    draft = path.with_name(f".{path.name}")
    with connect() as duck:
        source = source_with(duck, source_of(plain), held)
        facts = HolderFacts(len(elsewhere(duck, source_of(plain))), len(unfit(roll)), held.followed)
        if held.followed:
            _copy(duck, source, draft, path)
    draft_facts = draft.with_suffix(".json")
    draft_facts.write_text(json.dumps(asdict(facts)), encoding="utf-8")
    draft_facts.replace(path.with_suffix(".json"))
    return _marked(path, plain, digest, facts)


def _copy(duck: Connection, source: str, draft: Path, path: Path) -> None:
    try:
        duck.execute(f"CREATE TEMP VIEW roll AS SELECT * FROM {source}")
        duck.execute(WRITE, {"path": str(draft)})
        draft.chmod(0o600)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
