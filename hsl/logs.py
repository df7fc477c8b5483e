"""Logs: one line an event, key=value for people at a terminal, JSON elsewhere; secrets never."""

import logging
import re
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_SECRET = re.compile(
    r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)|\bhsl_[0-9a-f]{8}_[\w-]+|(?:\bbot|\b)\d{6,}:[\w-]{30,}"
    r"|(?<=/account/setup/)[^/\s]+"
)


def hide_secrets(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:  # noqa: ARG001 - structlog's signature
    """Blot out passwords in addresses, API keys, bots' and setup links' tokens, whoever put them into a message."""
    return {
        key: _SECRET.sub("***", value) if isinstance(value, str) else value for key, value in event.items()
    }


_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]

structlog.configure(
    processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)


def _renderers() -> list[Processor]:
    last: Processor = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    return [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        hide_secrets,
        last,
    ]


def formatter() -> logging.Formatter:
    """The formatter of every log record, ours and the libraries'."""
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=_SHARED, processors=_renderers())


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"hsl": {"()": "hsl.logs.formatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "hsl"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"level": "INFO"},
        "django.server": {"handlers": [], "propagate": True},
        "_granian": {"level": "WARNING"},
        "procrastinate": {"level": "WARNING"},
        "psycopg.pool": {"level": "WARNING"},
    },
}
