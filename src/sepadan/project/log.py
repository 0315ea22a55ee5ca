"""What the log says when the database goes away: one line per request or job that lost it, instead of a trace.

The embedded server is started again within seconds, and every page that was being made at that moment would print forty
lines of the same. Traces stay for every other fault, also for those that PostgreSQL itself reports (a deadlock, a
cancelled statement): only a connection that is lost or refused is shortened.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

import psycopg

GONE = ("08", "57P")  # classes of SQLSTATE: connection exceptions; the server is stopping or starting


class LostConnection(logging.Filter):
    """Puts the reason behind the message and drops the trace where a lost connection is at its root."""

    def filter(self, record: logging.LogRecord) -> bool:
        fault = record.exc_info[1] if record.exc_info else None
        if fault is not None and (lost := lost_connection(fault)) is not None:
            reason = " ".join(str(lost).split()) or type(lost).__name__
            record.msg, record.args = f"{record.getMessage()} (no database: {reason})", ()
            record.exc_info = record.exc_text = None
        return True


def lost_connection(fault: BaseException) -> BaseException | None:
    """The lost connection behind *fault*, if that is what it comes from."""
    for one in _causes(fault):
        if isinstance(one, psycopg.OperationalError | psycopg.InterfaceError) and (
                one.sqlstate is None or one.sqlstate.startswith(GONE)):
            return one
    return None


def _causes(fault: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    one: BaseException | None = fault
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or one.__context__
