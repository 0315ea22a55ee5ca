"""The whole path of a mass print: bills in PostgreSQL, their history by the ledger, sheets, PDF and delivery lists.

Run: .venv/bin/python benchmarks/bill_print.py --data FOLDER [--divisor 10] [--years 5] [--processes 2]

On the roll of Kabupaten Bekasi (1.3 million objects over the divisor), posted once; bills, charges, assessments and
payments of earlier years are copied from it by SQL (every third unpaid). Prints one JSON object: sheets a second of the
whole, and of its parts alone in one process (rows from PostgreSQL, sheets from rows, pages from sheets), which tells
where the time goes; the peak memory of the larger process. FOLDER gets a database of its own, files go when counted.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "src")]
SAMPLE = 3_000


def measure(divisor: int, years: int, processes: int) -> dict[str, Any]:
    from django.db import connection
    from tests.tax.documents.print_memory import Peaks
    from tests.tax.print_trial import posted_run

    from sepadan.records.public import region_scope
    from sepadan.tax.documents.mass_print import Progress, print_roll
    from sepadan.tax.documents.print_process import set_up
    from sepadan.tax.documents.sheet_feed import Feed, parts_of
    from sepadan.tax.documents.sheet_layout import SheetLayout
    from sepadan.tax.queries.bill_sheets import ledger_mark, rows_of_part

    region, run = posted_run(divisor, years)
    with region_scope(region):
        mark = ledger_mark()
        start = time.perf_counter()
        parts = parts_of(run, mark)
        planned = time.perf_counter() - start
        feed, layout = Feed(run), None
        start = time.perf_counter()
        rows = list(islice(rows_of_part(run.pk, parts[0].source.args[2], mark), SAMPLE))  # type: ignore[attr-defined]
        reading = (time.perf_counter() - start) / len(rows)
        [feed.sheet(row) for row in rows]
        start = time.perf_counter()
        sheets = [feed.sheet(row) for row in rows]
        making = (time.perf_counter() - start) / len(rows)
        layout = SheetLayout(feed.office)
        [layout.page(sheet) for sheet in sheets]
        start = time.perf_counter()
        for sheet in sheets:
            layout.page(sheet)
        drawing = (time.perf_counter() - start) / len(rows)
    with tempfile.TemporaryDirectory() as folder:
        peaks = Peaks()

        def drop(progress: Progress) -> None:
            peaks.look()
            for path in Path(folder).glob(f"{progress.name}*"):
                path.unlink()

        printed = print_roll(parts, Path(folder), processes=processes, progress=drop,
                             prepare=partial(set_up, connection.settings_dict["NAME"]))
    assert printed.failed == []
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "sheets": printed.sheets, "kelurahan": len(parts), "years_of_history": years, "processes": processes,
        "seconds": round(printed.seconds, 1), "sheets_per_second": round(printed.sheets / printed.seconds),
        "minutes_for_1_180_000": round(1_180_000 / printed.sheets * printed.seconds / 60, 1),
        "parts_counted_s": round(planned, 2),
        "microseconds_a_sheet": {name: round(taken * 1e6) for name, taken in (
            ("row", reading), ("sheet", making), ("page", drawing))},
        "cpu_microseconds_a_sheet": round((used.ru_utime + used.ru_stime) / printed.sheets * 1e6),
        "peak_mb_of_the_larger_process": peaks.megabytes,
        "load_average": os.getloadavg()}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="folder of a database of its own")
    parser.add_argument("--divisor", type=int, default=10)
    parser.add_argument("--years", type=int, default=5)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    os.environ["SEPADAN_DATA"] = options.data
    from sepadan.project.cli.database import with_database

    with with_database():
        print(json.dumps(measure(options.divisor, options.years, options.processes), indent=1))
