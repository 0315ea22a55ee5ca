"""``sepadan territory``: the shipped reference tables, and what a region brings itself."""

from __future__ import annotations

import json

import click


@click.group()
def territory() -> None:
    """Provinces, regions, kecamatan, kelurahan and boundaries."""


@territory.command()
@click.option("--json", "as_json", is_flag=True, help="Counts as JSON.")
def load(as_json: bool) -> None:
    """Load the shipped reference tables; loading them again changes nothing."""
    from sepadan.territory.services.reference import load_reference

    counts = load_reference()
    if as_json:
        click.echo(json.dumps(counts))
        return
    for name, count in counts.items():
        click.echo(f"{name}: {count}")
