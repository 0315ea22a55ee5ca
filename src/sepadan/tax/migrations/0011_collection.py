from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("tax", "0010_delivery_walls"),
    ]

    operations = []
