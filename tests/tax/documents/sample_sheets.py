"""Made-up bills for tests and benchmarks: any number of them, each computed from its number alone.

Nobody's data. The arithmetic of a sheet is right (NJOP less NJOPTKP, rate 0.1 %), so that a reader can check it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from functools import partial

from sepadan.tax.documents.bill_sheet import BillSheet, Office, Part, PastYear, SheetStep
from sepadan.tax.documents.mass_print import SheetPart
from sepadan.tax.engine.qris import Merchant, PayloadWriter

OFFICE = Office(
    "Kabupaten Percobaan",
    "Badan Pendapatan Daerah",
    "Jl. Contoh No. 1, Percobaan",
    2026,
    (
        "Setor lewat Bank Percobaan: teller, ATM, aplikasi; pilih PBB, isi nomor di atas.",
        "Juga di kantor kelurahan, kantor pos, dan minimarket; simpan struk sebagai bukti.",
    ),
    "Keberatan: paling lama 3 bulan sejak SPPT diterima, di kantor Badan Pendapatan Daerah. Tanya petugas bila ragu.",
)
WRITER = PayloadWriter(Merchant("Kab Percobaan", "PERCOBAAN", "17530", None, sample=True))
NJOPTKP = 10_000_000
GIVEN = (
    "Siti",
    "Agus",
    "Dewi",
    "Budi",
    "Ni Made",
    "Ahmad",
    "Rina",
    "Yohanes",
    "Sri",
    "Muhammad Fajar",
    "Tan Mei",
    "Asep",
)
LAST = ("Rahayu", "Santoso", "Lestari", "Hidayat", "Wijaya", "Kusuma", "Simanjuntak", "Pratama", "Nurhaliza", "Saputra")
STREETS = ("Gg. Mawar II", "Jl. Anggrek", "Jl. Cempaka", "Jl. Dahlia", "Jl. Kamboja", "Jl. Melati", "Kp. Sukamaju")


def number(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def sheet(part: int, place: int, size: int) -> BillSheet:
    """Sheet *place* of kelurahan *part*, which has *size*: streets follow one another."""
    draw = random.Random(part * 1_000_003 + place)
    street = STREETS[place * len(STREETS) // size]
    land, house = draw.randint(60, 400), draw.choice((0, 36, 54, 70, 120, 250))
    land_m2, house_m2 = draw.choice((243_000, 614_000, 1_147_000)), draw.choice((595_000, 968_000))
    njop = land * land_m2 + house * house_m2
    taxable = max(0, njop - NJOPTKP)
    pbb = (taxable + 500) // 1000
    nop = f"3216{part // 100 % 1000:03d}{part % 100:03d}{place // 500 + 1:03d}{place % 500 + 1:04d}0"
    steps = (
        SheetStep("NJOP bumi dan bangunan", number(njop), "jumlah kedua nilai di atas", "UU 1/2022 Pasal 40 ayat (1)"),
        SheetStep(
            "NJOPTKP", number(NJOPTKP), "dikurangkan pada satu objek tiap wajib pajak", "UU 1/2022 Pasal 40 ayat (4)"
        ),
        SheetStep(
            "Dasar pengenaan", number(taxable), "NJOP dikurangi NJOPTKP, dikali 100 %", "UU 1/2022 Pasal 40 ayat (5)"
        ),
        SheetStep("Tarif", "0,1 %", "tarif contoh untuk lembar ini", "UU 1/2022 Pasal 41"),
        SheetStep(
            "PBB-P2 terutang", number(pbb), "dasar pengenaan dikali tarif, dibulatkan ke rupiah", "UU 1/2022 Pasal 42"
        ),
    )
    history = tuple(
        PastYear(year, pbb * (year - 2000) // 26, draw.choice(("paid", "paid", "paid", "open", "part")))
        for year in range(2021, 2026)
    )
    code = f"{draw.getrandbits(60):012X}"[:12]
    return BillSheet(
        OFFICE,
        nop,
        street,
        f"No. {place + 1}, RT {draw.randint(1, 12):03d} RW {draw.randint(1, 9):02d}",
        f"Kelurahan {part:03d}",
        f"Kecamatan {part // 10:02d}",
        f"{draw.choice(GIVEN)} {draw.choice(LAST)}",
        f"{street} No. {place + 1}, Kelurahan {part:03d}",
        Part(land, f"{draw.randint(40, 90):03d}", land_m2, land * land_m2),
        Part(house, "A12" if house else "", house_m2 if house else 0, house * house_m2),
        njop,
        steps,
        history,
        date(2026, 9, 30),
        pbb,
        f"8810{nop[4:17]}26",
        WRITER.payload(pbb, nop + "2026") if pbb else None,
        f"https://pajak.percobaan.example/t/{code}",
        code,
        ("tarif 0,1 % dipakai sebagai contoh",),
        True,
    )


def sheets(part: int, size: int) -> Iterator[BillSheet]:
    return (sheet(part, place, size) for place in range(size))


def parts(total: int, size: int) -> list[SheetPart]:
    """*total* sheets in parts of *size*, the last one smaller."""
    found = []
    for index, begin in enumerate(range(0, total, size), 1):
        count = min(size, total - begin)
        found.append(
            SheetPart(
                f"{index:04d}",
                f"Kelurahan {index:03d}",
                f"sample-{index}-{count}",
                count,
                partial(sheets, index, count),
            )
        )
    return found
