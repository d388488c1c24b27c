"""`python -m mtslib`."""

import sys

from mtslib.cli.main import main

sys.exit(main())
