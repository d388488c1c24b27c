"""Chapter 07, tasks and heads: its exercises and what goes wrong in them."""

from __future__ import annotations

from mtslib.learn.exercise import Exercise, Mistake, Style
from mtslib.learn.exercises import ch07_spec as spec
from mtslib.learn.exercises.ch07_metrics import METRIC_EXERCISES
from mtslib.learn.exercises.ch07_scores import SCORE_EXERCISES

HEAD = Exercise(
    id="07.1",
    title="a head",
    minutes=10,
    difficulty="steady",
    core=True,
    reference="mtslib.finetune.task_model:build_head",
    specification=spec.slow_head,
    observe=spec.observe_head,
    hints=(
        "Print the head. It should show two lines: a dropout, then a linear map.",
        "A head is the only part of the model that pretraining did not give you. It reads a "
        "pooled vector, some of whose numbers are dropped while training, and puts out logits: "
        "any real numbers, one a class.",
        "no outputs asked for: return None\nlinear = Linear(inputs, outputs)\n"
        "weights normal with spread 0.02, bias zero\nreturn Sequential(dropout, linear)",
    ),
    mistakes=(
        Mistake(
            "dropout-after-the-head",
            "dropout stands behind the linear map, so it sets logits to 0.",
            "the order inside Sequential: first drop, then map.",
            (("nn.Dropout(head_dropout), linear", "linear, nn.Dropout(head_dropout)"),),
        ),
        Mistake(
            "dropout-forgotten",
            "there is no dropout in the head.",
            "what Sequential holds: a dropout before the linear map.",
            (("nn.Dropout(head_dropout), linear", "linear"),),
        ),
        Mistake(
            "dropout-not-passed-on",
            "the dropout keeps PyTorch's own 0.5 and never sees head_dropout.",
            "the call of nn.Dropout: give it head_dropout.",
            (("nn.Dropout(head_dropout)", "nn.Dropout()"),),
        ),
        Mistake(
            "softmax-in-the-head",
            "the head ends in a softmax, and the loss takes another one.",
            "the end of Sequential: a head puts out logits, the loss turns them into "
            "probabilities.",
            (("head_dropout), linear)", "head_dropout), linear, nn.Softmax(dim=-1))"),),
        ),
        Mistake(
            "tanh-in-the-head",
            "the head ends in a tanh, so no logit can leave −1 to 1.",
            "the end of Sequential: nothing stands behind the linear map.",
            (("head_dropout), linear)", "head_dropout), linear, nn.Tanh())"),),
        ),
        Mistake(
            "bias-forgotten",
            "the linear map has no bias, so a class cannot be likelier from the start.",
            "the call of nn.Linear: leave its bias on.",
            (
                ("nn.Linear(num_inputs, num_outputs)", "nn.Linear(num_inputs, num_outputs, False)"),
                ("    nn.init.zeros_(linear.bias)\n", ""),
            ),
        ),
        Mistake(
            "spread-given-as-mean",
            "0.02 became the mean of the first weights; their spread stayed 1.",
            "nn.init.normal_: the first number is the mean, the spread is called std.",
            (("std=0.02", "0.02"),),
        ),
        Mistake(
            "bias-as-it-comes",
            "the bias keeps PyTorch's own first values.",
            "the line after the weights: set the bias to zero.",
            (("    nn.init.zeros_(linear.bias)\n", ""),),
        ),
        Mistake(
            "head-where-none-is-asked",
            "num_outputs = 0 still gave a head, one that maps to nothing.",
            "the first line: where num_outputs is 0, return None.",
            (("    if not num_outputs:\n        return None\n", ""),),
        ),
        Mistake(
            "first-weights-as-they-come",
            "the weights keep PyTorch's own first values, which spread by more than 0.02.",
            "the line after nn.Linear: draw the weights anew with nn.init.normal_.",
            (("    nn.init.normal_(linear.weight, std=0.02)\n", ""),),
        ),
    ),
    styles=(
        Style(
            "through the data",
            """
            def build_head(num_inputs, num_outputs, head_dropout):
                if num_outputs == 0:
                    return None
                head = nn.Sequential(nn.Dropout(head_dropout), nn.Linear(num_inputs, num_outputs))
                head[1].weight.data.normal_(0, 0.02)
                head[1].bias.data.fill_(0)
                return head
            """,
        ),
        Style(
            "append",
            """
            def build_head(num_inputs, num_outputs, head_dropout):
                if num_outputs > 0:
                    head = nn.Sequential()
                    head.append(nn.Dropout(p=head_dropout))
                    head.append(nn.Linear(num_inputs, num_outputs))
                    with torch.no_grad():
                        head[1].weight.copy_(0.02 * torch.randn(num_outputs, num_inputs))
                        head[1].bias.zero_()
                    return head
            """,
        ),
    ),
)

MOST_LIKELY = Exercise(
    id="07.2",
    title="the most likely class",
    minutes=5,
    difficulty="warm-up",
    core=True,
    reference="mtslib.finetune.objectives:most_likely",
    specification=spec.slow_most_likely,
    observe=spec.observe_most_likely,
    hints=(
        "How many numbers come back? There should be one for each text.",
        "A row holds the logits of one text. The answer is where its largest logit stands, not "
        "the logit itself.",
        "for each row: the position of its largest value",
    ),
    mistakes=(
        Mistake(
            "argmax-over-the-batch",
            "the largest was sought down a column, over the texts, and not along a row.",
            "the dim of argmax: classes are the last axis.",
            (("dim=-1", "dim=0"),),
        ),
        Mistake(
            "argmax-over-everything",
            "there was no axis given, so one position came back for the whole batch.",
            "argmax: give it a dim.",
            (("argmax(dim=-1)", "argmax()"),),
        ),
        Mistake(
            "value-for-position",
            "the largest logit itself came back, not the class where it stands.",
            "max gives values and positions: take the positions.",
            (("argmax(dim=-1)", "max(dim=-1).values"),),
        ),
        Mistake(
            "least-likely-class",
            "the smallest logit was sought.",
            "the name of the function: a larger logit means a likelier class.",
            (("argmax", "argmin"),),
        ),
        Mistake(
            "classes-from-one",
            "classes were counted from 1; the labels count from 0.",
            "what is added at the end.",
            (("argmax(dim=-1)", "argmax(dim=-1) + 1"),),
        ),
        Mistake(
            "largest-size",
            "the sign was taken off first, so a very negative logit won.",
            "abs: a negative logit speaks against its class.",
            (("logits.argmax", "logits.abs().argmax"),),
        ),
    ),
    styles=(
        Style(
            "after a softmax",
            """
            def most_likely(logits):
                return torch.softmax(logits, dim=1).max(dim=1).indices
            """,
        ),
        Style(
            "loop",
            """
            def most_likely(logits):
                return torch.tensor([int(torch.argmax(row)) for row in logits])
            """,
        ),
    ),
)

EXERCISES = (HEAD, MOST_LIKELY, *SCORE_EXERCISES, *METRIC_EXERCISES)
