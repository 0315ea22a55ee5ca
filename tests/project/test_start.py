"""What ./run says: where to begin once it stands, and what is wrong, where and how to mend it when it cannot start."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from project.serving import data_folder, free_port, sepadan, serving
from sepadan.demo.public import demo_accounts
from sepadan.ground.problems import Refused
from sepadan.project import paths, postgres
from sepadan.project.cli.greeting import greeting
from sepadan.records.names import SECOND_FACTOR_ROLES

ADDRESS = "http://127.0.0.1:8000/"
NOWHERE = "postgresql://app:geheim@127.0.0.1:1/none"


def printed(text: str, lang: str = "en") -> list[str]:
    """The lines of a greeting that contain *text*."""
    return [line for line in greeting(ADDRESS, lang, demo=True) if text in line]  # type: ignore[arg-type]


@pytest.mark.django_db
@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_address_that_is_printed_answers(lang, client: Client):
    addresses = [line[line.index(ADDRESS):].removeprefix(ADDRESS[:-1]) for line in printed(ADDRESS, lang)]
    assert len(addresses) == 1 + 3 + 1  # the site, three things to look at, the sign-in
    assert {client.get(path, follow=True).status_code for path in addresses} == {200}
    assert all(path.startswith(f"/{lang}/") for path in addresses[1:])


def test_every_account_is_printed_with_its_password_and_a_star_where_a_second_factor_is_asked():
    starred = 0
    for account in demo_accounts():
        (line,) = printed(f"    {account.email} ")
        assert account.password in line
        assert line.endswith(" *") is (account.role in SECOND_FACTOR_ROLES)
        starred += line.endswith(" *")
    assert starred == 2 * 3  # administrator, approvers of tax and creative centre, in each of two regions
    (remedy,) = printed("SEPADAN_SECOND_FACTOR=off")
    assert "SEPADAN_SECOND_FACTOR=off ./run" in remedy


def test_a_run_that_lifted_the_second_factor_says_so_and_stars_nobody(settings):
    settings.SECOND_FACTOR_ROLES = []
    assert not printed(" *")
    (warning,) = printed("SEPADAN_SECOND_FACTOR=off")
    assert "is in force" in warning


def test_a_run_without_demo_data_names_no_account():
    lines = greeting(ADDRESS, "en", demo=False)
    assert not [line for line in lines if ".example" in line]
    assert ADDRESS in lines[0]


# --- refusals ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Urls]:
    """A server that the runs below use as one of somebody else's."""
    with data_folder() as folder, postgres.running_server(folder, durable=False) as urls:
        yield urls


def refusal(data: Path, **settings: str) -> str:
    """What ``serve`` says when it refuses: one paragraph, code 2, no trace of the program."""
    with serving(data, free_port(), "--no-demo", settings=settings) as process:
        output, _ = process.communicate(timeout=120)
    assert process.returncode == 2, output
    assert "Traceback" not in output
    return output.strip().splitlines()[-1]


@pytest.mark.parametrize("place", ["/proc/sepadan", "/dev/null/sepadan"])
def test_a_data_folder_that_cannot_be_made_is_named_with_the_option_that_helps(place):
    said = refusal(Path(place))
    assert said.startswith(f"{place}: ")
    assert "--data" in said
    assert sepadan(Path(place), "demo", "status").returncode == 2


def test_a_data_folder_of_somebody_else_is_refused(tmp_path):
    tmp_path.chmod(0o555)
    child = os.fork()
    if child == 0:
        if os.geteuid() == 0:
            os.setuid(pwd.getpwnam("nobody").pw_uid)
        try:
            paths.make_data_dir(tmp_path)
        except Refused as refused:
            os._exit(0 if "permission is denied" in str(refused) and str(tmp_path) in str(refused) else 3)
        except BaseException:
            os._exit(4)
        os._exit(5)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.parametrize(("application", "owner", "where"), [
    ("banana", "banana", "DATABASE_URL: "),
    ("postgresql:///x", "postgresql://u:geheim@h:port/x", "DATABASE_OWNER_URL: "),
    (NOWHERE, NOWHERE, "DATABASE_OWNER_URL: "),
])
def test_a_database_address_that_leads_nowhere_is_named_without_its_password(tmp_path, application, owner, where):
    said = refusal(tmp_path, DATABASE_URL=application, DATABASE_OWNER_URL=owner)
    assert said.startswith(where)
    assert "unset" in said
    assert "geheim" not in said


def test_an_application_role_that_cannot_connect_is_told_from_the_owner(tmp_path, server):
    wrong = server.database_url.replace(postgres.APPLICATION, "nobody_here")
    said = refusal(tmp_path, DATABASE_URL=wrong, DATABASE_OWNER_URL=server.owner_url)
    assert said.startswith("DATABASE_URL: ")


def test_roles_for_which_the_wall_would_not_stand_are_refused(tmp_path, server):
    said = refusal(tmp_path, DATABASE_URL=server.owner_url, DATABASE_OWNER_URL=server.owner_url)
    assert said.startswith("DATABASE_URL: ")
    assert "bypassrls" in said
    elsewhere = server.database_url.replace(f"/{postgres.DATABASE}?", "/postgres?")
    said = refusal(tmp_path, DATABASE_URL=elsewhere, DATABASE_OWNER_URL=server.owner_url)
    assert said.startswith("DATABASE_URL: ")
    assert "same database" in said
