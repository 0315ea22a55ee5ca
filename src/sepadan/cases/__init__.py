"""Worked cases: examples that officers and auditors write, evaluated by the engines that bill citizens.

A case file is a YAML list (see ``docs/reference/cases.md``). Nothing in a case is code.
"""
