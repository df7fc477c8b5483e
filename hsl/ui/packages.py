"""The files of npm packages that pages use, each by name: nothing else of ``node_modules`` is served."""

from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import BaseStorageFinder
from django.core import checks
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage

ICONS = (
    "alert-triangle",
    "archive",
    "arrow-back-up",
    "arrow-down-right",
    "arrow-up-right",
    "bell-off",
    "blockquote",
    "bold",
    "bolt",
    "braces",
    "building",
    "calendar",
    "chart-bar",
    "check",
    "chevron-down",
    "chevron-left",
    "chevron-right",
    "chevron-up",
    "circle-check",
    "circle-x",
    "click",
    "clock",
    "code",
    "copy",
    "database-off",
    "device-desktop",
    "device-mobile",
    "download",
    "external-link",
    "eye",
    "eye-off",
    "file",
    "filter",
    "flame",
    "help-circle",
    "history",
    "home",
    "italic",
    "key",
    "language",
    "link",
    "loader",
    "lock",
    "logout",
    "minus",
    "moon",
    "movie",
    "pencil",
    "photo",
    "player-pause",
    "player-play",
    "plus",
    "repeat",
    "school",
    "search",
    "send",
    "settings",
    "shield-check",
    "strikethrough",
    "sun",
    "table",
    "template",
    "ticket",
    "trash",
    "underline",
    "upload",
    "user",
    "users",
    "users-group",
    "x",
)
"""The Tabler icons that templates may name. Add yours here, in order."""

FILES = {
    "packages/tabler.css": "@tabler/core/dist/css/tabler.min.css",
    "packages/tabler.js": "@tabler/core/dist/js/tabler.min.js",
    "packages/htmx.js": "htmx.org/dist/htmx.min.js",
    "packages/echarts.js": "echarts/dist/echarts.min.js",
    **{f"icons/{name}.svg": f"@tabler/icons/icons/outline/{name}.svg" for name in ICONS},
}
"""Static name → path below ``node_modules``."""


class PackageStorage(FileSystemStorage):
    """Opens each of ``FILES`` by its static name, and nothing else."""

    def path(self, name: str) -> str:
        """Where the package has the file."""
        return str(Path(settings.BASE_DIR) / "node_modules" / FILES.get(name, ""))

    def exists(self, name: str) -> bool:
        """Whether the name is one of ours and its package is installed."""
        return name in FILES and Path(self.path(name)).is_file()

    def listdir(self, path: str) -> tuple[list[str], list[str]]:  # noqa: ARG002 - all names lie at the root
        """All of ``FILES``."""
        return [], list(FILES)


class PackageFinder(BaseStorageFinder):
    """Finds ``FILES`` for Django."""

    storage = PackageStorage()

    def check(self, **kwargs: object) -> list[CheckMessage]:  # noqa: ARG002 - Django's signature
        """Django's system check: the packages are installed."""
        missing = [name for name in FILES if not PackageStorage().exists(name)]
        if not missing:
            return []
        return [checks.Warning(f"Not installed: {', '.join(missing)}", hint="Run make setup", id="ui.W001")]
