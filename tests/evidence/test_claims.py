"""Chapter 17: no verdict is typed; each is computed from what is recorded and published."""

from __future__ import annotations

import shlex

import numpy as np
import pytest

from mtslib.base.errors import DataError
from mtslib.cli.main import PARSER
from mtslib.data import tasks
from mtslib.data.presets import LAPTOP
from mtslib.evidence import claim_rules, claims, contrasts, minimal, published, results
from mtslib.evidence.claim_judges import FAILS, HOLDS, OPEN, UNTESTED, VERDICTS
from mtslib.evidence.comparison import Difference
from mtslib.finetune import objectives

CLAIMS = {claim.id: claim for claim in claims.load()}


@pytest.fixture(scope="module")
def judged() -> dict[str, claims.Judged]:
    """Every claim, judged by what is recorded today."""
    return {name: claims.judge(claim) for name, claim in CLAIMS.items()}


def test_every_claim_is_judged_anew_and_says_why(judged):
    for name, claim in CLAIMS.items():
        _is_decided_by_something(claim, judged[name])


def _is_decided_by_something(claim, judged):
    assert judged.verdict in VERDICTS
    assert judged.parts or judged.verdict == UNTESTED
    assert claim.command or judged.verdict != UNTESTED, "it says what would record the rows"
    assert all(part.seen and part.said in VERDICTS for part in judged.parts)
    assert list(judged.table.said) == [part.said for part in judged.parts]


def test_no_verdict_stands_in_the_file():
    text = claims.FILE.read_text(encoding="utf-8").casefold()
    assert not [verdict for verdict in VERDICTS if verdict in text]
    for key in ("verdict", "judged", "said", "holds"):
        assert f"{key} =" not in text


def test_the_figures_alone_decide_what_is_arithmetic(judged):
    """These do not depend on any recorded run: written out from the tables by hand."""
    verdicts = {name: one.verdict for name, one in judged.items()}
    assert sum(claims.counts(list(judged.values())).values()) == len(CLAIMS)
    assert list(claims.table(list(judged.values())).verdict) == list(verdicts.values())
    assert verdicts["merge-of-table-1"] == FAILS  # .525, .862 and .885 stand in no row of table 1
    assert verdicts["base-quora"] == HOLDS  # .376 is the share of duplicates, .375, within chance
    assert verdicts["base-sst"] == FAILS  # .399, and the commonest class has .262
    assert verdicts["overall"] == HOLDS  # (.524 + .844 + .885) / 3 = .751; the other gives .777
    assert verdicts["a-best-depth"] == OPEN  # .026 of 1,101 rows
    assert verdicts["test-confirms"] == OPEN  # .862 on 863 rows, .844 on 1,725


def test_nothing_recorded_is_no_result(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "RESULTS", tmp_path)
    arithmetic = {"merge-of-table-1", "a-best-depth", "base-quora", "base-sst", "overall"}
    arithmetic.add("test-confirms")
    for name, claim in CLAIMS.items():
        judged = claims.judge(claim)
        assert (judged.verdict == UNTESTED) == (name not in arithmetic), name
        if judged.verdict == UNTESTED:
            assert judged.next_step == claim.command
    assert claim_rules.wanted() == []


@pytest.mark.parametrize("name", [name for name, claim in CLAIMS.items() if claim.command])
def test_the_command_of_a_claim_is_one_that_exists(name):
    words = shlex.split(CLAIMS[name].command)
    assert words[:3] == ["python", "-m", "mtslib"]
    options = PARSER.parse_args(words[3:])
    assert options.out
    assert set(options.tasks.split(",")) <= set(tasks.TASKS)


def test_what_a_claim_names_exists():
    """A task, an objective, a table, its row, a setting: no rule looks for what is not there."""
    known = set(tasks.TASKS) | set(objectives.OBJECTIVES) | set(LAPTOP) | set(published.NAMES)
    known |= {row for name in published.NAMES for row in published.load(name).row}
    known |= {"plain", "rescaled"} | {str(depth) for depth in range(7)}
    for claim in CLAIMS.values():
        for value in claim.given.values():
            names = value if isinstance(value, list) else [value]
            assert {name for name in names if isinstance(name, str)} <= known, claim.id


FULL = {"pooling": "cls", "freeze_depth": None}
SEEDS = [{"seed": seed} for seed in range(3)]
# claim → the two sides of its first part: (task, settings) each.
SIDES = {
    "mean-pooling": (("quora", FULL | {"pooling": "mean"}), ("quora", FULL)),
    "sentiment-overfits": (("sst", FULL), ("sst", FULL | {"epochs": 6})),
    "unexplored": (("sst", FULL | {"head_dropout": 0.5}), ("sst", FULL)),
}


@pytest.mark.parametrize("name", SIDES)
@pytest.mark.parametrize(
    "value, error, verdict",
    [(0.03, 0.002, HOLDS), (-0.03, 0.002, FAILS), (0.0, 0.002, FAILS), (0.01, 0.02, OPEN)],
)
def test_a_claim_about_two_ways_to_train_follows_their_difference(
    name, value, error, verdict, snapshot, monkeypatch
):
    found = {}
    monkeypatch.setattr(contrasts, "find", found.get)
    for task, chosen in SIDES[name]:
        snapshot(*((task, 0.5, chosen | seed) for seed in SEEDS))
    assert claims.judge(CLAIMS[name]).verdict == UNTESTED, "not worked out yet"
    wanted = claim_rules.wanted()
    first = [one for one in wanted if _runs(one.first) == [dict(SIDES[name][0][1])] * 3]
    assert len(first) == 1
    found[first[0]] = Difference.of_error(value, error, 100, n=1000, seeds=3)
    assert claims.judge(CLAIMS[name]).verdict == verdict


def _runs(names) -> list[dict]:
    """Of recorded runs, the settings that this test varies."""
    known = results.read_runs()
    settings = [known[name]["settings"] for name in names]
    wanted = {key for sides in SIDES.values() for _, chosen in sides for key in chosen}
    plain = {"pooling": "cls", "freeze_depth": "full", "epochs": 3, "head_dropout": 0.3}
    told = []
    for own in settings:
        changes = {key: own[key] for key in wanted if own[key] != plain[key]}
        told.append(FULL | changes)
    return told


def test_another_setting_is_one_that_differs_in_nothing_else(snapshot):
    other = FULL | {"batch_size": 64}
    snapshot(
        *(("sst", 0.5, FULL | seed) for seed in SEEDS),
        *(("sst", 0.6, other | seed | {"precision": "fp32"}) for seed in SEEDS[:2]),
        *(("sst", 0.7, other | seed | {"learning_rate": 1e-3}) for seed in SEEDS),
        *(("sst", 0.7, other | seed | {"pooling": "mean"}) for seed in SEEDS),
        *(("sst", 0.7, other | seed | {"dataset": "controlled"}) for seed in SEEDS),
        ("sst", 0.7, FULL | {"batch_size": 16}),  # one seed
        *(("sst", 0.7, other | seed | {"freeze_depth": 3}) for seed in SEEDS),  # no plain run there
    )
    found = claim_rules.changed("sst", ["batch_size"])
    assert list(found) == ["freeze_depth full, batch_size 64"]
    own, plain = found["freeze_depth full, batch_size 64"]
    assert (list(own.value), list(plain.value)) == ([0.6] * 2, [0.5] * 3)
    assert claim_rules.changed("sst", ["epochs"]) == {}


def pairs_said(stays: float) -> np.ndarray:
    """Answers to the minimal pairs: all paraphrases as they stand, a share of them when cut."""
    items = len(minimal.load().labelled) // 3
    said = np.ones((items, 3), dtype=int)
    said[round(stays * items) :, minimal.MEANT] = 0
    return said.ravel()


@pytest.mark.parametrize("stays, verdict", [(0.9, HOLDS), (0.1, FAILS), (0.5, OPEN)])
def test_the_claim_about_cut_words_follows_the_recorded_answers(stays, verdict, snapshot):
    probe = {"dataset": "probes", "dev_sha256": minimal.load().sha256, "freeze_depth": 3}
    said = pairs_said(stays)
    snapshot(*(("quora", 0.6, probe | seed | {"predicted": said}) for seed in SEEDS))
    assert claims.judge(CLAIMS["ignores-parts"]).verdict == verdict


@pytest.mark.parametrize(
    "old, new, words",
    [
        ('rule = "share_of_full"', 'rule = "by_eye"', "rule 'by_eye' is none of"),
        ('of = "BERT-MTS"', 'of = "somebody"', "expected BERT-MTS or Wei et al."),
        ("every = true", 'every = "yes"', "claim 1.every is 'yes', expected true or false"),
        ("every = true", "every = true\nverdict = 1", "verdict is not a key that is known here"),
        ('id = "merge-of-table-1"', 'id = "near-full"', "two claims have one id"),
        ('says = "Partly', 'say = "Partly', "say is not a key"),
    ],
)
def test_a_damaged_file_is_refused_in_one_line(tmp_path, old, new, words):
    text = claims.FILE.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "claims.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError) as refused:
        claims.load(tmp_path / "claims.toml")
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)
