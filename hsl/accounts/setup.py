"""The first owner. While nobody can sign in, ``hsl up`` prints a link that makes them."""

from django.conf import settings
from django.core import signing
from django.db import connection, transaction
from django.urls import reverse

from hsl.accounts.audit import COMMAND_LINE
from hsl.accounts.models import Operator
from hsl.accounts.operators import add
from hsl.accounts.permissions import Role

_SALT = "hsl.accounts.setup"
_MAX_AGE_SECONDS = 24 * 3600


class SetupClosedError(Exception):
    """There is an operator already, or the link is not ours or older than a day."""


def is_needed() -> bool:
    """Whether nobody has been made who could sign in."""
    return not Operator.objects.exists()


def setup_url(base_url: str = "") -> str | None:
    """The link that makes the first owner, good for a day and one use; None where somebody is there already.

    ``base_url`` is the address that the web server answers under; ``HSL_PUBLIC_URL`` where not given.
    """
    if not is_needed():
        return None
    token = signing.dumps("owner", salt=_SALT)
    return (base_url or settings.PUBLIC_URL.geturl()).rstrip("/") + reverse("setup", args=[token])


def check(token: str) -> None:
    """Raises SetupClosedError where ``token`` makes no owner (any more)."""
    try:
        signing.loads(token, salt=_SALT, max_age=_MAX_AGE_SECONDS)
    except signing.BadSignature as error:
        raise SetupClosedError from error
    if not is_needed():
        raise SetupClosedError


@transaction.atomic
def make_first_owner(token: str, name: str, email: str, password: str) -> Operator:
    """Use the link. Of two who use it at once one becomes the owner, the other gets SetupClosedError.

    Raises SetupClosedError, and ValidationError as :func:`hsl.accounts.operators.add` does.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE operators IN SHARE ROW EXCLUSIVE MODE")
    check(token)
    owner, _ = add(name, Role.OWNER, password, email=email, actor=COMMAND_LINE)
    return owner
