"""The study's own data: sourced figures, contradictions, claims, practices and visits, read once into plain values.

Idea: a new region is a new file in ``regions/``; a new visit a new file in ``visits/``. ``load_indicators`` gives the
book that every function of ``study.engine`` takes. Figures carry their source and how surely they are known; tables of
other publishers whose licence is not stated are not part of it. Bad data is refused with file, line and remedy.
"""

from sepadan.study.facts.assumed import load_waste_assumptions
from sepadan.study.facts.figures import load_indicators
from sepadan.study.facts.visiting import load_claims, load_nearer, load_practices, load_visits

__all__ = ["load_claims", "load_indicators", "load_nearer", "load_practices", "load_visits", "load_waste_assumptions"]
