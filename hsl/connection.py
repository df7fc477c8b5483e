"""How we reach PostgreSQL: ``DATABASE_URL``, else the embedded server's socket."""

import re
from typing import Any

import psycopg
from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

from hsl.data_dir import data_dir
from hsl.embedded import address

#: Everything of ours is in the schema hsl; a bot's tables are in public. Compiling a query that takes milliseconds
#: costs a tenth of a second.
OURS = "-c search_path=hsl,public -c jit=off"


def database_settings(url: str) -> dict[str, Any]:
    """Django's settings of the database at ``url``, of the embedded one where it is empty.

    Args:
        url: a connection URI as libpq reads it (PostgreSQL's documentation, 34.1.1.2), also in SQLAlchemy's spelling
            ``postgresql+driver://``, which bots use. What it says beside name, user, password, host and port goes to
            libpq as it stands.

    Raises:
        ImproperlyConfigured: it is not such an address. The message does not repeat it: it holds a password.
    """
    found = _parse(url) if url else {}
    where = address(data_dir()) if not url else {key: found.pop(name, "") for key, name in _NAMES.items()}
    options = {"connect_timeout": 10, "application_name": "hsl", **found}
    options["options"] = f"{found.get('options', '')} {OURS}".strip()
    return {
        "ENGINE": "django.db.backends.postgresql",
        **where,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def connect(name: str = "hsl") -> psycopg.Connection[tuple[Any, ...]]:
    """A new connection to Django's database, beside Django's own, in autocommit, with its search_path.

    ``name`` is what the server knows it by (``application_name``).
    """
    return psycopg.connect(**parameters(name), autocommit=True)


def parameters(name: str, options: str = "") -> dict[str, Any]:
    """What a connection to Django's database takes; ``options`` are further ones of libpq's (``-c name=value``)."""
    from django.db import connection

    params: dict[str, Any] = connection.get_connection_params()
    for djangos_own in ("context", "cursor_factory", "prepare_threshold"):
        params.pop(djangos_own, None)
    return params | {"application_name": name, "options": f"{params.get('options', '')} {options}".strip()}


_NAMES = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}


def _parse(url: str) -> dict[str, Any]:
    scheme, separator, rest = url.partition("://")
    scheme, _, _ = scheme.partition("+")
    if not separator or scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured(_WRONG)
    try:
        found = conninfo_to_dict(f"postgresql://{rest}")
    except psycopg.ProgrammingError:
        raise ImproperlyConfigured(_WRONG) from None
    if not found.get("dbname") or not re.fullmatch(r"[\d,]*", str(found.get("port", ""))):
        raise ImproperlyConfigured(_WRONG)
    return found


_WRONG = "DATABASE_URL is not an address of a PostgreSQL database: postgresql://user:password@host:5432/name"
