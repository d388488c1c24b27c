"""An answer leaves the settings of the notebook as they were, or is told so; they are put back."""

from __future__ import annotations

import os
import random
import warnings

import numpy as np
import pytest
import torch
from answers import POOL, written

from mtslib.learn import state
from mtslib.learn.checking import FAILED, PASSED, examine

RIGHT = "return (hidden * attention_mask[..., None]).sum(1) / attention_mask.sum(1, keepdim=True)"
LEFT = {
    "torch.set_grad_enabled(False)": "gradients off",
    "torch.set_default_dtype(torch.float64)": "the default dtype as torch.float64",
    "torch.set_default_device('meta')": "the default device as meta",
    "torch.set_num_threads(torch.get_num_threads() + 1)": "threads",
    "torch.manual_seed(7)": "set torch's seed to 7",
    "import os; os.chdir('/')": "another working directory",
    "import os; os.environ['MTS_DATA'] = 'x'": "the environment changed",
    "torch.isclose = None": "another torch.isclose in the place of the right one",
    "import mtslib.minbert.model as m; m.mean_pool = None": "another mtslib.minbert.model",
}


def environment() -> dict[str, str]:
    """What is the answer's, and not torch's own."""
    return {k: v for k, v in os.environ.items() if not k.startswith(state.OF_LIBRARIES)}


@pytest.mark.parametrize("line", LEFT)
def test_a_setting_that_is_left_changed_is_told_and_put_back(line: str) -> None:
    before = torch.is_grad_enabled(), torch.get_default_dtype(), torch.get_num_threads()
    place = os.getcwd(), environment()
    verdict = examine(
        POOL, written(f"made = ({RIGHT.removeprefix('return ')})\n{line}\nreturn made")
    )
    assert verdict.outcome == FAILED
    assert LEFT[line] in verdict.problem
    assert (torch.is_grad_enabled(), torch.get_default_dtype(), torch.get_num_threads()) == before
    assert str(torch.get_default_device()) == "cpu"
    assert (os.getcwd(), environment()) == place
    assert callable(torch.isclose)


def test_a_setting_for_a_block_is_no_fault() -> None:
    body = f"with torch.no_grad():\n    attention_mask.sum()\n{RIGHT}"
    assert examine(POOL, written(body)).outcome == PASSED


def test_a_check_leaves_dice_and_warnings_as_they_were() -> None:
    line = "import random, warnings; random.random(); warnings.simplefilter('ignore')"
    before = torch.get_rng_state(), np.random.get_state()[1].tolist(), random.getstate()
    filters = list(warnings.filters)
    assert examine(POOL, written(f"{line}\n{RIGHT}")).outcome == PASSED
    assert torch.equal(torch.get_rng_state(), before[0])
    assert np.random.get_state()[1].tolist() == before[1]
    assert random.getstate() == before[2]
    assert warnings.filters == filters


def test_what_torch_sets_for_itself_is_nobodys_doing(monkeypatch):
    """A first call with `meta` tensors makes torch name a folder of its own."""
    monkeypatch.delenv("TORCHINDUCTOR_CACHE_DIR", raising=False)
    before = state.Settings.now()
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", "of torch")
    assert before.left() == ""
    before.restore()
    assert os.environ["TORCHINDUCTOR_CACHE_DIR"] == "of torch"
    monkeypatch.setenv("OF_AN_ANSWER", "1")
    assert before.left() == "the environment changed"
    before.restore()
    assert "OF_AN_ANSWER" not in os.environ
