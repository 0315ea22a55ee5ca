from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("tax", "0014_targets_walls"),
    ]

    operations = []
