"""minBERT, leaf to whole: config, tokenizer, embeddings, attention, encoder, model, adamw."""

from mtslib.minbert.adamw import AdamW
from mtslib.minbert.attention import SelfAttention
from mtslib.minbert.config import BertConfig
from mtslib.minbert.embeddings import Embeddings
from mtslib.minbert.encoder import EncoderLayer
from mtslib.minbert.model import BertModel, BertOutput, Parts
from mtslib.minbert.tokenizer import Tokenizer

__all__ = [
    "AdamW",
    "BertConfig",
    "BertModel",
    "BertOutput",
    "Embeddings",
    "EncoderLayer",
    "Parts",
    "SelfAttention",
    "Tokenizer",
]
