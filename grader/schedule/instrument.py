"""Put a point before every visible operation of a module's source, so that the scheduler may switch threads there.

    self.value += n        ->   _o = at.get(7, self); _v = _o.value; _v += n; at.set(8, _o).value = _v
    if key not in self.d:  ->   if key not in at.read(10, at.get(9, self).d):
    with self.lock:        ->   with at.enter(12, at.get(11, self).lock):

Visible is what another thread can see or change: attributes, items, global and captured variables, context managers, iteration, calls of code
that is not instrumented itself. The order is that of "Evaluation order" in the language reference, the same on every version of Python;
between two points a thread does nothing that others could notice. What a point is given it returns, so the rewritten module computes what
the original does. Code that a module makes from text (`exec`, a dataclass's own methods) has no points: each call of it is one step.
"""

import ast
import marshal
import symtable
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from types import CodeType
from typing import Any, cast

AT = "__at__"
"""The name under which instrumented code finds its points; it ends in underscores, so that no class mangles it."""

PROBES = "probes.py"
"""What the probes' code calls its file, wherever that lies."""

_BARE = frozenset({"super", "locals", "globals", "vars", "dir", "eval", "exec", "breakpoint", "__import__"})
"""They look at the frame that calls them, so nothing may stand in between."""
_COMPREHENSIONS = ("listcomp", "setcomp", "dictcomp")


@dataclass(frozen=True)
class Site:
    """One place in the source at which a thread may be preempted."""

    line: int
    column: int
    end: int
    """The column behind its last character; -1 when that is on another line."""
    verb: str
    """"read", "write", "call", "enter" or "loop"."""
    name: str = ""
    """Of the attribute or variable, where it has one."""
    scope: str = ""
    """Of a captured variable: the function that it belongs to."""
    shown: bool = True
    """Whether it stands in the learner's file; a scenario of ours is instrumented too, and not shown."""


def instrument(source: bytes, path: str, sites: list[Site], *, shown: bool = True) -> CodeType:
    """The code of a module with a point at each of its sites, which are added to `sites`. Raises what `compile` raises."""
    tree = ast.parse(source, path)
    rewritten = _Points(symtable.symtable(source, path, "exec"), sites, shown).visit(tree)  # type: ignore[arg-type]
    return compile(ast.fix_missing_locations(rewritten), path, "exec", dont_inherit=True, optimize=0)


def packed(probes: bytes) -> bytes:
    """The probes, instrumented, with their sites: for another process of the same Python. To make it takes as long as ten executions."""
    sites: list[Site] = []
    return marshal.dumps((instrument(probes, PROBES, sites, shown=False), [*map(astuple, sites)]))


def unpacked(data: bytes) -> tuple[CodeType, list[Site]]:
    """What `packed` made. The sites are the first of their program."""
    code, sites = marshal.loads(data)
    return code, [Site(*site) for site in sites]


class _Points(ast.NodeTransformer):
    """Rewrites a module. Every `visit_*` returns what stands in the node's place."""

    def __init__(self, table: symtable.SymbolTable, sites: list[Site], shown: bool) -> None:
        self._sites = sites
        self._shown = shown
        self._tables = {(found.get_name(), found.get_lineno()): found for found in _below(table) if found.get_type() == "function"}
        self._rebound = {name for found in _below(table) for name in _rebound(found)}
        self._functions: list[symtable.SymbolTable] = []
        self._temporary = 0

    # -- sites and calls of points -----------------------------------------------------------------------------------------------------

    def _site(self, node: Any, verb: str, name: str = "", scope: str = "") -> ast.Constant:
        end = node.end_col_offset if node.end_lineno == node.lineno else -1
        self._sites.append(Site(node.lineno, node.col_offset, end, verb, name, scope, self._shown))
        return ast.Constant(len(self._sites) - 1)

    def _point(self, method: str, *arguments: ast.expr) -> ast.Call:
        return ast.Call(ast.Attribute(ast.Name(AT, ast.Load()), method, ast.Load()), list(arguments), [])

    def _read(self, node: ast.expr) -> ast.expr:
        """What looks into a container, if the value is one: `if items:`, `a == b`, `*items`."""
        if not isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
            return cast("ast.expr", self.visit(node))
        site = self._site(node, "read")
        return self._point("read", site, self.visit(node))

    # -- attributes and items ----------------------------------------------------------------------------------------------------------

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        verb, method = ("read", "get") if isinstance(node.ctx, ast.Load) else ("write", "set")
        site = self._site(node, verb, node.attr)
        node.value = self._point(method, site, self.visit(node.value))
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        verb = "read" if isinstance(node.ctx, ast.Load) else "write"
        site = self._site(node, verb)
        node.value = self._point("container", self.visit(node.value))
        node.slice = self._point("item", site, self._index(node.slice))
        return node

    def _index(self, node: ast.expr) -> ast.expr:
        """A slice as the object that it makes, for only between brackets can it be written with colons."""
        if isinstance(node, ast.Slice):
            ends = [self.visit(end) if end else ast.Constant(None) for end in (node.lower, node.upper, node.step)]
            return self._point("slice", *ends)
        if isinstance(node, ast.Tuple):
            node.elts = [self._index(each) for each in node.elts]
            return node
        return cast("ast.expr", self.visit(node))

    def visit_AugAssign(self, node: ast.AugAssign) -> list[ast.stmt] | ast.stmt:
        """In its steps: find the place, read, compute, write."""
        target = node.target
        steps: list[ast.stmt] = []
        if isinstance(target, ast.Name):
            load, store = self._loaded_name(target), self._stored_name(target)
            if load is target and not store:
                node.value = self.visit(node.value)
                return node
            back: ast.expr = ast.Name(target.id, ast.Store())
        elif isinstance(target, ast.Attribute):
            place = self._keep(steps, self.visit(target.value))
            load = ast.Attribute(self._point("get", self._site(target, "read", target.attr), place), target.attr, ast.Load())
            store = []
            back = ast.Attribute(self._point("set", self._site(target, "write", target.attr), place), target.attr, ast.Store())
        else:
            place, index = self._keep(steps, self.visit(target.value)), self._keep(steps, self._index(target.slice))
            reading = self._point("item", self._site(target, "read"), index)
            writing = self._point("item", self._site(target, "write"), index)
            load, store = ast.Subscript(self._point("container", place), reading, ast.Load()), []
            back = ast.Subscript(self._point("container", place), writing, ast.Store())
        value = self._keep(steps, self._point("mutate", self._site(target, "write"), load))
        steps.append(ast.AugAssign(ast.Name(value.id, ast.Store()), node.op, self.visit(node.value)))
        steps += [*store, ast.Assign([back], value)]
        return [ast.copy_location(step, node) for step in steps]

    def _keep(self, steps: list[ast.stmt], value: ast.expr) -> ast.Name:
        """Give a value a name of ours."""
        self._temporary += 1
        name = f"_at{self._temporary}"
        steps.append(ast.Assign([ast.Name(name, ast.Store())], value))
        return ast.Name(name, ast.Load())

    # -- variables that several functions share ----------------------------------------------------------------------------------------

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._loaded_name(node) if isinstance(node.ctx, ast.Load) else node

    def _loaded_name(self, node: ast.Name) -> ast.expr:
        owner = self._owner(node.id)
        if owner is None:
            return ast.Name(node.id, ast.Load())
        site = self._site(node, "read", node.id, owner)
        return ast.BoolOp(ast.Or(), [self._point("variable", site), ast.Name(node.id, ast.Load())])

    def _stored_name(self, node: ast.Name) -> list[ast.stmt]:
        """The statements that come before a variable is written: a point, where others can see it."""
        owner = self._owner(node.id)
        if owner is None:
            return []
        return [ast.Expr(self._point("variable", self._site(node, "write", node.id, owner)))]

    def _owner(self, name: str) -> str | None:
        """The function whose variable this is, "" for a global one; None when no other function can see or rebind it."""
        if not self._functions:
            return "" if name in self._rebound else None
        for depth in range(len(self._functions) - 1, -1, -1):
            try:
                symbol = self._functions[depth].lookup(name)
            except KeyError:
                continue
            if symbol.is_global():
                return "" if name in self._rebound else None
            if symbol.is_local():
                captured = depth < len(self._functions) - 1 or _captures(self._functions[depth], name)
                return self._functions[depth].get_name() if captured else None
        return None

    def visit_Assign(self, node: ast.Assign) -> list[ast.stmt] | ast.stmt:
        unpacks = any(isinstance(target, ast.Tuple | ast.List) for target in node.targets)
        node.value = self._read(node.value) if unpacks else self.visit(node.value)
        before = [step for target in node.targets for name in _written(target) for step in self._stored_name(name)]
        node.targets = [self.visit(target) for target in node.targets]
        if not before:
            return node
        steps: list[ast.stmt] = []
        node.value = self._keep(steps, node.value)  # the point comes after what is computed, and before what is written
        return [ast.copy_location(step, node) for step in (*steps, *before, node)]

    # -- looking into containers -------------------------------------------------------------------------------------------------------

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        node.left, node.comparators = self._read(node.left), [self._read(each) for each in node.comparators]
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        node.left, node.right = self._read(node.left), self._read(node.right)
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        node.values = [self._read(each) for each in node.values]
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        node.operand = self._read(node.operand)
        return node

    def visit_FormattedValue(self, node: ast.FormattedValue) -> ast.expr:
        node.value = self._read(node.value)
        return node

    def visit_Starred(self, node: ast.Starred) -> ast.expr:
        node.value = self._read(node.value) if isinstance(node.ctx, ast.Load) else self.visit(node.value)
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        node.test, node.body, node.orelse = self._read(node.test), self.visit(node.body), self.visit(node.orelse)
        return node

    def visit_If(self, node: ast.If) -> ast.stmt:
        node.test = self._read(node.test)
        node.body, node.orelse = self._block(node.body), self._block(node.orelse)
        return node

    # -- loops, context managers, calls ------------------------------------------------------------------------------------------------

    def visit_While(self, node: ast.While) -> list[ast.stmt]:
        site = self._site(node, "loop")
        begin, again = (ast.Expr(self._point(method, site)) for method in ("begin", "again"))
        node.test = self._read(node.test)
        node.body, node.orelse = [again, *self._block(node.body)], self._block(node.orelse)
        return [ast.copy_location(begin, node), node]

    def visit_For(self, node: ast.For) -> ast.stmt:
        node.iter = self._point("each", self._site(node.iter, "read"), self.visit(node.iter))
        written = [step for name in _written(node.target) for step in self._stored_name(name)]  # just after it was: nobody can come between
        node.target = self.visit(node.target)
        node.body, node.orelse = [*written, *self._block(node.body)], self._block(node.orelse)
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.comprehension:
        if node.is_async:
            self.generic_visit(node)
            return node
        node.iter = self._point("each", self._site(node.iter, "read"), self.visit(node.iter))
        node.target, node.ifs = self.visit(node.target), [self._read(each) for each in node.ifs]
        return node

    def visit_With(self, node: ast.With) -> ast.stmt:
        for item in node.items:
            item.context_expr = self._point("enter", self._site(item.context_expr, "enter"), self.visit(item.context_expr))
            item.optional_vars = item.optional_vars and self.visit(item.optional_vars)
        node.body = self._block(node.body)
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        if isinstance(node.func, ast.Name) and node.func.id in _BARE:
            self.generic_visit(node)
            return node
        node.func = self._point("call", self._site(node, "call"), self.visit(node.func))
        node.args = [self.visit(each) for each in node.args]
        node.keywords = [self.visit(each) for each in node.keywords]
        return node

    def _block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        for statement in body:
            done = self.visit(statement)
            found += done if isinstance(done, list) else [done]
        return found

    # -- scopes ------------------------------------------------------------------------------------------------------------------------

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.stmt:
        return cast("ast.stmt", self._function(node, node.name))

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.stmt:
        return cast("ast.stmt", self._function(node, node.name))

    def visit_Lambda(self, node: ast.Lambda) -> ast.expr:
        return cast("ast.expr", self._function(node, "lambda"))

    def _function(self, node: Any, name: str) -> ast.AST:
        """Defaults and decorators belong to the scope around a function; annotations say nothing to a thread."""
        node.args.defaults = [self.visit(each) for each in node.args.defaults]
        node.args.kw_defaults = [each and self.visit(each) for each in node.args.kw_defaults]
        if hasattr(node, "decorator_list"):
            node.decorator_list = [self.visit(each) for each in node.decorator_list]
        table = self._tables.get((name, node.lineno))
        if table:
            self._functions.append(table)
        node.body = self._block(node.body) if isinstance(node.body, list) else self.visit(node.body)
        if table:
            self._functions.pop()
        return cast("ast.AST", node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt:
        if node.value:
            node.value = self.visit(node.value)
            node.target = self.visit(node.target)
        return node

    def visit_match_case(self, node: ast.match_case) -> ast.match_case:
        node.guard = node.guard and self.visit(node.guard)  # patterns stay: what stands in them is no expression
        node.body = self._block(node.body)
        return node

    def visit_TypeAlias(self, node: ast.AST) -> ast.AST:
        return node


def _written(target: ast.expr) -> list[ast.Name]:
    """The variables that a target assigns."""
    return [name for name in ast.walk(target) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)]


def _below(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _below(child)


def _rebound(table: symtable.SymbolTable) -> list[str]:
    """The globals that a function here assigns."""
    return [symbol.get_name() for symbol in table.get_symbols() if symbol.is_declared_global() and symbol.is_assigned()]


def _captures(table: symtable.SymbolTable, name: str) -> bool:
    """Whether a function inside this one uses its variable; a comprehension is part of it."""
    for child in table.get_children():
        free = name in child.get_identifiers() and child.lookup(name).is_free()
        if free and (child.get_name() not in _COMPREHENSIONS or _captures(child, name)):
            return True
    return False
