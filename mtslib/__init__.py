"""The helper library of the BERT-MTS workbook: one room per part of the story.

Data has one way through the house: text file → data → minbert → finetune → checkpoint → serving
→ evidence → report. Nothing upstream imports anything downstream; tests/test_arrows.py says how.
"""

import sys

__version__ = "0.1.0"

# Red Hat 8 brings Python 3.6, which cannot even read the module that says which one is expected.
if sys.hexversion < 0x03070000:
    raise SystemExit("error: this Python is older than 3.7, expected 3.11 to 3.14: install one")
