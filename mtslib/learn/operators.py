"""The operators of `mutations`: what may stand in the place of one piece of code.

They are those of mutation testing (Jia and Harman, 2011, doi.org/10.1109/TSE.2010.62) and a few
that go wrong with tensors: an axis, a gradient, a type, an input changed in place.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

# operator → the one that is written in its place
_ARITHMETIC: Mapping[type, type] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_COMPARISONS: Mapping[type, tuple[type, ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_ORDERED = ast.Sub | ast.Div | ast.FloorDiv | ast.Mod | ast.Pow | ast.MatMult
# Methods and functions whose whole-number arguments are axes.
_AXES = re.compile(
    "all|amax|amin|any|argmax|argmin|argsort|cat|chunk|cumsum|flatten|gather|index_select|"
    "log_softmax|logsumexp|max|mean|min|norm|normalize|permute|prod|select|size|softmax|sort|"
    "split|squeeze|stack|std|sum|topk|transpose|unbind|unsqueeze|var"
)
_SIBLINGS = (
    ("sum", "mean"),
    ("min", "max"),
    ("amin", "amax"),
    ("argmin", "argmax"),
    ("any", "all"),
    ("zeros", "ones"),
    ("zeros_like", "ones_like"),
    ("softmax", "log_softmax"),
    ("sqrt", "square"),
    ("train", "eval"),
    ("floor", "ceil"),
    ("append", "extend"),
    ("sin", "cos"),
    ("exp", "log"),
)
_SIBLING = {a: b for pair in _SIBLINGS for a, b in (pair, pair[::-1])}
_SYMMETRIC = ("transpose", "max", "min", "equal", "mul", "add")  # in their first two arguments
Found = Iterator[tuple[str, ast.AST, str]]


@dataclass
class Scope:
    """What a place can see: the types of the parameters, as written, and of the class's parts."""

    parameters: dict[str, str] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)
    returns: str = ""


def changes(node: ast.AST, scope: Scope, parent: ast.AST, name: str) -> Found:
    """(operator, what stands in the place of a node, words where old → new would not do)."""
    if isinstance(node, ast.stmt):
        yield from _statements(node, scope)
    elif _number(node) is not None:
        if not (isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.USub)):
            yield from _numbers(node, parent, name)
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield "constant", ast.Constant(not node.value), ""
    elif isinstance(node, ast.BinOp | ast.UnaryOp | ast.Compare | ast.BoolOp | ast.IfExp):
        yield from _operations(node)
    elif isinstance(node, ast.Call):
        yield from _calls(node)
    elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        yield "dropped index", node.value, ""
    elif isinstance(node, ast.comprehension):
        first = copy.copy(node)
        first.iter = _expression("list(_)[:1]", node.iter)
        yield "first item only", first, ""
        for n in range(len(node.ifs)):
            fewer = copy.copy(node)
            fewer.ifs = node.ifs[:n] + node.ifs[n + 1 :]
            yield "dropped condition", fewer, ""
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        for other, kind in scope.parameters.items():
            if kind and other != node.id and kind == scope.parameters.get(node.id):
                yield "wrong variable", ast.Name(other, node.ctx), ""
    elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
        own = isinstance(node.value, ast.Name) and node.value.id == "self"
        for other, kind in scope.parts.items():
            if own and other != node.attr and kind == scope.parts.get(node.attr):
                yield "wrong variable", ast.Attribute(node.value, other, node.ctx), ""


def _numbers(node: ast.AST, parent: ast.AST, name: str) -> Found:
    value = _number(node)
    call = getattr(parent, "func", None)
    named = isinstance(parent, ast.keyword) and parent.arg in ("dim", "axis")
    method = getattr(call, "attr", getattr(call, "id", "")) if name == "args" else ""
    if isinstance(value, int) and (named or _AXES.fullmatch(method)):
        others = {-1: (-2, 0), -2: (-1,), 0: (1, -1)}.get(value, (value - 1, value + 1))
        for other in others:
            yield "axis", ast.Constant(other), ""
        return
    for other in (value + 1, value - 1):
        yield "constant", ast.Constant(other), ""
    if isinstance(node, ast.UnaryOp):
        yield "sign", node.operand, ""


def _operations(node: ast.AST) -> Found:
    new = copy.copy(node)
    if isinstance(node, ast.BinOp):
        if type(node.op) in _ARITHMETIC:
            new.op = _ARITHMETIC[type(node.op)]()
            yield "sign", new, ""
        if isinstance(node.op, _ORDERED):
            yield "swapped arguments", ast.BinOp(node.right, node.op, node.left), ""
        yield "dropped operand", node.left, ""
        yield "dropped operand", node.right, ""
    elif isinstance(node, ast.UnaryOp):
        yield "sign" if isinstance(node.op, ast.USub) else "comparison", node.operand, ""
    elif isinstance(node, ast.Compare):
        for other in _COMPARISONS[type(node.ops[0])]:
            new = copy.copy(node)
            new.ops = [other(), *node.ops[1:]]
            yield "comparison", new, ""
    elif isinstance(node, ast.BoolOp):
        new.op = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
        yield "comparison", new, ""
        for n, _ in enumerate(node.values):
            rest = node.values[:n] + node.values[n + 1 :]
            one = ast.BoolOp(node.op, rest) if len(rest) > 1 else rest[0]
            yield "dropped condition", one, ""
    else:
        yield "dropped condition", node.body, ""
        yield "dropped condition", node.orelse, ""


def _calls(node: ast.Call) -> Found:
    if isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) not in (
        "torch",
        "F",
        "nn",
        "math",
    ):
        yield "dropped call", node.func.value, ""
    elif node.args:
        yield "dropped call", node.args[0], ""
    called = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if len(node.args) > 1 and called not in _SYMMETRIC:
        new = copy.copy(node)
        new.args = [node.args[1], node.args[0], *node.args[2:]]
        yield "swapped arguments", new, ""
    for n, _ in enumerate(node.keywords):
        new = copy.copy(node)
        new.keywords = node.keywords[:n] + node.keywords[n + 1 :]
        yield "dropped argument", new, ""
    if called in _SIBLING:
        new, func = copy.copy(node), copy.copy(node.func)
        setattr(func, "attr" if isinstance(func, ast.Attribute) else "id", _SIBLING[called])
        new.func = func
        yield "sibling function", new, ""


def _statements(node: ast.stmt, scope: Scope) -> Found:
    if isinstance(node, ast.FunctionDef):
        yield from _functions(node)
    elif isinstance(node, ast.Return) and node.value is not None:
        yield "dropped statement", ast.Pass(), ""
        tensor = scope.returns.endswith("Tensor")
        if tensor:
            yield "detach", ast.Return(_expression("_.detach()", node.value)), ""
            yield "wrong dtype", ast.Return(_expression("_.double()", node.value)), ""
            yield "wrong dtype", ast.Return(_expression("_.long()", node.value)), ""
        if tensor or scope.returns.startswith(("list", "tuple")):
            yield "first item only", ast.Return(_expression("_[:1]", node.value)), ""
        if scope.returns == "float":
            yield "wrong dtype", ast.Return(_expression("int(_)", node.value)), ""
    elif isinstance(node, ast.Expr | ast.Assign | ast.AugAssign | ast.If | ast.For | ast.While):
        yield "dropped statement", ast.Pass(), f"{ast.unparse(node)} → (nothing)"
    if isinstance(node, ast.With | ast.If | ast.For):
        yield "dropped condition", ast.If(ast.Constant(True), node.body, []), _bare(node)
    if isinstance(node, ast.For):
        new = copy.copy(node)
        new.iter = _expression("list(_)[:1]", node.iter)
        yield "first item only", new, f"{_head(node)} → {_head(new)}"
    elif isinstance(node, ast.AugAssign):
        yield "dropped operand", ast.Assign([node.target], node.value), ""
        if type(node.op) in _ARITHMETIC:
            new = copy.copy(node)
            new.op = _ARITHMETIC[type(node.op)]()
            yield "sign", new, ""
    elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call | ast.BinOp):
        yield "detach", ast.Assign(node.targets, _expression("_.detach()", node.value)), ""
    elif isinstance(node, ast.Continue | ast.Break):
        yield "dropped statement", ast.Pass(), ""


def _functions(node: ast.FunctionDef) -> Found:
    for n, one in enumerate(node.decorator_list):
        new = copy.copy(node)
        new.decorator_list = node.decorator_list[:n] + node.decorator_list[n + 1 :]
        yield "dropped call", new, f"@{ast.unparse(one)} → (nothing)"
    if node.name == "__init__":
        return
    new = copy.copy(node)
    new.decorator_list = [*node.decorator_list, _expression("torch.no_grad()")]
    yield "no_grad", new, f"def {node.name} → @torch.no_grad() def {node.name}"
    for one in [*node.args.args, *node.args.kwonlyargs]:
        kind = ast.unparse(one.annotation) if one.annotation else ""
        if kind == "Tensor":
            harm = f"{one.arg}, _given = {one.arg}.clone(), {one.arg}\n_given.data.add_(1)"
        elif kind.startswith(("list", "Sequence", "Iterable")):
            harm = f"{one.arg}, _given = list({one.arg}), {one.arg}\n_given.reverse()"
        elif kind.startswith(("nn.Module", "BertModel")):
            harm = f"{one.arg}.train(not {one.arg}.training)"
        else:
            continue
        new = copy.copy(node)
        start = int(is_text(node.body[0]))
        new.body = [*node.body[:start], *ast.parse(harm).body, *node.body[start:]]
        yield "in-place on input", new, f"{node.name}: {harm}"


def is_text(node: ast.AST) -> bool:
    """Whether a node is a text or a docstring."""
    value = node.value if isinstance(node, ast.Expr) else node
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def _expression(text: str, inner: ast.expr | None = None) -> ast.expr:
    """An expression with `inner` where its text has `_`."""
    tree = ast.parse(text, mode="eval").body

    class Put(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return inner if node.id == "_" else node

    return Put().visit(tree)


def _number(node: ast.AST) -> int | float | None:
    """The value of a number, with its sign, or None."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _number(node.operand) if isinstance(node.operand, ast.Constant) else None
        return None if inner is None else -inner
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return node.value
    return None


def _head(node: ast.stmt) -> str:
    return ast.unparse(node).partition("\n")[0]


def _bare(node: ast.stmt) -> str:
    return f"{_head(node)} → (always)"
