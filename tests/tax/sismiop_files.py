"""Synthetic tables as SISMIOP exports them, of any size: no number in them is anybody's.

Object k lies in place ``PLACES[k % 2]`` and zone ``ZONES[k % 3]``, belongs to subject k // 2, has 100 + k % 400 m2 of
land and, where k is even, one building.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from sepadan.tax.engine.sismiop import TABLES

PLACES = ("3573020001", "3573020002")
VILLAGES = ("35.73.02.1001", "35.73.02.1002")
ZONES = ("AA", "AB", "AC")
NOP = ("KD_PROPINSI", "KD_DATI2", "KD_KECAMATAN", "KD_KELURAHAN", "KD_BLOK", "NO_URUT", "KD_JNS_OP")


def head(table: str) -> tuple[str, ...]:
    """Every column of a table that is read, in the order of the schema."""
    one = TABLES[table]
    return tuple(column.name for column in (*one.key, *one.columns))


def nop(k: int) -> tuple[str, ...]:
    place, number = PLACES[k % 2], k // 2
    block, number = divmod(number, 9_999)
    return place[:2], place[2:4], place[4:7], place[7:], f"{block + 1:03d}", f"{number + 1:04d}", "0"


def nik(owner: int) -> str:
    return f"9900000{owner:09d}"  # 99 is no province


def subjects(count: int) -> Iterator[tuple[str, ...]]:
    for k in range((count + 1) // 2):
        yield (nik(k), f"WAJIB PAJAK {k}", f"JL UJI {k % 50}", "", "01", "02", "UJI", "MALANG", "65111", "", "1")


def objects(count: int) -> Iterator[tuple[str, ...]]:
    for k in range(count):
        yield (*nop(k), nik(k // 2), "1", f"JL OBJEK {k % 90}", f"NO {k % 300}", "03", "04", "", f"{k:011d}",
               str(100 + k % 400), "2")


def land(count: int) -> Iterator[tuple[str, ...]]:
    for k in range(count):
        yield (*nop(k), "1", ZONES[k % 3], str(100 + k % 400), "1" if k % 2 == 0 else "3")


def buildings(count: int) -> Iterator[tuple[str, ...]]:
    for k in range(0, count, 2):
        yield (*nop(k), "1", "01", str(36 + k % 200), "1", str(1980 + k % 40), "", "2", "2", "3", "1", "1", "1",
               f"B{k}", "")


def zones() -> Iterator[tuple[str, ...]]:
    for place in PLACES:
        for zone in ZONES:
            yield (place[:2], place[2:4], place[4:7], place[7:], zone)


def nir() -> Iterator[tuple[str, ...]]:
    for row in zones():
        yield (*row, "2026", f"1.{ZONES.index(row[-1])}00,00")


def all_tables(count: int) -> dict[str, Iterable[Sequence[str]]]:
    return {"dat_znt": zones(), "dat_nir": nir(), "dat_subjek_pajak": subjects(count),
            "dat_objek_pajak": objects(count), "dat_op_bumi": land(count), "dat_op_bangunan": buildings(count)}


def write(path: Path, table: str, rows: Iterable[Sequence[str]], *, separator: str = ",", encoding: str = "utf-8",
          headed: Callable[[str], str] = str) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        out = csv.writer(file, delimiter=separator)
        out.writerow([headed(name) for name in head(table)])
        out.writerows(rows)
    return path


def write_all(folder: Path, count: int) -> list[Path]:
    folder.mkdir(exist_ok=True)
    return [write(folder / f"{table}.csv", table, rows) for table, rows in all_tables(count).items()]
