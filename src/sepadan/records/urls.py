"""Addresses of the records, below ``/<lang>/``. Names are ``records:<name>``; see docs/explanation/security.md."""

from __future__ import annotations

from django.urls import path, re_path
from django.urls.resolvers import URLPattern

from sepadan.records import urls_money
from sepadan.records.views import account, audit, documents, people, sign_in, work

app_name = "records"
KODE = r"^(?P<kode>\d{2}\.\d{2})/"


def regional(rest: str, view: object, name: str) -> URLPattern:
    """An address of one region: ``<kode>/<rest>``."""
    return re_path(f"{KODE}{rest}$", view, name=name)  # type: ignore[arg-type]


urlpatterns = [
    path("masuk/", sign_in.sign_in, name="sign_in"),
    path("masuk/kode/", sign_in.factor, name="factor"),
    path("keluar/", sign_in.sign_out, name="sign_out"),
    path("sesi/perpanjang/", sign_in.stay, name="stay"),
    path("undangan/<str:uid>/<str:token>/", account.invitation, name="invitation"),
    path("akun/", account.account, name="account"),
    path("akun/kata-sandi/", account.password, name="password"),
    path("akun/kode/pasang/", account.factor_enrol, name="factor_enrol"),
    path("akun/kode/cadangan/", account.recovery_codes, name="recovery_codes"),
    path("akun/kode/lepas/", account.factor_remove, name="factor_remove"),
    regional("orang/", people.people, "people"),
    regional("orang/beri/", people.invite, "invite"),
    regional(r"orang/(?P<person_id>[0-9]{1,18})/tautan/", people.new_link, "new_link"),
    regional(r"orang/peran/(?P<membership_id>[0-9]{1,18})/akhiri/", people.end_role, "end_role"),
    regional("jejak/", audit.audit, "audit"),
    regional(r"jejak\.csv", audit.audit_csv, "audit_csv"),
    regional("pekerjaan/", work.work_list, "work_list"),
    regional(r"pekerjaan/(?P<work_id>[0-9]{1,18})/", work.work, "work"),
    regional(r"pekerjaan/(?P<work_id>[0-9]{1,18})/kemajuan/", work.work_fragment, "work_fragment"),
    regional(r"pekerjaan/(?P<work_id>[0-9]{1,18})/hentikan/", work.work_stop, "work_stop"),
    regional(r"dokumen/(?P<document_id>[0-9]{1,18})/", documents.document, "document"),
    *urls_money.urlpatterns,
]
