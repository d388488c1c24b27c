"""The keeper: looks after the folder of a running server's model, and lets only good ones in.

What is put there is copied first and verified in the copy, so that nobody can change a model that
answers, and a half-written one is never read twice as two things. Workers read which copy is the
present one from a small file, and map its weights, which are in memory once for all of them.
"""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from mtslib.base.errors import MtsError
from mtslib.base.files import file_written_whole, read_json, write_json
from mtslib.serving.merged_folder import (
    CERTIFICATE,
    CONFIG,
    TRUNK,
    VOCABULARY,
    LoadedModel,
    load,
    read_certificate,
)
from mtslib.serving.merged_model import MergedModel

LOG = logging.getLogger("mtslib.serving")
PRESENT, WEIGHTS = "present.json", "weights.bin"
ALIGNMENT = 64  # bytes: some matrix products round differently on memory that is not aligned
KEPT = 3  # copies: a worker may still be reading an older one


@dataclass(frozen=True)
class Present:
    """copy: the name of the folder that answers. refused: why the latest one does not, or empty."""

    copy: str
    refused: str = ""


class Keeper:
    """Copies of one model folder in `place`, a folder of this server's own.

    Raises CheckpointError where the first model is already a bad one.
    """

    def __init__(self, folder: Path, place: Path) -> None:
        self.folder, self.place = folder, place
        self._seen: object = None
        self._count = 0
        self._ended, self._poked = threading.Event(), threading.Event()
        self.present = Present("")
        self.look()
        if self.present.refused:
            raise MtsError(self.present.refused)

    def look(self) -> None:
        """If the folder is another one than last time: copy it, verify it, make it the present."""
        seen = _signature(self.folder)
        if seen == self._seen:
            return
        self._seen = seen
        fresh = self.place / str(self._count)
        self._count += 1
        try:
            _copy(self.folder, fresh)
            write_weights(load(fresh).model, fresh / WEIGHTS)
        except (MtsError, OSError, shutil.Error) as error:
            shutil.rmtree(fresh, ignore_errors=True)
            said = " ".join(str(error).replace(str(fresh), str(self.folder)).split())
            self.present = Present(self.present.copy, said)
            LOG.error("refused: %s", said)
        else:
            self.present = Present(fresh.name)
            LOG.warning("%s is verified and answers from now on", self.folder)
        with file_written_whole(self.place / PRESENT) as file:
            write_json(file, asdict(self.present))
        for old in range(self._count - KEPT):
            if str(old) != self.present.copy:
                shutil.rmtree(self.place / str(old), ignore_errors=True)

    def poke(self) -> None:
        """Look again now, whether or not the folder seems to be another one."""
        self._seen = None
        self._poked.set()

    def watch(self, seconds: float | None) -> None:
        """Look every so many seconds (None: only when poked), in a thread, until `end`."""

        def keep_looking() -> None:
            while not self._ended.is_set():
                self._poked.wait(seconds)
                self._poked.clear()
                if not self._ended.is_set():
                    self.look()

        threading.Thread(target=keep_looking, name="mts-keeper", daemon=True).start()

    def end(self) -> None:
        """Stop looking."""
        self._ended.set()
        self._poked.set()


def _copy(folder: Path, fresh: Path) -> None:
    """A merged model's own files; whatever else lies in the folder is none of ours."""
    read_certificate(folder)
    shutil.copytree(folder / "branches", fresh / "branches")
    for file in (TRUNK, VOCABULARY, CONFIG, CERTIFICATE):
        shutil.copyfile(folder / file, fresh / file)


def _signature(folder: Path) -> object:
    """What changes when a file of the folder does: names, sizes, times, places on the disk."""

    def found() -> Iterator[tuple]:
        for path in sorted(folder.rglob("*")):
            about = path.stat()
            yield str(path), about.st_size, about.st_mtime_ns, about.st_ino

    try:
        return tuple(found())
    except OSError as error:  # it is being exchanged at this moment
        return str(error)


# The workers' side -----------------------------------------------------------------------------


def read_present(place: Path) -> Present:
    """Which copy answers now."""
    return Present(**read_json(place / PRESENT))


def open_copy(place: Path, present: Present) -> LoadedModel:
    """The present copy, verified again, its weights mapped: in memory once for all processes."""
    found = load(place / present.copy)
    map_weights(found.model, place / present.copy / WEIGHTS)
    return found


def write_weights(model: MergedModel, path: Path) -> None:
    """All tensors of a model end to end, each where memory is aligned."""
    with path.open("wb") as file:
        for tensor in model.parameters():
            file.write(tensor.detach().contiguous().numpy().tobytes())
            file.write(bytes(-file.tell() % ALIGNMENT))


def map_weights(model: MergedModel, path: Path) -> None:
    """Let a model's tensors be views of the file that `write_weights` wrote of the same model.

    Raises MtsError where the file holds other numbers.
    """
    storage = torch.UntypedStorage.from_file(str(path), shared=True, nbytes=path.stat().st_size)
    start = 0
    for name, tensor in model.named_parameters():
        view = torch.empty(0, dtype=tensor.dtype)
        view.set_(storage, start // tensor.element_size(), tensor.shape)
        if not torch.equal(view, tensor):
            raise MtsError(f"{path} does not hold the model's {name}; start the server anew")
        tensor.data = view
        start += tensor.nbytes + -tensor.nbytes % ALIGNMENT
