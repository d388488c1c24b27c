"""Exercise 11.5: can this teacher share the trunk?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from mtslib.base.files import sha256_tensor
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def is_shareable(recorded: Mapping[str, str], trunk: Mapping[str, Tensor]) -> bool:
    """Whether a teacher's trunk is, bit for bit, part of the trunk that others share.

    recorded: by name, the sha256 of each tensor of the teacher's live trunk after training; none
    where it was fine-tuned in full. trunk: tensors by name; it may be deeper than the teacher's.
    """
    if not recorded:
        return False
    return all(
        name in trunk and sha256_tensor(trunk[name]) == digest for name, digest in recorded.items()
    )


def slow_is_shareable(recorded: Mapping[str, str], trunk: Mapping[str, Tensor]) -> bool:
    """Tensor by tensor."""
    the_same = 0
    for name in recorded:
        for other, tensor in trunk.items():
            if other == name and sha256_tensor(tensor) == recorded[name]:
                the_same += 1
    return the_same == len(recorded) and the_same > 0


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """A trunk as it was, deeper, shorter, and moved by as little as a bit."""
    trunk = {
        "embeddings.word": inputs.randn(5, 4),
        "layers.0.weight": inputs.randn(4, 4),
        "layers.1.weight": inputs.randn(4, 4),
    }
    recorded = {name: sha256_tensor(tensor) for name, tensor in trunk.items()}
    last = list(trunk)[-1]
    bit = trunk[last].clone()
    bit.view(torch.int32)[0, 0] ^= 1
    first = trunk["embeddings.word"]
    trunks = {
        "the trunk as it was": trunk,
        "a deeper trunk": trunk | {"layers.2.weight": inputs.randn(4, 4)},
        "the same in another order": dict(reversed(trunk.items())),
        "one bit of the last tensor moved": trunk | {last: bit},
        "the first tensor moved": trunk | {"embeddings.word": first + 0.1},
        "all tensors moved": {name: tensor + 0.1 for name, tensor in trunk.items()},
        "the last layer missing": {name: trunk[name] for name in trunk if name != last},
        "the same values in bf16": {name: tensor.bfloat16() for name, tensor in trunk.items()},
        "the same numbers, rows in another order": trunk | {"embeddings.word": first.flip(0)},
        "two tensors that changed places": trunk
        | {"layers.0.weight": trunk[last], last: trunk["layers.0.weight"]},
    }
    found = {
        f"{words}: can it be shared?": inputs.call(answer, recorded, given)
        for words, given in trunks.items()
    }
    found["a teacher fine-tuned in full, nothing recorded: can it be shared?"] = inputs.call(
        answer, {}, trunk
    )
    return found


EXERCISE = Exercise(
    id="11.5",
    title="can this teacher share the trunk?",
    minutes=8,
    difficulty="steady",
    core=True,
    reference=is_shareable,
    specification=slow_is_shareable,
    observe=observe,
    hints=(
        "Try three teachers: one whose last tensor moved by a bit, one with fewer layers than the "
        "trunk, one fine-tuned in full, for which nothing was recorded.",
        "Every tensor that the card names must be in the trunk, with the same hash. What the trunk "
        "has beyond that does not matter: it may reach further up. And a card that names no tensor "
        "shares none.",
        "nothing recorded: no\nfor each name and hash that was recorded: is there such a tensor, "
        "and does sha256_tensor give that hash?",
    ),
    mistakes=mistakes(r"""
        full-passes: with nothing recorded there was nothing to contradict, so a teacher fine-tuned
            in full passed.
          look: the card that names no tensor: it shares nothing.
          -     if not recorded:
          -         return False
        deeper-trunk-refused: a trunk that reaches further up was refused, though a shallower tap
            is a part of it.
          look: which names have to be there: those that were recorded, and others may be.
          -     if not recorded:
          +     if not recorded or set(recorded) != set(trunk):
        one-is-enough: one tensor that is the same was enough; each of them has to be.
          look: any and all.
          - return all(
          + return any(
        missing-passed-over: a tensor that the trunk lacks was passed over.
          look: a recorded name that is not in the trunk: no.
          - name in trunk and sha256_tensor(trunk[name]) == digest
          + name not in trunk or sha256_tensor(trunk[name]) == digest
        names-only: only the names were compared; a moved tensor keeps its name.
          look: what is compared with the recorded hash: sha256_tensor of the trunk's tensor.
          - name in trunk and sha256_tensor(trunk[name]) == digest
          + name in trunk
        hashes-without-names: the hashes were compared without their names, so two tensors may
            change places.
          look: which tensor a hash is compared with: the one of its own name.
          - name in trunk and sha256_tensor(trunk[name]) == digest
          + digest in {sha256_tensor(tensor) for tensor in trunk.values()}
        turned-around: True and False are exchanged: it says whether something moved.
          look: what is asked: whether it can be shared.
          - return all(
          + return not all(
        first-tensor-only: the first tensor decided for all.
          look: the return inside a loop ends it.
          def is_shareable(recorded, trunk):
              for name, digest in recorded.items():
                  return name in trunk and sha256_tensor(trunk[name]) == digest
              return False
    """),
    styles=styles(r"""
        a loop:
          def is_shareable(recorded, trunk):
              for name, digest in recorded.items():
                  if name not in trunk or sha256_tensor(trunk[name]) != digest:
                      return False
              return len(recorded) > 0

        by sets:
          def is_shareable(recorded, trunk):
              found = {(name, sha256_tensor(tensor)) for name, tensor in trunk.items()}
              return bool(recorded) and set(recorded.items()) <= found

        what moved:
          def is_shareable(recorded, trunk):
              digests = {name: sha256_tensor(tensor) for name, tensor in trunk.items()}
              moved = [name for name in recorded if digests.get(name) != recorded[name]]
              return bool(recorded and not moved)
    """),
)
