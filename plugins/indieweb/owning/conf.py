"""Changing single assignments in a conf file, and nothing else of what its owner wrote there. Pure."""

import ast
import json
import re
from collections.abc import Mapping, Sequence

from indieweb.errors import SettingError

Value = str | Sequence[str]
#: A list longer than this is written with a line for each of its parts.
WIDTH = 100


def change_assignments(source: str, values: Mapping[str, Value], name: str = "the conf file") -> str:
    """``source`` with each of ``values`` assigned, every other letter as it was.

    The last assignment at the top level is changed in its place, comments beside it stay; one that is commented out
    is brought in; one that is not there, or not that plain, is added at the end.

    :param name: how errors name the file.
    :raises SettingError: the file is no valid Python.
    """
    for setting, value in values.items():
        if assigned(source, name).get(setting) != _plain(value):
            source = _changed(source, setting, _written(value), name)
    return source


def assigned(source: str, name: str = "the conf file") -> dict[str, object]:
    """Every name that is bound at the top level of a conf file, with its value; None for one that is not plain.

    :raises SettingError: the file is no valid Python.
    """
    found: dict[str, object] = {}
    for statement in _tree(source, name).body:
        value = _value_node(statement)
        found |= {setting: _literal(value) if value else None for setting in _bound(statement)}
    return found


def _changed(source: str, setting: str, written: str, name: str) -> str:
    binding = [statement for statement in _tree(source, name).body if setting in _bound(statement)]
    value = _value_node(binding[-1]) if binding and _bound(binding[-1]) == {setting} else None
    if value is not None:
        lines = source.encode().splitlines(keepends=True)
        first, last = value.lineno - 1, (value.end_lineno or value.lineno) - 1
        before, after = lines[first][: value.col_offset], lines[last][value.end_col_offset or 0 :]
        return b"".join([*lines[:first], before, written.encode(), after, *lines[last + 1 :]]).decode()
    commented = list(re.finditer(rf"^#[ \t]*{setting}[ \t]*=.*$", source, re.MULTILINE))
    if commented and not binding:
        found = commented[-1]
        return f"{source[: found.start()]}{setting} = {written}{source[found.end() :]}"
    return f"{source.rstrip()}\n\n{setting} = {written}\n" if source.strip() else f"{setting} = {written}\n"


def _value_node(statement: ast.stmt) -> ast.expr | None:
    """The value of a plain assignment: ``X = …``, ``X = Y = …`` or ``X: str = …``."""
    if isinstance(statement, ast.Assign) and all(isinstance(target, ast.Name) for target in statement.targets):
        return statement.value
    return statement.value if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) else None


def _bound(statement: ast.stmt) -> set[str]:
    """The names that a statement binds; those that a function or class binds within itself are its own."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    nodes = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
    return {node.id for node in nodes if isinstance(node.ctx, ast.Store | ast.Del)}


def _tree(source: str, name: str) -> ast.Module:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise SettingError(f"{name}{f':{line}' if line else ''}: this is not valid Python: {error}") from error


def _literal(node: ast.expr) -> object:
    try:
        return _plain(ast.literal_eval(node))
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def _plain(value: object) -> object:
    return list(value) if isinstance(value, list | tuple) else value


def _written(value: Value) -> str:
    """The value in Python, with the double quotes that the conf files have."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    parts = [json.dumps(part, ensure_ascii=False) for part in value]
    line = f"[{', '.join(parts)}]"
    return line if len(line) <= WIDTH else "[\n" + "".join(f"    {part},\n" for part in parts) + "]"
