"""./test --full: the figures the product promises, measured at full size, section by section, into docs/measured/.

A section is a test file that holds tests marked ``full``: ``./test --full`` runs all, ``./test --full NAME...`` some.
Each runs as its own process, so that a stop loses one section at most: a section that passed on the present code is not
run again (``--again`` does). Tests report figures through the fixture ``measured``.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "measured"
STATE = ROOT / ".data" / "full"


def main() -> int:
    parser = argparse.ArgumentParser(prog="./test --full", description=__doc__.split("\n", 1)[0])
    parser.add_argument("sections", nargs="*", metavar="SECTION")
    parser.add_argument("--again", action="store_true", help="run sections that already passed on this code")
    parser.add_argument("--list", action="store_true", help="only name the sections")
    options = parser.parse_args()
    known = sections()
    if unknown := [name for name in options.sections if name not in known]:
        sys.exit(f"no such section: {', '.join(unknown)}. There are: {', '.join(known) or 'none'}")
    if options.list:
        print("\n".join(f"{name:24} {path.relative_to(ROOT)}" for name, path in known.items()))
        return 0
    version, failed, run = code_version(), [], 0
    for name in options.sections or known:
        mark = STATE / f"{name}.passed"
        if not options.again and mark.exists() and mark.read_text() == version:
            print(f"{name}: passed on this code already", flush=True)
            continue
        run += 1
        STATE.mkdir(parents=True, exist_ok=True)
        if measure(name, known[name]):
            mark.write_text(version)
        else:
            failed.append(name)
    print(f"{len(options.sections or known)} sections, {run} run now, {len(failed)} failed{': ' if failed else ''}"
          f"{', '.join(failed)}")
    return 1 if failed else 0


def sections() -> dict[str, Path]:
    """Section name -> file, found by its mark. Named after the file; the folder tells twins apart."""
    files = [path for path in sorted((ROOT / "tests").rglob("test_*.py"))
             if "mark.full" in path.read_text(encoding="utf-8")]
    names = [path.stem.removeprefix("test_") for path in files]
    return {name if names.count(name) == 1 else f"{path.parent.name}-{name}": path
            for name, path in zip(names, files, strict=True)}


def measure(name: str, path: Path) -> bool:
    """Run one section and write its page. Returns whether it passed."""
    print(f"\n== {name} ({path.relative_to(ROOT)})", flush=True)
    began = time.monotonic()
    with tempfile.NamedTemporaryFile("r", suffix=".tsv", encoding="utf-8") as lines:
        environment = {**os.environ, "SEPADAN_MEASURED": lines.name, "SEPADAN_REQUIRE_BROWSER": "1"}
        command = [sys.executable, "-m", "pytest", "-m", "full", "-s", str(path)]
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        reported = [line.rstrip("\n").split("\t", 1) for line in lines]
    seconds = time.monotonic() - began
    TARGET.mkdir(parents=True, exist_ok=True)
    page = [f"# {name}", "",
            f"Measured {date.today()} on {machine()} in {seconds:.0f} s by `{path.relative_to(ROOT)}`: "
            f"{'passed' if code == 0 else 'FAILED'}. Take ratios; absolute times depend on the machine.", ""]
    test = None
    for owner, line in reported:
        if owner != test:
            page += ["", f"## {owner.removeprefix('test_').replace('_', ' ')}", ""]
            test = owner
        page.append(line)
    (TARGET / f"{name}.md").write_text("\n".join(page) + "\n", encoding="utf-8")
    return code == 0


def machine() -> str:
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()} {platform.machine()}"


def code_version() -> str:
    """The commit and whatever differs from it, pages of figures aside."""
    def git(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    return git("rev-parse", "HEAD:src", "HEAD:tests") + git("diff", "HEAD", "--", "src", "tests")


if __name__ == "__main__":
    sys.exit(main())
