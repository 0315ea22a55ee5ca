"""``sepadan study``: a study of two regions as HTML, PDF, JSON and CSV, and the check that a folder still holds."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import click
from django.utils.translation import get_language

from sepadan.ground.entry import as_day, read_day
from sepadan.ground.figures import LANGUAGES, Language
from sepadan.ground.messages import render
from sepadan.ground.problems import refuse
from sepadan.ground.statutes import load_book
from sepadan.records.public import today
from sepadan.study.documents.study_document import study_document
from sepadan.study.documents.study_files import JSON, altered, listed, study_files
from sepadan.study.documents.study_folder import new_folder
from sepadan.study.engine.study import Study
from sepadan.study.engine.tax_neutral import Lever
from sepadan.study.facts import load_indicators
from sepadan.study.services.studies import make_study
from sepadan.territory.public import region_of_code

VERIFY = "verify"
LEVERS: tuple[str, ...] = get_args(Lever)
EXAMPLES = """\b
Examples:
  sepadan study 32.16 35.73 --out out/bekasi-malang
  sepadan study 32.16 35.73 --on 2026-01-01 --out out/bekasi-malang-2026
  sepadan study verify out/bekasi-malang
"""


def language() -> Language:
    """The language that the command line activated."""
    return "id" if get_language() == "id" else "en"


@click.command(epilog=EXAMPLES)
@click.argument("guest", metavar="GUEST|verify")
@click.argument("host", metavar="HOST|DIR")
@click.option("--out", metavar="DIR", help="Folder to write; empty or absent.")
@click.option("--on", "on_text", metavar="DATE", help="Law and figures of this day (default: the day of the visit).")
@click.option("--assumptions", default="default", show_default=True, metavar="NAME", help="Assumption set of tax.")
@click.option("--lever", type=click.Choice(LEVERS),
              help="How revenue is kept (default: the ratio where it has a solution, else the rates).")  # fmt: skip
@click.option("--lang", type=click.Choice(["both", *LANGUAGES]), default="both", show_default=True,
              help="Language of page and PDF; JSON and CSV carry both.")  # fmt: skip
@click.option("--waste-table", type=click.Path(path_type=Path), metavar="FILE",
              help="A national table of waste as SIPSN exports it, for ranks.")  # fmt: skip
@click.option("--small-ok", is_flag=True, help="Do not warn that a roll is a small example.")
@click.option("--force", is_flag=True, help="Replace the study that is in the folder.")
@click.option("--json", "as_json", is_flag=True, help="Print what was made as JSON.")
@click.pass_context
def study(
    ctx: click.Context,
    guest: str,
    host: str,
    out: str | None,
    on_text: str | None,
    assumptions: str,
    lever: Any,
    lang: str,
    waste_table: Path | None,
    small_ok: bool,
    force: bool,
    as_json: bool,
) -> None:
    """What if GUEST had the practice of HOST? Both ways, on their own numbers, as HTML, PDF, JSON and CSV.

    GUEST and HOST are region codes. "verify DIR" makes the study in DIR again and says whether it holds (else exit 1).
    """
    say = _speaker(language())
    if guest == VERIFY:
        ctx.exit(0 if verify(Path(host), waste_table, say, as_json=as_json) else 1)
    guest, host = (region_of_code(code, where=name).code for name, code in (("GUEST", guest), ("HOST", host)))
    on = None if on_text is None else read_day(on_text, "--on")
    if not out:
        raise refuse("study.out.none", where="--out", remedy="study.out.none.remedy")
    folder, languages = Path(out), LANGUAGES if lang == "both" else (lang,)
    with new_folder(folder, force=force) as write:
        say("study.cli.computing", guest=guest, host=host)
        found = make_study(guest, host, on, assumptions=assumptions, lever=lever, waste_table=waste_table,
                           today=today())
        if not small_ok:
            for one in (found.tax.roll, found.tax_back.roll):
                if one.divisor > 1:
                    say("study.cli.small", region=one.name, divisor=one.divisor)
        say("study.cli.writing")
        files = study_files(study_document(found, load_book(), load_indicators()), languages)
        write(files)
    if as_json:
        click.echo(json.dumps(summary(found, folder, sorted(files)), indent=2))
    else:
        for line in lines(found, folder, len(files), language()):
            click.echo(line)


def verify(folder: Path, waste_table: Path | None, say: Callable[..., None], *, as_json: bool) -> bool:
    """Whether the files in *folder* are as written and the same study can be made again."""
    if not (folder / JSON).is_file() or not listed(folder):
        raise refuse("study.verify.no_study", where=str(folder), remedy="study.verify.no_study.remedy")
    try:
        old = json.loads((folder / JSON).read_text(encoding="utf-8"))
        wanted = {key: str(old[key]) for key in ("guest", "host", "assumptions")}
        lever, on = old["lever"], as_day(old["on"])
        prints = {row["key"]: row["sha256"] for row in old["blocks"]["basis.fingerprints"]["rows"]}
        if lever not in LEVERS:
            raise ValueError(f"{lever!r} is no lever")
    except (ValueError, KeyError, TypeError, OSError, RecursionError) as error:
        raise refuse("study.verify.broken", where=str(folder / JSON), remedy="study.verify.broken.remedy") from error
    changed = altered(folder)
    say("study.cli.computing", guest=wanted["guest"], host=wanted["host"])
    again = make_study(wanted["guest"], wanted["host"], on, assumptions=wanted["assumptions"], lever=lever,
                       waste_table=waste_table, today=today())
    now = study_files(study_document(again, load_book(), load_indicators()), _languages(folder))
    differs = [key for key, digest in _prints(again).items() if prints.get(key) != digest]
    others = [name for name, content in now.items() if name not in changed and _content(folder / name) != content]
    holds = not (changed or differs or others)
    if as_json:
        click.echo(json.dumps({"holds": holds, "altered": changed, "fingerprints_differ": differs,
                               "files_differ": others, "fingerprint": again.fingerprints.whole}, indent=2))  # fmt: skip
        return holds
    lang = language()
    click.echo(render("study.verify.holds" if holds else "study.verify.differs", lang, {
        "fingerprint": again.fingerprints.whole[:16], "count": len(now)}))  # fmt: skip
    for key, names in (("altered", changed), ("fingerprints", differs), ("files", others)):
        if names:
            click.echo("  " + render(f"study.verify.{key}", lang, {"names": ", ".join(names)}))
    return holds


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _languages(folder: Path) -> list[Language]:
    return [lang for lang in LANGUAGES if f"study.{lang}.html" in listed(folder)]


def _prints(found: Study) -> dict[str, str]:
    """The fingerprints by the keys of the document's table."""
    prints = found.fingerprints
    return {"study": prints.whole, **{f"law.{code}": text for code, text in prints.law.items()},
            **{f"roll.{code}": text for code, text in prints.roll.items()}, "figures": prints.figures,
            "assumptions": prints.assumptions, "engine": prints.engine}  # fmt: skip


def lines(found: Study, out: Path, count: int, lang: Language) -> list[str]:
    """What was made, in a few lines."""
    return [
        render("study.cli.done", lang, {"guest": found.guest.name, "host": found.host.name, "on": found.on,
                                        "count": count, "out": str(out)}),
        *("  " + render("study.cli.result", lang, {
            "own": one.roll.name, "foreign": other.roll.name, "before": one.as_is.before.payable,
            "after": one.as_is.after.payable}) for one, other in ((found.tax, found.tax_back),
                                                                  (found.tax_back, found.tax))),
        "  " + render("study.cli.fingerprint", lang, {"fingerprint": found.fingerprints.whole}),
        *(["  " + render("study.cli.sample", lang)] if found.synthetic else []),
    ]  # fmt: skip


def summary(found: Study, out: Path, files: list[str]) -> dict[str, Any]:
    """What was made, for a program."""
    return {
        "guest": found.guest.code, "host": found.host.code, "on": found.on.isoformat(), "out": str(out), "files": files,
        "fingerprint": found.fingerprints.whole, "synthetic": found.synthetic,
        "tax": {one.own.region: {"own": one.as_is.before.payable, "as_is": one.as_is.after.payable, "lever": one.lever,
                                 "neutral": one.neutral.totals.payable} for one in (found.tax, found.tax_back)},
    }  # fmt: skip


def _speaker(lang: Language) -> Callable[..., None]:
    """Says what happens on standard error."""
    def say(key: str, **params: Any) -> None:
        click.echo(render(key, lang, params), err=True)

    return say
