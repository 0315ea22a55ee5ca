"""A scope left on a pooled connection does not reach the next request."""

from __future__ import annotations

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from sepadan.project.pool import SCOPE_SETTINGS, reset_connection


def scope_seen(pool: ConnectionPool, name: str) -> str | None:
    with pool.connection() as connection:
        return connection.execute("SELECT nullif(current_setting(%s, true), '')", [name]).fetchone()[0]


@pytest.mark.parametrize("name", SCOPE_SETTINGS)
@pytest.mark.parametrize(("reset", "left"), [(reset_connection, None), (None, "7")])
def test_a_session_level_scope_is_wiped_between_two_uses(postgres_server, name, reset, left):
    """With the reset nothing is left; without it the leak is real, so the test cannot pass for the wrong reason."""
    with ConnectionPool(postgres_server.database_url, min_size=1, max_size=1, reset=reset,
                        kwargs={"autocommit": True}) as pool:
        with pool.connection() as connection:
            connection.execute("SELECT set_config(%s, '7', false)", [name])
        assert scope_seen(pool, name) == left


def test_a_connection_left_in_a_transaction_comes_back_clean(postgres_server):
    with psycopg.connect(postgres_server.database_url) as connection:
        connection.execute("SELECT set_config('sepadan.region', '7', true)")
        reset_connection(connection)
        assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        assert connection.execute("SELECT nullif(current_setting('sepadan.region', true), '')").fetchone() == (None,)
