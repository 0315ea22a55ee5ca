from django.db import migrations

from sepadan.records.walls import WallReference, WallRegion

# A release belongs to the region that recorded the visit; the other side of the visit may read it, as a host reads a
# study of its practice. Policies add up, so this one gives the other side SELECT and nothing else.
READ_BY_OTHER = """
    CREATE POLICY read_by_other ON study_visitrelease FOR SELECT
    USING (other_id = (SELECT nullif(current_setting('sepadan.region', true), '')::smallint))
"""


class Migration(migrations.Migration):
    """Follow-up and releases behind the wall of the region that recorded the visit; releases with a window."""

    dependencies = [
        ("study", "0005_visit_parts"),
        ("records", "0003_walls"),
    ]

    operations = [
        WallRegion("study_visitfollowup"),
        WallReference("study_visitfollowup", "visit_id", "study_visitrecord", on_delete="CASCADE"),
        WallReference("study_visitfollowup", "lesson_id", "study_visitlesson", on_delete="CASCADE"),
        WallRegion("study_visitrelease"),
        WallReference("study_visitrelease", "visit_id", "study_visitrecord", on_delete="CASCADE", index=False),
        migrations.RunSQL(READ_BY_OTHER, "DROP POLICY read_by_other ON study_visitrelease"),
    ]
