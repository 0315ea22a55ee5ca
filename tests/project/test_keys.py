"""Keys are made once, kept outside the database, and readable by their user only."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from sepadan.project.keys import key


def test_a_key_stays_the_same_and_is_closed_to_others(tmp_path):
    first = key(tmp_path / "data", "nik")
    assert len(bytes.fromhex(first)) == 32
    assert key(tmp_path / "data", "nik") == first
    path = tmp_path / "data" / "secrets" / "nik.key"
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_two_keys_differ(tmp_path):
    assert key(tmp_path, "session") != key(tmp_path, "nik")


def test_many_that_ask_at_once_get_the_same_key(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: key(tmp_path, "session"), range(32)))
    assert len(found) == 1
    assert [p.name for p in (tmp_path / "secrets").iterdir()] == ["session.key"]
