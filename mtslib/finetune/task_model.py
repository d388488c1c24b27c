"""Trunk and branch: the frozen part that tasks share, and one task's own layers. Chapter 09."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import torch
from torch import Tensor, nn

from mtslib.base.errors import TrainError
from mtslib.data.batching import Batch, Inputs
from mtslib.data.tasks import Task
from mtslib.finetune import similarity
from mtslib.finetune.objectives import EMBEDDINGS, Objective
from mtslib.minbert.attention import mask_bias
from mtslib.minbert.encoder import run_layers
from mtslib.minbert.model import POOLINGS, BertModel, Pooler, mean_pool


class Trunk(nn.Module):
    """Embeddings and the first `depth` encoder layers.

    A frozen trunk is in eval mode always: no dropout, no gradient, no weight decay, whatever
    `train()` is called on the model around it. Sharing rests on this: two tasks can use one trunk
    only if it computes the same for both and stays as it was.
    """

    def __init__(self, embeddings: nn.Module, layers: Sequence[nn.Module], frozen: bool) -> None:
        super().__init__()
        self.embeddings = embeddings
        self.layers = nn.ModuleList(layers)
        self.frozen = frozen
        if frozen:
            self.requires_grad_(False)
            self.train(False)

    @property
    def depth(self) -> int:
        """How many encoder layers it has; its deepest output is hidden_states[depth]."""
        return len(self.layers)

    def train(self, mode: bool = True) -> nn.Module:
        return super().train(mode and not self.frozen)

    def forward(self, inputs: Inputs, depths: Collection[int]) -> dict[int, Tensor]:
        """hidden_states[d], (B, T, H), for each d in `depths`, in one pass up to the deepest."""
        with torch.set_grad_enabled(torch.is_grad_enabled() and not self.frozen):
            bias = mask_bias(inputs.attention_mask)  # (B, 1, 1, T)
            hidden = self.embeddings(inputs.input_ids, inputs.token_type_ids)  # (B, T, H)
            found = {0: hidden}
            for depth, layer in enumerate(self.layers[: max(depths)], start=1):
                hidden = layer(hidden, bias)
                found[depth] = hidden
        return {depth: found[depth] for depth in depths}


class Join(nn.Module):
    """Two sentences that the trunk read apart, made one sequence: [CLS] a [SEP] b [SEP].

    The split encoding. Each side gets a segment embedding at the tap, which starts as the
    backbone's row for that token type and is trained with the branch; the second side comes
    without its [CLS]. DeFormer (Cao et al., 2020) joins a question and a passage in this way.
    Both sides began at position 0, and nothing below the tap knew which of the two it was.

    token_types: (rows, H), the backbone's.
    """

    def __init__(self, token_types: Tensor) -> None:
        super().__init__()
        rows = token_types.detach()[[0, min(1, len(token_types) - 1)]]
        self.segments = nn.Parameter(rows.clone())  # (2, H)

    def forward(self, hidden: Sequence[Tensor], masks: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
        """Two (B, T, H) and two (B, T) → (B, S, H), (B, S), padding moved to the end.

        S is the length of the longest pair.
        """
        first, second = (states + row for states, row in zip(hidden, self.segments, strict=True))
        states = torch.cat([first, second[:, 1:]], dim=1)  # (B, T₁ + T₂ − 1, H)
        mask = torch.cat([masks[0], masks[1][:, 1:]], dim=1)  # (B, T₁ + T₂ − 1)
        kept = mask.argsort(dim=1, descending=True, stable=True)[:, : int(mask.sum(1).max())]
        rows = torch.arange(len(kept), device=kept.device)[:, None]  # (B, 1)
        return states[rows, kept], mask[rows, kept]


class Branch(nn.Module):
    """One task's own layers d…L−1 (a student's d…d+l−1), its pooler if it uses one, and its head.

    Layers keep their number in the whole model as their name (`layers.4.…`), so that a tensor
    is called the same in a backbone, a checkpoint and a merged model.
    """

    def __init__(
        self,
        layers: Mapping[int, nn.Module],
        pooling: str,
        pooler: Pooler | None,
        head: nn.Module | None,
        fast_paths: bool = True,
        gives_embeddings: bool = False,
        join: Join | None = None,
    ) -> None:
        super().__init__()
        self.layers = nn.ModuleDict({str(number): layer for number, layer in layers.items()})
        self.pooling = pooling
        self.pooler = pooler
        self.head = head
        self.fast_paths = fast_paths
        self.gives_embeddings = gives_embeddings
        self.join = join

    def embed(self, hidden: Tensor, attention_mask: Tensor) -> Tensor:
        """Run the branch's layers and pool: (B, T, H), (B, T) → (B, H)."""
        only_cls = self.fast_paths and self.pooling != "mean" and len(self.layers) > 0
        hidden = run_layers(
            self.layers.values(), hidden, mask_bias(attention_mask), last_only_cls=only_cls
        )
        if self.pooling == "mean":
            return mean_pool(hidden, attention_mask)
        return self.pooler(hidden) if self.pooling == "pooler" else hidden[:, 0]

    def forward(self, hidden: Sequence[Tensor], inputs: Sequence[Inputs]) -> Tensor:
        """Trunk outputs (B, T, H), one or two (siamese, split) → the objective's outputs.

        Logits (B, C) where there is a head, which reads (u, v, |u − v|) of a siamese pair; else
        cosines (B, 1), or both embeddings (B, 2H).
        """
        sequences = list(zip(hidden, (part.attention_mask for part in inputs), strict=True))
        if self.join is not None:
            sequences = [self.join(*zip(*sequences, strict=True))]
        pooled = [self.embed(states, mask) for states, mask in sequences]
        if self.head is not None:
            return self.head(similarity.joined(*pooled) if len(pooled) == 2 else pooled[0])
        embeddings = similarity.side_by_side(*pooled)
        return embeddings if self.gives_embeddings else similarity.cosine_of(embeddings)


class TaskModel(nn.Module):
    """A trunk and one branch: the single-task model that is fine-tuned.

    freeze_depth d: the trunk ends at hidden_states[d]; None (`full`) trains everything.
    trunk: the class of the trunk, `Trunk` or one like it.
    branch_layers: l, how many layers the branch has; else all above the trunk, L − d.
    """

    def __init__(
        self,
        bert: BertModel,
        task: Task,
        objective: Objective,
        freeze_depth: int | None,
        pooling: str = "cls",
        head_dropout: float = 0.3,
        trunk: Callable[..., nn.Module] = Trunk,
        branch_layers: int | None = None,
    ) -> None:
        super().__init__()
        check_depth(freeze_depth, bert.config.num_layers)
        check_branch(freeze_depth, branch_layers, bert.config.num_layers)
        if pooling not in POOLINGS:
            raise TrainError(f"pooling {pooling!r} is unknown; expected {', '.join(POOLINGS)}")
        trains_nothing = not objective.has_head and pooling != "pooler"
        if trains_nothing and freeze_depth == bert.config.num_layers:
            raise TrainError(
                f"objective {objective.name} at freeze_depth {freeze_depth} has nothing to train: "
                "it has no head and every layer is frozen; choose a smaller depth"
            )
        if objective.split:
            _check_split(freeze_depth, branch_layers, bert.config.num_layers)
        self.task, self.objective = task, objective
        self.freeze_depth = freeze_depth
        self.depth = start = freeze_depth or 0
        end = bert.config.num_layers if branch_layers is None else start + branch_layers
        self.trunk = trunk(bert.embeddings, bert.layers[:start], frozen=freeze_depth is not None)
        self.branch = Branch(
            layers={n: layer for n, layer in enumerate(bert.layers) if start <= n < end},
            pooling=pooling,
            pooler=bert.pooler if pooling == "pooler" else None,
            head=build_head(
                bert.config.hidden_size * (3 if objective.siamese else 1),
                objective.num_outputs(task),
                head_dropout,
            ),
            fast_paths=bert.fast_paths,
            gives_embeddings=objective.outputs == EMBEDDINGS,
            join=Join(bert.embeddings.token_type.weight) if objective.split else None,
        )

    def forward(self, batch: Batch) -> Tensor:
        """→ logits (B, C), cosines (B, 1) or embeddings (B, 2H), as the objective asks."""
        return self.branch(self.tap(batch), batch.inputs)

    def tap(self, batch: Batch) -> list[Tensor]:
        """What the branch reads: hidden_states[depth], (B, T, H), of each input."""
        return [self.trunk(inputs, {self.depth})[self.depth] for inputs in batch.inputs]

    def trained_tensors(self) -> dict[str, Tensor]:
        """Every tensor that this fine-tuning may change, by its name in the whole model."""
        tensors = dict(self.branch.state_dict())
        if self.freeze_depth is None:
            tensors |= self.trunk.state_dict()
        return tensors

    def frozen_tensors(self) -> dict[str, Tensor]:
        """The trunk's tensors; none when everything is trained."""
        return {} if self.freeze_depth is None else dict(self.trunk.state_dict())

    def load_trained_tensors(self, tensors: Mapping[str, Tensor]) -> None:
        """Put back what `trained_tensors` gave. Raises RuntimeError on another set or shape."""
        own = self.trained_tensors()
        wrong = sorted(set(own) ^ set(tensors)) or [
            name for name in own if own[name].shape != tensors[name].shape
        ]
        if wrong:
            raise RuntimeError(f"tensor {wrong[0]} is missing, unknown or of another shape")
        with torch.no_grad():
            for name, tensor in own.items():
                tensor.copy_(tensors[name])


def build_head(num_inputs: int, num_outputs: int, head_dropout: float) -> nn.Module | None:
    """Dropout and a linear map (B, num_inputs) → (B, C); None where no output is asked for."""
    if not num_outputs:
        return None
    linear = nn.Linear(num_inputs, num_outputs)
    nn.init.normal_(linear.weight, std=0.02)
    nn.init.zeros_(linear.bias)
    return nn.Sequential(nn.Dropout(head_dropout), linear)


def check_depth(freeze_depth: int | None, num_layers: int) -> None:
    """Raise TrainError unless freeze_depth is None (`full`) or one of 0…L."""
    if freeze_depth is not None and not 0 <= freeze_depth <= num_layers:
        raise TrainError(
            f"freeze_depth {freeze_depth} is out of range: this backbone has L = {num_layers} "
            f"encoder layers; expected full or a number from 0 to {num_layers}"
        )


def _check_split(freeze_depth: int | None, branch_layers: int | None, num_layers: int) -> None:
    """Raise TrainError where two sentences could not be read apart, or could not meet."""
    if freeze_depth is None:
        raise TrainError(
            "the split encoding reads each sentence apart so that a frozen trunk need not read it "
            f"again, and full has no frozen trunk; choose a freeze_depth from 0 to {num_layers - 1}"
        )
    if freeze_depth == num_layers or branch_layers == 0:
        raise TrainError(
            "the split encoding joins two sentences above the trunk, and at freeze_depth "
            f"{freeze_depth} this branch has no layer left in which they could meet; choose one "
            f"from 0 to {num_layers - 1}, and a layer or more"
        )


def check_branch(freeze_depth: int | None, branch_layers: int | None, num_layers: int) -> None:
    """Raise TrainError for a student that has no trunk below it or no room up to L."""
    if branch_layers is None:
        return
    if freeze_depth is None:
        raise TrainError(
            "a full teacher has no trunk that a shorter branch could tap; "
            "train the teacher with --freeze-depth"
        )
    if branch_layers > num_layers - freeze_depth:
        raise TrainError(
            f"a student of {branch_layers} layers does not fit: the teacher's branch has "
            f"{num_layers - freeze_depth} (L = {num_layers}, freeze_depth {freeze_depth}); "
            "expected as many or fewer"
        )
