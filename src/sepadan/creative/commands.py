"""``sepadan creative``: set up a centre from its data file; hold series against later decrees; turn signing keys."""

from __future__ import annotations

from pathlib import Path

import click

from sepadan.creative.models.signing import PURPOSES
from sepadan.creative.services.replanning import changes_due, replan_series
from sepadan.creative.services.setting_up import set_up_centre
from sepadan.creative.services.signing import turn_key
from sepadan.ground.messages import message
from sepadan.records.public import Actor, now, region_scope, today
from sepadan.territory.public import region_of_code


@click.group(epilog="""\b
Examples:
  sepadan creative setup centre.yaml --region 32.16
""")
def creative() -> None:
    """The creative centre of a region."""


@creative.command(epilog="""\b
Examples:
  sepadan creative setup centre.yaml --region 32.16
""")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--region", "code", required=True, metavar="CODE", help="The region that runs the centre.")
def setup(file: Path, code: str) -> None:
    """Set up or bring up to date the centre that FILE describes: floors, spaces, hours. Nothing is removed."""
    with region_scope(region_of_code(code)):
        centre = set_up_centre(file, actor=Actor(name="sepadan creative setup"), now=now())
        spaces = sum(floor.spaces.count() for floor in centre.floors.all())
    click.echo(f"{centre.code}: {spaces}")


@creative.command(epilog="""\b
Examples:
  sepadan creative replan --region 35.73 --dry-run
  sepadan creative replan --region 35.73
""")
@click.option("--region", "code", required=True, metavar="CODE", help="The region that runs the centre.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
def replan(code: str, dry_run: bool) -> None:
    """Hold planned series against the decrees on days off known today. Only dates to come change, never decided ones.

    Run it after the statutes were brought up to date. A second run changes nothing.
    """
    region = region_of_code(code)
    with region_scope(region):
        due = [one for one in changes_due(now=now(), today=today(region)) if one.changes]
        for one in due:
            for key, rows in (("out", one.falls_out), ("back", one.comes_back)):
                for row in rows:
                    text = message(f"creative.replan.{key}", day=row.day, name=row.off.name).text("id")
                    click.echo(f"{one.booking.number}: {text}")
        if not dry_run:
            replan_series(actor=Actor(name="sepadan creative replan"), now=now(), today=today(region))
    click.echo(message("creative.replan.count", count=len(due)).text("id"))


@creative.command(epilog="""\b
Examples:
  sepadan creative key certificate --region 35.73 --reason "giliran tahunan"
  sepadan creative key ticket --region 35.73 --reason "rahasia bocor" --void
""")
@click.argument("purpose", type=click.Choice(PURPOSES))
@click.option("--region", "code", required=True, metavar="CODE", help="The region that runs the centre.")
@click.option("--reason", required=True, help="Why; it is kept with the key.")
@click.option("--void", is_flag=True, help="Nothing that the old key signed counts any more: its secret was seen.")
def key(purpose: str, code: str, reason: str, void: bool) -> None:
    """Turn to a new key that signs tickets or certificates. What the old one signed stays valid, unless it is void."""
    with region_scope(region_of_code(code)):
        made = turn_key(purpose, actor=Actor(name="sepadan creative key"), now=now(), reason=reason, void=void)
    click.echo(f"{made.purpose} {made.ordinal}: {made.kid}")
