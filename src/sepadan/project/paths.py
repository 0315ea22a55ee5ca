"""Where this installation keeps its data: ``SEPADAN_DATA``, or ``.data`` beside the source.

The data folder holds the database cluster (``postgres/``), keys (``secrets/``), collected static files and roll
snapshots. Nothing in it is needed to rebuild the program; everything in it is needed to keep what people entered.
"""

from __future__ import annotations

import errno
import os
import pwd
from pathlib import Path

from sepadan.ground.problems import refuse
from sepadan.ground.system_words import system_words

REPOSITORY = Path(__file__).resolve().parents[3]


def data_dir() -> Path:
    """The data folder, absolute; not created here."""
    return Path(os.environ.get("SEPADAN_DATA") or REPOSITORY / ".data").expanduser().resolve()


def make_data_dir(path: Path) -> Path:
    """Create the data folder so that the database's own user can walk through it (but not list it).

    Raises Refused, with the system's reason, when it cannot be made or this user cannot write in it.
    """
    try:
        if not path.is_dir():
            path.mkdir(parents=True, exist_ok=True)
            path.chmod(0o711)
        if not os.access(path, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise refuse("project.data.closed", where=str(path), reason=system_words(error), user=_user(),
                     remedy="project.data.closed.remedy") from error
    return path


def _user() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())
