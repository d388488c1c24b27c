"""`python -m mtslib`."""

import os
import sys

from mtslib.cli.main import main

if sys.getfilesystemencoding() != "utf-8" and os.name == "posix":
    # Under LC_ALL=C with PYTHONUTF8=0 a name such as `Łukasz` could be neither read nor written.
    os.execve(sys.executable, sys.orig_argv, os.environ | {"PYTHONUTF8": "1"})
sys.exit(main())
