"""Reading the assumption set of a waste replay from ``assumptions/``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sepadan.ground.money import exact
from sepadan.ground.problems import refuse
from sepadan.study.engine.waste import WasteAssumptions
from sepadan.study.facts.reading import FOLDER, Entry, read_file, shown_path

ASSUMPTIONS = FOLDER.parent.parent / "assumptions"
_INFLOWS = ("landfilled_share", "all_handled", "published_inflow")


@cache
def load_waste_assumptions(name: str = "waste-default") -> WasteAssumptions:
    """The named set; its alternatives become the band. Refuses an unknown name, naming the folder."""
    path = ASSUMPTIONS / f"{name}.yaml"
    if not path.exists():
        known = ", ".join(sorted(one.stem for one in ASSUMPTIONS.glob("waste-*.yaml")))
        raise refuse("study.data.no_assumptions", where=name, remedy="study.data.no_assumptions.remedy", given=name,
                     known=known)
    return _read(path)


def _read(path: Path) -> WasteAssumptions:
    whole = Entry(read_file(path), shown_path(path))
    block = whole.entry("parameters").entry("waste")
    entries = {key: block.entry(key) for key in ("density_t_m3", "cover_share", "inflow")}
    density = entries["density_t_m3"]
    densities = [density.number_or_none("value"), *(density.get("alternatives") or [])]
    inflow = entries["inflow"]
    inflows = (inflow.one_of("value", _INFLOWS), *inflow.texts("alternatives"))
    for one in inflows:
        if one not in _INFLOWS:
            raise refuse("study.data.not_one_of", where=inflow.where("alternatives"),
                         remedy="study.data.not_one_of.remedy", given=one, allowed=", ".join(_INFLOWS))
    return WasteAssumptions(
        name=whole.text("name"), density_t_m3=exact(density.need("value")),
        densities_t_m3=tuple(sorted(exact(value) for value in densities if value is not None)),
        cover_share=exact(entries["cover_share"].need("value")), inflow=inflows,
        why={key: entry.words("why") for key, entry in entries.items()})
