"""Plain words of the records: roles and what they may do, who acts, states of background work, channels of payment."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, and from where. A process without a person behind it has a name and no ``person_id``."""

    name: str
    person_id: int | None = None
    ip: str | None = None
    agent: str = ""


class Language(StrEnum):
    INDONESIAN = "id"
    ENGLISH = "en"


class Role(StrEnum):
    """What a person is in one region. The same person may be something else in another."""

    REGION_ADMIN = "region_admin"
    TAX_OFFICER = "tax_officer"
    TAX_APPROVER = "tax_approver"
    CREATIVE_OFFICER = "creative_officer"
    CREATIVE_APPROVER = "creative_approver"
    WASTE_OFFICER = "waste_officer"
    WASTE_APPROVER = "waste_approver"
    AUDITOR = "auditor"
    VISITOR = "visitor"


class Office(StrEnum):
    """Whose desk an action, a document or a piece of work belongs to."""

    TAX = "tax"
    CREATIVE = "creative"
    WASTE = "waste"
    STUDY = "study"
    PEOPLE = "people"
    AUDIT = "audit"
    LEDGER = "ledger"


def _offices(verb: str, *but: Office) -> frozenset[str]:
    return frozenset(f"{office}.{verb}" for office in Office if office not in but)


def _officer(office: Office) -> frozenset[str]:
    return frozenset({f"{office}.read", f"{office}.write", "study.read", "study.write"})


def _approver(office: Office) -> frozenset[str]:
    return _officer(office) | {f"{office}.approve", "study.approve"}


ROLE_ACTIONS: dict[Role, frozenset[str]] = {
    Role.REGION_ADMIN: _offices("read") | {"people.write", "study.write", "study.approve", "bank.write"},
    Role.TAX_OFFICER: _officer(Office.TAX) | {"ledger.read", "ledger.write"},
    Role.TAX_APPROVER: _approver(Office.TAX) | {"ledger.read", "ledger.write", "ledger.approve", "bank.write"},
    Role.CREATIVE_OFFICER: _officer(Office.CREATIVE),
    Role.CREATIVE_APPROVER: _approver(Office.CREATIVE),
    Role.WASTE_OFFICER: _officer(Office.WASTE),
    Role.WASTE_APPROVER: _approver(Office.WASTE),
    Role.AUDITOR: _offices("read"),
    Role.VISITOR: frozenset({"study.read"}),
}
"""What each role may do: ``<office>.<read|write|approve>``. Nothing that is not listed is allowed.

``ledger.write`` is the day's work with money (counter, settlement files), ``ledger.approve`` what takes money back from
a payer's account, ``bank.write`` the keys and rules of bank partners."""

ACTIONS: frozenset[str] = frozenset().union(*ROLE_ACTIONS.values())

SECOND_FACTOR_ROLES: frozenset[Role] = frozenset(
    {Role.REGION_ADMIN, Role.TAX_APPROVER, Role.CREATIVE_APPROVER, Role.WASTE_APPROVER})
"""Roles that count only in a session confirmed by a second factor, unless the installation's settings say otherwise."""


class WorkState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


OPEN_STATES = (WorkState.QUEUED, WorkState.RUNNING)


class NumberPeriod(StrEnum):
    """When a series begins at 1 again."""

    YEAR = "year"
    MONTH = "month"
    NEVER = "never"


class AccountKind(StrEnum):
    """Side of the ledger. Cash, clearing and receivable grow by debit; revenue, liability and equity by credit."""

    CASH = "cash"
    CLEARING = "clearing"
    RECEIVABLE = "receivable"
    EXPENSE = "expense"
    REVENUE = "revenue"
    LIABILITY = "liability"
    EQUITY = "equity"


class Channel(StrEnum):
    """How money arrives."""

    BANK = "bank"
    QRIS = "qris"
    VA = "va"
    COUNTER = "counter"


class SettlementAct(StrEnum):
    """What is decided about a line of a settlement file that does not agree with the books."""

    BOOK_LATE = "book_late"
    SET_ASIDE = "set_aside"
    CORRECT = "correct"
    TAKE_BACK = "take_back"
    CARRY = "carry"
    ACCEPT_FEE = "accept_fee"
    ASK = "ask"


class SanctionKind(StrEnum):
    """Why a fine stands: an objection, or an appeal to the tax court, was refused."""

    OBJECTION_FINE = "objection_fine"
    APPEAL_FINE = "appeal_fine"


class AppealState(StrEnum):
    """Whether a recorded appeal holds: a second person has to confirm it before it has any effect."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"


class Ruling(StrEnum):
    """What the tax court ruled on an appeal."""

    GRANTED = "granted"
    PARTLY = "partly"
    REFUSED = "refused"


class CollectorKind(StrEnum):
    COUNTER = "counter"
    VILLAGE = "village"


class AccountEventKind(StrEnum):
    """What happened to an account, shown to its owner."""

    SIGNED_IN = "signed_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGNED_OUT = "signed_out"
    PASSWORD_CHANGED = "password_changed"
    FACTOR_ADDED = "factor_added"
    FACTOR_REMOVED = "factor_removed"
    FACTOR_REFUSED = "factor_refused"
    CODES_MADE = "codes_made"
    INVITED = "invited"
