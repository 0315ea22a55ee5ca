from django.apps import AppConfig


class TaxConfig(AppConfig):
    name = "sepadan.tax"
    label = "tax"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from sepadan.tax.services import dues  # noqa: F401 - registers what PBB-P2 costs on a day
