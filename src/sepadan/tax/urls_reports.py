"""Addresses of leaders' and auditors' pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sepadan.tax.views import (
    audit_trail,
    audit_trail_charge,
    realisation,
    realisation_day,
    realisation_open,
    realisation_rows,
    realisation_targets,
)

_AT = "<str:kode>/pajak/realisasi"
urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{_AT}/", realisation.realisation, name="realisation"),
    path(f"{_AT}/hari/<str:day>/", realisation_day.realisation_day, name="realisation_day"),
    path(f"{_AT}/isi/penerimaan/", realisation_rows.receipt_rows, name="realisation_receipts"),
    path(f"{_AT}/isi/sppt/", realisation_rows.group_rows, name="realisation_bills"),
    path(f"{_AT}/target/", realisation_targets.targets, name="targets"),
    path(f"{_AT}/target/<int:target_id>/", realisation_targets.target_decide, name="target_decide"),
    path(f"{_AT}/jejak/", audit_trail.trail, name="trail"),
    path(f"{_AT}/jejak/akun/<str:code>/", audit_trail.trail_account, name="trail_account"),
    path(f"{_AT}/jejak/piutang/", audit_trail.receivables, name="trail_receivables"),
    path(f"{_AT}/jejak/ketetapan/<int:charge_id>/", audit_trail_charge.trail_charge, name="trail_charge"),
    path("<str:kode>/realisasi-pbb/", realisation_open.open_realisation, name="realisation_open"),
]
