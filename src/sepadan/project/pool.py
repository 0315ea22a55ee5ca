"""What happens to a database connection between two requests: its scope is wiped.

A scope is set for one transaction only, so nothing should be left; but a session-level setting made by mistake would
follow the connection to the next request, which may belong to another region. The reset makes that harmless.
"""

from __future__ import annotations

from typing import Any

from psycopg import Connection
from psycopg.pq import TransactionStatus

SCOPE_SETTINGS = ("sepadan.region", "sepadan.person", "sepadan.email")


def reset_connection(connection: Connection[Any]) -> None:
    """Wipe the scope of a connection that goes back to the pool; leaves it outside any transaction."""
    if connection.info.transaction_status != TransactionStatus.IDLE:
        connection.rollback()
    for name in SCOPE_SETTINGS:
        connection.execute(f"RESET {name}")
    if not connection.autocommit:
        connection.commit()
