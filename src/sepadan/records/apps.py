from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "sepadan.records"
    label = "records"
    default_auto_field = "django.db.models.BigAutoField"
