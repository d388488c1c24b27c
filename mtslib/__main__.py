"""`python -m mtslib`."""

import sys

from mtslib.cli import main

sys.exit(main())
