"""Gas of a landfill against closed forms and against a sum over every deposit by itself; what is refused."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepadan.ground.problems import Refused
from sepadan.waste.engine.landfill_gas import COMPONENTS, Site, Waste, ipcc, landgem, peak_year
from sepadan.waste.tables import decay_source, decay_table

WET = {name: Waste(float(one.doc), float(one.k)) for name, one in decay_table("tropical_moist_wet_ge1000mm").items()}
TONNES = st.dictionaries(st.integers(1990, 2024), st.floats(0, 500_000), min_size=1)
SHARES = st.lists(st.floats(0.01, 1), min_size=len(COMPONENTS), max_size=len(COMPONENTS)).map(
    lambda parts: {name: part / (sum(parts) * 1.1) for name, part in zip(COMPONENTS, parts, strict=True)})
SITES = st.builds(Site, docf=st.floats(0.3, 0.8), mcf=st.floats(0.4, 1), f=st.floats(0.4, 0.6), ox=st.floats(0, 0.2),
                  delay_months=st.floats(0, 6))


def by_deposit(deposits, composition, site, year):
    """Tonnes of CH4 in *year*: what each deposit still held at its beginning less what it holds at its end."""
    generated = []
    for began, tonnes in deposits.items():
        for name, share in composition.items():
            held = tonnes * share * WET[name].doc * site.docf * site.mcf * site.f * 16 / 12
            begin = began + 0.5 + site.delay_months / 12  # the moment at which decay of that year's waste begins
            left = [held * math.exp(-WET[name].k * max(0.0, at - begin)) for at in (year, year + 1)]
            generated.append((left[0] if year > began else held) - (left[1] if year >= began else held))
    return math.fsum(generated)


@given(TONNES, SHARES, SITES)
def test_ipcc_agrees_with_each_deposit_by_itself(deposits, composition, site):
    gas = ipcc(deposits, composition, WET, site, until=2040)
    for year in (min(deposits), 2000, 2024, 2025, 2040):
        assert gas.generated_t.get(year, 0.0) == pytest.approx(by_deposit(deposits, composition, site, year),
                                                               rel=1e-9, abs=1e-9)


@given(TONNES, SHARES, SITES)
def test_carbon_is_neither_made_nor_lost(deposits, composition, site):
    gas = ipcc(deposits, composition, WET, site, until=2060)
    came = sum(tonnes * share * WET[name].doc * site.docf * site.mcf
               for tonnes in deposits.values() for name, share in composition.items())
    decayed = sum(gas.generated_t.values()) / (site.f * 16 / 12)
    assert decayed + gas.stock_t[2060] == pytest.approx(came, rel=1e-9, abs=1e-9)
    assert all(emitted <= generated for emitted, generated in zip(
        gas.emitted_t.values(), gas.generated_t.values(), strict=True))


def test_the_peak_is_the_year_after_the_last_deposit():
    gas = ipcc(dict.fromkeys(range(2019, 2025), 164250), {"food": 0.5439}, WET, Site(), until=2035)
    assert peak_year(gas, range(2019, 2036)) == 2025
    assert peak_year(ipcc({2019: 0}, {"food": 0.5}, WET, Site(), until=2020), (2019, 2020)) is None


def test_recovery_is_taken_before_oxidation_and_never_below_nothing():
    gas = ipcc({2000: 1000}, {"food": 1.0}, {"food": Waste(0.15, 0.4)}, Site(ox=0.1), until=2002,
               recovered={2001: 6.483998, 2002: 100})
    assert gas.emitted_t[2001] == pytest.approx((16.483998 - 6.483998) * 0.9, abs=1e-6)
    assert gas.emitted_t[2002] == 0


@given(TONNES, st.floats(0.04, 0.7), st.floats(50, 200))
def test_the_same_year_is_epa_a_year_early_and_all_gas_comes_out_in_the_end(deposits, k, l0):
    years = range(1990, 2040)
    epa = landgem(deposits, [year + 1 for year in years], k=k, l0=l0)
    early = landgem(deposits, years, k=k, l0=l0, convention="same_year")
    assert [early[year] for year in years] == pytest.approx([epa[year + 1] for year in years])
    step = k / 10  # a tenth of a year's gas summed over all years to come is its whole potential, but for the step
    whole = sum(landgem(deposits, range(1990, 2500), k=k, l0=l0).values())
    assert whole == pytest.approx(sum(deposits.values()) * l0 * step / math.expm1(step), rel=1e-6, abs=1e-6)


def test_sweet_counts_the_middle_of_the_age_and_the_kind_of_site():
    food = landgem({2020: 1000}, (2021, 2030), k=0.34, l0=70, convention="sweet")
    assert food[2021] == pytest.approx(20079.2226, abs=1e-4)
    dump = landgem({2020: 1000}, (2021,), k=0.34, l0=70, convention="sweet", mcf=0.4)
    assert dump[2021] == pytest.approx(0.4 * food[2021])


def test_samples_give_what_single_values_give():
    ks = np.array([0.17, 0.4, 0.7])
    many = ipcc({2019: 164_250}, {"food": 0.54}, {"food": Waste(0.15, ks)}, Site(docf=np.array([0.4, 0.5, 0.6])),
                until=2022)
    for place, (k, docf) in enumerate(zip(ks, (0.4, 0.5, 0.6), strict=True)):
        one = ipcc({2019: 164_250}, {"food": 0.54}, {"food": Waste(0.15, k)}, Site(docf=docf), until=2022)
        assert many.generated_t[2022][place] == pytest.approx(one.generated_t[2022], rel=1e-12)


@pytest.mark.parametrize(("change", "key"), [
    ({"deposits": {}}, "no_deposit"), ({"deposits": {2000: -1}}, "tonnes"), ({"deposits": {2000: math.nan}}, "tonnes"),
    ({"composition": {"food": 0.8, "paper": 0.3}}, "shares"), ({"composition": {"food": -0.1}}, "share"),
    ({"composition": {"glass": 0.1}}, "component"), ({"wastes": {}}, "no_parameters"),
    ({"site": Site(delay_months=7)}, "delay"), ({"until": 3000}, "years"),
])
def test_what_cannot_be_is_refused(change, key):
    given = {"deposits": {2000: 1}, "composition": {"food": 1.0}, "wastes": WET, "site": Site(), "until": 2001} | change
    with pytest.raises(Refused) as refused:
        ipcc(given["deposits"], given["composition"], given["wastes"], given["site"], until=given["until"])
    assert refused.value.problem.what.key == f"waste.gas.{key}"


def test_the_table_of_decay_names_its_source_and_its_climates():
    food = decay_table("tropical_moist_wet_ge1000mm")["food"]
    assert food.k_low < food.k < food.k_high
    assert "IPCC 2006" in decay_source()
    with pytest.raises(Refused, match="tropical_dry_lt1000mm"):
        decay_table("moon")
