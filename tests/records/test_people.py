"""Accounts, roles and rights: who is what, since when, and what that allows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.http import Http404

from sepadan.ground.problems import Refused
from sepadan.records import access
from sepadan.records.models import AuditEntry, Membership, Person
from sepadan.records.names import ACTIONS, ROLE_ACTIONS, SECOND_FACTOR_ROLES, Actor, Role
from sepadan.records.queries.people import memberships, person_by_email, regions_of
from sepadan.records.services.people import add_person, end_role, grant_role, invite_person, set_password
from sepadan.records.tenancy import region_scope

from .conftest import NOW, PASSWORD

TODAY = date(2026, 11, 24)
ADMIN = Actor("Admin")


def test_every_role_has_words_and_every_action_an_office():
    from sepadan.ground.messages import catalogue

    assert {f"records.role.{role}" for role in Role} <= set(catalogue())
    assert {verb for action in ACTIONS for verb in action.split(".")[1:]} == {"read", "write", "approve"}
    assert ROLE_ACTIONS.keys() == set(Role)


def test_an_auditor_and_a_visitor_write_nothing():
    for role in (Role.AUDITOR, Role.VISITOR):
        assert {action for action in ROLE_ACTIONS[role] if not action.endswith(".read")} == set()


def test_passwords_are_kept_with_argon2(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    kept = make_password(PASSWORD)
    assert identify_hasher(kept).algorithm == "argon2"
    assert "argon2id" in kept
    assert check_password(PASSWORD, kept)


@pytest.mark.django_db
class TestAccounts:
    def test_an_address_is_plain_and_has_one_account(self):
        person = add_person(" Ayu@Contoh.GO.id ", "Ayu")
        assert person.email == "ayu@contoh.go.id"
        assert not person.has_usable_password()
        with pytest.raises(Refused, match="has an account already"):
            add_person("AYU@contoh.go.id", "Ayu")
        assert person_by_email("ayu@contoh.go.id") == person

    @pytest.mark.parametrize(("email", "name", "password", "words"), [
        ("bukan alamat", "Ayu", None, "not an e-mail"), ("a@b.id", "  ", None, "name is missing"),
        ("a@b.id", "Ayu", "pendek", "6 signs")])
    def test_a_faulty_account_is_refused(self, email, name, password, words):
        with pytest.raises(Refused, match=words):
            add_person(email, name, password=password)
        assert person_by_email("a@b.id") is None

    def test_a_common_password_is_refused_from_the_shipped_list(self):
        person = add_person("ayu@contoh.go.id", "Ayu")
        with pytest.raises(Refused, match="people use most"):
            set_password(person, "qwerty123456")

    def test_the_database_refuses_an_address_in_capitals_and_half_a_nik(self):
        with pytest.raises(IntegrityError, match="lower_case"), transaction.atomic():
            Person(email="Ayu@contoh.go.id", name="Ayu").save()
        with pytest.raises(IntegrityError, match="nik_digest_form"), transaction.atomic():
            Person(email="ayu@contoh.go.id", name="Ayu", nik_last4="1234").save()


@pytest.mark.django_db
class TestRoles:
    def test_rights_come_from_roles_of_this_region_in_force_today(self, malang, bekasi, make_person):
        ayu = make_person("ayu", (malang, Role.TAX_OFFICER))
        assert access.permitted(ayu, malang, "tax.write")
        assert not access.permitted(ayu, malang, "tax.approve")
        assert not access.permitted(ayu, malang, "waste.read")
        assert not access.permitted(ayu, bekasi, "tax.read")
        assert not access.permitted(AnonymousUser(), malang, "tax.read")
        assert not access.permitted(ayu, malang, "tax.write", today=date(2025, 12, 31))
        with pytest.raises(ValueError, match="no role has the action"):
            access.permitted(ayu, malang, "tax.fly")

    def test_a_closed_account_may_nothing(self, malang, make_person):
        ayu = make_person("ayu", (malang, Role.TAX_OFFICER))
        ayu.is_active = False
        assert not access.permitted(ayu, malang, "tax.read")

    def test_an_approver_needs_the_second_factor_unless_the_installation_says_otherwise(self, malang, make_person,
                                                                                        settings):
        approver = make_person("budi", (malang, Role.TAX_APPROVER))
        assert Role.TAX_APPROVER in SECOND_FACTOR_ROLES
        assert not access.permitted(approver, malang, "tax.approve")
        assert access.waits_for_second_factor(approver, malang, "tax.approve")
        assert not access.waits_for_second_factor(approver, malang, "waste.approve")
        approver.otp_device = object()
        assert access.permitted(approver, malang, "tax.approve")
        approver.otp_device = None
        settings.SECOND_FACTOR_ROLES = []
        assert access.permitted(approver, malang, "tax.approve")

    def test_a_role_is_granted_once_ended_with_a_reason_and_granted_again(self, malang, make_person):
        ayu = make_person("ayu")
        with region_scope(malang):
            membership = grant_role(ayu, Role.AUDITOR, actor=ADMIN, now=NOW, today=TODAY)
            with pytest.raises(Refused, match=r"Ayu is Auditor \(read only\) of Kota Malang already"):
                grant_role(ayu, Role.AUDITOR, actor=ADMIN, now=NOW, today=TODAY)
            assert access.permitted(ayu, malang, "audit.read", today=TODAY)
            with pytest.raises(Refused, match="reason"):
                end_role(membership, actor=ADMIN, now=NOW, today=TODAY, reason=" ")
            later = TODAY + timedelta(days=5)
            end_role(membership, actor=ADMIN, now=NOW, today=later, reason="pindah")
            ayu.__dict__.pop("_roles", None)
            assert access.permitted(ayu, malang, "audit.read", today=later - timedelta(days=1))
            assert not access.permitted(ayu, malang, "audit.read", today=later)
            with pytest.raises(Refused, match="ended on 29 Nov 2026 already"):
                end_role(membership, actor=ADMIN, now=NOW, today=later, reason="lagi")
            grant_role(ayu, Role.AUDITOR, actor=ADMIN, now=NOW, today=later)
            with pytest.raises(Refused, match="before it begins"):
                grant_role(ayu, Role.VISITOR, actor=ADMIN, now=NOW, today=TODAY, until=TODAY)
            verbs = list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
            assert verbs == ["records.audit.role_granted", "records.audit.role_ended", "records.audit.role_granted"]
            assert len(memberships(later)) == 1
            assert len(memberships(later, past=True)) == 1

    def test_a_role_ended_on_its_first_day_never_counted(self, malang, make_person):
        ayu = make_person("ayu")
        with region_scope(malang):
            membership = grant_role(ayu, Role.AUDITOR, actor=ADMIN, now=NOW, today=TODAY)
            end_role(membership, actor=ADMIN, now=NOW, today=TODAY, reason="keliru")
            assert not access.permitted(ayu, malang, "audit.read", today=TODAY)
            grant_role(ayu, Role.AUDITOR, actor=ADMIN, now=NOW, today=TODAY)

    def test_inviting_an_existing_account_keeps_its_name_and_password(self, malang, bekasi, make_person):
        make_person("ayu", (bekasi, Role.TAX_OFFICER))
        with region_scope(malang):
            invited = invite_person("AYU@contoh.go.id", "Orang lain", Role.VISITOR, actor=ADMIN, now=NOW, today=TODAY)
        assert (invited.is_new, invited.token, invited.person.name) == (False, None, "Ayu")

    def test_a_person_knows_his_regions_and_only_his(self, malang, bekasi, make_person):
        ayu = make_person("ayu", (malang, Role.TAX_OFFICER), (bekasi, Role.VISITOR))
        bima = make_person("bima", (bekasi, Role.TAX_OFFICER))
        assert regions_of(ayu, TODAY) == [bekasi, malang]
        assert regions_of(bima, TODAY) == [bekasi]
        assert regions_of(ayu, date(2025, 1, 1)) == []

    def test_a_membership_is_fetched_by_those_who_keep_people_and_by_nobody_else(self, malang, make_person, settings):
        settings.SECOND_FACTOR_ROLES = []
        admin = make_person("admin", (malang, Role.REGION_ADMIN))
        auditor = make_person("audit", (malang, Role.AUDITOR))
        with region_scope(malang):
            membership = Membership.objects.get(person=auditor)
            assert access.membership_for(admin, malang, membership.pk) == membership
            for person, number in ((auditor, membership.pk), (admin, 999_999)):
                with pytest.raises(Http404):
                    access.membership_for(person, malang, number)
