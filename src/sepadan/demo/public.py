"""What the command line and the server may use of the demonstration.

Start-up: ``account_lines`` gives the accounts to print; ``sepadan demo load`` (``commands.py``) makes them and loads
the rolls; ``announce_rolls`` notes which ones are to come. ``demo_accounts`` gives the accounts as values.
"""

from __future__ import annotations

from sepadan.demo.plans import PLANNED, read_plan
from sepadan.demo.services.people import PLACES, DemoAccount, demo_accounts, ensure_accounts
from sepadan.demo.services.rolls import Loaded, load_roll
from sepadan.demo.services.waiting import announce_rolls
from sepadan.ground.figures import Language
from sepadan.ground.messages import message, render

__all__ = ["PLANNED", "DemoAccount", "Loaded", "account_lines", "announce_rolls", "demo_accounts",
           "ensure_accounts", "load_roll", "read_plan"]


def account_lines(lang: Language) -> list[str]:
    """The demo accounts as lines to print: by region, with password and role, and which ask for a second factor."""
    accounts = demo_accounts()
    address, password = (max(len(text) for text in column) for column in zip(
        *((account.email, account.password) for account in accounts), strict=True))
    lines = [render("demo.accounts.title", lang)]
    for code in PLANNED:
        lines.append(f"  {PLACES[code].name} ({code})")
        for account in accounts:
            if account.region == code:
                role = message(f"records.role.{account.role}").text(lang)
                star = " *" if account.second_factor else ""
                lines.append(f"    {account.email:<{address}}  {account.password:<{password}}  {role}{star}")
    asked = any(account.second_factor for account in accounts)
    return [*lines, "  " + render(f"demo.accounts.factor.{'asked' if asked else 'lifted'}", lang)]
