"""The pure ground: money, rates, periods, statutes, steps over columns, problems, words.

Nothing here imports Django, a database driver or an HTTP client. ``ground/columns.py`` alone imports duckdb.
"""
