"""What every answer carries, and what a supervisor can ask."""

from __future__ import annotations

import pytest

from sepadan import __version__


def test_every_answer_carries_the_strict_policy(client, db):
    for path in ("/health/alive", "/id/no-such-page"):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"


def test_alive_needs_no_database(client):
    assert client.get("/health/alive").json() == {"alive": True, "version": __version__}


def test_ready_when_the_database_answers_and_is_up_to_the_code(client, db):
    assert client.get("/health/ready").json() == {"ready": True, "version": __version__}


def test_not_ready_while_a_migration_is_missing(client, db, owner_connection, monkeypatch):
    from django.db.migrations.executor import MigrationExecutor

    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: [("one", False)])
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "reason": "1 migrations not applied"}


def test_the_front_door_leads_to_the_indonesian_site(client):
    answer = client.get("/")
    assert (answer.status_code, answer["Location"]) == (302, "/id/")


@pytest.mark.parametrize(("host", "status"), [("localhost", 200), ("evil.example", 400)])
def test_only_known_host_names_are_served(client, settings, host, status):
    settings.ALLOWED_HOSTS = ["localhost"]
    assert client.get("/health/alive", headers={"host": host}).status_code == status
