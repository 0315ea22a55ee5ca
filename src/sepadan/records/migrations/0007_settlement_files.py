import django.db.models.deletion
import sepadan.records.tenancy
from django.conf import settings
from django.db import migrations, models
from sepadan.records.constraints import AddConstraint


class Migration(migrations.Migration):

    dependencies = [
        ("records", "0006_bank_walls"),
        ("territory", "0002_read_only"),
    ]

    operations = [
        migrations.AddField(
            model_name='channelpartner',
            name='fee',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='channelpartner',
            name='late_days',
            field=models.PositiveSmallIntegerField(default=31),
        ),
        migrations.CreateModel(
            name='SettlementFile',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('reference', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=120)),
                ('day', models.DateField()),
                ('sha256', models.CharField(max_length=64)),
                ('count', models.PositiveIntegerField()),
                ('gross', models.BigIntegerField()),
                ('fee', models.BigIntegerField()),
                ('received_at', models.DateTimeField()),
                ('partner', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='files', to='records.channelpartner')),
                ('received_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'ordering': ['-day', '-id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='SettlementRow',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('line', models.PositiveIntegerField()),
                ('request_id', models.CharField(max_length=40)),
                ('number', models.CharField(max_length=28)),
                ('amount', models.BigIntegerField()),
                ('fee', models.BigIntegerField()),
                ('paid_at', models.DateTimeField()),
                ('file', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='records.settlementfile')),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'ordering': ['line'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='SettlementAnswer',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('act', models.CharField(choices=[('book_late', 'book_late'), ('set_aside', 'set_aside'), ('correct', 'correct'), ('take_back', 'take_back'), ('carry', 'carry'), ('accept_fee', 'accept_fee'), ('ask', 'ask')], max_length=12)),
                ('reason', models.CharField(max_length=500)),
                ('at', models.DateTimeField()),
                ('by_name', models.CharField(max_length=150)),
                ('booked', sepadan.records.tenancy.RegionalKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='booked_by_answers', to='records.payment')),
                ('payment', sepadan.records.tenancy.RegionalKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='settlement_answers', to='records.payment')),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
                ('file', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='records.settlementfile')),
                ('row', sepadan.records.tenancy.RegionalKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='records.settlementrow')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='BankConflict',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('inquiry', 'inquiry'), ('payment', 'payment'), ('reversal', 'reversal'), ('status', 'status')], max_length=10)),
                ('sha256', models.CharField(max_length=64)),
                ('body', models.BinaryField()),
                ('headers', models.JSONField(default=dict)),
                ('received_at', models.DateTimeField()),
                ('message', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='conflicts', to='records.bankmessage')),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('region', 'message', 'kind', 'sha256'), name='bank_conflict_once'), models.CheckConstraint(condition=models.Q(('kind__in', ('inquiry', 'payment', 'reversal', 'status'))), name='bank_conflict_known_kind')],
            },
        ),
        AddConstraint(
            model_name='settlementfile',
            constraint=models.UniqueConstraint(fields=('region', 'partner', 'reference'), name='settlement_file_once'),
        ),
        AddConstraint(
            model_name='settlementfile',
            constraint=models.CheckConstraint(condition=models.Q(('gross__gt', 0)), name='settlement_file_gross_positive'),
        ),
        AddConstraint(
            model_name='settlementfile',
            constraint=models.CheckConstraint(condition=models.Q(('fee__gte', 0), ('fee__lte', models.F('gross'))), name='settlement_file_fee_part'),
        ),
        AddConstraint(
            model_name='settlementrow',
            constraint=models.UniqueConstraint(fields=('region', 'file', 'line'), name='settlement_row_once'),
        ),
        AddConstraint(
            model_name='settlementrow',
            constraint=models.UniqueConstraint(fields=('region', 'file', 'request_id'), name='settlement_row_request_once'),
        ),
        AddConstraint(
            model_name='settlementrow',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='settlement_row_amount_positive'),
        ),
        AddConstraint(
            model_name='settlementrow',
            constraint=models.CheckConstraint(condition=models.Q(('fee__gte', 0), ('fee__lte', models.F('amount'))), name='settlement_row_fee_part'),
        ),
        AddConstraint(
            model_name='settlementanswer',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['book_late', 'set_aside', 'correct', 'take_back', 'carry', 'accept_fee', 'ask'])), name='settlement_answer_known_act'),
        ),
        AddConstraint(
            model_name='settlementanswer',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='settlement_answer_has_reason'),
        ),
        AddConstraint(
            model_name='settlementanswer',
            constraint=models.CheckConstraint(condition=models.Q(('row__isnull', True), ('payment__isnull', True), _connector='OR'), name='settlement_answer_about_one'),
        ),
    ]
