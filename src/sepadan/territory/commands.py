"""``sepadan territory``: the shipped reference tables, and what a region brings itself: its hierarchy, its boundaries.

Exit codes: 0 done, 1 the file has faults (nothing was written), 2 wrong use.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

import click
from django.utils.translation import get_language

from sepadan.ground.cells import Cell, in_words
from sepadan.ground.figures import Language
from sepadan.ground.messages import render
from sepadan.ground.problems import Problem, refuse
from sepadan.ground.system_words import system_words
from sepadan.territory.engine.geojson import MOST_BYTES
from sepadan.territory.public import (
    Measure,
    boundary_layer,
    cell_of,
    import_villages,
    kecamatan_in,
    load_boundaries,
    load_reference,
    region_of_code,
    villages_in,
)

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def language() -> Language:
    """The language that the command line activated."""
    return "id" if get_language() == "id" else "en"


@click.group(epilog="""\b
Examples:
  sepadan territory load
  sepadan territory show 35.73
  sepadan territory import batu.csv --region 35.79 --dry-run
  sepadan territory boundaries malang.geojson --region 35.73 --licence MIT
""")
def territory() -> None:
    """Regions, kecamatan, kelurahan, and boundaries."""


@territory.command()
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
def load(as_json: bool) -> None:
    """Load the shipped reference tables again; what is right already stays as it is."""
    loaded = load_reference()
    counts = {name: getattr(loaded, name)
              for name in ("provinces", "regions", "kecamatan", "kelurahan", "facts", "written")}
    click.echo(json.dumps(counts) if as_json else render("territory.load.done", language(), counts))


@territory.command()
@click.argument("code", metavar="KODE")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def show(code: str, as_json: bool) -> None:
    """What is known of a region: hierarchy, population and area with their sources, boundaries."""
    lang, region = language(), region_of_code(code, where=code)
    villages, layer = villages_in(region), boundary_layer(region)
    cells = {measure.value: cell_of(region.code, measure) for measure in (Measure.POPULATION, Measure.AREA_KM2)}
    facts = {
        "code": region.code, "bps_code": region.bps_code, "name": region.name, "kind": region.kind,
        "province": region.province.name, "timezone": region.timezone, "kecamatan": len(kecamatan_in(region)),
        "kelurahan": sum(v.kind == "kelurahan" for v in villages), "desa": sum(v.kind == "desa" for v in villages),
        "hexagons": bool(villages) and all(v.cell is not None for v in villages),
        "boundaries": None if layer is None else layer.source,
    }
    if as_json:
        known = {name: {"value": None if cell.value is None else str(cell.value),
                        "source": cell.source.text(lang) if cell.source else None} for name, cell in cells.items()}
        click.echo(json.dumps({**facts, **known}, ensure_ascii=False, indent=2))
        return
    for name, value in facts.items():
        text = render("ground.cells.none", lang) if value is None else str(value)
        if isinstance(value, bool):
            text = render(f"territory.show.{'yes' if value else 'no'}", lang)
        click.echo(f"{render(f'territory.show.{name}', lang):<22}{text}")
    for cell in cells.values():
        click.echo(_cell_line(cell, lang))


def _cell_line(cell: Cell, lang: Language) -> str:
    origin = "; ".join(text for _, text in cell.origin(lang)[1:])
    return f"{in_words(cell.label, lang):<22}{cell.text(lang)}  ({origin})"


@territory.command(name="import")
@click.argument("file", type=FILE)
@click.option("--region", "code", required=True, metavar="KODE", help="The region the file describes, such as 35.79.")
@click.option("--dry-run", is_flag=True, help="Check and count, write nothing.")
@click.option("--remove-absent", is_flag=True, help="Remove kelurahan that the file does not name any more.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@click.pass_context
def import_(ctx: click.Context, file: Path, code: str, dry_run: bool, remove_absent: bool, as_json: bool) -> None:
    """Import the kecamatan, kelurahan and desa of a region from a CSV table and compute its hexagon map.

    Columns: code, name, district, and where known postal_code, lat, lon. One fault and nothing is written.
    """
    lang = language()
    done = import_villages(code, _text(file), file_name=file.name, dry_run=dry_run, remove_absent=remove_absent)
    counts = {name: getattr(done, name)
              for name in ("region", "rows", "added", "changed", "removed", "kecamatan_added", "unplaced", "laid_out")}
    if as_json:
        click.echo(json.dumps({**counts, "dry_run": done.dry_run, "ignored": done.ignored,
                               "problems": [one.text(lang) for one in done.problems]}, ensure_ascii=False, indent=2))
    else:
        _say(done.problems, lang)
        if done.ignored:
            click.echo(render("territory.import.ignored", lang, {"columns": ", ".join(done.ignored)}), err=True)
        key = "faulty" if done.problems else "would" if dry_run else "done"
        click.echo(render(f"territory.import.{key}", lang, {**counts, "count": len(done.problems)}))
        if done.unplaced and not done.problems:
            click.echo(render("territory.import.unplaced", lang, counts))
        if done.laid_out:
            click.echo(render("territory.import.laid_out", lang, counts))
    ctx.exit(1 if done.problems else 0)


@territory.command()
@click.argument("file", type=FILE)
@click.option("--region", "code", required=True, metavar="KODE", help="The region whose boundaries these are.")
@click.option("--decree-area", metavar="KM2", help="Area by decree (default: the region's published area).")
@click.option("--source", default="", help="Where the file comes from (default: what the file says).")
@click.option("--licence", default="", help="Its licence (default: what the file says).")
@click.option("--code-property", metavar="NAME", help="The property that holds the code (default: code, kode, ...).")
@click.option("--allow-gaps", is_flag=True, help="Gaps are another region, a lake or the sea, not mistakes.")
@click.option("--dry-run", is_flag=True, help="Check, store nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@click.pass_context
def boundaries(ctx: click.Context, file: Path, code: str, decree_area: str | None, source: str, licence: str,
               code_property: str | None, allow_gaps: bool, dry_run: bool, as_json: bool) -> None:
    """Check a GeoJSON file of kelurahan or kecamatan and store it as the boundaries of a region.

    Checked: codes complete, geometry valid, no gaps or overlaps, area within 1 % of the decree.
    """
    lang = language()
    done = load_boundaries(code, _bytes(file), file_name=file.name, now=datetime.now(UTC),
                           decree_area_km2=_square_km(decree_area), source=source, licence=licence,
                           code_property=code_property, allow_gaps=allow_gaps, dry_run=dry_run)
    if as_json:
        click.echo(json.dumps({
            "region": done.region, "level": done.level, "areas": done.areas, "area_km2": str(done.area_km2),
            "decree_area_km2": None if done.decree_area_km2 is None else str(done.decree_area_km2),
            "stored": done.stored, "unchanged": done.unchanged, "dry_run": done.dry_run, "source": done.source,
            "licence": done.licence, "problems": [one.text(lang) for one in done.problems],
            "notices": [one.text(lang) for one in done.notices]}, ensure_ascii=False, indent=2))
    else:
        _say([*done.problems, *done.notices], lang)
        key = ("faulty" if done.problems else "unchanged" if done.unchanged else "would" if dry_run else "done")
        click.echo(render(f"territory.boundary.{key}", lang, {
            "region": done.region, "areas": done.areas, "area": done.area_km2, "count": len(done.problems),
            "level": render(f"territory.level.{done.level or 'kelurahan'}", lang)}))
    ctx.exit(1 if done.problems else 0)


def _say(problems: Iterable[Problem], lang: Language) -> None:
    for one in problems:
        click.echo(one.text(lang), err=True)


def _bytes(file: Path) -> bytes:
    """The content, one byte more than is taken at most (what is too large is told by its reader)."""
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise refuse("territory.file.unreadable", where=str(file), remedy="territory.file.unreadable.remedy",
                     reason=system_words(error)) from error


def _text(file: Path) -> str:
    content = _bytes(file)
    if len(content) > MOST_BYTES:
        raise refuse("territory.import.too_large", where=file.name, remedy="territory.import.too_large.remedy",
                     most=MOST_BYTES // 1_000_000)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise refuse("territory.import.no_text", where=f"{file.name}:{line}", remedy="territory.import.no_text.remedy",
                     position=error.start) from error


def _square_km(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        value = Decimal(text.replace(",", "."))
    except InvalidOperation:
        value = Decimal(0)
    if not value.is_finite() or value <= 0:
        raise refuse("territory.boundary.decree", where="--decree-area", remedy="territory.boundary.decree.remedy",
                     text=text)
    return value
