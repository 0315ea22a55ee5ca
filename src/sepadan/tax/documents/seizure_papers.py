"""The papers of a seizure: order (SPMP), minutes with the goods, announcement, request of an auction, lifting, release
of some goods, withdrawal of an auction.

What a paper says is what the seizure and its step say; goods stand in a table with value and guardian. Words are
Indonesian, as printed. A step without a paper of ours (the auction's minutes, a receipt) has none here.
"""

from __future__ import annotations

from sepadan.ground.figures import rupiah
from sepadan.ground.messages import message
from sepadan.records.public import current_region
from sepadan.tax.documents.letter import Addressee, LetterFacts, LetterTable
from sepadan.tax.documents.offices import letter_office, signer_of
from sepadan.tax.engine.nop import Nop
from sepadan.tax.models import SeizedGood, Seizure, SeizureAct, SeizureStep
from sepadan.tax.queries.rolls import current_roll
from sepadan.tax.queries.seizures import goods_of, released

PAPERS = {SeizureAct.SEIZED: "sita", SeizureAct.ANNOUNCED: "lelang", SeizureAct.REQUESTED: "minta_lelang",
          SeizureAct.LIFTED: "cabut_sita", SeizureAct.RELEASED: "lepas_sita", SeizureAct.WITHDRAWN: "batal_lelang"}
HEADS = ("goods", "movable", "value", "guardian")


def order_paper(seizure: Seizure) -> tuple[str, LetterFacts]:
    """The order, with or without its number."""
    return "spmp", _facts(seizure, seizure.number, None, {
        "amount": seizure.total, "warrant": seizure.warrant.number, "bailiff": seizure.bailiff})


def step_paper(step: SeizureStep) -> tuple[str, LetterFacts] | None:
    """The paper of a step that was done; None where another office writes it, or it was not decided."""
    kind, seizure = SeizureAct(step.kind), step.seizure
    if kind not in PAPERS or step.state != "done":
        return None
    said = step.details
    params = {
        SeizureAct.SEIZED: {"bailiff": seizure.bailiff, "place": said.get("place", ""),
                            "witnesses": ", ".join(said.get("witnesses", ()))},
        SeizureAct.ANNOUNCED: {"auction": _auction(step)},
        SeizureAct.REQUESTED: {"amount": seizure.total},
        SeizureAct.LIFTED: {"reason": step.note}, SeizureAct.RELEASED: {"reason": step.note},
        SeizureAct.WITHDRAWN: {"reason": step.note}}[kind]
    return PAPERS[kind], _facts(seizure, step.document, step, {"order": seizure.number, **params})


def _facts(seizure: Seizure, number: str, step: SeizureStep | None, params: dict[str, object]) -> LetterFacts:
    region, roll, warrant = current_region(), current_roll(), seizure.warrant
    dated = step.happened_on if step else seizure.ordered_on or seizure.written_at.date()
    return LetterFacts(
        office=letter_office(region), dated=dated, number=number, params=params,
        to=Addressee(warrant.payer_name, (warrant.address,) if warrant.address else ()),
        lines=(("NOP", str(Nop(seizure.nop))),), table=_table(_goods(step)) if step else None,
        signer=signer_of(region), synthetic=roll is not None and roll.synthetic)


def _auction(step: SeizureStep) -> str:
    """When and where, and the limit where one was set."""
    said = str(step.details.get("auction", ""))
    return message("tax.letter.limit", auction=said, limit=step.amount).text("id") if step.amount else said


def _goods(step: SeizureStep) -> list[SeizedGood]:
    """The goods that a step is about: those it gives back, else what was still seized when it was done."""
    goods = goods_of(step.seizure)
    if step.kind == SeizureAct.RELEASED:
        return [one for one in goods if one.pk in step.details.get("goods", ())]
    gone = released(step.seizure, before=step.pk)
    return [one for one in goods if one.pk not in gone]


def _table(goods: list[SeizedGood]) -> LetterTable:
    heads = tuple((">" if name == "value" else "") + message(f"tax.letter.head.{name}").text("id") for name in HEADS)
    rows = tuple((one.description, _kind(one), rupiah(one.value, "id"), one.guardian) for one in goods)
    return LetterTable(heads, rows, (message("tax.letter.head.total").text("id"), "",
                                     rupiah(sum(one.value for one in goods), "id"), ""))


def _kind(good: SeizedGood) -> str:
    return message("tax.letter.goods.movable" if good.movable else "tax.letter.goods.immovable").text("id")
