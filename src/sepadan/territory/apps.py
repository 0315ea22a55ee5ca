from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TerritoryConfig(AppConfig):
    name = "sepadan.territory"
    label = "territory"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(_load_reference, sender=self)


def _load_reference(sender: AppConfig, using: str, apps: Any = None, **_: Any) -> None:
    """The reference tables are part of the schema: whoever migrates the owner's database up to now has them filled.

    Skipped for a database that was migrated to an older state (*apps* holds the models of that state), whose tables
    are not those of today's models. Django sends the same signal after it has emptied a test database.
    """
    from sepadan.territory.services.reference import OWNER, load_reference

    if using != OWNER:
        return
    for model in sender.get_models() if apps is not None else ():
        try:
            then = apps.get_model("territory", model.__name__)
        except LookupError:
            return
        if {f.column for f in then._meta.fields} != {f.column for f in model._meta.fields}:
            return
    load_reference(using=using)
