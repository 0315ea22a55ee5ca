"""Addresses of doors and certificates: on phones, for the public, at the desk. They come before the slugs of
``urls.py``.
"""

from __future__ import annotations

from django.urls import URLPattern, path

from sepadan.creative.views import certificates, certificates_desk, doors, doors_desk

PUBLIC = "<str:kode>/pusat-kreatif/"
DESK = "<str:kode>/ruang/acara/<int:event_id>/"
urlpatterns: list[URLPattern] = [
    path(f"{PUBLIC}pintu/", doors.door, name="door"),
    path(f"{PUBLIC}pintu/layanan.js", doors.door_worker, name="door_worker"),
    path(f"{PUBLIC}pintu/manifes.json", doors.door_manifest, name="door_manifest"),
    path(f"{PUBLIC}pintu/perangkat/", doors.door_enrol, name="door_enrol"),
    path(f"{PUBLIC}pintu/daftar/", doors.door_roster, name="door_roster"),
    path(f"{PUBLIC}pintu/pindaian/", doors.door_scans, name="door_scans"),
    path(f"{PUBLIC}sertifikat/", certificates.check, name="certificate_check"),
    path(f"{PUBLIC}sertifikat/kunci.json", certificates.keys, name="certificate_keys"),
    path(f"{PUBLIC}sertifikat/status/<int:ordinal>/", certificates.status, name="certificate_status"),
    path(f"{PUBLIC}sertifikat/<slug:public_id>/", certificates.certificate, name="certificate"),
    path(f"{DESK}pintu/", doors_desk.doors, name="doors_desk"),
    path(f"{DESK}pintu/hitungan/", doors_desk.live, name="doors_live"),
    path(f"{DESK}pintu/tindakan/", doors_desk.act, name="doors_act"),
    path(f"{DESK}sertifikat/", certificates_desk.certificates, name="certificates_desk"),
    path(f"{DESK}sertifikat/terbitkan/", certificates_desk.issue, name="certificates_issue"),
    path(f"{DESK}sertifikat/<int:certificate_id>/", certificates_desk.certificate, name="certificate_desk"),
    path(f"{DESK}sertifikat/<int:certificate_id>/tindakan/", certificates_desk.act, name="certificate_act"),
]
