"""A bank that speaks the bank API: it signs, asks, pays, repeats itself, takes back, and writes the day's file.

Idea: ``BankClient`` knows only what a bank is given (address, region's code, partner code, secret) and the documented
API; it is used by the command ``sepadan demo bank``, by journeys in a browser and by nobody's books. Addresses outside
this machine are refused: it is made to try one's own server.

Amounts are whole rupiah. ``clock`` gives the bank's time.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import random
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sepadan.ground.money import Rupiah
from sepadan.ground.problems import refuse
from sepadan.records.engine.bank_signature import signature
from sepadan.records.engine.settlement_csv import FileLine, write_settlement

PREFIX_DIGITS = 5
SECONDS = 30


@dataclass(frozen=True, slots=True)
class Told:
    """An answer of the region: HTTP status, seven-digit code, text, and the data of a success."""

    status: int
    code: str
    text: str
    data: dict[str, Any]

    @property
    def total(self) -> Rupiah:
        return int(str(self.data["totalAmount"]["value"]).partition(".")[0])


@dataclass
class BankClient:
    """One bank at one server. A broken line is opened again; a message is never repeated unless it is asked to."""

    server: str
    kode: str
    partner_id: str
    secret: str
    clock: Callable[[], datetime]
    prefix_digits: int = PREFIX_DIGITS
    name: str = "demo"
    fee: Rupiah = 0
    paid: dict[str, FileLine] = field(default_factory=dict)
    sent: int = 0

    def __post_init__(self) -> None:
        self._where = _on_this_machine(self.server)
        self._line: http.client.HTTPConnection | None = None

    def inquire(self, number: str) -> Told:
        """What is open under *number*."""
        return self._send("inquiry", number, {"inquiryRequestId": f"{self.name}-i{self.sent + 1}"})

    def pay(self, number: str, amount: Rupiah, request_id: str = "", *, at: datetime | None = None,
            external_id: str = "") -> Told:
        """Report a payment; under the same *request_id* it is one payment, however often it is sent."""
        request, when = request_id or f"{self.name}-p{self.sent + 1}", at or self.clock()
        told = self._send("payment", number, {**self._money(amount, when), "paymentRequestId": request}, external_id)
        if told.status == http.client.OK:
            self.paid[request] = FileLine(0, request, number, amount, self.fee, when)
        return told

    def take_back(self, number: str, amount: Rupiah, request_id: str, *, at: datetime | None = None) -> Told:
        """Take a payment back."""
        told = self._send("reversal", number, {**self._money(amount, at or self.clock()), "reason": "batal di teller",
                                               "paymentRequestId": request_id})
        if told.status == http.client.OK:
            self.paid.pop(request_id, None)
        return told

    def ask_status(self, number: str, request_id: str) -> Told:
        return self._send("status", number, {"paymentRequestId": request_id})

    def settlement_file(self, reference: str) -> bytes:
        """The day's file over everything that was paid and not taken back. Raises ValueError where nothing was."""
        lines = [FileLine(place, one.request_id, one.number, one.amount, one.fee, one.at)
                 for place, one in enumerate(self.paid.values(), start=2)]
        if not lines:
            raise ValueError("nothing was paid, so there is nothing to settle")
        return write_settlement(self.partner_id, reference, max(one.at for one in lines).date(), lines)

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def _money(self, amount: Rupiah, at: datetime) -> dict[str, Any]:
        return {"paidAmount": {"value": f"{amount}.00", "currency": "IDR"}, "trxDateTime": at.isoformat()}

    def _send(self, kind: str, number: str, more: dict[str, Any], external_id: str = "") -> Told:
        self.sent += 1
        prefix, rest = number[:self.prefix_digits], number[self.prefix_digits:]
        body = json.dumps({"partnerServiceId": prefix.rjust(8), "customerNo": rest,
                           "virtualAccountNo": prefix.rjust(8) + rest, **more}).encode()
        path, stamp = f"/api/v1/{self.kode}/bank/{kind}", self.clock().isoformat()
        headers = {"Content-Type": "application/json", "X-PARTNER-ID": self.partner_id,
                   "X-EXTERNAL-ID": external_id or f"{self.name}-{self.sent}", "X-TIMESTAMP": stamp,
                   "X-SIGNATURE": signature(self.secret, "POST", path, body, stamp)}
        try:
            status, answered = self._post(path, body, headers)
        except (http.client.HTTPException, ConnectionError):
            self.close()
            status, answered = self._post(path, body, headers)
        said = json.loads(answered)
        return Told(status, said.get("responseCode", ""), said.get("responseMessage", ""),
                    said.get("virtualAccountData", {}))

    def _post(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        if self._line is None:
            self._line = http.client.HTTPConnection(*self._where, timeout=SECONDS)
        self._line.request("POST", path, body, headers)
        answered = self._line.getresponse()
        return answered.status, answered.read()


@dataclass(frozen=True, slots=True)
class Scene:
    """One thing that the bank did and what it was answered. *as_agreed* says whether the answer is the documented
    one."""

    name: str
    told: Told
    as_agreed: bool


def play(bank: BankClient, numbers: Sequence[str], *, seed: int = 1) -> list[Scene]:
    """A bank's day over *numbers*: each bill is asked about and paid in one of six ways, in turn.

    In turn: paid; paid and sent again; paid and taken back; paid with a wrong amount, then the right one; paid
    earlier than it was told; taken back before it was paid.
    """
    draw, scenes = random.Random(seed), []
    order = list(numbers)
    draw.shuffle(order)
    for place, number in enumerate(order):
        told = bank.inquire(number)
        scenes.append(Scene("inquiry", told, told.code in ("2002400", "4042414", "4042412")))
        if told.status == http.client.OK:
            scenes += _WAYS[place % len(_WAYS)](bank, number, told.total, f"{bank.name}-r{place}")
    return scenes


def _plain(bank: BankClient, number: str, total: Rupiah, request: str) -> list[Scene]:
    return [_scene("payment", bank.pay(number, total, request), "2002500"),
            _scene("status", bank.ask_status(number, request), "2002600")]


def _again(bank: BankClient, number: str, total: Rupiah, request: str) -> list[Scene]:
    first = bank.pay(number, total, request)
    return [_scene("payment", first, "2002500"), _scene("duplicate", bank.pay(number, total, request), "2002500"),
            _scene("paid_twice", bank.pay(number, total, f"{request}-2"), "4042514")]


def _taken_back(bank: BankClient, number: str, total: Rupiah, request: str) -> list[Scene]:
    return [_scene("payment", bank.pay(number, total, request), "2002500"),
            _scene("reversal", bank.take_back(number, total, request), "2009900")]


def _wrong_amount(bank: BankClient, number: str, total: Rupiah, request: str) -> list[Scene]:
    return [_scene("wrong_amount", bank.pay(number, total + 1, f"{request}-x"), "4042513"),
            _scene("payment", bank.pay(number, total, request), "2002500")]


def _late(bank: BankClient, number: str, total: Rupiah, request: str) -> list[Scene]:
    """Paid a minute ago, told now. (Another day may have cost something else: interest is that of the day.)"""
    return [_scene("late", bank.pay(number, total, request, at=bank.clock() - timedelta(minutes=1)), "2002500")]


def _reversed_first(bank: BankClient, number: str, total: Rupiah, request: str) -> list[Scene]:
    return [_scene("early_reversal", bank.take_back(number, total, request), "4049901"),
            _scene("cancelled", bank.pay(number, total, request), "4042504")]


_WAYS = (_plain, _again, _taken_back, _wrong_amount, _late, _reversed_first)


def _scene(name: str, told: Told, wanted: str) -> Scene:
    return Scene(name, told, told.code == wanted)


def _on_this_machine(server: str) -> tuple[str, int]:
    """Host and port of an ``http://`` address of this machine. Raises Refused on any other."""
    given = urlsplit(server if "//" in server else f"http://{server}")
    try:
        host, port = given.hostname or "", given.port or 80
        found = {ipaddress.ip_address(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, ValueError):
        found = set()
        host, port = "", 0
    if given.scheme != "http" or not found or not all(one.is_loopback for one in found):
        raise refuse("demo.bank.elsewhere", where=server[:80], remedy="demo.bank.elsewhere.remedy")
    return host, port
