from django.db import migrations

from sepadan.records.walls import WallReference, WallRegion


class Migration(migrations.Migration):
    """Recorded visits and their lessons behind the wall of the region that recorded them.

    The other region of a visit is public reference data and has a plain foreign key; regions are never removed, so it
    has no index of its own.
    """

    dependencies = [
        ("study", "0001_visits"),
        ("records", "0003_walls"),
    ]

    operations = [
        WallRegion("study_visitrecord"),
        WallRegion("study_visitlesson"),
        WallReference("study_visitlesson", "visit_id", "study_visitrecord", on_delete="CASCADE"),
    ]
