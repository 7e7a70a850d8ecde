"""Where a learner's source calls what: so that a message can quote the line it speaks of. A claim, made in the worker; never a verdict."""

import ast


def calls(source: bytes) -> list[list[object]]:
    """`[function, line, callee]` for every call, in order of lines.

    The callee is written as in the source with the arguments of inner calls left out: `pool.submit(fetch, url).result()` is
    `pool.submit().result`. The function is the outermost one that holds the call, "" at module level.
    """
    found: list[list[object]] = []

    def visit(node: ast.AST, function: str) -> None:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and not function:
            function = node.name
        if isinstance(node, ast.Call):
            found.append([function, node.func.end_lineno, dotted(node.func)])
        for child in ast.iter_child_nodes(node):
            visit(child, function)

    visit(ast.parse(source), "")
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
