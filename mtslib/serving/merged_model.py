"""The merged model: the trunk once, one branch per task, each tapping it at its own depth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from torch import Tensor, nn

from mtslib.data.batching import Batch
from mtslib.finetune.task_model import Branch, TaskModel, Trunk


class MergedModel(nn.Module):
    """One graph that answers several tasks (Wei, Qi & He, 2022, section 3).

    A batch runs through the trunk once, up to the deepest tap that the asked tasks need; each
    branch goes on from hidden_states[d] of its own d. Tasks that read the same input share that
    computation. A sentence and a pair are different inputs: they share parameters only.
    """

    def __init__(self, trunk: Trunk, branches: Mapping[str, Branch], taps: Mapping[str, int]):
        super().__init__()
        self.trunk = trunk
        self.branches = nn.ModuleDict(branches)
        self.taps = dict(taps)
        self.eval()

    def forward(self, batch: Batch, names: Sequence[str]) -> dict[str, Tensor]:
        """One batch, several tasks → outputs by task, as each one's objective gives."""
        depths = {self.taps[name] for name in names}
        hidden = [self.trunk(inputs, depths) for inputs in batch.inputs]
        return {
            name: self.branches[name]([h[self.taps[name]] for h in hidden], batch.inputs)
            for name in names
        }

    def bytes(self) -> int:
        """What the parameters take in memory."""
        return sum(p.numel() * p.element_size() for p in self.parameters())


def assemble(models: Mapping[str, TaskModel]) -> MergedModel:
    """Join single-task models whose trunks hold the same weights.

    The deepest trunk serves them all, since a shallower one is its beginning.
    """
    deepest = max(models.values(), key=lambda model: model.trunk.depth)
    return MergedModel(
        deepest.trunk,
        {name: model.branch for name, model in models.items()},
        {name: model.trunk.depth for name, model in models.items()},
    )
