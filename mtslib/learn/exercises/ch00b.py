"""Chapter 00b, PyTorch in half an hour: its exercises and what goes wrong in them."""

from __future__ import annotations

from mtslib.learn.exercise import Exercise, Mistake, Style
from mtslib.learn.exercises import ch00b_spec as spec

BY_HAND = "mtslib.learn.exercises.ch00b_by_hand"

GAPS = Exercise(
    id="00b.1",
    title="every row against every row",
    minutes=7,
    difficulty="warm-up",
    core=False,
    reference=f"{BY_HAND}:gaps",
    specification=spec.slow_gaps,
    observe=spec.observe_gaps,
    hints=(
        "What shape has your answer for 5 rows against 2 rows? (5, 2) is asked.",
        "An axis of size 1 stretches. Give `first` one where the rows of `second` go, and "
        "`second` one where the rows of `first` go: first[:, None, :] is (n, 1, H).",
        "difference = (n, 1, H) minus (1, m, H)\nsquare it, sum over the last axis, take the root",
    ),
    mistakes=(
        Mistake(
            "root-forgotten",
            "these are squared distances.",
            "the last step: the root of the sum.",
            ((".sum(dim=-1).sqrt()", ".sum(dim=-1)"),),
        ),
        Mistake(
            "answer-transposed",
            "rows and columns are exchanged: your answer is (m, n).",
            "where you put the axes of size 1.",
            (("first[:, None, :] - second[None, :, :]", "first[None, :, :] - second[:, None, :]"),),
        ),
        Mistake(
            "sum-over-the-wrong-axis",
            "the sum ran over the rows of `second`, not over the H numbers of a row.",
            "the axis of the sum: the last one.",
            ((".sum(dim=-1)", ".sum(dim=1)"),),
        ),
        Mistake(
            "one-sum-for-everything",
            "the sum ran over all axes, so one number is left.",
            "the sum: name its axis, dim=-1.",
            ((".sum(dim=-1)", ".sum()"),),
        ),
        Mistake(
            "mean-for-sum",
            "the squares were averaged; a distance adds them.",
            "the step between the squares and the root.",
            ((".sum(dim=-1)", ".mean(dim=-1)"),),
        ),
        Mistake(
            "absolute-for-square",
            "the differences were taken without their sign and added: the way along the streets, "
            "not the straight line.",
            "what you do with a difference before the sum.",
            ((".square().sum(dim=-1).sqrt()", ".abs().sum(dim=-1)"),),
        ),
    ),
    styles=(
        Style(
            "torch's own",
            """
            def gaps(first, second):
                return torch.cdist(first, second, compute_mode="donot_use_mm_for_euclid_dist")
            """,
        ),
        Style(
            "unsqueeze and norm",
            """
            def gaps(first, second):
                return (first.unsqueeze(1) - second.unsqueeze(0)).norm(dim=2)
            """,
        ),
        Style(
            "two loops",
            """
            def gaps(first, second):
                out = torch.empty(len(first), len(second))
                for i, a in enumerate(first):
                    for j, b in enumerate(second):
                        out[i, j] = ((a - b) ** 2).sum() ** 0.5
                return out
            """,
        ),
        Style(
            "expand",
            """
            def gaps(first, second):
                n, m, h = len(first), len(second), first.shape[1]
                a, b = first.view(n, 1, h).expand(n, m, h), second.view(1, m, h).expand(n, m, h)
                return torch.sqrt(torch.pow(a - b, 2).sum(-1))
            """,
        ),
    ),
)

BY_TOKEN = Exercise(
    id="00b.2",
    title="turn, then flatten",
    minutes=6,
    difficulty="warm-up",
    core=False,
    reference=f"{BY_HAND}:by_token",
    specification=spec.slow_by_token,
    observe=spec.observe_by_token,
    hints=(
        "For tokens 0, 1, 2 and 10, 11, 12, does your answer begin with 0 and 10, or with 0 and 1?",
        "view and reshape never move a number: they cut the same row of numbers at other places. "
        "What has to change its place has to be transposed first.",
        "exchange the axes of sentences and tokens: (T, B, H)\n"
        "flatten the first two, keep the last",
    ),
    mistakes=(
        Mistake(
            "reshaped-without-turning",
            "the numbers stand in the order they were in, sentence by sentence: a view or a "
            "reshape moves none of them.",
            "before the reshape: sentences and tokens have to change places, with a transpose.",
            (("hidden.transpose(0, 1)", "hidden"),),
        ),
        Mistake(
            "wrong-axes-turned",
            "tokens and features changed places, not sentences and tokens.",
            "the two axes of the transpose: 0 and 1.",
            (("hidden.transpose(0, 1)", "hidden.transpose(1, 2)"),),
        ),
        Mistake(
            "not-flattened",
            "the axes were turned, but there are still three of them.",
            "the last step: (T, B, H) becomes (T·B, H).",
            (("turned.reshape(-1, hidden.shape[-1])", "turned.contiguous()"),),
        ),
        Mistake(
            "everything-turned",
            "all three axes were reversed, so the features came first.",
            "the transpose: it exchanges two axes and leaves the last one alone.",
            (("hidden.transpose(0, 1)", "hidden.permute(2, 1, 0)"),),
        ),
        Mistake(
            "flattened-to-one-row",
            "the features were flattened too.",
            "the shape you reshape to: its last number is H.",
            (("turned.reshape(-1, hidden.shape[-1])", "turned.reshape(-1)"),),
        ),
    ),
    styles=(
        Style(
            "permute and flatten",
            "def by_token(hidden):\n    return hidden.permute(1, 0, 2).flatten(0, 1)",
        ),
        Style(
            "concatenate the columns",
            """
            def by_token(hidden):
                return torch.cat([hidden[:, t] for t in range(hidden.shape[1])])
            """,
        ),
        Style(
            "contiguous and view",
            """
            def by_token(hidden):
                b, t, h = hidden.size()
                return torch.swapaxes(hidden, 0, 1).contiguous().view(t * b, h)
            """,
        ),
    ),
)

_GIVEN = """
class Affine(nn.Module):
    def __init__(self, size_in, size_out):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(size_out, size_in))
        self.bias = nn.Parameter(torch.randn(size_out))

    def forward(self, x):
"""

AFFINE = Exercise(
    id="00b.3",
    title="a module with parameters",
    minutes=8,
    difficulty="steady",
    core=False,
    reference=f"{BY_HAND}:Affine",
    specification=spec.SlowAffine,
    observe=spec.observe_affine,
    hints=(
        "Print list(Affine(5, 2).named_parameters()). Are there two, weight of shape (2, 5) and "
        "bias of shape (2,)?",
        "A row of weight belongs to one output number. x has its features in the last axis, so "
        "the weight has to be turned before the two are multiplied.",
        "y = x times the transposed weight\nreturn y plus the bias, which broadcasts",
    ),
    mistakes=(
        Mistake(
            "weight-not-turned",
            "x was multiplied by the weight as it stands, so its columns served as its rows.",
            "the product: x @ W needs W as (size_in, size_out).",
            (("x @ self.weight.T", "(x @ self.weight.reshape(x.shape[-1], -1))"),),
        ),
        Mistake(
            "bias-forgotten",
            "the bias was not added.",
            "the return line.",
            ((" + self.bias", ""),),
        ),
        Mistake(
            "bias-subtracted",
            "the bias was subtracted.",
            "the sign in the return line.",
            (("+ self.bias", "- self.bias"),),
        ),
        Mistake(
            "parameters-cut-from-the-gradient",
            "the values are right, but the parameters were detached, so no gradient reaches them.",
            "forward: no .data, .detach() or no_grad there.",
            source="""
            class Affine(nn.Module):
                def __init__(self, size_in, size_out):
                    super().__init__()
                    self.weight = nn.Parameter(torch.zeros(size_out, size_in))
                    self.bias = nn.Parameter(torch.zeros(size_out))

                def forward(self, x):
                    y = x @ self.weight.detach().T + self.bias.detach()
                    return y.requires_grad_()
            """,
        ),
        Mistake(
            "bias-is-no-parameter",
            "the bias is a plain tensor, so no optimizer sees it and no file holds it.",
            "the line that makes the bias: nn.Parameter around it.",
            (
                (
                    "self.bias = nn.Parameter(torch.zeros(size_out))",
                    "self.bias = torch.zeros(size_out)",
                ),
            ),
        ),
        Mistake(
            "weight-made-sideways",
            "the weight is (size_in, size_out); nn.Linear keeps it as (size_out, size_in), and "
            "weights from a file come so.",
            "the shape of the weight.",
            (
                ("torch.zeros(size_out, size_in)", "torch.zeros(size_in, size_out)"),
                ("self.weight.T", "self.weight"),
            ),
        ),
        Mistake(
            "bias-of-the-wrong-size",
            "the bias has one number for each input; it has one for each output.",
            "the shape of the bias.",
            (
                (
                    "self.bias = nn.Parameter(torch.zeros(size_out))",
                    "self.bias = nn.Parameter(torch.zeros(size_in))",
                ),
            ),
        ),
    ),
    styles=(
        Style("F.linear", _GIVEN + "        return F.linear(x, self.weight, self.bias)\n"),
        Style(
            "einsum",
            _GIVEN + '        return torch.einsum("...i,oi->...o", x, self.weight) + self.bias\n',
        ),
        Style("matmul", _GIVEN + "        return x.matmul(self.weight.t()).add(self.bias)\n"),
        Style(
            "broadcasting",
            _GIVEN + "        return (x[..., None, :] * self.weight).sum(-1) + self.bias\n",
        ),
    ),
)

EXERCISES = (GAPS, BY_TOKEN, AFFINE)
