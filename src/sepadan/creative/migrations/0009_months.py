from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("creative", "0008_doors_and_certificates")]
    operations: list[object] = []
