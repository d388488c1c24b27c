"""Settings of one fine-tuning run, and the presets that fill them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from mtslib import backbones
from mtslib.backbones import DEFAULT
from mtslib.base import documents
from mtslib.base.errors import TrainError
from mtslib.data import presets, tasks
from mtslib.data.presets import PAPER, PRESETS
from mtslib.data.tasks import Task
from mtslib.finetune import objectives
from mtslib.finetune.objectives import Objective
from mtslib.minbert.model import POOLINGS

_LIMITS = (
    ("seed", int, 0, 2**31 - 1),
    ("epochs", int, 0, 1000),
    ("batch_size", int, 1, 65536),
    ("learning_rate", float, 0, 1),
    ("eps", float, 0, 1),
    ("weight_decay", float, 0, 1),
    ("head_dropout", float, 0, 0.99),
    ("encoder_dropout", float, 0, 0.99),
    ("max_length", int, 8, 512),
    ("regularise_weight", float, 0, 1000),
    ("radius", float, 1e-6, 10),
    ("before_epochs", int, 1, 1000),
)
SMART, R_DROP = "smart", "r-drop"  # `mtslib.finetune.regularise`
CONTRASTIVE, MASKED_WORDS = "contrastive", "masked-words"  # `mtslib.finetune.before`

STARTS = ("lower", "upper", "pretrained")


@dataclass(frozen=True)
class Student:
    """How a shorter branch is taught by a longer one (`mtslib.finetune.distil`). Chapter 15.

    teacher: the settings that the teacher was trained with. layers: l, how many the branch has.
    start: the teacher's lowest l branch layers, its uppermost l, both with its head, or the
        `pretrained` layers and a new head.
    teacher_weight, label_weight: of the two terms of the loss; 0 leaves one out.
    temperature: T of T²·KL, where both put out a distribution.
    unlabelled, unlabelled_rows: a file of texts, or its name in the data folder, and how many of
        its first rows (0 for all) are learnt from too, without their labels.
    """

    teacher: Settings
    layers: int
    start: str = "lower"
    teacher_weight: float = 1.0
    label_weight: float = 1.0
    temperature: float = 1.0
    unlabelled: str = ""
    unlabelled_rows: int = 0

    def __post_init__(self) -> None:
        if type(self.layers) is not int or self.layers < 1:
            raise TrainError(f"a student has {self.layers!r:.60} layers; expected at least 1")
        if type(self.unlabelled_rows) is not int or self.unlabelled_rows < 0:
            raise TrainError(f"unlabelled_rows is {self.unlabelled_rows!r:.60}; expected 0 or more")
        if self.start not in STARTS:
            raise TrainError(f"start {self.start!r:.60} is unknown; expected {', '.join(STARTS)}")
        for name, low in (("teacher_weight", 0), ("label_weight", 0), ("temperature", 1e-3)):
            if not low <= getattr(self, name) <= 1e3:
                raise TrainError(
                    f"{name} {getattr(self, name)!r:.60} is out of range; expected {low:g} to 1000"
                )
        if not self.teacher_weight + self.label_weight:
            raise TrainError("both weights of the loss are 0, so there is nothing to learn from")
        if self.unlabelled and not self.teacher_weight:
            raise TrainError(
                "rows without labels teach nothing at teacher_weight 0; leave them out"
            )


@dataclass(frozen=True)
class Settings:
    """Everything a run is decided by, except its data.

    task: the whole description; what is given may also be a name or a task file, see `tasks.get`.
    freeze_depth: 0…L, or None for `full`.
    encoding: how two sentences are read: as the objective does, or `split` (`objectives.get`).
    epochs: passes over the training set; 0 scores an untrained head, the paper's base row.
    schedule: `constant`, or `linear` (warm-up over the first tenth of all steps, then down to 0).
    precision: `auto`, `fp32`, or `bf16` (autocast; the weights stay fp32).
    head_dropout, encoder_dropout: each reaches every place it names (see `BertConfig`).
    method: empty for a task that is fine-tuned alone on its labels; else plain values for JSON
        that say how it was trained with others or by another model, its `name` among them.
    student: who teaches it, and how; None for a branch that learns from labels alone.
    regularise: `smart` or `r-drop`, a term that is added to the loss with this weight; radius: how
        far SMART shifts a state. Empty for none.
    before: `contrastive` or `masked-words`, on what the branch is trained before the task, for so
        many epochs; before_file: the pairs of the first, a path or a name in the data folder, else
        quora's training file. Empty for none.
    """

    task: Task
    freeze_depth: int | None = None
    objective: str = ""
    pooling: str = "cls"
    backbone: str = DEFAULT
    preset: str = "laptop"
    seed: int = 0
    epochs: int = PAPER["epochs"]
    batch_size: int = PAPER["batch_size"]
    learning_rate: float = PAPER["learning_rate"]
    schedule: str = PAPER["schedule"]
    betas: tuple[float, float] = PAPER["betas"]
    eps: float = PAPER["eps"]
    weight_decay: float = PAPER["weight_decay"]
    head_dropout: float = PAPER["head_dropout"]
    encoder_dropout: float = PAPER["encoder_dropout"]
    max_length: int = PAPER["max_length"]
    precision: str = "auto"
    encoding: str = ""
    method: Mapping[str, Any] = field(default_factory=dict, hash=False)
    student: Student | None = None
    regularise: str = ""
    regularise_weight: float = 1.0
    radius: float = 0.1
    before: str = ""
    before_epochs: int = 1
    before_file: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "task", tasks.get(self.task))
        if not self.objective:
            object.__setattr__(self, "objective", self.task.objective)
        split = self.resolved_objective.split  # or its own, which is not kept as a choice
        object.__setattr__(self, "encoding", objectives.SPLIT if split else "")
        choices = {
            "pooling": POOLINGS,
            "schedule": ("constant", "linear"),
            "precision": ("auto", "fp32", "bf16"),
            "regularise": ("", SMART, R_DROP),
            "before": ("", CONTRASTIVE, MASKED_WORDS),
        }
        for name, allowed in choices.items():
            if getattr(self, name) not in allowed:
                known = ", ".join(filter(None, allowed))
                raise TrainError(f"{name} {getattr(self, name)!r:.60} is unknown; expected {known}")
        for name, kind, low, high in _LIMITS:
            value = getattr(self, name)
            number = isinstance(value, int if kind is int else int | float)
            if isinstance(value, bool) or not number or not low <= value <= high:
                raise TrainError(
                    f"{name} {value!r:.60} is out of range; expected "
                    f"{'a whole number' if kind is int else 'a number'} from {low} to {high}"
                )
        if len(self.betas) != 2 or not all(0 <= beta < 1 for beta in self.betas):
            raise TrainError(
                f"betas {self.betas} are out of range; expected two, from 0 to below 1"
            )
        depth = self.freeze_depth  # its upper end, L, is the backbone's to say
        if depth is not None and (type(depth) is not int or depth < 0):
            raise TrainError(
                f"freeze_depth {depth!r:.60} is out of range; expected full, or 0 to L"
            )
        self._check_extras()

    @property
    def _unused(self) -> list[str]:
        """The values that say how of what is not done; older runs were written without them."""
        own = [] if self.regularise else ["regularise", "regularise_weight"]
        own += [] if self.regularise == SMART else ["radius"]
        own += [] if self.before else ["before", "before_epochs"]
        return own if self.before == CONTRASTIVE else [*own, "before_file"]

    def _check_extras(self) -> None:
        """Refuse a term or a training before the task where it would do nothing."""
        for name in self._unused:
            if getattr(self, name) != NO_EXTRAS[name]:
                whose = {"radius": SMART, "before_file": CONTRASTIVE}.get(name)
                what = whose or name.split("_")[0]
                raise TrainError(
                    f"{name} {getattr(self, name)!r:.60} says how of nothing here: it belongs to "
                    f"{what}, which is not asked for"
                )
        extra = self.regularise or self.before
        if extra and (self.student or self.method):
            other = "a student" if self.student else f"method {self.method['name']}"
            raise TrainError(
                f"{extra} is for a task that is fine-tuned alone on its labels; {other} has none"
            )
        if self.regularise == R_DROP and not self.head_dropout + self.encoder_dropout:
            raise TrainError(
                "r-drop compares two passes that differ by their dropout; at head_dropout 0 and "
                "encoder_dropout 0 they are the same"
            )

    @property
    def resolved_objective(self) -> Objective:
        """The objective that is named, in the range of the task's scores, with its encoding."""
        return objectives.get(self.objective, self.task, self.encoding)

    @property
    def branch_layers(self) -> int | None:
        """How many layers the branch has where that is not all above the trunk, L − d."""
        return self.student.layers if self.student else None

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON; freeze_depth None is written `full`, the task twice.

        Its name says which it is, its description all that an answer needs, without any file.
        """
        values = asdict(self)
        values |= {"task": self.task.name, "description": self.task.as_dict()}
        values["freeze_depth"] = depth_name(self.freeze_depth)
        values["betas"] = list(self.betas)
        for later in ("encoding", "method"):  # older runs were written without them
            if not values[later]:
                del values[later]
        for key in self._unused:
            del values[key]
        del values["student"]  # most are none, and older ones do not say so
        if self.student:
            values["student"] = vars(self.student) | {"teacher": self.student.teacher.as_dict()}
        return values

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Settings:
        """The inverse of `as_dict`. What older versions wrote has the name of one of the four."""
        values = dict(values)
        described = values.pop("description", None)
        made: dict[str, Any] = {}
        try:
            made["task"] = Task.from_dict(described) if described else tasks.get(values["task"])
            made["freeze_depth"] = parse_depth(values["freeze_depth"])
            if taught := values.get("student"):
                teacher = cls.from_dict(taught["teacher"])
                made["student"] = documents.fill(Student, taught, "student", teacher=teacher)
            return documents.fill(cls, values, "settings", **made)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            why = f"no {error}" if isinstance(error, KeyError) else str(error)
            raise TrainError(f"settings that no training has: {why}") from error


# A plain training has neither a term beside its loss nor a training before it.
NO_EXTRAS = {
    key: own.default
    for key, own in Settings.__dataclass_fields__.items()
    if key == "radius" or key.split("_")[0] in ("regularise", "before")
}


def settings(task: Task | str | Path, preset: str = "laptop", **changes: Any) -> Settings:
    """The settings of a preset for a task, with single values changed.

    The learning rate, where it is not among the changes, is the preset's for as many layers as
    train (`presets.rate`).
    Raises TrainError for an unknown preset or a value out of range, DataError for a task, and
    BackboneError where L is needed and the backbone is not there.
    """
    if preset not in PRESETS:
        raise TrainError(f"preset {preset!r:.60} is unknown; expected {', '.join(PRESETS)}")
    chosen = replace(Settings(task=task), preset=preset, **(PRESETS[preset] | changes))
    if "learning_rate" in changes or chosen.freeze_depth is None:
        return chosen
    trained = backbones.load(chosen.backbone).num_layers - chosen.freeze_depth
    trained = chosen.branch_layers or trained
    return replace(chosen, learning_rate=presets.rate(preset, trained))


def depth_name(freeze_depth: int | None) -> str | int:
    """`full` for None, else the number."""
    return "full" if freeze_depth is None else freeze_depth


def parse_depth(text: str | int) -> int | None:
    """`full` → None, a number → the number. Raises TrainError for anything else."""
    if text == "full":
        return None
    try:
        return int(text)
    except ValueError:
        raise TrainError(
            f"freeze_depth {text!r:.60} is neither full nor a whole number; "
            "expected full, or how many encoder layers stay frozen above the embeddings"
        ) from None
