"""Where a learner's source calls what: so that a message can quote the line it speaks of. A claim, made in the worker; never a verdict."""

import ast

_BLOCKS: dict[type[ast.AST], str] = {
    ast.For: "loop",
    ast.While: "loop",
    ast.AsyncFor: "loop",
    ast.ListComp: "loop",
    ast.SetComp: "loop",
    ast.DictComp: "loop",
    ast.GeneratorExp: "generator",
    ast.With: "with",
    ast.AsyncWith: "with",
    ast.Try: "try",
    ast.TryStar: "try",
    ast.Lambda: "lambda",
}


def calls(source: bytes) -> list[list[object]]:
    """`[function, line, callee, number of arguments, enclosing blocks]` for every call, in order of lines.

    The callee is written as in the source with the arguments of inner calls left out: `pool.submit(fetch, url).result()` is
    `pool.submit().result`. The function is the outermost one that holds the call, "" at module level; the blocks are those of that
    function, outermost first: "loop", "generator", "with", "try", "lambda". An exception that is caught is a row too: "except OSError".
    """
    found: list[list[object]] = []

    def visit(node: ast.AST, function: str, blocks: tuple[str, ...]) -> None:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and not function:
            function, blocks = node.name, ()
        if isinstance(node, ast.Call):
            found.append([function, node.func.end_lineno, dotted(node.func), len(node.args) + len(node.keywords), " ".join(blocks)])
        if isinstance(node, ast.ExceptHandler):
            kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type] if node.type else []
            found.extend([function, node.lineno, f"except {dotted(kind).rpartition('.')[2]}", 0, ""] for kind in kinds)
        inside = (*blocks, _BLOCKS[type(node)]) if type(node) in _BLOCKS else blocks
        for child in ast.iter_child_nodes(node):
            # What a `with` or a `for` is given is evaluated before it is entered.
            before = isinstance(child, ast.withitem) or (isinstance(node, (ast.For, ast.AsyncFor)) and child is node.iter)
            visit(child, function, blocks if before else inside)

    visit(ast.parse(source), "", ())
    return sorted(found, key=lambda call: str(call[1]).zfill(9))[:2000]


def dotted(node: ast.expr) -> str:
    """`node` as a dotted name; what is not a name, an attribute or a call is `?`."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr):
            return f"{dotted(value)}.{attr}"
        case ast.Call(func=func):
            return f"{dotted(func)}()"
    return "?"
