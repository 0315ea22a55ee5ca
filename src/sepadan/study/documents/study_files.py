"""All files of a study, and the check of a folder that holds them against itself.

``study.json`` once, ``study.<lang>.html`` and ``study.<lang>.pdf`` per language, ``<table>.csv``, and ``SHA256SUMS``
over all of them in the form that ``sha256sum -c`` reads. The same study gives the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from sepadan.ground.figures import Language
from sepadan.study.documents.blocks import Document
from sepadan.study.documents.study_csv import study_csv
from sepadan.study.documents.study_html import study_html
from sepadan.study.documents.study_json import study_json
from sepadan.study.documents.study_pdf import study_pdf

SUMS = "SHA256SUMS"
JSON = "study.json"


def study_files(document: Document, languages: Iterable[Language]) -> dict[str, bytes]:
    """Name -> content of every file, the sums last."""
    found = {JSON: study_json(document), **study_csv(document)}
    for lang in languages:
        found[f"study.{lang}.html"] = study_html(document, lang)
        found[f"study.{lang}.pdf"] = study_pdf(document, lang)
    ordered = dict(sorted(found.items()))
    return {**ordered, SUMS: sums(ordered)}


def sums(files: Mapping[str, bytes]) -> bytes:
    return "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items()).encode()


def listed(folder: Path) -> dict[str, str]:
    """Name -> sum of the files of the study in *folder*, by its own list; empty without one."""
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    pairs = [line.split("  ", 1) for line in lines if "  " in line]
    return {name: digest for digest, name in pairs if name.isprintable() and name not in ("", "..")
            and Path(name).name == name} | (
        {SUMS: ""} if lines else {})


def altered(folder: Path) -> list[str]:
    """Files of the study in *folder* that are missing or no longer have the content that was written."""
    found = []
    for name, digest in listed(folder).items():
        if name == SUMS:
            continue
        try:
            content = (folder / name).read_bytes()
        except OSError:
            found.append(name)
            continue
        if hashlib.sha256(content).hexdigest() != digest:
            found.append(name)
    return found
