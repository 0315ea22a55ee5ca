from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("creative", "0005_fairness")]
    operations: list[object] = []
