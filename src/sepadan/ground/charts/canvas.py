"""A drawing surface for two media: the web (classes of the stylesheet) and paper (explicit colours and fonts).

Both get the same geometry. Neither uses a ``style`` attribute or element, which a strict content security policy
forbids; colours on the web follow the reader's theme. Units are pixels of the view box.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Literal

Medium = Literal["web", "paper"]
Anchor = Literal["start", "middle", "end"]

_PAPER = {
    # what the light theme of the stylesheet uses; a test compares the two
    "host": 'fill="#2b4c9b"',
    "guest": 'fill="#9c4d08"',
    "daun": 'fill="#0e5a47"',
    "up": 'fill="#7a2a86"',
    "plain": 'fill="#7d8a84"',
    "tray": 'fill="#ebf0ea"',
    "d2": 'fill="#0e5a47"',
    "d1": 'fill="#b7cdc8"',
    "z0": 'fill="#d6ddd7"',
    "u1": 'fill="#cfb2d3"',
    "u2": 'fill="#7a2a86"',
    "wash": 'fill="#0e5a47" fill-opacity="0.1"',
    "l-host": 'fill="none" stroke="#2b4c9b" stroke-width="2.25" stroke-linejoin="round"',
    "l-guest": 'fill="none" stroke="#9c4d08" stroke-width="2.25" stroke-linejoin="round"',
    "l-daun": 'fill="none" stroke="#0e5a47" stroke-width="2.25" stroke-linejoin="round"',
    "l-up": 'fill="none" stroke="#7a2a86" stroke-width="2.25" stroke-linejoin="round"',
    "l-plain": 'fill="none" stroke="#7d8a84" stroke-width="2.25" stroke-linejoin="round"',
    "ink": 'fill="none" stroke="#13211d" stroke-width="2"',
    "axis": 'fill="none" stroke="#13211d" stroke-width="1"',
    "grid": 'fill="none" stroke="#d6ddd7" stroke-width="1"',
    "hint": 'fill="none" stroke="#7d8a84" stroke-width="1"',
    "dot": 'fill="#13211d"',
    "hole": 'fill="#ffffff"',
}
_PAPER_TEXT = {
    "t": ("#13211d", 400, 13),
    "tb": ("#13211d", 600, 13),
    "tm": ("#46554f", 400, 12),
    "td2": ("#ffffff", 400, 12),
    "td1": ("#13211d", 400, 12),
    "tz0": ("#13211d", 400, 12),
    "tu1": ("#13211d", 400, 12),
    "tu2": ("#ffffff", 400, 12),
    "thost": ("#2b4c9b", 600, 13),
    "tguest": ("#9c4d08", 600, 13),
    "tdaun": ("#0e5a47", 600, 13),
    "tup": ("#7a2a86", 600, 13),
    "tplain": ("#46554f", 600, 13),
}
_PAPER_SHADES = (("#e0ebe4", "#13211d"), ("#aecfbf", "#13211d"), ("#4d957a", "#13211d"), ("#0e5a47", "#ffffff"))
_DASHES = {"dash": "6 4", "fine": "2 3"}


class Canvas:
    """Collects shapes; ``svg`` closes the picture with its title and description."""

    def __init__(self, medium: Medium, width: float):
        self.medium: Medium = medium
        self.width = width
        self._parts: list[str] = []

    def _look(self, kind: str, dash: str = "") -> str:
        if self.medium == "web":
            return f'class="{kind}{" " + dash if dash else ""}"'
        return _PAPER[kind] + (f' stroke-dasharray="{_DASHES[dash]}"' if dash else "")

    def rect(self, kind: str, where: tuple[float, float], width: float, height: float) -> None:
        """A filled rectangle; *where* is its upper left corner."""
        x, y = where
        self._parts.append(
            f'<rect {self._look(kind)} x="{_n(x)}" y="{_n(y)}" width="{_n(max(width, 0))}" height="{_n(height)}"/>'
        )

    def shade(self, level: int, where: tuple[float, float], size: tuple[float, float], text: str = "") -> None:
        """A rectangle in shade 1 to 4 of one scale, with *text* in its middle."""
        (x, y), (width, height) = where, size
        fill, ink = _PAPER_SHADES[level - 1]
        look = "" if self.medium == "web" else f' fill="{fill}"'
        self._parts.append(f'<g class="q{level}">' if self.medium == "web" else "<g>")
        self._parts.append(f'<path{look} d="M{_n(x)} {_n(y)}h{_n(width)}v{_n(height)}h{_n(-width)}z"/>')
        if text:
            look = f'fill="{ink}" font-family="Instrument Sans" font-weight="400" font-size="13" '
            place = f'text-anchor="middle" x="{_n(x + width / 2)}" y="{_n(y + height / 2 + 4.5)}"'
            self._parts.append(f'<text {"" if self.medium == "web" else look}{place}>{escape(text)}</text>')
        self._parts.append("</g>")

    def box(self, x: float, y: float, width: float, height: float) -> None:
        """The dashed box that stands for a missing value."""
        self._parts.append(
            f'<rect {self._look("hint", "fine")} x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"/>'
        )

    def line(self, kind: str, start: tuple[float, float], end: tuple[float, float], dash: str = "") -> None:
        self.path(kind, (start, end), dash)

    def path(self, kind: str, points: Iterable[tuple[float, float]], dash: str = "") -> None:
        track = "L".join(f"{_n(x)} {_n(y)}" for x, y in points)
        self._parts.append(f'<path {self._look(kind, dash)} d="M{track}"/>')

    def dot(self, kind: str, x: float, y: float, radius: float) -> None:
        self._parts.append(f'<circle {self._look(kind)} cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}"/>')

    def text(self, kind: str, x: float, y: float, text: str, anchor: Anchor = "start") -> None:
        if self.medium == "web":
            look = f'class="{kind}"'
        else:
            colour, weight, size = _PAPER_TEXT[kind]
            look = f'fill="{colour}" font-family="Instrument Sans" font-weight="{weight}" font-size="{size}"'
        where = "" if anchor == "start" else f' text-anchor="{anchor}"'
        self._parts.append(f'<text {look}{where} x="{_n(x)}" y="{_n(y)}">{escape(text)}</text>')

    def svg(self, height: float, name: str, title: str, description: str, *, extra_class: str = "") -> str:
        head = f'viewBox="0 0 {_n(self.width)} {_n(height)}"'
        body = "".join(self._parts)
        if self.medium == "paper":
            return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(self.width)}" height="{_n(height)}" {head}>'
                    f"<title>{escape(title)}</title><desc>{escape(description)}</desc>{body}</svg>")
        classes = f"chart {extra_class}".strip()
        return (f'<svg class="{classes}" {head} role="img" aria-labelledby="{name}-t {name}-d">'
                f'<title id="{name}-t">{escape(title)}</title><desc id="{name}-d">{escape(description)}</desc>'
                f"{body}</svg>")


def _n(value: float) -> str:
    text = f"{value:.1f}"
    return text.removesuffix(".0") if text != "-0.0" else "0"
