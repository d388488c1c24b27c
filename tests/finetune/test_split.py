"""The split encoding: two sentences through the trunk apart, joined at the tap."""

from __future__ import annotations

import random

import pytest
import torch
import transformers
from finetune.conftest import WORDS

from mtslib import backbones
from mtslib.base.errors import TrainError
from mtslib.data import tasks
from mtslib.data.batching import collate, distinct, tokenise
from mtslib.finetune import finetune, objectives, rebuild, settings
from mtslib.finetune.run import outputs, prepare
from mtslib.finetune.settings import Settings
from mtslib.finetune.task_model import TaskModel

L = 3
READ_PAIRS = [("quora", "ce"), ("sts", "soft-ce"), ("sts", "rounded-ce"), ("sts", "mse")]


def made_up_pairs(seed: int, n: int = 7) -> list[tuple[str, str]]:
    """Pairs of 0 to 12 words, among them an empty side and a sentence that stands twice."""
    draw = random.Random(seed)
    texts = [" ".join(draw.choices(WORDS, k=draw.randint(0, 12))) for _ in range(n)]
    return [(one, draw.choice(texts)) for one in texts] + [("good", ""), ("", "")]


@pytest.fixture
def make(backbone_folder):
    """(freeze_depth, task, …) → a task model, with segments that are no longer the backbone's."""

    def build(depth, task="sts", objective="", encoding="split", pooling="cls", seed=0):
        bert = backbones.load(backbone_folder).model(encoder_dropout=0.1)
        task = tasks.get(task)
        chosen = objectives.get(objective or task.objective, task, encoding)
        torch.manual_seed(seed)
        model = TaskModel(bert, task, chosen, depth, pooling)
        if model.branch.join is not None:
            torch.nn.init.normal_(model.branch.join.segments)
        return model.eval()

    return build


@pytest.fixture
def tokenizer(backbone_folder):
    return backbones.load(backbone_folder).tokenizer()


def specification(model, hugging_face, first, second) -> torch.Tensor:
    """One pair of token ids, without padding, through Hugging Face's layers → (outputs,)."""
    sides = []
    for ids, row in zip((first, second), model.branch.join.segments, strict=True):
        hidden = hugging_face(torch.tensor([ids]), output_hidden_states=True).hidden_states
        sides.append([state + row for state in hidden[model.depth][0]])
    hidden = torch.stack(sides[0] + sides[1][1:])[None]  # (1, T₁ + T₂ − 1, H)
    for layer in hugging_face.encoder.layer[model.depth :]:
        found = layer(hidden)
        hidden = found[0] if isinstance(found, tuple) else found
    pooled = {
        "cls": hidden[:, 0],
        "mean": hidden.mean(dim=1),
        "pooler": hugging_face.pooler(hidden),
    }[model.branch.pooling]
    head = model.branch.head[1]
    return (pooled @ head.weight.T + head.bias)[0]


@pytest.mark.parametrize("pooling", ["cls", "mean", "pooler"])
@pytest.mark.parametrize("depth", range(L))
@pytest.mark.parametrize("max_length", [512, 8])
def test_a_padded_batch_is_each_pair_alone_by_hugging_faces_layers(
    make, tokenizer, backbone_folder, depth, pooling, max_length
):
    """Whatever the lengths, cut or not, and whatever else lies in the batch."""
    hugging_face = transformers.BertModel.from_pretrained(backbone_folder).eval()
    model = make(depth, pooling=pooling)
    pairs = made_up_pairs(seed=depth)
    tokens = tokenise(tokenizer, pairs, siamese=True, max_length=max_length)
    batch = collate(tokens, range(len(pairs)))
    assert (tokens.truncated > 0) == (max_length == 8)
    with torch.inference_mode():
        seen = model(batch)
        for row, (first, second) in enumerate(tokens.sequences):
            expected = specification(model, hugging_face, first.ids, second.ids)
            torch.testing.assert_close(seen[row], expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("task, objective", READ_PAIRS)
def test_every_objective_that_reads_a_pair_has_it(make, tokenizer, task, objective):
    model = make(1, task, objective)
    batch = collate(tokenise(tokenizer, made_up_pairs(1), siamese=True), range(5))
    pair = make(1, task, objective, "pair")
    assert model(batch).shape == (5, pair.branch.head[1].out_features)
    assert model.objective.split
    assert not pair.objective.split
    own = set(model.trained_tensors()) - set(pair.trained_tensors())
    assert own == {"join.segments"}, "all that a split branch has beside a pair's"


# Beside the pair encoding ----------------------------------------------------------------------


def same_at_depth_0(make, tokenizer, position, token_type) -> bool:
    """Whether split and pair agree at freeze_depth 0; the tables are set to 0 where told to."""
    split, pair = make(0), make(0, encoding="pair")
    split.branch.head.load_state_dict(pair.branch.head.state_dict())
    with torch.no_grad():
        split.branch.join.segments.zero_()
        for model in (split, pair):
            for name, kept in (("position", position), ("token_type", token_type)):
                getattr(model.trunk.embeddings, name).weight.mul_(kept)
        pairs = made_up_pairs(seed=3)
        apart = split(collate(tokenise(tokenizer, pairs, siamese=True), range(len(pairs))))
        together = pair(collate(tokenise(tokenizer, pairs), range(len(pairs))))
    return torch.allclose(apart, together, rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    "position, token_type, same", [(0, 0, True), (1, 0, False), (0, 1, False), (1, 1, False)]
)
def test_at_depth_0_only_positions_and_token_types_differ_from_the_pair(
    make, tokenizer, position, token_type, same
):
    """In a pair the second sentence goes on counting, and its type is added inside the norm."""
    assert same_at_depth_0(make, tokenizer, position, token_type) is same


def test_the_segments_begin_as_the_backbones_token_types(backbone_folder):
    backbone = backbones.load(backbone_folder)
    chosen = objectives.get("soft-ce", tasks.STS, "split")
    model = TaskModel(backbone.model(), tasks.STS, chosen, 1)
    rows = backbone.tensors["embeddings.token_type.weight"]
    assert torch.equal(model.branch.join.segments, rows)
    model.branch.join.segments.data.add_(1)
    assert torch.equal(model.trunk.embeddings.token_type.weight, rows), "a copy: the trunk stays"


def test_the_order_of_the_two_sentences_counts_and_their_neighbours_do_not(make, tokenizer):
    model = make(1)
    pairs = [("good film", "awful"), ("awful", "good film"), ("we saw the film and it was", "x")]
    tokens = tokenise(tokenizer, pairs, siamese=True)
    with torch.inference_mode():
        together, alone = model(collate(tokens, [0, 1, 2])), model(collate(tokens, [0]))
    torch.testing.assert_close(together[:1], alone, rtol=0, atol=1e-5)
    assert not torch.allclose(together[0], together[1], atol=1e-3)


# Refused ---------------------------------------------------------------------------------------


def test_what_has_no_trunk_or_no_layer_left_is_refused_in_one_sentence(make):
    with pytest.raises(TrainError, match=r"full has no frozen trunk; choose a .* from 0 to 2$"):
        make(None)
    with pytest.raises(TrainError, match=r"at freeze_depth 3 this branch has no layer left in"):
        make(L)


def test_a_student_without_a_layer_of_its_own_is_refused_too(backbone_folder):
    chosen = objectives.get("soft-ce", tasks.STS, "split")
    bert = backbones.load(backbone_folder).model()
    assert TaskModel(bert, tasks.STS, chosen, 1, branch_layers=1).branch.join is not None
    with pytest.raises(TrainError, match="at freeze_depth 1 this branch has no layer left in"):
        TaskModel(bert, tasks.STS, chosen, 1, branch_layers=0)


@pytest.mark.parametrize(
    "task, objective, encoding, read_as",
    [
        ("sst", "ce", "split", "sentence"),
        ("sst", "ce", "pair", "sentence"),
        ("sts", "cosine-mse", "split", "siamese"),
        ("sts", "soft-ce", "siamese", "pair or split"),
        ("sts", "soft-ce", "joined", "pair or split"),
    ],
)
def test_an_encoding_that_does_not_fit_is_refused_with_those_that_do(
    task, objective, encoding, read_as
):
    with pytest.raises(TrainError, match=f"'{encoding}' does not fit.* is read as {read_as}$"):
        Settings(task, objective=objective, encoding=encoding, freeze_depth=1)


def test_what_is_read_in_its_own_way_is_written_as_before_there_was_a_choice():
    """So that runs recorded earlier are the same runs."""
    own, split = Settings("sts", 2), settings("sts", freeze_depth=2, encoding="split")
    assert "encoding" not in own.as_dict()
    assert Settings("sts", 2, encoding="pair") == own
    assert split.as_dict()["encoding"] == "split"
    assert Settings.from_dict(split.as_dict()) == split != own


# Trained ---------------------------------------------------------------------------------------


@pytest.fixture
def cache_place(tmp_path, monkeypatch):
    monkeypatch.setenv("MTS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.mark.parametrize("task, pooling", [("sts", "cls"), ("quora", "mean")])
@pytest.mark.parametrize("depth", [0, 2])
def test_the_cached_trunk_gives_what_the_trunk_gives(
    tiny, data_folder, cache_place, task, pooling, depth
):
    run = prepare(tiny(task, freeze_depth=depth, encoding="split", pooling=pooling), data_folder)
    run.model.eval()
    for positions in ([3, 1, 2, 9], [0], range(len(run.train_tokens))):
        batch = collate(run.train_tokens, positions)
        with torch.inference_mode():
            torch.testing.assert_close(
                outputs(run.model, batch, run.train_states), run.model(batch), rtol=0, atol=1e-5
            )


def test_a_sentence_in_many_pairs_is_computed_once(tiny, data_folder, cache_place):
    run = prepare(tiny("sts", freeze_depth=1, encoding="split"), data_folder, progress=False)
    sentences = {tuple(part.ids) for parts in run.train_tokens.sequences for part in parts}
    assert len(sentences) < 2 * len(run.train_tokens), "the made-up rows repeat themselves"
    assert len(run.train_states.rows) == sum(map(len, sentences))


def test_the_distinct_sequences_of_a_set_give_it_back(tokenizer):
    pairs = made_up_pairs(seed=5)
    for siamese in (True, False):
        tokens = tokenise(tokenizer, pairs, siamese=siamese, max_length=9)
        found, places = distinct(tokens)
        again = [tuple(found.sequences[p][0].ids for p in row) for row in places]
        assert again == [tuple(part.ids for part in parts) for parts in tokens.sequences]
        keys = [tuple(part.ids) for (part,) in found.sequences]
        assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("cache", [True, False])
def test_it_trains_and_comes_back_from_its_checkpoint(
    tiny, data_folder, cache_place, tmp_path, cache
):
    chosen = tiny("quora", freeze_depth=1, encoding="split", epochs=3, seed=1)
    found = finetune(chosen, tmp_path / "out", data_folder, progress=False, cache=cache)
    losses = [epoch["loss"] for epoch in found.card["history"]]
    assert losses[-1] < losses[0]
    assert "join.segments" in found.branch
    model = rebuild(found)
    assert model.objective.split
    assert torch.equal(model.branch.join.segments, found.branch["join.segments"])
    rows = backbones.load(chosen.backbone).tensors["embeddings.token_type.weight"]
    assert not torch.equal(found.branch["join.segments"], rows), "they are trained"
