"""``sepadan cases FILE...``: evaluate worked cases and show, for each that fails, expected, got and the steps."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from sepadan.cases.case import Case, read_cases
from sepadan.cases.outcome import Outcome
from sepadan.cases.runner import run_case
from sepadan.ground.figures import LANGUAGES, Language
from sepadan.ground.messages import Message, render
from sepadan.ground.money import decimal_of
from sepadan.ground.problems import Refused
from sepadan.ground.steps import Explained

_EPILOG = """\b
Examples:
  sepadan cases my-cases.yaml
  sepadan cases --lang en examples/*.yaml
  sepadan cases --json my-cases.yaml | python3 -m json.tool
"""


@click.command(epilog=_EPILOG)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object with every outcome.")
@click.option("--lang", type=click.Choice(LANGUAGES), default=None,
              help="Language of messages (default: SEPADAN_LANG, else the system's).")  # fmt: skip
@click.option("-v", "--verbose", is_flag=True, help="Show the steps of passing cases too.")
@click.pass_context
def cases(context: click.Context, files: tuple[Path, ...], as_json: bool, lang: Language | None,
          verbose: bool) -> None:
    """Evaluate worked cases with the engines that bill citizens.

    Exit status: 0 all passed, 1 some failed, 2 a file could not be read as cases.
    """
    lang = lang or context.find_root().obj or "id"
    outcomes: list[Outcome] = []
    unreadable: list[Refused] = []
    for path in files:
        try:
            found = read_cases(path)
        except Refused as refusal:
            unreadable.append(refusal)
            continue
        outcomes += _run_all(found, str(path), lang, quiet=as_json)
    failed = sum(not outcome.passed for outcome in outcomes)
    if as_json:
        click.echo(json.dumps(_report(outcomes, unreadable, lang), ensure_ascii=False, indent=1))
    else:
        for outcome in outcomes:
            if not outcome.passed or verbose:
                click.echo(_text(outcome, lang))
        for fault in unreadable:
            click.echo(fault.problem.text(lang), err=True)
        click.echo(f"{len(outcomes) - failed} passed, {failed} failed")
    context.exit(2 if unreadable else 1 if failed else 0)


def _run_all(found: list[Case], label: str, lang: Language, *, quiet: bool) -> list[Outcome]:
    """With a progress bar on a terminal when there are many."""
    if quiet or len(found) < 200 or not sys.stderr.isatty():
        return [run_case(case) for case in found]
    title = f"{render('cases.print.running', lang)}: {label}"
    with click.progressbar(found, label=title, file=sys.stderr) as bar:
        return [run_case(case) for case in bar]


def _text(outcome: Outcome, lang: Language) -> str:
    word = {key: render(f"cases.print.{key}", lang) for key in (
        "expected", "got", "absent", "refused", "steps", "failed")}  # fmt: skip
    mark = "ok" if outcome.passed else word["failed"]
    lines = [f"{mark} {outcome.case.id} ({outcome.case.rule}), {outcome.case.where}"]
    for fault in outcome.problems:
        lines.append(f"  {fault.text(lang)}")
    for one in outcome.differences:
        got = word["absent"] if one.absent else word["refused"] if one.refused else _shown(one.got)
        lines.append(f"  {one.key}: {word['expected']} {_shown(one.expected)}, {word['got']} {got}")
    if outcome.steps:
        lines.append(f"  {word['steps']}:")
        lines += [f"    {_step(step, lang)}" for step in outcome.steps]
    return "\n".join(lines)


def _step(step: Explained, lang: Language) -> str:
    text = f"{step.name.text(lang)}: {step.written(lang)}"
    if step.how is not None:
        text += f"  [{step.how.text(lang)}]"
    bases = "; ".join(_basis(basis) for basis in step.bases if basis.kind != "given")
    return f"{text}  ({bases})" if bases else text


def _basis(basis: Any) -> str:
    parts = [basis.instrument or basis.parameter, basis.article, basis.confidence]
    return ", ".join(part for part in parts if part)


def _report(outcomes: list[Outcome], unreadable: list[Refused], lang: Language) -> dict[str, Any]:
    return {
        "passed": sum(outcome.passed for outcome in outcomes),
        "failed": sum(not outcome.passed for outcome in outcomes),
        "unreadable": [refusal.problem.text(lang) for refusal in unreadable],
        "cases": [
            {
                "id": outcome.case.id,
                "rule": outcome.case.rule,
                "where": outcome.case.where,
                "passed": outcome.passed,
                "problems": [fault.text(lang) for fault in outcome.problems],
                "differences": [
                    {"key": one.key, "expected": plain(one.expected), "got": plain(one.got)}
                    for one in outcome.differences
                ],
                "steps": [
                    {"name": step.name.text(lang), "value": _value(step, lang),
                     "how": step.how.text(lang) if step.how else None}
                    for step in outcome.steps
                ],
            }
            for outcome in outcomes
        ],
    }  # fmt: skip


def _shown(value: Any) -> str:
    """A value on one line, as a case would write it; numbers and words stand bare."""
    value = plain(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_shown(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_shown(item) for item in value) + "]"
    words = {type(None): "null", bool: "true" if value else "false"}
    return words.get(type(value), str(value))


def _value(step: Explained, lang: Language) -> Any:
    return step.value.text(lang) if isinstance(step.value, Message) else plain(step.value)


def plain(value: Any) -> Any:
    """A value as a person or a program reads it: an exact decimal where there is one, else a fraction."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, Fraction):
        if value.denominator == 1:
            return int(value)
        short = decimal_of(value, 15)
        return str(short if Fraction(short) == value else value)
    return str(value) if isinstance(value, (Decimal, date)) else value
