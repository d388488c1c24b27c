"""Fine-tuning: trunk and branch, objectives, the loop, checkpoints."""

from mtslib.finetune.checkpoint import Checkpoint, read, rebuild
from mtslib.finetune.settings import Settings, settings
from mtslib.finetune.train import finetune

__all__ = ["Checkpoint", "Settings", "finetune", "read", "rebuild", "settings"]
