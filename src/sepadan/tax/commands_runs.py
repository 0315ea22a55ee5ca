"""``sepadan tax assess``: the dry run of a roll, without the web. Nothing is billed and nothing is kept."""

from __future__ import annotations

import json
import time
from datetime import date
from typing import Any

import click

EXAMPLES = """\b
Examples:
  sepadan tax assess
  sepadan tax assess --region 32.16 --on 2026-01-01 --json
  sepadan tax assess --due 2026-08-31 --jump 50
"""


@click.command("assess", epilog=EXAMPLES)
@click.option("--region", "code", default="35.73", show_default=True, help="Kemendagri code, such as 35.73.")
@click.option("--roll", "digest", default="", help="Content hash of a roll (default: the newest).")
@click.option("--on", metavar="DATE", help="Day of the law (default: 1 January of the roll's tax year).")
@click.option("--assumptions", default="default", show_default=True, help="Assumption set; empty for none.")
@click.option("--jump", type=click.IntRange(1, 10_000), default=100, show_default=True,
              help="Mark bills that rise by more than this many per cent.")
@click.option("--json", "as_json", is_flag=True, help="Print report and control totals as JSON.")
@click.pass_context
def assess_command(ctx: click.Context, code: str, digest: str, on: str | None, assumptions: str, jump: int,
                   as_json: bool) -> None:
    """Assess a roll without billing it: totals, changes against last year, anomalies.

    Exit code 1 when objects are left out because a rate that they need is not known.
    """
    from sepadan.ground.entry import read_day
    from sepadan.ground.problems import refuse
    from sepadan.records.public import region_scope, today
    from sepadan.tax.engine.assessment import DueDate
    from sepadan.tax.queries.rolls import current_roll, roll_by_hash
    from sepadan.tax.services.assessment import NewRun, dry_run
    from sepadan.territory.public import region_of_code

    region, began = region_of_code(code), time.perf_counter()
    with region_scope(region):
        roll = roll_by_hash(digest) if digest else current_roll()
        if roll is None:
            raise refuse("tax.what_if.no_roll", where=digest or region.name, remedy="tax.what_if.no_roll.remedy")
        day = read_day(on, "--on") if on else date(roll.tax_year, 1, 1)
        new = NewRun(day, today(region), (DueDate(None, date(roll.tax_year, 12, 31)),), "sepadan tax assess",
                     assumptions, "sepadan tax assess")
        report, control = dry_run(roll, new, jump_percent=jump)
        name = str(roll)
    seconds = time.perf_counter() - began
    if as_json:
        click.echo(json.dumps({"region": code, "roll": name, "law_on": day.isoformat(), "seconds": round(seconds, 2),
                               "control": control, "report": report}, indent=1))
    else:
        for line in _lines(name, report, control, seconds):
            click.echo(line)
    if report["left_out"]["objects"]:
        ctx.exit(1)


def _lines(name: str, report: dict[str, Any], control: dict[str, Any], seconds: float) -> list[str]:
    """The report in a few lines, in the language of the command line."""
    from django.utils.translation import get_language

    from sepadan.ground.messages import render

    lang: Any = "id" if get_language() == "id" else "en"

    def say(key: str, **params: Any) -> str:
        return render(f"tax.assess.{key}", lang, params)

    lines = [say("head", roll=name, seconds=f"{seconds:.1f}"),
             say("totals", bills=control["charged"], payable=control["payable"], waived=control["waived"],
                 left_out=report["left_out"]["objects"])]
    if report["before"] is not None:
        kinds, jump = report["before"]["kinds"], report["before"]["jump"]
        lines.append(say("changes", up=kinds["up"]["objects"], down=kinds["down"]["objects"],
                         new=kinds["new"]["objects"], gone=kinds["gone"]["objects"], jump=jump["objects"],
                         percent=jump["percent"]))
    doubts = report["anomalies"]
    lines.append(say("doubts", area=doubts["missing_area"]["objects"], double=doubts["double_nop"]["objects"],
                     people=doubts["two_njoptkp"]["objects"]))
    return lines
