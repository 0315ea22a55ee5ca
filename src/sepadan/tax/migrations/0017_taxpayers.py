from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("tax", "0016_imports_walls"),
    ]

    operations = []
