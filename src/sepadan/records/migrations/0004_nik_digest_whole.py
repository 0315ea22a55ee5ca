from django.db import migrations, models
from sepadan.records.constraints import AddConstraint


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0003_walls'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='person',
            name='person_nik_digest_form',
        ),
        AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('nik_digest__isnull', True), ('nik_last4', '')), models.Q(('nik_digest__isnull', False), ('nik_digest__regex', '^[0-9a-f]{64}$'), ('nik_last4__regex', '^\\d{4}$')), _connector='OR'), name='person_nik_digest_form'),
        ),
    ]
