"""A student: a shorter branch on its teacher's tap, taught by what the teacher puts out."""

from __future__ import annotations

import math

import pytest
import torch
from finetune.conftest import NUM_LAYERS
from own_tasks import EVERY_TASK

from mtslib.base.errors import CheckpointError, DataError, TrainError
from mtslib.cli.main import main
from mtslib.data import datasets, readers, tasks
from mtslib.finetune import checkpoint, distil, objectives, settings
from mtslib.finetune.distil import distilling_loss, first_weights, student_of, taught
from mtslib.finetune.settings import Settings, Student

SEEDS = pytest.mark.parametrize("seed", [0, 1, 2])


@pytest.fixture
def teach(data_folder, tmp_path):
    """(teacher's checkpoint, layers, changes) → the student's checkpoint."""

    def run(teacher, layers: int, out: str = "student", **changes):
        chosen = student_of(teacher.settings, layers, **changes)
        return distil.distil(teacher.folder, chosen, tmp_path / out, data_folder, progress=False)

    return run


# The loss --------------------------------------------------------------------------------------


def slow_loss(logits, teacher_logits, temperature) -> float:
    """T²·KL, one row and one class at a time, in plain Python."""

    def softened(row):
        powers = [math.exp(float(number) / temperature) for number in row]
        return [power / sum(powers) for power in powers]

    rows = []
    for own, wanted in zip(logits, teacher_logits, strict=True):
        q, p = softened(own), softened(wanted)
        rows.append(sum(p_c * math.log(p_c / q_c) for p_c, q_c in zip(p, q, strict=True)))
    return temperature**2 * sum(rows) / len(rows)


@SEEDS
@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0, 7.0])
def test_the_distilling_loss_is_its_slow_form(seed, temperature):
    torch.manual_seed(seed)
    own, wanted = torch.randn(2, 5, 4).double() * 3
    expected = slow_loss(own, wanted, temperature)
    assert float(distilling_loss(own, wanted, temperature)) == pytest.approx(expected, rel=1e-5)


@SEEDS
def test_it_is_zero_and_flat_where_both_agree_whatever_is_added_to_all_logits(seed):
    torch.manual_seed(seed)
    wanted = torch.randn(6, 3)
    own = (wanted + torch.randn(6, 1)).requires_grad_()
    loss = distilling_loss(own, wanted, 2.0)
    loss.backward()
    assert max(abs(loss.item()), float(own.grad.abs().max())) < 1e-6


@SEEDS
def test_the_gradient_keeps_its_size_when_the_temperature_rises(seed):
    """At a high T the gradient is (own − wanted) / C, both about their means (Hinton et al.)."""
    torch.manual_seed(seed)
    own, wanted = torch.randn(2, 1, 4).double()
    own.requires_grad_()
    distilling_loss(own, wanted, 1000.0).backward()
    centred = (own - own.mean()) - (wanted - wanted.mean())
    assert torch.allclose(own.grad, centred / 4, atol=1e-3)


def made_up(**changes) -> Student:
    return Student(Settings(tasks.get("sst"), freeze_depth=1), 1, **changes)


@SEEDS
def test_each_row_counts_once_with_a_label_or_without(seed):
    """CE + T²·KL, and T²·KL alone where there is no label, one row at a time."""
    torch.manual_seed(seed)
    sst = tasks.get("sst")
    objective = objectives.get("ce", sst)
    outputs, said = torch.randn(2, 4, 5)
    labels = torch.tensor([3.0, math.nan, 0.0, math.nan])
    student = made_up(temperature=2.0, teacher_weight=0.5, label_weight=3.0)
    loss = taught(objective, student, distributions=True).loss(
        outputs, torch.cat([labels[:, None], said], dim=1)
    )
    rows = []
    for own, label, wanted in zip(outputs, labels, said, strict=True):
        row = 0.5 * slow_loss(own[None], wanted[None], 2.0)
        if not math.isnan(label):
            row += 3 * -float(own.log_softmax(0)[int(label)])
        rows.append(row)
    assert float(loss) == pytest.approx(sum(rows) / 4, rel=1e-4)


def test_a_score_is_taught_by_its_squared_error_in_the_range_of_the_task():
    warm = tasks.get("sts")
    objective = objectives.get("mse", warm)
    outputs, said = torch.tensor([[0.2], [0.9]]), torch.tensor([[2.0], [4.0]])
    unlabelled = torch.tensor([[math.nan], [math.nan]])
    loss = taught(objective, made_up(), False).loss(outputs, torch.cat([unlabelled, said], 1))
    assert float(loss) == pytest.approx(((0.2 - 0.4) ** 2 + (0.9 - 0.8) ** 2) / 2)


# First weights ----------------------------------------------------------------------------------


@pytest.mark.parametrize("start, layers", [("lower", (1,)), ("upper", (2,)), ("pretrained", ())])
def test_a_student_begins_with_the_layers_it_is_told_to(train, teach, start, layers):
    teacher = train(freeze_depth=1)
    student = teach(teacher, 1, start=start, epochs=0)
    own = {name for name in student.branch if name.startswith("layers.")}
    assert {name[:9] for name in own} == {"layers.1."}
    for name in own:
        rest = name.removeprefix("layers.1.")
        for number in range(1, NUM_LAYERS):
            same = torch.equal(student.branch[name], teacher.branch[f"layers.{number}.{rest}"])
            if "weight" in rest and "norm" not in rest:
                assert same == (number in layers)
    heads = torch.equal(student.branch["head.1.weight"], teacher.branch["head.1.weight"])
    assert heads == (start != "pretrained")


@SEEDS
@pytest.mark.parametrize("start", ["lower", "upper", "pretrained"])
def test_names_say_which_layer_comes_from_where(seed, start):
    """Layer by layer, for every depth and length: the teacher's place, found in its whole stack."""
    num_layers = 4 + seed
    for depth in range(num_layers):
        numbers = list(range(depth, num_layers))
        teacher = {f"layers.{n}.x.weight": torch.tensor(float(n)) for n in numbers}
        teacher |= {"head.1.bias": torch.tensor(-1.0)}
        for layers in range(1, len(numbers) + 1):
            chosen = {"lower": numbers[:layers], "upper": numbers[-layers:], "pretrained": []}
            expected = {f"layers.{depth + i}.x.weight": n for i, n in enumerate(chosen[start])}
            expected |= {} if start == "pretrained" else {"head.1.bias": -1}
            found = first_weights(teacher, depth, layers, num_layers, start)
            assert {name: int(tensor) for name, tensor in found.items()} == expected


def test_a_head_of_another_shape_stays_the_students_own(train, teach):
    teacher = train("sts", epochs=1)
    student = teach(teacher, 1, objective="mse", epochs=0)
    assert student.branch["head.1.weight"].shape[0] == 1
    name = "layers.1.attention.query.weight"
    assert torch.equal(student.branch[name], teacher.branch[name])


@pytest.mark.parametrize("task", EVERY_TASK)
def test_a_student_of_all_layers_before_its_first_step_is_its_teacher(train, teach, task):
    teacher = train(task)
    student = teach(teacher, NUM_LAYERS - 1, epochs=0)
    assert {n: t.tolist() for n, t in student.branch.items()} == {
        n: t.tolist() for n, t in teacher.branch.items()
    }
    assert checkpoint.same_numbers(student.probe, teacher.probe)
    assert student.card["dev"] == teacher.card["dev"]


# What is learnt ---------------------------------------------------------------------------------


def agreement(student, teacher) -> float:
    """The mean distance of what both say of dev."""
    own, said = (
        checkpoint.read_tensors(one.folder / checkpoint.PREDICTIONS)["predicted"]
        for one in (student, teacher)
    )
    return float((own - said).abs().mean())


@pytest.mark.parametrize("task", EVERY_TASK)
def test_a_student_without_labels_comes_to_say_what_its_teacher_says(train, teach, task):
    teacher = train(task, epochs=6, freeze_depth=0)
    label_free = {"label_weight": 0.0, "head_dropout": 0.0, "encoder_dropout": 0.0}
    untaught = teach(teacher, 1, "untaught", epochs=0, start="pretrained", **label_free)
    student = teach(teacher, 1, epochs=8, start="pretrained", **label_free)
    assert agreement(student, teacher) < 0.5 * agreement(untaught, teacher)


def test_labels_that_are_never_seen_change_nothing(train, teach, data_folder, tmp_path):
    """Label-free is label-free: with every label another one, the student has the same bits."""
    teacher = train()
    own = (data_folder / "ids-sst-train.csv").read_text(encoding="utf-8").splitlines()
    turned = [own[0], *(f"{line[:-1]}{(int(line[-1]) + 1) % 5}" for line in own[1:])]
    other = tmp_path / "turned.csv"
    other.write_text("\n".join(turned) + "\n", encoding="utf-8")
    chosen = student_of(teacher.settings, 1, label_weight=0.0)
    found = [
        distil.distil(teacher.folder, chosen, tmp_path / f"s{n}", data_folder, file, progress=False)
        for n, file in enumerate((None, other))
    ]
    assert all(torch.equal(t, found[1].branch[name]) for name, t in found[0].branch.items())


def test_without_a_teacher_the_loss_is_the_ordinary_one(train, teach):
    """Weight 0 leaves the start, and nothing else, of the teacher."""
    teacher = train(head_dropout=0.0)
    alone = teach(teacher, NUM_LAYERS - 1, "alone", teacher_weight=0.0, start="pretrained")
    assert all(torch.equal(t, teacher.branch[name]) for name, t in alone.branch.items())


def test_rows_without_labels_teach_too(train, teach, data_folder):
    """Texts of quora teach sts: only they are new, so the weights differ, and the card says."""
    teacher = train("sts")
    plain = teach(teacher, 1, "plain")
    more = teach(teacher, 1, unlabelled="quora-train.csv", unlabelled_rows=40)
    assert more.card["taught_by"]["unlabelled_rows"] == 40
    path = datasets.locate("sts", "train", data_folder, "quora-train.csv")
    sha256 = readers.read(tasks.get("sts"), path, needs_labels=False).sha256
    assert more.card["taught_by"]["unlabelled_sha256"] == sha256
    assert any(not torch.equal(t, plain.branch[name]) for name, t in more.branch.items())
    assert more.card["data"]["train"]["rows"] == plain.card["data"]["train"]["rows"]


@pytest.mark.parametrize("objective", ["cosine-mse", "siamese-soft-ce", "cosent", "mse"])
def test_a_pair_model_teaches_every_other_encoding(train, teach, objective):
    teacher = train("sts", epochs=1)
    student = teach(teacher, 1, objective=objective, pooling="mean", label_weight=0.0)
    assert student.settings.objective == objective
    assert checkpoint.rebuild(student).objective.siamese == (objective != "mse")


# A checkpoint like any other -------------------------------------------------------------------


def test_a_card_says_who_taught_and_is_read_back_equal(train, teach):
    teacher = train()
    student = teach(teacher, 1)
    assert student.settings.student.teacher == teacher.settings
    assert student.settings.branch_layers == 1
    assert checkpoint.read(student.folder).settings == student.settings
    assert student.card["taught_by"]["branch_sha256"] == teacher.card["files"][checkpoint.BRANCH]
    assert "student" not in teacher.card["settings"]
    rebuilt = checkpoint.rebuild(student)
    assert list(rebuilt.branch.layers) == ["1"]
    assert rebuilt.trunk.depth == 1


def test_the_rate_is_the_presets_for_as_many_layers_as_train(backbone_folder):
    own = settings("sst", freeze_depth=1, backbone=str(backbone_folder))
    assert (
        student_of(own, 1).learning_rate
        == settings("sst", freeze_depth=NUM_LAYERS - 1, backbone=str(backbone_folder)).learning_rate
    )
    assert student_of(own, 1, learning_rate=0.5).learning_rate == 0.5
    other = settings("sst", freeze_depth=1, backbone=str(backbone_folder), learning_rate=0.25)
    assert student_of(other, 1).learning_rate == 0.25
    assert student_of(own, 1, twice=True).epochs == 2 * own.epochs


# What is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"layers": 3}, "a student of 3 layers does not fit: the teacher's branch has 2"),
        ({"layers": 0}, "a student has 0 layers; expected at least 1"),
        ({"start": "middle"}, "start 'middle' is unknown; expected lower, upper, pretrained"),
        ({"teacher_weight": -1.0}, "teacher_weight -1.0 is out of range"),
        ({"temperature": 0.0}, "temperature 0.0 is out of range"),
        ({"temperature": math.nan}, "temperature nan is out of range"),
        ({"teacher_weight": 0.0, "label_weight": 0.0}, "both weights of the loss are 0"),
        ({"teacher_weight": 0.0, "unlabelled": "x.csv"}, "rows without labels teach nothing"),
        ({"objective": "mse"}, "objective 'mse' does not fit task sst"),
    ],
)
def test_a_student_that_cannot_be_is_refused(tiny, changes, message):
    with pytest.raises(TrainError, match=message):
        student_of(tiny(), **({"layers": 1} | changes))


def test_a_full_teacher_is_refused(tiny):
    with pytest.raises(TrainError, match="a full teacher has no trunk that a shorter branch"):
        student_of(tiny(freeze_depth=None), 1)


def test_another_task_tap_or_teacher_is_refused(train, tiny, teach, tmp_path, data_folder):
    teacher = train()
    for wrong, message in (
        (teacher.settings, "these settings name no student"),
        (student_of(tiny(seed=5), 1), "was trained with other settings than the student names"),
        (
            student_of(teacher.settings, 1, task=tasks.get("cfimdb"), objective="ce"),
            "cannot teach task cfimdb",
        ),
        (student_of(teacher.settings, 1, freeze_depth=2), "have two taps"),
    ):
        with pytest.raises(TrainError, match=message):
            distil.distil(teacher.folder, wrong, tmp_path / "no", data_folder, progress=False)
    assert not (tmp_path / "no").exists()


def test_another_backbone_and_a_file_of_other_columns_are_refused(
    train, teach, other_backbone_folder
):
    with pytest.raises(CheckpointError, match="was trained on backbone"):
        teach(train("sts"), 1, backbone=str(other_backbone_folder))
    with pytest.raises(DataError, match=r"ids-sst-train\.csv"):
        teach(train("sts"), 1, unlabelled="ids-sst-train.csv")


# The command -----------------------------------------------------------------------------------


def test_the_command_teaches_and_refuses_in_one_line(train, data_folder, tmp_path, capsys):
    teacher = train()
    command = ["distill", str(teacher.folder), "--data", str(data_folder), "--out"]
    assert main([*command, str(tmp_path / "s"), "--layers", "1"]) == 0
    assert "checkpoint: " in capsys.readouterr().out
    assert checkpoint.read(tmp_path / "s").settings.branch_layers == 1
    assert main([*command, str(tmp_path / "t"), "--layers", "9"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: a student of 9 layers does not fit")
    assert error.count("\n") == 1
