"""Files of others: unchanged, licensed, listed."""

from __future__ import annotations

import hashlib
from pathlib import Path

import sepadan.ground.charts
import sepadan.portal

STATIC = Path(sepadan.portal.__file__).parent / "static/portal"
LIST = STATIC / "vendor/VENDORED.txt"
LICENCES = {"0BSD", "MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "OFL-1.1", "CC0-1.0"}


def entries() -> list[list[str]]:
    return [line.split("  ") for line in LIST.read_text(encoding="utf-8").splitlines()[2:] if line]


def test_every_vendored_file_has_its_sum_and_a_free_licence() -> None:
    assert entries()
    for digest, path, _package, licence, text in entries():
        assert hashlib.sha256((STATIC / path).read_bytes()).hexdigest() == digest, f"{path} is not the file it was"
        assert licence in LICENCES
        assert (STATIC / text).read_text(encoding="utf-8").strip()


def test_no_file_of_others_is_unlisted() -> None:
    listed = {path for _, path, *_ in entries()} | {text for *_, text in entries()} | {"vendor/VENDORED.txt"}
    found = {str(path.relative_to(STATIC)) for folder in ("vendor", "fonts") for path in (STATIC / folder).rglob("*")
             if path.is_file()}
    assert found == listed


def test_documents_have_the_fonts_their_pictures_name() -> None:
    fonts = sepadan.ground.charts.FONTS
    assert {path.suffix for path in fonts.iterdir()} == {".ttf", ".txt"}
    assert "SIL OPEN FONT LICENSE" in (fonts / "OFL.txt").read_text(encoding="utf-8")
