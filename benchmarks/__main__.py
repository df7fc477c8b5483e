"""``python -m benchmarks``: fills a database, measures, prints the table."""

import argparse
import os
import sys

from hsl.commands import session
from hsl.data_dir import data_dir
from hsl.refusal import Refusal


def main() -> None:
    """Read the arguments, set Django up on a database, measure and print."""
    asked = _arguments()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hsl.settings")
    if not os.environ.get("DATABASE_URL"):
        os.environ["HSL_DATA_DIR"] = str(data_dir() / f"benchmark-{asked.scale:g}")
    try:
        with session.database(demo=True):
            from benchmarks.run import run

            run(session.database_url(), asked.scale, asked.seconds, asked.snapshot, asked.only)
    except Refusal as refusal:
        sys.exit(f"bench: {refusal}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="1 is a million people")
    parser.add_argument(
        "--snapshot",
        type=float,
        default=0,
        metavar="MINUTES",
        help="measure after so long under load, without an old snapshot and with one",
    )
    parser.add_argument("--seconds", type=int, help="how long what goes on for a while goes on")
    parser.add_argument("--only", help="parts to measure, with commas between them")
    asked = parser.parse_args()
    asked.seconds = asked.seconds or (5 if asked.scale < 0.1 else 30)
    return asked


if __name__ == "__main__":
    main()
