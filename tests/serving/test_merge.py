"""Merging: the same numbers as the teachers, the trunk once, and nothing foreign shared."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
import safetensors.torch
import torch
from folders import contents

# By its place below tests/, as pytest's own conftest.py is another module of the same name.
from serving.conftest import KINDS, TASKS, made_up_texts, tiny_settings

from mtslib import backbones
from mtslib.base.errors import MergeError, MtsError
from mtslib.data.batching import collate, tokenise
from mtslib.finetune import checkpoint, finetune, read, rebuild
from mtslib.finetune.probe import probe_batch
from mtslib.serving import accounting, load, merge, without
from mtslib.serving.merged_folder import TRUNK


def answers(merged, task, batch) -> torch.Tensor:
    with torch.inference_mode():
        return merged.model(batch, [task])[task]


def is_siamese(item) -> bool:
    """Whether its two sentences are separate sequences, as in a split pair too."""
    return item.settings.objective == "cosine-mse" or item.settings.encoding == "split"


# The same numbers ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kinds", [TASKS, ("sts", "sst"), ("siamese", "cfimdb"), ("siamese",), ("split", "quora")]
)
def test_merged_outputs_are_the_teachers_bit_for_bit(teachers, tmp_path, ragged, kinds):
    """On the probe and on ragged batches, read back from disk, at every depth and pooling."""
    merged = merge([teachers[kind] for kind in kinds], tmp_path / "merged")
    assert merged.model.taps == {KINDS[k][0]: KINDS[k][1]["freeze_depth"] for k in kinds}
    for kind in kinds:
        item = read(teachers[kind])
        teacher, task = rebuild(item), item.task.name
        siamese, pair = is_siamese(item), item.task.is_pair
        probe = probe_batch(merged.tokenizer, pair, siamese)
        batches = [probe]
        batches += [ragged(merged, n, pair, n, siamese) for n in (1, 2, 5, 8, 13)]
        for batch in batches:
            with torch.inference_mode():
                expected = teacher(batch)
            assert torch.equal(answers(merged, task, batch), expected)
        assert torch.equal(answers(merged, task, probe), item.probe)
        assert item.probe.std(0).max() > 1e-4, "one answer to everything would prove nothing"


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("together", [("sst", "cfimdb"), ("quora", "sts")])
def test_tasks_that_share_an_input_answer_as_if_asked_alone(whole, ragged, together, seed):
    merged = load(whole)
    batch = ragged(merged, 9, together[0] == "quora", seed)
    with torch.inference_mode():
        shared = merged.model(batch, together)
    for task in together:
        assert torch.equal(shared[task], answers(merged, task, batch))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("task", TASKS)
def test_other_batches_move_an_output_by_rounding_only(whole, task, seed):
    merged = load(whole)
    texts = made_up_texts(12, merged.checkpoints[task].task.is_pair, seed)
    tokens = tokenise(merged.tokenizer, texts)
    together = answers(merged, task, collate(tokens, range(12)))
    for size in (1, 5):
        cuts = [range(start, min(start + size, 12)) for start in range(0, 12, size)]
        apart = torch.cat([answers(merged, task, collate(tokens, rows)) for rows in cuts])
        assert (together - apart).abs().max() <= 1e-4


def test_nothing_moves_while_a_model_answers(whole, ragged):
    merged = load(whole)
    merged.model.train()  # what a reader may do; the trunk must not mind
    assert not any(module.training for module in merged.model.trunk.modules())
    merged.model.eval()
    before = {name: tensor.clone() for name, tensor in merged.model.state_dict().items()}
    first = answers(merged, "sst", ragged(merged, 4, False, 0))
    assert torch.equal(answers(merged, "sst", ragged(merged, 4, False, 0)), first)
    for name, tensor in merged.model.state_dict().items():
        assert torch.equal(tensor, before[name])


# The trunk once --------------------------------------------------------------------------------


def test_every_tensor_is_in_memory_and_on_disk_once(whole):
    merged = load(whole)
    tensors = list(merged.model.parameters())
    assert len({tensor.data_ptr() for tensor in tensors}) == len(tensors)
    on_disk = safetensors.torch.load_file(whole / TRUNK)
    assert set(on_disk) == set(merged.model.trunk.state_dict())
    branches = [
        safetensors.torch.load_file(whole / "branches" / task / checkpoint.BRANCH) for task in TASKS
    ]
    assert merged.model.bytes() == sum(
        4 * tensor.numel() for part in (on_disk, *branches) for tensor in part.values()
    )
    for task, branch in zip(TASKS, branches, strict=True):
        own = {name.split(".")[1] for name in branch if name.startswith("layers.")}
        assert own == {str(n) for n in range(merged.model.taps[task], merged.config.num_layers)}


def test_models_on_one_trunk_use_its_storage(whole):
    merged = load(whole)
    tensors = checkpoint.read_tensors(whole / TRUNK)
    models = [checkpoint.build(merged.checkpoints[t], merged.config, tensors) for t in TASKS]
    for name, tensor in tensors.items():
        users = [dict(model.trunk.named_parameters()).get(name) for model in models]
        pointers = {user.data_ptr() for user in users if user is not None}
        assert pointers == {tensor.data_ptr()}, name


def test_a_merge_hashes_the_trunk_once_and_once_more_as_written(teachers, tmp_path, monkeypatch):
    """Three teachers on one trunk: what was read is hashed once for all, what was written once."""
    folders = [teachers[task] for task in ("sst", "quora", "sts")]
    hashed = []

    class Counting:
        def __init__(self, data=b""):
            self.digest = sha256(data)
            self.hexdigest = self.digest.hexdigest

        def update(self, data):
            hashed.append(len(data))
            self.digest.update(data)

    sha256 = hashlib.sha256
    monkeypatch.setattr(hashlib, "sha256", Counting)
    merged = merge(folders, tmp_path / "merged")
    trunk = sum(4 * tensor.numel() for tensor in merged.model.trunk.state_dict().values())
    assert sum(hashed) == 2 * trunk


# A branch comes, changes, goes -----------------------------------------------------------------


def untouched(before: Path, after: Path, tasks_kept, ragged) -> None:
    """The files and the answers of these tasks are the same in both, byte for byte."""
    old, new = load(before), load(after)
    for task in tasks_kept:
        where = f"branches/{task}"
        assert contents(before / where) == contents(after / where)
        pair = old.checkpoints[task].task.is_pair
        siamese = is_siamese(old.checkpoints[task])
        for seed, n in enumerate((1, 6, 8)):
            batch = ragged(old, n, pair, seed, siamese)
            assert torch.equal(answers(old, task, batch), answers(new, task, batch))


@pytest.mark.parametrize("old, new", [(("sst", "cfimdb"), "sts"), (("sts", "quora"), "sst")])
def test_a_new_task_leaves_the_others_as_they_were(teachers, tmp_path, ragged, old, new):
    """With a tap deeper than all before, which makes the trunk longer, and with a shallower."""
    merge([teachers[kind] for kind in old], tmp_path / "before")
    merged = merge([tmp_path / "before", teachers[new]], tmp_path / "after")
    assert list(merged.checkpoints) == [*old, new]
    assert merged.model.trunk.depth == 3
    untouched(tmp_path / "before", tmp_path / "after", old, ragged)


@pytest.mark.parametrize("new", ["other-sst", "full"])
def test_an_update_replaces_one_task_or_nothing(teachers, whole, tmp_path, ragged, new):
    """sst moves its tap from the bottom to the top of the trunk."""
    if new == "full":
        with pytest.raises(MergeError, match="full teacher shares nothing"):
            merge([whole, teachers[new]], tmp_path / "after", replace=True)
        assert not (tmp_path / "after").exists()
        return
    merged = merge([whole, teachers[new]], tmp_path / "after", replace=True)
    assert list(merged.checkpoints) == list(TASKS)
    assert contents(tmp_path / "after" / "branches" / "sst") == contents(teachers[new])
    untouched(whole, tmp_path / "after", TASKS[1:], ragged)


@pytest.mark.parametrize("gone", TASKS)
def test_a_removed_task_leaves_the_others_as_they_were(whole, tmp_path, ragged, gone):
    """Without the deepest tap, sts, the trunk becomes shorter."""
    merged = without(whole, gone, tmp_path / "after")
    kept = [task for task in TASKS if task != gone]
    assert list(merged.checkpoints) == kept
    assert merged.model.trunk.depth == (2 if gone == "sts" else 3)
    untouched(whole, tmp_path / "after", kept, ragged)


def test_a_model_can_be_changed_in_its_own_place(whole, teachers, tmp_path, ragged):
    place = shutil.copytree(whole, tmp_path / "place")
    without(place, "sst", place)
    assert list(load(place).checkpoints) == list(TASKS[1:])
    merge([place, teachers["sst"]], place)
    untouched(whole, place, TASKS, ragged)
    assert [path.name for path in tmp_path.iterdir()] == ["place"]


def test_merging_twice_gives_the_same_bytes(whole, teachers, tmp_path):
    merge([teachers[task] for task in TASKS], tmp_path / "again")
    assert contents(tmp_path / "again") == contents(whole)


# What cannot share a trunk ---------------------------------------------------------------------


def test_the_merged_model_needs_no_backbone_to_be_read(
    backbone_folder, data_folder, tmp_path, ragged
):
    """It is whole by itself: it answers on a machine that never saw the backbone."""
    place = shutil.copytree(backbone_folder, tmp_path / "place")
    chosen = tiny_settings("sst", place, freeze_depth=2)
    finetune(chosen, tmp_path / "teacher", data_folder, progress=False)
    merged = merge([tmp_path / "teacher"], tmp_path / "merged")
    batch = ragged(merged, 5, False, 0)
    expected = answers(merged, "sst", batch)
    shutil.rmtree(place)
    assert torch.equal(answers(load(tmp_path / "merged"), "sst", batch), expected)
    with pytest.raises(MtsError, match="no backbone"):
        backbones.load(place)


def test_counting_agrees_with_the_merged_model(whole):
    """[CLS] and mean pooling as counted; the pooler of quora comes on top."""
    merged = load(whole)
    outputs = {task: item.task.num_classes for task, item in merged.checkpoints.items()}
    pooler = merged.config.hidden_size * (merged.config.hidden_size + 1)
    counted = accounting.merged(merged.config, outputs, merged.model.taps, tokens=24)
    assert 4 * (counted.parameters + pooler) == merged.model.bytes()
