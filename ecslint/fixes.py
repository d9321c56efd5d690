"""What a rule file says under ``fix``, and the hit of the rule, become a Fix: operations on the document's data."""

from __future__ import annotations

from ecslint.model import Fix, Operation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from ecslint.model import Path, Rule

#: A value of the hit in a title, a place or a value.
LETTERS = "abcdefghijklmnopqrstuvwxyz_"  # of the names of values


def offered(
    rule: Rule, path: Path, values: Mapping[str, Any], shown: Mapping[str, Any], to_source: Callable[[Path], Path]
) -> Fix | None:
    """The first of the rule's fixes for which the hit at ``path`` has all values; None if there is none.

    The title tells values as they are ``shown``. ``to_source`` gives the path in the document for one in the resource.
    """
    for form in rule.fix:
        if all(values.get(name) not in (None, "") for name in _needed(form)):
            operations = [_operation(step, path, values, to_source) for step in form["steps"]]
            return Fix(filled(form["title"], shown), form["applicability"], operations)
    return None


#: The references of each form, which stays as long as its rule; by its identity, with the form itself.
_forms: dict[int, tuple[Any, frozenset[str]]] = {}


def _needed(form: Any) -> frozenset[str]:
    """The names of all values that a fix refers to, looked up once for each fix."""
    known = _forms.get(id(form))
    if known is None or known[0] is not form:
        known = _forms[id(form)] = (form, frozenset(references(form)))
    return known[1]


def refer_to(rule: Rule, name: str) -> bool:
    """Whether a fix of the rule refers to a value."""
    return any(name in _needed(form) for form in rule.fix)


def references(form: Any) -> Iterator[str]:
    """The names of all values that a fix refers to."""
    if type(form) is str:
        yield from pieces_of(form)[1::2]
    for part in form.values() if type(form) is dict else form if type(form) is list else ():
        yield from references(part)


def pieces_of(template: str) -> list[str]:
    """Text and names of values in braces by turns; text, which may be empty, stands first and last."""
    first, *others = template.split("{")
    pieces = [first]
    for part in others:
        name, brace, rest = part.partition("}")
        if brace and name and not name.strip(LETTERS):
            pieces += [name, rest]
        else:
            pieces[-1] += f"{{{part}"
    return pieces


def filled(template: Any, values: Mapping[str, Any]) -> Any:
    """A template with the values of a hit for the references; one that stands alone keeps its type."""
    if type(template) is dict:
        return {key: filled(part, values) for key, part in template.items()}
    if type(template) is list:
        return [filled(part, values) for part in template]
    if type(template) is not str or "{" not in template:
        return template
    pieces = pieces_of(template)
    if len(pieces) == 3 and pieces[0] == pieces[2] == "":
        return values[pieces[1]]
    return "".join([_said(values[piece]) if index % 2 else piece for index, piece in enumerate(pieces)])


def _said(value: Any) -> str:
    """A value in a title, with ``true`` and ``false`` as documents have them."""
    return str(value).lower() if type(value) is bool else str(value)


def _operation(
    step: Mapping[str, Any], path: Path, values: Mapping[str, Any], to_source: Callable[[Path], Path]
) -> Operation:
    (kind, target), *more = step.items()
    place = to_source(at(filled(target, values), path))
    argument = filled(more[0][1], values) if more else None
    if kind == "move" and isinstance(argument, str):
        argument = to_source(at(argument, path))
    return Operation(kind, place, argument)


def at(target: str, path: Path) -> Path:
    """The path of a target: ``.``, ``./x`` and ``../x`` lead on from ``path``, ``x.y`` begins at the resource."""
    if not target.startswith("."):
        return steps(target)
    for part in target.split("/"):
        path = path[:-1] if part == ".." else path if part == "." else (*path, *steps(part))
    return path


def steps(names: str) -> Path:
    """A path from names between dots; a number stands for an item of a list."""
    return tuple(int(name) if name.isdecimal() else name for name in names.split("."))


def together(fixes: list[Fix | None]) -> Fix | None:
    """One fix for all hits of a rule that reports once for a resource; None if one of them has none.

    There is none either if an item of a list goes and another fix is for the same list: it would find other items.
    """
    known = [fix for fix in fixes if fix is not None]
    operations = [operation for fix in known for operation in fix.operations]
    if not known or len(known) < len(fixes):
        return None
    paths = [operation.path for operation in operations]
    lists = [path[:-1] for path in paths if path and type(path[-1]) is int]
    if len(known) > 1 and any(sum(path[: len(place)] == place for path in paths) > 1 for place in lists):
        return None
    unsafe = [fix for fix in known if fix.applicability == "unsafe"]
    more = f", and {len(known) - 1} more like it" if len(known) > 1 else ""
    return Fix(known[0].title + more, "unsafe" if unsafe else "safe", operations)
