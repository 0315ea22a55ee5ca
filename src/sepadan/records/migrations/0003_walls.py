from django.db import migrations

from sepadan.records.walls import AppendOnly, WallAccount, WallReference, WallRegion

# An account is seen by its owner, by whoever names its exact address, and by the regions it serves or served in.
# Only the first two may change it; nobody removes one. A new one may always be added (an invitation).
PERSON_WALL = """
    ALTER TABLE records_person ENABLE ROW LEVEL SECURITY;
    ALTER TABLE records_person FORCE ROW LEVEL SECURITY;
    CREATE POLICY person_seen ON records_person FOR SELECT USING (
        id = (SELECT nullif(current_setting('sepadan.person', true), '')::bigint)
        OR email = (SELECT nullif(current_setting('sepadan.email', true), ''))
        OR id IN (SELECT person_id FROM records_membership)
    );
    CREATE POLICY person_added ON records_person FOR INSERT WITH CHECK (true);
    CREATE POLICY person_changed ON records_person FOR UPDATE USING (
        id = (SELECT nullif(current_setting('sepadan.person', true), '')::bigint)
        OR email = (SELECT nullif(current_setting('sepadan.email', true), ''))
    );
"""
NO_PERSON_WALL = """
    DROP POLICY person_seen ON records_person;
    DROP POLICY person_added ON records_person;
    DROP POLICY person_changed ON records_person;
    ALTER TABLE records_person NO FORCE ROW LEVEL SECURITY;
    ALTER TABLE records_person DISABLE ROW LEVEL SECURITY;
"""

# The one question that crosses regions: in which of them does the signed-in person serve today? It runs as the owner,
# takes no person as argument and answers for the account in scope alone.
OWN_REGIONS = """
    CREATE FUNCTION sepadan_own_regions(today date) RETURNS SETOF smallint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        SELECT DISTINCT region_id FROM public.records_membership
        WHERE person_id = nullif(current_setting('sepadan.person', true), '')::bigint
          AND valid_from <= today AND (valid_until IS NULL OR valid_until > today)
    $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ("records", "0002_tables"),
        ("otp_totp", "0003_add_timestamps"),
    ]

    operations = [
        WallRegion("records_membership"),
        WallRegion("records_auditentry"),
        WallRegion("records_numberseries"),
        WallRegion("records_numbercounter"),
        WallRegion("records_number"),
        WallRegion("records_document"),
        WallRegion("records_work"),
        WallRegion("records_account"),
        WallRegion("records_charge"),
        WallRegion("records_transfer"),
        WallRegion("records_payment"),
        WallRegion("records_paymentreversal"),
        WallRegion("records_settlement"),
        WallRegion("records_settlementline"),
        WallReference("records_numbercounter", "series_id", "records_numberseries", index=False),
        WallReference("records_number", "series_id", "records_numberseries", index=False),
        WallReference("records_document", "number_id", "records_number", index=False),
        WallReference("records_transfer", "debit_id", "records_account", index=False),
        WallReference("records_transfer", "credit_id", "records_account", index=False),
        WallReference("records_transfer", "charge_id", "records_charge"),
        WallReference("records_transfer", "reverses_id", "records_transfer", index=False),
        WallReference("records_payment", "charge_id", "records_charge"),
        WallReference("records_paymentreversal", "payment_id", "records_payment", index=False),
        WallReference("records_settlementline", "settlement_id", "records_settlement"),
        WallReference("records_settlementline", "payment_id", "records_payment", index=False),
        AppendOnly("records_auditentry"),
        AppendOnly("records_accountevent"),
        AppendOnly("records_transfer"),
        AppendOnly("records_payment"),
        AppendOnly("records_paymentreversal"),
        AppendOnly("records_settlement"),
        AppendOnly("records_settlementline"),
        AppendOnly("records_charge", columns=("levy", "number", "payer", "amount", "created_at")),
        AppendOnly("records_number", columns=("series_id", "period_start", "value", "text", "dated")),
        AppendOnly("records_numbercounter", columns=("series_id", "period_start")),
        AppendOnly("records_document", columns=("number_id", "kind", "sha256", "size", "media_type", "created_at")),
        WallAccount("records_accountevent", "person_id"),
        WallAccount("records_recoverydevice", "user_id"),
        WallAccount("records_recoverycode", "person_id"),
        WallAccount("otp_totp_totpdevice", "user_id"),
        migrations.RunSQL(PERSON_WALL, NO_PERSON_WALL),
        migrations.RunSQL(OWN_REGIONS, "DROP FUNCTION sepadan_own_regions(date)"),
    ]
