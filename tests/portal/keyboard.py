"""A person who has no mouse: walks a page by Tab and says of every stop whether he can see where he is."""

from __future__ import annotations

from typing import Any

HERE = """(wanted) => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    (window.walked ??= new Set()).add(one);
    const box = one.getClientRects()[0] ?? one.getBoundingClientRect(), style = getComputedStyle(one);
    const x = Math.min(Math.max(box.left + Math.min(box.width / 2, 12), 1), innerWidth - 1);
    const y = Math.min(Math.max(box.top + box.height / 2, 1), innerHeight - 1);
    const top = document.elementFromPoint(x, y);
    return {
        what: one.outerHTML.slice(0, 120), there: wanted !== '' && one.matches(wanted),
        ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
        shown: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
        bare: top !== null && (one.contains(top) || top.contains(one)),
    };
}"""
UNREACHED = """[...document.querySelectorAll(
        'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
    .filter((one) => one.checkVisibility({visibilityProperty: true}) && !one.disabled && !window.walked.has(one))
    .map((one) => one.outerHTML.slice(0, 120))"""
MOST = 600  # stops of the longest page


def step(page: Any, wanted: str = "", key: str = "Tab") -> dict[str, Any] | None:
    """One key; the place where it leads, None outside the page. The place is visible, ringed and under nothing."""
    page.keyboard.press(key)
    stop = page.evaluate(HERE, wanted)
    if stop is not None:
        assert (stop["ring"], stop["shown"], stop["bare"]) == (True, True, True), (
            "ring, on the screen, under nothing", page.url, stop)
    return stop  # type: ignore[no-any-return]


def walk_to(page: Any, wanted: str, key: str = "Tab") -> None:
    """Tab until the focus is on *wanted*, a selector."""
    for _ in range(MOST):
        stop = step(page, wanted, key)
        if stop is not None and stop["there"]:
            return
    raise AssertionError(f"{page.url}: {wanted} is not reached by {key}")


def walk_through(page: Any) -> int:
    """Tab from where the focus is to the end of the page and out of it: no trap, and nothing is left out.

    Returns the number of stops. Stands at the top of a page that was just loaded.
    """
    page.evaluate("window.walked = new Set()")
    for count in range(MOST):
        if step(page) is None:
            assert page.evaluate(UNREACHED) == [], f"{page.url}: not reached by Tab"
            return count
    raise AssertionError(f"{page.url}: the focus never leaves the page")
