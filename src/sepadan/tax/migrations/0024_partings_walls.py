from django.db import migrations

from sepadan.records.walls import AppendOnly, WallReference, WallRegion


class Migration(migrations.Migration):
    """Partings behind the wall of their region; what was asked for stays, only states move on."""

    dependencies = [("tax", "0023_partings"), ("records", "0003_walls")]
    operations = [
        WallRegion("tax_taxpayerparting"),
        WallReference("tax_taxpayerparting", "merge_id", "tax_taxpayermerge"),
        AppendOnly("tax_taxpayerparting", columns=("merge_id", "reason", "proposed_at", "proposed_by_id")),
    ]
