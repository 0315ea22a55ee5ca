from django.db import migrations

from sepadan.records.walls import AppendOnly, WallRegion

# A study belongs to the guest; the region whose practice was replayed may read it. Policies add up, so this one gives
# the host SELECT and nothing else.
READ_BY_HOST = """
    CREATE POLICY read_by_host ON study_studyrecord FOR SELECT
    USING (host_id = (SELECT nullif(current_setting('sepadan.region', true), '')::smallint))
"""
FIXED = ("host_id", "on", "assumptions", "lever", "fingerprint", "synthetic", "files", "figures", "made_at", "made_by")


class Migration(migrations.Migration):
    """Kept studies behind the wall of the guest, with a window for the host; only ``public`` may change."""

    dependencies = [
        ("study", "0003_studies"),
        ("records", "0003_walls"),
    ]

    operations = [
        WallRegion("study_studyrecord"),
        AppendOnly("study_studyrecord", columns=tuple(f'"{name}"' for name in FIXED)),
        migrations.RunSQL(READ_BY_HOST, "DROP POLICY read_by_host ON study_studyrecord"),
    ]
