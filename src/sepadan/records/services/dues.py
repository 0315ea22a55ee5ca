"""What settles a charge on a day, and how a payment is spread over it.

A levy registers a function that knows its interest and relief::

    @dues_of("pbb")
    def quote_pbb(charge: Charge, on: date) -> Quote: ...

and everybody else asks ``quote(charge, on)``. A levy without one owes its principal only. All amounts are whole rupiah.

    total = principal + interest - relief

``principal`` is what is open, ``interest`` what is charged by the day *on* together with what was charged before and is
still open, ``relief`` what a programme forgives to whoever pays the total that day. A payment of the total or more
settles; relief is given then and only then. A smaller one is spread by ``order``:

    principal_first   principal, with the interest on just that part charged; then the interest that is open
    interest_first    all interest up to the day, then principal

A programme that forgives everything leaves a total of 0: nobody can pay it, so no payment will ever settle the charge.
``forgive_dues`` settles it with the lines of relief alone; until then the charge stays open, and the relief ends with
the programme.

Interest and relief become ledger lines on the day of the payment. A payment that arrives after a later one was booked
is reckoned with its own day on what is then open; what was booked stays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sepadan.ground.money import Rupiah
from sepadan.ground.problems import refuse
from sepadan.ground.steps import Explained
from sepadan.records.models import Account, Charge
from sepadan.records.names import AccountKind
from sepadan.records.queries.dues import Standing, standing
from sepadan.records.queries.ledger import account_for
from sepadan.records.services.ledger import TransferDraft, open_account, post_transfers


class Order(StrEnum):
    """What a payment below the total pays first."""

    PRINCIPAL_FIRST = "principal_first"
    INTEREST_FIRST = "interest_first"


def _no_interest(part: Rupiah) -> Rupiah:
    return 0


@dataclass(frozen=True, slots=True)
class Quote:
    """What settles a charge on a day. ``steps`` say why.

    Of ``interest``, ``booked`` stands in the ledger already; of ``relief``, ``relief_principal`` is a cut of principal.
    ``interest_on`` gives the interest that paying so much principal on that day brings.
    """

    principal: Rupiah
    interest: Rupiah = 0
    relief: Rupiah = 0
    total: Rupiah = 0
    steps: tuple[Explained, ...] = ()
    booked: Rupiah = 0
    relief_principal: Rupiah = 0
    order: Order = Order.PRINCIPAL_FIRST
    interest_on: Callable[[Rupiah], Rupiah] = _no_interest


@dataclass(frozen=True, slots=True)
class Shares:
    """How a payment is spread: what it pays, what is charged and forgiven with it, and what is too much."""

    principal: Rupiah = 0
    interest: Rupiah = 0
    over: Rupiah = 0
    charged: Rupiah = 0
    relief_principal: Rupiah = 0
    relief_interest: Rupiah = 0


Provider = Callable[[Charge, date], Quote]
_providers: dict[str, Provider] = {}
ENDINGS = ("", ":interest", ":over", ":charged", ":relief", ":relief_interest")
"""What follows the source of a payment in the sources of its ledger lines."""
_NAMES = {
    "receivable:{}_interest": ("1.3.{}.1", "Piutang bunga {}", AccountKind.RECEIVABLE),
    "revenue:{}_interest": ("4.{}.1", "Pendapatan bunga {}", AccountKind.REVENUE),
    "relief:{}": ("5.2.{}", "Pengurangan pokok {}", AccountKind.EXPENSE),
    "relief:{}_interest": ("5.2.{}.1", "Pembebasan bunga {}", AccountKind.EXPENSE),
    "written_off:{}": ("5.3.{}", "Penghapusan piutang {}", AccountKind.EXPENSE),
    "opening_credit:{}": ("3.{}.1", "Saldo awal kelebihan bayar {}", AccountKind.EQUITY),
    "opening:{}": ("3.{}", "Saldo awal piutang {}", AccountKind.EQUITY),
    "clearing:credit": ("1.2.9", "Kompensasi kredit", AccountKind.CLEARING),
    "clearing:auction": ("1.2.7", "Hasil lelang sitaan", AccountKind.CLEARING),
    "auction_cost": ("4.9", "Penggantian biaya penagihan", AccountKind.REVENUE),
    "auction_excess": ("2.4", "Kelebihan hasil lelang", AccountKind.LIABILITY),
}


def dues_of(levy: str) -> Callable[[Provider], Provider]:
    """Register the function that quotes charges of *levy*. Raises ValueError when another one does."""

    def register(function: Provider) -> Provider:
        known = _providers.get(levy)
        if known is not None and (known.__module__, known.__qualname__) != (function.__module__, function.__qualname__):
            raise ValueError(f"two functions quote {levy!r}: {known.__module__} and {function.__module__}")
        _providers[levy] = function
        return function

    return register


def quote(charge: Charge, on: date) -> Quote:
    """What settles *charge* on the local day *on*, by the books as they are now."""
    found = _providers.get(charge.levy)
    return principal_only(charge) if found is None else found(charge, on)


def principal_only(charge: Charge, known: Standing | None = None) -> Quote:
    """The quote of a charge that bears no interest of its own: open principal, and interest charged before."""
    held = known or standing(charge)
    principal, interest = max(0, held.principal), max(0, held.interest)
    return Quote(principal, interest, 0, principal + interest, booked=interest)


def spread(quoted: Quote, amount: Rupiah) -> Shares:
    """How a payment of *amount* is spread over what was quoted."""
    new = quoted.interest - quoted.booked
    if amount >= quoted.total:
        relief_interest = quoted.relief - quoted.relief_principal
        return Shares(principal=quoted.principal - quoted.relief_principal, interest=quoted.interest - relief_interest,
                      over=amount - quoted.total, charged=new, relief_principal=quoted.relief_principal,
                      relief_interest=relief_interest)
    if quoted.order is Order.INTEREST_FIRST:
        interest = min(amount, quoted.interest)
        return Shares(principal=amount - interest, interest=interest, charged=max(0, interest - quoted.booked))
    principal = min(amount, quoted.principal)
    return Shares(principal=principal, interest=amount - principal, charged=quoted.interest_on(principal))


def settle_dues(charge: Charge, quoted: Quote, *, amount: Rupiah, paid_from: str, on: date, source: str,
                now: datetime) -> Shares:
    """Book a payment of *amount* on *charge*, quoted for *on*, from the account that serves *paid_from*: how it was
    spread.

    The caller has held the charge locked since before it asked for the quote. Ledger lines are named *source* with one
    of ``ENDINGS``.
    """
    shares = spread(quoted, amount)
    _book(charge, shares, giver=account_for(paid_from).pk, on=on, source=source, now=now)
    return shares


def forgive_dues(charge: Charge, quoted: Quote, *, on: date, source: str, now: datetime) -> Shares:
    """Settle *charge*, of which a programme forgives all that is quoted for *on*, without a payment. Raises Refused
    when something is to be paid, or nothing is forgiven. The caller has held the charge locked since before the quote.
    """
    if quoted.total or not quoted.relief:
        raise refuse("records.dues.not_forgiven", where=str(charge), total=quoted.total,
                     remedy="records.dues.not_forgiven.remedy")
    shares = spread(quoted, 0)
    _book(charge, shares, giver=None, on=on, source=source, now=now)
    return shares


def _book(charge: Charge, shares: Shares, *, giver: int | None, on: date, source: str, now: datetime) -> None:
    """The lines of *shares*; *giver* is the account a payment comes from, None where nothing is paid."""
    levy = charge.levy
    receivable, interest = f"receivable:{levy}", f"receivable:{levy}_interest"
    lines = [
        (":charged", interest, f"revenue:{levy}_interest", shares.charged),
        (":relief", f"relief:{levy}", receivable, shares.relief_principal),
        (":relief_interest", f"relief:{levy}_interest", interest, shares.relief_interest),
        ("", None, receivable, shares.principal),
        (":interest", None, interest, shares.interest),
        (":over", None, "overpaid", shares.over),
    ]
    post_transfers([TransferDraft(
        debit=(giver or 0) if debit is None else dues_account(debit, levy).pk, credit=dues_account(credit, levy).pk,
        amount=value, charge=charge.pk, effective_on=on, source=f"{source}{ending}")
        for ending, debit, credit, value in lines if value], now=now)


def dues_account(purpose: str, levy: str) -> Account:
    """The account that serves *purpose*; those of interest, relief, write-off, opening balances and credits are opened
    when first needed, without a SIPD code until the region enters it."""
    for form, (code, name, kind) in _NAMES.items():
        if form.format(levy) == purpose:
            return Account.objects.filter(purpose=purpose).first() or open_account(
                code.format(levy), name.format(levy), kind, purpose=purpose)
    return account_for(purpose)
