"""A small statutes folder for the tests of the reader and the checks, changed one place at a time."""

from __future__ import annotations

from pathlib import Path

NATIONAL_INSTRUMENTS = """\
uu-9-2000:
  kind: uu
  number: "9"
  year: 2000
  title: "UU 9/2000"
  about: {id: "Contoh", en: "Example"}
  state: in_force
  date: 2000-03-01
"""
NATIONAL_PBB = """\
levy: pbb
title: {id: "PBB", en: "Property tax"}
parameters:
  tiers:
    description: {id: "Tarif", en: "Rates"}
    unit: tiers
    governs: tax_year
    missing: {since: open, reason: {id: "Tiap daerah.", en: "Each region."}, limit: pbb.rate_max}
  ratio:
    description: {id: "NJKP", en: "Ratio"}
    unit: fraction
    governs: tax_year
    missing: {since: open, reason: {id: "Tiap daerah.", en: "Each region."}}
  stimulus:
    description: {id: "Stimulus", en: "Stimulus"}
    unit: fraction
    governs: tax_year
    optional: true
    missing: {since: open, reason: {id: "Bila ada.", en: "If any."}}
  rate_max:
    description: {id: "Tarif tertinggi", en: "Highest rate"}
    unit: fraction
    governs: tax_year
    upper_bound_of: [tiers]
    values:
      open: {value: 0.003, instrument: uu-9-2000, article: "Art. 1", confidence: verbatim, source: "a"}
      2001-01-05: {value: 0.005, instrument: uu-9-2000, article: "Art. 2(1)", confidence: verbatim, source: "a"}
  month_rule:
    description: {id: "Bulan", en: "Months"}
    unit: choice
    governs: payment
    values:
      2001-01-05: {value: full, confidence: from-memory}
"""
REGION_INSTRUMENTS = """\
perda-1:
  kind: perda
  number: "1"
  year: 2002
  title: "Perda Contoh 1/2002"
  about: {id: "Pajak", en: "Taxes"}
  state: in_force
"""
REGION_PBB = """\
levy: pbb
parameters:
  tiers:
    values:
      2002-01-01:
        value:
          - {to: 100, rate: 0.001}
          - {to: null, rate: 0.002}
        instrument: perda-1
        article: "Art. 9"
        confidence: secondary
        source: "https://example.id/perda"
      2005-01-01: {value: null}
      2006-01-01: {value: [{to: null, rate: 0.004}], confidence: derived, source: "b"}
  ratio:
    missing:
      since: 2002-01-01
      until: 2004-01-01
      reason: {id: "Tidak ditemukan.", en: "Not found."}
"""
COVERAGE = """\
name: {id: "Contoh", en: "Example"}
levies:
  pbb:
    state: partial
    reason: {id: "NJKP tidak ditemukan.", en: "The ratio was not found."}
"""
FILES = {
    "national/instruments.yaml": NATIONAL_INSTRUMENTS,
    "national/tax/pbb.yaml": NATIONAL_PBB,
    "regions/99/instruments.yaml": REGION_INSTRUMENTS,
    "regions/99/coverage.yaml": COVERAGE,
    "regions/99/tax/pbb.yaml": REGION_PBB,
}


def write_statutes(folder: Path, changes: dict[str, str | None] | None = None) -> Path:
    """The folder with *changes*: a file's text, or None to leave it out."""
    for name, text in {**FILES, **(changes or {})}.items():
        if text is not None:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return folder
