"""Run the tests of ground and of every engine in a Python without Django, database driver and network client.

The import rules say that engines are pure; this proves it by running them.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.abc import MetaPathFinder
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FORBIDDEN = ("django", "ninja", "procrastinate", "psycopg", "granian", "whitenoise")
FOLDERS = ("tests/ground", "tests/*/engine", "tests/*/test_*engine*.py")


class Refusing(MetaPathFinder):
    """Makes the forbidden packages absent."""

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        if fullname.partition(".")[0] in FORBIDDEN:
            raise ModuleNotFoundError(f"{fullname} is not there for an engine", name=fullname)


def main() -> int:
    found = sorted({str(path.relative_to(ROOT)) for pattern in FOLDERS for path in ROOT.glob(pattern)})
    code = (f"import sys; sys.path.insert(0, {str(ROOT / 'tools')!r}); import pure; "
            "sys.meta_path.insert(0, pure.Refusing()); import pytest; "
            f"raise SystemExit(pytest.main(['-q', '-p', 'no:django', '-p', 'no:xdist', *{found!r}]))")
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
