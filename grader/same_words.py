"""What a task's code is, word for word, so that `course check` grades no piece of code twice.

    words(source, "Counter")    the statements that decide what Counter does

Those are its own definition, whatever that names, whatever they name, and all that happens when the file is loaded. Two files with the same words
do the same in that task; but for a suite whose checks of one task call another by name.
"""

import ast
from collections.abc import Iterable, Iterator

Words = tuple[str, ...]


def words(source: bytes, name: str) -> Words:
    """The statements, as text without places, comments, docstrings and the annotations of functions; nothing when there is no `name`."""
    try:
        body = _Bare().visit(ast.parse(source)).body
    except (SyntaxError, ValueError):
        return ()
    bound = [(set(_bound(statement)), statement) for statement in body if not (_is_guard(statement) and name not in _used(statement))]
    if not any(name in names for names, _ in bound):
        return ()
    wanted, size = {name}, 0
    while size != len(wanted):
        size = len(wanted)
        wanted |= {used for names, statement in bound if not names or names & wanted for used in _used(statement)}
    return tuple(ast.dump(statement) for names, statement in bound if not names or names & wanted)


class _Bare(ast.NodeTransformer):
    """Leaves out what says something to people alone."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        return None if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        return None if node.module == "__future__" else node


def _bound(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement gives a meaning to, if it does nothing else; none when it may do more."""
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            yield from _imported(names)
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            yield name


def _imported(names: Iterable[ast.alias]) -> Iterator[str]:
    return (alias.asname or alias.name.partition(".")[0] for alias in names if alias.name != "*")


def _used(statement: ast.stmt) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}


def _is_guard(statement: ast.stmt) -> bool:
    """`if __name__ == "__main__":` runs only in a file that is run itself, which is a task's when it calls that task."""
    return isinstance(statement, ast.If) and "__name__" in {node.id for node in ast.walk(statement.test) if isinstance(node, ast.Name)}
