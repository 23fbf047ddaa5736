"""Names that a Python file imports and never uses.

A name is used if it is read anywhere in the file, stands in a quoted annotation, or is listed in
__all__. A line that ends in `# noqa: F401` is left alone: it imports for others.
"""

import ast


def _imported(tree: ast.AST) -> dict[str, int]:
    """Name as the file knows it -> line of its import."""
    found: dict[str, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                found[(alias.asname or alias.name).split(".")[0]] = node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module != "__future__":
            for alias in node.names:
                found[alias.asname or alias.name] = node.lineno
    return found


def _used(tree: ast.AST) -> set[str]:
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                inner = ast.parse(node.value, mode="eval")
            except (SyntaxError, ValueError):
                continue
            found |= {each.id for each in ast.walk(inner) if isinstance(each, ast.Name)}
    return found


def unused(source: str) -> list[str]:
    """`line: name` of every import that nothing uses."""
    tree = ast.parse(source)
    lines = source.splitlines()
    used = _used(tree)
    return [f"{line}: {name}" for name, line in sorted(_imported(tree).items())
            if name not in used and not lines[line - 1].rstrip().endswith("# noqa: F401")]
