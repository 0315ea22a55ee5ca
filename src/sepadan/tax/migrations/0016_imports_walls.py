from django.db import migrations

from sepadan.records.walls import WallReference, WallRegion


class Migration(migrations.Migration):
    """Imports behind the wall of their region; files and faults go with their import."""

    dependencies = [
        ("tax", "0015_imports"),
        ("records", "0003_walls"),
    ]

    operations = [
        *(WallRegion(f"tax_{name}") for name in ("registerimport", "importfile", "importproblem")),
        WallReference("tax_importfile", "register_import_id", "tax_registerimport", on_delete="CASCADE", index=False),
        WallReference("tax_importproblem", "file_id", "tax_importfile", on_delete="CASCADE"),
    ]
