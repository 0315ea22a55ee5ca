"""Random bank messages, many at once, with crashes between any two steps: the books agree with what the bank was told.

The quick test breaks off inside the process; the full one sends 100,000 messages over HTTP to the product's own server,
whose worker processes are killed (kill -9) all the while.
"""

from __future__ import annotations

import http.client
import os
import random
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db import connections
from psycopg.conninfo import make_conninfo

from sepadan.records import clock
from sepadan.records.engine.bank_signature import signature
from sepadan.records.queries.ledger import balances
from sepadan.records.services.bank_messages import receive_message
from sepadan.records.tenancy import region_scope

from .bank_stress import Sent, Trial, faults_of_books, random_messages, send_all
from .bank_trial import open_bank
from .conftest import make_region

STEPS = ("arrived", "stored", "locked", "booked", "answered", "committed")
PAUSE = (8, 20)
COUNT = int(os.environ.get("SEPADAN_BANK_MESSAGES", "100000"))


class Crash(Exception):
    pass


@pytest.mark.django_db(transaction=True)
def test_two_thousand_random_messages_eight_at_once_with_crashes_lose_and_double_nothing():
    """In Surabaya, whose interest is waived during November 2025: what is told of October bears interest still."""
    now = datetime(2025, 11, 24, 3, 0, tzinfo=UTC)
    trial = Trial(now, ZoneInfo("Asia/Jakarta"), (date(2025, 11, 1), date(2025, 11, 30)))
    bank = open_bank(make_region("35.78", "Kota Surabaya", "kota"), "partial")
    messages, crashes = random_messages(bank, 2_000, 1, trial), []

    def send(one: Sent, draw: random.Random) -> tuple[int, bytes]:
        while True:
            place = draw.choice(STEPS) if draw.random() < 0.15 else ""

            def crash(step: str, place: str = place) -> None:
                if step == place:
                    crashes.append(step)
                    raise Crash(step)

            with suppress(Crash):
                found = receive_message(bank.region, bank.partner, one.kind, external_id=one.external_id, body=one.body,
                                        now=now, steps=crash)
                return found.status, found.body

    told = send_all(messages, send, threads=8, seed=1)
    assert faults_of_books(bank, told, trial) == []
    with region_scope(bank.region):
        held = balances()
        assert held["5.2.pbb.1"] > 0 > held["4.pbb.1"], "some interest was charged and some waived"
    assert set(crashes) == set(STEPS)
    kinds = {(sent.kind, status) for sent, status, _ in told.answers.values()}
    assert {("payment", 200), ("payment", 404), ("reversal", 200), ("reversal", 404), ("inquiry", 200)} <= kinds
    some = next(sent for sent, status, _ in told.answers.values() if sent.kind == "payment" and status == 200)
    told.answers.pop(some.external_id)
    assert faults_of_books(bank, told, trial) != []  # the model would notice one that is missing


class Server:
    """The product's server on the test database, whose workers die now and then."""

    def __init__(self, folder: Path) -> None:
        given = connections["default"].settings_dict
        url = make_conninfo(**{name: str(given[key]) for name, key in (
            ("dbname", "NAME"), ("user", "USER"), ("password", "PASSWORD"), ("host", "HOST"), ("port", "PORT"))
            if given[key]})
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.environment = os.environ | {"DATABASE_URL": url, "DATABASE_OWNER_URL": url, "SEPADAN_POOL": "8",
                                         "SEPADAN_STATIC": "plain", "SEPADAN_LOG": "ERROR"}
        self.path = folder / "server.log"
        self.process = self.start()
        self.kills, self.stopped = 0, threading.Event()

    def start(self) -> subprocess.Popen[bytes]:
        with open(self.path, "ab") as log:
            command = [sys.executable, "-m", "sepadan.project.web", "127.0.0.1", str(self.port), "2", "8"]
            return subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)

    def workers(self) -> list[int]:
        """The worker processes: those that multiprocessing spawned, without its tracker."""
        with suppress(OSError):
            children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
            return [int(one) for one in children
                    if b"resource_tracker" not in Path(f"/proc/{one}/cmdline").read_bytes()]
        return []

    def keep_killing(self, draw: random.Random) -> None:
        """Kill a worker now and then (a new one costs a core for a second or two, so not more often). Where the server
        gives up over it, start it again, as ``sepadan serve`` does."""
        while not self.stopped.wait(draw.uniform(*PAUSE)):
            if self.process.poll() is not None:
                self.process = self.start()
                continue
            found = self.workers()
            if found:
                with suppress(ProcessLookupError):
                    os.kill(draw.choice(found), signal.SIGKILL)
                    self.kills += 1

    def stop(self) -> None:
        """After the killer has ended, so that nothing is started again."""
        self.process.terminate()
        self.process.wait(timeout=60)


@pytest.mark.full
@pytest.mark.django_db(transaction=True)
def test_a_hundred_thousand_messages_sixteen_at_once_while_servers_are_killed(tmp_path, measured):
    bank = open_bank(make_region("35.73", "Kota Malang", "kota"), "partial")
    trial = Trial(clock.now(), ZoneInfo("Asia/Jakarta"))
    messages, server, local = random_messages(bank, COUNT, 2, trial), Server(tmp_path), threading.local()
    broken: list[str] = []

    def attempt(one: Sent) -> tuple[int, bytes]:
        if getattr(local, "line", None) is None:
            local.line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        path, stamp = f"/api/v1/35.73/bank/{one.kind}", clock.now().isoformat()
        local.line.request("POST", path, one.body, {
            "Content-Type": "application/json", "X-PARTNER-ID": "BANK-1", "X-EXTERNAL-ID": one.external_id,
            "X-TIMESTAMP": stamp, "X-SIGNATURE": signature(bank.secret, "POST", path, one.body, stamp)})
        answered = local.line.getresponse()
        return answered.status, answered.read()

    def send(one: Sent, draw: random.Random) -> tuple[int, bytes]:
        end = time.monotonic() + 120
        while time.monotonic() < end:
            try:
                status, body = attempt(one)
            except (OSError, http.client.HTTPException) as error:
                local.line = None
                broken.append(type(error).__name__)
                time.sleep(draw.uniform(0.05, 0.3))
                continue
            if status < 500:
                return status, body
            broken.append(str(status))
            time.sleep(draw.uniform(0.05, 0.3))
        raise TimeoutError(f"{one.external_id} was not answered within two minutes: {broken[-3:]}")

    killer = threading.Thread(target=server.keep_killing, args=(random.Random(3),))
    try:
        killer.start()
        began, used = time.monotonic(), time.process_time()
        told = send_all(messages, send, threads=16, seed=2)
        seconds, asked = time.monotonic() - began, time.process_time() - used
    finally:
        server.stopped.set()
        killer.join()
        server.stop()
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    served = children.ru_utime + children.ru_stime
    assert faults_of_books(bank, told, trial) == [], (tmp_path / "server.log").read_text()[-2_000:]
    assert server.kills >= max(1, COUNT // 5_000)
    measured(f"- {len(messages):,} messages sent, {len(told.answers):,} of them different; 16 at once over HTTP, "
             f"{server.kills} kills of a server process, {len(broken)} broken or refused attempts sent again")
    measured(f"- {len(messages) / seconds:.0f} messages a second, {seconds:.0f} s, kills included; "
             "processor time a message: "
             f"server {served / len(messages) * 1000:.1f} ms with its restarts, "
             f"this client {asked / len(messages) * 1000:.1f} ms, the database beside them")
    measured("- ledger balanced, each bill right, no message lost or doubled, each late payment with the "
             "interest of its day, by a model that reckons from the answers")
