"""An act that a page refuses is undone before the page is shown again: every view that catches a refusal says so."""

from __future__ import annotations

import ast
from pathlib import Path

from sepadan.project import settings

VIEWS = Path(settings.__file__).parents[1]
READINGS = {  # nothing is written in these: a page is computed or a file is read
    "portal/views/law.py", "study/views/document.py", "study/views/draft.py", "study/views/replay.py",
    "tax/views/bill_shown.py", "tax/views/runs_shown.py", "tax/views/what_if.py",
    "records/views/account.py:_password_taken",  # the rule is checked before the password is set
    "tax/views/bills_print.py:print_file", "tax/views/requests.py:seen_of", "tax/views/requests_online.py:_check_code",
    "creative/views/events.py:closed_because", "creative/views/replaying.py:trial",
    "creative/views/series_desk.py:_rule",
    "creative/views/wishing.py:proposals_of",  # what was refused is kept with keep_written
    "tax/views/taxpayers.py:taxpayers",  # keeps its entry and count with keep_written
}


def bare_tries(path: Path, name: str) -> list[str]:
    found = []
    for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(function, ast.FunctionDef):
            continue
        for one in ast.walk(function):
            if not isinstance(one, ast.Try) or not any(
                    "Refused" in ast.unparse(handler.type) for handler in one.handlers if handler.type):
                continue
            atomic = any("atomic" in ast.unparse(item.context_expr) for inner in one.body for block in ast.walk(inner)
                         if isinstance(block, ast.With) for item in block.items)
            if not atomic:
                found.append(f"{name}:{function.name}")
    return found


def test_every_view_that_catches_a_refusal_undoes_the_act_first() -> None:
    paths = sorted(VIEWS.glob("*/views/**/*.py"))
    assert len(paths) > 50
    found = [one for path in paths for one in bare_tries(path, path.relative_to(VIEWS).as_posix())]
    assert {one for one in found if one not in READINGS and one.rpartition(":")[0] not in READINGS} == set(), \
        "wrap the act in `with transaction.atomic():` inside the try"
