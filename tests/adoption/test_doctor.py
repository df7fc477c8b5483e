"""``hsl doctor`` names what is wrong and what to run, and finds a migrated school healthy."""

from typing import LiteralString

import pytest
from pytest_django import Settings

from hsl.projections import doctor
from hsl.projections.doctor import Finding, examine
from hsl.projections.fold import fold
from hsl.projections.health import WORKER
from hsl.projections.verifications import verify_and_keep
from tests.adoption.bots import SCHOOL, BotDatabase, adopt, as_hsl
from tests.databases import Database, Server


def wrong(database: Database) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    with database.as_django(), as_hsl(database) as ours:
        for finding in examine(ours):
            if finding.verdict != "ok":
                found.setdefault(finding.name, []).append(finding)
    return found


UNRELATED = {"role", "settings"}  # the suite may connect as a superuser, with a short key


def test_a_new_school_is_healthy(fresh_database: BotDatabase) -> None:
    assert wrong(fresh_database()).keys() <= UNRELATED


def test_before_migrate_it_says_to_migrate(bot_database: BotDatabase) -> None:
    database = bot_database()
    database.execute(SCHOOL)
    found = wrong(database)
    assert [(f.verdict, f.fix) for f in found.pop("migrations")] == [
        ("fail", "stop the workers, then hsl migrate")
    ]
    assert found.keys() <= UNRELATED


@pytest.mark.parametrize(
    ("damage", "name", "words"),
    [
        ("DROP TRIGGER hsl_changes_insert ON public.events", "triggers", "hsl_changes_insert"),
        ("ALTER TABLE public.bookings DISABLE TRIGGER hsl_changes_update", "triggers", "hsl_changes_update"),
        (
            (
                "CREATE OR REPLACE TRIGGER hsl_changes_insert AFTER INSERT ON public.events REFERENCING NEW TABLE AS"
                " new_rows FOR EACH STATEMENT EXECUTE FUNCTION event_changes()"
            ),
            "triggers",
            "hsl_changes_insert",
        ),
        ("DROP INDEX public.hsl_events_user_id", "indexes", "user_id"),
        (
            (
                "DELETE FROM hsl.django_migrations WHERE app = 'projections' AND name ="
                " (SELECT max(name) FROM hsl.django_migrations WHERE app = 'projections')"
            ),
            "migrations",
            "1 mig",
        ),
        ("ALTER TABLE public.events RENAME COLUMN username TO name", "tables", "events has changed"),
        ("INSERT INTO set_aside (user_id, reason) VALUES (7, 'bad details')", "set aside", "user 7"),
        ("DELETE FROM user_cache WHERE user_id = 7", "drift", "sum of people is 1, and there are 0"),
        ("DROP TABLE public.events CASCADE", "tables", "There is no table events"),
        (
            "INSERT INTO changes (kind, recount, reason) VALUES (1, true, '42703 no column')",
            "recounts",
            "42703",
        ),
    ],
)
def test_what_is_damaged_is_named(fresh_database: BotDatabase, damage: str, name: str, words: str) -> None:
    database = fresh_database()
    with as_hsl(database) as ours:
        ours.execute("INSERT INTO public.events (user_id, event_type) VALUES (7, 'start_command')")
        fold(ours)
        ours.execute(damage.encode())
    assert words in " ".join(finding.sentence for finding in wrong(database)[name])


def test_columns_that_are_lacking_are_named(bot_database: BotDatabase) -> None:
    database = bot_database()
    database.execute("CREATE TABLE bookings (id serial PRIMARY KEY, user_id bigint, course_id integer)")
    adopt(database)
    (finding,) = wrong(database)["tables"]
    assert (
        "bookings has no course_stream, confirmed, created_at, referral_code, discount_percent"
        in finding.sentence
    )


A_CHANGE = "INSERT INTO public.events (user_id, event_type) VALUES (7, 'start_command')"
A_LONG_WAIT = "INSERT INTO hsl.waiting (user_id, since) VALUES (7, now() - interval '1 hour')"


@pytest.mark.parametrize(
    ("facts", "worker", "said"),
    [
        ("", False, None),
        (A_CHANGE, True, None),
        (A_CHANGE, False, ("1 changes and 0 people wait, and no worker is connected.", "hsl worker")),
        (A_LONG_WAIT, False, ("0 changes and 1 people wait, and no worker is connected.", "hsl worker")),
        (A_LONG_WAIT, True, ("the first for 36", "see what hsl worker logs")),
    ],
)
def test_what_nobody_counts_is_said(
    fresh_database: BotDatabase, facts: LiteralString, worker: bool, said: tuple[str, str] | None
) -> None:
    database = fresh_database()
    if facts:
        database.execute(facts)
    with database.connect(application_name=WORKER if worker else "another"):
        found = wrong(database).get("queue", [])
    if said is None:
        assert found == []
    else:
        assert said[0] in found[0].sentence
        assert found[0].fix == said[1]


def test_what_the_last_verification_found_is_said_until_one_agrees(fresh_database: BotDatabase) -> None:
    database = fresh_database()
    with database.as_django(), as_hsl(database) as ours:
        ours.execute(A_CHANGE)
        fold(ours)
        ours.execute("UPDATE user_activity SET events = 5")
        verify_and_keep(ours)
        ours.execute("UPDATE user_activity SET events = 1")
        (finding,) = wrong(database)["drift"]
        assert (finding.verdict, finding.fix) == ("fail", "hsl rebuild, then hsl verify")
        assert "differs: user_activity (1)" in finding.sentence
    with database.as_django(), as_hsl(database) as ours:
        verify_and_keep(ours)
    assert "drift" not in wrong(database)


@pytest.mark.parametrize(("oldest", "newest", "verdict"), [(99, 100, "fail"), (1, 2, "warn")])
def test_a_server_that_was_not_tried_is_said(
    fresh_database: BotDatabase, monkeypatch: pytest.MonkeyPatch, oldest: int, newest: int, verdict: str
) -> None:
    monkeypatch.setattr(doctor, "OLDEST", oldest)
    monkeypatch.setattr(doctor, "NEWEST", newest)
    (finding,) = wrong(fresh_database())["database"]
    assert finding.verdict == verdict
    assert f"not among those tried ({oldest} to {newest})" in finding.sentence


def test_a_database_that_can_t_hold_names_is_said(server: Server, bot_database: BotDatabase) -> None:
    database = bot_database()
    server.drop(database.name)
    server.execute(
        "CREATE DATABASE {} ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0",
        database.name,
    )
    (finding,) = wrong(database)["database"]
    assert (finding.verdict, finding.sentence) == (
        "fail",
        "The database's encoding is LATIN1: names would be lost.",
    )


@pytest.mark.parametrize(("url", "key"), [("", "k" * 50), ("postgresql://host/school", "k" * 31)])
def test_a_superuser_of_somebodys_database_and_a_short_key_are_said(
    fresh_database: BotDatabase, settings: Settings, url: str, key: str
) -> None:
    settings.DATABASE_URL, settings.SECRET_KEY = url, key
    found = wrong(fresh_database())
    assert found.keys() == (UNRELATED if url else set())
    assert {finding.verdict for findings in found.values() for finding in findings} <= {"warn"}


def test_search_that_does_not_fold_or_has_no_trigrams_is_said(fresh_database: BotDatabase) -> None:
    database = fresh_database()
    database.execute(
        "CREATE OR REPLACE FUNCTION hsl.fold(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE"
        ' RETURN lower(value COLLATE "C"); DROP EXTENSION IF EXISTS pg_trgm CASCADE'
    )
    assert "No collation here folds Cyrillic" in wrong(database)["locale"][0].sentence
    with database.as_django(), as_hsl(database) as ours:
        (trigrams,) = (finding for finding in examine(ours) if finding.name == "pg_trgm")
    assert "pg_trgm is not here" in trigrams.sentence
