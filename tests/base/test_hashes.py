"""Hashes of files, tensors and JSON: of what is said, not of how it is laid out."""

from __future__ import annotations

import hashlib
import json
import os

import pytest
import torch

from mtslib.base.files import (
    content_sha256,
    is_sealed,
    read_json,
    sha256_file,
    sha256_tensor,
    write_json,
    write_sealed_json,
)


@pytest.mark.parametrize("size", [0, 1, 10_000_000])
def test_the_hash_of_a_file_is_that_of_its_bytes(tmp_path, size):
    raw = os.urandom(size)
    (tmp_path / "file").write_bytes(raw)
    assert sha256_file(tmp_path / "file") == hashlib.sha256(raw).hexdigest()


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.int64, torch.bool])
@pytest.mark.parametrize("shape", [(), (0,), (5,), (3, 4), (2, 3, 4)])
def test_the_hash_of_a_tensor_is_that_of_its_values(shape, dtype):
    tensor = (100 * torch.randn(shape)).to(dtype)
    digest = sha256_tensor(tensor)
    assert digest == sha256_tensor(tensor.clone().requires_grad_(dtype.is_floating_point))
    if tensor.dim() > 1:
        strided = tensor.transpose(0, 1).contiguous().transpose(0, 1)
        assert not strided.is_contiguous()
        assert sha256_tensor(strided) == digest
        assert sha256_tensor(tensor.transpose(0, 1)) != digest


def test_values_type_and_shape_each_change_the_hash_of_a_tensor():
    tensor = torch.zeros(4, 6)
    others = [
        tensor.view(6, 4),
        tensor.view(24),
        tensor.to(torch.int32),
        tensor.index_put((torch.tensor(3), torch.tensor(5)), torch.tensor(1e-45)),
        -tensor,  # minus zero is another bit pattern
    ]
    assert len({sha256_tensor(other) for other in [tensor, *others]}) == 6


def test_of_a_file_counts_what_it_says(tmp_path):
    """Values of JSON and lines of text; the bytes of everything else."""
    value, text = {"b": [1.0, "é", None], "a": {"x": 1e-8}}, "[PAD]\né\n"
    same = {
        "json": [
            json.dumps(value, ensure_ascii=False),
            json.dumps(value, indent=4, sort_keys=True).replace("\n", "\r\n"),
            '\ufeff{"a": {"x": 0.00000001}, "b": [1, "\\u00e9", null]}',
        ],
        "txt": [text, text.replace("\n", "\r\n"), "\ufeff" + text, text.rstrip("\n")],
        "bin": [text],
    }
    for suffix, forms in same.items():
        path = tmp_path / f"file.{suffix}"
        digests = set()
        for form in forms:
            path.write_text(form, encoding="utf-8", newline="")
            digests.add(content_sha256(path))
        assert len(digests) == 1
        path.write_text(forms[0].replace("é", "è"), encoding="utf-8", newline="")
        assert content_sha256(path) not in digests
        path.write_bytes(b"\xff{")
        assert content_sha256(path) not in digests, "damaged is another file, and no trace"
    (tmp_path / "plain.txt").write_text(text, encoding="utf-8", newline="")
    assert content_sha256(tmp_path / "plain.txt") == sha256_file(tmp_path / "plain.txt")


def test_a_seal_is_over_values_and_notices_each(tmp_path):
    path, value = tmp_path / "card.json", {"n": [1, 2.5], "name": "é", "deep": {"x": None}}
    write_sealed_json(path, value, "seal")
    kept = read_json(path)
    assert list(kept) == [*value, "seal"]
    assert is_sealed(kept, "seal")
    assert is_sealed(dict(sorted(kept.items())), "seal")
    for change in ({"n": [2, 1.5]}, {"name": "e"}, {"deep": {}}, {"more": 1}, {"seal": ""}):
        assert not is_sealed(kept | change, "seal")


def test_json_is_readable_and_refuses_what_json_has_no_word_for(tmp_path):
    write_json(tmp_path / "a.json", {"name": "Café", "numbers": [1, 0.1]})
    text = (tmp_path / "a.json").read_text(encoding="utf-8")
    assert "Café" in text
    assert text.endswith("}\n")
    assert json.loads(text) == {"name": "Café", "numbers": [1, 0.1]}
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(tmp_path / "a.json", {"loss": float("nan")})
