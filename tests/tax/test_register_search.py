"""A name or a street is found by the beginnings of its words, in one's own region only, over indexes."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from tests.tax.register_rows import ANI, NOW, PLACE, house, payer

from sepadan.records.public import region_scope
from sepadan.tax.models import Taxpayer
from sepadan.tax.queries.register_lists import object_rows
from sepadan.tax.queries.register_search import search_words, taxpayers_named, versions_found, versions_query
from sepadan.tax.services.register import transfer_object
from sepadan.tax.services.register_people import correct_taxpayer
from sepadan.territory.models import Region

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 24)


def nops(typed: str) -> list[str]:
    rows = object_rows(ON, dict, (), (), ()).narrow((), typed, {}).sort("register_object__nop", False)
    return [row["register_object__nop"][13:17] for row in rows.part(0, 50)]


def named(typed: str) -> list[str]:
    return sorted(Taxpayer.objects.filter(pk__in=taxpayers_named(typed).ids).values_list("npwpd", flat=True))


def test_every_word_that_is_typed_begins_a_word_of_the_name_or_of_the_street():
    with region_scope(Region.objects.get(code="35.73")):
        siti, budi = payer("P1", "Hj. Siti Aminah, S.H."), payer("P2", "BUDI  SANTOSO")
        house(f"{PLACE}00100010", taxpayer_id=siti.pk, street="Jl. Gatot-Subroto No. 7")
        house(f"{PLACE}00100020", taxpayer_id=budi.pk, street="Jalan Mawar Raya")
        assert named("aminah siti") == named("AMIN") == named("hj s.h") == ["P1"]
        assert named("santo budi") == ["P2"]
        assert named("minah") == named("budi aminah") == []  # the middle of a word; two people
        assert nops("subroto") == nops("gatot sub") == nops("siti") == ["0001"]
        assert nops("jl mawar") == nops("jalan raya") == ["0002"]  # what every street says does not narrow the search
        assert nops("7") == []  # digits alone are the beginning of a NOP
        assert nops("' OR 1=1 --") == nops("%") == nops("\x00") == []


def test_a_search_sees_the_owner_of_the_day_the_new_name_and_no_other_region():
    malang, bekasi = Region.objects.get(code="35.73"), Region.objects.get(code="32.16")
    with region_scope(malang):
        siti, budi = payer("P1", "Siti Aminah"), payer("P2", "Budi Santoso")
        one = house(f"{PLACE}00100010", taxpayer_id=siti.pk)
        transfer_object(one, budi, seen=1, on=date(2026, 1, 1), actor=ANI, now=NOW)
        assert (nops("siti"), nops("budi")) == ([], ["0001"])
        correct_taxpayer(budi, {"name": "Bagus Wibowo"}, seen=0, on=date(2026, 2, 1), actor=ANI, now=NOW)
        assert (nops("budi"), nops("wibowo")) == ([], ["0001"])
    with region_scope(bekasi):
        assert (named("wibowo"), versions_found("wibowo").ids) == ([], [])


def test_more_than_is_shown_is_told_and_the_search_asks_only_what_indexes_answer():
    with region_scope(Region.objects.get(code="35.73")):
        Taxpayer.objects.bulk_create([Taxpayer(npwpd=f"Q{n:03d}", name=f"Rahmat Uji {n}") for n in range(12)])
        found = taxpayers_named("rahmat", most=10)
        assert (len(found.ids), found.more, taxpayers_named("rahmat", most=12).more) == (10, True, False)
        assert search_words("Jl. Kenanga no 5 a") == ["KENANGA", "5"]
        assert search_words("jl. no") == ["JL", "NO"]
        query, params = versions_query(["MAWAR"], 10)
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN " + query, params)
            plan = " ".join(line for (line,) in cursor.fetchall())
            cursor.execute("SELECT bool_and(proleakproof) FROM pg_proc WHERE proname = ANY(%s)",
                           [["text_ge", "text_lt", "texteq"]])
            assert cursor.fetchone() == (True,), "a rule of row-level security would keep these from the indexes"
            cursor.execute("SELECT count(*) FROM pg_indexes WHERE indexname ~ '_(name|street)_word[1-5]$'")
            assert cursor.fetchone() == (10,)
        assert "~~" not in plan  # ranges of the kept words alone
