"""The project as a Django application: it prepares a database before its first migration."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import pre_migrate


class ProjectConfig(AppConfig):
    name = "sepadan.project"
    label = "project"

    def ready(self) -> None:
        # The signal goes out once per application that has models, all before the first table; one of them is enough.
        sender = apps.get_app_config("contenttypes")
        pre_migrate.connect(_prepare, sender=sender, dispatch_uid="sepadan.project.prepare_database")


def _prepare(using: str, **kwargs: Any) -> None:
    from sepadan.project.roles import prepare_database

    prepare_database(using)
