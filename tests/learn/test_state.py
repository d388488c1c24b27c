"""An answer leaves the settings of the notebook as they were, or is told so; they are put back."""

from __future__ import annotations

import os
import random
import warnings

import numpy as np
import pytest
import torch
from answers import POOL, written

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


@pytest.mark.parametrize("line", LEFT)
def test_a_setting_that_is_left_changed_is_told_and_put_back(line: str) -> None:
    before = torch.is_grad_enabled(), torch.get_default_dtype(), torch.get_num_threads()
    place = os.getcwd(), dict(os.environ)
    verdict = examine(
        POOL, written(f"made = ({RIGHT.removeprefix('return ')})\n{line}\nreturn made")
    )
    assert verdict.outcome == FAILED
    assert LEFT[line] in verdict.problem
    assert (torch.is_grad_enabled(), torch.get_default_dtype(), torch.get_num_threads()) == before
    assert str(torch.get_default_device()) == "cpu"
    assert (os.getcwd(), dict(os.environ)) == place
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
