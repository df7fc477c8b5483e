"""No secret gets into a log, whoever wrote the message."""

import io
import json
import logging

import pytest

from hsl import logs


@pytest.mark.parametrize(
    "message",
    [
        "connecting to postgresql://hsl:s3cret@db.example/school",
        "key hsl_0a1b2c3d_s3cret-s3cret-s3cret used",
        "GET /bot123456789:s3cretS3cretS3cretS3cretS3cretS3/sendMessage",
        '"GET /account/setup/MQ:1s3cret:s3cret-s3cret/ HTTP/1.1" 200',
    ],
)
def test_secrets_are_blotted_out(message: str) -> None:
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(logs.formatter())
    handler.emit(logging.LogRecord("some.library", logging.INFO, "", 0, "%s", (message,), None))
    line = json.loads(handler.stream.getvalue())
    assert "s3cret" not in line["event"]
    assert "***" in line["event"]
    assert line["level"] == "info"


def test_secrets_in_a_traceback_are_blotted_out_too() -> None:
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(logs.formatter())
    error = ValueError("postgresql://hsl:s3cret@db.example/school")
    handler.emit(logging.LogRecord("hsl", logging.ERROR, "", 0, "failed", (), (ValueError, error, None)))
    assert "ValueError" in handler.stream.getvalue()
    assert "s3cret" not in handler.stream.getvalue()
