"""Help in the language of the reader: sentences of commands and options from the catalogue, click's own words by table.

The sentence of a command is ``<package>.help.<command>``, of an option ``<package>.help.<command>.<option>``, in
``messages_help.yaml`` of the package that offers the command. The English one repeats what the code says (its docstring
and ``help=``); a test holds them together. A command without sentences keeps the English of its code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from inspect import cleandoc

import click

from sepadan.ground.figures import Language
from sepadan.ground.messages import catalogue, render
from sepadan.project.cli.language import language

_WORDS = {  # what click prints by itself
    "Usage: ": "Cara pakai: ", "Options": "Pilihan", "Commands": "Perintah", "Examples:": "Contoh:",
    "Show this message and exit.": "Tampilkan penjelasan ini.", "Show the version and exit.": "Tampilkan versinya.",
    "[required]": "[wajib]",
}  # fmt: skip


Spoken = click.Command | click.Option


def sentences(command: click.Command, package: str, path: str) -> Iterator[tuple[str, str, Spoken]]:
    """``(key, English of the code, holder)`` of everything that *command* and what lies below it says of itself."""
    yield f"{package}.help.{path}", _english(command), command
    for one in command.params:
        if isinstance(one, click.Option):
            yield f"{package}.help.{path}.{max(one.opts, key=len).lstrip('-')}", _english(one), one
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            yield from sentences(child, package, f"{path}.{name}")


def translate(command: click.Command, package: str, path: str, lang: Language) -> None:
    """Give *command* and all below it their sentences in *lang*."""
    known = catalogue()
    for key, english, holder in list(sentences(command, package, path)):
        if key in known:
            holder.__dict__["english"] = english
            holder.help = render(key, lang)


def share_examples(command: click.Command, path: str) -> None:
    """Give every command below *command* that shows no examples those of its group that call it."""
    if not isinstance(command, click.Group):
        return
    for name, child in command.commands.items():
        own = f"sepadan {path} {name}"
        lines = [line for line in (command.epilog or "").splitlines() if f"{line.strip()} ".startswith(f"{own} ")]
        if lines and not child.epilog:
            child.epilog = "\n".join(["\b", "Examples:", *lines])
        share_examples(child, f"{path} {name}")


def _english(holder: Spoken) -> str:
    """What the code says, whatever language the holder speaks now."""
    return str(holder.__dict__.get("english") or cleandoc(holder.help or ""))


class SpokenFormatter(click.HelpFormatter):
    """Click's layout with its fixed words in Indonesian where that is the language."""

    def _own(self, text: str) -> str:
        if language() != "id":
            return text
        text = re.sub(r"\[default: ", "[bawaan: ", text)
        for word, own in _WORDS.items():
            text = own if text == word else text.replace(word, own) if word.startswith("[") else text
        return text

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, self._own(prefix or "Usage: "))

    def write_heading(self, heading: str) -> None:
        super().write_heading(self._own(heading))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(name, self._own(text)) for name, text in rows], col_max, col_spacing)

    def write_text(self, text: str) -> None:
        head, line, rest = text.partition("\n")
        if head == "\b":
            first, end, more = rest.partition("\n")
            text = f"{head}{line}{self._own(first)}{end}{more}"
        super().write_text(text)
