"""Addresses of the register of objects and taxpayers."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sepadan.tax.views import (
    class_tables,
    register,
    register_acts,
    register_freezing,
    register_people,
    register_zones,
    taxpayers,
    taxpayers_parting,
)

_OBJECTS = "<str:kode>/pajak/objek/"
_ONE = f"{_OBJECTS}<str:nop>/"
_PEOPLE = "<str:kode>/pajak/wajib-pajak/"
urlpatterns: list[URLPattern | URLResolver] = [
    path(_OBJECTS, register.register, name="register"),
    path(f"{_OBJECTS}baru/", register_acts.object_new, name="register_new"),
    path(f"{_OBJECTS}bekukan/", register_freezing.freeze, name="register_freeze"),
    path(f"{_OBJECTS}tertinggal/<int:roll_id>/", register_freezing.omitted, name="register_omitted"),
    path(f"{_OBJECTS}znt/", register_zones.zones, name="register_zones"),
    path(f"{_OBJECTS}znt/<int:zone_id>/", register_zones.zone, name="register_zone"),
    path(f"{_OBJECTS}pembanding/<int:sale_id>/tarik/", register_zones.sale_withdraw, name="register_sale_withdraw"),
    path(f"{_OBJECTS}kelas/", class_tables.class_tables, name="class_tables"),
    path(f"{_OBJECTS}kelas/<int:table_id>/", class_tables.class_table, name="class_table"),
    path(f"{_OBJECTS}kelas/<int:table_id>/putusan/", class_tables.class_table_decide, name="class_table_decide"),
    path(_PEOPLE, taxpayers.taxpayers, name="taxpayers"),
    path(f"{_PEOPLE}ganda/", taxpayers.taxpayer_doubles, name="taxpayer_doubles"),
    path(f"{_PEOPLE}ganda/<int:merge_id>/", taxpayers.taxpayer_merge_decide, name="taxpayer_merge_decide"),
    path(f"{_PEOPLE}ganda/<int:merge_id>/pisah/", taxpayers_parting.taxpayer_part, name="taxpayer_part"),
    path(f"{_PEOPLE}pisah/<int:parting_id>/", taxpayers_parting.taxpayer_part_decide, name="taxpayer_part_decide"),
    path(f"{_PEOPLE}<int:taxpayer_id>/", taxpayers.taxpayer, name="taxpayer"),
    path(f"{_PEOPLE}<int:taxpayer_id>/gabung/", taxpayers.taxpayer_merge, name="taxpayer_merge"),
    path(_ONE, register.register_object, name="register_object"),
    path(f"{_ONE}betulkan/", register_acts.object_correct, name="register_correct"),
    path(f"{_ONE}alihkan/", register_acts.object_transfer, name="register_transfer"),
    path(f"{_ONE}pecah/", register_acts.object_split, name="register_split"),
    path(f"{_ONE}gabung/", register_acts.object_merge, name="register_merge"),
    path(f"{_ONE}tutup/", register_acts.object_close, name="register_close"),
    path(f"{_ONE}bersama/", register_people.object_share, name="register_share"),
    path(f"{_ONE}wajib-pajak/", register_people.taxpayer_correct, name="register_taxpayer"),
    path(f"{_ONE}pengecualian/", register_acts.object_exempt, name="register_exempt"),
    path(f"{_ONE}bangunan/", register_acts.building_new, name="register_building_new"),
    path(f"{_ONE}bangunan/<int:number>/", register_acts.building_edit, name="register_building"),
    path(f"{_ONE}bangunan/<int:number>/hapus/", register_acts.building_remove, name="register_building_remove"),
]
