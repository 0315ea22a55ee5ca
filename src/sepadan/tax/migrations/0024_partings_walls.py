from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tax", "0023_partings")]
    operations: list[object] = []
