"""Peers that run the very models of ours, for `benchmarks.serve_ways`: same weights, same tokens.

Each function takes a checkpoint fine-tuned in full, pooled as Hugging Face's classifiers pool, and
the number of threads → what computes logits (B, C) of padded inputs.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from torch import Tensor, nn

from mtslib.data.batching import Inputs
from mtslib.finetune import checkpoint
from mtslib.finetune.checkpoint import Checkpoint
from mtslib.minbert.weights import our_name

Outputs = Callable[[Inputs], Tensor]


def hugging_face(item: Checkpoint, threads: int) -> Outputs:
    """`BertForSequenceClassification`, without a pipeline's own cost."""
    peer = twin(item)
    return lambda inputs: peer(**inputs._asdict()).logits


def sentence_transformers(item: Checkpoint, threads: int) -> Outputs:
    """A `SentenceTransformer` with two dense layers behind it: the pooler and the head."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Dense, Pooling, Transformer

    peer, backbone = twin(item), checkpoint.backbone_of(item)
    with TemporaryDirectory(prefix="mts-bench-") as place:
        peer.bert.save_pretrained(place)
        vocabulary = Path(place, "vocab.txt")
        vocabulary.write_text("\n".join(backbone.vocabulary) + "\n", encoding="utf-8")
        body = Transformer(place, max_seq_length=512)
    pooling = Pooling(body.get_embedding_dimension(), pooling_mode="cls")
    layers = []
    for linear, activation in ((peer.bert.pooler.dense, nn.Tanh()), (peer.classifier, None)):
        dense = Dense(
            linear.in_features,
            linear.out_features,
            activation_function=activation or nn.Identity(),
        )
        dense.linear = linear
        layers.append(dense)
    model = SentenceTransformer(modules=[body, pooling, *layers], device="cpu").eval()
    return lambda inputs: model(inputs._asdict())["sentence_embedding"]


def onnx(item: Checkpoint, threads: int) -> Outputs:
    """ONNX Runtime in fp32, on the graph that torch exports of Hugging Face's model."""
    return _on_onnx_runtime(item, threads, int8=False)


def onnx_int8(item: Checkpoint, threads: int) -> Outputs:
    """The same graph with int8 weights, activations quantised as they come."""
    return _on_onnx_runtime(item, threads, int8=True)


def _on_onnx_runtime(item: Checkpoint, threads: int, int8: bool) -> Outputs:
    """Exported by a process of its own, so that what exports is not in the server's memory."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    with TemporaryDirectory(prefix="mts-bench-") as place:
        path = Path(place, f"{'int8' if int8 else 'fp32'}.onnx")
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as fresh:
            fresh.submit(export, item.folder, path).result()
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    def run(inputs: Inputs) -> Tensor:
        given = {name: tensor.numpy() for name, tensor in inputs._asdict().items()}
        return torch.from_numpy(session.run(["logits"], given)[0])

    return run


class _Logits(nn.Module):
    """Hugging Face's model with tensors in and a tensor out, as an exporter wants it."""

    def __init__(self, peer: nn.Module) -> None:
        super().__init__()
        self.peer = peer

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        return self.peer(input_ids, attention_mask, token_type_ids).logits


def export(folder: Path, path: Path) -> None:
    """Write a checkpoint as ONNX; with int8 weights where the file is called so."""
    whole = path.with_name("whole.onnx") if path.stem == "int8" else path
    # Three tensors: one that is given twice would be one input to the exporter.
    examples = tuple(torch.ones(2, 8, dtype=torch.long) for _ in Inputs._fields)
    sizes = {0: torch.export.Dim("rows"), 1: torch.export.Dim("tokens", max=512)}
    torch.onnx.export(
        _Logits(twin(checkpoint.read(folder))).eval(),
        examples,
        whole,
        input_names=list(Inputs._fields),
        output_names=["logits"],
        dynamic_shapes={name: sizes for name in Inputs._fields},
        external_data=False,
        verbose=False,
    )
    if whole != path:
        from onnxruntime.quantization import QuantType, quantize_dynamic

        quantize_dynamic(whole, path, weight_type=QuantType.QInt8, per_channel=True)


def twin(item: Checkpoint) -> nn.Module:
    """Hugging Face's classifier with the weights of a checkpoint."""
    from transformers import BertConfig, BertForSequenceClassification

    folder = checkpoint.backbone_of(item).folder
    config = BertConfig.from_pretrained(folder, num_labels=item.task.num_classes)
    peer = BertForSequenceClassification(config).eval()
    with torch.no_grad():
        for name, tensor in peer.bert.named_parameters():
            tensor.copy_(item.branch[our_name(name)])
        for name, tensor in peer.classifier.named_parameters():
            tensor.copy_(item.branch[f"head.1.{name}"])
    return peer


# By way: what runs it, the packages it needs, and how far its probabilities may be from ours.
PEERS = {
    "hugging face": (hugging_face, ("transformers",), 1e-4),
    "sentence-transformers": (sentence_transformers, ("sentence_transformers",), 1e-4),
    "onnx": (onnx, ("onnx", "onnxscript", "onnxruntime"), 1e-4),
    "onnx int8": (onnx_int8, ("onnx", "onnxscript", "onnxruntime"), 0.1),
}


def lacking(way: str) -> list[str]:
    """The packages that a way needs and that are not installed."""
    return [name for name in PEERS[way][1] if not find_spec(name)] if way in PEERS else []
