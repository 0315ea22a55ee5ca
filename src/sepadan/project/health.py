"""Two questions of a supervisor: is the process alive, and can it serve (database reachable, migrations applied)?"""

from __future__ import annotations

from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

from sepadan import __version__


def alive(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"alive": True, "version": __version__})


def ready(request: HttpRequest) -> JsonResponse:
    """503 with the reason while the database is away or behind the code."""
    try:
        executor = MigrationExecutor(connections["default"])
        behind = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        return JsonResponse({"ready": False, "reason": "database does not answer"}, status=503)
    if behind:
        return JsonResponse({"ready": False, "reason": f"{behind} migrations not applied"}, status=503)
    return JsonResponse({"ready": True, "version": __version__})
