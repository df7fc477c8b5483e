"""What ``hsl up`` tells the person who started it, so that they can come in."""

from contextlib import closing

from django.conf import settings
from django.db import transaction

from hsl.data_dir import keep_secret
from hsl.refusal import Refusal

DEMO_OPERATOR = "demo"


def demo() -> list[str]:
    """Load the sample school into an empty database, with an operator; the lines that say who may sign in.

    The password is made once and kept in the data folder, so it is the same at the next start.

    Raises:
        Refusal: the database holds somebody's facts. They get no operator whom nobody knows.
    """
    from hsl.accounts import operators
    from hsl.accounts.models import Operator
    from hsl.accounts.permissions import Role
    from hsl.projections.connect import connect
    from hsl.projections.fold import fold_to_the_end

    password = keep_secret("demo-password", 12)
    with transaction.atomic():
        loaded = _load_sample()
        operator = Operator.objects.filter(username=DEMO_OPERATOR).first()
        if operator is None and not loaded:
            raise Refusal(
                "The database holds facts, so the sample school has no place in it: start without --demo."
            )
        if operator is None:
            operator, _ = operators.add(DEMO_OPERATOR, Role.OWNER, password)
    if loaded:
        with closing(connect()) as conn:
            fold_to_the_end(conn)
    if not operator.check_password(password):
        password = "(the one you have set)"  # noqa: S105 - a remark
    return [f"operator: {DEMO_OPERATOR}", f"password: {password}"]


def _load_sample() -> bool:
    from hsl.school.sample.load import NotEmptyError, load_sample_school

    try:
        load_sample_school()
    except NotEmptyError:
        return False
    return True


def first_owner(address: str) -> list[str]:
    """While nobody can sign in, the lines with the link that creates the first owner."""
    from hsl.accounts.setup import setup_url

    link = setup_url(settings.PUBLIC_URL.geturl() or address)
    return [f"create the first owner (the link is good for a day): {link}"] if link else []
