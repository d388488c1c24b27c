"""Errors that a user can cause. Each carries one line: what was seen, expected, and what to do.

The command line prints that line and exits with 2; a notebook shows it as the last line of the
trace. A programming mistake of ours is not among them and keeps its full trace.
"""

from __future__ import annotations


class MtsError(Exception):
    """The parent of every error in this project that is meant to be read by its user."""


class DataError(MtsError):
    """A task file is missing, malformed or out of range."""


class BackboneError(MtsError):
    """Pretrained weights are missing, half-downloaded, altered or of an unsafe format."""


class TrainError(MtsError):
    """Something impossible was asked of fine-tuning, or its loss stopped being a number."""


class CheckpointError(MtsError):
    """A checkpoint or merged model on disk is incomplete or does not match its own record."""


class MergeError(MtsError):
    """Checkpoints that cannot share one trunk."""


class BusyError(MtsError):
    """Another process works on the same folder."""


class LockError(MtsError):
    """No lock can be made: the folder cannot be written, or its disk is full."""


class ResultsError(MtsError):
    """Recorded results were edited, cut short or contradict each other."""


class ServeError(MtsError):
    """A request that a running engine does not answer."""


class QueueFullError(ServeError):
    """As many requests wait as may; `retry_after` is when some will be done, in seconds."""

    retry_after = 1.0


class DeadlineError(ServeError):
    """A request waited longer than it was worth."""


class StoppedError(ServeError):
    """The engine is shutting down."""
