"""Full teachers added up: one encoder for all, heads kept or refitted, rows of their own."""

from __future__ import annotations

import pytest
import torch
from own_tasks import OWN

from mtslib import serving
from mtslib.base.errors import TrainError
from mtslib.evidence import results, together
from mtslib.finetune.arithmetic import average
from mtslib.finetune.combine import combine


@pytest.fixture
def teachers(train, tmp_path, request):
    """Two full teachers, for two epochs each."""
    names = getattr(request, "param", ("sst", "sts"))
    for task in names:
        train(task, task, freeze_depth=None)
    return [tmp_path / task for task in names]


@pytest.mark.parametrize("teachers", [("sst", "sts"), tuple(OWN)], indirect=True)
@pytest.mark.parametrize("heads", ["kept", "refitted"])
def test_the_encoder_is_the_combined_one_and_the_head_as_asked(
    teachers, tmp_path, data_folder, heads, backbone_folder
):
    from mtslib import backbones, finetune

    before = [finetune.read(folder) for folder in teachers]
    out = tmp_path / "out"
    found = combine(teachers, "average", heads, out, data_folder, progress=False)
    base = backbones.load(backbone_folder).tensors
    shared = {n: base[n] for n in before[0].branch if n.startswith(("embeddings.", "layers."))}
    expected = average(shared, [one.branch for one in before])
    for old in before:
        new = found[old.task.name]
        assert all(torch.equal(new.branch[name], tensor) for name, tensor in expected.items())
        kept = torch.equal(new.branch["head.1.weight"], old.branch["head.1.weight"])
        assert kept == (heads == "kept")
        scored = serving.evaluate(
            serving.open_model(out / old.task.name), old.task, "dev", data_folder, "fp32"
        )
        assert scored.metrics[0].value == pytest.approx(new.card["dev"][0]["value"])
        method = new.settings.method
        assert (method["name"], method["heads"]) == ("arithmetic", heads)
        assert together.in_words(method) == f"average, heads {heads}"
        assert method["teachers"] == [results.run_id(one.card) for one in before]


def test_dare_draws_by_its_seed_which_is_recorded(teachers, tmp_path, data_folder):
    def encoder(seed: int, name: str) -> torch.Tensor:
        out = tmp_path / name
        found = combine(teachers, "dare", "kept", out, data_folder, progress=False, seed=seed)
        assert found["sst"].settings.method["seed"] == seed
        return torch.cat([tensor.reshape(-1) for tensor in found["sst"].branch.values()])

    torch.manual_seed(1)
    first = encoder(0, "a")
    torch.manual_seed(2)
    assert torch.equal(first, encoder(0, "b")), "the seed alone decides what is dropped"
    assert not torch.equal(first, encoder(1, "c"))


def test_what_does_not_fit_is_refused(
    teachers, train, tmp_path, data_folder, other_backbone_folder
):
    train("quora", "partial", freeze_depth=1)
    train("quora", "other", freeze_depth=None, backbone=str(other_backbone_folder))
    first, second = teachers
    for given, how, message in (
        ([first], ("ties", "kept"), "two or more different tasks"),
        ([first, first], ("ties", "kept"), "two or more different tasks"),
        ([first, second], ("mean", "kept"), "way 'mean' is unknown; expected average"),
        ([first, second], ("ties", "new"), "heads 'new' is unknown"),
        ([first, tmp_path / "partial"], ("ties", "kept"), "froze its layers below 1"),
        ([first, tmp_path / "other"], ("ties", "kept"), "began at another backbone"),
    ):
        with pytest.raises(TrainError, match=message):
            combine(given, *how, tmp_path / "out", data_folder, progress=False)
    assert not (tmp_path / "out").exists()
