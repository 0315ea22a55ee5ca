"""The contract of worked cases for NJOP and PBB-P2, written a second time, straight from its words.

It shares no code with the product. ``evaluate(case)`` gives the results by expected key or raises ``Wrong`` where the
contract refuses the case.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path

import yaml
from tests.tax.engine.contract_reading import (
    HIGHEST,
    WORDS,
    Known,
    Wrong,
    money,
    not_negative,
    number,
    only,
    positive,
    share,
    whole,
    word,
)

import sepadan

# --- NJOP -------------------------------------------------------------------------------------------------------------


@cache
def _national():
    path = Path(sepadan.__file__).parent / "statutes" / "national" / "tax" / "njop_classes.yaml"
    table = yaml.safe_load(path.read_text(encoding="utf-8"))["class_tables"]["national-2011"]
    return {kind: [dict(zip(("class", "over", "to", "value"), row[:4], strict=True)) for row in table[kind]]
            for kind in ("land", "building")}


def class_table(known):
    """None: nobody says; "none": there is none; else rows by kind."""
    value = known.get("class_table")
    if value is None or value == "none":
        return value
    if value == "national-2011":
        return _national()
    if not isinstance(value, dict) or set(value) - {"land", "building"}:
        raise Wrong(value)
    for rows in value.values():
        if not isinstance(rows, list) or any(
                not isinstance(row, dict) or set(row) != {"class", "over", "to", "value"} for row in rows):
            raise Wrong(value)
    return {kind: [{"class": row["class"], "over": money(row["over"]), "value": money(row["value"]),
                    "to": None if row["to"] is None else money(row["to"])} for row in value.get(kind, [])]
            for kind in ("land", "building")}


def in_class(table, kind, value):
    if not isinstance(table, dict):
        raise Wrong("no table")
    for row in table[kind]:
        if row["over"] < value and (row["to"] is None or value <= row["to"]):
            return row
    raise Wrong("outside the table")


def njop_class(case):
    only(case["inputs"], ("kind", "value_per_m2"))
    kind = word(case["inputs"].get("kind"), ("land", "building"))
    value = not_negative(case["inputs"].get("value_per_m2"))
    row = in_class(class_table(Known(case, ("class_table", "rounding"))), kind, value)
    return {"class": row["class"], "njop_per_m2": row["value"]}


def _looked_up(table, kind, value):
    """(class, value): by the table, or as it is where there is none; a table nobody names is not guessed."""
    if table is None:
        raise Wrong("class_table")
    if table == "none":
        return None, value
    row = in_class(table, kind, value)
    return row["class"], row["value"]


def njop(case):
    inputs = {name: value for name, value in case["inputs"].items() if value is not None}
    lands, buildings = ("nir_per_m2", "land_value_m2", "land_class"), ("building_value_per_m2_raw", "building_value_m2")
    only(case["inputs"], ("land_m2", *lands, "building_m2", *buildings, "buildings"))
    known = Known(case, ("class_table", "rounding"))
    table = class_table(known)
    rounding = "half_up" if known.get("rounding") is None else word(known.get("rounding"), WORDS)
    area, named = not_negative(inputs.get("land_m2")), [name for name in lands if name in inputs]
    if len(named) != 1:
        raise Wrong(named)
    if named == ["land_class"]:
        rows = [row for row in (table["land"] if isinstance(table, dict) else ())
                if str(row["class"]) == str(inputs["land_class"])]
        if not rows:
            raise Wrong("land_class")
        land_class, land_value = rows[0]["class"], rows[0]["value"]
    elif named == ["nir_per_m2"]:
        land_class, land_value = _looked_up(table, "land", not_negative(inputs["nir_per_m2"]))
    else:
        land_class, land_value = None, not_negative(inputs["land_value_m2"])
    building_class, building_value, exact = _building(inputs, table, buildings)
    land, building = whole(area * land_value, rounding), whole(exact, rounding)
    return {"land_class": land_class, "land_value_m2": land_value, "building_class": building_class,
            "building_value_m2": building_value, "njop_land": land, "njop_building": building, "njop": land + building}


def _building(inputs, table, names):
    """(class, value per m2, NJOP before rounding) of the buildings."""
    if "buildings" in inputs:
        rows = inputs["buildings"]
        if not isinstance(rows, list) or any(name in inputs for name in (*names, "building_m2")):
            raise Wrong("buildings")
        for row in rows:
            only(row, ("m2", "value_m2"))
        parts = [(positive(row.get("m2")), not_negative(row.get("value_m2"))) for row in rows]
        area, total = sum(m2 for m2, _ in parts), sum(m2 * value for m2, value in parts)
        if not parts or not isinstance(table, dict):
            return None, parts[0][1] if len(parts) == 1 else None, total
        row = in_class(table, "building", total / area)
        return row["class"], row["value"], area * row["value"]
    if "building_m2" not in inputs:
        if any(name in inputs for name in names):
            raise Wrong("building_m2")
        return None, None, 0
    area, named = not_negative(inputs["building_m2"]), [name for name in names if name in inputs]
    if len(named) != 1:
        raise Wrong(named)
    value = not_negative(inputs[named[0]])
    if area == 0:
        return None, None, 0
    found, per_m2 = (None, value) if named == ["building_value_m2"] else _looked_up(table, "building", value)
    return found, per_m2, area * per_m2


# --- PBB --------------------------------------------------------------------------------------------------------------

PARAMETERS = ("njoptkp", "ratio", "ratio_order", "tiers", "band_base", "tiering", "food_land_rate", "minimum",
              "waiver_up_to", "stimulus", "rounding", "njoptkp_choice")  # fmt: skip


def _table(value, keys, optional=()):
    if not isinstance(value, list) or not value:
        raise Wrong(value)
    for row in value:
        if not isinstance(row, dict) or set(row) - {*keys, *optional} or set(keys) - set(row):
            raise Wrong(row)
    limits = [None if row["to"] is None else money(row["to"]) for row in value]
    inner = limits if limits[-1] is not None else limits[:-1]
    if None in inner or inner != sorted(set(inner)):
        raise Wrong(limits)
    return limits


def tax(known, njop, takes, use):
    """The results of `pbb` for one object."""
    if njop > HIGHEST:
        raise Wrong(njop)
    way = word(known.need("rounding"), WORDS)
    choices = {name: None if known.get(name) is None else word(known.get(name), allowed) for name, allowed in (
        ("ratio_order", ("after_njoptkp", "before_njoptkp")), ("band_base", ("njop", "taxable")),
        ("tiering", ("slab", "marginal")), ("njoptkp_choice", ("highest_njop_then_lowest_id",)))}
    deduction = money(known.need("njoptkp")) if takes else 0
    for name, read in (("njoptkp", money), ("minimum", money), ("waiver_up_to", money), ("stimulus", share),
                       ("food_land_rate", share)):
        if known.get(name) is not None:
            read(known.get(name))
    taxable = _taxable(known.need("ratio"), choices["ratio_order"], njop, deduction)
    if use == "food_land":
        rate = share(known.need("food_land_rate"))
        amount = taxable * rate
    else:
        rate, amount = _by_tiers(known.need("tiers"), choices, njop, taxable)
    due = whole(amount, way)
    if known.get("minimum") is not None and taxable > 0:
        due = max(due, money(known.get("minimum")))
    waived = known.get("waiver_up_to") is not None and due <= money(known.get("waiver_up_to"))
    cut = share(known.get("stimulus") if known.get("stimulus") is not None else 0)
    return {"taxable": taxable, "rate": rate, "pbb": due, "waived": waived,
            "payable": 0 if waived else whole(due * (1 - cut), way)}


def _taxable(value, order, njop, deduction):
    if isinstance(value, list):
        limits = _table(value, ("to", "ratio"))
        shares = [share(row["ratio"]) for row in value]
        fitting = [part for to, part in zip(limits, shares, strict=True) if to is None or njop <= to]
        if not fitting:
            raise Wrong("ratio")
        ratio = fitting[0]
    else:
        ratio = share(value)
    if ratio != 1 and order is None:
        raise Wrong("ratio_order")
    if ratio != 1 and order == "before_njoptkp":
        return max(Fraction(0), njop * ratio - deduction)
    return max(0, njop - deduction) * ratio


def _by_tiers(value, choices, njop, taxable):
    """(rate, tax): slab by the tier that holds the base, or each part of the taxable value at its own rate."""
    limits = _table(value, ("to", "rate"), ("inclusive",))
    rates = [None if row["rate"] is None else share(row["rate"]) for row in value]
    for row in value:
        if not isinstance(row.get("inclusive", True), bool):
            raise Wrong(row)
    several = len(value) > 1
    if several and choices["tiering"] is None:
        raise Wrong("tiering")
    if several and choices["tiering"] == "marginal":
        total, start = Fraction(0), 0
        for to, rate in zip(limits, rates, strict=True):
            part = max(0, (taxable if to is None else min(taxable, to)) - start)
            if part and rate is None:
                raise Wrong("rate")
            total += part * (rate or 0)
            start = to
        if start is not None and taxable > start:
            raise Wrong("above the last tier")
        return None, total
    if several and choices["band_base"] is None:
        raise Wrong("band_base")
    base = taxable if choices["band_base"] == "taxable" or choices["tiering"] == "marginal" else njop
    for row, to, rate in zip(value, limits, rates, strict=True):
        if to is None or base < to or (base == to and row.get("inclusive", True)):
            if rate is None:
                raise Wrong("rate")
            return rate, taxable * rate
    raise Wrong("above the last tier")


def pbb(case):
    inputs = case["inputs"]
    only(inputs, ("njop", "takes_njoptkp", "use"))
    if not isinstance(inputs.get("takes_njoptkp"), bool):
        raise Wrong("takes_njoptkp")
    use = word(inputs.get("use"), ("general", "food_land"))
    return tax(Known(case, PARAMETERS), money(inputs.get("njop")), inputs["takes_njoptkp"], use)


def _order(ids):
    """The lowest id: numbers by size, words by their letters; numbers among words are words."""
    return (lambda one: one) if all(type(one) is int for one in ids) else str


def pbb_owner(case):
    only(case["inputs"], ("objects",))
    rows = case["inputs"].get("objects")
    if not isinstance(rows, list) or not rows:
        raise Wrong("objects")
    for row in rows:
        only(row, ("id", "owner", "njop", "use"))
        if row.get("id") is None or row.get("owner") is None:
            raise Wrong(row)
        money(row.get("njop"))
        word(row.get("use"), ("general", "food_land"))
    known = Known(case, PARAMETERS)
    word(known.need("njoptkp_choice"), ("highest_njop_then_lowest_id",))
    if len({str(row["id"]) for row in rows}) < len(rows):
        raise Wrong("ids")
    lowest = _order([row["id"] for row in rows])
    taker = {}
    for row in sorted(rows, key=lambda row: lowest(row["id"]), reverse=True):
        best = taker.get(str(row["owner"]))
        if best is None or money(row["njop"]) >= money(best["njop"]):
            taker[str(row["owner"])] = row
    amounts = {str(row["id"]): tax(known, money(row["njop"]), taker[str(row["owner"])] is row, row["use"])["pbb"]
               for row in rows}
    return {"njoptkp_object": {owner: str(row["id"]) for owner, row in taker.items()}, "pbb": amounts,
            "total": sum(amounts.values())}


def pbb_split(case):
    inputs = case["inputs"]
    only(inputs, ("parent_land_m2", "parts_land_m2", "land_value_m2", "njoptkp_to"))
    if not isinstance(inputs.get("parts_land_m2"), list) or not inputs["parts_land_m2"]:
        raise Wrong("parts")
    parts = [positive(part) for part in inputs["parts_land_m2"]]
    if sum(parts) != positive(inputs.get("parent_land_m2")):
        raise Wrong("the parts do not add up")
    value, to = not_negative(inputs.get("land_value_m2")), inputs.get("njoptkp_to")
    if to == "largest":
        taker = parts.index(max(parts))
    else:
        place = number(to)
        if place not in range(1, len(parts) + 1):
            raise Wrong(to)
        taker = int(place) - 1
    known = Known(case, PARAMETERS)
    way = word(known.need("rounding"), WORDS)
    values = [whole(part * value, way) for part in parts]
    bills = [tax(known, one, place == taker, "general")["pbb"] for place, one in enumerate(values)]
    return {"njop": values, "pbb": bills}


def bill_waiver(case):
    only(case["inputs"], ("amount",))
    known = Known(case, ("waiver_up_to", "rounding"))
    amount, limit = money(case["inputs"].get("amount")), money(known.need("waiver_up_to"))
    return {"waived": amount <= limit, "payable": 0 if amount <= limit else amount}


EVALUATE = {"njop": njop, "njop_class": njop_class, "pbb": pbb, "pbb_owner": pbb_owner, "pbb_split": pbb_split,
            "bill_waiver": bill_waiver}  # fmt: skip


def evaluate(case):
    """The results of *case* by expected key. Raises Wrong where the contract refuses it."""
    return EVALUATE[case["rule"]](case)
