"""Searching a register of 1.3 million objects by name and street, as an officer's page does it, under its wall.

Run: .venv/bin/python benchmarks/register_search.py --data FOLDER [--objects 1300000] [--plans]

Makes a register of made-up names and streets by SQL in Kabupaten Bekasi (once; a second run finds it), with a second
region of a tenth beside it. Measures each search as the application's role in the region's scope: the page's rows (the
search, the count, fifty rows with their joins), the taxpayers' list and the bills' search, cold and the median of five.
``--plans`` prints EXPLAIN of the search, ``--bare`` fills a database without the words of names and streets, to tell
what they cost when a million rows are written. Prints one JSON object. FOLDER gets a database of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from datetime import date
from typing import Any

CODE, OTHER = "32.16", "35.73"


def words(text: str) -> list[str]:
    return text.split()


FIRST = words("BUDI SITI AHMAD DEWI AGUS SRI MUHAMMAD NUR EKO YANTI HENDRA RINA JOKO LESTARI WAHYU PUTRI ANDI "
              "RATNA DEDI MARYAM SLAMET INDAH RUDI FITRI TONO AMINAH YUSUF KARTINI IWAN SUMIATI ASEP EUIS UJANG "
              "NENENG COKORDA")
LAST = words("SANTOSO WIJAYA KUSUMA HIDAYAT SAPUTRA RAHMAWATI SETIAWAN PRATAMA NUGROHO WIDODO HANDAYANI SUSANTO "
             "GUNAWAN PERMANA SURYADI HARTONO SUPRIYADI MAULANA RAMADHAN FIRMANSYAH KURNIAWAN SIREGAR NASUTION HUTAPEA "
             "SIMANJUNTAK TARIGAN PANJAITAN LUBIS HARAHAP SITORUS ZULKARNAEN MANGUNKUSUMO")
ROADS = words("MAWAR MELATI ANGGREK KENANGA DAHLIA CEMPAKA FLAMBOYAN TERATAI MANGGA RAMBUTAN NANGKA DURIAN MERPATI "
              "KUTILANG RAJAWALI GARUDA DIPONEGORO SUDIRMAN KARTINI GATOT-SUBROTO PEMUDA VETERAN PAHLAWAN MERDEKA "
              "INDUSTRI PASAR KALIMALANG CIKARANG TAMBUN SETU CIBITUNG SERANG")
SEARCHES = {"name, rare": "cokorda mangunkusumo", "name, one word": "simanjuntak", "name, two words": "siti hidayat",
            "name, beginning": "zulkar", "name, common": "budi", "street": "jl kenanga", "street, two words":
            "gatot subroto", "name and number": "dewi lubis 77", "nothing found": "qwerty", "two letters": "su"}
PEOPLE = """
    INSERT INTO tax_taxpayer (region_id, npwpd, name, nik_digest, nik_last4)
    SELECT %(region)s, 'B.' || lpad(n::text, 9, '0'),
           (%(first)s::text[])[1 + (hashint4(n) & 2147483647) %% %(firsts)s] || ' ' ||
           CASE WHEN n %% 3 = 0 THEN (%(first)s::text[])[1 + (hashint4(n + 7) & 2147483647) %% %(firsts)s] || ' '
                ELSE '' END ||
           (%(last)s::text[])[1 + (hashint4(n + 99) & 2147483647) %% %(lasts)s] ||
           CASE WHEN n %% 11 = 0 THEN ' ' || n %% 1000 ELSE '' END,
           CASE WHEN n %% 5 = 0 THEN md5((n / 10)::text) || md5((n / 10)::text) END,
           CASE WHEN n %% 5 = 0 THEN '1234' ELSE '' END
    FROM generate_series(1, %(people)s) n
"""
ENTRIES = """
    INSERT INTO tax_taxpayerversion (region_id, taxpayer_id, name, nik_digest, nik_last4, street, block_number, rt, rw,
        village, city, postal_code, phone, occupation, valid_from, recorded_at, set_fields, change)
    SELECT region_id, id, name, nik_digest, nik_last4,
           'JL ' || (%(roads)s::text[])[1 + (hashint8(id) & 2147483647) %% %(road)s], (id %% 400)::text, '', '', '', '',
           '', '', '', %(day)s, now(), '[]', 'opened'
    FROM tax_taxpayer WHERE region_id = %(region)s
"""
PLACE = "INSERT INTO tax_nopplace (region_id, code, kelurahan_id) VALUES (%(region)s, %(place)s, %(kelurahan)s)"
OBJECTS = """
    INSERT INTO tax_registerobject (region_id, nop, place_id, version, registered_at, changed_at, changed_by)
    SELECT %(region)s, %(place)s || lpad((n / 9999)::text, 3, '0') || lpad((n %% 9999 + 1)::text, 4, '0') || '0', p.id,
           1, now(), now(), 'bench'
    FROM generate_series(0, %(objects)s - 1) n, tax_nopplace p
    WHERE p.region_id = %(region)s AND p.code = %(place)s
"""
VERSIONS = """
    INSERT INTO tax_objectversion (region_id, register_object_id, taxpayer_id, holder, state, close_reason, exemption,
        street, block_number, rt, rw, land_m2, land_kind, use, parcel, spop_number, valid_from, recorded_at, set_fields,
        change)
    SELECT %(region)s, o.id, t.first + o.n * %(people)s / %(objects)s, '1', 'active', '', '',
           CASE WHEN o.n %% 4 = 0 THEN 'KP ' ELSE 'JL ' END ||
           (%(roads)s::text[])[1 + (hashint8(o.n) & 2147483647) %% %(road)s] ||
           CASE WHEN o.n %% 2 = 0 THEN ' RAYA' ELSE '' END || ' NO ' || o.n %% 300, '', '', '', 100, '1', 'general', '',
           '', %(day)s, now(), '[]', 'opened'
    FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM tax_registerobject WHERE region_id = %(region)s) o,
         (SELECT min(id) AS first FROM tax_taxpayer WHERE region_id = %(region)s) t
"""
def fill(code: str, objects: int) -> None:
    from sepadan.records.public import region_scope
    from sepadan.tax.services.rolls import bulk_connection, skip_row_checks
    from sepadan.territory.public import find_region, villages_in

    region = find_region(code)
    with region_scope(region):
        village = villages_in(region)[0].code.replace(".", "")
    params = {"region": region.pk, "objects": objects, "people": objects * 9 // 10, "day": date(2023, 1, 1),
              "place": village, "kelurahan": int(village), "first": FIRST, "firsts": len(FIRST), "last": LAST,
              "lasts": len(LAST), "roads": ROADS, "road": len(ROADS)}
    with bulk_connection() as connection, connection.transaction(), connection.cursor() as cursor:
        if cursor.execute("SELECT 1 FROM tax_registerobject WHERE region_id = %s LIMIT 1", [region.pk]).fetchone():
            return
        skip_row_checks(cursor)
        params["place"] = village[:10]
        for statement in (PEOPLE, ENTRIES, PLACE, OBJECTS, VERSIONS):
            start = time.perf_counter()
            cursor.execute(statement, params)
            print(code, statement.split()[2], cursor.rowcount, round(time.perf_counter() - start, 1), "s", flush=True)
    with bulk_connection() as connection:
        connection.autocommit = True
        for name in ("taxpayer", "taxpayerversion", "nopplace", "registerobject", "objectversion"):
            connection.execute(f"VACUUM ANALYZE tax_{name}")


def drop_words() -> None:
    from sepadan.tax.services.rolls import bulk_connection

    with bulk_connection() as connection, connection.transaction():
        for table, column in (("tax_taxpayer", "name"), ("tax_objectversion", "street")):
            for number in range(1, 6):
                connection.execute(f"ALTER TABLE {table} DROP COLUMN IF EXISTS {column}_word{number}")


def page(text: str) -> int:
    """What the page of objects asks of the database for one search."""
    from sepadan.tax.queries.register_lists import object_rows

    rows = object_rows(date(2026, 11, 24), dict, (), (), ()).narrow(("street",), text, {})
    rows = rows.sort("register_object__nop", False)
    count = rows.count()
    rows.part(0, 50)
    return count


def people(text: str) -> int:
    from sepadan.tax.queries.register_search import taxpayers_named

    return len(taxpayers_named(text).ids)


def measure(ask: Any, text: str) -> dict[str, Any]:
    from sepadan.records.public import region_scope
    from sepadan.territory.public import find_region

    seconds, found = [], 0
    for _ in range(6):
        with region_scope(find_region(CODE)):
            start = time.perf_counter()
            found = ask(text)
            seconds.append(time.perf_counter() - start)
    return {"rows": found, "first_ms": round(seconds[0] * 1000),
            "median_ms": round(statistics.median(seconds[1:]) * 1000)}


def plan_of(text: str) -> list[str]:
    from django.db import connection

    from sepadan.records.public import region_scope
    from sepadan.tax.queries.register_search import MOST, search_words, versions_query
    from sepadan.territory.public import find_region

    with region_scope(find_region(CODE)), connection.cursor() as cursor:
        query, params = versions_query(search_words(text), MOST)
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + query, params)
        return [line for (line,) in cursor.fetchall()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True)
    parser.add_argument("--objects", type=int, default=1_300_000)
    parser.add_argument("--plans", action="store_true")
    parser.add_argument("--bare", action="store_true")
    given = parser.parse_args()
    os.environ["SEPADAN_DATA"] = given.data
    from sepadan.project.cli.database import with_database

    with with_database():
        if given.bare:
            drop_words()
        fill(CODE, given.objects)
        fill(OTHER, given.objects // 10)
        if given.bare:
            return
        found: dict[str, Any] = {"objects": given.objects}
        for name, text in SEARCHES.items():
            found[f"objects: {name}"] = measure(page, text)
        for name, text in SEARCHES.items():
            found[f"taxpayers: {name}"] = measure(people, text)
        print(json.dumps(found, indent=1))
        if given.plans:
            for text in SEARCHES.values():
                print("\n".join(["", text, *plan_of(text)]))


if __name__ == "__main__":
    main()
