"""``hsl demo``: the sample school, in a database without facts."""

from contextlib import closing

import typer

from hsl.commands import session
from hsl.refusal import Refusal


def run() -> None:
    """Migrate the database and load the sample school.

    Raises:
        Refusal: the database holds facts.
    """
    with session.database():
        from hsl.projections.adoption import migrate
        from hsl.projections.connect import connect
        from hsl.projections.fold import fold_to_the_end
        from hsl.school.sample.load import NotEmptyError, load_sample_school

        migrate()
        try:
            loaded = load_sample_school()
        except NotEmptyError as not_empty:
            raise Refusal(f"The sample school is not loaded: {not_empty}.") from not_empty
        with closing(connect()) as conn:
            fold_to_the_end(conn)
    typer.echo(
        f"The sample school is there: {loaded.people} people, {loaded.bookings} bookings, "
        f"{loaded.registrations} registrations, {loaded.events} events."
    )
