"""The command line ``sepadan``: a table of commands, each loaded only when it is called.

A module offers its command in ``commands.py``; this file names it, so that ``sepadan --help`` imports nothing. A
command that needs the database gets it here, around every leaf of it: the embedded server is started if none answers,
migrated if it is behind the code, and stopped again by the last process that used it. A leaf that needs none sets
``needs_database = False`` on itself.

Exit codes: 0 success, 1 findings (a failed case, a faulty statute, a missed collection), 2 wrong use or an input that
cannot be worked with. A command ends with findings by ``ctx.exit(1)`` and refuses by raising ``Refused``. Results go to
standard output (``--json`` where a program may read them), everything else to standard error.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from sepadan import __version__
from sepadan.ground.messages import render
from sepadan.ground.problems import Refused, refuse
from sepadan.project.cli.language import language
from sepadan.project.lifeline import follow_parent

EXAMPLES = """\b
Examples:
  sepadan serve --port 8001
  sepadan cases my_cases.yaml
  sepadan statutes check
  sepadan study 32.16 35.73 --out out/bekasi-malang
  sepadan demo load --small
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a command lives (``module:attribute``) and whether its leaves need the database."""

    target: str
    database: bool = False


COMMANDS = {
    "cases": Entry("sepadan.cases.commands:cases"),
    "statutes": Entry("sepadan.project.cli.statutes:statutes"),
    "study": Entry("sepadan.study.commands:study", database=True),
    "demo": Entry("sepadan.demo.commands:demo", database=True),
    "territory": Entry("sepadan.territory.commands:territory", database=True),
    "people": Entry("sepadan.records.commands:people", database=True),
    "waste": Entry("sepadan.waste.commands:waste"),
    "serve": Entry("sepadan.project.cli.serve:serve"),
    "worker": Entry("sepadan.project.cli.worker:worker", database=True),
    "migrate": Entry("sepadan.project.cli.database:migrate"),
    "database": Entry("sepadan.project.cli.database:database"),
    "manage": Entry("sepadan.project.cli.database:manage", database=True),
}


class Commands(click.Group):
    """The group that knows the table above."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name, entry in COMMANDS.items() if find_module(entry.target)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        module, attribute = entry.target.split(":")
        if not find_module(entry.target):
            raise refuse("project.cli.absent", where=f"sepadan {cmd_name}", module=module,
                         remedy="project.cli.absent.remedy")
        if entry.database:
            from sepadan.project.cli.database import prepare_django, wrap_leaves

            prepare_django()
            command: click.Command = getattr(import_module(module), attribute)
            wrap_leaves(command)
            return command
        loaded: click.Command = getattr(import_module(module), attribute)
        return loaded

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, render(f"project.cli.{name}", language())) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def find_module(target: str) -> bool:
    """Whether the module of a table entry is installed; its parent package is imported, it itself is not."""
    try:
        return find_spec(target.partition(":")[0]) is not None
    except ModuleNotFoundError:
        return False


def _use_data(ctx: click.Context, parameter: click.Parameter, value: str | None) -> None:
    if value is not None:
        os.environ["SEPADAN_DATA"] = str(Path(value).expanduser().resolve())


@click.group(cls=Commands, epilog=EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sepadan")
@click.option("--data", metavar="DIR", is_eager=True, expose_value=False, callback=_use_data,
              help="Data folder (default: .data beside the source, or SEPADAN_DATA).")
def root() -> None:
    """Sepadan: one region's practice, computed on another region's own numbers."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code. A child of ``serve`` leaves when that is gone."""
    follow_parent()
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code instead of leaving. Sentences of refusal go to standard error."""
    try:
        result: Any = root.main(arguments, prog_name="sepadan", standalone_mode=False)
    except Refused as refused:
        click.echo(refused.problem.text(language()), err=True)
        return 2
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo(render("project.cli.aborted", language()), err=True)
        return 130
    except BrokenPipeError:  # the reader of a pipe had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return result if isinstance(result, int) else 0
