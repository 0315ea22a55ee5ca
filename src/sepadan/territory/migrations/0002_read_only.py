"""The application reads these tables and never writes them; imports and loads run as the owner."""

from __future__ import annotations

from django.db import migrations

TABLES = ("province", "region", "kecamatan", "kelurahan", "fact", "boundarylayer", "boundary")

STATEMENT = """
    DO $$
    DECLARE grantee text;
    BEGIN
        FOR grantee IN
            SELECT DISTINCT a.grantee::regrole::text
            FROM pg_class c, aclexplode(c.relacl) a
            WHERE c.oid = 'territory_{table}'::regclass AND a.grantee <> c.relowner AND a.grantee <> 0
        LOOP
            EXECUTE format('{verb} INSERT, UPDATE, DELETE ON territory_{table} {word} %s', grantee);
        END LOOP;
    END $$"""


class Migration(migrations.Migration):
    dependencies = [("territory", "0001_reference_tables")]

    operations = [
        migrations.RunSQL(STATEMENT.format(table=table, verb="REVOKE", word="FROM"),
                          STATEMENT.format(table=table, verb="GRANT", word="TO"))
        for table in TABLES
    ]
