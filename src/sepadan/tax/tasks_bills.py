"""Background work of bills: the mass print of a run, part by part, in several processes."""

from __future__ import annotations

import os
from functools import partial
from typing import Any

from django.db import connection

from sepadan.records.public import Run, handler, region_scope
from sepadan.tax.documents.mass_print import Progress, print_roll
from sepadan.tax.documents.print_process import set_up
from sepadan.tax.documents.sheet_feed import parts_of
from sepadan.tax.models import AssessmentRun
from sepadan.tax.services.printing import PRINT_WORK, print_folder, refuse_unposted

PROCESSES = min(2, os.cpu_count() or 1)


@handler(PRINT_WORK)
def print_bills(run: Run) -> dict[str, Any]:
    """Params: run, mark (line of the ledger), kelurahan (empty: all). Finished parts of an earlier attempt are kept."""
    with region_scope(run.region):
        printed = AssessmentRun.objects.select_related("region", "roll").get(pk=run.params["run"])
        refuse_unposted(printed)
        parts = parts_of(printed, run.params["mark"], frozenset(run.params["kelurahan"]) or None)
    run.progress(0, total=sum(part.sheets for part in parts))

    def told(progress: Progress) -> None:
        run.progress(progress.sheets)

    done = print_roll(parts, print_folder(run.region, printed.pk), processes=PROCESSES, progress=told,
                      prepare=partial(set_up, connection.settings_dict["NAME"]))
    return {"sheets": done.sheets, "payable": done.payable, "parts": len(done.receipts), "skipped": done.skipped,
            "failed": [{lang: fault.text(lang) for lang in ("id", "en")} for fault in done.failed]}
