"""The same work by this library and by its peers: what `python -m mtslib bench` runs.

Every contender lives in a process of its own and keeps its model there; they take turns, so that
a slow minute of the machine hits all of them. Tokenising counts on both sides, and so does filling
the cache; loading a model and the first pass are counted apart, as cold.
"""
