"""A study as one HTML file that opens from disk: style and font inside, no script, nothing fetched from anywhere.

It is written by the same templates as the page of the site. Folded tables open without a script (``<details>``).
"""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils import translation

from sepadan import __version__
from sepadan.ground.figures import Language
from sepadan.study.documents.blocks import Document

# What a page leaves to the files beside it.
FILES_ONLY = ("gate.indicators",)


def study_html(document: Document, lang: Language) -> bytes:
    """The file in *lang*."""
    context = {
        "d": document, "sides": (document.host, document.guest), "topics": topics(document), "skipped": FILES_ONLY,
        "version": __version__,
    }  # fmt: skip
    with translation.override(lang):
        text = render_to_string("study/document.html", context)
    return (text.strip() + "\n").encode()


def topics(document: Document) -> list[tuple[object, str, bool]]:
    """The row of topics: one anchor for each section."""
    return [(one.tab, f"#{one.id}", False) for one in document.sections if one.tab]
