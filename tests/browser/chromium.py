"""Which Chromium the tests drive."""

import os
import shutil
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MACOS = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"


def find_chromium() -> str:
    """The path of ``CHROMIUM``, else of the first one found on this machine.

    Raises RuntimeError, saying how to get one, where there is none.
    """
    candidates = [os.environ.get("CHROMIUM", ""), *NAMES, *([MACOS] if sys.platform == "darwin" else [])]
    for candidate in candidates:
        if found := shutil.which(candidate):
            return found
    raise RuntimeError("No Chromium found: apt-get install chromium, or set CHROMIUM to the path of one")
