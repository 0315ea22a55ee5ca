"""Bills and payments as an older system exports them, small enough to reckon by hand: two places, four years."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from . import sismiop_files as files

Row = list[str]


def bill(k: int, year: int, payable: int, *, paid: str = "0", due: str = "", issued: str = "", name: str = "",
         pbb: int | None = None, reduction: str = "") -> Row:
    """A row of ``sppt``: land and buildings of a fixed size, due on 30 September, issued on 2 January."""
    return [*files.nop(k), str(year), name or f"WAJIB PAJAK {k // 2}", due or f"30/09/{year}", "100", "36", "80000000",
            "20000000", "100000000", "10000000", str(payable if pbb is None else pbb), reduction, str(payable), paid,
            issued or f"02/01/{year}"]


def payment(k: int, year: int, amount: int, on: str, *, interest: int = 0, part: int = 1) -> Row:
    """A row of ``pembayaran_sppt``; *amount* holds the interest."""
    return [*files.nop(k), str(year), str(part), str(interest), str(amount), on, on]


def holder(k: int, owner: int, year: int) -> Row:
    """A row of ``dat_subjek_pajak_njoptkp``."""
    return [*files.nop(k), files.nik(owner), str(year)]


def write(folder: Path, bills: Sequence[Row] = (), payments: Sequence[Row] | None = None,
          holders: Sequence[Row] | None = None) -> list[Path]:
    folder.mkdir(exist_ok=True)
    made = []
    for table, rows in (("sppt", bills or None), ("pembayaran_sppt", payments), ("dat_subjek_pajak_njoptkp", holders)):
        if rows is not None:
            made.append(files.write(folder / f"{table}.csv", table, rows))
    return made
