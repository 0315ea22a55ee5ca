"""The day's settlement file as text: read strictly, line by line, and written (the bank simulator and tests).

UTF-8, commas, no quotes needed since no field holds a comma::

    H,1,<partner code>,<the bank's name of the file>,<day>,IDR
    D,<paymentRequestId>,<virtual account number>,<amount>,<fee>,<trxDateTime>
    T,<number of lines D>,<sum of amounts>,<sum of fees>,<amounts less fees>

Amounts are whole rupiah in digits. The control totals of the last line must agree with the lines, or nothing is taken.
The format is ours (docs/reference/bank-api.md): banks agree their own, and a translator of one page writes this one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sepadan.ground.money import Rupiah
from sepadan.ground.problems import Problem, problem

LARGEST_BYTES = 20_000_000
_REFERENCE = re.compile(r"[A-Za-z0-9._-]{1,40}")
_DIGITS = re.compile(r"[0-9]{1,28}")
_AMOUNT = re.compile(r"[0-9]{1,15}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOST_PROBLEMS = 50


@dataclass(frozen=True, slots=True)
class FileLine:
    """One payment as the bank has it. *at* is the bank's time."""

    line: int
    request_id: str
    number: str
    amount: Rupiah
    fee: Rupiah
    at: datetime


@dataclass(frozen=True, slots=True)
class FileRead:
    partner_id: str
    reference: str
    day: date
    lines: tuple[FileLine, ...]

    @property
    def gross(self) -> Rupiah:
        return sum(line.amount for line in self.lines)

    @property
    def fee(self) -> Rupiah:
        return sum(line.fee for line in self.lines)


def read_settlement(content: bytes) -> tuple[FileRead | None, list[Problem]]:
    """The file in *content*, or None and what is wrong with it by line (at most fifty problems)."""
    if len(content) > LARGEST_BYTES:
        return None, [problem("records.settlement.too_large", most=LARGEST_BYTES // 1_000_000)]
    try:
        rows = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        return None, [problem("records.settlement.not_text", remedy="records.settlement.not_text.remedy")]
    while rows and not rows[-1].strip():
        rows.pop()
    if len(rows) < 2:
        return None, [problem("records.settlement.empty", remedy="records.settlement.form.remedy")]
    head, faults = _head(rows[0])
    lines, more = _lines(rows[1:-1])
    faults += more
    if not lines and not faults:
        faults.append(problem("records.settlement.empty", remedy="records.settlement.form.remedy"))
    if not faults:
        faults += _totals(rows[-1], lines, len(rows))
    if faults or head is None:
        return None, faults[:MOST_PROBLEMS]
    return FileRead(head[0], head[1], head[2], tuple(lines)), []


def write_settlement(partner_id: str, reference: str, day: date, lines: Iterable[FileLine]) -> bytes:
    """The file with its head and control totals."""
    rows = list(lines)
    gross, fee = sum(one.amount for one in rows), sum(one.fee for one in rows)
    text = [f"H,1,{partner_id},{reference},{day.isoformat()},IDR"]
    text += [f"D,{one.request_id},{one.number},{one.amount},{one.fee},{one.at.isoformat()}" for one in rows]
    text.append(f"T,{len(rows)},{gross},{fee},{gross - fee}")
    return ("\n".join(text) + "\n").encode()


def _head(row: str) -> tuple[tuple[str, str, date] | None, list[Problem]]:
    parts = [part.strip() for part in row.split(",")]
    sound = len(parts) == 6 and parts[:2] == ["H", "1"] and parts[5] == "IDR" \
        and bool(re.fullmatch(r"[A-Za-z0-9-]{1,36}", parts[2])) and bool(_REFERENCE.fullmatch(parts[3]))
    day = _day(parts[4]) if sound else None
    if day is None:
        return None, [problem("records.settlement.bad_head", where="1", remedy="records.settlement.form.remedy")]
    return (parts[2], parts[3], day), []


def _lines(rows: list[str]) -> tuple[list[FileLine], list[Problem]]:
    lines: list[FileLine] = []
    faults: list[Problem] = []
    seen: dict[str, int] = {}
    for number, row in enumerate(rows, start=2):
        parts = [part.strip() for part in row.split(",")]
        name = _fault_of(parts)
        at = None if name else _instant(parts[5])
        if name or at is None:
            faults.append(problem("records.settlement.bad_line", where=str(number), field=name or "trxDateTime",
                                  remedy="records.settlement.form.remedy"))
            continue
        if parts[1] in seen:
            faults.append(problem("records.settlement.twice", where=str(number), request=parts[1],
                                  first=seen[parts[1]], remedy="records.settlement.ask.remedy"))
            continue
        seen[parts[1]] = number
        lines.append(FileLine(number, parts[1], parts[2], int(parts[3]), int(parts[4]), at))
    return lines, faults


def _fault_of(parts: list[str]) -> str:
    """The name of the first faulty field; empty when all are sound."""
    if len(parts) != 6 or parts[0] != "D":
        return "D"
    checks = (("paymentRequestId", _REFERENCE.fullmatch(parts[1])), ("virtualAccountNo", _DIGITS.fullmatch(parts[2])),
              ("amount", _AMOUNT.fullmatch(parts[3]) and int(parts[3]) > 0),
              ("fee", _AMOUNT.fullmatch(parts[4]) and _AMOUNT.fullmatch(parts[3]) and int(parts[4]) <= int(parts[3])))
    return next((name for name, sound in checks if not sound), "")


def _totals(row: str, lines: list[FileLine], number: int) -> list[Problem]:
    gross, fee = sum(line.amount for line in lines), sum(line.fee for line in lines)
    found = [len(lines), gross, fee, gross - fee]
    parts = [part.strip() for part in row.split(",")]
    if len(parts) != 5 or parts[0] != "T" or not all(_AMOUNT.fullmatch(part) for part in parts[1:]):
        return [problem("records.settlement.bad_total_line", where=str(number),
                        remedy="records.settlement.form.remedy")]
    names = ("count", "gross", "fee", "net")
    return [problem("records.settlement.total_differs", where=f"{number} ({name})", said=int(said), found=own,
                    remedy="records.settlement.ask.remedy")
            for name, said, own in zip(names, parts[1:], found, strict=True) if int(said) != own]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _instant(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text) if len(text) <= 35 else None
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None and 2000 <= at.year <= 2100 else None
