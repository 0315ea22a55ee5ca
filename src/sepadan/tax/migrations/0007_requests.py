from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("tax", "0006_register_walls"),
    ]

    operations = []
