"""``sepadan bank``: the day's settlement file from the command line, as on its page (done by "sepadan bank")."""

from __future__ import annotations

import json
from pathlib import Path

import click

from sepadan.ground.messages import render
from sepadan.records import clock
from sepadan.records.commands import region_by_code
from sepadan.records.desk import language
from sepadan.records.engine.settlement import State
from sepadan.records.names import Actor
from sepadan.records.queries.bank_files import compare_file
from sepadan.records.services.settlement_files import take_file, try_file
from sepadan.records.tenancy import region_scope

ACTOR = Actor("sepadan bank")


@click.group(epilog="""\b
Examples:
  sepadan bank settlement SETTLE-20261124.csv --region 35.73 --dry-run
  sepadan bank settlement SETTLE-20261124.csv --region 35.73
""")
def bank() -> None:
    """Settlement files of partner banks."""


@bank.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--region", "code", required=True, metavar="CODE", help="Kemendagri code, such as 35.73.")
@click.option("--dry-run", is_flag=True, help="Compare it with the books and keep nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_context
def settlement(ctx: click.Context, file: str, code: str, dry_run: bool, as_json: bool) -> None:
    """Take FILE and compare it with the books (exit 1 when a line waits for a decision or the file is faulty)."""
    path, lang, region = Path(file), language(), region_by_code(code)
    content = path.read_bytes()
    with region_scope(region):
        found, problems = try_file(content, path.name, actor=ACTOR, now=clock.now())
        if found is not None and not dry_run:
            found = compare_file(take_file(content, path.name, actor=ACTOR, now=clock.now())[0])
    if found is None:
        for one in problems:
            click.echo(one.text(lang), err=True)
        ctx.exit(1)
    counts = {state.value: found.counts[state] for state in State if state is not State.FEE}
    if as_json:
        click.echo(json.dumps({"reference": found.file.reference, "day": found.file.day.isoformat(),
                               "gross": found.file.gross, "fee": found.file.fee, "kept": not dry_run,
                               "fee_as_agreed": not found.fee_is_open, "states": counts}))
    else:
        click.echo(render("records.settlement.tried.what" if dry_run else "records.settlement.taken", lang,
                          {"name": found.file.reference, "n": found.file.count}))
        for state, count in counts.items():
            click.echo(f"  {render(f'records.settlement.state.{state}', lang):<22} {count}")
    ctx.exit(1 if found.open or found.fee_is_open else 0)
