"""What a process of a mass print does first. It imports nothing that needs Django: it is read before that is up."""

from __future__ import annotations


def set_up(database: str) -> None:
    """Start Django on the database named *database*, which may be another than the settings name (a test's)."""
    import django
    from django.db import connections

    django.setup()
    for alias in connections:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = database
