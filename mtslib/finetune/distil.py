"""Distillation: a shorter branch learns from a longer one on the same tap. Chapter 15.

The teacher is a single-task checkpoint, the student a checkpoint like any other whose branch has
fewer layers (Wei, Qi & He, 2022, step 2). Trunk outputs and the teacher's are computed once; the
teacher's then stand beside the labels, and the loop is the one of every fine-tuning.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from mtslib import backbones
from mtslib.base.errors import TrainError
from mtslib.base.files import check_replaceable
from mtslib.data import datasets, presets, readers
from mtslib.data.batching import Tokenised, tokenise
from mtslib.evidence import results
from mtslib.finetune import checkpoint
from mtslib.finetune.checkpoint import Checkpoint
from mtslib.finetune.evaluate import every_output
from mtslib.finetune.hidden_states import open_states
from mtslib.finetune.objectives import LOGITS, Objective
from mtslib.finetune.parts import LIBRARY, TrainingParts
from mtslib.finetune.run import Run, open_caches, outputs, prepare, source
from mtslib.finetune.settings import NO_EXTRAS, Settings, Student
from mtslib.finetune.task_model import check_branch
from mtslib.finetune.train import train_run

LOSS = "distilling"  # its name among `TrainingParts.losses`


# The loss --------------------------------------------------------------------------------------


def distilling_loss(logits: Tensor, teacher_logits: Tensor, temperature: float = 1.0) -> Tensor:
    """T²·KL(teacher ‖ student) of softmax(logits / T), averaged over the batch: (B, C) twice → ().

    T² keeps the size of the gradient whatever T is (Hinton, Vinyals & Dean, 2015, section 2).
    """
    own = (logits.float() / temperature).log_softmax(dim=-1)
    wanted = (teacher_logits.float() / temperature).log_softmax(dim=-1)
    return temperature**2 * F.kl_div(own, wanted, reduction="batchmean", log_target=True)


def taught(
    objective: Objective,
    student: Student,
    distributions: bool,
    soft_loss: Callable[[Tensor, Tensor, float], Tensor] = distilling_loss,
) -> Objective:
    """The objective with a loss that reads (B, 1 + C): a label, NaN for none, and the teacher.

    distributions: whether both put out logits of the same classes; else the teacher's score
    stands where the objective has a label. A row counts once, with a label or without.
    """

    def loss(outputs: Tensor, labels: Tensor) -> Tensor:
        label, said = labels[:, 0], labels[:, 1:]
        known = ~label.isnan()
        total = outputs.new_zeros((), dtype=torch.float32)
        if student.label_weight and known.any():
            share = known.float().mean()
            total = total + student.label_weight * share * objective.loss(
                outputs[known], label[known]
            )
        if student.teacher_weight and distributions:
            total = total + student.teacher_weight * soft_loss(outputs, said, student.temperature)
        elif student.teacher_weight:
            total = total + student.teacher_weight * objective.loss(outputs, said[:, 0])
        return total

    return replace(objective, loss=loss)


# A student's settings and first weights ---------------------------------------------------------


def student_of(
    teacher: Settings,
    layers: int,
    start: str = "lower",
    teacher_weight: float = 1.0,
    label_weight: float = 1.0,
    temperature: float | None = None,
    unlabelled: str = "",
    unlabelled_rows: int = 0,
    twice: bool = False,
    **changes: Any,
) -> Settings:
    """The settings of a student: its teacher's where none are named.

    The learning rate is the preset's for `layers` trained layers, where it was the preset's for
    the teacher too. temperature: None for 2 between classes and 1 between scores.
    twice: for twice the epochs. changes: of other settings. The rest as in `Student`.
    Raises TrainError, and BackboneError where L is needed and the backbone is not there.
    """
    if temperature is None:
        temperature = presets.temperature(teacher.task.has_classes)
    named = (start, teacher_weight, label_weight, temperature, unlabelled, unlabelled_rows)
    student = Student(teacher, layers, *named)  # whose settings tell of the teacher's extras
    chosen = replace(teacher, student=student, **(NO_EXTRAS | changes))
    num_layers = backbones.load(chosen.backbone).num_layers
    check_branch(chosen.freeze_depth, layers, num_layers)
    if "learning_rate" not in changes and teacher.learning_rate == presets.rate(
        teacher.preset, num_layers - teacher.freeze_depth
    ):
        chosen = replace(chosen, learning_rate=presets.rate(chosen.preset, layers))
    return replace(chosen, epochs=2 * chosen.epochs) if twice else chosen


def first_weights(
    teacher: Mapping[str, Tensor], depth: int, layers: int, num_layers: int, start: str
) -> dict[str, Tensor]:
    """What a student takes over before its first step, by the names that it has in the student.

    teacher: the tensors of a branch, layers depth…L−1, by their names in the whole model:
    `layers.3.…`, `head.1.weight`. The student has the layers depth…depth+l−1. start: `lower`, the
    teacher's lowest l layers (Wei, Qi & He, 2022, section 2.2), `upper`, its uppermost l, both
    with all that is no layer; `pretrained`, nothing.
    """
    if start == "pretrained":
        return {}
    skipped = num_layers - depth - layers if start == "upper" else 0
    found = {}
    for name, tensor in teacher.items():
        kind, number, *rest = name.split(".")
        if kind == "layers":
            place = int(number) - skipped
            if not depth <= place < depth + layers:
                continue
            name = ".".join((kind, str(place), *rest))
        found[name] = tensor
    return found


# A run -----------------------------------------------------------------------------------------


def distil(
    teacher: Path | str,
    chosen: Settings,
    out: Path | str,
    data: Path | str | None = None,
    train_file: Path | str | None = None,
    dev_every_epoch: bool = False,
    progress: bool = True,
    dev_file: Path | str | None = None,
    parts: TrainingParts = LIBRARY,
) -> Checkpoint:
    """Train the student that `chosen` describes and write its checkpoint folder `out`.

    teacher: its checkpoint folder. chosen: see `student_of`. parts: may hold a loss of one's own
    in the place of `distilling_loss`, (logits, teacher's logits, T) → (), under `LOSS`.
    Everything else, interruptions included, is as in `finetune`.
    """
    out = Path(out)
    check_replaceable(out, checkpoint.CARD)
    found = checkpoint.read(teacher)
    _check(found, chosen)
    run = prepare(chosen, data, train_file, progress, cache=False, parts=parts, dev_file=dev_file)
    _teach(run, found, data, progress)
    return train_run(run, out, dev_every_epoch, progress)


def _check(teacher: Checkpoint, chosen: Settings) -> None:
    """Refuse settings that this teacher cannot teach by."""
    if chosen.student is None:
        raise TrainError("these settings name no student; `distil.student_of` makes them")
    if chosen.student.teacher.as_dict() != teacher.settings.as_dict():
        raise TrainError(f"{teacher.name} was trained with other settings than the student names")
    differs = chosen.task.differs_from(teacher.task)
    if chosen.task.name != teacher.task.name or differs:
        raise TrainError(
            f"{teacher.name} cannot teach task {chosen.task.name}: "
            f"{differs or 'another task'}; a student answers its teacher's task"
        )
    if chosen.freeze_depth != teacher.settings.freeze_depth:
        raise TrainError(
            f"a student at freeze_depth {chosen.freeze_depth} and a teacher at "
            f"{teacher.settings.freeze_depth} have two taps; expected one"
        )


def _teach(run: Run, teacher: Checkpoint, data: Path | str | None, progress: bool) -> None:
    """Give a prepared run its first weights, its rows, the teacher's outputs, and the loss."""
    student, objective = run.settings.student, run.model.objective
    model = checkpoint.rebuild(teacher, run.backbone).to(run.device)
    own = run.model.trained_tensors()
    sizes = model.depth, student.layers, run.backbone.num_layers
    taken = first_weights(teacher.branch, *sizes, student.start)
    # A head of another objective, say, has another shape: there the student's own stays.
    fits = {n: t for n, t in taken.items() if n in own and own[n].shape == t.shape}
    run.model.load_trained_tensors(own | fits)

    more, unlabelled = _unlabelled(run.settings, data)
    texts = [row.texts for row in run.train.labelled] + more
    if more:
        run.train_tokens = _tokens(run, texts, objective)
    labels = [float(row.label) for row in run.train.labelled] + [math.nan] * len(more)
    distributions = model.objective.outputs == objective.outputs == LOGITS and (
        model.objective.num_outputs(run.settings.task)
        == objective.num_outputs(run.settings.task)
        > 1
    )
    said = torch.empty(len(texts), 0)
    if student.teacher_weight:
        said = _asked(run, teacher, model, texts, distributions, progress)
    carried = tuple(zip(labels, *said.T.tolist(), strict=True))
    run.train_tokens = replace(run.train_tokens, labels=carried)
    run.model.objective = taught(
        objective, student, distributions, run.parts.losses.get(LOSS, distilling_loss)
    )
    run.taught_by = {
        "run_id": results.run_id(teacher.card),
        "branch_sha256": teacher.card["files"][checkpoint.BRANCH],
        **unlabelled,
    }
    open_caches(run, progress=progress)


def _unlabelled(chosen: Settings, data: Path | str | None) -> tuple[list[tuple[str, ...]], dict]:
    """The texts that come without labels, and what the card says of them."""
    student = chosen.student
    if not student.unlabelled:
        return [], {}
    path = datasets.locate(chosen.task, "train", data, student.unlabelled)
    found = readers.read(chosen.task, path, needs_labels=False)
    texts = [row.texts for row in found.examples[: student.unlabelled_rows or None]]
    return texts, {"unlabelled_sha256": found.sha256, "unlabelled_rows": len(texts)}


def _tokens(run: Run, texts: list[tuple[str, ...]], objective: Objective) -> Tokenised:
    return tokenise(
        run.backbone.tokenizer(),
        texts,
        siamese=objective.apart,
        max_length=run.settings.max_length,
    )


def _asked(
    run: Run,
    teacher: Checkpoint,
    model: torch.nn.Module,
    texts: list[tuple[str, ...]],
    distributions: bool,
    progress: bool,
) -> Tensor:
    """What the teacher puts out for every row, once: (n, C) logits, or (n, 1) scores."""
    tokens = run.train_tokens
    if model.objective.apart != run.model.objective.apart:
        tokens = _tokens(run, texts, model.objective)
    asked = replace(run, settings=teacher.settings, model=model, train_tokens=tokens)
    states = open_states(source(asked, "train"), model.depth, progress=progress)
    return every_output(
        lambda batch: outputs(model, batch, states),
        tokens,
        run.device,
        run.precision,
        "teacher" if progress else "",
        (lambda said: said)
        if distributions
        else lambda said: model.objective.predict(said)[:, None],
    )
