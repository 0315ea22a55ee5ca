"""A checked import of a region for the tests of its pages: files of every outcome, faults, a place not mapped."""

from __future__ import annotations

from sepadan.records.names import Actor
from sepadan.records.public import now, today
from sepadan.tax.models import ImportFile, ImportProblem, ImportState, RegisterImport
from sepadan.territory.public import Kelurahan, Region


def plant(region: Region, actor: Actor, secret: str) -> dict[str, str]:
    """The name of its file carries the secret word. Written by hand: a check needs what is committed."""
    place = Kelurahan.objects.filter(region=region).order_by("pk")[0]
    one = RegisterImport.objects.create(
        state=ImportState.CHECKED.value, valid_on=today(region).replace(month=1, day=1), created_at=now(),
        created_by_id=actor.person_id, created_name=actor.name, checked_at=now(), control="0" * 64,
        unmapped=[{"code": f"{region.pk}010001", "rows": 12}], has_opening=True, openings={
            "totals": [[2022, place.pk, 3, 900_000, 300_000, 20_000, 100_000, 2, 500_000]],
            "notes": {"overpaid": 1, "barred": 1}, "lost": 1})
    table = ImportFile.objects.create(
        register_import=one, number=100, stored="upload-1", name=f"{secret} dat_op_bumi.csv", table="dat_op_bumi",
        size=1_000, sha256="1" * 64, form="csv comma utf-8", strange=["HOBI"], row_count=30,
        counts={"read": 29, "new": 10, "changed": 5, "same": 2, "bad": 13},
        faults={"LUAS_BUMI tax.sismiop.number": 1, "KD_KELURAHAN tax.imports.fault.unmapped": 12})
    ImportFile.objects.create(
        register_import=one, number=200, stored="upload-2", name="sppt.csv", table="sppt", size=1_000, sha256="2" * 64,
        form="csv comma utf-8", row_count=4, counts={"read": 4, "new": 3, "changed": 0, "same": 1, "bad": 0})
    ImportFile.objects.create(
        register_import=one, number=300, stored="upload-3", name="foto.pdf", size=1_000, sha256="3" * 64, form="-",
        refused={"where": "foto.pdf", "key": "tax.imports.file.binary", "params": {},
                 "remedy": "tax.imports.file.binary.remedy"})
    ImportProblem.objects.create(file=table, line=7, column="LUAS_BUMI", key="tax.sismiop.number",
                                 params={"text": "seratus"})
    ImportProblem.objects.bulk_create(
        ImportProblem(file=table, line=line, column="KD_KELURAHAN", key="tax.imports.fault.unmapped",
                      params={"code": f"{region.pk}010001", "zone": ""}) for line in range(8, 20))
    return {"$import": str(one.pk)}
