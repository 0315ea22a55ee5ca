"""QRIS: the payload of a payment code (EMV QR Code Specification for Payment Systems, Merchant-Presented Mode 1.1).

A payload is text of fields ``id (2 digits) length (2 digits) value``; fields 26 to 51, 62 and 64 to 99 hold fields
again. Length counts characters. Field 63, the last, is CRC-16/CCITT-FALSE over everything before its value as four hex
digits. Here: currency IDR (360), country ID, one amount in whole rupiah, a bill number, a code for one payment (12).
Account fields (Bank Indonesia's QRIS: 26 the acquirer, 51 the national number, NMID) are data of the region's bank.
A region without an NMID has no code: nothing is invented. A sample says CONTOH in its account and name, carries no
NMID and lies under a domain that no acquirer has, so that no wallet can pay it.
"""

from __future__ import annotations

import re
from binascii import crc_hqx
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sepadan.ground.problems import refuse

Field = tuple[str, str]
TAX_PAYMENTS = "9311"  # ISO 18245: tax payments
RUPIAH, COUNTRY = "360", "ID"
SAMPLE_DOMAIN, SAMPLE_NAME = "ID.CONTOH.TIDAK-BERLAKU", "CONTOH"
_HIGHEST = 10**12  # an amount field holds 13 characters; a rupiah amount of 13 digits is a slip
_NESTED = {*range(26, 52), 62, *range(64, 100)}


@dataclass(frozen=True, slots=True)
class Merchant:
    """Who is paid, as the region's bank registered it. ``nmid`` None: not registered, so no payload."""

    name: str
    city: str
    postal_code: str
    nmid: str | None
    acquirer_domain: str = ""
    pan: str = ""
    merchant_id: str = ""
    criterion: str = "UBE"
    category: str = TAX_PAYMENTS
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Payload:
    """What a payload says."""

    fields: Mapping[str, str | Mapping[str, str]]

    def text(self, key: str, inner: str = "") -> str | None:
        value = self.fields.get(key)
        if inner:
            return value.get(inner) if isinstance(value, Mapping) else None
        return value if isinstance(value, str) else None

    @property
    def amount(self) -> int | None:
        written = self.text("54")
        if written is not None and not (written.isascii() and written.isdigit()):
            raise refuse("tax.qris.amount", remedy="tax.qris.read.remedy", amount=written)
        return int(written) if written is not None else None

    @property
    def bill(self) -> str | None:
        return self.text("62", "01")

    @property
    def sample(self) -> bool:
        return self.text("26", "00") == SAMPLE_DOMAIN


def checksum(text: str) -> str:
    """CRC-16/CCITT-FALSE (polynomial 1021, start FFFF) over the UTF-8 bytes, four hex digits."""
    return f"{crc_hqx(text.encode(), 0xFFFF):04X}"


def write_fields(fields: Iterable[Field]) -> str:
    return "".join([f"{key}{len(value):02d}{value}" for key, value in fields])


class PayloadWriter:
    """Payloads of one merchant: what they share is checked and written once."""

    def __init__(self, merchant: Merchant):
        check_merchant(merchant)
        self._account = write_fields(_accounts(merchant))
        name = f"{SAMPLE_NAME} {merchant.name}"[:25].rstrip() if merchant.sample else merchant.name
        self._before = write_fields([("00", "01"), ("01", "12")]) + self._account \
            + write_fields([("52", merchant.category), ("53", RUPIAH)])
        self._after = write_fields([("58", COUNTRY), ("59", name), ("60", merchant.city), ("61", merchant.postal_code)])

    def payload(self, amount: int, bill: str) -> str:
        """The code that pays *amount* rupiah on the bill number *bill* (1 to 25 letters and digits)."""
        if type(amount) is not int or not 0 < amount < _HIGHEST:
            raise refuse("tax.qris.amount", remedy="tax.qris.amount.remedy", amount=str(amount))
        if not (0 < len(bill) <= 25 and bill.isascii() and bill.isalnum()):
            raise refuse("tax.qris.bill", remedy="tax.qris.bill.remedy", bill=bill)
        written = str(amount)
        number = f"62{len(bill) + 4:02d}01{len(bill):02d}{bill}"
        text = f"{self._before}54{len(written):02d}{written}{self._after}{number}6304"
        return text + checksum(text)


def check_merchant(merchant: Merchant) -> None:
    """Raises Refused naming the first field that a code could not carry."""
    if merchant.nmid is None and not merchant.sample:
        raise refuse("tax.qris.no_nmid", remedy="tax.qris.no_nmid.remedy", merchant=merchant.name)
    real = not merchant.sample
    wanted = (
        ("name", merchant.name, r"[ -~]{1,25}", True), ("city", merchant.city, r"[ -~]{1,15}", True),
        ("postal_code", merchant.postal_code, r"\d{5}", True), ("category", merchant.category, r"\d{4}", True),
        ("criterion", merchant.criterion, r"UMI|UKE|UME|UBE|URE|PSO", True),
        ("nmid", merchant.nmid or "", r"ID\d{11,13}", real), ("pan", merchant.pan, r"9360\d{12,15}", real),
        ("acquirer_domain", merchant.acquirer_domain, r"[A-Z0-9.-]{3,32}", real),
        ("merchant_id", merchant.merchant_id, r"[ -~]{1,15}", real),
    )
    for name, value, form, needed in wanted:
        if needed and not re.fullmatch(form, value):
            raise refuse("tax.qris.merchant", remedy="tax.qris.merchant.remedy", field=name, value=value, form=form)


def _accounts(merchant: Merchant) -> list[Field]:
    if merchant.sample:
        return [("26", write_fields([("00", SAMPLE_DOMAIN)]))]
    national = [("00", "ID.CO.QRIS.WWW"), ("02", merchant.nmid or ""), ("03", merchant.criterion)]
    acquirer = [("00", merchant.acquirer_domain), ("01", merchant.pan), ("02", merchant.merchant_id),
                ("03", merchant.criterion)]
    return [("26", write_fields(acquirer)), ("51", write_fields(national))]


def read_payload(text: str) -> Payload:
    """*text* taken apart and its checksum verified. Raises Refused naming the place of the first fault."""
    if len(text) < 8 or text[-8:-4] != "6304":
        raise refuse("tax.qris.no_checksum", remedy="tax.qris.read.remedy")
    if checksum(text[:-4]) != text[-4:].upper():
        raise refuse("tax.qris.checksum", remedy="tax.qris.read.remedy", written=text[-4:], right=checksum(text[:-4]))
    fields: dict[str, str | Mapping[str, str]] = {}
    for key, value in _read_fields(text).items():
        fields[key] = _read_fields(value) if int(key) in _NESTED else value
    if fields.get("00") != "01" or next(iter(fields)) != "00":
        raise refuse("tax.qris.format", remedy="tax.qris.read.remedy")
    return Payload(fields)


def _read_fields(text: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    place = 0
    while place < len(text):
        head = text[place : place + 4]
        end = place + 4 + int(head[2:]) if re.fullmatch(r"[0-9]{4}", head) else len(text) + 1
        if end > len(text) or head[:2] in fields:
            raise refuse("tax.qris.field", remedy="tax.qris.read.remedy", place=place + 1, head=head)
        fields[head[:2]] = text[place + 4 : end]
        place = end
    return fields
