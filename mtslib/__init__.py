"""The helper library of the BERT-MTS workbook: one room per part of the story.

Data has one way through the house: text file → data → minbert → finetune → checkpoint → serving
→ evidence → report. Nothing upstream imports anything downstream; tests/test_arrows.py says how.
"""

__version__ = "0.1.0"
