from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("tax", "0020_openings_walls"),
    ]

    operations = []
