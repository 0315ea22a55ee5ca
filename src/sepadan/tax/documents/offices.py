"""What printed pages and the citizen's page say of a region's tax office, and where they lead to.

The product's ``offices.yaml`` holds what is publicly known; an installation completes it in its data folder. What
nobody gave is not printed. Where to pay follows from the banks that the region has connected; how long one may
object, from its law on the day of issue. A synthetic roll gets a merchant that no wallet can pay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from sepadan.ground.messages import message
from sepadan.ground.problems import refuse
from sepadan.ground.provisions import KNOWN
from sepadan.ground.statutes import load_book
from sepadan.records.public import paying_partners
from sepadan.tax.documents.bill_sheet import Office
from sepadan.tax.documents.letter import LetterOffice, Signer
from sepadan.tax.engine.qris import Merchant
from sepadan.territory.public import Region

LEVY = "pbb"


@dataclass(frozen=True, slots=True)
class OfficeFacts:
    office: str = "Badan Pendapatan Daerah"
    address: str = ""
    place: str = ""
    head: str = ""
    pay_at: tuple[str, ...] = ()
    site: str = ""
    merchant: Merchant | None = None


def office_facts(region: Region) -> OfficeFacts:
    """What is known of the office of *region*. Raises Refused on a key that is none."""
    own = Path(settings.DATA_DIR) / "offices.yaml"
    stamp = own.stat().st_mtime_ns if own.exists() else 0
    return _facts(region.code, str(own), stamp)


@cache
def _facts(code: str, own: str, stamp: int) -> OfficeFacts:
    found = dict(_read(Path(__file__).with_name("offices.yaml")).get(code) or {})
    if stamp:
        found |= _read(Path(own)).get(code) or {}
    names = {one.name for one in fields(OfficeFacts)}
    if unknown := sorted(set(found) - names):
        raise refuse("tax.office.unknown", where=own, names=", ".join(unknown), known=", ".join(sorted(names)),
                     remedy="tax.office.unknown.remedy")
    if "pay_at" in found:
        found["pay_at"] = tuple(found["pay_at"])
    if "merchant" in found:
        found["merchant"] = Merchant(**found["merchant"])
    return OfficeFacts(**found)


def _read(path: Path) -> Mapping[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8")) or {}


def site_of(region: Region) -> str:
    """The address under which this installation is reached, without a slash at the end."""
    given = office_facts(region).site
    if given:
        return given.rstrip("/")
    hosts = [host for host in settings.ALLOWED_HOSTS if host not in ("localhost", "127.0.0.1", "[::1]", "*")]
    return f"https://{hosts[0].lstrip('.')}" if hosts else "http://localhost:8000"


def merchant_of(region: Region, *, synthetic: bool) -> Merchant | None:
    """Who is paid by QRIS: the region's merchant, for a synthetic roll one that cannot be paid, else nobody."""
    if synthetic:
        return Merchant(region.name[:25], region.name[:15], "00000", None, sample=True)
    return office_facts(region).merchant


def pay_lines(region: Region) -> tuple[str, ...]:
    """At most two lines on where and how to pay, in Indonesian. Needs the region in scope."""
    facts = office_facts(region)
    if facts.pay_at:
        return facts.pay_at[:2]
    names = paying_partners(LEVY)
    lines = [message("tax.sheet.pay_bank", names=", ".join(names)).text("id")] if names else []
    return (*lines, message("tax.sheet.pay_counter", office=facts.office).text("id"))


def sheet_office(region: Region, tax_year: int, on: date) -> Office:
    """What all sheets of a run share. *on* is the day of issue, whose law says how long one may object."""
    facts = office_facts(region)
    months = load_book().law(region.code, "procedure", on).get("objection_months")
    known = months is not None and months.value is not None and months.confidence in KNOWN
    objections = message("tax.sheet.objections", months=int(months.value), office=facts.office) if known \
        else message("tax.sheet.objections_open", office=facts.office)
    return Office(region.name, facts.office, facts.address, tax_year, pay_lines(region), objections.text("id"))


def letter_office(region: Region) -> LetterOffice:
    """The head of a letter of *region*'s office. Needs the region in scope."""
    facts = office_facts(region)
    return LetterOffice(region.name, facts.office, facts.address, facts.place, pay_lines(region))


def signer_of(region: Region) -> Signer | None:
    head = office_facts(region).head
    return Signer(head) if head else None
