from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("tax", "0012_collection_walls"),
    ]

    operations = []
