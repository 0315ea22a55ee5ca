"""What the command line and the server may use of the demonstration.

Start-up: ``account_lines`` gives the accounts to print; ``sepadan demo load`` (``commands.py``) makes them and loads
the rolls. ``demo_accounts`` gives them as values.
"""

from __future__ import annotations

from sepadan.demo.plans import PLANNED, read_plan
from sepadan.demo.services.people import DemoAccount, demo_accounts, ensure_accounts
from sepadan.demo.services.rolls import Loaded, load_roll
from sepadan.ground.figures import Language
from sepadan.ground.messages import message, render

__all__ = ["PLANNED", "DemoAccount", "Loaded", "account_lines", "demo_accounts", "ensure_accounts", "load_roll",
           "read_plan"]


def account_lines(lang: Language) -> list[str]:
    """The demo accounts as lines to print."""
    accounts = demo_accounts()
    width = max(len(account.email) for account in accounts)
    lines = [render("demo.accounts.title", lang)]
    for account in accounts:
        role = message(f"records.role.{account.role}").text(lang)
        lines.append(f"  {account.email:<{width}}  {account.password}  {role}, {account.region}")
    return lines
