"""Tickets sign themselves: forged, foreign and altered ones are refused, and changing keys keeps old ones valid."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import override_settings

from sepadan.creative.engine import ticket_text as form
from sepadan.creative.models import SigningKey
from sepadan.creative.services.signing import turn_key
from sepadan.creative.services.ticket_signing import read_ticket_text, ticket_text, ticket_texts
from sepadan.ground.problems import Refused
from sepadan.records.public import region_scope
from sepadan.territory.models import Region

from .centre import DESK, NOW

pytestmark = pytest.mark.django_db


def ticket(code="K7QF29MX4TGH", event=1204):
    return SimpleNamespace(code=code, registration=SimpleNamespace(event_id=event))


@pytest.fixture
def malang():
    with region_scope(Region.objects.get(code="35.73")) as region:
        yield region


def refusal(text):
    with pytest.raises(Refused) as refused:
        read_ticket_text(text)
    return refused.value.problem.what.key


def test_a_ticket_says_region_event_and_code_in_150_signed_bytes(malang):
    text = ticket_text(ticket(), now=NOW)
    assert len(text) <= 150
    assert text.isascii()
    found = read_ticket_text(text)
    assert (found.region, found.event, found.code) == ("35.73", 1204, "K7QF29MX4TGH")
    assert ticket_texts([ticket(), ticket("AAAA")], now=NOW)[0] == text  # the same ticket has one text
    longest = ticket_text(ticket("K7QF29MX" * 4, 9_999_999_999), now=NOW)
    assert len(longest) <= 150


def test_any_changed_letter_another_region_and_no_ticket_at_all_are_refused(malang):
    text = ticket_text(ticket(), now=NOW)
    for place, letter in enumerate(text):
        other = text[:place] + ("B" if letter != "B" else "C") + text[place + 1:]
        with pytest.raises(Refused):
            read_ticket_text(other)
    for nothing in ("", "SPT1:", "https://example.org", text[:-1], text + "A", "x" * 5_000):
        assert refusal(nothing) == "creative.ticket.unreadable"
    with region_scope(Region.objects.get(code="32.75")):
        assert refusal(text) == "creative.ticket.elsewhere"
        own = ticket_text(ticket(), now=NOW)
        forged = text.replace("35.73", "32.75")
        assert refusal(forged) == "creative.ticket.forged"
        assert read_ticket_text(own).region == "32.75"


def test_a_new_key_leaves_old_tickets_valid_and_a_void_key_does_not(malang):
    first = ticket_text(ticket(), now=NOW)
    turn_key("ticket", actor=DESK, now=NOW, reason="giliran tahunan")
    second = ticket_text(ticket(), now=NOW)
    assert first != second
    assert read_ticket_text(first).code == read_ticket_text(second).code
    turn_key("ticket", actor=DESK, now=NOW, reason="rahasia bocor", void=True)
    assert read_ticket_text(first).code == "K7QF29MX4TGH"
    assert refusal(second) == "creative.ticket.forged"
    assert SigningKey.objects.filter(retired_at__isnull=True).count() == 1


def test_a_lost_secret_opens_a_new_key_and_old_tickets_stay_valid(malang):
    first = ticket_text(ticket(), now=NOW)
    with override_settings(SIGNING_KEY=b"\1" * 32):
        second = ticket_text(ticket(), now=NOW)
        assert form.read(first).kid != form.read(second).kid
        assert read_ticket_text(first).code == read_ticket_text(second).code
