"""Taxpayers of the register: a new one with his number (NPWPD), and changes of name and address from a day on.

Who gives a NIK that is known already is that taxpayer: no second one is made, because a taxpayer takes one NJOPTKP.
A NIK is digested at once and never kept or recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from sepadan.ground.problems import refuse
from sepadan.records.public import (
    Actor,
    NumberPeriod,
    current_region,
    identify_nik,
    open_series,
    record,
    take_number,
)
from sepadan.tax.models import Taxpayer, TaxpayerVersion
from sepadan.tax.models.register import ChangeKind
from sepadan.tax.queries.register import known
from sepadan.tax.queries.taxpayers import survivor
from sepadan.tax.services.register_acts import Act, revise_rows
from sepadan.tax.services.register_fields import refuse_unsound

SERIES = "npwpd"
IDENTITY = ("nik_digest", "nik_last4")
ADDRESS = tuple(name for name in TaxpayerVersion.FIELDS if name not in ("name", *IDENTITY))


@dataclass(frozen=True, slots=True)
class NewTaxpayer:
    """A person or body; *address* holds fields of ``TaxpayerVersion``. *npwpd* empty: the next number is taken."""

    name: str
    nik: str = ""
    npwpd: str = ""
    address: Mapping[str, str] | None = None


@transaction.atomic
def register_taxpayer(new: NewTaxpayer, *, on: date, actor: Actor, now: datetime) -> Taxpayer:
    """The taxpayer of this NIK or NPWPD if the register has one, else a new one."""
    name = new.name.strip()
    if not name:
        raise refuse("tax.register.no_name", remedy="tax.register.no_name.remedy")
    digest, last4 = identify_nik(new.nik) if new.nik.strip() else (None, "")
    found = Taxpayer.objects.filter(npwpd=new.npwpd.strip()).first() if new.npwpd.strip() else None
    if found is None and digest is not None:
        found = Taxpayer.objects.filter(nik_digest=digest).order_by("npwpd").first()
    if found is not None:
        return survivor(found)
    values: dict[str, Any] = {**dict.fromkeys(ADDRESS, ""), **(new.address or {}), "name": name, "nik_digest": digest,
                              "nik_last4": last4}
    refuse_unsound(TaxpayerVersion, values)
    made = Taxpayer.objects.create(npwpd=new.npwpd.strip() or _next_number(on), name=name, nik_digest=digest,
                                   nik_last4=last4)
    entry = record(actor, "tax.audit.taxpayer_registered", made, now=now, after={
        "npwpd": made.npwpd, "nik_last4": last4, **{k: v for k, v in values.items() if v and k not in IDENTITY}})
    TaxpayerVersion.objects.create(taxpayer=made, valid_from=on, recorded_at=now, set_fields=sorted(values),
                                   change=ChangeKind.REGISTERED.value, entry=entry.pk, **values)
    return made


def _next_number(on: date) -> str:
    open_series(SERIES, "NPWPD", "P.{number:8}", NumberPeriod.NEVER)
    return take_number(current_region(), SERIES, on)


@transaction.atomic
def correct_taxpayer(taxpayer: Taxpayer, fields: Mapping[str, Any], *, seen: int, on: date, actor: Actor, now: datetime,
                     reason: str = "") -> Taxpayer:
    """Name, address or NIK (as ``nik``) from *on*. *seen*: the id of the newest live version the officer saw."""
    held = Taxpayer.objects.select_for_update().get(pk=taxpayer.pk)
    rows = list(known(TaxpayerVersion.objects.filter(taxpayer=held)).order_by("valid_from"))
    newest = max((row.pk for row in rows), default=0)
    if newest != seen:
        raise refuse("tax.register.taxpayer_changed", where=held.name, remedy="tax.register.changed.remedy")
    values = {name: value for name, value in fields.items() if name != "nik"}
    if fields.get("nik"):
        values["nik_digest"], values["nik_last4"] = identify_nik(str(fields["nik"]))
    if not values:
        raise refuse("tax.register.nothing", where=held.name, remedy="tax.register.nothing.remedy")
    refuse_unsound(TaxpayerVersion, values)
    if not str(values.get("name", held.name)).strip():
        raise refuse("tax.register.no_name", remedy="tax.register.no_name.remedy")
    if not rows:
        rows = [TaxpayerVersion.objects.create(
            taxpayer=held, valid_from=on, recorded_at=now, change=ChangeKind.OPENED.value, name=held.name,
            nik_digest=held.nik_digest, nik_last4=held.nik_last4)]
    shown = {name: value for name, value in values.items() if name != "nik_digest"}
    entry = record(actor, "tax.audit.taxpayer_corrected", held, now=now, reason=reason, after={
        **shown, "valid_from": on}, before={name: getattr(rows[-1], name) for name in shown})
    revise_rows(rows, values, Act(on, actor, now, reason), ChangeKind.CORRECTED, entry, {"taxpayer": held})
    current = known(TaxpayerVersion.objects.filter(taxpayer=held, valid_to__isnull=True)).get()
    held.name, held.nik_digest, held.nik_last4 = current.name, current.nik_digest, current.nik_last4
    held.save(update_fields=["name", "nik_digest", "nik_last4"])
    return held
