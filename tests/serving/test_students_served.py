"""A student merges, is certified, and answers like every other branch, whatever its length."""

from __future__ import annotations

import pytest
import torch

from mtslib.cli.main import main
from mtslib.data.batching import collate, tokenise
from mtslib.finetune import distil, read, rebuild
from mtslib.finetune.checkpoint import same_numbers
from mtslib.serving import load, merge


@pytest.fixture
def student(teachers, tmp_path, data_folder):
    """(kind, layers, changes) → the checkpoint of a student of that teacher."""

    def make(kind: str, layers: int, **changes):
        teacher = read(teachers[kind])
        chosen = distil.student_of(teacher.settings, layers, epochs=1, **changes)
        out = tmp_path / f"{kind}-{layers}"
        return distil.distil(teacher.folder, chosen, out, data_folder, progress=False)

    return make


@pytest.mark.parametrize(
    "kind, layers, other", [("sst", 1, "sts"), ("sst", 2, "cfimdb"), ("siamese", 1, "cfimdb")]
)
def test_a_student_merges_with_a_teacher_of_another_depth(
    student, teachers, tmp_path, ragged, kind, layers, other
):
    short = student(kind, layers)
    merged = merge([short.folder, teachers[other]], tmp_path / "merged")
    task, siamese = short.task.name, short.settings.objective == "cosine-mse"
    own = merged.certificate["branches"][task]
    assert own["bit_equal"]["holds"]
    assert own["within_bound"]["holds"]
    assert own["branch_layers"] == layers
    merged = load(tmp_path / "merged")
    assert len(merged.model.branches[task].layers) == layers
    batch, alone = ragged(merged, 5, short.task.is_pair, 0, siamese), rebuild(short)
    with torch.inference_mode():
        expected, seen = alone(batch), merged.model(batch, [task])[task]
    assert torch.equal(expected, seen)


def test_a_student_takes_the_place_of_its_teacher_and_moves_no_other_bit(
    student, teachers, tmp_path
):
    before = merge([teachers["sst"], teachers["sts"]], tmp_path / "before")
    after = merge([tmp_path / "before", student("sst", 1).folder], tmp_path / "after", replace=True)
    texts = [("the film was good", "a great film"), ("ok", "we saw it")]
    batch = collate(tokenise(before.tokenizer, texts), range(2))
    with torch.inference_mode():
        said = [one.model(batch, ["sts"])["sts"] for one in (before, after)]
    assert same_numbers(*said)
    assert len(after.model.branches["sst"].layers) == 1
    assert after.model.bytes() < before.model.bytes()


def test_a_student_is_evaluated_and_asked_on_the_command_line(
    student, tmp_path, data_folder, capsys
):
    short = student("sst", 1)
    assert main(["evaluate", str(short.folder), "--data", str(data_folder)]) == 0
    said = capsys.readouterr().out
    assert f"{short.card['dev'][0]['value']:.3f}" in said
    assert main(["predict", str(short.folder), "--sentence", "a great film"]) == 0
    assert capsys.readouterr().out.strip()
