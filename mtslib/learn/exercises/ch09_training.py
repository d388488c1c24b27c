"""Chapter 09: the exercises on the optimizer and on the trunk."""

from __future__ import annotations

from mtslib.learn.exercise import Exercise, Mistake, Style
from mtslib.learn.exercises import ch09_spec as spec

ASKED = "tensor.requires_grad_(trains(name, freeze_depth))"
WANTED = "[tensor for tensor in model.parameters() if tensor.requires_grad]"

OPTIMIZER = Exercise(
    id="09.2",
    title="an optimizer for the branch",
    minutes=15,
    difficulty="steady",
    core=True,
    reference="mtslib.learn.exercises.ch09_by_hand:partial_optimizer",
    specification=spec.slow_partial_optimizer,
    observe=spec.observe_partial_optimizer,
    hints=(
        "Count what the optimizer holds: the list is optimizer.param_groups[0]['params']. Then "
        "freeze a model at 3, ask for depth 1, and count again.",
        "An optimizer keeps the list that it was given. What you freeze or thaw afterwards does "
        "not change that list. So first say of every parameter whether it trains, yes or no, and "
        "then collect those that do.",
        "for each name and parameter: requires_grad = trains(name, freeze_depth)\n"
        "the list of parameters that require a gradient\n"
        "AdamW of that list, with the rate, without weight decay",
    ),
    mistakes=(
        Mistake(
            "frozen-still-in-the-optimizer",
            "the optimizer holds all parameters, the frozen ones among them: it keeps moments for "
            "them, and an old gradient or weight decay would move the trunk.",
            "the list that AdamW is given: those that require a gradient.",
            ((f"wanted = {WANTED}", "wanted = list(model.parameters())"),),
        ),
        Mistake(
            "requires-grad-set-after-the-optimizer",
            "the list was made before anything was frozen or thawed, so it says what trained "
            "earlier.",
            "the order: requires_grad first, then the list, then the optimizer.",
            (
                (
                    "    for name, tensor in model.named_parameters():",
                    f"    wanted = {WANTED}\n    for name, tensor in model.named_parameters():",
                ),
                (f"    wanted = {WANTED}\n    return", "    return"),
            ),
        ),
        Mistake(
            "gradients-still-asked-for",
            "the optimizer is right, but the frozen parameters still ask for gradients, so the "
            "backward pass is as long as before.",
            "requires_grad of every parameter: nobody set it.",
            (
                (f"        {ASKED}\n", "        pass\n"),
                (
                    WANTED,
                    "[t for n, t in model.named_parameters() if trains(n, freeze_depth)]",
                ),
            ),
        ),
        Mistake(
            "never-thawed",
            "what an earlier run froze stays frozen: only False was ever set.",
            "requires_grad: set it to True as well as to False.",
            ((ASKED, "tensor.requires_grad &= trains(name, freeze_depth)"),),
        ),
        Mistake(
            "listed-but-not-thawed",
            "what an earlier run froze is in the optimizer's list but asks for no gradient: only "
            "False was ever set.",
            "requires_grad: set it to True as well as to False.",
            (
                (ASKED, "tensor.requires_grad &= trains(name, freeze_depth)"),
                (
                    WANTED,
                    "[t for n, t in model.named_parameters() if trains(n, freeze_depth)]",
                ),
            ),
        ),
        Mistake(
            "head-frozen-too",
            "the head is frozen as well; then nothing reads what the branch computes.",
            "which names train: those of the head always do.",
            ((ASKED, ASKED.replace("_(", '_("head" not in name and ')),),
        ),
        Mistake(
            "embeddings-left-trainable",
            "the embeddings train at every depth; they belong to the trunk.",
            "which names train: no embeddings, unless the depth is full.",
            ((ASKED, ASKED.replace("_(", '_("embeddings" in name or ')),),
        ),
        Mistake(
            "depth-off-by-one",
            "one layer more than asked for was frozen.",
            "the depth that you hand to trains: as it came.",
            (("(name, freeze_depth)", "(name, freeze_depth and freeze_depth + 1)"),),
        ),
        Mistake(
            "default-weight-decay",
            "torch's AdamW decays by 0.01 unless told otherwise.",
            "the arguments of AdamW: weight_decay=0.0.",
            ((", weight_decay=0.0", ""),),
        ),
        Mistake(
            "learning-rate-forgotten",
            "the learning rate was not passed on, so torch's own of 0.001 is used.",
            "the arguments of AdamW: lr=learning_rate.",
            (("lr=learning_rate, ", ""),),
        ),
    ),
    styles=(
        Style(
            "one loop",
            """
            def partial_optimizer(model, freeze_depth, learning_rate):
                wanted = []
                for name, tensor in model.named_parameters():
                    tensor.requires_grad = trains(name, freeze_depth)
                    if tensor.requires_grad:
                        wanted.append(tensor)
                return torch.optim.AdamW(wanted, learning_rate, weight_decay=0)
            """,
        ),
        Style(
            "a group for each part",
            """
            def partial_optimizer(model, freeze_depth, learning_rate):
                model.requires_grad_(False)
                groups = []
                for name, tensor in model.named_parameters():
                    if trains(name, freeze_depth):
                        groups.append({"params": [tensor.requires_grad_()]})
                return torch.optim.AdamW(groups, lr=learning_rate, weight_decay=0.0)
            """,
        ),
        Style(
            "Adam, which is the same without decay",
            """
            def partial_optimizer(model, freeze_depth, learning_rate):
                for name, tensor in model.named_parameters():
                    tensor.requires_grad_(trains(name, freeze_depth))
                return torch.optim.Adam(
                    filter(lambda tensor: tensor.requires_grad, model.parameters()),
                    lr=learning_rate,
                )
            """,
        ),
    ),
)

FROZEN = """        if frozen:
            self.requires_grad_(False)
            self.train(False)
"""
MODE = "return super().train(mode and not self.frozen)"
_REST = """
    @property
    def depth(self):
        return len(self.layers)

    def forward(self, inputs, depths):
        bias = mask_bias(inputs.attention_mask)
        states = [self.embeddings(inputs.input_ids, inputs.token_type_ids)]
        for layer in self.layers[: max(depths)]:
            states.append(layer(states[-1], bias))
        return {depth: states[depth] for depth in depths}
"""

TRUNK = Exercise(
    id="09.3",
    title="a trunk that stays as it is",
    minutes=15,
    difficulty="demanding",
    core=True,
    reference="mtslib.finetune.task_model:Trunk",
    specification=spec.SlowTrunk,
    observe=spec.observe_trunk,
    hints=(
        "Put your trunk into a larger module, call train() on that, and look at trunk.training "
        "and at trunk.layers[0].dropout.training.",
        "train() on a module calls train() on every module inside it. So the trunk can answer for "
        "itself: override train, and let it ask for eval mode when it is frozen. eval() is "
        "train(False), so one method is enough.",
        "__init__: if frozen, no parameter asks for a gradient, and the mode is eval\n"
        "train(mode): the parent's train, with mode only if not frozen; give back what it gives",
    ),
    mistakes=(
        Mistake(
            "dropout-on-in-the-trunk",
            "train() on the model around it put the frozen trunk into train mode: its dropout is "
            "on, and it says something else each time.",
            "the method train: a frozen trunk hands False to the parent's train.",
            ((MODE, "return super().train(mode)"),),
        ),
        Mistake(
            "eval-mode-forgotten-at-the-start",
            "the trunk is in train mode until somebody changes it, as every new module is.",
            "the end of __init__: if frozen, eval mode.",
            (("            self.train(False)\n", ""),),
        ),
        Mistake(
            "parameters-still-ask",
            "eval mode alone freezes nothing: the parameters still ask for gradients.",
            "__init__: if frozen, self.requires_grad_(False).",
            (("            self.requires_grad_(False)\n", ""),),
        ),
        Mistake(
            "embeddings-left-trainable",
            "only the layers were frozen; the embeddings still ask for gradients.",
            "__init__: freeze the whole trunk, embeddings included.",
            (
                (
                    "            self.requires_grad_(False)\n",
                    "            self.layers.requires_grad_(False)\n",
                ),
            ),
        ),
        Mistake(
            "frozen-in-every-case",
            "the trunk is frozen also where it should train, at full.",
            "__init__: freeze only if frozen is true.",
            ((FROZEN, FROZEN.replace("if frozen", "if True")),),
        ),
        Mistake(
            "eval-mode-in-every-case",
            "the trunk is in eval mode also where it should train, so full has no dropout there.",
            "the method train: the mode counts where the trunk is not frozen.",
            ((MODE, "return super().train(False)"),),
        ),
        Mistake(
            "deaf-to-eval-too",
            "a frozen trunk hears no change of mode at all, and eval() is train(False): so it "
            "never left train mode.",
            "the method train: a frozen trunk hands False to the parent's train.",
            ((MODE, "return self if self.frozen else super().train(mode)"),),
        ),
        Mistake(
            "own-flag-only",
            "only the trunk's own flag was set; the dropout inside it never hears of it.",
            "the method train: the parent's train passes the mode on to everything inside.",
            ((MODE, "self.training = mode and not self.frozen\n        return self"),),
        ),
        Mistake(
            "train-gives-nothing-back",
            "train gave nothing back, so model.trunk.train().parameters() would fail.",
            "the return of the method train.",
            ((MODE, MODE.removeprefix("return ")),),
        ),
    ),
    styles=(
        Style(
            "the children set after the parent",
            """
            class Trunk(nn.Module):
                def __init__(self, embeddings, layers, frozen):
                    super().__init__()
                    self.embeddings = embeddings
                    self.layers = nn.ModuleList(layers)
                    self.frozen = frozen
                    for tensor in self.parameters():
                        tensor.requires_grad = not frozen
                    if frozen:
                        self.eval()

                def train(self, mode=True):
                    super().train(mode)
                    if self.frozen:
                        for module in self.modules():
                            module.training = False
                    return self
            """
            + _REST.replace("\n", "\n            ").rstrip(),
        ),
        Style(
            "two branches",
            """
            class Trunk(nn.Module):
                def __init__(self, embeddings, layers, frozen):
                    super().__init__()
                    self.embeddings, self.layers = embeddings, nn.ModuleList(layers)
                    self.frozen = frozen
                    if self.frozen:
                        self.embeddings.requires_grad_(False)
                        self.layers.requires_grad_(False)
                    self.train()

                def train(self, mode=True):
                    if self.frozen:
                        return super().train(False)
                    return super().train(mode)
            """
            + _REST.replace("\n", "\n            ").rstrip(),
        ),
    ),
)
