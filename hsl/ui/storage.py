"""How static files are kept: under a name with their hash, compressed beside it."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Whitenoise's, leaving the contents as they are: our styles name no other file, and the packages' name
    source maps that are not served."""

    patterns = ()
