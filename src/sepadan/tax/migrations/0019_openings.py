from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("tax", "0018_taxpayers_walls"),
    ]

    operations = []
