"""Wrong use of the command line (an unknown option, a missing argument, a value that does not fit) as a problem.

The parser, click, speaks English only. Its errors are told here in our words: where (command and parameter), what, and
what would be right. A kind that has no sentence keeps click's own.
"""

from __future__ import annotations

import re
from typing import Any

import click
from click.exceptions import NoSuchCommand

from sepadan.ground.problems import Problem, problem
from sepadan.ground.statute_reader import NOTHING, near

_VALUE = (  # what click says of a value, with its parts -> our key
    (r"'(?P<text>.*)' is not one of (?P<known>.*)\.", "choice"),
    (r"(?P<text>\S+) is not in the range (?P<known>.*)\.", "range"),
    (r"'(?P<text>.*)' is not a valid (integer|integer range|float)\.", "number"),
    (r"\w+ '(?P<text>.*)' does not exist\.", "absent"),
    (r"\w+ '(?P<text>.*)' is a file\.", "file"),
    (r"\w+ '(?P<text>.*)' is a directory\.", "folder"),
    (r"\w+ '(?P<text>.*)' is not (readable|writable)\.", "closed"),
)


def wrong_use(error: click.UsageError) -> Problem:
    """What was wrong, where, and how to see the right use."""
    command = error.ctx.command_path if error.ctx is not None else "sepadan"
    key, params = _fault(error)
    return problem(f"project.use.{key}", where=command, remedy="project.use.remedy", command=command, **params)


def _fault(error: click.UsageError) -> tuple[str, dict[str, Any]]:
    if isinstance(error, click.NoSuchOption):
        return "option", {"name": error.option_name, "near": near(error.option_name, _options(error.ctx))}
    if isinstance(error, NoSuchCommand):
        known = _commands(error.ctx)
        return "command", {"name": error.command_name, "known": ", ".join(known),
                           "near": near(error.command_name, known)}
    if isinstance(error, click.BadOptionUsage):
        return "no_value" if "does not take" in error.message else "needs_value", {"name": error.option_name}
    if isinstance(error, click.MissingParameter):
        return "missing", {"name": _name(error)}
    if isinstance(error, click.BadParameter):
        return _value(_name(error), error.message)
    if match := re.search(r"unexpected extra arguments? \((.*)\)", error.message, re.DOTALL):
        return "extra", {"text": match.group(1)}
    if error.message.startswith("Missing command"):
        return "no_command", {"known": ", ".join(_commands(error.ctx))}
    return "other", {"text": error.format_message()}


def _value(name: str, said: str) -> tuple[str, dict[str, Any]]:
    for pattern, key in _VALUE:
        match = re.fullmatch(pattern, said, re.DOTALL)
        if match is None:
            continue
        parts: dict[str, Any] = {"name": name, "near": NOTHING, **match.groupdict()}
        if key == "choice":
            known = [one.strip("' ") for one in parts["known"].split(",")]
            parts.update(known=", ".join(known), near=near(parts["text"], known))
        return key, parts
    return "value", {"name": name, "text": said}


def _name(error: click.BadParameter) -> str:
    """The parameter as it is written: the option's longest name, or the word that stands for the argument."""
    one = error.param
    if one is None or error.ctx is None:
        return str(error.param_hint or "?")
    return max(one.opts, key=len) if isinstance(one, click.Option) else one.make_metavar(error.ctx).strip("[].")


def _options(ctx: click.Context | None) -> list[str]:
    return [name for one in ctx.command.get_params(ctx) for name in one.opts if name.startswith("-")] if ctx else []


def _commands(ctx: click.Context | None) -> list[str]:
    return ctx.command.list_commands(ctx) if ctx and isinstance(ctx.command, click.Group) else []
