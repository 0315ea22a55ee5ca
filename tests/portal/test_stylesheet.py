"""The stylesheet measured: contrast of every colour pair, distance for colour-blind readers, weight, no inline style.

Contrast after WCAG 2.2; colour blindness after Machado and others 2009 at full severity, distance in CIELAB.
"""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

import sepadan.portal
from sepadan.ground.charts import canvas

PORTAL = Path(sepadan.portal.__file__).parent
CSS = (PORTAL / "static/portal/sepadan.css").read_text(encoding="utf-8")
TEXT, LARGE, APART = 4.5, 3.0, 25.0
HUES = ("daun", "nila", "soga", "lumut", "kunyit", "saga", "manggis")
PAIRS = [
    *((ink, ground, TEXT) for ink in ("ink", "ink-2", "ink-3") for ground in ("ground", "surface", "sunken")),
    *((hue, ground, TEXT) for hue in HUES for ground in ("ground", "surface", f"{hue}-wash")),
    *(("ink", f"{hue}-wash", TEXT) for hue in ("daun", "kunyit", "saga")),
    ("ink-2", "daun-wash", TEXT), ("ink-2", "kunyit-wash", TEXT), ("on-daun", "daun", TEXT),
    *(("surface", hue, TEXT) for hue in ("nila", "soga", "saga", "manggis")), ("ground", "ink", TEXT),
    ("on-seq-12", "seq-1", TEXT), ("on-seq-12", "seq-2", TEXT), ("on-seq-3", "seq-3", TEXT),
    ("on-seq-4", "seq-4", TEXT),
    *(("line-strong", ground, LARGE) for ground in ("ground", "surface")),
    *(("focus", ground, LARGE) for ground in ("ground", "surface", "sunken")),
    *((hue, "sunken", LARGE) for hue in ("daun", "nila", "soga", "manggis", "line-strong")),  # bars on their track
]
SIGHT = {
    "full": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def tokens(selector: str) -> dict[str, str]:
    body = CSS[CSS.index(selector):]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", body[:body.index("\n}")]))


THEMES = {"light": tokens(":root {"), "dark": tokens(':root[data-theme="dark"] {'),
          "system": tokens(':root:not([data-theme="light"]) {')}


def linear(colour: str) -> list[float]:
    parts = [int(colour[k:k + 2], 16) / 255 for k in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def contrast(one: str, other: str) -> float:
    dark, light = sorted(0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in (linear(one), linear(other)))
    return (light + 0.05) / (dark + 0.05)


def lab(colour: str, sight: str) -> tuple[float, float, float]:
    r, g, b = (min(1, max(0, sum(m * c for m, c in zip(row, linear(colour), strict=True)))) for row in SIGHT[sight])
    xyz = ((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505, 0.2126 * r + 0.7152 * g + 0.0722 * b,
           (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089)
    x, y, z = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "need"), PAIRS, ids=str)
def test_every_pair_of_colours_is_legible(theme: str, front: str, back: str, need: float) -> None:
    got = contrast(THEMES[theme][front], THEMES[theme][back])
    assert got >= need, f"--{front} on --{back} in the {theme} theme: {got:.2f}, needed {need}"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("sight", list(SIGHT))
@pytest.mark.parametrize("pair", [("nila", "soga"), ("daun", "manggis")])
def test_host_and_guest_up_and_down_differ_for_every_eye(theme: str, sight: str, pair: tuple[str, str]) -> None:
    one, other = (lab(THEMES[theme][name], sight) for name in pair)
    assert sum((p - q) ** 2 for p, q in zip(one, other, strict=True)) ** 0.5 >= APART


def test_the_dark_theme_is_the_same_by_system_and_by_choice() -> None:
    assert THEMES["dark"] == THEMES["system"]
    assert set(THEMES["dark"]) == set(THEMES["light"])


def test_paper_uses_the_light_theme() -> None:
    for name, token in (("host", "nila"), ("guest", "soga"), ("daun", "daun"), ("up", "manggis"),
                        ("plain", "line-strong"), ("tray", "sunken")):
        assert THEMES["light"][token] in canvas._PAPER[name]


def test_the_stylesheet_is_small_and_asks_no_one_else() -> None:
    assert len(gzip.compress(CSS.encode(), 9)) < 10_000
    assert not re.search(r"url\([\"']?(https?:)?//", CSS)
    assert "@import" not in CSS
    assert CSS.count("{") == CSS.count("}")


def test_every_component_works_for_print_forced_colours_and_less_motion() -> None:
    for query in ("@media print", "@media (forced-colors: active)", "@media (prefers-reduced-motion: no-preference)",
                  "@media (prefers-color-scheme: dark)"):
        assert query in CSS


def templates() -> list[Path]:
    return sorted(PORTAL.parent.rglob("templates/**/*.html"))


def test_no_template_has_an_inline_style_or_script() -> None:
    assert templates()
    for path in templates():
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<[^>]*\sstyle\s*=", text), path
        assert "<style" not in text, path
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), path
        assert not re.search(r"<[^>]*\son[a-z]+\s*=", re.sub(r"{%.*?%}", "", text)), path  # {% if one == two %} is none
        assert "javascript:" not in text, path


def test_no_template_names_a_colour() -> None:
    for path in templates():
        assert not re.search(r'(fill|stroke|color)="#', path.read_text(encoding="utf-8")), path
