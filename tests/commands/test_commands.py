"""Commands say what they did on standard output, and what they can't do in a sentence on standard error."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands.product import hsl
from tests.databases import Database

KEY = "of-this-test-0123456789"
AGREES = "The projections agree with the facts."


@pytest.fixture
def run(fresh_database: Callable[[], Database], tmp_path: Path) -> Callable[..., tuple[int, str, str]]:
    """Runs a command on a migrated database of the test's own: exit code, standard output and error."""
    database = fresh_database()

    def command(*arguments: str) -> tuple[int, str, str]:
        done = hsl(tmp_path, *arguments, DATABASE_URL=database.url, HSL_SECRET_KEY=KEY)
        return done.returncode, done.stdout, done.stderr

    return command


def test_an_operators_password_stands_alone_on_the_last_line(
    run: Callable[..., tuple[int, str, str]],
) -> None:
    code, out, _ = run("operator", "add", "Анна", "--role", "manager")
    assert code == 0
    assert len(out.splitlines()[-1]) == 20


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (("operator", "add", "Анна", "--role", "director"), "role: 'director' is none of"),
        (("operator", "add", "a@b.example", "--role", "owner"), "name: a name has no @"),
        (("api-key", "create", "--name", "site", "--role", "director"), "role: 'director' is none of"),
        (("api-key", "create", "--name", " ", "--role", "owner"), "name: give the key a name"),
    ],
)
def test_bad_input_is_refused_in_a_sentence_naming_the_field(
    run: Callable[..., tuple[int, str, str]], arguments: tuple[str, ...], field: str
) -> None:
    code, out, error = run(*arguments)
    assert (code, out) == (1, "")
    assert error.startswith(f"hsl: {field}")
    assert error.count("\n") == 1


def test_an_api_key_stands_alone_on_the_last_line(run: Callable[..., tuple[int, str, str]]) -> None:
    code, out, _ = run("api-key", "create", "--name", "site", "--role", "analyst")
    assert code == 0
    assert out.splitlines()[-1].startswith("hsl_")


def test_keys_are_listed_and_revoked_by_their_name_or_beginning(
    run: Callable[..., tuple[int, str, str]],
) -> None:
    assert "There is no key" in run("api-key", "list")[1]
    first, second = (
        run("api-key", "create", "--name", "site", "--role", "analyst")[1].splitlines()[-1] for _ in range(2)
    )
    code, out, _ = run("api-key", "list")
    assert code == 0
    assert [line.split()[:2] for line in out.splitlines()] == [
        ["site", f"({first[:12]}_…)"],
        ["site", f"({second[:12]}_…)"],
    ]
    assert first not in out

    code, out, error = run("api-key", "revoke", "site")
    assert (code, out) == (1, "")
    assert f"give the beginning of one: {first[:12]}, {second[:12]}" in error
    assert run("api-key", "revoke", first[:12])[0] == 0
    assert run("api-key", "revoke", "site")[0] == 0
    assert run("api-key", "list")[1].count("revoked") == 2

    code, _, error = run("api-key", "revoke", "site")
    assert code == 1
    assert error.startswith("hsl: name: no live key is called 'site'")


def test_verify_is_content_with_an_empty_school_and_names_what_is_wrong(
    fresh_database: Callable[[], Database], tmp_path: Path
) -> None:
    database = fresh_database()
    settings = {"DATABASE_URL": database.url, "HSL_SECRET_KEY": KEY}
    agreeing = hsl(tmp_path, "verify", **settings)
    assert (agreeing.returncode, agreeing.stdout.splitlines()[-1]) == (0, AGREES)
    assert "Not compared" not in agreeing.stdout

    database.execute("INSERT INTO hsl.totals (name, n) VALUES ('people', 5) ON CONFLICT DO NOTHING")
    database.execute("UPDATE hsl.totals SET n = n + 5 WHERE name = 'people'")
    damaged = hsl(tmp_path, "verify", **settings)
    assert damaged.returncode == 1
    assert damaged.stdout.splitlines()[:2] == [
        "sums: 1 differ from the facts",
        '  ["totals", "people"]: -5 in the facts',
    ]
    assert damaged.stdout.splitlines()[-1] == "hsl rebuild makes the projections anew."

    assert hsl(tmp_path, "rebuild", **settings).returncode == 0
    assert hsl(tmp_path, "verify", **settings).stdout.splitlines()[-1] == AGREES


@pytest.mark.parametrize(
    ("kind", "left_out"), [(3, "people, and the sums of events"), (0, "the sums of people")]
)
def test_verify_says_what_it_did_not_compare_for_it_waits_to_be_counted_again(
    fresh_database: Callable[[], Database], tmp_path: Path, kind: int, left_out: str
) -> None:
    database = fresh_database()
    with database.connect() as conn:
        conn.execute("INSERT INTO hsl.recounts (kind, reason) VALUES (%s, 'asked')", [kind])
    found = hsl(tmp_path, "verify", DATABASE_URL=database.url, HSL_SECRET_KEY=KEY)
    assert found.returncode == 0
    assert f"Not compared: {left_out}. These wait for a recount.\n" in found.stdout
    assert found.stdout.splitlines()[-1] == "What was compared agrees with the facts."


def test_doctor_ends_with_1_where_something_fails(
    fresh_database: Callable[[], Database], tmp_path: Path
) -> None:
    database = fresh_database()
    settings = {"DATABASE_URL": database.url, "HSL_SECRET_KEY": KEY}
    healthy = hsl(tmp_path, "doctor", **settings)
    assert healthy.returncode == 0, "a warning is no failure"
    assert "[ warn ] settings: HSL_SECRET_KEY is short" in healthy.stdout

    database.execute("DROP TRIGGER hsl_changes_insert ON public.events")
    ill = hsl(tmp_path, "doctor", **settings)
    assert ill.returncode == 1
    assert "[ FAIL ] triggers: Changes of events go unnoticed: hsl_changes_insert" in ill.stdout
    assert "\n         -> hsl migrate\n" in ill.stdout


def test_verify_lists_broken_rules_and_is_content(
    fresh_database: Callable[[], Database], tmp_path: Path
) -> None:
    database = fresh_database()
    database.execute(
        "INSERT INTO public.bookings (user_id, course_id, course_stream) VALUES (1, 1, 'not_listed')"
    )
    settings = {"DATABASE_URL": database.url, "HSL_SECRET_KEY": KEY}
    assert hsl(tmp_path, "rebuild", **settings).returncode == 0
    found = hsl(tmp_path, "verify", **settings)
    assert found.returncode == 0
    assert "not_listed" in found.stdout


def test_detach_asks_and_removes_what_is_ours_alone(
    fresh_database: Callable[[], Database], tmp_path: Path
) -> None:
    database = fresh_database()
    settings = {"DATABASE_URL": database.url, "HSL_SECRET_KEY": KEY}
    unasked = hsl(tmp_path, "detach", **settings)
    assert (unasked.returncode, unasked.stdout) == (1, "")
    assert "--yes" in unasked.stderr

    assert hsl(tmp_path, "detach", "--yes", **settings).returncode == 0
    with database.connect() as conn:
        assert conn.execute("SELECT to_regnamespace('hsl'), to_regclass('bookings')").fetchone() == (
            None,
            "bookings",
        )


def test_the_database_in_use_is_told(tmp_path: Path) -> None:
    url = "postgresql://somebody@127.0.0.1:1/school"
    assert hsl(tmp_path, "db-url", DATABASE_URL=url).stdout == url + "\n"


def test_a_database_that_does_not_answer_is_told_in_a_sentence(tmp_path: Path) -> None:
    done = hsl(
        tmp_path, "migrate", DATABASE_URL="postgresql://u:secret@127.0.0.1:1/school", HSL_SECRET_KEY=KEY
    )
    assert done.returncode == 1
    assert done.stderr.startswith("hsl: The database says: ")
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr


def test_nothing_is_migrated_beside_workers_of_a_former_release(
    fresh_database: Callable[[], Database], tmp_path: Path
) -> None:
    database = fresh_database()
    database.execute(
        "ALTER TABLE hsl.senders DROP COLUMN bot_id;"
        " DELETE FROM hsl.django_migrations WHERE app = 'broadcasts' AND name = '0008_whose_sender';"
        " INSERT INTO hsl.senders (host, pid) VALUES ('another', 1)"
    )
    env = {"DATABASE_URL": database.url, "HSL_SECRET_KEY": KEY}

    refused = hsl(tmp_path, "migrate", **env)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("hsl: Stop the workers first: 1 of the former release")
    assert "stop the workers, then hsl migrate" in hsl(tmp_path, "doctor", **env).stdout

    database.execute("UPDATE hsl.senders SET stopped_at = now()")
    assert hsl(tmp_path, "migrate", **env).stdout == "The database is up to date.\n"
    database.execute("UPDATE hsl.senders SET stopped_at = NULL, beat_at = clock_timestamp()")
    assert hsl(tmp_path, "migrate", **env).returncode == 0, "nothing is to be applied"


@pytest.mark.parametrize(
    "url", ["mysql://localhost/x", "postgresql://u:secret@h:port/x", "postgresql://", "school"]
)
def test_an_address_that_is_none_is_told_without_repeating_it(tmp_path: Path, url: str) -> None:
    done = hsl(tmp_path, "migrate", DATABASE_URL=url, HSL_SECRET_KEY=KEY)
    assert done.returncode == 1
    assert done.stderr.startswith("hsl: DATABASE_URL is not an address of a PostgreSQL database")
    assert "secret" not in done.stderr


def test_without_a_running_hsl_up_the_embedded_database_is_started_for_the_while() -> None:
    top = Path(tempfile.mkdtemp(prefix="hsl-tests-"))
    top.chmod(0o711)
    data = top / "data"
    try:
        assert hsl(data, "migrate").stdout == "The database is up to date.\n"
        assert hsl(data, "operator", "add", "Анна", "--role", "owner").returncode == 0
        taken = hsl(data, "operator", "add", "анна", "--role", "owner")
        assert taken.stderr == "hsl: name: there is an operator called 'анна' already\n"
        assert not (data / "postgresql" / "18" / "postmaster.pid").exists()
    finally:
        shutil.rmtree(top)
