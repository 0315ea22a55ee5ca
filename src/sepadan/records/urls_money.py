"""Addresses of banks, reconciliation and counters: names are ``records:<name>``."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, re_path

from sepadan.records.views import bank, bank_files, counters

KODE = r"^(?P<kode>\d{2}\.\d{2})/"
_PARTNER = r"bank/mitra/(?P<partner_id>[0-9]{1,18})/"
_FILE = r"bank/rekonsiliasi/(?P<file_id>[0-9]{1,18})/"
_COLLECTOR = r"loket/(?P<collector_id>[0-9]{1,18})/"


def _regional(rest: str, view: object, name: str) -> URLPattern:
    return re_path(f"{KODE}{rest}$", view, name=name)  # type: ignore[arg-type]


urlpatterns: list[URLPattern | URLResolver] = [
    _regional("bank/", bank.bank, "bank"),
    _regional("bank/selesaikan/", bank.bank_finish, "bank_finish"),
    _regional("bank/mitra/tambah/", bank.bank_partner_add, "bank_partner_add"),
    _regional(_PARTNER, bank.bank_partner, "bank_partner"),
    _regional(f"{_PARTNER}aturan/", bank.bank_partner_rules, "bank_partner_rules"),
    _regional(f"{_PARTNER}kunci/", bank.bank_partner_key, "bank_partner_key"),
    _regional(f"{_PARTNER}akhiri/", bank.bank_partner_end, "bank_partner_end"),
    _regional(f"{_PARTNER}nomor/", bank.bank_partner_scheme, "bank_partner_scheme"),
    _regional("bank/rekonsiliasi/", bank_files.settlement_files, "settlement_files"),
    _regional(_FILE, bank_files.settlement_file, "settlement_file"),
    _regional(rf"{_FILE}baris/(?P<row_id>[0-9]{{1,18}})/", bank_files.settlement_row, "settlement_row"),
    _regional(rf"{_FILE}kurang/(?P<payment_id>[0-9]{{1,18}})/", bank_files.settlement_surplus, "settlement_surplus"),
    _regional(f"{_FILE}biaya/", bank_files.settlement_fee, "settlement_fee"),
    _regional(f"{_FILE}bukukan/", bank_files.settlement_book_missing, "settlement_book_missing"),
    _regional(f"{_FILE}selesaikan/", bank_files.settlement_settle, "settlement_settle"),
    _regional("loket/", counters.counters, "counters"),
    _regional("loket/tambah/", counters.counter_add, "counter_add"),
    _regional(_COLLECTOR, counters.counter, "counter"),
    _regional(f"{_COLLECTOR}terima/", counters.counter_take, "counter_take"),
    _regional(f"{_COLLECTOR}tutup/", counters.counter_close, "counter_close"),
    _regional(f"{_COLLECTOR}akhiri/", counters.counter_end, "counter_end"),
    _regional(f"{_COLLECTOR}setor/", counters.counter_deposit, "counter_deposit"),
    _regional(r"loket/hari/(?P<day_id>[0-9]{1,18})/kurang/", counters.counter_shortage, "counter_shortage"),
    _regional(r"loket/kuitansi/(?P<receipt_id>[0-9]{1,18})/", counters.receipt, "receipt"),
    _regional(r"loket/sts/(?P<deposit_id>[0-9]{1,18})/", counters.deposit, "deposit"),
]
