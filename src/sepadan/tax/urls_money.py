"""Addresses of dues, arrears and collection."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sepadan.tax.views import accounts, collection, collection_acts, collection_batches, collection_seizures

_AT = "<str:kode>/pajak/penagihan"
urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{_AT}/", collection.collection, name="collection"),
    path(f"{_AT}/penunggak/", collection.debtors, name="collection_debtors"),
    path(f"{_AT}/penunggak/surat/", collection_batches.debtors_letters, name="collection_debtors_letters"),
    path(f"{_AT}/penunggak/unduh/", collection.debtors_export, name="collection_debtors_export"),
    path(f"{_AT}/objek/<str:nop>/", accounts.object_account, name="collection_object"),
    path(f"{_AT}/objek/<str:nop>/kunjungan/", accounts.visit, name="collection_visit"),
    path(f"{_AT}/objek/<str:nop>/kecualikan/", accounts.spare, name="collection_spare"),
    path(f"{_AT}/kecuali/<int:spared_id>/akhiri/", accounts.spare_end, name="collection_spare_end"),
    path(f"{_AT}/tagihan/<int:charge_id>/", accounts.charge, name="collection_charge"),
    path(f"{_AT}/tagihan/<int:charge_id>/usul/<slug:kind>/", accounts.propose, name="collection_propose"),
    path(f"{_AT}/tagihan/<int:charge_id>/pengakuan/", accounts.acknowledge, name="collection_acknowledge"),
    path(f"{_AT}/bebaskan/", collection.forgive, name="collection_forgive"),
    path(f"{_AT}/tagihan/<int:charge_id>/bebaskan/", accounts.forgive, name="collection_forgive_one"),
    path(f"{_AT}/kumpulan/", collection_batches.batch_list, name="collection_batches"),
    path(f"{_AT}/kumpulan/<int:batch_id>/", collection_batches.batch, name="collection_batch"),
    path(f"{_AT}/kumpulan/<int:batch_id>/dilewati/", collection_batches.batch_left_out, name="collection_left_out"),
    path(f"{_AT}/kumpulan/<int:batch_id>/<str:kelurahan>/<slug:what>/", collection_batches.batch_file,
         name="collection_batch_file"),
    path(f"{_AT}/surat/", collection_acts.letters, name="collection_letters"),
    path(f"{_AT}/surat/<int:letter_id>/", collection_acts.letter, name="collection_letter"),
    path(f"{_AT}/surat/<int:letter_id>/pdf/", collection_acts.letter_file, name="collection_letter_file"),
    path(f"{_AT}/surat/<int:letter_id>/perubahan/<int:revision_id>/pdf/", collection_acts.revision_file,
         name="collection_revision_file"),
    path(f"{_AT}/surat/<int:letter_id>/sita/", collection_seizures.order, name="seizure_order"),
    path(f"{_AT}/sita/", collection_seizures.seizure_list, name="seizures"),
    path(f"{_AT}/sita/<int:seizure_id>/", collection_seizures.seizure, name="seizure"),
    path(f"{_AT}/sita/<int:seizure_id>/berkas/<int:step_id>/", collection_seizures.seizure_file, name="seizure_file"),
    path(f"{_AT}/keputusan/", collection_acts.decisions, name="collection_decisions"),
    path(f"{_AT}/keputusan/<int:decision_id>/", collection_acts.decision, name="collection_decision"),
]
