"""The helper library of the BERT-MTS workbook: one room per part of the story.

Data has one way through the house: text file → datasets → batching → minbert → finetune →
checkpoint → serving → report. Nothing upstream imports anything downstream.
"""

__version__ = "0.1.0"
