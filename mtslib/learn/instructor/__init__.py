"""The instructor's side: notes for each chapter, and grading a folder of learners' notebooks.

Grading runs other people's code. It is bounded in time and memory, and it is not a sandbox: run it
in a container without a network and without anything that you would miss. The command for that
stands in `notebooks/exercises/grading.md`, at the end of `instructor notes`.
"""
