"""A request at the service desk of a region, with a paper and a step, that is nobody else's."""

from __future__ import annotations

from sepadan.records.public import Actor, now, today
from sepadan.tax.engine.requests import Act
from sepadan.tax.models.requests import Intake
from sepadan.tax.services.requests import NewRequest, act_on, add_paper, file_request
from sepadan.territory.public import Region


def plant(region: Region, actor: Actor, secret: str) -> dict[str, str]:
    at, day = now(), today(region)
    made = file_request(NewRequest("information", Intake.COUNTER, day, f"{secret} Pemohon",
                                   f"Jalan {secret} 1", statement=f"{secret} bertanya."),
                        actor=actor, now=at, today=day)
    made = add_paper(made, "letter", version=made.version, actor=actor, now=at, today=day, content=b"%PDF-1.7 contoh",
                     file_name="surat.pdf", media_type="application/pdf")
    made = act_on(made, Act.COMPLETE, version=made.version, actor=actor, now=at, today=day)
    return {"$request": str(made.pk)}
