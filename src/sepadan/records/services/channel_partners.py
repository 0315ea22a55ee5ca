"""Partners of the bank channel: add one, give it numbers, change its rules, give it a new secret, close it.

A secret is derived from the installation's key, the region, the partner and a generation; it is never stored in the
database and the page shows it once. After a rotation the one before it still works for a while, so that the bank can
change over without a pause.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import ip_network

from django.conf import settings

from sepadan.ground.money import Rupiah
from sepadan.ground.problems import refuse
from sepadan.records.engine.bank_signature import derive_secret
from sepadan.records.models import ChannelPartner, NumberScheme
from sepadan.records.models.channels import POLICIES
from sepadan.records.names import Actor, Channel
from sepadan.records.services.audit import fields_of, record
from sepadan.records.tenancy import current_region

OVERLAP = timedelta(days=7)
LARGEST_FEE = 1_000_000
RULES = ("name", "policy", "tolerance_seconds", "late_days", "fee", "networks", "is_active")


def add_partner(partner_id: str, name: str, *, channel: Channel, actor: Actor, now: datetime, policy: str = "exact",
                tolerance_seconds: int = 300, late_days: int = 31, fee: Rupiah = 0,
                networks: Sequence[str] = ()) -> tuple[ChannelPartner, str]:
    """A new partner of the region in scope and its secret, to be shown once.

    Raises Refused on a partner id that is taken or of another form, an unknown policy, a network that is none.
    """
    where = partner_id
    if not name.strip() or not partner_id.replace("-", "").isalnum() or not partner_id.isascii() \
            or len(partner_id) > 36 or channel == Channel.COUNTER:
        raise refuse("records.bank.partner.form", where=where, remedy="records.bank.partner.form.remedy")
    if ChannelPartner.objects.filter(partner_id=partner_id).exists():
        raise refuse("records.bank.partner.taken", where=where, remedy="records.bank.partner.taken.remedy")
    partner = ChannelPartner(partner_id=partner_id, name=name.strip(), channel=channel.value, policy=policy,
                             tolerance_seconds=tolerance_seconds, late_days=late_days, fee=fee,
                             networks=list(networks), created_at=now)
    _check_rules(partner)
    partner.save()
    record(actor, "records.audit.partner_added", partner, now=now, after=fields_of(partner, "partner_id", *RULES))
    return partner, secret_of(partner)


def change_partner(partner: ChannelPartner, *, actor: Actor, now: datetime, reason: str,
                   **rules: object) -> ChannelPartner:
    """Other rules for a partner (names in ``RULES``); ``is_active=False`` closes it. Raises Refused as adding does."""
    if not reason.strip():
        raise refuse("records.bank.no_reason", where=partner.partner_id)
    row = ChannelPartner.objects.select_for_update(of=("self",)).get(pk=partner.pk)
    before = fields_of(row, *RULES)
    for field, value in rules.items():
        if field not in RULES:
            raise ValueError(f"{field!r} is no rule of a partner; the rules are {RULES}")
        setattr(row, field, value)
    _check_rules(row)
    row.save()
    record(actor, "records.audit.partner_changed", row, now=now, reason=reason.strip(), before=before,
           after=fields_of(row, *RULES))
    return row


def rotate_secret(partner: ChannelPartner, *, actor: Actor, now: datetime, reason: str,
                  overlap: timedelta = OVERLAP) -> str:
    """A new secret, to be shown once; the present one works for *overlap* more. Raises Refused without a reason."""
    if not reason.strip():
        raise refuse("records.bank.no_reason", where=partner.partner_id)
    row = ChannelPartner.objects.select_for_update(of=("self",)).get(pk=partner.pk)
    row.generation, row.previous_until = row.generation + 1, now + overlap
    row.save(update_fields=["generation", "previous_until"])
    record(actor, "records.audit.partner_secret", row, now=now, reason=reason.strip(),
           after={"generation": row.generation})
    return secret_of(row)


def add_scheme(partner: ChannelPartner, prefix: str, levy: str, *, actor: Actor, now: datetime, source: str = "key",
               digits: int = 11, days_after_due: int | None = None) -> NumberScheme:
    """Let *prefix* lead to the charges of *levy*. Raises Refused when the prefix is taken or is no number."""
    sound = prefix.isascii() and prefix.isdigit() and len(prefix) <= 8 and 4 <= digits <= 18
    if not sound or source not in ("key", "number") or NumberScheme.objects.filter(
            partner=partner, prefix=prefix).exists():
        raise refuse("records.bank.scheme.form", where=f"{partner.partner_id} {prefix}",
                     remedy="records.bank.scheme.form.remedy")
    scheme = NumberScheme.objects.create(partner=partner, prefix=prefix, levy=levy, source=source, digits=digits,
                                         days_after_due=days_after_due)
    record(actor, "records.audit.scheme_added", partner, now=now, after=fields_of(
        scheme, "prefix", "levy", "source", "digits", "days_after_due"))
    return scheme


def secret_of(partner: ChannelPartner, generation: int | None = None) -> str:
    """The secret of a generation (the present one). It is shown when made and read when a signature is checked."""
    number = partner.generation if generation is None else generation
    return derive_secret(settings.BANK_KEY, current_region().code, partner.partner_id, str(number))


def valid_secrets(partner: ChannelPartner, now: datetime) -> list[str]:
    """The present secret, and the one before it while it still works."""
    found = [secret_of(partner)]
    if partner.previous_until is not None and now < partner.previous_until:
        found.append(secret_of(partner, partner.generation - 1))
    return found


def _check_rules(partner: ChannelPartner) -> None:
    where = partner.partner_id
    if partner.policy not in POLICIES or not 1 <= partner.tolerance_seconds <= 3600 \
            or not 0 <= partner.late_days <= 3660 or not 0 <= partner.fee <= LARGEST_FEE:
        raise refuse("records.bank.partner.form", where=where, remedy="records.bank.partner.form.remedy")
    for network in partner.networks:
        try:
            ip_network(network)
        except ValueError as error:
            raise refuse("records.bank.partner.network", where=where, network=network[:43],
                         remedy="records.bank.partner.network.remedy") from error
