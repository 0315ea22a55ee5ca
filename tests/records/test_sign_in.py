"""Guessing passwords gets slower and slower, also for a hundred guesses at once."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection

from sepadan.records.models import AccountEvent, Person, SignInThrottle
from sepadan.records.services import sign_in as service
from sepadan.records.services.factors import begin_enrolment, confirm_enrolment, make_recovery_codes, verify_code
from sepadan.records.services.sign_in import check_credentials
from sepadan.records.tenancy import account_scope

from .conftest import NOW, PASSWORD

FROM = {"ip": "10.0.0.1", "agent": "Firefox 130, Linux"}


def attempt(password="salah", *, after=0.0, email="ayu@contoh.go.id", ip="10.0.0.1"):
    return check_credentials(email, password, ip=ip, agent="", now=NOW + timedelta(seconds=after))


@pytest.mark.django_db
class TestThrottle:
    def test_after_some_failures_even_the_right_password_waits(self, make_person):
        ayu = make_person("ayu")
        for _ in range(5):
            assert attempt().problem.what.key == "records.sign_in.refused"
        waiting = attempt(PASSWORD)
        assert waiting.problem.what.key == "records.sign_in.wait"
        assert waiting.problem.what.params["seconds"] <= 3
        assert attempt(PASSWORD, after=2.5).person == ayu
        assert attempt(PASSWORD, after=2.6).person == ayu, "a success clears the count"
        with account_scope(person_id=ayu.pk):
            assert AccountEvent.objects.filter(kind="sign_in_refused").count() == 5

    def test_an_attempt_while_waiting_does_not_lengthen_the_wait(self, make_person):
        make_person("ayu")
        for _ in range(5):
            attempt()
        for _ in range(50):
            attempt(after=0.5)
        assert attempt(PASSWORD, after=2.5).person is not None

    def test_another_address_is_not_locked_out_by_a_guesser(self, make_person):
        make_person("ayu")
        for number in range(8):
            attempt(after=number * 200)
        assert attempt(PASSWORD, after=1_401).problem is not None
        assert attempt(PASSWORD, after=1_401, ip="10.0.0.2").person is not None

    def test_guesses_from_many_addresses_are_slowed_down_as_well(self, make_person):
        make_person("ayu")
        for number in range(21):
            attempt(ip=f"10.0.1.{number}")
        assert attempt(PASSWORD, ip="10.0.2.1").problem.what.key == "records.sign_in.wait"

    def test_one_address_that_tries_many_accounts_is_slowed_down(self, make_person):
        make_person("ayu")
        for number in range(61):
            attempt(email=f"x{number}@contoh.go.id")
        assert attempt(PASSWORD).problem.what.key == "records.sign_in.wait"

    def test_an_unknown_account_waits_like_a_known_one(self, make_person):
        make_person("ayu")
        known = [attempt().problem.what.key for _ in range(6)]
        unknown = [attempt(email="siapa@contoh.go.id").problem.what.key for _ in range(6)]
        assert known == unknown

    def test_no_address_is_kept_in_clear(self, make_person):
        make_person("ayu")
        attempt()
        kept = " ".join(SignInThrottle.objects.values_list("key", flat=True))
        assert "ayu" not in kept
        assert "10.0.0.1" not in kept
        assert service.forget_old_throttles(NOW + timedelta(days=2)) == 3

    def test_an_unknown_account_costs_a_password_hash_too(self, make_person, settings):
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
        make_person("ayu")
        spent = []
        for email in ("ayu@contoh.go.id", "siapa@contoh.go.id"):
            begun = time.process_time()
            attempt(email=email)
            spent.append(time.process_time() - begun)
        assert 0.4 < spent[0] / spent[1] < 2.5


@pytest.mark.django_db(transaction=True)
def test_twenty_guesses_at_once_count_as_twenty():
    Person.objects.create_user("ayu@contoh.go.id", "Ayu", PASSWORD)
    keys: list[str] = []

    def guess() -> None:
        outcome = attempt()
        keys.append(outcome.problem.what.key)
        connection.close()

    threads = [threading.Thread(target=guess) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(keys) == ["records.sign_in.refused"] * 5 + ["records.sign_in.wait"] * 15


@pytest.mark.django_db
class TestSecondFactor:
    def enrol(self, person):
        from django_otp.oath import totp

        device = begin_enrolment(person)
        assert begin_enrolment(person) == device, "the same key until it is confirmed"
        return confirm_enrolment(person, f"{totp(device.bin_key):06d}", now=NOW, **FROM).device

    def test_a_code_works_once(self, make_person):
        from django_otp.oath import totp

        ayu = make_person("ayu")
        device = self.enrol(ayu)
        code = f"{totp(device.bin_key):06d}"
        assert verify_code(ayu, code, now=NOW, **FROM).device is None, "the code that confirmed it is used up"

    def test_recovery_codes_work_once_and_a_new_set_replaces_the_old(self, make_person):
        ayu = make_person("ayu")
        self.enrol(ayu)
        old = make_recovery_codes(ayu, now=NOW, **FROM)
        assert verify_code(ayu, f" {old[0].upper()} ", now=NOW, **FROM).device is not None
        new = make_recovery_codes(ayu, now=NOW, **FROM)
        assert set(old) & set(new) == set()
        assert verify_code(ayu, new[1], now=NOW, **FROM).device is not None
        refused = verify_code(ayu, old[1], now=NOW, **FROM)
        assert refused.problem.what.key == "records.factor.wrong_code"
        assert verify_code(ayu, new[2], now=NOW, **FROM).problem.what.key == "records.factor.wait"

    def test_without_a_device_no_code_is_right(self, make_person):
        ayu = make_person("ayu")
        assert verify_code(ayu, "123456", now=NOW, **FROM).device is None
        assert confirm_enrolment(ayu, "123456", now=NOW, **FROM).problem.what.key == "records.factor.not_begun"
