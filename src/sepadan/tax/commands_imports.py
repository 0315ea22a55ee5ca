"""``sepadan tax import`` and ``export``: registers as SISMIOP tables in and out, without the web.

An import from the command line is the same as one from the desk: received, checked, then applied or kept. Without
``--apply`` it stays in the list of the desk, where an officer can look at it; with ``--dry-run`` it is discarded after
its figures were printed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click
from django.utils.translation import get_language

from sepadan.ground.entry import read_day
from sepadan.ground.figures import Language
from sepadan.ground.messages import Message, render
from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, now, region_scope, today
from sepadan.tax.models import ImportProblem, RegisterImport
from sepadan.tax.queries import imports as queries
from sepadan.tax.services import imports as service
from sepadan.tax.services.imports_export import EXPORTED, allow_export, write_exports
from sepadan.territory.public import region_of_code

IMPORT_EXAMPLES = """\b
Examples:
  sepadan tax import dat_subjek_pajak.csv dat_objek_pajak.csv dat_op_bumi.csv --region 35.73 --dry-run
  sepadan tax import sismiop.xlsx --region 35.73 --on 2026-01-01 --apply
"""
EXPORT_EXAMPLES = """\b
Examples:
  sepadan tax export --region 35.73 --out sismiop --reason "handover to the auditors"
  sepadan tax export --region 35.73 --out sismiop --table dat_nir --format xlsx --reason "review of NIR"
"""
IMPORTER, EXPORTER = Actor("sepadan tax import"), Actor("sepadan tax export")
SHOWN = 20


def _language() -> Language:
    return "id" if get_language() == "id" else "en"


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            yield part


@click.command("import", epilog=IMPORT_EXAMPLES)
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--region", "code", required=True, metavar="CODE", help="Kemendagri code, such as 35.73.")
@click.option("--on", "on_text", metavar="DATE", help="Changes hold from this day (default: 1 January).")
@click.option("--dry-run", is_flag=True, help="Print the figures and keep nothing.")
@click.option("--apply", "at_once", is_flag=True, help="Write what is good into the register.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.pass_context
def import_command(ctx: click.Context, files: tuple[Path, ...], code: str, on_text: str | None, dry_run: bool,
                   at_once: bool, as_json: bool) -> None:
    """Check tables of SISMIOP against the register, and write what is good into it.

    Without --apply the import waits at the tax desk; one with bills or payments of an older system waits there for an
    approver in any case. Exit status 1 when rows are bad or a file was not read.
    """
    if dry_run and at_once:
        raise refuse("tax.imports.both", where="--dry-run --apply", remedy="tax.imports.both.remedy")
    region, lang = region_of_code(code, where="--region"), _language()
    on = today(region).replace(month=1, day=1) if on_text is None else read_day(on_text, "--on")
    with region_scope(region):
        one = service.receive_import([service.Upload(path.name, _pieces(path)) for path in files], valid_on=on,
                                     actor=IMPORTER, now=now())
    last = [-1]

    def told(done: int, total: int) -> None:
        if (percent := done * 100 // total) >= last[0] + 5:
            last[0] = percent
            click.echo(render("tax.imports.cli.reading", lang, {"percent": percent}), err=True)

    service.check_import(region, one.pk, clock=now, told=told)
    with region_scope(region):
        one = RegisterImport.objects.get(pk=one.pk)
        found = queries.files_of(one)
        totals = queries.totals_of(found)
        summary = {"import": one.pk, "on": on.isoformat(), "files": [
            {"file": str(file), "table": file.table, "rows": file.row_count, **file.counts,
             "refused": file.refused and Message(file.refused["key"], file.refused["params"]).text(lang)}
            for file in found], "unmapped": one.unmapped, "openings": one.openings, **totals}
        for fault in list(ImportProblem.objects.filter(file__register_import_id=one.pk).select_related("file")[:SHOWN]):
            where = f"{fault.file}:{fault.line} {fault.column}".strip()
            click.echo(f"{where}: {fault.what.text(lang)} {fault.remedy.text(lang)}", err=True)
        if dry_run:
            service.discard_import(one, actor=IMPORTER, now=now())
    if at_once and totals["new"] + totals["changed"] and not one.has_opening:
        service.apply_import(region, one.pk, actor=IMPORTER, clock=now, told=lambda stage: None)
    _print(summary, lang, as_json=as_json)
    _print_openings(one, lang, as_json=as_json)
    state = "dry_run" if dry_run else "approval" if one.has_opening else "applied" if at_once else "waits"
    click.echo(render(f"tax.imports.cli.{state}", lang, {"number": str(one.pk)}), err=True)
    if totals["bad"] or any(file.refused for file in found):
        ctx.exit(1)


def _print(summary: dict[str, object], lang: Language, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(summary, indent=1, ensure_ascii=False))
        return
    files: list[dict[str, object]] = summary["files"]  # type: ignore[assignment]
    for file in files:
        if file["refused"]:
            click.echo(f"{file['file']}: {file['refused']}")
        else:
            click.echo(render("tax.imports.cli.file", lang, {
                "table": file["table"], "rows": file["rows"],
                **{name: file.get(name, 0) for name in queries.VERDICTS}}))


def _print_openings(one: RegisterImport, lang: Language, *, as_json: bool) -> None:
    """Bills of an older system year by year, and what is odd about them."""
    if as_json:
        return
    years: dict[int, list[int]] = {}
    for year, _, *figures in one.openings.get("totals", []):
        held = years.setdefault(year, [0] * len(figures))
        years[year] = [a + b for a, b in zip(held, figures, strict=True)]
    for year, (bills, billed, paid, _, _, _, opened) in sorted(years.items()):
        click.echo(render("tax.imports.cli.totals", lang, {"year": str(year), "bills": bills, "billed": billed,
                                                           "paid": paid, "opened": opened}))
    for name, count in sorted(one.openings.get("notes", {}).items()):
        what = render(f"tax.imports.note.{name}", lang, {"what": "…"})
        click.echo(render("tax.imports.cli.note", lang, {"count": count, "what": what}))


@click.command("export", epilog=EXPORT_EXAMPLES)
@click.option("--region", "code", required=True, metavar="CODE", help="Kemendagri code, such as 35.73.")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path),
              help="Folder to write; empty or absent.")  # fmt: skip
@click.option("--reason", required=True, help="Kept in the audit record.")
@click.option("--on", "on_text", metavar="DATE", help="The register as it stands on this day (default: today).")
@click.option("--table", "tables", multiple=True, type=click.Choice(EXPORTED), help="Only these tables.")
@click.option("--format", "form", type=click.Choice(["csv", "xlsx"]), default="csv", show_default=True,
              help="Form of the files.")  # fmt: skip
def export_command(code: str, out: Path, reason: str, on_text: str | None, tables: tuple[str, ...], form: str) -> None:
    """Write the register of a region as tables of SISMIOP. No NIK leaves: SUBJEK_PAJAK_ID is the NPWPD."""
    region, lang = region_of_code(code, where="--region"), _language()
    on: date = today(region) if on_text is None else read_day(on_text, "--on")
    if out.exists() and any(out.iterdir()):
        raise refuse("tax.export.folder", where=str(out), remedy="tax.export.folder.remedy")
    with region_scope(region):
        exports = allow_export(tables or EXPORTED, on=on, reason=reason, form=form, actor=EXPORTER, now=now())
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in write_exports(exports, out, form):
        click.echo(str(path))
    click.echo(render("tax.export.nik", lang), err=True)
