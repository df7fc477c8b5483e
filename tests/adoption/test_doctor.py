"""``hsl doctor`` names what is wrong and what to run, and finds a migrated school healthy."""

import pytest

from hsl.projections.doctor import Finding, examine
from tests.adoption.bots import SCHOOL, BotDatabase, adopt, as_hsl
from tests.databases import Database


def wrong(database: Database) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    with database.as_django(), as_hsl(database) as ours:
        for finding in examine(ours):
            if finding.verdict != "ok":
                found.setdefault(finding.name, []).append(finding)
    return found


UNRELATED = {"role", "settings"}  # the suite connects as a superuser, with a short key


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
        ("INSERT INTO waiting (user_id, since) VALUES (7, now() - interval '1 hour')", "queue", "worker"),
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
