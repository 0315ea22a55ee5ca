"""The language of the command line: ``--lang``, else ``SEPADAN_LANG`` (id or en), else the system's if Indonesian,
else English.
"""

from __future__ import annotations

import os
from typing import cast

import click

from sepadan.ground.figures import LANGUAGES, Language

_chosen: list[Language] = []  # what --lang said in this run


def language() -> Language:
    if _chosen:
        return _chosen[-1]
    chosen = os.environ.get("SEPADAN_LANG", "").lower()
    if chosen.startswith("id"):
        return "id"
    if chosen.startswith("en"):
        return "en"
    system = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "id" if system.startswith("id") else "en"


def forget_choice() -> None:
    """A new run of the command line begins."""
    _chosen.clear()


def _choose(ctx: click.Context, parameter: click.Parameter, value: str | None) -> Language:
    if value is not None:
        _chosen.append(cast(Language, value))
    return language()


lang_option = click.option("--lang", type=click.Choice(LANGUAGES), default=None, is_eager=True, callback=_choose,
                           help="Language of the output (default: SEPADAN_LANG, else the system's).")
