"""What every sheet of one office shares: rules, headings, the words of the office. Drawn once per file."""

from __future__ import annotations

from sepadan.tax.documents.bill_sheet import Office
from sepadan.tax.documents.sheet_ink import BOLD, LEFT, MIDDLE, RIGHT, STRONG, Ink, rule, width_of, words

LOWER = 266.0  # where history and payment begin


def background(office: Office, *, synthetic: bool) -> bytes:
    """What every sheet of *office* shares."""
    ink = Ink()
    lines = [
        rule(771, width=1.6, colour=STRONG),
        rule(684, width=0.5),
        rule(592),
        rule(577, width=0.8, colour=STRONG),
        rule(563),
        rule(549),
        rule(546.5, 400, width=0.8, colour=STRONG),
        rule(544.8, 400, width=0.8, colour=STRONG),
        rule(506, width=0.8, colour=STRONG),
        rule(LOWER + 14, width=0.8, colour=STRONG),
        b"[3 3] 0 d ",
        rule(92, 20, 575),
        b"[] 0 d ",
        rule(46, 180, 330),
        rule(46, 345, 415),
        rule(46, 430),
    ]
    ink.ink()
    ink.fit(LEFT, 792, 290, 14, office.region, "region", face=BOLD)
    ink.right(RIGHT, 790, 19, words("tax.sheet.title"), BOLD)
    ink.grey()
    ink.fit(LEFT, 779, 290, 8.5, ", ".join(part for part in (office.office, office.address) if part), "office")
    ink.right(RIGHT, 779, 8.5, words("tax.sheet.subtitle"))
    ink.say(LEFT, 753, 8, words("tax.sheet.nop"))
    ink.say(MIDDLE, 753, 8, words("tax.sheet.payable"))
    ink.say(LEFT, 703, 8, words("tax.sheet.tax_year"))
    ink.say(LEFT, 671, 8, words("tax.sheet.object"))
    ink.say(MIDDLE, 671, 8, words("tax.sheet.payer"))
    for x, key in (
        (250, "tax.sheet.area"),
        (315, "tax.sheet.class"),
        (430, "tax.sheet.per_m2"),
        (RIGHT, "tax.sheet.njop"),
    ):
        ink.right(x, 581.5, 8, words(key))
    ink.say(LEFT, 16, 6.5, office.objections)
    ink.say(180, 38, 7, words("tax.sheet.received_by"))
    ink.say(345, 38, 7, words("tax.sheet.received_on"))
    ink.say(430, 38, 7, words("tax.sheet.signature"))
    ink.ink()
    ink.say(LEFT, 702 - 13, 12, str(office.tax_year), BOLD)
    ink.say(LEFT, 581, 10, words("tax.sheet.values"), BOLD)
    ink.say(LEFT, 567, 9, words("tax.sheet.land"))
    ink.say(LEFT, 553, 9, words("tax.sheet.building"))
    ink.say(LEFT, 534, 9, words("tax.sheet.total"))
    ink.say(LEFT, 511, 10, words("tax.sheet.steps"), BOLD)
    ink.say(LEFT, LOWER + 19, 10, words("tax.sheet.history"), BOLD)
    ink.say(MIDDLE, LOWER + 19, 10, words("tax.sheet.pay"), BOLD)
    ink.say(LEFT, 78, 9, words("tax.sheet.receipt"), BOLD)
    if synthetic:
        text = words("tax.sheet.synthetic")
        wide = width_of(text, 9, BOLD)
        lines.append(b"0.08 g %g 812 %g 15 re f " % (LEFT, wide + 14))
        ink.parts.append(b"1 g")
        ink.say(LEFT + 7, 816.2, 9, text, BOLD)
    return b"".join(lines) + b"BT " + b"\n".join(ink.parts) + b" ET"
