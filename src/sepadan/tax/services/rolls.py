"""Loading a roll: a million objects in one transaction, of which nobody sees anything before the last row.

``open_roll`` notes that a roll is coming; ``fill_roll`` copies its taxpayers and objects and makes it ready in the same
transaction. A process killed in between leaves a note in the state ``loading``, which the next ``open_roll`` removes,
and no row: PostgreSQL takes the transaction back.

Rows go in by binary COPY through the owner's connection. Foreign keys checked row by row would take three quarters of
the time, so they are switched off for the transaction where the owner may do that, and checked for the whole roll by
joins before it ends; elsewhere PostgreSQL checks each row. Then the roll is read back: only when its content hash is
that of the columns that were given does it become ready.

Measured: see ``docs/explanation/demo-rolls.md``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg
from django.db import connections
from django.db.models import Max
from psycopg import sql

from sepadan.ground.problems import refuse
from sepadan.tax.engine.fixed_text import fixed_text
from sepadan.tax.engine.roll_columns import Integers, RollColumns
from sepadan.tax.models import Roll
from sepadan.tax.names import RollState, Use
from sepadan.tax.services.binary_copy import NULL, Told, copy_in
from sepadan.tax.services.roll_reading import read_columns
from sepadan.territory.public import key_of

Text = npt.NDArray[Any]
TAXPAYER = {"id": ">i8", "region_id": ">i2", "npwpd": "S", "name": "S", "nik_digest": "S", "nik_last4": "S"}
OBJECT = {
    "id": ">i8", "region_id": ">i2", "roll_id": ">i8", "nop": "S", "kelurahan_id": ">i8", "taxpayer_id": ">i8",
    "use": "S", "street": "S", "land_m2": ">i4", "land_class": ">i2", "building_m2": ">i4", "building_class": ">i2",
    "njop_land": ">i8", "njop_building": ">i8", "njop": ">i8", "sppt_printed": "u1",
}


@dataclass(frozen=True, slots=True)
class NewRoll:
    """What a roll is before its rows: see ``models/rolls.py``."""

    name: str
    tax_year: int
    class_table: str
    synthetic: bool
    recipe: str = ""
    seed: int | None = None
    divisor: int = 1
    part: str = ""


@dataclass(frozen=True, slots=True)
class Texts:
    """What the columns leave out, as arrays of fixed-width bytes: number and name per owner, street per object.

    Owner number k (from 1) has ``npwpd[k - 1]``; no number occurs twice.
    """

    npwpd: Text
    name: Text
    street: Text


def open_roll(new: NewRoll, *, now: datetime) -> Roll:
    """A roll in the state ``loading`` in the region in scope. What earlier attempts at the same roll left is removed.

    The caller holds the lock of ``loading_lock``, so that no other attempt is alive.
    """
    same = Roll.objects.filter(name=new.name, tax_year=new.tax_year)
    same.exclude(state=RollState.READY.value).delete()
    last = same.aggregate(last=Max("version"))["last"] or 0
    return Roll.objects.create(
        name=new.name, tax_year=new.tax_year, version=last + 1, class_table=new.class_table, synthetic=new.synthetic,
        state=RollState.LOADING.value, recipe=new.recipe, seed=new.seed, divisor=new.divisor, part=new.part,
        started_at=now)


def fail_roll(roll: Roll) -> None:
    """Mark a roll whose loading broke off, unless it became ready after all."""
    Roll.objects.filter(pk=roll.pk, state=RollState.LOADING.value).update(state=RollState.FAILED.value)


@contextmanager
def loading_lock() -> Iterator[None]:
    """Only one process at a time loads rolls; the others wait. The lock ends with the process, however it ends."""
    with bulk_connection() as connection:
        connection.execute("SELECT pg_advisory_lock(hashtextextended('sepadan.load_roll', 0))")
        yield


@contextmanager
def bulk_connection() -> Iterator[psycopg.Connection[Any]]:
    """A connection of the owner for bulk work, in autocommit mode; row-level security does not apply to it."""
    wrapper = connections["owner"].copy()
    try:
        wrapper.ensure_connection()
        # A statement whose client was killed ends soon instead of holding its locks to the end.
        wrapper.connection.execute("SET client_connection_check_interval = '2s'")
        yield wrapper.connection
    finally:
        wrapper.close()


def fill_roll(roll: Roll, columns: RollColumns, texts: Texts, *, figures: Mapping[str, Any],
              clock: Callable[[], datetime], told: Told | None = None) -> None:
    """Copy *columns* into *roll* and make it ready. *told* hears how many of owners + objects are written.

    Needs no region in scope and opens no transaction but its own. Raises Refused, and leaves nothing, when what
    PostgreSQL holds in the end differs from what was given.
    """
    owners = columns.owner_count
    with bulk_connection() as connection:
        payer_ids, new = _payers(connection, roll.region_id, texts)
        ids = reserve_ids(connection, "tax_taxableobject", len(columns))
        with connection.transaction(), connection.cursor() as cursor:
            unchecked = skip_row_checks(cursor)
            _copy_taxpayers(cursor, roll.region_id, texts, payer_ids, new, told)
            _copy_objects(cursor, roll, columns, texts, ids, payer_ids, counting_from(told, owners))
            cursor.execute("ANALYZE tax_taxpayer, tax_taxableobject")  # also for the joins that follow
            if unchecked:
                _check_keys(cursor, roll)
            content_hash = columns.content_hash()
            if read_columns(connection, roll).content_hash() != content_hash:
                raise refuse("tax.roll.differs", where=str(roll), remedy="tax.roll.differs.remedy")
            cursor.execute(
                "UPDATE tax_roll SET state = %s, object_count = %s, owner_count = %s, njop_total = %s, "
                "content_hash = %s, figures = %s, loaded_at = %s WHERE region_id = %s AND id = %s AND state = %s",
                [RollState.READY.value, len(columns), owners, int(columns.njop.sum()), content_hash,
                 json.dumps(dict(figures)), clock(), roll.region_id, roll.pk, RollState.LOADING.value])
            if cursor.rowcount != 1:
                raise refuse("tax.roll.taken", where=str(roll))


def counting_from(told: Told | None, start: int) -> Told | None:
    """*told*, counting from *start*."""
    if told is None:
        return None

    def further(done: int) -> None:
        told(start + done)

    return further


def skip_row_checks(cursor: psycopg.Cursor[Any]) -> bool:
    """Switch foreign keys off for this transaction where this role may; returns whether they are off."""
    row = cursor.execute("SELECT has_parameter_privilege('session_replication_role', 'SET')").fetchone()
    if row is None or not row[0]:
        return False
    cursor.execute("SET LOCAL session_replication_role = replica")
    return True


def reserve_ids(connection: psycopg.Connection[Any], table: str, count: int) -> Integers:
    """*count* fresh ids of *table* in one row, reserved at once and for good.

    Altering the sequence locks it against ``nextval`` of others for the moment in which it is moved on.
    """
    with connection.transaction(), connection.cursor() as cursor:
        row = cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table]).fetchone()
        assert row is not None
        sequence = sql.SQL(row[0])
        cursor.execute(sql.SQL("ALTER SEQUENCE {} INCREMENT BY 1").format(sequence))
        cursor.execute(sql.SQL("SELECT last_value + CASE WHEN is_called THEN 1 ELSE 0 END FROM {}").format(sequence))
        first = int(cursor.fetchone()[0])  # type: ignore[index]
        cursor.execute("SELECT setval(%s::regclass, %s)", [row[0], first + max(count, 1) - 1])
    return np.arange(first, first + count, dtype=np.int64)


def _payers(connection: psycopg.Connection[Any], region_id: int, texts: Texts) -> tuple[Integers, Integers]:
    """The id of each owner's taxpayer, and the places of those that the region does not have yet."""
    ordered = np.sort(texts.npwpd)
    found = connection.execute(
        "SELECT npwpd, id FROM tax_taxpayer WHERE region_id = %s AND npwpd BETWEEN %s AND %s",
        [region_id, ordered[0].decode(), ordered[-1].decode()]).fetchall()
    known = np.array([npwpd.encode() for npwpd, _ in found], dtype=texts.npwpd.dtype)
    _, ours, theirs = np.intersect1d(texts.npwpd, known, assume_unique=True, return_indices=True)
    ids = np.zeros(len(texts.npwpd), dtype=np.int64)
    ids[ours] = np.array([id_ for _, id_ in found], dtype=np.int64)[theirs]
    new = np.flatnonzero(ids == 0)
    ids[new] = reserve_ids(connection, "tax_taxpayer", len(new))
    return ids, new


def _copy_taxpayers(cursor: psycopg.Cursor[Any], region_id: int, texts: Texts, ids: Integers, new: Integers,
                    told: Told | None) -> None:
    copy_in(cursor, "tax_taxpayer", TAXPAYER, {
        "id": ids[new], "region_id": region_id, "npwpd": texts.npwpd[new], "name": texts.name[new], "nik_digest": NULL,
        "nik_last4": b""}, len(new), told)


def _copy_objects(cursor: psycopg.Cursor[Any], roll: Roll, columns: RollColumns, texts: Texts, ids: Integers,
                  payer_ids: Integers, told: Told | None) -> None:
    """All objects, in groups of rows of one length: by use, with and without a building. Ids ascend with NOP."""
    places = np.array([key_of(code) for code in columns.villages], dtype=np.int64)
    nop, njop, done = fixed_text((columns.nop, 18)), columns.njop, 0
    for use in Use:
        for built in (True, False):
            rows = np.flatnonzero((columns.food_land == (use is Use.FOOD_LAND)) & ((columns.building_m2 > 0) == built))
            copy_in(cursor, "tax_taxableobject", OBJECT, {
                "id": ids[rows], "region_id": roll.region_id, "roll_id": roll.pk, "nop": nop[rows],
                "kelurahan_id": places[columns.village[rows]], "taxpayer_id": payer_ids[columns.owner[rows] - 1],
                "use": use.value.encode(), "street": texts.street[rows], "land_m2": columns.land_m2[rows],
                "land_class": columns.land_class[rows], "building_m2": columns.building_m2[rows],
                "building_class": columns.building_class[rows] if built else NULL, "njop_land": columns.njop_land[rows],
                "njop_building": columns.njop_building[rows], "njop": njop[rows], "sppt_printed": columns.printed[rows],
            }, len(rows), counting_from(told, done))
            done += len(rows)


def _check_keys(cursor: psycopg.Cursor[Any], roll: Roll) -> None:
    """What the foreign keys of the roll's rows would have said. Raises Refused on an object that hangs in the air."""
    cursor.execute("SET LOCAL enable_nestloop = off")
    cursor.execute(
        "SELECT count(*) FILTER (WHERE t.id IS NULL), count(*) FILTER (WHERE k.id IS NULL), "
        "count(*) FILTER (WHERE r.id IS NULL) FROM tax_taxableobject o "
        "LEFT JOIN tax_taxpayer t ON t.region_id = o.region_id AND t.id = o.taxpayer_id "
        "LEFT JOIN territory_kelurahan k ON k.region_id = o.region_id AND k.id = o.kelurahan_id "
        "LEFT JOIN tax_roll r ON r.region_id = o.region_id AND r.id = o.roll_id "
        "WHERE o.region_id = %s AND o.roll_id = %s", [roll.region_id, roll.pk])
    row = cursor.fetchone()
    if row != (0, 0, 0):
        raise refuse("tax.roll.dangling", where=str(roll), counts=", ".join(str(count) for count in row or ()))
