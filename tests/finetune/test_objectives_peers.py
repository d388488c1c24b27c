"""Our sts losses against those of sentence-transformers, on the same embeddings."""

from __future__ import annotations

import warnings

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mtslib.data import tasks
from mtslib.finetune import similarity
from mtslib.finetune.objectives import OBJECTIVES
from mtslib.finetune.task_model import build_head

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    losses = pytest.importorskip(
        "sentence_transformers.losses", reason="sentence-transformers is not installed"
    )

SEEDS = range(4)
N = 9


class Given(nn.Module):
    """Stands for their model: what it is given are the embeddings already."""

    device = torch.device("cpu")

    def forward(self, features: dict[str, Tensor]) -> dict[str, Tensor]:
        return {"sentence_embedding": features["given"]}


def embeddings_and_scores(seed: int, size: int = 8) -> tuple[Tensor, Tensor, Tensor]:
    random = torch.Generator().manual_seed(seed)
    first, second = (torch.randn(N, size, generator=random) for _ in range(2))
    scores = (5 * torch.rand(N, generator=random)).round(decimals=1)
    scores[:3] = torch.tensor([4.0, 5.0, 4.0])
    return first, second, scores


def theirs(name: str, first: Tensor, second: Tensor, labels: Tensor, **settings) -> Tensor:
    module = getattr(losses, name)(Given(), **settings)
    return module([{"given": first}, {"given": second}], labels)


def both_gradients(ours: Tensor, peers: Tensor, inputs: list[Tensor]) -> None:
    """Equal values and equal gradients."""
    torch.testing.assert_close(ours, peers, rtol=1e-5, atol=1e-5)
    one, two = torch.autograd.grad(ours, inputs), torch.autograd.grad(peers, inputs)
    for left, right in zip(one, two, strict=True):
        torch.testing.assert_close(left, right, rtol=1e-4, atol=1e-5)


def leaves(*tensors: Tensor) -> list[Tensor]:
    return [tensor.requires_grad_() for tensor in tensors]


def cosines(first: Tensor, second: Tensor) -> Tensor:
    return similarity.cosine_of(similarity.side_by_side(first, second))


@pytest.mark.parametrize("seed", SEEDS)
def test_cosine_mse_is_their_cosine_similarity_loss(seed):
    first, second, scores = embeddings_and_scores(seed)
    leaves(first, second)
    ours = OBJECTIVES["cosine-mse"].loss(cosines(first, second), scores)
    both_gradients(ours, theirs("CosineSimilarityLoss", first, second, scores / 5), [first, second])


@pytest.mark.parametrize("seed", SEEDS)
def test_the_variants_are_their_loss_with_other_labels_or_a_transformation(seed):
    first, second, scores = embeddings_and_scores(seed)
    leaves(first, second)
    signed = OBJECTIVES["cosine-mse-signed"].loss(cosines(first, second), scores)
    both_gradients(
        signed,
        theirs("CosineSimilarityLoss", first, second, 2 * scores / 5 - 1),
        [first, second],
    )
    clamped = OBJECTIVES["cosine-mse-clamped"].loss(cosines(first, second), scores)
    peers = theirs(
        "CosineSimilarityLoss", first, second, scores / 5, cos_score_transformation=nn.ReLU()
    )
    both_gradients(clamped, peers, [first, second])


@pytest.mark.parametrize("seed", SEEDS)
def test_cosent_is_theirs(seed):
    first, second, scores = embeddings_and_scores(seed)
    leaves(first, second)
    ours = OBJECTIVES["cosent"].loss(cosines(first, second), scores)
    both_gradients(ours, theirs("CoSENTLoss", first, second, scores / 5), [first, second])


@pytest.mark.parametrize("size", [8, 7])
@pytest.mark.parametrize("seed", SEEDS)
def test_angle_is_theirs(seed, size):
    first, second, scores = embeddings_and_scores(seed, size)
    leaves(first, second)
    ours = OBJECTIVES["angle"].loss(similarity.side_by_side(first, second), scores)
    both_gradients(ours, theirs("AnglELoss", first, second, scores / 5), [first, second])


@pytest.mark.parametrize("seed", SEEDS)
def test_multiple_negatives_ranking_is_theirs_on_the_good_pairs(seed):
    first, second, scores = embeddings_and_scores(seed)
    leaves(first, second)
    ours = OBJECTIVES["multiple-negatives-ranking"].loss(
        similarity.side_by_side(first, second), scores
    )
    good = scores >= 4
    peers = theirs("MultipleNegativesRankingLoss", first[good], second[good], torch.ones(1))
    both_gradients(ours, peers, [first, second])


@pytest.mark.parametrize("seed", SEEDS)
def test_the_siamese_head_is_that_of_their_softmax_loss(seed):
    """The same (u, v, |u − v|) and linear map; soft labels go in as probabilities."""
    first, second, scores = embeddings_and_scores(seed)
    leaves(first, second)
    module = losses.SoftmaxLoss(Given(), embedding_dimension=8, num_labels=6)
    head = build_head(3 * 8, 6, head_dropout=0.0)
    with torch.no_grad():
        head[1].weight.copy_(module.classifier.weight)
        head[1].bias.copy_(module.classifier.bias)
    ours = OBJECTIVES["siamese-soft-ce"].loss(head(similarity.joined(first, second)), scores)
    features = [{"given": first}, {"given": second}]
    _, logits = module(features, None)
    peers = F.cross_entropy(logits, similarity.soft_labels(scores))
    both_gradients(ours, peers, [first, second])
    whole = torch.tensor([0, 5, 3, 2, 1, 4, 4, 0, 2])
    ours = OBJECTIVES["siamese-soft-ce"].loss(head(similarity.joined(first, second)), whole.float())
    both_gradients(ours, module(features, whole), [first, second])


def test_what_is_said_to_be_theirs_exists_there():
    named = {o.known_as for o in OBJECTIVES.values() if o.known_as}
    assert named == {
        "SoftmaxLoss",
        "CosineSimilarityLoss",
        "CoSENTLoss",
        "AnglELoss",
        "MultipleNegativesRankingLoss",
    }
    assert all(hasattr(losses, name) for name in named)
    assert OBJECTIVES["siamese-soft-ce"].num_outputs(tasks.STS) == 6
