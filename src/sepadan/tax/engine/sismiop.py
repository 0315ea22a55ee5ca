"""The tables of SISMIOP, the national PBB system, as tax offices export them: names, columns and what each must hold.

Names of tables and columns are those of the Oracle schema (as seen in the public package wawans/sismiop-database, MIT,
models only). ``NOP`` is KD_PROPINSI 2, KD_DATI2 2, KD_KECAMATAN 3, KD_KELURAHAN 3, KD_BLOK 3, NO_URUT 4, KD_JNS_OP 1;
kecamatan and kelurahan are SISMIOP's own codes. NIR and the values that the system computed for land and buildings
(``NILAI_SISTEM_*``) are in thousands of rupiah in this schema; everything leaves here in rupiah.

JNS_TRANSAKSI_OP is 1 entered, 2 kept up, 3 struck off (form SPOP); JNS_BUMI, KD_STATUS_WP and the codes of buildings
stay the digits that they are. STATUS_PEMBAYARAN_SPPT is 0 unpaid, 1 paid. JML_SPPT_YG_DIBAYAR holds DENDA_SPPT, so
that the principal of a payment is the difference, as offices' own reports compute it. Bills and payments are in rupiah.

A column is *needed* where a row without it says nothing; the others may be absent. Columns of the schema that are read
over (officers' numbers, codes of offices and of forms) are named, so that a column that nobody knows is noticed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sepadan.tax.engine.sismiop_cells import Reader, day, digits, letters, one_of, subject, whole, words

THOUSAND = 1000
MOST_M2 = 1_000_000_000
MOST_RUPIAH = 10**15
MOST_NIR = 10**9
"""A billion rupiah for a square metre: beyond it a file holds rupiah where thousands are said."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the name in the file, the field it becomes ("" for a part of the key), whether it must be filled."""

    name: str
    reader: Reader
    field: str = ""
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """``key`` are the columns that are joined into the field ``nop`` or ``place``; ``unique`` the fields that make a
    row one of its kind; ``others`` the columns that are known and not read."""

    name: str
    key: tuple[Column, ...]
    columns: tuple[Column, ...]
    unique: tuple[str, ...]
    others: frozenset[str] = frozenset()

    @property
    def key_field(self) -> str:
        return {7: "nop", 4: "place", 0: ""}[len(self.key)]

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of a row that was read, in order."""
        return (*((self.key_field,) if self.key else ()), *(one.field for one in self.columns))

    @property
    def known(self) -> frozenset[str]:
        return frozenset(one.name for one in (*self.key, *self.columns)) | self.others

    @property
    def needed(self) -> tuple[str, ...]:
        return tuple(one.name for one in (*self.key, *self.columns) if one.needed)


def _key(*names_and_widths: tuple[str, int]) -> tuple[Column, ...]:
    return tuple(Column(name, digits(width), needed=True) for name, width in names_and_widths)


_PLACE = (("KD_PROPINSI", 2), ("KD_DATI2", 2), ("KD_KECAMATAN", 3), ("KD_KELURAHAN", 3))
PLACE = _key(*_PLACE)
NOP = _key(*_PLACE, ("KD_BLOK", 3), ("NO_URUT", 4), ("KD_JNS_OP", 1))


def _named(text: str) -> frozenset[str]:
    return frozenset(text.split())


SUBJECTS = Table("dat_subjek_pajak", (), (
    Column("SUBJEK_PAJAK_ID", subject, "subject", needed=True),
    Column("NM_WP", words(120), "name", needed=True),
    Column("JALAN_WP", words(80), "street"),
    Column("BLOK_KAV_NO_WP", words(20), "block_number"),
    Column("RW_WP", words(3), "rw"),
    Column("RT_WP", words(3), "rt"),
    Column("KELURAHAN_WP", words(60), "village"),
    Column("KOTA_WP", words(60), "city"),
    Column("KD_POS_WP", words(5), "postal_code"),
    Column("TELP_WP", words(20), "phone"),
    Column("STATUS_PEKERJAAN_WP", one_of("012345"), "occupation"),
), ("subject",), _named("NPWP"))

OBJECTS = Table("dat_objek_pajak", NOP, (
    Column("SUBJEK_PAJAK_ID", subject, "subject", needed=True),
    Column("KD_STATUS_WP", one_of("12345"), "holder"),
    Column("JALAN_OP", words(80), "street"),
    Column("BLOK_KAV_NO_OP", words(20), "block_number"),
    Column("RW_OP", words(3), "rw"),
    Column("RT_OP", words(3), "rt"),
    Column("NO_PERSIL", words(20), "parcel"),
    Column("NO_FORMULIR_SPOP", words(30), "spop_number"),
    Column("TOTAL_LUAS_BUMI", whole(0, MOST_M2), "land_m2"),
    Column("JNS_TRANSAKSI_OP", one_of("1234"), "act"),
), ("nop",), _named(
    "KD_STATUS_CABANG TOTAL_LUAS_BNG NJOP_BUMI NJOP_BNG STATUS_PETA_OP TGL_PENDATAAN_OP NIP_PENDATA "
    "TGL_PEMERIKSAAN_OP NIP_PEMERIKSA_OP TGL_PEREKAMAN_OP NIP_PEREKAM_OP"))

LAND = Table("dat_op_bumi", NOP, (
    Column("NO_BUMI", whole(1, 999), "part", needed=True),
    Column("KD_ZNT", letters(8), "znt", needed=True),
    Column("LUAS_BUMI", whole(0, MOST_M2), "land_m2", needed=True),
    Column("JNS_BUMI", one_of("1234"), "land_kind"),
), ("nop", "part"), _named("NILAI_SISTEM_BUMI"))

BUILDINGS = Table("dat_op_bangunan", NOP, (
    Column("NO_BNG", whole(1, 999), "number", needed=True),
    Column("KD_JPB", digits(2), "jpb", needed=True),
    Column("LUAS_BNG", whole(1, MOST_M2), "area_m2", needed=True),
    Column("JML_LANTAI_BNG", whole(1, 300), "storeys"),
    Column("THN_DIBANGUN_BNG", whole(1500, 2200), "built_year"),
    Column("THN_RENOVASI_BNG", whole(0, 2200), "renovated_year"),
    Column("KONDISI_BNG", digits(1), "condition"),
    Column("JNS_KONSTRUKSI_BNG", digits(1), "construction"),
    Column("JNS_ATAP_BNG", digits(1), "roof"),
    Column("KD_DINDING", digits(1), "wall"),
    Column("KD_LANTAI", digits(1), "floor"),
    Column("KD_LANGIT_LANGIT", digits(1), "ceiling"),
    Column("NO_FORMULIR_LSPOP", words(30), "lspop_number"),
    Column("NILAI_SISTEM_BNG", whole(0, MOST_RUPIAH, unit=THOUSAND), "value"),
), ("nop", "number"), _named(
    "JNS_TRANSAKSI_BNG TGL_PENDATAAN_BNG NIP_PENDATA_BNG TGL_PEMERIKSAAN_BNG NIP_PEMERIKSA_BNG "
    "TGL_PEREKAMAN_BNG NIP_PEREKAM_BNG"))

ZONES = Table("dat_znt", PLACE, (Column("KD_ZNT", letters(8), "znt", needed=True),), ("place", "znt"))

NIR = Table("dat_nir", PLACE, (
    Column("KD_ZNT", letters(8), "znt", needed=True),
    Column("THN_NIR_ZNT", whole(1900, 2200), "year", needed=True),
    Column("NIR", whole(1, MOST_NIR, unit=THOUSAND), "nir", needed=True),
), ("place", "znt", "year"), _named("KD_KANWIL KD_KPPBB JNS_DOKUMEN NO_DOKUMEN"))

BILLS = Table("sppt", NOP, (
    Column("THN_PAJAK_SPPT", whole(1900, 2200), "year", needed=True),
    Column("NM_WP_SPPT", words(120), "name", needed=True),
    Column("TGL_JATUH_TEMPO_SPPT", day, "due_on", needed=True),
    Column("LUAS_BUMI_SPPT", whole(0, MOST_M2), "land_m2", needed=True),
    Column("LUAS_BNG_SPPT", whole(0, MOST_M2), "building_m2", needed=True),
    Column("NJOP_BUMI_SPPT", whole(0, MOST_RUPIAH), "njop_land", needed=True),
    Column("NJOP_BNG_SPPT", whole(0, MOST_RUPIAH), "njop_building", needed=True),
    Column("NJOP_SPPT", whole(0, MOST_RUPIAH), "njop", needed=True),
    Column("NJOPTKP_SPPT", whole(0, MOST_RUPIAH), "njoptkp", needed=True),
    Column("PBB_TERHUTANG_SPPT", whole(0, MOST_RUPIAH), "pbb", needed=True),
    Column("FAKTOR_PENGURANG_SPPT", whole(0, MOST_RUPIAH), "reduction"),
    Column("PBB_YG_HARUS_DIBAYAR_SPPT", whole(0, MOST_RUPIAH), "payable", needed=True),
    Column("STATUS_PEMBAYARAN_SPPT", digits(1), "paid", needed=True),
    Column("TGL_TERBIT_SPPT", day, "issued_on"),
), ("nop", "year"), _named(
    "SIKLUS_SPPT KD_KANWIL_BANK KD_KPPBB_BANK KD_BANK_TUNGGAL KD_BANK_PERSEPSI KD_TP JLN_WP_SPPT BLOK_KAV_NO_WP_SPPT "
    "RW_WP_SPPT RT_WP_SPPT KELURAHAN_WP_SPPT KOTA_WP_SPPT KD_POS_WP_SPPT NPWP_SPPT NO_PERSIL_SPPT KD_KLS_TANAH "
    "THN_AWAL_KLS_TANAH KD_KLS_BNG THN_AWAL_KLS_BNG NJKP_SPPT STATUS_TAGIHAN_SPPT STATUS_CETAK_SPPT TGL_CETAK_SPPT "
    "NIP_PENCETAK_SPPT"))

PAYMENTS = Table("pembayaran_sppt", NOP, (
    Column("THN_PAJAK_SPPT", whole(1900, 2200), "year", needed=True),
    Column("PEMBAYARAN_SPPT_KE", whole(1, 999), "part", needed=True),
    Column("DENDA_SPPT", whole(0, MOST_RUPIAH), "interest"),
    Column("JML_SPPT_YG_DIBAYAR", whole(0, MOST_RUPIAH), "amount", needed=True),
    Column("TGL_PEMBAYARAN_SPPT", day, "paid_on", needed=True),
    Column("TGL_REKAM_BYR_SPPT", day, "entered_on"),
), ("nop", "year", "part"), _named(
    "KD_KANWIL_BANK KD_KPPBB_BANK KD_BANK_TUNGGAL KD_BANK_PERSEPSI KD_TP NIP_REKAM_BYR_SPPT"))

ALLOWANCES = Table("dat_subjek_pajak_njoptkp", NOP, (
    Column("SUBJEK_PAJAK_ID", subject, "subject", needed=True),
    Column("THN_NJOPTKP", whole(1900, 2200), "year", needed=True),
), ("subject", "year"))

TABLES: Mapping[str, Table] = {one.name: one for one in (
    SUBJECTS, OBJECTS, LAND, BUILDINGS, ZONES, NIR, ALLOWANCES, BILLS, PAYMENTS)}
"""In the order in which a register is built: who and what first, values next, what was billed last."""


def head_of(cells: Sequence[str]) -> tuple[str, ...]:
    """The names of columns as SISMIOP writes them: capitals, no quotes or blanks around, ``_`` between words. A name
    longer than any of the schema is cut, so that no head fills a page."""
    return tuple("_".join(cell[:200].strip().strip('"').upper().replace("-", "_").split())[:60] for cell in cells)


def table_of(name: str, head: Sequence[str]) -> Table | None:
    """Which table a file or sheet is: by its columns, and by its *name* where columns fit several. None: no table.

    A file fits a table when it has every column that is needed; of several the one of which it has most, and the one
    with fewer strangers among its columns.
    """
    has, plain = frozenset(head), name.lower()
    fit = [one for one in TABLES.values() if has.issuperset(one.needed)]
    named = [one for one in TABLES.values() if one.name in plain]
    best_named = max(named, key=lambda one: len(one.name), default=None)
    if best_named is not None and (best_named in fit or not fit):
        return best_named
    return max(fit, key=lambda one: (len(has & one.known), -len(has - one.known)), default=None)
