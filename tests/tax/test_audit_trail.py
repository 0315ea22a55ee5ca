"""The way from a total to what proves it: lists agree with the ledger, and a difference is told, not hidden."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from tests.tax.test_assessment_access import person
from tests.tax.test_realisation import malang, pay, signed_in  # noqa: F401 - a fixture

from sepadan.records.public import Role, TransferDraft, account_for, post_transfers, quote, region_scope
from sepadan.tax.models import Bill
from sepadan.tax.queries.audit_trail import account_lines, charge_entries, checks_of, open_charges
from sepadan.territory.models import Region

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


def checks() -> dict[str, tuple[int, dict[str, int]]]:
    """By check: by how much it is off, and where that is known to lie."""
    lines, still = account_lines(), open_charges("pbb", account_for("receivable:pbb").pk)
    return {one.key: (one.off, {name: amount for name, amount in one.parts.items() if amount})
            for one in checks_of("pbb", lines, still)}


def test_the_receivable_list_equals_the_ledger_and_says_what_differs_if_not(malang: Region):  # noqa: F811
    with region_scope(malang):
        bills = list(Bill.objects.select_related("charge").filter(payable__gt=0).order_by("nop"))
        pay(bills[0], bills[0].payable, datetime(2025, 3, 3, 2, tzinfo=UTC))
        pay(bills[1], 10_000, datetime(2025, 3, 3, 3, tzinfo=UTC))
        late = quote(bills[2].charge, date(2026, 3, 3))
        pay(bills[2], late.total, datetime(2026, 3, 3, 3, tzinfo=UTC))
        assert checks() == {"sum": (0, {}), "receivable": (0, {}), "charged": (0, {}), "payments": (0, {})}
        still = open_charges("pbb", account_for("receivable:pbb").pk)
        assert sum(one.still for one in still) == sum(bill.payable for bill in bills[3:]) + bills[1].payable - 10_000
        then = open_charges("pbb", account_for("receivable:pbb").pk, on=date(2025, 3, 2))
        assert sum(one.still for one in then) == sum(bill.payable for bill in bills)

        entries = charge_entries(bills[2].charge)
        assert [left for _, left in entries][-1] == 0
        assert sum(row.amount for row, _ in entries if row.debit.purpose == "clearing:bank") == late.total

        post_transfers([TransferDraft(account_for("receivable:pbb").pk, account_for("revenue:pbb").pk, 777,
                                      date(2025, 6, 1), "manual:1")], now=NOW)
        assert checks()["receivable"] == (-777, {"loose": 777})


def test_each_step_from_the_total_to_the_charge_is_a_page_that_can_be_taken_away(malang: Region):  # noqa: F811
    with region_scope(malang):
        bill = Bill.objects.select_related("charge").filter(payable__gt=0).order_by("nop")[0]
        pay(bill, bill.payable, datetime(2025, 3, 3, 2, tzinfo=UTC))
        total = sum(Bill.objects.values_list("payable", flat=True))
    auditor, stranger = (signed_in(person(name, malang, role)) for name, role in (
        ("eko", Role.AUDITOR), ("gita", Role.WASTE_OFFICER)))
    at = "/id/35.73/pajak/realisasi/jejak/"
    charge = f"{at}ketetapan/{bill.charge_id}/"
    for path, wanted in ((at, "1.3.pbb"), (f"{at}akun/1.3.pbb/", charge), (f"{at}piutang/", "ketetapan"),
                         (charge, f"{bill.nop}-20250303")):
        page = auditor.get(path)
        assert page.status_code == 200, path
        assert wanted in page.content.decode(), path
        assert stranger.get(path).status_code == 403, path
    then = auditor.get(f"{at}?pada=2025-03-02&format=csv").content.decode()
    assert f"1.3.pbb,Piutang pbb,receivable,,12,{total},0,{total}" in then.replace("\r", "")
    narrow = auditor.get(f"{at}akun/1.3.pbb/?dari=2025-03-01&format=csv").content.decode()
    assert narrow.count("payment:bank:") == 1
    assert "assessment:" not in narrow
    assert auditor.get(f"{at}akun/9.9/").status_code == 404
    assert auditor.get(f"{at}?pada=kemarin").status_code == 422
    assert auditor.get(f"{at}ketetapan/999999999/").status_code == 404
