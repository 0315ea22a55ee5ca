import django.db.models.functions.text
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(max_length=254, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('phone', models.CharField(blank=True, max_length=20)),
                ('language', models.CharField(choices=[('id', 'id'), ('en', 'en')], default='id', max_length=2)),
                ('is_active', models.BooleanField(default=True)),
                ('nik_digest', models.CharField(blank=True, max_length=64, null=True, unique=True)),
                ('nik_last4', models.CharField(blank=True, max_length=4)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                'ordering': ['name', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower(models.F('email')))), name='person_email_lower_case'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='person_has_name'), models.CheckConstraint(condition=models.Q(models.Q(('nik_digest__isnull', True), ('nik_last4', '')), models.Q(('nik_digest__regex', '^[0-9a-f]{64}$'), ('nik_last4__regex', '^\\d{4}$')), _connector='OR'), name='person_nik_digest_form')],
            },
        ),
    ]
