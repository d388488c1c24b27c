"""`python -m mtslib`."""

import os
import sys

from mtslib.workbook import install


def start() -> int:
    """Run the command, or say in a line that this Python is too old to read the rest."""
    if sys.version_info[:2] < install.OLDEST:
        return install.main()
    if sys.getfilesystemencoding() != "utf-8" and os.name == "posix":
        # With LC_ALL=C and PYTHONUTF8=0 a name such as `Łukasz` could be neither read nor written.
        os.execve(sys.executable, sys.orig_argv, os.environ | {"PYTHONUTF8": "1"})
    from mtslib.cli.main import main

    return main()


sys.exit(start())
