"""The code printed on a bill: with its NOP it opens the bill to whoever holds the sheet, and to nobody else.

An HMAC-SHA-256 under a key outside the database, over region, NOP, tax year and run: nothing is stored, a bill that is
assessed anew gets another code, and a copy of the database alone opens no bill. Twelve letters of Crockford's 32 (no I,
L, O, U), 60 bits, in three groups; whoever reads them off the paper may type small letters, blanks, hyphens, and O, I
or L for the digits they look like. Checks take the same time whatever differs. Guessing is slowed down by who asks.
"""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings

from sepadan.tax.models import Bill

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LETTERS, GROUP = 12, 4
_TYPED = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None, ".": None, "\u2010": None, "\u2011": None,
                        "\u2013": None, "\u00a0": None, "\t": None})


def bill_code(region: str, nop: str, tax_year: int, run_id: int, *, key: bytes | None = None) -> str:
    """The code of a bill from what stands on it: ``K7QF29MX4TGH``. *key* None: the installation's."""
    said = f"sepadan.bill:{region}:{nop}:{tax_year}:{run_id}".encode("ascii")
    number = int.from_bytes(hmac.digest(settings.BILL_KEY if key is None else key, said, hashlib.sha256)[:8], "big")
    number >>= 64 - 5 * LETTERS
    return "".join([ALPHABET[number >> place & 31] for place in range(5 * (LETTERS - 1), -1, -5)])


def code_of(bill: Bill) -> str:
    """The code of *bill*, which is of the region in scope (``bill.run.region`` at hand)."""
    return bill_code(bill.run.region.code, bill.nop, bill.tax_year, bill.run_id)


def grouped(code: str) -> str:
    """As it is printed: ``K7QF-29MX-4TGH``."""
    return "-".join(code[start:start + GROUP] for start in range(0, len(code), GROUP))


def plain_code(typed: str) -> str:
    """What a person typed, as the code would be; anything that is no code becomes one that no bill has."""
    plain = typed[:60].upper().translate(_TYPED)
    return plain if len(plain) == LETTERS and set(plain) <= set(ALPHABET) else ""


def opens(bill: Bill, typed: str) -> bool:
    """Whether *typed* is the code of *bill*. Takes the same time for any code."""
    return hmac.compare_digest(code_of(bill).encode(), plain_code(typed).encode())
