from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("tax", "0009_delivery"),
    ]

    operations = []
