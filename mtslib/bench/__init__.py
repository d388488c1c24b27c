"""`python -m mtslib bench`: what you would wait, ours beside well-known and well-tuned peers.

Every contender lives in a process of its own and keeps its model there; they take turns, so that
a slow minute of the machine hits all of them. Tokenising counts on both sides, and so does filling
the cache; loading a model and the first pass are counted apart, as cold.
"""

from mtslib.bench.measure import measure
from mtslib.bench.workloads import BERT_BASE_SHAPE, random_backbone_folder, works

__all__ = ["BERT_BASE_SHAPE", "measure", "random_backbone_folder", "works"]
