"""Mass print of a posted run as background work: what is asked for, where its files lie, and which are whole.

The files of a run lie in the region's own folder, one set for each kelurahan, named by the code of the kelurahan and
the run. The work names the line of the ledger up to which histories are read, so that taking it up again gives the same
bytes and finished parts are skipped. Only what is posted is printed. The printing itself is in ``documents``.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Any

from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, Work, current_region, region_folder, start_work
from sepadan.tax.models import AssessmentRun, RunState
from sepadan.tax.queries.bill_sheets import ledger_mark
from sepadan.territory.public import Region

PRINT_WORK = "tax.print_bills"
FILES = {"pdf": ".pdf", "list": "-antaran.csv", "checks": "-periksa.csv", "receipt": ".json"}


def print_folder(region: Region, run_id: int) -> Path:
    """Where the sheets of a run lie; made when absent, only this system user may enter it."""
    folder = region_folder(region, "sppt") / str(run_id)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def part_name(code: str, run_id: int) -> str:
    """The name of the files of a kelurahan, by its code."""
    return f"{code}-{run_id}"


def refuse_unposted(run: AssessmentRun) -> None:
    """Raise Refused unless the bills of *run* are in force."""
    if run.state != RunState.POSTED:
        raise refuse("tax.print.not_posted", where=str(run), state=run.state_label,
                     remedy="tax.print.not_posted.remedy")


def start_printing(run: AssessmentRun, *, actor: Actor, now: datetime, kelurahan: Collection[int] = ()) -> Work:
    """Ask for the print of a run, or of some of its kelurahan. One print of a run is under way at a time."""
    refuse_unposted(run)
    return start_work(PRINT_WORK, action="tax.write", actor=actor, now=now, once=str(run.pk), params={
        "run": run.pk, "mark": ledger_mark(), "kelurahan": sorted(kelurahan)})


def works_of(run: AssessmentRun) -> list[Work]:
    """Prints of a run, newest first."""
    return list(Work.objects.filter(kind=PRINT_WORK, params__run=run.pk).order_by("-id")[:10])


def receipt_of(folder: Path, name: str) -> dict[str, Any] | None:
    """What was made of a part, when its files are whole; None else."""
    try:
        told: dict[str, Any] = json.loads((folder / f"{name}{FILES['receipt']}").read_text(encoding="utf-8"))
        whole = ((folder / f"{name}{FILES['pdf']}").stat().st_size == told["length"]
                 and (folder / f"{name}{FILES['list']}").stat().st_size == told["list_length"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return told if whole else None


def file_of(run: AssessmentRun, code: str, what: str) -> Path:
    """A file of a kelurahan of *run*, whole. Raises Refused when it is not there."""
    folder, name = print_folder(current_region(), run.pk), part_name(code, run.pk)
    if what not in FILES or receipt_of(folder, name) is None:
        raise refuse("tax.print.no_file", where=name, remedy="tax.print.no_file.remedy")
    return folder / f"{name}{FILES[what]}"
