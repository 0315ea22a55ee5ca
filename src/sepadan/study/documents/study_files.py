"""All files of a study, and their folder on disk: written whole or not at all, and checked against themselves.

``study.json`` once, ``study.<lang>.html`` and ``study.<lang>.pdf`` per language, ``<table>.csv``, and ``SHA256SUMS``
over all of them in the form that ``sha256sum -c`` reads. The same study gives the same bytes.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from sepadan.ground.figures import Language
from sepadan.ground.problems import refuse
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


def check_folder(folder: Path, *, force: bool) -> None:
    """Raises Refused unless *folder* may be written: absent, empty, or *force*."""
    if folder.exists() and not folder.is_dir():
        raise refuse("study.out.not_folder", where=str(folder), remedy="study.out.not_folder.remedy")
    if folder.is_dir() and any(folder.iterdir()) and not force:
        raise refuse("study.out.not_empty", where=str(folder), remedy="study.out.not_empty.remedy")


def write_folder(files: Mapping[str, bytes], folder: Path, *, force: bool = False) -> None:
    """Write all *files* into *folder*. They are complete beside it before the first appears under its name.

    With *force* the files that an earlier study left there (by its sums) give way; others are left alone.
    """
    check_folder(folder, force=force)
    draft = folder.parent / f".{folder.name}.{os.getpid()}"
    try:
        draft.mkdir(parents=True)
        for name, content in files.items():
            (draft / name).write_bytes(content)
        if folder.is_dir() and any(folder.iterdir()):
            for name in listed(folder):
                (folder / name).unlink(missing_ok=True)
            for name in files:
                (draft / name).replace(folder / name)
        else:
            if folder.is_dir():
                folder.rmdir()
            draft.rename(folder)
    except OSError as error:
        raise refuse("study.out.unwritable", where=str(folder), remedy="study.out.unwritable.remedy",
                     reason=error.strerror or str(error)) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def listed(folder: Path) -> dict[str, str]:
    """Name -> sum of the files of the study in *folder*, by its own list; empty without one."""
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    pairs = [line.split("  ", 1) for line in lines if "  " in line]
    return {name: digest for digest, name in pairs if "/" not in name and name != ".."} | (
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
