"""``sepadan tax``: what a tax office does from the command line, one command of the group for each part of the desk.

A part writes its commands in ``commands_<part>.py`` as plain click commands with their own examples and adds them
here. All of them need the database, which the command line starts.
"""

from __future__ import annotations

import click

from sepadan.tax.commands_bills import print_command
from sepadan.tax.commands_imports import export_command, import_command
from sepadan.tax.commands_runs import assess_command

EXAMPLES = """\b
Examples:
  sepadan tax import sismiop.xlsx --region 35.73 --dry-run
  sepadan tax --help
"""


@click.group(epilog=EXAMPLES)
def tax() -> None:
    """Regional tax: registers in and out, assessments, bills."""


tax.add_command(import_command)
tax.add_command(export_command)
tax.add_command(assess_command)
tax.add_command(print_command)
