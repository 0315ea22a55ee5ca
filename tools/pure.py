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
    alone = [path for path in found if needs_django(ROOT / path)]
    together = [path for path in found if path not in alone]
    return max(run(together), run(alone, "--noconftest") if alone else 0)


def needs_django(path: Path) -> bool:
    """Whether the fixtures beside an engine's test file are those of Django models; such a file runs without them."""
    fixtures = path.parent / "conftest.py"
    return path.is_file() and fixtures.exists() and ".models" in fixtures.read_text(encoding="utf-8")


def run(paths: list[str], *options: str) -> int:
    code = (f"import sys; sys.path.insert(0, {str(ROOT / 'tools')!r}); import pure; "
            "sys.meta_path.insert(0, pure.Refusing()); import pytest; "
            f"raise SystemExit(pytest.main(['-q', '-p', 'no:django', '-p', 'no:xdist', *{[*options, *paths]!r}]))")
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
