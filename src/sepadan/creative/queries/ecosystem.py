"""Which sectors a centre counts as its partners, and the subsectors of the creative economy: data, never code.

``ecosystem.yaml`` holds the published sets with their sources. A centre chooses one by name or lists its own sectors
in ``rules["helix"]``; a place that counts five, six or seven partners changes a word there and nothing here.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from sepadan.creative.models import Centre
from sepadan.ground.messages import Message, catalogue, message

FILE = Path(__file__).resolve().parents[1] / "ecosystem.yaml"


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return data


def helix_of(centre: Centre) -> tuple[str, ...]:
    """The sectors of *centre* in their order."""
    helix, chosen = _data()["helix"], centre.rules.get("helix")
    if isinstance(chosen, list):
        return tuple(str(one) for one in chosen)
    return tuple(helix["sets"].get(chosen) or helix["sets"][helix["default"]])


def subsectors() -> tuple[str, ...]:
    return tuple(_data()["subsectors"])


def sector_words(code: str) -> Message | str:
    """The name of a sector; its code where nobody named it."""
    return _named(f"creative.sector.{code}", code)


def subsector_words(code: str) -> Message | str:
    return _named(f"creative.subsector.{code}", code)


def _named(key: str, code: str) -> Message | str:
    return message(key) if key in catalogue() else code
