from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("creative", "0002_walls_and_occupancy")]
    operations: list[object] = []
