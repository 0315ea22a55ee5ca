"""Sheets a second of the mass print on one and two processes, its memory at two sizes, against peers of the same run.

Run: .venv/bin/python benchmarks/mass_print.py [--sheets 20000]

Peers: compressing the same page contents and nothing else (zlib, level 1: the physical limit of any PDF writer in this
language), and segno making the QR codes one by one. Prints one JSON object; absolute figures depend on the machine.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path

import segno

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "src")]

from sepadan.tax.documents.mass_print import print_roll  # noqa: E402
from sepadan.tax.documents.sheet_layout import SheetLayout  # noqa: E402
from tax.documents.sample_sheets import OFFICE, parts, sheets  # noqa: E402


def printed(total: int, processes: int, size: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        taken = 0

        def take(progress) -> None:
            nonlocal taken
            pdf = Path(folder) / f"{progress.name}.pdf"
            taken += pdf.stat().st_size
            pdf.unlink()

        made = print_roll(parts(total, size), Path(folder), processes=processes, progress=take)
    assert made.sheets == total
    return {"sheets_per_second": round(total / made.seconds), "bytes_per_sheet": round(taken / total)}


def peak_megabytes(total: int) -> int:
    """Peak of a process that prints *total* sheets as one part."""
    command = [sys.executable, __file__, "--only", str(total)]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--sheets", type=int, default=20_000)
    parser.add_argument("--only", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        printed(options.only, 1, options.only)
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
        return
    layout = SheetLayout(OFFICE)
    bills = list(sheets(1, 3000))
    contents = [layout.page(bill)[0] for bill in bills]
    start = time.perf_counter()
    for content in contents:
        zlib.compress(content, 1)
    limit = len(contents) / (time.perf_counter() - start)
    start = time.perf_counter()
    for bill in bills[:50]:
        segno.make(bill.bill_url, error="m", micro=False)
    alone = 50 / (time.perf_counter() - start)
    one, two = (printed(options.sheets, processes, 2000) for processes in (1, 2))
    print(json.dumps({
        "one_process": one, "two_processes": two, "zlib_alone_per_second": round(limit),
        "share_of_zlib_alone": round(one["sheets_per_second"] / limit, 3), "segno_codes_per_second": round(alone),
        "peak_mb_one_part": {total: peak_megabytes(total) for total in (options.sheets, options.sheets * 10)},
    }, indent=1))  # fmt: skip


if __name__ == "__main__":
    main()
