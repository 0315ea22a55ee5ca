"""A lost database is one line in the log; any other fault keeps its trace."""

from __future__ import annotations

import logging

import psycopg
import pytest

from sepadan.project.log import LostConnection


def logged(fault: BaseException, cause: BaseException | None = None) -> str:
    """What the handler of the settings would write."""
    try:
        raise fault from cause
    except BaseException as caught:
        record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, "Internal Server Error: %s", ("/id/",),
                                   (type(caught), caught, caught.__traceback__))
    assert LostConnection().filter(record)
    return logging.Formatter("{message}", style="{").format(record)


@pytest.mark.parametrize("lost", [
    psycopg.OperationalError("server closed the connection\n\tunexpectedly"),
    psycopg.errors.AdminShutdown("terminating connection"),
    psycopg.errors.CannotConnectNow("the database system is starting up"),
    psycopg.InterfaceError("the connection is closed"),
])
def test_a_lost_connection_is_one_line_also_behind_another_fault(lost):
    for text in (logged(lost), logged(RuntimeError("database error"), lost)):
        assert len(text.splitlines()) == 1
        assert text.startswith("Internal Server Error: /id/ (no database: ")
        assert str(lost).split("\n", 1)[0] in text


@pytest.mark.parametrize("fault", [
    psycopg.errors.DeadlockDetected("deadlock detected"), psycopg.errors.QueryCanceled("timeout"),
    psycopg.errors.UndefinedTable("no table"), ValueError("a fault of our own"),
])
def test_every_other_fault_keeps_its_trace(fault):
    assert "Traceback (most recent call last)" in logged(fault)
