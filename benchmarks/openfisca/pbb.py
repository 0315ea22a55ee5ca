"""PBB as openfisca-core variables: reads a CSV (object_id, njop, food, takes), writes object_id and pbb."""

import csv
import json
import sys
import time

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.periods import YEAR
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

Parcel = build_entity(key="parcel", plural="parcels", label="Taxable object", is_person=True)


class njop(Variable):
    value_type = float
    entity = Parcel
    definition_period = YEAR


class food(Variable):
    value_type = bool
    entity = Parcel
    definition_period = YEAR


class takes(Variable):
    value_type = bool
    entity = Parcel
    definition_period = YEAR


class taxable(Variable):
    value_type = float
    entity = Parcel
    definition_period = YEAR

    def formula(parcel, period):
        return np.maximum(0, parcel("njop", period) - 10_000_000 * parcel("takes", period))


class rate(Variable):
    value_type = float
    entity = Parcel
    definition_period = YEAR

    def formula(parcel, period):
        value = parcel("njop", period)
        limits = [250e6, 750e6, 1e9, 5e9, 10e9]
        rates = np.array([0.0012, 0.0015, 0.00175, 0.002, 0.0022, 0.00225])
        return np.where(parcel("food", period), 0.001, rates[np.searchsorted(limits, value, side="left")])


class pbb(Variable):
    value_type = float
    entity = Parcel
    definition_period = YEAR

    def formula(parcel, period):
        return np.floor(parcel("taxable", period) * parcel("rate", period) + 0.5)


def main(source, target):
    with open(source) as file:
        rows = list(csv.DictReader(file))
    system = TaxBenefitSystem([Parcel])
    system.add_variables(njop, food, takes, taxable, rate, pbb)
    builder = SimulationBuilder()
    builder.create_entities(system)
    builder.declare_person_entity("parcel", [row["object_id"] for row in rows])
    simulation = builder.build(system)
    simulation.set_input("njop", 2025, np.array([float(row["njop"]) for row in rows]))
    simulation.set_input("food", 2025, np.array([row["food"] == "1" for row in rows]))
    simulation.set_input("takes", 2025, np.array([row["takes"] == "1" for row in rows]))
    start = time.perf_counter()
    result = simulation.calculate("pbb", 2025)
    seconds = time.perf_counter() - start
    with open(target, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["object_id", "pbb"])
        writer.writerows((row["object_id"], int(value)) for row, value in zip(rows, result, strict=True))
    json.dump({"seconds_without_allocation": round(seconds, 3), "dtype": str(result.dtype)}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
