"""``hsl doctor``: what stands between this database and true pages."""

import typer
from django.db import connection

from hsl.commands import session

SIGN = {"ok": "  ok  ", "warn": " warn ", "fail": " FAIL "}


def run() -> None:
    """Print what was found, each with what to run. Exit code 1 where something fails."""
    with session.database():
        from hsl.projections.doctor import examine

        connection.ensure_connection()
        findings = examine(connection.connection)
    for finding in findings:
        typer.echo(f"[{SIGN[finding.verdict]}] {finding.name}: {finding.sentence}")
        for line in finding.fix.splitlines():
            typer.echo(f"         -> {line}")
    if any(finding.verdict == "fail" for finding in findings):
        raise typer.Exit(1)
