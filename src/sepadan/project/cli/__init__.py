"""The command line ``sepadan``: a table of commands, each loaded only when it is called.

A module offers its command in ``commands.py``; this file names it, so that ``sepadan --help`` imports nothing. A
command that needs the database gets it here, around every leaf of it: the embedded server is started if none answers,
migrated if it is behind the code, and stopped again by the last process that used it. A leaf that needs none sets
``needs_database = False`` on itself.

Exit codes: 0 success, 1 findings (a failed case, a faulty statute, a missed collection), 2 wrong use or an input that
cannot be worked with, 130 stopped by Ctrl-C (128 and the number of another signal), 70 a fault of the program itself.
A command ends with findings by ``ctx.exit(1)`` and refuses by raising ``Refused``. Results go to standard output
(``--json`` where a program may read them), everything else to standard error.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from copy import deepcopy
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click
from click.exceptions import NoArgsIsHelpError

from sepadan import __version__
from sepadan.ground.figures import Language
from sepadan.ground.messages import render
from sepadan.ground.problems import Refused, problem, refuse
from sepadan.ground.system_words import system_words
from sepadan.project.cli.help_words import SpokenFormatter, share_examples, translate
from sepadan.project.cli.language import forget_choice, lang_option, language
from sepadan.project.cli.wrong_use import wrong_use
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
    "bank": Entry("sepadan.records.commands_bank:bank", database=True),
    "tax": Entry("sepadan.tax.commands:tax", database=True),
    "creative": Entry("sepadan.creative.commands:creative", database=True),
    "waste": Entry("sepadan.waste.commands:waste"),
    "serve": Entry("sepadan.project.cli.serve:serve"),
    "worker": Entry("sepadan.project.cli.worker:worker", database=True),
    "migrate": Entry("sepadan.project.cli.database:migrate"),
    "database": Entry("sepadan.project.cli.database:database"),
    "manage": Entry("sepadan.project.cli.database:manage", database=True),
}


click.Context.formatter_class = SpokenFormatter


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
        # A copy, because what follows changes it: whoever imports the command itself gets it as it was written.
        command: click.Command = deepcopy(getattr(import_module(module), attribute))
        if entry.database:
            wrap_leaves(command)
        share_examples(command, cmd_name)
        translate(command, module.removeprefix("sepadan.").partition(".")[0], cmd_name, language())
        return command

    def get_help(self, ctx: click.Context) -> str:
        translate(self, "project", "sepadan", language())
        return super().get_help(ctx)

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
    if value == "":
        raise refuse("project.use.empty", where="--data", remedy="project.use.empty.remedy")
    if value is not None:
        os.environ["SEPADAN_DATA"] = str(Path(value).expanduser().resolve())


@click.group(cls=Commands, epilog=EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sepadan")
@click.option("--data", metavar="DIR", is_eager=True, expose_value=False, callback=_use_data,
              help="Data folder (default: .data beside the source, or SEPADAN_DATA).")
@lang_option
@click.pass_context
def root(ctx: click.Context, lang: Language) -> None:
    """Sepadan: one region's practice, computed on another region's own numbers.

    Exit status: 0 success, 1 findings, 2 wrong use.
    """
    ctx.obj = lang


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code. A child of ``serve`` leaves when that is gone."""
    follow_parent()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # serve and worker set their own
        signal.signal(number, _stop)
    sys.exit(run(arguments))


_signals: list[int] = []  # that asked this process to stop


def _stop(number: int, _: object) -> None:
    """A signal that ends the process ends it as Ctrl-C does: what is being written is taken back on the way out."""
    _signals.append(number)
    raise KeyboardInterrupt


def run(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code instead of leaving. Sentences of refusal go to standard error."""
    forget_choice()
    out = sys.stdout
    try:
        result: Any = root.main(arguments, prog_name="sepadan", standalone_mode=False)
    except Refused as refused:
        click.echo(refused.problem.text(language()), err=True)
        return 2
    except NoArgsIsHelpError as error:
        error.show()
        return 2
    except click.UsageError as error:
        click.echo(wrong_use(error).text(language()), err=True)
        return 2
    except (click.Abort, KeyboardInterrupt):
        return _aborted()
    except SystemExit:
        if sys.stdout is not out:  # click muted it: the reader of a pipe had enough
            return 0
        raise
    except BrokenPipeError:  # the reader of a pipe had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:  # a full disk, a file without permission: the system's reason, not ours
        place = str(error.filename or error.filename2 or "sepadan")
        click.echo(problem("project.cli.system", where=place, remedy="project.cli.system.remedy",
                           reason=system_words(error)).text(language()), err=True)
        return 2
    except Exception as error:
        if odd := _undecoded(arguments) if isinstance(error, UnicodeEncodeError) else "":
            click.echo(problem("project.use.encoding", where=odd, remedy="project.use.encoding.remedy")
                       .text(language()), err=True)
            return 2
        if _signals:  # a library turned the interruption into an error of its own
            return _aborted()
        traceback.print_exc()
        click.echo(render("project.cli.fault", language(), {"error": type(error).__name__}), err=True)
        return 70
    return result if isinstance(result, int) else 0


def _undecoded(arguments: list[str] | None) -> str:
    """The first argument that is no text in UTF-8, as it can be shown; empty when there is none."""
    given = sys.argv[1:] if arguments is None else arguments
    return next((shown for one in given if (shown := one.encode("utf-8", "replace").decode()) != one), "")


def _aborted() -> int:
    click.echo(render("project.cli.aborted", language()), err=True)
    return 128 + (_signals[0] if _signals else signal.SIGINT)
