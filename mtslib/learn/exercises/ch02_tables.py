"""Chapter 02, first half: LayerNorm, and the sum of the three tables."""

from __future__ import annotations

from mtslib.learn.exercise import Exercise, Mistake, Style
from mtslib.learn.exercises import ch02_spec as spec

BY_HAND = "mtslib.learn.exercises.ch02_by_hand"

LAYER_NORM = Exercise(
    id="02.1",
    title="LayerNorm by hand",
    minutes=12,
    difficulty="steady",
    core=True,
    reference=f"{BY_HAND}:layer_norm",
    specification=spec.slow_layer_norm,
    observe=spec.observe_layer_norm,
    hints=(
        "Take weight 1 and bias 0, and print the mean and the variance of each token of your "
        "result. They should be 0 and 1 for every token, not over the whole batch.",
        "A token is normalised by itself, over its H features. Neighbours and other sentences "
        "play no part. The variance is the mean of the squared distances from the mean.",
        "mean over the last axis, the axis kept\n"
        "subtract it\n"
        "variance = mean of the squares of that, over the last axis, the axis kept\n"
        "divide by the root of (variance + eps)\n"
        "times weight, plus bias",
    ),
    mistakes=(
        Mistake(
            "unbiased-variance",
            "the variance was divided by H − 1, which is what torch's var and std do unless told.",
            "the line of the variance: divide by H, with correction=0 or with a plain mean.",
            (
                (
                    "centred.square().mean(dim=-1, keepdim=True)",
                    "hidden.var(dim=-1, keepdim=True)",
                ),
            ),
        ),
        Mistake(
            "eps-outside-the-root",
            "eps was added to the root of the variance and not under it.",
            "the denominator: first variance + eps, then the root.",
            (("torch.sqrt(variance + eps)", "(torch.sqrt(variance) + eps)"),),
        ),
        Mistake(
            "no-eps",
            "eps plays no part, so a token whose features are all equal would divide by 0.",
            "the denominator: eps is added to the variance.",
            (("torch.sqrt(variance + eps)", "torch.sqrt(variance)"),),
        ),
        Mistake(
            "norm-over-the-tokens",
            "mean and variance were taken over the tokens of a sentence, feature by feature.",
            "the axis of both means: features are the last axis, dim=-1.",
            (
                ("hidden.mean(dim=-1,", "hidden.mean(dim=-2,"),
                ("square().mean(dim=-1,", "square().mean(dim=-2,"),
            ),
        ),
        Mistake(
            "norm-over-the-sentence",
            "mean and variance were taken over a whole sentence, tokens and features together.",
            "the axis of both means: one mean and one variance for each token.",
            (
                ("hidden.mean(dim=-1,", "hidden.mean(dim=(-2, -1),"),
                ("square().mean(dim=-1,", "square().mean(dim=(-2, -1),"),
            ),
        ),
        Mistake(
            "divided-by-the-variance",
            "the features were divided by the variance and not by its root.",
            "the denominator: the root is missing.",
            (("torch.sqrt(variance + eps)", "(variance + eps)"),),
        ),
        Mistake(
            "mean-not-subtracted",
            "the features were scaled but their mean was never taken away.",
            "the numerator: it is hidden − mean.",
            (("return centred /", "return hidden /"),),
        ),
        Mistake(
            "weight-and-bias-forgotten",
            "the result is normalised, but weight and bias were not used.",
            "the last line: times weight, plus bias.",
            ((" * weight + bias", ""),),
        ),
        Mistake(
            "bias-before-weight",
            "the bias was added first and then multiplied by the weight.",
            "the last line: first times weight, then plus bias.",
            (
                (
                    "centred / torch.sqrt(variance + eps) * weight + bias",
                    "(centred / torch.sqrt(variance + eps) + bias) * weight",
                ),
            ),
        ),
    ),
    styles=(
        Style(
            "torch built-in",
            """
            def layer_norm(hidden, weight, bias, eps=1e-12):
                return F.layer_norm(hidden, weight.shape, weight, bias, eps)
            """,
        ),
        Style(
            "var without correction",
            """
            def layer_norm(hidden, weight, bias, eps=1e-12):
                var, mean = torch.var_mean(hidden, dim=-1, keepdim=True, correction=0)
                return torch.addcmul(bias, weight, (hidden - mean) * (var + eps).rsqrt())
            """,
        ),
        Style(
            "loop over tokens",
            """
            def layer_norm(hidden, weight, bias, eps=1e-12):
                flat = hidden.reshape(-1, hidden.shape[-1])
                rows = []
                for row in flat:
                    centred = row - row.mean()
                    rows.append(centred / (row.var(correction=0) + eps) ** 0.5)
                return torch.stack(rows).reshape(hidden.shape) * weight + bias
            """,
        ),
        Style(
            "mean of squares minus square of mean, in double",
            """
            def layer_norm(hidden, weight, bias, eps=1e-12):
                x = hidden.double()
                mean = x.mean(-1, keepdim=True)
                variance = (x ** 2).mean(-1, keepdim=True) - mean ** 2
                return ((x - mean) / (variance + eps).sqrt()).to(hidden.dtype) * weight + bias
            """,
        ),
    ),
)

EMBEDDINGS = Exercise(
    id="02.2",
    title="three tables, one sum",
    minutes=12,
    difficulty="steady",
    core=True,
    reference="mtslib.minbert.embeddings:Embeddings",
    specification=spec.SlowEmbeddings,
    observe=spec.observe_embeddings,
    hints=(
        "Give it the same word three times. The three rows should differ: the position is all "
        "that tells them apart.",
        "Each token has three numbers: its id, its place in the sentence, its type. Each picks a "
        "row of its own table. The place is counted here, it is not handed in.",
        "positions = 0, 1, …, T − 1\n"
        "sum = word row + position row + token-type row\n"
        "LayerNorm of the sum\n"
        "dropout last",
    ),
    mistakes=(
        Mistake(
            "positions-from-one",
            "the positions start at 1, so every token gets its right neighbour's row.",
            "the line that counts the positions: the first token has position 0.",
            (
                (
                    "torch.arange(input_ids.shape[1], device=input_ids.device)",
                    "torch.arange(1, input_ids.shape[1] + 1, device=input_ids.device)",
                ),
            ),
        ),
        Mistake(
            "token-types-ignored",
            "the token types play no part, so both sentences of a pair look alike.",
            "the sum: it has three terms, one is looked up with token_type_ids.",
            (("            + self.token_type(token_type_ids)  # (B, T, H)\n", ""),),
        ),
        Mistake(
            "token-types-always-zero",
            "every token was given the row of type 0, whatever token_type_ids says.",
            "the look-up of the token type: use the token_type_ids that came in.",
            (("self.token_type(token_type_ids)", "self.token_type(token_type_ids * 0)"),),
        ),
        Mistake(
            "positions-ignored",
            "the position table plays no part, so word order is lost.",
            "the sum: it has three terms, one is looked up with 0, 1, …, T − 1.",
            (("            + self.position(positions)", "            + 0"),),
        ),
        Mistake(
            "position-zero-for-all",
            "every token was given the row of position 0.",
            "the line that counts the positions: it needs a number for each token.",
            (("self.position(positions)", "self.position(positions * 0)"),),
        ),
        Mistake(
            "positions-looked-up-by-id",
            "the position table was asked with the token ids.",
            "the look-up of the position: its argument is 0, 1, …, T − 1, not input_ids.",
            (("self.position(positions)", "self.position(input_ids)"),),
        ),
        Mistake(
            "norm-forgotten",
            "the sum was returned without LayerNorm.",
            "the last line: self.norm is applied to the sum.",
            (("self.dropout(self.norm(summed))", "self.dropout(summed)"),),
        ),
        Mistake(
            "words-alone-normalised",
            "LayerNorm was applied to the word embeddings, before the other two were added.",
            "the order: first the sum of all three, then self.norm.",
            (
                ("self.word(input_ids)  #", "self.norm(self.word(input_ids))  #"),
                ("self.dropout(self.norm(summed))", "self.dropout(summed)"),
            ),
        ),
        Mistake(
            "eps-not-from-config",
            "LayerNorm was made with torch's own eps and not with config.layer_norm_eps.",
            "the line in __init__ that makes the LayerNorm: eps=config.layer_norm_eps.",
            ((", eps=config.layer_norm_eps", ""),),
        ),
        Mistake(
            "dropout-forgotten",
            "in training nothing is dropped.",
            "the last line: self.dropout is the last step.",
            (("self.dropout(self.norm(summed))", "self.norm(summed)"),),
        ),
        Mistake(
            "dropout-before-norm",
            "dropout came before LayerNorm, which then brings the dropped features back.",
            "the last line: first self.norm, then self.dropout.",
            (("self.dropout(self.norm(summed))", "self.norm(self.dropout(summed))"),),
        ),
        Mistake(
            "dropout-always-on",
            "features are dropped in evaluation too.",
            "the dropout: F.dropout drops unless told training=self.training; self.dropout knows.",
            (
                (
                    "self.dropout(self.norm(summed))",
                    "nn.functional.dropout(self.norm(summed), self.dropout.p)",
                ),
            ),
        ),
    ),
    styles=(
        Style(
            "rows of the position table by a slice",
            """
            class Embeddings(nn.Module):
                def __init__(self, config):
                    super().__init__()
                    self.word = nn.Embedding(config.vocab_size, config.hidden_size)
                    self.position = nn.Embedding(config.max_positions, config.hidden_size)
                    self.token_type = nn.Embedding(config.token_types, config.hidden_size)
                    self.norm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
                    self.dropout = nn.Dropout(config.encoder_dropout)

                def forward(self, input_ids, token_type_ids):
                    made = self.word(input_ids) + self.position.weight[: input_ids.size(1)]
                    made += self.token_type(token_type_ids)
                    return self.dropout(self.norm(made))
            """,
        ),
        Style(
            "functional, one-hot products",
            """
            class Embeddings(nn.Module):
                def __init__(self, config):
                    super().__init__()
                    self.config = config
                    self.dropout = nn.Dropout(config.encoder_dropout)
                    self.token_type = nn.Embedding(config.token_types, config.hidden_size)
                    self.position = nn.Embedding(config.max_positions, config.hidden_size)
                    self.word = nn.Embedding(config.vocab_size, config.hidden_size)
                    self.norm = nn.LayerNorm(config.hidden_size, config.layer_norm_eps)

                def forward(self, input_ids, token_type_ids):
                    places = torch.arange(input_ids.shape[1]).expand_as(input_ids)
                    total = torch.zeros(*input_ids.shape, self.config.hidden_size)
                    for table, ids in (
                        (self.word, input_ids),
                        (self.position, places),
                        (self.token_type, token_type_ids),
                    ):
                        rows = F.one_hot(ids, table.num_embeddings).float()
                        total = total + rows @ table.weight
                    norm = self.norm
                    total = F.layer_norm(total, norm.weight.shape, norm.weight, norm.bias, norm.eps)
                    return F.dropout(total, self.dropout.p, self.training)
            """,
        ),
    ),
)
