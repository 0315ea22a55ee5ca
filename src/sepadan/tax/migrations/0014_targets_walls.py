from django.db import migrations

from sepadan.records.walls import AppendOnly, WallRegion


class Migration(migrations.Migration):
    """Targets behind the wall of their region; of a target only its state and who decided it may change."""

    dependencies = [
        ("tax", "0013_targets"),
        ("records", "0003_walls"),
    ]

    operations = [
        WallRegion("tax_revenuetarget"),
        AppendOnly("tax_revenuetarget", columns=(
            "levy", "year", "part", "amount", "decree", "decreed_on", "source", "synthetic", "entered_at",
            "entered_by_id")),
    ]
