"""Trained before the task: duplicates found among the others of a batch, hidden words guessed."""

from __future__ import annotations

import math
import sys

import pytest
import torch
import transformers
from finetune.conftest import NUM_LAYERS, same_branch
from finetune.test_going_on import interrupt_at

from mtslib import backbones
from mtslib.base.errors import TrainError
from mtslib.data import datasets
from mtslib.data.batching import Inputs, collate
from mtslib.finetune import checkpoint
from mtslib.finetune.before import contrastive, masked_words, trained_before
from mtslib.finetune.masked_words import IGNORED, MaskedWords, mask_words

BEFORE = ("contrastive", "masked-words")


# Contrastive ------------------------------------------------------------------------------------


def test_only_duplicates_are_pairs_and_the_rows_are_counted(start, data_folder):
    run = start("sts", before="contrastive")
    first = contrastive(run, data_folder, progress=False)
    labels = [row.label for row in datasets.load("quora", "train", data_folder).labelled]
    assert len(first.train_tokens) == run.before["rows"] == labels.count(1)
    assert run.before["file"] == "quora-train.csv"
    assert len(first.train_tokens.sequences[0]) == 2, "read apart"


def test_the_pairs_may_come_from_a_file_of_their_own(start, train, data_folder):
    own = {"before": "contrastive", "before_file": "quora-dev.csv"}
    first = contrastive(start("sts", **own), data_folder, progress=False)
    labels = [row.label for row in datasets.load("quora", "dev", data_folder).labelled]
    assert len(first.train_tokens) == labels.count(1)
    found = train("sts", **own)
    assert found.card["data"]["before"]["file"] == found.settings.before_file == "quora-dev.csv"


def test_its_loss_is_the_cross_entropy_over_the_batchs_second_questions(start, data_folder):
    first = contrastive(start("sts", before="contrastive"), data_folder, progress=False)
    first.model.eval()
    batch = collate(first.train_tokens, range(7))
    embeddings = first.model(batch)
    u, v = embeddings.double().chunk(2, dim=-1)
    total = 0.0
    for i in range(7):
        scores = [20 * float(torch.cosine_similarity(u[i], v[j], dim=0)) for j in range(7)]
        total += math.log(sum(map(math.exp, scores))) - scores[i]
    loss = first.model.objective.loss(embeddings, batch.labels)
    assert float(loss) == pytest.approx(total / 7, rel=1e-5)


# Masked words -----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_of_many_words_15_in_100_are_hidden_and_80_of_them_by_the_mask(seed):
    torch.manual_seed(seed)
    ids = torch.randint(10, 50, (200, 100))
    special = torch.zeros_like(ids, dtype=torch.bool)
    special[:, [0, -1]] = True
    masked, labels = mask_words(ids, special, torch.rand(ids.shape), torch.full_like(ids, 60), 4)
    chosen, free = labels != IGNORED, 200 * 98
    assert not chosen[special].any()
    assert torch.equal(labels[chosen], ids[chosen])
    assert torch.equal(masked[~chosen], ids[~chosen])
    for seen, share in ((chosen, 0.15), (masked == 4, 0.12), (masked == 60, 0.015)):
        wide = 5 * math.sqrt(free * share * (1 - share))  # of the count's standard deviation
        assert int(seen.sum()) == pytest.approx(free * share, abs=wide)


@pytest.fixture
def guessing(start):
    """A run that guesses words, on the tiny backbone."""

    def make(**changes):
        return masked_words(start("sts", before="masked-words", **changes))

    return make


def test_a_word_is_never_guessed_at_a_special_token_or_at_padding(guessing, monkeypatch):
    run = guessing()
    seen = []

    def spy(ids, special, *rest):
        seen.append((ids, special))
        return mask_words(ids, special, *rest)

    monkeypatch.setattr("mtslib.finetune.masked_words.mask_words", spy)
    run.model(collate(run.train_tokens, range(20)))
    ((ids, special),) = seen
    assert torch.equal(special, (ids == 0) | (ids == 2) | (ids == 3))  # [PAD], [CLS], [SEP]


@pytest.mark.parametrize("depth, trains", [(1, False), (None, True)])
def test_the_tied_head_shares_the_trunks_table(guessing, depth, trains):
    run = guessing(freeze_depth=depth)
    table = run.model.task_model.trunk.embeddings.word.weight
    assert run.model.head.word.weight is table
    run.model(collate(run.train_tokens, range(20))).mean().backward()
    assert (table.grad is not None) == trains
    assert "words.word.weight" not in run.model.trained_tensors()


def test_a_batch_in_which_no_word_was_chosen_gives_zero(guessing):
    model = guessing().model
    empty = torch.tensor([[2, 3]])
    batch = collate(guessing().train_tokens, [0])
    batch = batch.__class__(
        batch.positions, (Inputs(empty, torch.ones_like(empty), torch.zeros_like(empty)),), None
    )
    losses = model(batch)
    losses.mean().backward()
    assert losses.tolist() == [0.0]


@pytest.mark.parametrize("seed", range(3))
def test_the_loss_equals_hugging_faces(guessing, backbone_folder, seed):
    """BertForMaskedLM on the same weights, with a random head."""
    run = guessing(freeze_depth=None)
    ours = run.model.eval()
    config = transformers.BertConfig.from_pretrained(backbone_folder)
    torch.manual_seed(seed)
    theirs = transformers.BertForMaskedLM(config).eval()
    weights = transformers.BertModel.from_pretrained(backbone_folder).state_dict()
    theirs.bert.load_state_dict({n: t for n, t in weights.items() if "pooler" not in n})
    head = theirs.cls.predictions
    ours.head.norm.eps = config.layer_norm_eps
    with torch.no_grad():
        ours.head.dense.load_state_dict(head.transform.dense.state_dict())
        ours.head.norm.load_state_dict(head.transform.LayerNorm.state_dict())
        ours.head.bias.copy_(torch.randn(config.vocab_size))
        head.bias.copy_(ours.head.bias)

    batch = collate(run.train_tokens, range(30))
    kept = {}

    def spy(*arguments):
        kept["ids"], kept["labels"] = mask_words(*arguments)
        return kept["ids"], kept["labels"]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mtslib.finetune.masked_words.mask_words", spy)
        losses = ours(batch)
    inputs = batch.inputs[0]
    said = theirs(kept["ids"], inputs.attention_mask, inputs.token_type_ids, labels=kept["labels"])
    assert len(losses) == int((kept["labels"] != IGNORED).sum()) > 10
    assert float(losses.mean()) == pytest.approx(float(said.loss), rel=1e-5)


# In a run ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("depth", [None, 1])
def test_a_new_head_is_trained_alone_first_and_then_with_the_layers(
    start, data_folder, tmp_path, monkeypatch, depth
):
    run = start("sts", before="masked-words", freeze_depth=depth)
    moved = []
    fresh = {name: t.clone() for name, t in run.model.trained_tensors().items()}

    def look(state, first, optimizer):
        own = run.model.trained_tensors()
        moved.append({name for name in fresh if not torch.equal(own[name], fresh[name])})

    monkeypatch.setattr("mtslib.finetune.resume.keep", look)
    with trained_before(run, tmp_path / "run", data_folder, progress=False):
        assert len(moved) == 2
    assert moved[0] == set()
    assert {name.split(".")[0] for name in moved[1]} >= {"layers"}
    assert not any(name.startswith("head") for name in moved[1]), "the task's head has not begun"
    assert any(name.startswith("embeddings") for name in moved[1]) == (depth is None)


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("depth", [None, 2])
def test_the_task_begins_where_the_other_training_ended(
    start, data_folder, tmp_path, before, depth
):
    run = start("sts", before=before, freeze_depth=depth)
    pretrained = {name: t.clone() for name, t in run.model.trained_tensors().items()}
    with trained_before(run, tmp_path / "run", data_folder, progress=False):
        now = run.model.trained_tensors()
    layer = f"layers.{NUM_LAYERS - 1}.feed_forward.output.weight"
    assert not torch.equal(now[layer], pretrained[layer])
    assert torch.equal(now["head.1.weight"], pretrained["head.1.weight"])
    assert all(tensor.requires_grad for tensor in run.model.branch.parameters())
    assert [record["epoch"] for record in run.history_before] == [1, 2][: len(run.history_before)]


@pytest.mark.parametrize("before", BEFORE)
def test_the_card_tells_on_what_and_how_it_went(train, data_folder, before):
    card = train("sts", before=before, before_epochs=2).card
    assert card["settings"]["before"] == card["data"]["before"]["name"] == before
    assert len(card["history_before"]) == (2 if before == "contrastive" else 3)
    assert card["seconds"]["before"] >= 0
    quora = datasets.load("quora", "train", data_folder).sha256
    assert card["data"]["before"].get("sha256") == (quora if before == "contrastive" else None)


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize(
    "function, call",
    [
        ("train_epoch", 1),  # of what comes before
        ("keep", 1),
        ("train_epoch", 3),  # of the task
        ("probe_outputs", 1),
    ],
)
def test_after_ctrl_c_it_goes_on_to_the_same_bits(train, tmp_path, before, function, call):
    straight = train("sts", out="straight", before=before)
    interrupt_at(function, call)
    try:
        with pytest.raises(TrainError, match=r"stopped by Ctrl-C .*the same command goes on"):
            train("sts", before=before)
    finally:
        sys.setprofile(None)
    gone_on = train("sts", before=before)
    assert same_branch(straight, gone_on)
    assert straight.card["data"] == gone_on.card["data"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["checkpoint", "straight"]


@pytest.mark.parametrize("before", BEFORE)
def test_at_the_deepest_freeze_there_is_no_layer_to_train(train, before):
    with pytest.raises(TrainError, match=f"{before} trains the layers .* freeze_depth 3 there is"):
        train("sts", before=before, freeze_depth=NUM_LAYERS)


@pytest.mark.parametrize("before", BEFORE)
def test_a_frozen_trunk_stays_the_backbones(train, backbone_folder, before):
    found = train("sts", before=before, freeze_depth=1)
    assert checkpoint.live_trunk_moved(found, backbones.load(backbone_folder)) == []
    assert not any(name.startswith(("layers.0", "words")) for name in found.branch)


def test_the_head_that_guesses_words_is_not_the_tasks(guessing):
    run = guessing()
    own = run.model.trained_tensors()
    run.model.load_trained_tensors({name: tensor + 1 for name, tensor in own.items()})
    assert isinstance(run.model, MaskedWords)
    assert float(run.model.head.bias[0]) == 1.0
