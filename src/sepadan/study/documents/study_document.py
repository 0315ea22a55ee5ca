"""A study as a document: the one model that page, PDF, JSON and CSV are written from.

Nothing is computed here: every value comes from ``Study``. The order of sections is that of the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sepadan.ground.cells import Cell, in_words
from sepadan.ground.messages import Message, message
from sepadan.ground.statutes import Book as LawBook
from sepadan.study.documents.blocks import Block, Document, Prose, Section, Side
from sepadan.study.documents.law_words import tier_range
from sepadan.study.documents.parts_books import books_section
from sepadan.study.documents.parts_centre import centre_section
from sepadan.study.documents.parts_gate import claims_section, clash_section, gate_section, indicators_table
from sepadan.study.documents.parts_since import basis_section, lessons_section, since_section
from sepadan.study.documents.parts_tax import Direction, lever_words, tax_section
from sepadan.study.documents.parts_waste import balances_block, waste_section
from sepadan.study.documents.parts_wishes import wish_blocks
from sepadan.study.engine.book import Book
from sepadan.study.engine.practice import Notice
from sepadan.study.engine.study import Study
from sepadan.study.engine.tax_practice import LEVY, TaxPractice


def study_document(study: Study, law: LawBook, figures: Book) -> Document:
    """The whole document of *study*; *law* and *figures* only lend it names and sources."""
    names = {study.guest.code: study.guest.name, study.host.code: study.host.name}
    there = Direction("tax", study.tax, study.guest.name, study.host.name, "guest", "host", study.village_names,
                      study.cautions)  # fmt: skip
    back = Direction("tax_back", study.tax_back, study.host.name, study.guest.name, "host", "guest",
                     study.village_names, study.cautions)  # fmt: skip
    waste = waste_section("waste", study.waste, "guest", "host")
    balances = balances_block(names, study.balances, study.recycled)
    sections = (
        _summary(study), tax_section(there),
        books_section(study.books[study.host.code], study.books[study.guest.code], study.collection,
                      study.collection_back),
        Section(waste.id, waste.title, waste.lead, (*waste.blocks, *balances), waste.tab),
        _with(centre_section("centre", study.centre, study.recovery_since, study.nearer),
              *wish_blocks("centre", study.wishes)), tax_section(back),
        waste_section("waste_back", study.waste_back, "host", "guest"),
        _with(centre_section("centre_back", study.centre_back, None, ()),
              *wish_blocks("centre_back", study.wishes_back)),
        _with(gate_section(study), indicators_table(study, figures)), clash_section(study, names),
        claims_section(study.claims, figures), since_section(study, law, figures, names),
        lessons_section(study.guest.name, study.host.name, study.lessons, study.lessons_back, figures),
        basis_section(study, _sources(study, figures), names),
    )  # fmt: skip
    return Document(
        title=message("study.doc.title", guest=study.guest.name, host=study.host.name),
        subtitle=message("study.doc.subtitle", on=study.on, year=str(study.tax.roll.tax_year)), on=study.on,
        guest=side("guest", study.guest.code, study.guest.name, _figures_of(study, study.guest.code), study.tax.own),
        host=side("host", study.host.code, study.host.name, _figures_of(study, study.host.code), study.tax_back.own),
        formula=formula(study.guest.name, study.host.name),
        sample=_sample(study), notices=_notices(study), sections=sections, meta=_meta(study),
        fingerprint=study.fingerprints.whole, shapes=dict(study.areas),
    )  # fmt: skip


def _with(section: Section, *more: Block) -> Section:
    return Section(section.id, section.title, section.lead, (*section.blocks, *more), section.tab, section.wide)


def formula(guest: str, host: str) -> tuple[tuple[str, Message], ...]:
    """What the rule is applied to: the roll of *guest*, the practice of *host*."""
    return (("guest", message("study.doc.formula.roll", region=guest)),
            ("host", message("study.doc.formula.practice", region=host)))  # fmt: skip


def _figures_of(study: Study, code: str) -> dict[str, Cell]:
    return {one.indicator.id: (one.left if one.left.region == code else one.right).cell for one in study.gate}


def side(role: str, code: str, name: str, found: Mapping[str, Cell], law: TaxPractice | None) -> Side:
    """The region at the head: residents, area, parts, and the rates of its *law* where that is known."""
    cells = [(name, found[name]) for name in ("pop_dukcapil", "area_km2") if name in found]
    parts = [found[name].value for name in ("n_kecamatan", "n_kelurahan", "n_desa") if name in found]
    if len(parts) == 3 and all(isinstance(part, int) for part in parts):
        kecamatan, kelurahan, desa = parts
        key = "villages" if desa else "kelurahan"
        source = found["n_kecamatan"].source
        cells.append(("parts", Cell(message("study.doc.side.parts"), None, kind="realised", instead=message(
            f"study.doc.side.{key}", kecamatan=kecamatan, villages=(kelurahan or 0) + (desa or 0)), source=source)))  # type: ignore[operator]
    if law is not None:
        cells.append(("rates", tier_range(law, message("study.doc.side.rates", year=str(law.on.year)))))
    return Side(role, code, name, tuple(cells))


def _sample(study: Study) -> Message | None:
    labels = [one.roll for one in (study.tax, study.tax_back) if one.roll.synthetic]
    if not labels:
        return None
    if len(labels) == 1:
        return message("study.doc.sample.one", region=labels[0].name, objects=labels[0].objects)
    return message("study.doc.sample.two", first=labels[0].name, first_objects=labels[0].objects,
                   second=labels[1].name, second_objects=labels[1].objects)  # fmt: skip


def changed_since(notices: Sequence[Notice]) -> tuple[Prose, ...]:
    """That the host's practice is no longer what was seen."""
    if not notices:
        return ()
    return (Prose("changed", message("study.doc.changed", count=len(notices), text=notices[0].text), "care"),)


def _notices(study: Study) -> tuple[Prose, ...]:
    return changed_since(next((one.notices for one in study.changes if one.region == study.host.code), ()))


def _summary(study: Study) -> Section:
    """The study in a few sentences, each with its figure."""
    names = {"guest": study.guest.name, "host": study.host.name}
    blocks: list[Block] = []
    for prefix, tax, own, foreign in (("tax", study.tax, names["guest"], names["host"]),
                                      ("tax_back", study.tax_back, names["host"], names["guest"])):  # fmt: skip
        way = "same" if not tax.as_is.change else "down" if tax.as_is.change < 0 else "up"
        blocks.append(Prose(f"summary.{prefix}.as_is", message(
            f"study.doc.summary.as_is.{way}", own=own, foreign=foreign, before=tax.as_is.before.payable,
            after=tax.as_is.after.payable, share=abs(tax.as_is.change or 0)), ""))  # fmt: skip
        found, kept = tax.neutral_comparison, "neutral" if tax.neutral.within_bounds else "at_bound"
        blocks.append(Prose(f"summary.{prefix}.neutral", message(
            f"study.doc.summary.{kept}", lever=lever_words(tax.neutral), down=found.share("down_over_20", "down_2_20"),
            up=found.share("up_2_20", "up_over_20"), same=found.share("same")), ""))  # fmt: skip
    waste = study.waste
    if waste.now is not None and waste.as_host is not None:
        blocks.append(Prose("summary.waste", message(
            "study.doc.summary.waste", **names, now=waste.now.unmanaged_t, then=waste.as_host.unmanaged_t,
            day=waste.as_host.per_day.handled_t), ""))  # fmt: skip
    if study.centre.transfers:
        fixed, scaled = study.centre.transfers
        blocks.append(Prose("summary.centre", message(
            "study.doc.summary.centre", **names, low=fixed.running[0], high=fixed.running[1],
            scaled_low=scaled.running[0], scaled_high=scaled.running[1]), ""))  # fmt: skip
    refused = sum(one.level == "no" for one in study.gate if one.left.known and one.right.known)
    pairs = sum(one.left.known and one.right.known for one in study.gate)
    blocks.append(Prose("summary.gate", message("study.doc.summary.gate", pairs=pairs, refused=refused), ""))
    if study.claims:
        wrong = sum(one.verdict == "not_supported" for one in study.claims)
        open_ = sum(one.verdict == "cannot_be_checked" for one in study.claims)
        blocks.append(Prose("summary.claims", message("study.doc.summary.claims", count=len(study.claims), wrong=wrong,
                                                      open=open_), ""))  # fmt: skip
    return Section("summary", message("study.doc.summary.title"), message("study.doc.summary.lead"), tuple(blocks),
                   message("study.doc.tab.summary"))  # fmt: skip


def _meta(study: Study) -> tuple[tuple[str, str], ...]:
    return (("guest", study.guest.code), ("host", study.host.code), ("on", study.on.isoformat()),
            ("until", study.until.isoformat()), ("assumptions", study.assumptions),
            ("visit", study.visit.id if study.visit is not None else ""), ("lever", study.tax.lever),
            ("lever_back", study.tax_back.lever))  # fmt: skip


def _sources(study: Study, figures: Book) -> list[tuple[str, str]]:
    """Title and address of everything that a figure, a claim, an event or a provision names, each once, by title."""
    ids: set[str] = set()
    for one in study.gate:
        ids |= {fact.source for figure in (one.left, one.right) for fact in figure.facts}
    for claim in study.claims:
        ids |= set(claim.claim.sources)
    for named in (*study.happenings, *study.nearer, *study.lessons, *study.lessons_back):
        ids |= set(named.sources)
    found: dict[str, str] = {figures.source(one).title: figures.source(one).url or "" for one in ids}
    for tax in (study.tax, study.tax_back):
        for provision in tax.own.law.provisions.values():
            if provision.source and provision.levy == LEVY:
                title = provision.instrument.title if provision.instrument is not None else provision.source
                found.setdefault(title, provision.source if provision.source.startswith("http") else "")
    return sorted((in_words(title, "id"), url) for title, url in found.items())


def synthetic_regions(study: Study) -> Mapping[str, bool]:
    """Which region's roll is an example."""
    return {one.roll.region: one.roll.synthetic for one in (study.tax, study.tax_back)}
