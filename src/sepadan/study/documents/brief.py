"""The part of a study that a page shows at once: blocks of the whole document, fewer of them, under the same names.

Idea: the quick page and the whole study are one product. Whatever both show comes from the same function, so titles,
names, figures and notes cannot differ; the quick page only leaves out, and folds what is long. Nothing is computed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from sepadan.ground.messages import message
from sepadan.study.documents.blocks import Bullets, Section, Table
from sepadan.study.documents.parts_centre import centre_section
from sepadan.study.documents.parts_gate import pairs_table
from sepadan.study.documents.parts_tax import Direction, tax_section
from sepadan.study.documents.parts_waste import waste_section
from sepadan.study.engine.centre import CentreReplay, Recovery
from sepadan.study.engine.gate import Comparison
from sepadan.study.engine.practice import Nearer
from sepadan.study.engine.waste import WasteReplay

TAX = ("roll_year", "caution", "revenue", "levers", "winners_neutral", "winners_as_is", "kelurahan", "no_cliffs",
       "cliffs", "assumed", "gaps", "first_round", "fingerprint")  # fmt: skip
WASTE = ("lacking", "unmanaged", "inflows", "life_lacking", "life", "announced", "warnings")
CENTRE = ("figures", "transfers", "no_transfer", "recovery", "recovery_since", "rejected", "lacking", "nearer")
FOLDED = ("levers", "kelurahan", "cliffs", "assumed", "gaps", "inflows", "warnings", "rejected", "lacking")


def brief_tax(d: Direction) -> Section:
    """One direction of the tax: totals, levers, winners and losers, villages, cliffs, what it rests on."""
    return _brief(tax_section(d), TAX)


def brief_waste(w: WasteReplay) -> Section:
    """Tonnes that stay unmanaged, and how long the host's cell lasts."""
    return _brief(waste_section("waste", w, "guest", "host"), WASTE)


def brief_centre(c: CentreReplay, recovery_since: Recovery | None, nearer: Sequence[Nearer]) -> Section:
    """What the centre costs, here and there."""
    return _brief(centre_section("centre", c, recovery_since, nearer), CENTRE)


def brief_gate(pairs: Sequence[Comparison], host: str, guest: str) -> Section:
    """Some pairs of figures with the gate's answer."""
    return Section("gate", message("study.doc.gate.title"), message("study.doc.gate.lead"),
                   (pairs_table(pairs, host, guest),), message("study.doc.tab.gate"), wide=True)  # fmt: skip


def _brief(section: Section, names: Collection[str]) -> Section:
    """Only the blocks called so, in their order; what is long opens on request."""
    blocks = []
    for block in section.blocks:
        name = block.id.removeprefix(f"{section.id}.").split(".")[0]
        if name in names:
            fold = name in FOLDED and isinstance(block, (Bullets, Table))
            blocks.append(replace(block, folded=True) if fold else block)
    return replace(section, blocks=tuple(blocks))
