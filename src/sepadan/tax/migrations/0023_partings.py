from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tax", "0022_seizure_walls")]
    operations = [
        migrations.AddField("assessmentrun", "kecamatan", models.JSONField(blank=True, default=list)),
    ]
