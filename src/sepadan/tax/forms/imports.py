"""Forms of imports and exports as typed, read without a guess: files and the day from which they hold, the kelurahan of
places, what is exported and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sepadan.ground.entry import read_day
from sepadan.ground.problems import Problem, Refused
from sepadan.tax.models import RegisterImport
from sepadan.tax.services.imports import Upload

PLACE = "tempat-"


@dataclass(frozen=True, slots=True)
class UploadForm:
    """``valid_on`` as typed and read; ``problem`` says what is wrong with the day."""

    typed: str
    valid_on: date | None = None
    problem: Problem | None = None


def read_upload(posted: Mapping[str, str]) -> UploadForm:
    typed = posted.get("valid_on", "").strip()
    try:
        return UploadForm(typed, read_day(typed, "valid_on"))
    except Refused as refused:
        return UploadForm(typed, problem=Problem(refused.problem.what, "", refused.problem.remedy))


def uploads_of(files: Sequence[Any]) -> list[Upload]:
    """The chosen files; an empty choice is none."""
    return [Upload(file.name or "", file.chunks()) for file in files]


def chosen_places(posted: Mapping[str, str], one: RegisterImport) -> dict[str, int]:
    """The places of *one* for which a kelurahan was chosen, with its key."""
    chosen = {place["code"]: posted.get(f"{PLACE}{place['code']}", "") for place in one.unmapped}
    return {code: int(key) for code, key in chosen.items() if key.isascii() and key.isdecimal() and len(key) < 19}
