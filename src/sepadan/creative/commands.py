"""``sepadan creative``: set up a creative centre from its data file."""

from __future__ import annotations

from pathlib import Path

import click

from sepadan.creative.services.setting_up import set_up_centre
from sepadan.records.public import Actor, now, region_scope
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
