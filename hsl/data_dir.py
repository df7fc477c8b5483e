"""The folder of this installation: the embedded database, generated secrets, locks."""

import os
import secrets
import sys
from pathlib import Path

from hsl.refusal import Refusal


def data_dir() -> Path:
    """The folder that ``HSL_DATA_DIR`` names, else a folder of the user's own. It need not exist yet.

    Without a setting it stands where the platform keeps programs' data: ``$XDG_DATA_HOME`` or
    ``~/.local/share`` (XDG Base Directory Specification), on macOS ``~/Library/Application Support``.

    Raises:
        Refusal: there is neither a setting nor a home.
    """
    given = os.environ.get("HSL_DATA_DIR", "")
    try:
        if given:
            return Path(given).expanduser().absolute()
        if sys.platform == "darwin":
            return Path.home() / "Library" / "Application Support" / "hsl-dashboard"
        xdg = os.environ.get("XDG_DATA_HOME", "")
        base = Path(xdg) if xdg.startswith("/") else Path.home() / ".local" / "share"
    except RuntimeError as error:
        raise Refusal("This user has no home folder: set HSL_DATA_DIR to a folder for the data.") from error
    return base / "hsl-dashboard"


def make_data_dir() -> Path:
    """The folder of ``data_dir()``, made where it was missing.

    A new one is closed to other users. Root's own can be passed through, not listed: the embedded server,
    which may not run as root, keeps its files inside.

    Raises:
        Refusal: it can't be made.
    """
    folder = data_dir()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        if not folder.exists():
            folder.mkdir()
            folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError
    except OSError as error:
        reason = error.strerror or "no right to write there"
        raise Refusal(f"The data folder {folder} can't be used ({reason}): set HSL_DATA_DIR.") from error
    return folder


def kept_secret(name: str) -> str:
    """The secret kept in the data folder under ``name``, or an empty text."""
    try:
        return (data_dir() / name).read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as error:
        raise Refusal(f"{data_dir() / name} can't be read: {error.strerror}.") from error


def keep_secret(name: str, length: int) -> str:
    """The secret kept under ``name``; the first time, ``length`` random bytes, readable by the owner alone."""
    if secret := kept_secret(name):
        return secret
    secret = secrets.token_urlsafe(length)
    path = make_data_dir() / name
    new = path.with_name(f"{name}.{os.getpid()}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secret + "\n")
    new.replace(path)
    return secret
