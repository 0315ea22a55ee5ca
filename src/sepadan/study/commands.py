"""``sepadan study GUEST HOST --out DIR``: a whole study as HTML, PDF, JSON and CSV, repeatable to the byte."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import click

from sepadan.ground.figures import LANGUAGES
from sepadan.ground.messages import render
from sepadan.ground.problems import refuse

_EPILOG = """\b
Examples:
  sepadan study 32.16 35.73 --out out/bekasi-malang
  sepadan study 35.73 32.16 --on 2026-06-01 --lever rates --out out/malang-bekasi
  sepadan study 32.16 35.73 --out out/bekasi-malang --verify
"""


@click.command(epilog=_EPILOG)
@click.argument("guest")
@click.argument("host")
@click.option("--out", "folder", required=True, type=click.Path(path_type=Path), help="Folder to write; empty or absent.")
@click.option("--on", "day", help="Day of law and figures, YYYY-MM-DD; without it the day of the visit.")
@click.option("--assumptions", default="default", show_default=True, help="Assumption set that fills what law leaves open.")
@click.option("--lever", type=click.Choice(["ratio", "rates", "ratio_by_band"]), help="How the revenue is kept.")
@click.option("--waste-table", type=click.Path(path_type=Path), help="National waste table (CSV) for ranks.")
@click.option("--force", is_flag=True, help="Replace the files of an earlier study in the folder.")
@click.option("--verify", is_flag=True, help="Write nothing: make the study again and compare it with the folder.")
@click.option("--json", "as_json", is_flag=True, help="Say what was written as JSON.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="id", show_default=True, help="Language of messages.")
@click.pass_context
def study(context: click.Context, guest: str, host: str, folder: Path, day: str | None, assumptions: str,
          lever: str | None, waste_table: Path | None, force: bool, verify: bool, as_json: bool, lang: str) -> None:
    """Replay HOST's practices on GUEST's numbers, and the reverse.

    GUEST and HOST are region codes (32.16, 35.73). Exit status: 0 written or verified, 1 not the same, 2 cannot be done.
    """
    from sepadan.ground.statutes import load_book
    from sepadan.study.documents.study_document import study_document
    from sepadan.study.documents.study_files import check_folder, study_files, write_folder
    from sepadan.study.facts import load_indicators
    from sepadan.study.services.studies import make_study

    if not verify:
        check_folder(folder, force=force)
    made = make_study(guest, host, _day(day), assumptions=assumptions, lever=lever, waste_table=waste_table)  # type: ignore[arg-type]
    files = study_files(study_document(made, load_book(), load_indicators()), LANGUAGES)
    if verify:
        wrong = sorted(name for name, content in files.items()
                       if not (folder / name).is_file() or (folder / name).read_bytes() != content)
        click.echo(json.dumps({"same": not wrong, "different": wrong}) if as_json else "\n".join(
            [render("study.command.differs", lang, {"name": name}) for name in wrong]  # type: ignore[arg-type]
            or [render("study.command.same", lang, {"count": len(files)})]))  # type: ignore[arg-type]
        context.exit(1 if wrong else 0)
    write_folder(files, folder, force=force)
    if as_json:
        click.echo(json.dumps({"folder": str(folder), "files": sorted(files), "fingerprint": made.fingerprints.whole}))
        return
    click.echo(render("study.command.written", lang, {"count": len(files), "folder": str(folder)}))  # type: ignore[arg-type]
    click.echo(render("study.command.fingerprint", lang, {"fingerprint": made.fingerprints.whole}))  # type: ignore[arg-type]


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise refuse("study.command.bad_day", where="--on", remedy="study.command.bad_day.remedy", text=text) from None
