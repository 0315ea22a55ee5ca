"""A randomised trial: thousands of acts on one calendar while processes are killed. No overlap, no lost booking."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest

from sepadan.records.public import add_person, region_scope
from sepadan.territory.models import Region

from .booking_trial import faults, run_trial
from .centre import build_centre

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


def trial(folder: Path, acts: int, kills: int, days: int, pause: float) -> tuple[Counter[str], int, float]:
    region, began = Region.objects.get(code="35.73"), time.monotonic()
    with region_scope(region):
        build_centre(buffers=15)
        (folder / "head").write_text(str(add_person("kepala@uji.example", "Kepala").pk))
    hit = run_trial(region, acts=acts, kills=kills, folder=folder, days=days, pause=pause)
    seconds = time.monotonic() - began
    assert faults(region, folder) == []
    lines = [line.split() for path in folder.glob("*.txt") for line in path.read_text().splitlines()]
    assert len(lines) >= acts
    return Counter("refused" if "refused" in line else line[0] for line in lines), hit, seconds


def test_random_work_with_kills_leaves_no_overlap_and_loses_nothing(tmp_path):
    came, hit, _ = trial(tmp_path, acts=500, kills=3, days=20, pause=0.5)
    assert hit == 3
    assert came["refused"] > 0
    assert {"file", "series", "confirm", "move", "cancel"} <= set(came)


@pytest.mark.full
def test_a_hundred_thousand_acts_with_kills(tmp_path, measured):
    came, hit, seconds = trial(tmp_path, acts=100_000, kills=100, days=365, pause=4)
    assert hit == 100
    total = sum(came.values())
    measured(f"- {total:,} acts by 8 connections in 2 processes, {hit} kills: "
             + ", ".join(f"{name} {number:,}" for name, number in sorted(came.items())))
    measured(f"- {total / seconds:.0f} acts a second, kills included; no overlap by an independent comparison of all "
             "dates, occupancy equal to the dates, every acknowledged act found, numbers without a gap")
