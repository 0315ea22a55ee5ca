"""Migration operations that add a constraint or an index without rendering the models anew.

Django's own render every model related to the one they change, and here all are related through their region: a tenth
of a second for each of hundreds of constraints. What is written to the database reads table and columns alone.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations


class AddConstraint(migrations.AddConstraint):
    """``migrations.AddConstraint``; the state of the model knows it, the rendered class does not and need not."""

    def state_forwards(self, app_label: str, state: Any) -> None:
        options = state.models[app_label, self.model_name_lower].options
        options[self.option_name] = [*options.get(self.option_name, []), self.constraint]


class AddIndex(migrations.AddIndex):
    """``migrations.AddIndex``, likewise."""

    def state_forwards(self, app_label: str, state: Any) -> None:
        options = state.models[app_label, self.model_name_lower].options
        options[self.option_name] = [*options.get(self.option_name, []), self.index.clone()]
