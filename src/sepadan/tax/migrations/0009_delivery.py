from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("tax", "0008_requests_walls"),
    ]

    operations = []
