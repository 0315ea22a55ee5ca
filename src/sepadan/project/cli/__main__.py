"""``python -m sepadan.project.cli`` is the command ``sepadan``."""

from sepadan.project.cli import main

main()
