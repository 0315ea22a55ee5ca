"""``sepadan tax print``: the sheets of a posted run into a folder, without the web."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

EXAMPLES = """\b
Examples:
  sepadan tax print --run 12 --out sppt-2026
  sepadan tax print --run 12 --out sppt-2026 --region 35.73 --processes 1
"""


@click.command("print", epilog=EXAMPLES)
@click.option("--run", "run_id", type=int, required=True, help="Number of the assessment, as the desk shows it.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True,
              help="Empty or new folder, or that of the same print, which is taken up again.")
@click.option("--region", "code", default="35.73", show_default=True, help="Kemendagri code, such as 35.73.")
@click.option("--processes", type=click.IntRange(1, 64), default=2, show_default=True, help="How many print at once.")
def print_command(run_id: int, out: Path, code: str, processes: int) -> None:
    """Print the bills of a posted run, one PDF and one delivery list for each kelurahan."""
    from django.db import connection

    from sepadan.ground.problems import refuse
    from sepadan.records.public import region_scope
    from sepadan.tax.documents.mass_print import Progress, print_roll
    from sepadan.tax.documents.print_process import set_up
    from sepadan.tax.documents.sheet_feed import parts_of
    from sepadan.tax.models import AssessmentRun
    from sepadan.tax.queries.bill_sheets import ledger_mark
    from sepadan.tax.services.printing import refuse_unposted
    from sepadan.territory.public import region_of_code

    region = region_of_code(code)
    with region_scope(region):
        run = AssessmentRun.objects.select_related("region", "roll").filter(pk=run_id).first()
        if run is None:
            raise refuse("tax.print.no_run", where=str(run_id), region=region.name, remedy="tax.print.no_run.remedy")
        refuse_unposted(run)
        parts = parts_of(run, _mark(out, run_id, ledger_mark()))

    def told(progress: Progress) -> None:
        click.echo(f"{progress.parts}/{progress.all_parts}  {progress.name}  "
                   f"{progress.sheets}/{progress.all_sheets}", err=True)

    done = print_roll(parts, out, processes=processes, progress=told,
                      prepare=partial(set_up, connection.settings_dict["NAME"]))
    for fault in done.failed:
        click.echo(str(fault), err=True)
    click.echo(f"{done.sheets} sheets, {done.payable} rupiah, {done.seconds:.1f} s, {done.skipped} parts kept")
    if done.failed:
        raise SystemExit(1)


def _mark(out: Path, run_id: int, newest: int) -> int:
    """The line of the ledger that this folder was begun with, so that a print taken up again is the same.

    Raises Refused on a folder that holds something else.
    """
    from sepadan.ground.problems import refuse

    out.mkdir(parents=True, exist_ok=True)
    path = out / "print.txt"
    if path.exists():
        run, _, mark = path.read_text(encoding="ascii").partition(" ")
        if run == str(run_id) and mark.isdigit():
            return int(mark)
    elif not any(out.iterdir()):
        path.write_text(f"{run_id} {newest}", encoding="ascii")
        return newest
    raise refuse("tax.print.other_folder", where=str(out), remedy="tax.print.other_folder.remedy")
