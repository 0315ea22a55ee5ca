"""PostgreSQL is killed under a worker: the worker waits for it, and the work is completed once."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest


@pytest.mark.full
def test_work_is_whole_after_kill_9_of_postgresql():
    here = Path(__file__).parent
    with tempfile.TemporaryDirectory(prefix="sepadan-") as folder:
        Path(folder).chmod(0o711)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
        environment |= {"SEPADAN_DATA": folder, "DJANGO_SETTINGS_MODULE": "sepadan.project.settings",
                        "PYTHONPATH": str(here)}
        run = subprocess.run([sys.executable, str(here / "outage_trial.py")], env=environment, capture_output=True,
                             text=True, timeout=180, check=False)
    assert run.stdout.split() == ["done", "30", "2", "30", "True"], run.stderr
