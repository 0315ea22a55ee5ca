"""What other modules may import from the records. Everything else may change without notice.

Models of other modules inherit ``RegionalModel``; their migrations use the operations of ``sepadan.records.walls`` and
``.constraints`` (imports that migrations alone make). Templates include ``records/history.html`` and
``records/work_progress.html``.
"""

from __future__ import annotations

from sepadan.records.access import (
    active_roles,
    document_for,
    documents_for,
    has_second_factor,
    permitted,
    roles_in,
    work_for,
)
from sepadan.records.clock import now, shifted, today, zone_of
from sepadan.records.desk import (
    DeskLink,
    actor_of,
    address_of,
    desk_links,
    language,
    needs,
    person_of,
    refusal_of,
    region_of,
    signed_in,
)
from sepadan.records.models import (
    Account,
    Appeal,
    AuditEntry,
    CashDay,
    ChannelPartner,
    Charge,
    Collector,
    Document,
    Membership,
    Number,
    NumberSeries,
    Payment,
    Person,
    Sanction,
    Settlement,
    Transfer,
    Work,
)
from sepadan.records.names import (
    AccountKind,
    Actor,
    Channel,
    NumberPeriod,
    Office,
    Role,
    Ruling,
    SanctionKind,
    WorkState,
)
from sepadan.records.queries.audit import history_of, history_of_thing
from sepadan.records.queries.dues import Part, Standing, standing, standings
from sepadan.records.queries.ledger import (
    account_for,
    balances,
    open_amount,
    open_amounts,
    received,
    transfers_of,
)
from sepadan.records.queries.payments import account_number
from sepadan.records.queries.people import person_by_email, regions_of
from sepadan.records.queries.schemes import account_numbers, paying_partners
from sepadan.records.services.attempts import Attempt, begin_attempt, forgive_attempt
from sepadan.records.services.audit import Thing, fields_of, record
from sepadan.records.services.bank_messages import receive_message
from sepadan.records.services.channel_partners import add_partner, add_scheme, secret_of
from sepadan.records.services.counters import add_collector, close_day, deposit_days, take_cash
from sepadan.records.services.documents import Draft, content_of, store_document, void_document
from sepadan.records.services.dues import (
    Order,
    Quote,
    Shares,
    dues_account,
    dues_of,
    forgive_dues,
    principal_only,
    quote,
    settle_dues,
    spread,
)
from sepadan.records.services.filestore import region_folder
from sepadan.records.services.identity import identify_nik
from sepadan.records.services.ledger import (
    Posted,
    TransferDraft,
    move_due_date,
    open_account,
    open_chart,
    post_transfers,
    raise_charge,
    reverse,
)
from sepadan.records.services.numbers import open_series, take_number, take_numbers, void_number
from sepadan.records.services.paper_codes import code_opens, grouped, paper_code, plain_code
from sepadan.records.services.payments import Received, receive_payment, reckons, settle, take_back_payment
from sepadan.records.services.people import add_person, end_role, grant_role, invite_person
from sepadan.records.services.settlement_files import settle_file, take_file
from sepadan.records.services.work import QUEUE, Run, Step, StopRequested, Superseded, handler, start_work, stop_work
from sepadan.records.shown import ShownEntry, ShownWork, history_shown, shown_entries, shown_work
from sepadan.records.tasks import run_worker
from sepadan.records.tenancy import (
    NoRegion,
    RegionalKey,
    RegionalManager,
    RegionalModel,
    RegionalQuerySet,
    WrongRegion,
    account_scope,
    current_region,
    keep_written,
    region_or_none,
    region_scope,
)

__all__ = [
    "QUEUE", "Account", "AccountKind", "Actor", "Appeal", "Attempt", "AuditEntry", "CashDay", "Channel",
    "ChannelPartner", "Charge", "Collector", "DeskLink", "Document", "Draft", "Membership", "NoRegion", "Number",
    "NumberPeriod", "NumberSeries", "Office", "Order", "Part", "Payment", "Person", "Posted", "Quote", "Received",
    "RegionalKey", "RegionalManager", "RegionalModel", "RegionalQuerySet", "Role", "Ruling", "Run", "Sanction",
    "SanctionKind", "Settlement", "Shares", "ShownEntry", "ShownWork", "Standing", "Step", "StopRequested",
    "Superseded", "Thing", "Transfer", "TransferDraft", "Work", "WorkState", "WrongRegion", "account_for",
    "account_number", "account_numbers", "account_scope", "active_roles", "actor_of", "add_collector", "add_partner",
    "add_person", "add_scheme", "address_of", "balances", "begin_attempt", "close_day", "code_opens", "content_of",
    "current_region", "deposit_days", "desk_links", "document_for", "documents_for", "dues_account", "dues_of",
    "end_role", "fields_of", "forgive_attempt", "forgive_dues", "grant_role", "grouped", "handler", "has_second_factor",
    "history_of", "history_of_thing", "history_shown", "identify_nik", "invite_person", "keep_written", "language",
    "move_due_date", "needs", "now", "open_account", "open_amount", "open_amounts", "open_chart", "open_series",
    "paper_code", "paying_partners", "permitted", "person_by_email", "person_of", "plain_code", "post_transfers",
    "principal_only", "quote", "raise_charge", "receive_message", "receive_payment", "received", "reckons", "record",
    "refusal_of", "region_folder", "region_of", "region_or_none", "region_scope", "regions_of", "reverse", "roles_in",
    "run_worker", "secret_of", "settle", "settle_dues", "settle_file", "shifted", "shown_entries", "shown_work",
    "signed_in", "spread", "standing", "standings", "start_work", "stop_work", "store_document", "take_back_payment",
    "take_cash", "take_file", "take_number", "take_numbers", "today", "transfers_of", "void_document", "void_number",
    "work_for", "zone_of",
]
