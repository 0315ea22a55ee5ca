import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import sepadan.records.tenancy
from django.conf import settings
from django.db import migrations, models
from sepadan.records.constraints import AddConstraint, AddIndex


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0001_people'),
        ('territory', '0001_reference_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=30)),
                ('name', models.CharField(max_length=120)),
                ('kind', models.CharField(choices=[('cash', 'cash'), ('clearing', 'clearing'), ('receivable', 'receivable'), ('expense', 'expense'), ('revenue', 'revenue'), ('liability', 'liability'), ('equity', 'equity')], max_length=12)),
                ('purpose', models.CharField(blank=True, max_length=60)),
                ('sipd_code', models.CharField(blank=True, max_length=30)),
                ('sipd_name', models.CharField(blank=True, max_length=200)),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'ordering': ['code'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='AccountEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('signed_in', 'signed_in'), ('sign_in_refused', 'sign_in_refused'), ('signed_out', 'signed_out'), ('password_changed', 'password_changed'), ('factor_added', 'factor_added'), ('factor_removed', 'factor_removed'), ('factor_refused', 'factor_refused'), ('codes_made', 'codes_made'), ('invited', 'invited')], max_length=20)),
                ('at', models.DateTimeField()),
                ('ip', models.GenericIPAddressField(blank=True, null=True)),
                ('agent', models.CharField(blank=True, max_length=80)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('actor_name', models.CharField(max_length=120)),
                ('ip', models.GenericIPAddressField(blank=True, null=True)),
                ('agent', models.CharField(blank=True, max_length=80)),
                ('action', models.CharField(max_length=80)),
                ('object_type', models.CharField(max_length=60)),
                ('object_id', models.CharField(max_length=60)),
                ('object_label', models.CharField(max_length=200)),
                ('before', models.JSONField(blank=True, null=True)),
                ('after', models.JSONField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('actor', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'ordering': ['-id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Charge',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('levy', models.CharField(max_length=30)),
                ('number', models.CharField(max_length=60)),
                ('payer', models.CharField(max_length=80)),
                ('due_on', models.DateField()),
                ('amount', models.BigIntegerField()),
                ('created_at', models.DateTimeField()),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('role', models.CharField(choices=[('region_admin', 'region_admin'), ('tax_officer', 'tax_officer'), ('tax_approver', 'tax_approver'), ('creative_officer', 'creative_officer'), ('creative_approver', 'creative_approver'), ('waste_officer', 'waste_officer'), ('waste_approver', 'waste_approver'), ('auditor', 'auditor'), ('visitor', 'visitor')], max_length=20)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(blank=True, null=True)),
                ('granted_at', models.DateTimeField()),
                ('ended_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('granted_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'ordering': ['person_id', 'role', 'valid_from'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Number',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('period_start', models.DateField()),
                ('value', models.PositiveIntegerField()),
                ('text', models.CharField(max_length=120)),
                ('dated', models.DateField()),
                ('voided_at', models.DateTimeField(blank=True, null=True)),
                ('void_reason', models.CharField(blank=True, max_length=500)),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'ordering': ['series_id', 'period_start', 'value'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=60)),
                ('title', models.CharField(max_length=200)),
                ('office', models.CharField(choices=[('tax', 'tax'), ('creative', 'creative'), ('waste', 'waste'), ('study', 'study'), ('people', 'people'), ('audit', 'audit'), ('ledger', 'ledger')], max_length=10)),
                ('is_public', models.BooleanField(default=False)),
                ('subject_type', models.CharField(blank=True, max_length=60)),
                ('subject_id', models.CharField(blank=True, max_length=60)),
                ('file_name', models.CharField(max_length=150)),
                ('media_type', models.CharField(max_length=100)),
                ('size', models.PositiveBigIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField()),
                ('voided_at', models.DateTimeField(blank=True, null=True)),
                ('void_reason', models.CharField(blank=True, max_length=500)),
                ('created_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('owner', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
                ('number', sepadan.records.tenancy.RegionalKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='records.number')),
            ],
            options={
                'ordering': ['-id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='NumberSeries',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=40)),
                ('title', models.CharField(max_length=120)),
                ('pattern', models.CharField(max_length=80)),
                ('period', models.CharField(choices=[('year', 'year'), ('month', 'month'), ('never', 'never')], max_length=5)),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'ordering': ['code'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='NumberCounter',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('period_start', models.DateField()),
                ('last', models.PositiveIntegerField()),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
                ('series', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='counters', to='records.numberseries')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddField(
            model_name='number',
            name='series',
            field=sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='numbers', to='records.numberseries'),
        ),
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('channel', models.CharField(choices=[('bank', 'bank'), ('qris', 'qris'), ('va', 'va'), ('counter', 'counter')], max_length=10)),
                ('reference', models.CharField(max_length=80)),
                ('amount', models.BigIntegerField()),
                ('overpaid', models.BigIntegerField(default=0)),
                ('paid_at', models.DateTimeField()),
                ('received_at', models.DateTimeField()),
                ('charge', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='records.charge')),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='PaymentReversal',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('reference', models.CharField(max_length=80)),
                ('reason', models.CharField(max_length=500)),
                ('received_at', models.DateTimeField()),
                ('payment', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='reversals', to='records.payment')),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='RecoveryDevice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='The human-readable name of this device.', max_length=64)),
                ('confirmed', models.BooleanField(default=True, help_text='Is this device ready for use?')),
                ('throttling_failure_timestamp', models.DateTimeField(blank=True, default=None, help_text='A timestamp of the last failed verification attempt. Null if last attempt succeeded.', null=True)),
                ('throttling_failure_count', models.PositiveIntegerField(default=0, help_text='Number of successive failed attempts.')),
                ('user', models.ForeignKey(help_text='The user that this device belongs to.', on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RecoveryCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('device', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='codes', to='records.recoverydevice')),
            ],
        ),
        migrations.CreateModel(
            name='Settlement',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('channel', models.CharField(choices=[('bank', 'bank'), ('qris', 'qris'), ('va', 'va'), ('counter', 'counter')], max_length=10)),
                ('reference', models.CharField(max_length=80)),
                ('gross', models.BigIntegerField()),
                ('fee', models.BigIntegerField(default=0)),
                ('settled_on', models.DateField()),
                ('received_at', models.DateTimeField()),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='SettlementLine',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('payment', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='settlement_lines', to='records.payment')),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
                ('settlement', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='records.settlement')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='SignInThrottle',
            fields=[
                ('key', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('failures', models.PositiveIntegerField()),
                ('last_failure_at', models.DateTimeField()),
                ('open_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('key__regex', '^[0-9a-f]{64}$')), name='throttle_key_is_digest')],
            },
        ),
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('amount', models.BigIntegerField()),
                ('effective_on', models.DateField()),
                ('posted_at', models.DateTimeField()),
                ('source', models.CharField(max_length=120)),
                ('charge', sepadan.records.tenancy.RegionalKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='transfers', to='records.charge')),
                ('credit', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='credits', to='records.account')),
                ('debit', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='debits', to='records.account')),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
                ('reverses', sepadan.records.tenancy.RegionalKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversed_by', to='records.transfer')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Work',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=60)),
                ('once', models.CharField(blank=True, max_length=120)),
                ('action', models.CharField(max_length=30)),
                ('state', models.CharField(choices=[('queued', 'queued'), ('running', 'running'), ('done', 'done'), ('failed', 'failed'), ('stopped', 'stopped')], default='queued', max_length=10)),
                ('params', models.JSONField(default=dict)),
                ('checkpoint', models.JSONField(blank=True, null=True)),
                ('result', models.JSONField(blank=True, null=True)),
                ('done', models.PositiveBigIntegerField(default=0)),
                ('total', models.PositiveBigIntegerField(blank=True, null=True)),
                ('message_key', models.CharField(blank=True, max_length=80)),
                ('message_params', models.JSONField(default=dict)),
                ('stop_requested', models.BooleanField(default=False)),
                ('attempt', models.PositiveIntegerField(default=0)),
                ('queued_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('heartbeat_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
                ('started_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        AddConstraint(
            model_name='account',
            constraint=models.UniqueConstraint(fields=('region', 'code'), name='account_code_once'),
        ),
        AddConstraint(
            model_name='account',
            constraint=models.UniqueConstraint(condition=models.Q(('purpose', ''), _negated=True), fields=('region', 'purpose'), name='account_purpose_once'),
        ),
        AddConstraint(
            model_name='account',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['cash', 'clearing', 'receivable', 'expense', 'revenue', 'liability', 'equity'])), name='account_known_kind'),
        ),
        AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['region', 'object_type', 'object_id', '-id'], name='audit_of_object'),
        ),
        AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['region', '-at'], name='audit_by_time'),
        ),
        AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['region', 'actor', '-id'], name='audit_by_actor'),
        ),
        AddConstraint(
            model_name='auditentry',
            constraint=models.CheckConstraint(condition=models.Q(('actor_name', ''), _negated=True), name='audit_names_its_actor'),
        ),
        AddIndex(
            model_name='charge',
            index=models.Index(fields=['region', 'payer'], name='charge_of_payer'),
        ),
        AddConstraint(
            model_name='charge',
            constraint=models.UniqueConstraint(fields=('region', 'levy', 'number'), name='charge_once'),
        ),
        AddConstraint(
            model_name='charge',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='charge_amount_positive'),
        ),
        AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['region_admin', 'tax_officer', 'tax_approver', 'creative_officer', 'creative_approver', 'waste_officer', 'waste_approver', 'auditor', 'visitor'])), name='membership_known_role'),
        ),
        AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='membership_ends_after_start'),
        ),
        AddConstraint(
            model_name='membership',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('region', '='), ('person', '='), ('role', '='), (models.Func(models.F('valid_from'), models.F('valid_until'), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='membership_one_at_a_time'),
        ),
        AddIndex(
            model_name='document',
            index=models.Index(fields=['region', 'subject_type', 'subject_id'], name='document_of_subject'),
        ),
        AddConstraint(
            model_name='document',
            constraint=models.UniqueConstraint(fields=('region', 'number'), name='document_one_per_number'),
        ),
        AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='document_hash_form'),
        ),
        AddConstraint(
            model_name='numberseries',
            constraint=models.UniqueConstraint(fields=('region', 'code'), name='number_series_code_once'),
        ),
        AddConstraint(
            model_name='numberseries',
            constraint=models.CheckConstraint(condition=models.Q(('pattern__contains', '{number')), name='number_series_has_number'),
        ),
        AddConstraint(
            model_name='numbercounter',
            constraint=models.UniqueConstraint(fields=('region', 'series', 'period_start'), name='number_counter_once'),
        ),
        AddConstraint(
            model_name='number',
            constraint=models.UniqueConstraint(fields=('region', 'series', 'period_start', 'value'), name='number_taken_once'),
        ),
        AddConstraint(
            model_name='number',
            constraint=models.UniqueConstraint(fields=('region', 'text'), name='number_text_once'),
        ),
        AddConstraint(
            model_name='number',
            constraint=models.CheckConstraint(condition=models.Q(('value__gte', 1)), name='number_from_one'),
        ),
        AddConstraint(
            model_name='number',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('void_reason', ''), ('voided_at__isnull', True)), models.Q(('voided_at__isnull', False), models.Q(('void_reason', ''), _negated=True)), _connector='OR'), name='number_void_has_reason'),
        ),
        AddIndex(
            model_name='payment',
            index=models.Index(fields=['region', 'paid_at'], name='payment_by_time'),
        ),
        AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(fields=('region', 'channel', 'reference'), name='payment_once'),
        ),
        AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('channel__in', ['bank', 'qris', 'va', 'counter'])), name='payment_known_channel'),
        ),
        AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='payment_amount_positive'),
        ),
        AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('overpaid__gte', 0), ('overpaid__lte', models.F('amount'))), name='payment_overpaid_part'),
        ),
        AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('reference', ''), _negated=True), name='payment_has_reference'),
        ),
        AddConstraint(
            model_name='paymentreversal',
            constraint=models.UniqueConstraint(fields=('region', 'payment'), name='payment_reversed_once'),
        ),
        AddConstraint(
            model_name='recoverycode',
            constraint=models.UniqueConstraint(fields=('device', 'digest'), name='recovery_code_once'),
        ),
        AddConstraint(
            model_name='settlement',
            constraint=models.UniqueConstraint(fields=('region', 'channel', 'reference'), name='settlement_once'),
        ),
        AddConstraint(
            model_name='settlement',
            constraint=models.CheckConstraint(condition=models.Q(('gross__gt', 0)), name='settlement_gross_positive'),
        ),
        AddConstraint(
            model_name='settlement',
            constraint=models.CheckConstraint(condition=models.Q(('fee__gte', 0), ('fee__lte', models.F('gross'))), name='settlement_fee_part'),
        ),
        AddConstraint(
            model_name='settlementline',
            constraint=models.UniqueConstraint(fields=('region', 'payment'), name='payment_settled_once'),
        ),
        AddConstraint(
            model_name='transfer',
            constraint=models.UniqueConstraint(fields=('region', 'source'), name='transfer_source_once'),
        ),
        AddConstraint(
            model_name='transfer',
            constraint=models.UniqueConstraint(condition=models.Q(('reverses__isnull', False)), fields=('region', 'reverses'), name='transfer_reversed_once'),
        ),
        AddConstraint(
            model_name='transfer',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='transfer_amount_positive'),
        ),
        AddConstraint(
            model_name='transfer',
            constraint=models.CheckConstraint(condition=models.Q(('debit', models.F('credit')), _negated=True), name='transfer_between_two_accounts'),
        ),
        AddConstraint(
            model_name='transfer',
            constraint=models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='transfer_has_source'),
        ),
        AddIndex(
            model_name='work',
            index=models.Index(fields=['region', 'kind', '-id'], name='work_of_kind'),
        ),
        AddConstraint(
            model_name='work',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['queued', 'running']), models.Q(('once', ''), _negated=True)), fields=('region', 'kind', 'once'), name='work_open_once'),
        ),
        AddConstraint(
            model_name='work',
            constraint=models.CheckConstraint(condition=models.Q(('total__isnull', True), ('done__lte', models.F('total')), _connector='OR'), name='work_done_within_total'),
        ),
        AddConstraint(
            model_name='work',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'running', 'done', 'failed', 'stopped'])), name='work_known_state'),
        ),
    ]
