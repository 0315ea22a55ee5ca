from django.apps import AppConfig


class CreativeConfig(AppConfig):
    name = "sepadan.creative"
    label = "creative"
    default_auto_field = "django.db.models.BigAutoField"
