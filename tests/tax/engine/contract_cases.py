"""Random worked cases for NJOP and PBB-P2: edges, odd writings of numbers, and faults, by a seeded generator.

``make(rule, random)`` gives a case as plain values; ``written(case)`` writes it as YAML. Numbers are written as whole
numbers, decimals or arithmetic; up to two faults are put into a third of the cases.
"""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal

from tests.tax.engine.contract_reading import LAW

RULES = ("njop", "njop_class", "pbb", "pbb_owner", "pbb_split", "bill_waiver")
EDGES = (0, 1, 8_000_000, 9_999_999, 10_000_000, 10_000_001, 250_000_000, 250_000_001, 999_999_999, 1_000_000_000,
         1_000_000_001, 1_500_000_000, 1_500_000_001, 5_000_000_000, 100_000_000_000, 10**15 - 1, 10**15)  # fmt: skip
DAYS = tuple(date.fromisoformat(text) for text in (
    "2010-01-01", "2023-06-01", "2023-12-27", "2023-12-28", "2023-12-31", "2024-01-01", "2024-01-03", "2024-01-04",
    "2024-12-31", "2025-01-01", "2025-07-01", "2025-12-31", "2026-01-01", "2030-01-01"))  # fmt: skip
RATES = ("0", "0.0002", "0.00055", "0.00112", "0.001", "0.0015", "0.00175", "0.002", "0.00225", "0.005")
RATIOS = ("0", "0.2", "0.275", "0.4", "0.55", "0.56", "0.7", "0.835", "1")
BANDS = (10_000_000, 100_000_000, 250_000_000, 1_000_000_000, 1_500_000_000, 5_000_000_000)
WORDS_WRONG = ("", "none", "rp 5", "half", "1,5", "true", "rounded", "12 34")


def make(rule, random):
    case = {"rule": rule, **MAKERS[rule](random)}
    if random.random() < 0.25:
        for _ in range(random.randint(1, 2)):
            _break(case, random)
    return case


# --- numbers ----------------------------------------------------------------------------------------------------------


def _amount(random):
    return random.choice((random.choice(EDGES), random.randint(0, 3 * 10**9),
                          random.randint(0, 10**random.randint(4, 15))))  # fmt: skip


def _form(random, value):
    """The same number, perhaps written as a decimal or as arithmetic."""
    way = random.random()
    if way < 0.75 or not isinstance(value, (int, Decimal)):
        return value
    if way < 0.8:
        return Decimal(value)
    cut = random.randint(0, 10**6)
    return random.choice((f"{value} + {cut} - {cut}", f"({value} * {cut + 1}) / {cut + 1}", f"{value}", f" {value} ",
                          f"-(0 - {value})"))  # fmt: skip


def _area(random):
    return random.choice((random.randint(1, 2000), Decimal(random.randint(1, 20000)) / 10, Decimal("0.5"),
                          Decimal(random.randint(1, 10**6)) / 1000))  # fmt: skip


def _per_m2(random, highest=80_000_000):
    return random.choice((random.randint(0, highest), random.randint(0, 2_000_000),
                          Decimal(random.randint(0, 10**8)) / 100, 31_000, 31_001, 41_000, 52_000, 52_001, 15_800_000,
                          69_700_000, 69_700_001, 140))  # fmt: skip


# --- given values -----------------------------------------------------------------------------------------------------


def _tiers(random):
    if random.random() < 0.3:
        return [{"to": random.choice((None, None, 1_000_000_000)), "rate": Decimal(random.choice(RATES))}]
    limits = sorted(random.sample(BANDS, random.randint(1, 4)))
    rows = [{"to": to, "rate": Decimal(random.choice(RATES))} for to in limits]
    if random.random() < 0.8:
        rows.append({"to": None, "rate": None if random.random() < 0.2 else Decimal(random.choice(RATES))})
    for row in rows:
        if random.random() < 0.2:
            row["inclusive"] = random.random() < 0.3
    return rows


def _ratio(random):
    if random.random() < 0.7:
        return Decimal(random.choice(RATIOS)) if random.random() < 0.6 else 1
    limits = sorted(random.sample(BANDS, random.randint(1, 3)))
    rows = [{"to": to, "ratio": Decimal(random.choice(RATIOS))} for to in limits]
    return rows if random.random() < 0.3 else [*rows, {"to": None, "ratio": Decimal(random.choice(RATIOS))}]


def _given(random):
    """Parameters of PBB; each may be left to the law or to nobody."""
    known = {
        "njoptkp": _form(random, random.choice((0, 10_000_000, 12_000_000, 100_000_000))),
        "ratio": _ratio(random),
        "ratio_order": random.choice(("after_njoptkp", "before_njoptkp")),
        "tiers": _tiers(random),
        "band_base": random.choice(("njop", "taxable")),
        "tiering": random.choice(("slab", "marginal")),
        "food_land_rate": Decimal(random.choice(RATES)),
        "rounding": random.choice(("half_up", "half_up", "down", "up")),
        "njoptkp_choice": "highest_njop_then_lowest_id",
    }
    left_out = 0.25 if random.random() < 0.2 else 0.01
    given = {name: value for name, value in known.items() if random.random() > left_out}
    for name, value in (("minimum", _form(random, random.choice((0, 5000, 10_000, 25_000)))),
                        ("waiver_up_to", random.choice((0, 30_000, 1_000_000))),
                        ("stimulus", random.choice((0, Decimal("0.35"), Decimal("0.5"), Decimal("0.333"), 1)))):
        if random.random() < 0.3:
            given[name] = random.choice((value, value, None))
    return given


def _with_law(random, case):
    if random.random() < 0.4:
        day = random.choice(DAYS) + timedelta(days=random.choice((-1, 0, 0, 0, 1)))
        case["law"] = {"region": random.choice(tuple(LAW)), "on": day}
        for name in ("tiers", "njoptkp", "food_land_rate", "waiver_up_to", "ratio"):
            if random.random() < 0.35:
                case.get("given", {}).pop(name, None)
    return case


# --- the rules --------------------------------------------------------------------------------------------------------


def _pbb(random):
    inputs = {"njop": _form(random, _amount(random)), "takes_njoptkp": random.random() < 0.6,
              "use": "food_land" if random.random() < 0.2 else "general"}
    return _with_law(random, {"given": _given(random), "inputs": inputs})


def _owner(random):
    ids = random.choice((list(range(7, 13)), ["N-9", "N-2", "A", "a", "10", "9"], [9, "10", "A", 2, "b", 11],
                         ["35.73.020.003.001-0011.0", "35.73.020.003.001-0012.0", "001", "01", "1", "x y"]))
    ids = random.sample(ids, random.randint(1, len(ids)))
    values, owners = [_amount(random) for _ in range(3)], random.choice((("W1",), ("W1", "W2"), (1, "1", 2), ("A", 3)))
    objects = [{"id": one, "owner": random.choice(owners), "njop": _form(random, random.choice(values)),
                "use": "food_land" if random.random() < 0.15 else "general"} for one in ids]
    if random.random() < 0.05:
        objects.append({**objects[0], "id": random.choice((objects[0]["id"], str(objects[0]["id"])))})
    return _with_law(random, {"given": _given(random), "inputs": {"objects": objects}})


def _split(random):
    parts = [_area(random) for _ in range(random.randint(1, 5))]
    if random.random() < 0.3:
        parts.append(parts[0])
    total = sum(Decimal(part) for part in parts)
    inputs = {"parent_land_m2": total if random.random() < 0.85 else total + Decimal("0.001"), "parts_land_m2": parts,
              "land_value_m2": _form(random, _per_m2(random)),
              "njoptkp_to": random.choice(("largest", random.randint(0, len(parts) + 1), "1", "2 - 1"))}
    return _with_law(random, {"given": _given(random), "inputs": inputs})


def _waiver(random):
    given = {} if random.random() < 0.3 else {"waiver_up_to": random.choice((0, 30_000, "15_000 * 2", None))}
    amount = random.choice((0, 1, 29_999, 30_000, 30_001, _amount(random)))
    return _with_law(random, {"given": given, "inputs": {"amount": _form(random, amount)}})


def _own_table(random):
    edges = sorted(random.sample((0, 100_000, 250_000, 400_000, 700_000, 1_000_000), random.randint(2, 5)))
    rows = [{"class": name, "over": low, "to": high, "value": (low + high) // 2}
            for name, low, high in zip("ABCDE", edges, edges[1:], strict=False)]
    if random.random() < 0.5:
        rows.append({"class": 9, "over": edges[-1], "to": None, "value": edges[-1] + 1})
    random.shuffle(rows)
    return {"land": rows, "building": rows[:2]} if random.random() < 0.8 else {"land": rows}


def _class_table(random):
    return random.choice(("national-2011", "national-2011", "none", None, _own_table(random), _own_table(random)))


def _class(random):
    return {"given": {"class_table": _class_table(random)},
            "inputs": {"kind": random.choice(("land", "building")), "value_per_m2": _form(random, _per_m2(random))}}


def _njop(random):
    inputs = {"land_m2": _form(random, _area(random)) if random.random() < 0.95 else 0}
    land = random.choice(("nir_per_m2", "land_value_m2", "land_class"))
    inputs[land] = random.choice((1, 71, 83, "71", "A", "B", 9, 100, 101)) if land == "land_class" else _form(
        random, _per_m2(random))
    kind = random.random()
    if kind < 0.35:
        inputs["building_m2"] = _area(random) if random.random() < 0.95 else 0
        inputs[random.choice(("building_value_per_m2_raw", "building_value_m2"))] = _per_m2(random, 16_000_000)
    elif kind < 0.7:
        inputs["buildings"] = [{"m2": _form(random, _area(random)), "value_m2": _per_m2(random, 16_000_000)}
                               for _ in range(random.choice((0, 1, 2, 3, 5)))]
    given = {} if random.random() < 0.2 else {"class_table": _class_table(random)}
    if random.random() < 0.3:
        given["rounding"] = random.choice(("half_up", "down", "up", None))
    return {"given": given, "inputs": inputs}


MAKERS = {"njop": _njop, "njop_class": _class, "pbb": _pbb, "pbb_owner": _owner, "pbb_split": _split,
          "bill_waiver": _waiver}  # fmt: skip


# --- faults -----------------------------------------------------------------------------------------------------------


def _places(value, found):
    """Every map within *value*."""
    if isinstance(value, dict):
        found.append(value)
        for item in value.values():
            _places(item, found)
    elif isinstance(value, list):
        for item in value:
            _places(item, found)
    return found


def _break(case, random):
    """One fault at a random place: a key lost, unknown, null, of another kind, negative, out of order."""
    part = case.get(random.choice(("inputs", "inputs", "given"))) or case["inputs"]
    place = random.choice(_places(part, []))
    if not place:
        return
    key = random.choice(list(place))
    way = random.randint(0, 8)
    value = place[key]
    if way == 0:
        del place[key]
    elif way == 1:
        place["colour"] = 3
    elif way == 2:
        place[key] = None
    elif way == 3:
        place[key] = random.choice(WORDS_WRONG)
    elif way == 4 and isinstance(value, (int, Decimal)):
        place[key] = -value if value else -1
    elif way == 5 and isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        place[key] = value + Decimal("0.5")
    elif way == 6:
        place[key] = random.choice((True, 1, 0, [], {}, [1], date(2025, 1, 1)))
    elif way == 7 and isinstance(value, list):
        place[key] = deepcopy(value[::-1])
    elif way == 8 and isinstance(value, list) and value:
        place[key] = deepcopy([*value, random.choice(value)])


# --- YAML -------------------------------------------------------------------------------------------------------------


def written(value):
    """*value* as YAML in flow style, exactly as it is."""
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}": {written(item)}' for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(written(item) for item in value) + "]"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)
