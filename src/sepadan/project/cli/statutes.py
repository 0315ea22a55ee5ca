"""``sepadan statutes check`` and ``sepadan statutes show``: the statute files on the command line. No database."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import click

from sepadan.ground.entry import read_day
from sepadan.ground.figures import Language
from sepadan.ground.messages import render
from sepadan.ground.problems import Problem
from sepadan.ground.provisions import NATIONAL, Missing, Provision
from sepadan.ground.statute_checks import check_book
from sepadan.ground.statute_words import value_lines
from sepadan.ground.statutes import Book, Law, canonical, load_book, read_book
from sepadan.project.cli.language import lang_option

_EPILOG = """\b
Examples:
  sepadan statutes check
  sepadan statutes check ~/statutes/35.99
  sepadan statutes show 35.73 pbb --on 2026-01-01
  sepadan statutes show 32.16 pbjt --on 2025-06-30 --json
"""
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")


@click.group(epilog=_EPILOG)
def statutes() -> None:
    """Check the statute files, or show the law of a region on a day."""


@statutes.command(epilog=_EPILOG)
@click.argument("folders", nargs=-1, metavar="[FOLDER]...",
                type=click.Path(exists=True, file_okay=False, path_type=Path))
@_JSON
@lang_option
@click.pass_context
def check(context: click.Context, folders: tuple[Path, ...], as_json: bool, lang: Language) -> None:
    """Prove the statute files: form, sources, dates, national caps, coverage.

    Without FOLDER the project's own files; FOLDER is a statutes folder or the folder of one region, held against
    national law. Exit status: 0 nothing found, 1 findings, 2 wrong use.
    """
    book = read_book(*folders)
    findings = [one for one in check_book(book) if _concerns(one, folders)]
    counts = _counts(book, folders)
    if as_json:
        rows = [{"where": one.where, "what": one.what.text(lang),
                 "remedy": one.remedy.text(lang) if one.remedy else None} for one in findings]
        click.echo(json.dumps({"findings": rows, **counts}, ensure_ascii=False, indent=1))
    else:
        for one in findings:
            click.echo(one.text(lang))
        click.echo(render("project.statutes.checked", lang, {**counts, "findings": len(findings)}))
    context.exit(1 if findings else 0)


def _concerns(finding: Problem, folders: tuple[Path, ...]) -> bool:
    """Whether a finding lies in one of the folders asked for; all do when none was named."""
    return _within(finding.where.partition(":")[0], folders)


def _within(place: str, folders: tuple[Path, ...]) -> bool:
    path = Path(place).resolve()
    return not folders or any(path.is_relative_to(folder.resolve()) for folder in folders)


def _counts(book: Book, folders: tuple[Path, ...]) -> dict[str, int]:
    """Values, gaps, files and regions that were checked."""
    files = [file for region in (NATIONAL, *book.regions()) for levy in book.levies(region)
             if (file := book.file(region, levy)) is not None and _within(file.place, folders)]
    parameters = [one for file in files for one in file.parameters.values()]
    return {
        "values": sum(one.value is not None for parameter in parameters for one in parameter.values),
        "gaps": sum(len(parameter.missing) for parameter in parameters),
        "files": len(files),
        "regions": len({file.region for file in files} - {NATIONAL}),
    }


@statutes.command(epilog=_EPILOG)
@click.argument("region")
@click.argument("levy")
@click.option("--on", "on", metavar="DATE", help="The day, YYYY-MM-DD (default: today).")
@_JSON
@lang_option
def show(region: str, levy: str, on: str | None, as_json: bool, lang: Language) -> None:
    """Show the law of LEVY in REGION (a code, or "national") on a day: values, sources, gaps."""
    law = load_book().law(region, levy, _day(on))
    if as_json:
        click.echo(json.dumps(_law_json(law, lang), ensure_ascii=False, indent=1))
        return
    click.echo(f"{load_book().name(region).text(lang)} ({region}), {load_book().title(levy).text(lang)}, {law.on}")
    for provision in law.provisions.values():
        click.echo(_provision(provision, lang))
    for gap in law.missing:
        click.echo(_gap(gap, lang))


def _day(text: str | None) -> date:
    return date.today() if text is None else read_day(text, "--on")


def _provision(one: Provision, lang: Language) -> str:
    lines = value_lines(one.unit, one.value, lang)
    mark = render(f"project.statutes.mark.{one.confidence}", lang)
    since = str(one.since) if one.since else render("project.statutes.open", lang)
    until = f" - {one.until}" if one.until else ""
    rows = [f"\n{one.name}  {one.description.text(lang)}", *(f"    {line}" for line in lines),
            f"    {one.citation(lang)} [{mark}] {since}{until}"]
    if one.source and one.source not in rows[-1]:
        rows.append(f"    {one.source}")
    if one.note:
        rows.append(f"    {one.note.text(lang)}")
    return "\n".join(rows)


def _gap(gap: Missing, lang: Language) -> str:
    reason = f"{render('ground.law.not_found', lang)}: {gap.reason.text(lang)}"
    return f"\n{gap.name}  {gap.description.text(lang)}\n    {reason}"


def _law_json(law: Law, lang: Language) -> dict[str, Any]:
    return {
        "region": law.region, "levy": law.levy, "on": str(law.on), "fingerprint": law.fingerprint(),
        "values": {
            one.name: {
                "value": canonical(one.value), "unit": one.unit, "since": str(one.since) if one.since else None,
                "until": str(one.until) if one.until else None, "region": one.region,
                "instrument": one.instrument.title if one.instrument else None, "article": one.article,
                "confidence": one.confidence, "source": one.source, "known": one.known,
                "description": one.description.text(lang), "note": one.note.text(lang) if one.note else None,
            } for one in law.provisions.values()
        },
        "missing": {gap.name: gap.reason.text(lang) for gap in law.missing},
    }  # fmt: skip
