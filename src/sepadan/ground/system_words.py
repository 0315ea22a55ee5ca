"""Why the operating system refused, in both languages: the usual reasons a file cannot be read or a folder written.

An error that has no sentence here keeps the system's own words.
"""

from __future__ import annotations

import errno

from sepadan.ground.messages import Message, message

_KEYS = {
    errno.ENOENT: "absent", errno.EACCES: "forbidden", errno.EPERM: "forbidden", errno.EISDIR: "folder",
    errno.ENOTDIR: "not_folder", errno.EEXIST: "exists", errno.ENOSPC: "full", errno.EDQUOT: "full",
    errno.EROFS: "read_only", errno.ENAMETOOLONG: "long_name", errno.ELOOP: "loop", errno.EBUSY: "busy",
    errno.EADDRINUSE: "port_taken", errno.EADDRNOTAVAIL: "no_address", -2: "no_host",  # EAI_NONAME of getaddrinfo
    errno.EIO: "device", errno.EMFILE: "too_many", errno.ENOTEMPTY: "not_empty", errno.EINVAL: "invalid",
}


def system_words(error: OSError) -> Message | str:
    """The reason of *error* as a parameter of a message."""
    key = _KEYS.get(error.errno or 0)
    return message(f"ground.system.{key}") if key else error.strerror or type(error).__name__
