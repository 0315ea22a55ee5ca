"""Make or refresh the virtual environment of ./run, ./test and .ci/run. Standard library only, Python 3.11 or newer.

    python3 tools/environment.py requirements.txt

Installs the locked packages (each with its hash) into ``.venv``, puts ``src`` on its path and writes the command
``.venv/bin/sepadan``. A stamp makes a second call take milliseconds; a lock makes two calls at once safe; an
environment that was left half-made, moved, or made by another Python is repaired or made anew.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
COMMAND = '#!/bin/sh\nexec "$(dirname "$(readlink -f "$0")")/python" -m sepadan.project.cli "$@"\n'


def main(requirements: str) -> None:
    try:
        (ROOT / ".venv.lock").touch()
    except OSError as error:
        say(f"{ROOT}: packages go into .venv here, and this user cannot write to it ({error.strerror}). Make the "
            "folder yours (chown -R), or clone the repository again as this user.")
        sys.exit(2)
    with open(ROOT / ".venv.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        refresh(ROOT / requirements)


def refresh(requirements: Path) -> None:
    """Bring ``.venv`` to what *requirements* names; nothing to do when the stamp says so and its Python runs."""
    stamp = VENV / f"stamp-{requirements.stem}"
    wanted = hashlib.sha256(requirements.read_bytes() + f"\0{sys.version_info[:2]}\0{ROOT}\0".encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted and runs():
        return
    if not runs():
        make()
    began = time.monotonic()
    say(f"Installing packages from {requirements.name} (the first time they are downloaded) ...")
    if install(requirements) != 0:
        sys.exit("The packages could not be installed; see the message above. Check the network connection (or PIP_* "
                 "settings of a mirror) and run the command again: it goes on where it stopped.")
    join_source()
    stamp.write_text(wanted)
    say(f"Packages are ready after {time.monotonic() - began:.0f} s.")


def install(requirements: Path) -> int:
    """Run pip, showing one short line for every tenth package instead of its own report. Returns its exit code."""
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--no-input", "install",
           "--require-hashes", "--only-binary=:all:", "--no-deps", "-r", str(requirements)]
    total, seen = requirements.read_text(encoding="utf-8").count("=="), 0
    with subprocess.Popen(pip, stdout=subprocess.PIPE, text=True, errors="replace") as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith(("Collecting ", "Requirement already satisfied: ")):
                seen += 1
                if seen % 10 == 0:
                    say(f"  {seen} of {total} packages")
            elif line.startswith("Installing collected packages"):
                say("  unpacking")
    return process.returncode


def runs() -> bool:
    """Whether ``.venv`` holds a working Python of this version."""
    python = VENV / "bin" / "python"
    if not python.exists():
        return False
    test = "import pip, sys; sys.stdout.write('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([str(python), "-c", test], capture_output=True, text=True, check=False)
    return done.stdout == f"{sys.version_info[0]}.{sys.version_info[1]}"


def make() -> None:
    try:
        import ensurepip  # noqa: F401
        import venv
    except ImportError:
        sys.exit(f"{sys.executable} cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv. "
                 "Or name another Python 3.11+ in the variable PYTHON.")
    say(f"Making the virtual environment .venv with {sys.executable} ...")
    shutil.rmtree(VENV, ignore_errors=True)
    venv.EnvBuilder(with_pip=True, symlinks=True).create(VENV)


def join_source() -> None:
    """``src`` on the path of the environment, and the command beside its Python."""
    packages = next((VENV / "lib").glob("python3*/site-packages"))
    (packages / "sepadan-source.pth").write_text(f"{ROOT / 'src'}\n", encoding="utf-8")
    command = VENV / "bin" / "sepadan"
    command.write_text(COMMAND)
    command.chmod(0o755)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    os.umask(os.umask(0o022) & 0o700 | 0o022)
    main(sys.argv[1])
