from importlib import import_module
from pkgutil import iter_modules

from django.apps import AppConfig


class CreativeConfig(AppConfig):
    name = "sepadan.creative"
    label = "creative"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the background work of every part (``tasks_<part>.py``); ``tasks.py`` the queue finds itself."""
        for one in iter_modules([self.path]):
            if one.name.startswith("tasks_"):
                import_module(f"{self.name}.{one.name}")
