"""The sizes of a BERT and its one dropout. Chapter 05."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from mtslib.base.errors import BackboneError

MOST_LAYERS, MOST = 256, 10_000_000  # of layers, of everything else: far above any BERT


@dataclass(frozen=True)
class BertConfig:
    """Everything that fixes the architecture (Devlin et al., 2019, section 3).

    hidden_size (H) must be a multiple of num_heads (N); the head size is D = H / N.
    encoder_dropout reaches every place inside the encoder: after the embeddings, on the attention
    weights, and on the output of both sublayers before each residual sum. The head has its own
    setting, `head_dropout`, which is not part of this config. (In the CS224N starter code the
    option of 0.3 reaches only the head, while the encoder keeps its 0.1.)
    """

    vocab_size: int = 30522
    hidden_size: int = 768
    num_layers: int = 12
    num_heads: int = 12
    intermediate_size: int = 3072
    max_positions: int = 512
    token_types: int = 2
    layer_norm_eps: float = 1e-12
    encoder_dropout: float = 0.1

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            most = MOST_LAYERS if field.name == "num_layers" else MOST
            if field.type == "int" and (type(value) is not int or not 1 <= value <= most):
                raise BackboneError(
                    f"{field.name} is {value!r:.60}, expected a whole number from 1 to {most:,}; "
                    "is it the configuration of a BERT model, downloaded whole?"
                )
        for name, low, high in (("layer_norm_eps", 0, 1), ("encoder_dropout", 0, 1)):
            value = getattr(self, name)
            if type(value) not in (int, float) or not low <= value <= high:
                raise BackboneError(
                    f"{name} is {value!r:.60}; expected a number from {low} to {high}"
                )
        if self.hidden_size % self.num_heads:
            raise BackboneError(
                f"hidden_size {self.hidden_size} is not a multiple of num_heads {self.num_heads}; "
                "each head needs the same whole number of features"
            )

    @property
    def head_size(self) -> int:
        """D, the features of one attention head."""
        return self.hidden_size // self.num_heads

    @classmethod
    def from_hugging_face(cls, written: Mapping[str, Any]) -> BertConfig:
        """Read the fields of a Hugging Face `config.json`.

        Raises BackboneError for what `check_architecture` refuses, and for sizes that cannot be.
        """
        check_architecture(written)
        names = {
            "vocab_size": "vocab_size",
            "hidden_size": "hidden_size",
            "num_layers": "num_hidden_layers",
            "num_heads": "num_attention_heads",
            "intermediate_size": "intermediate_size",
            "max_positions": "max_position_embeddings",
        }
        missing = [theirs for theirs in names.values() if theirs not in written]
        if missing:
            raise BackboneError(
                f"config.json lacks {', '.join(missing)}; "
                "is it the configuration of a BERT model, downloaded whole?"
            )
        return cls(
            **{ours: written[theirs] for ours, theirs in names.items()},
            token_types=written.get("type_vocab_size", 2),
            layer_norm_eps=written.get("layer_norm_eps", 1e-12),
            encoder_dropout=written.get("hidden_dropout_prob", 0.1),
        )


BERT_BASE = BertConfig()

# What minBERT computes. `gelu_python` is the exact GELU too; the others are approximations.
_COMPUTED = {
    "model_type": ("bert",),
    "hidden_act": ("gelu", "gelu_python"),
    "position_embedding_type": ("absolute",),
    "is_decoder": (False,),
    "add_cross_attention": (False,),
    "pruned_heads": ({},),
}


def check_architecture(written: Mapping[str, Any], file: str = "config.json") -> None:
    """Raise BackboneError unless a `config.json` describes a BERT as it was published.

    Another model type, another activation than the exact GELU, relative positions, a decoder and
    pruned heads are not.
    """
    kind = str((written.get("architectures") or ["Bert"])[0])
    told = {} if kind.startswith("Bert") else {"model_type": kind}
    told |= {key: value for key, value in written.items() if value is not None}
    for key, computed in _COMPUTED.items():
        seen = told.get(key, computed[0])
        if seen not in computed:
            raise BackboneError(
                f"{file} has {key} = {seen!r:.60}, minBERT computes {computed[0]!r}; "
                "use a BERT checkpoint of the original architecture"
            )
