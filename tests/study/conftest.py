"""What the tests of the study share: the book, and the reference material beside the repository when it is there."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from sepadan.ground.yaml_exact import read_exact
from sepadan.study.facts import load_indicators, load_waste_assumptions

SHARED = Path(__file__).parents[3] / "shared"


@pytest.fixture(scope="session")
def book():
    return load_indicators()


@pytest.fixture(scope="session")
def assumptions():
    return load_waste_assumptions()


@pytest.fixture(scope="session")
def shared():
    """The folder of reference material."""
    if not SHARED.is_dir():
        pytest.skip(f"the reference material is not at {SHARED}; these tests compare with it")
    return SHARED


@pytest.fixture(scope="session")
def collection(shared):
    """The indicator collection the figures come from, decimals read exactly."""
    return read_exact(shared / "facts" / "indicators.yaml")


@pytest.fixture(scope="session")
def vectors(shared):
    content = yaml.safe_load((shared / "cases" / "study.yaml").read_text(encoding="utf-8"))
    return {one["id"]: one for one in content["tests"]}


@pytest.fixture(scope="module")
def small_rolls(load_rolls: Any) -> None:
    """Small synthetic rolls of both regions in the test database."""
    load_rolls("35.73", "32.16", small=True)


@pytest.fixture(scope="module")
def study(small_rolls: None, django_db_blocker: Any) -> Any:
    """The study of the visit of January 2025 on small rolls."""
    from sepadan.study.services.studies import make_study

    with django_db_blocker.unblock():
        return make_study("32.16", "35.73")
