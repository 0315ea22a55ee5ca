"""One cluster of the embedded PostgreSQL: make it, start it, find out whether it lives, stop it.

Callers hold the start lock of ``postgres.py``; nothing here guards against a second caller.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from sepadan.ground.problems import refuse
from sepadan.project.postgres_binaries import ServerUser, find_binaries, major_version, root_store

DATABASE = "sepadan"
ADMIN, OWNER, APPLICATION = "sepadan_admin", "sepadan_owner", "sepadan_app"
START_SECONDS = 300  # recovery after a crash under load reads up to max_wal_size
STOP_SECONDS = 60
LOG_BYTES = 8_000_000
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "80",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "10min",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "unix_socket_permissions": "0700",
}
_children: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where one cluster lies (``files``), where it answers (``sockets``) and who runs it."""

    data_dir: Path
    files: Path
    sockets: Path
    user: ServerUser

    @property
    def log(self) -> Path:
        return self.data_dir / "postgres.log"

    def answers(self) -> bool:
        """Whether the product's database accepts a connection of the owner now."""
        return self._connects(OWNER, DATABASE)

    def _connects(self, role: str, database: str) -> bool:
        try:
            with psycopg.connect(self.conninfo(role, database), connect_timeout=5) as connection:
                connection.execute("SELECT 1")
                return True
        except psycopg.OperationalError:
            return False

    def conninfo(self, role: str, database: str = DATABASE) -> str:
        return psycopg.conninfo.make_conninfo(host=str(self.sockets), user=role, dbname=database)

    def start(self, *, durable: bool = True) -> None:
        """Start the server and wait until the product's database answers; makes the cluster when there is none."""
        binaries = find_binaries(self.user)
        self._make(binaries)
        self._check_version(binaries)
        self._write_access_rules()
        deadline = time.monotonic() + START_SECONDS
        process: subprocess.Popen[bytes] | None = None
        while not self._connects(ADMIN, "postgres"):
            if process is not None and process.poll() is not None:
                raise refuse("project.postgres.start_failed", where=str(self.log), end=self._last_words(),
                             remedy="project.postgres.start_failed.remedy")
            if process is None and self.postmaster() is None:
                self._clear_leftovers()
                process = self._spawn(binaries, durable=durable)
            if time.monotonic() > deadline:
                raise refuse("project.postgres.no_answer", where=str(self.log), seconds=START_SECONDS,
                             end=self._last_words(), remedy="project.postgres.start_failed.remedy")
            time.sleep(0.05)
        self._bootstrap()

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, committed ones are on disk."""
        pid = self.postmaster()
        if pid is None:
            return
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + STOP_SECONDS
        while self.postmaster() is not None:
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGQUIT)
                return
            time.sleep(0.02)
        with suppress(OSError):
            self.sockets.rmdir()

    def postmaster(self) -> int | None:
        """The process number of the living server, from the pid file but checked against the process itself."""
        try:
            pid = int((self.files / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None
        if pid in _children and _children[pid].poll() is not None:
            del _children[pid]
            return None
        return pid if pid in _processes_in(self.files, pid) else None

    # --- making ---------------------------------------------------------------------------------------------------

    def _make(self, binaries: Path) -> None:
        """initdb into a draft folder, renamed when complete: a kill in between leaves no half-made cluster."""
        if (self.files / "PG_VERSION").exists():
            return
        if self.files.exists() and any(self.files.iterdir()):
            raise refuse("project.postgres.not_a_cluster", where=str(self.files),
                         remedy="project.postgres.not_a_cluster.remedy")
        draft = self.files.with_name(self.files.name + ".draft")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700, parents=True)
        os.chown(draft, self.user.uid, self.user.gid)
        locale = ["--locale=C.UTF-8", *(["--locale-provider=builtin"] if major_version(binaries) >= 17 else [])]
        done = subprocess.run(
            [binaries / "initdb", "-D", draft, f"--username={ADMIN}", "--auth=peer", "--encoding=UTF8", *locale,
             "--data-checksums", "--no-instructions"],
            cwd="/", capture_output=True, text=True, check=False, env=_plain_environment(), **self.user.switch)
        if done.returncode != 0:
            shutil.rmtree(draft, ignore_errors=True)
            raise refuse("project.postgres.initdb_failed", where=str(self.files), end=done.stderr.strip()[-600:],
                         remedy="project.postgres.start_failed.remedy")
        if self.files.exists():
            self.files.rmdir()
        draft.rename(self.files)

    def _check_version(self, binaries: Path) -> None:
        made_by, here = int((self.files / "PG_VERSION").read_text()), major_version(binaries)
        if made_by != here:
            raise refuse("project.postgres.other_version", where=str(self.files), made_by=made_by, here=here,
                         remedy="project.postgres.other_version.remedy")

    def _write_access_rules(self) -> None:
        """Only this operating-system user (and the server's own) may connect, as any of the three roles."""
        names = dict.fromkeys([pwd.getpwuid(os.geteuid()).pw_name, self.user.name])
        rules = "".join(f'sepadan "{name}" {role}\n' for name in names for role in (ADMIN, OWNER, APPLICATION))
        for name, text in (("pg_hba.conf", "local all all peer map=sepadan\n"), ("pg_ident.conf", rules)):
            path = self.files / name
            path.write_text(text)
            os.chown(path, self.user.uid, self.user.gid)

    def _bootstrap(self) -> None:
        """The two roles and the database, each only when absent."""
        with psycopg.connect(self.conninfo(ADMIN, "postgres"), autocommit=True) as connection:
            roles = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
            if OWNER not in roles:
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB BYPASSRLS").format(sql.Identifier(OWNER)))
            # Test databases are dropped by the owner even while a page of a test is still connected.
            connection.execute(sql.SQL("GRANT pg_signal_backend TO {}").format(sql.Identifier(OWNER)))
            # Bulk loads check foreign keys once for all rows instead of row by row (tax/services/rolls.py).
            connection.execute(sql.SQL("GRANT SET ON PARAMETER session_replication_role TO {}").format(
                sql.Identifier(OWNER)))
            if APPLICATION not in roles:
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(APPLICATION)))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(DATABASE), sql.Identifier(OWNER)))

    # --- starting -------------------------------------------------------------------------------------------------

    def _spawn(self, binaries: Path, *, durable: bool) -> subprocess.Popen[bytes]:
        self._make_socket_folder()
        options = {**SETTINGS, "unix_socket_directories": str(self.sockets)}
        if not durable:
            options |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
        arguments = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        mode = "wb" if self.log.exists() and self.log.stat().st_size > LOG_BYTES else "ab"
        with open(self.log, mode) as log:
            process = subprocess.Popen([binaries / "postgres", "-D", self.files, *arguments], cwd="/", stdout=log,
                                       stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
                                       env=_plain_environment(), **self.user.switch)
        _children[process.pid] = process
        return process

    def _make_socket_folder(self) -> None:
        try:
            self.sockets.mkdir(mode=0o700)
            os.chown(self.sockets, self.user.uid, self.user.gid)
        except FileExistsError:
            found = self.sockets.lstat()
            if self.sockets.is_symlink() or found.st_uid != self.user.uid or found.st_mode & 0o022:
                raise refuse("project.postgres.foreign_socket_folder", where=str(self.sockets), user=self.user.name,
                             remedy="project.postgres.foreign_socket_folder.remedy") from None

    def _clear_leftovers(self) -> None:
        """After a kill: end orphaned backends, drop the socket, and let PostgreSQL judge its pid file itself.

        The pid file is not removed, because it names the shared memory that PostgreSQL must find unused. Its first
        line is set to our own number instead: PostgreSQL takes its parent's number for stale and still makes that
        check.
        """
        _end_processes_in(self.files)
        for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
            (self.sockets / name).unlink(missing_ok=True)
        pid_file = self.files / "postmaster.pid"
        if pid_file.exists():
            lines = pid_file.read_text().split("\n")
            if len(lines) < 2:
                pid_file.unlink()  # killed while writing it
            else:
                pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))

    def _last_words(self) -> str:
        if not self.log.exists():
            return ""
        return " | ".join(self.log.read_text(errors="replace").strip().split("\n")[-4:])


def cluster_of(data_dir: Path, user: ServerUser) -> Cluster:
    """The cluster of a data folder. Root keeps it elsewhere when the server's user cannot walk to the data folder."""
    digest = hashlib.sha256(f"{data_dir}\0{user.name}".encode()).hexdigest()[:12]
    files = data_dir / "postgres"
    if user.switch and not files.exists():
        nearest = next(folder for folder in (data_dir, *data_dir.parents) if folder.exists())
        if not user.may("-x", nearest):
            files = root_store() / f"cluster-{digest}" / "postgres"
    return Cluster(data_dir, files, Path("/tmp") / f"sepadan-{digest}", user)


def _plain_environment() -> dict[str, str]:
    """Nothing of the caller's settings (PGDATA, LC_ALL, LD_LIBRARY_PATH ...) reaches the server."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}


def _processes_in(folder: Path, only: int | None = None) -> list[int]:
    """Living processes whose working folder is *folder*: a server and its children sit in their cluster."""
    if not Path("/proc/self/cwd").exists():
        return [only] if only is not None and _alive_by_ps(only) else []
    found = []
    for entry in [Path(f"/proc/{only}")] if only is not None else Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(entry / "cwd") == str(folder):
                found.append(int(entry.name))
        except OSError:
            continue  # gone, a zombie, or another user's
    return found


def _alive_by_ps(pid: int) -> bool:
    """Systems without /proc: alive, no zombie, and a PostgreSQL."""
    done = subprocess.run(["ps", "-o", "stat=,comm=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return "postgres" in done.stdout and not done.stdout.strip().startswith("Z")


def _end_processes_in(folder: Path) -> None:
    """End backends that outlived their postmaster: a long query notices its death only when it next waits."""
    for number, patience in ((signal.SIGTERM, 2.0), (signal.SIGKILL, 10.0)):
        deadline = time.monotonic() + patience
        while pids := _processes_in(folder):
            for pid in pids:
                try:
                    os.kill(pid, number)
                except ProcessLookupError:
                    continue
            if time.monotonic() > deadline:
                break
            time.sleep(0.05)
