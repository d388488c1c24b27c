"""Chapter 06: the schedule, and guessing masked words."""

from __future__ import annotations

from mtslib.learn.exercise import Exercise, Mistake, Style
from mtslib.learn.exercises import ch06_words_spec as spec

RATE = Exercise(
    id="06.5",
    title="warm-up",
    minutes=8,
    difficulty="warm-up",
    core=False,
    reference="mtslib.learn.exercises.ch06_by_hand:learning_rate",
    specification=spec.slow_rate,
    observe=spec.observe_rate,
    hints=(
        "Ten steps, four of warm-up, peak 1: the rates begin 0.25, 0.5, 0.75, 1. What are yours?",
        "Two straight lines. Steps are counted from 0, and the first must not be wasted on a rate "
        "of 0.",
        "if step < warm_up: peak × (step + 1) / warm_up\n"
        "else: peak × (steps − step) / (steps − warm_up)",
    ),
    mistakes=(
        Mistake(
            "first-step-at-zero",
            "the rise starts at 0, so the first step moves nothing.",
            "the line up: step + 1, since steps are counted from 0.",
            (("peak * (step + 1) / warm_up", "peak * step / warm_up"),),
        ),
        Mistake(
            "warm-up-one-step-longer",
            "the rising line is used for one step too many.",
            "the condition: step < warm_up.",
            (("if step < warm_up", "if step <= warm_up"),),
        ),
        Mistake(
            "falls-from-the-first-step",
            "the line down was drawn over all steps, so the rate jumps after the warm-up.",
            "the line down: it has steps − warm_up steps to fall in.",
            (("/ (steps - warm_up)", "/ steps"),),
        ),
        Mistake(
            "line-down-too-flat",
            "the line down was divided by one step too many, so it begins below the peak.",
            "the line down: it has steps − warm_up steps to fall in, not one more.",
            (("/ (steps - warm_up)", "/ (steps - warm_up + 1)"),),
        ),
        Mistake(
            "never-falls",
            "the rate stays at its peak after the warm-up.",
            "the second return: a line down.",
            (("peak * (steps - step) / (steps - warm_up)", "peak"),),
        ),
        Mistake(
            "no-warm-up",
            "the rate starts at its peak and falls.",
            "the first return: a line up while step < warm_up.",
            (("peak * (step + 1) / warm_up", "peak"),),
        ),
        Mistake(
            "peak-forgotten",
            "the share of the peak was returned, not the rate.",
            "both returns: times peak.",
            (
                ("peak * (step + 1) / warm_up", "(step + 1) / warm_up"),
                ("peak * (steps - step)", "(steps - step)"),
            ),
        ),
        Mistake(
            "last-step-at-zero",
            "the rate of the last step is 0, so that step is wasted.",
            "the line down: it reaches 0 one step after the last.",
            (
                (
                    "peak * (steps - step) / (steps - warm_up)",
                    "peak * (steps - 1 - step) / (steps - warm_up)",
                ),
            ),
        ),
    ),
    styles=(
        Style(
            "the smaller of two lines",
            """
            def learning_rate(step, steps, warm_up, peak):
                rising = (step + 1) / warm_up
                falling = (steps - step) / (steps - warm_up)
                return peak * min(rising, falling, 1.0)
            """,
        ),
        Style(
            "a conditional",
            """
            def learning_rate(step, steps, warm_up, peak):
                down = 1 - (step - warm_up) / (steps - warm_up)
                return peak * ((step + 1) / warm_up if step < warm_up else down)
            """,
        ),
    ),
)

MASK = Exercise(
    id="06.6",
    title="mask words",
    minutes=12,
    difficulty="steady",
    core=False,
    reference="mtslib.learn.exercises.ch06_by_hand:mask_words",
    specification=spec.slow_mask_words,
    observe=spec.observe_mask_words,
    hints=(
        "Count: of 1,000 tokens with draws spread evenly, about 150 have a label, 120 are [MASK], "
        "15 are another word and 15 are as they were.",
        "First decide who is chosen, once. Labels and both replacements follow from that one "
        "table of True and False.",
        "chosen = draw < 0.15 and not special\nlabels = original where chosen, else -100\n"
        "ids = other word where chosen and draw < 0.135\nids = [MASK] where chosen and draw < 0.12",
    ),
    mistakes=(
        Mistake(
            "special-tokens-chosen",
            "[CLS], [SEP] or padding was chosen too.",
            "who is chosen: and not special.",
            (("(draw < 0.15) & ~special", "(draw < 0.15)"),),
        ),
        Mistake(
            "every-token-has-a-label",
            "tokens that were not chosen have a label, so the model is paid for copying.",
            "the labels: -100 wherever a token was not chosen.",
            (("torch.where(chosen, input_ids, IGNORED)", "input_ids.clone()"),),
        ),
        Mistake(
            "labels-from-the-masked-ids",
            "the labels were read after masking, so the answer to [MASK] is [MASK].",
            "the labels: they hold the original ids.",
            (
                ("    labels = torch.where(chosen, input_ids, IGNORED)\n", ""),
                (
                    "    return masked, labels",
                    "    labels = torch.where(chosen, masked, IGNORED)\n    return masked, labels",
                ),
            ),
        ),
        Mistake(
            "always-the-mask",
            "every chosen token became [MASK]; a tenth becomes another word and a tenth stays.",
            "the thresholds: [MASK] only under 0.12.",
            (("chosen & (draw < 0.12)", "chosen"),),
        ),
        Mistake(
            "kept-words-have-no-label",
            "chosen tokens that stay as they are have no label; they are guessed too.",
            "the labels: they depend on chosen alone.",
            (
                (
                    "torch.where(chosen, input_ids, IGNORED)",
                    "torch.where(chosen & (draw < 0.135), input_ids, IGNORED)",
                ),
            ),
        ),
        Mistake(
            "the-other-85-percent",
            "the comparison is turned round: most words are hidden.",
            "who is chosen: draw < 0.15.",
            (("(draw < 0.15)", "(draw >= 0.15)"),),
        ),
        Mistake(
            "other-word-over-the-mask",
            "other words were written last, over the [MASK]s.",
            "the order: other words for draws under 0.135 first, then [MASK] under 0.12; or give "
            "the other words a lower end as well.",
            (
                (
                    "(chosen & (draw < 0.12), mask_id, masked)",
                    "(chosen & (draw < 0.135), other_ids, masked)",
                ),
                (
                    "(chosen & (draw < 0.135), other_ids, input_ids)",
                    "(chosen & (draw < 0.12), mask_id, input_ids)",
                ),
            ),
        ),
        Mistake(
            "unscored-labels-are-zero",
            "the label of a token that was not chosen is 0, which is the id of [PAD].",
            "the labels: -100, which cross_entropy leaves out.",
            (("torch.where(chosen, input_ids, IGNORED)", "torch.where(chosen, input_ids, 0)"),),
        ),
    ),
    styles=(
        Style(
            "masked fill on copies",
            """
            def mask_words(input_ids, special, draw, other_ids, mask_id):
                chosen = draw.lt(0.15).logical_and(special.logical_not())
                labels = input_ids.masked_fill(~chosen, -100)
                masked = input_ids.clone()
                hidden = chosen & (draw < 0.12)
                swapped = chosen & (draw >= 0.12) & (draw < 0.135)
                masked[hidden] = mask_id
                masked[swapped] = other_ids[swapped]
                return masked, labels
            """,
        ),
        Style(
            "token by token",
            """
            def mask_words(input_ids, special, draw, other_ids, mask_id):
                masked, labels = input_ids.clone(), torch.full_like(input_ids, -100)
                for b in range(len(input_ids)):
                    for t in range(input_ids.shape[1]):
                        d = draw[b, t]
                        if d < 0.15 and not special[b, t]:
                            labels[b, t] = input_ids[b, t]
                            if d < 0.12:
                                masked[b, t] = mask_id
                            elif d < 0.135:
                                masked[b, t] = other_ids[b, t]
                return masked, labels
            """,
        ),
    ),
)

TIED = Exercise(
    id="06.7",
    title="a tied head",
    minutes=12,
    difficulty="steady",
    core=False,
    reference="mtslib.learn.exercises.ch06_by_hand:TiedHead",
    specification=spec.SlowTiedHead,
    observe=spec.observe_tied_head,
    hints=(
        "Double the embedding's weight after building the head. Do the scores change? They must.",
        "The head needs no matrix of its own for the words: the table has one row a word, and a "
        "dot product with that row is the word's score.",
        "guess = norm(gelu(dense(hidden)))\nscores = guess · tableᵀ + bias, one a word",
    ),
    mistakes=(
        Mistake(
            "table-copied",
            "the head has a copy of the table, so what one learns the other does not.",
            "the constructor: keep the embedding you were given, without clone or new tensors.",
            (
                (
                    "self.word = word  #",
                    "self.word = nn.Embedding.from_pretrained(word.weight.clone(), False)  #",
                ),
            ),
        ),
        Mistake(
            "table-cut-off-from-the-gradient",
            "the table was detached, so it learns nothing as an output matrix.",
            "the last line: no detach, no .data.",
            (("self.word.weight.T", "self.word.weight.detach().T"),),
        ),
        Mistake(
            "gelu-forgotten",
            "there is no GELU between dense and norm.",
            "the first line of forward: F.gelu.",
            (("self.norm(F.gelu(self.dense(hidden)))", "self.norm(self.dense(hidden))"),),
        ),
        Mistake(
            "norm-forgotten",
            "the LayerNorm was left out.",
            "the first line of forward: norm comes last.",
            (("self.norm(F.gelu(self.dense(hidden)))", "F.gelu(self.dense(hidden))"),),
        ),
        Mistake(
            "norm-before-gelu",
            "the LayerNorm came before the GELU.",
            "the order: dense, GELU, norm.",
            (("self.norm(F.gelu(self.dense(hidden)))", "F.gelu(self.norm(self.dense(hidden)))"),),
        ),
        Mistake(
            "dense-forgotten",
            "the hidden state went to the GELU without the dense layer.",
            "the first line of forward: dense comes first.",
            (("self.norm(F.gelu(self.dense(hidden)))", "self.norm(F.gelu(hidden))"),),
        ),
        Mistake(
            "bias-forgotten",
            "the bias of the words is not added.",
            "the last line: + self.bias.",
            ((" + self.bias", ""),),
        ),
        Mistake(
            "softmax-in-the-head",
            "the head returns probabilities; the loss takes the softmax itself.",
            "the last line: return the scores as they are.",
            (
                (
                    "guess @ self.word.weight.T + self.bias",
                    "(guess @ self.word.weight.T + self.bias).softmax(-1)",
                ),
            ),
        ),
    ),
    styles=(
        Style(
            "functional linear",
            """
            class TiedHead(nn.Module):
                def __init__(self, word):
                    super().__init__()
                    self.word = word
                    self.dense = nn.Linear(word.embedding_dim, word.embedding_dim)
                    self.norm = nn.LayerNorm(word.embedding_dim)
                    self.bias = nn.Parameter(torch.zeros(word.num_embeddings))

                def forward(self, hidden):
                    state = self.norm(F.gelu(self.dense(hidden)))
                    return F.linear(state, self.word.weight, self.bias)
            """,
        ),
        Style(
            "einsum",
            """
            class TiedHead(nn.Module):
                def __init__(self, word):
                    super().__init__()
                    V, H = word.weight.shape
                    self.dense, self.norm = nn.Linear(H, H), nn.LayerNorm(H)
                    self.word, self.bias = word, nn.Parameter(torch.zeros(V))

                def forward(self, hidden):
                    state = self.norm(nn.GELU()(self.dense(hidden)))
                    return torch.einsum("nh,vh->nv", state, self.word.weight) + self.bias
            """,
        ),
    ),
)
