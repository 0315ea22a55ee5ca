"""What ``./run`` says once the site answers: the address, what to look at first, who may sign in and how.

Lines only; nothing here starts or asks anything. Addresses come from the routes, so that they cannot go stale. The demo
accounts come from the module that makes them and are told only by a run that loads demo data.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.urls import reverse
from django.utils import translation

from sepadan.ground.figures import Language
from sepadan.ground.messages import render
from sepadan.study.public import load_visits


def greeting(address: str, lang: Language, *, demo: bool) -> list[str]:
    """The lines to print. *address* ends in a slash; *demo*: demo data load behind this run."""
    lines = [render("project.serve.address", lang, {"address": address}), ""]
    with translation.override(lang):
        lines += look_first(address, lang)
        if demo:
            sign_in = _join(address, reverse("records:sign_in"))
            lines += ["", *demo_accounts(sign_in, lang), "", render("project.serve.loading", lang)]
    return [*lines, render("project.serve.how_to_stop", lang)]


def look_first(address: str, lang: Language) -> list[str]:
    """The visit that the product replays, its study, and the guest's draft page, each with its address."""
    visits = load_visits()
    if not visits:
        return []
    visit = visits[0]
    stops = (
        ("project.serve.look.visit", reverse("portal:visit", args=[visit.id])),
        ("project.serve.look.study", reverse("study:replay", args=[visit.guest, visit.host])),
        ("project.serve.look.draft", reverse("study_draft:draft", args=[visit.guest])),
    )
    lines = [render("project.serve.look", lang)]
    for number, (key, path) in enumerate(stops, 1):
        lines += [f"  {number}. {render(key, lang)}", f"     {_join(address, path)}"]
    return lines


def demo_accounts(sign_in: str, lang: Language) -> list[str]:
    """The demo accounts as lines, where the demonstration is installed."""
    if not find_spec("sepadan.demo.public"):
        return []
    lines = import_module("sepadan.demo.public").account_lines(lang)
    return [*lines, "  " + render("project.serve.sign_in", lang, {"address": sign_in})]


def _join(address: str, path: str) -> str:
    return address.rstrip("/") + path
