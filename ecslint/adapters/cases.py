"""The cases of a template: what conditions and parameters may be at the same time, where a resource is made.

They are enumerated, not solved: each parameter that a condition compares, or that chooses the row of a map, takes the
values that make a difference, and so do pseudo parameters. Of what else is compared, two values are equal or not, the
same wherever they are compared. Of more than ``MOST`` combinations, each parameter is looked at by itself.
"""

from __future__ import annotations

from ecslint.adapters.intrinsics import SCALARS, Evaluation, intrinsic, member, text_of
from ecslint.model import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import Any

MOST = 64  # combinations that are looked at
MOST_CHOICES = 16  # combinations of free parameters

#: Cases of all resources of a template that are looked at; of further ones, conditions are not known.
MOST_READINGS = 2_048

#: The parameter of AWS that is the same everywhere in a stack, and chooses rows of maps.
REGION = "AWS::Region"

#: A value that a parameter has if it has none of those that make a difference.
OTHER = Unknown("")

#: Types of parameters whose values are lists.
LISTS = ("CommaDelimitedList", "List<")

#: Those whose items are anything.
PLAIN_LISTS = ("CommaDelimitedList", "List<Number>")

#: A type of parameters whose values are looked up elsewhere.
LOOKED_UP = "AWS::SSM::Parameter::"

#: Tells a parameter that has one value because somebody has given it.
GIVEN = "ecslint::Given"

#: Defaults that are meant to be replaced.
NO_DEFAULTS = frozenset(("", "-", "none", "n/a", "changeme", "replace_me", "replaceme", "todo", "tbd"))


class Case:
    """One case: the ``truths`` of conditions, and what parameters may be in it.

    ``joint`` are the values that the parameters which decide have together, ``free`` what others may be. ``facts`` are
    what is true in it: of conditions, of rows of maps, and of conditions that only others ask for. ``most`` is how many
    choices are looked at. ``label`` says what has been assumed, for people: ``with the default of `Size` ``.
    """

    __slots__ = ("facts", "free", "joint", "label", "most", "template", "truths")

    def __init__(
        self,
        template: Mapping[Any, Any],
        truths: Mapping[str, bool],
        joint: Sequence[Mapping[str, Any]],
        free: Mapping[str, list[Any]],
        facts: Mapping[str, Any],
        most: int = MOST_CHOICES,
        label: str = "",
    ) -> None:
        self.template = template
        self.truths = truths
        self.joint = joint
        self.free = free
        self.facts = facts
        self.most = min(most, MOST_CHOICES)
        self.label = label

    def like(self, joint: Sequence[Mapping[str, Any]], more: Mapping[str, Any], label: str = "") -> Case:
        """The same with one combination of values, and ``more`` values of others."""
        free = {**self.free, **{name: [value] for name, value in more.items() if name in self.free}}
        return Case(self.template, self.truths, joint, free, self.facts, label=label)

    def known(self) -> dict[str, Any]:
        """The parameters that have one value in this case, but for those that nobody may see."""
        values = {name: [one[name] for one in self.joint] for name in self.joint[0]} | dict(self.free)
        return {
            name: some[0]
            for name, some in values.items()
            if some[0] is not OTHER and some.count(some[0]) == len(some) and not is_secret(self.template, name)
        }

    def evaluation(self) -> Evaluation:
        """What is known."""
        return Evaluation(self.template, self.known(), self.truths)

    def choices(self) -> list[Case]:
        """The same with each combination of values that the parameters may have; none if there are too many."""
        free = {name: values for name, values in self.free.items() if len(values) > 1}
        if len(self.joint) * size_of(free) > self.most:
            free.pop(REGION, None)
        if not 1 < len(self.joint) * size_of(free) <= self.most:
            return []
        return [self.like([one], more) for one in self.joint for more in product(free)]

    def assumed(self) -> Case | None:
        """The same with all defaults; None if no parameter is left that has one, or they make another case."""
        known = self.known()
        own = {name: default(parameters(self.template).get(name)) for name in known}
        if any(value not in (None, known[name]) for name, value in own.items()):
            return None
        unknown = [name for name in (*self.joint[0], *self.free) if name not in known]
        shown = [name for name in unknown if not is_secret(self.template, name)]
        defaults = {
            name: value for name in shown if (value := default(parameters(self.template).get(name))) is not None
        }
        fitting = [one for one in self.joint if all(may_have(one, name, value) for name, value in defaults.items())]
        if not defaults or not fitting:
            return None
        names = " and ".join(f"`{name}`" for name in sorted(defaults))
        label = f"with the default{'s' if len(defaults) > 1 else ''} of {names}"
        joint = [{name: defaults.get(name, value) for name, value in one.items()} for one in fitting]
        return self.like(joint, defaults, label)


def read(
    template: Mapping[Any, Any],
    resources: Iterable[tuple[Mapping[Any, Any], Callable[[Case], list[dict[str, Any]]]]],
    parameters: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:
    """Arguments of ``Resource``: for each resource of a template those for each case, as a function reads it in one.

    ``parameters`` are those that ``given`` has fixed.
    """
    found = []
    left = MOST_READINGS
    for resource, reading in resources:
        known = [readings(case, reading) for case in of(template, resource, min(MOST, left))]
        of_cases = [fields for several in known for fields in several]
        left = max(left - max(len(known), len(of_cases)), 1)
        more: dict[str, Any] = {"every": [fields["facts"] for fields in of_cases]}
        if parameters and has_given(template, resource):
            more["bound"] = True
        found += [{**fields, **more} for fields in of_cases]
    return found


def readings(case: Case, reading: Callable[[Case], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Arguments of ``Resource`` for what a resource is in one case; none where it has no properties that can be read.

    A parameter that is free in this case may have several values: what is wrong for one of them only is not wrong for
    certain. The further readings, one for each choice, and the one with all defaults, stand in ``choices`` and
    ``assumed``.
    """
    found = reading(case)
    choices = [reading(choice) for choice in case.choices()] if found else []
    assumed = case.assumed() if found else None
    with_defaults = [] if assumed is None else reading(assumed)
    for first in found:
        alike = [one for several in choices for one in several if one["prefix"] == first["prefix"]]
        if len(alike) == len(choices):
            first["choices"] = [{**choice, "local": ""} for choice in alike]
        for one in with_defaults:
            if one["prefix"] == first["prefix"]:
                first["assumed"] = {**one, "local": ""}
    return found


def may_have(assignment: Mapping[str, Any], name: str, value: Any) -> bool:
    """Whether a parameter may have a value where it has that of an assignment."""
    return name not in assignment or assignment[name] in (value, OTHER)


def of(template: Mapping[Any, Any], resource: Mapping[Any, Any], most: int = MOST) -> list[Case]:
    """The cases in which a template makes a resource, of which there may be so many."""
    wanted = Wanted(template)
    wanted.look(resource.get("Properties"))
    own = resource.get("Condition")
    if type(own) is str:
        wanted.condition(own)
    classes = {name: wanted.values_of(name) for name in wanted.deciding}
    if size_of(classes) > most:  # then the rows of maps matter less than conditions
        classes |= {name: [OTHER] for name in wanted.rows if wanted.is_open(name)}
    free = {name: wanted.values_of(name) for name in wanted.free if name not in wanted.deciding}
    others = [name for name in wanted.others() if name not in wanted.conditions][:MOST]
    groups: dict[tuple[Any, ...], list[tuple[dict[str, Any], dict[str, bool | None]]]] = {}
    for assignment in assignments(classes, most):
        memory: dict[str, bool | None] = {}
        truths = {name: _holds(template, {"Condition": name}, assignment, memory, 0) for name in wanted.conditions}
        if type(own) is str and truths.get(own) is False:
            continue
        rows = {name: text_of(assignment.get(name, OTHER)) for name in wanted.rows}
        used = {name: assignment.get(name, OTHER) for name in classes if name in wanted.free or name in wanted.rows}
        implied = {name: _holds(template, {"Condition": name}, assignment, memory, 0) for name in others}
        groups.setdefault((*truths.items(), *rows.items()), []).append((used, implied))
    found = []
    for facts, members in groups.items():
        joint = [used for number, (used, _) in enumerate(members) if used not in [one for one, _ in members[:number]]]
        certain = [(name, side) for name, side in members[0][1].items() if all(one[name] is side for _, one in members)]
        known = {name: value for name, value in (*facts, *certain) if value not in (None, "")}
        sides = {name: value for name, value in known.items() if name in wanted.conditions}
        found.append(Case(template, sides, joint, free, known, most // len(groups)))
    return found


def assignments(classes: Mapping[str, list[Any]], most: int) -> Iterator[dict[str, Any]]:
    """Each combination of values; of too many each value alone, while nothing is known of the others, or nothing."""
    if size_of(classes) <= most:
        yield from product(classes)
    elif sum(map(len, classes.values())) <= most:
        yield from ({name: value} for name, values in classes.items() for value in values)
    else:
        yield {}


def has_given(template: Mapping[Any, Any], resource: Mapping[Any, Any]) -> bool:
    """Whether a resource hangs on a value that somebody has given."""
    wanted = Wanted(template)
    wanted.look(resource.get("Properties"))
    if type(resource.get("Condition")) is str:
        wanted.condition(resource["Condition"])
    own = parameters(template)
    return any(type(own.get(name)) is dict and GIVEN in own[name] for name in (*wanted.deciding, *wanted.free))


class Wanted:
    """What a resource asks of its template: conditions and parameters, and what those ask for.

    ``deciding`` parameters make cases: conditions compare them with the values in ``compared``, or they choose the
    ``rows`` of maps. ``free`` ones are used as values. ``keys`` are those of the maps whose rows are chosen.
    """

    def __init__(self, template: Mapping[Any, Any]) -> None:
        self.template = template
        self.conditions: list[str] = []
        self.free: list[str] = []
        self.keys: dict[str, list[str]] = {}
        self.compared: dict[str, list[str]] = {}
        self.deciding: list[str] = []
        self.rows: list[str] = []

    def look(self, node: Any) -> None:
        """Note what a part of the resource asks for."""
        pending = [node]
        while pending:
            value = pending.pop()
            found = intrinsic(value, ())
            if found is not None:
                name, value, _ = found
                if name == "Ref" and is_parameter(value, self.template):
                    self._add(self.free, value)
                elif name == "Fn::Sub":
                    self._texts(value)
                elif name == "Fn::FindInMap":
                    self._rows(value)
                elif name == "Fn::If" and type(value) is list and value and type(value[0]) is str:
                    self.condition(value[0])
            if type(value) is dict:
                pending += value.values()
            elif type(value) is list:
                pending += value

    def others(self) -> list[str]:
        """All conditions of the template."""
        found = self.template.get("Conditions")
        return [name for name in found if type(name) is str] if type(found) is dict else []

    def condition(self, name: str) -> None:
        """Note a condition, those that it refers to, and the parameters that it compares."""
        pending: list[Any] = [{"Condition": name}]
        while pending:
            value = pending.pop()
            found = intrinsic(value, ())
            if found is None:
                pending += value if type(value) is list else value.values() if type(value) is dict else ()
                continue
            function, argument, _ = found
            if function == "Condition" and type(argument) is str:
                definition = member(self.template.get("Conditions"), argument)
                if argument not in self.conditions and definition is not None:
                    self.conditions.append(argument)
                    pending.append(definition)
            elif function == "Fn::Equals" and type(argument) is list and len(argument) == 2:
                self._compare(*argument)
            elif type(argument) is list:
                pending += argument

    def _compare(self, left: Any, right: Any) -> None:
        for one, other in ((left, right), (right, left)):
            found = intrinsic(one, ())
            if found is not None and found[0] == "Ref" and type(found[1]) is str and type(other) in SCALARS:
                self._add(self.deciding, found[1])
                self.compared.setdefault(found[1], []).append(text_of(other))
                return
        self._add(self.deciding, comparison([left, right]))

    def _rows(self, argument: Any) -> None:
        for place, part in enumerate(argument[:3] if type(argument) is list else ()):
            found = intrinsic(part, ())
            if found is None or found[0] != "Ref" or type(found[1]) is not str:
                continue
            name, keys = found[1], keys_of(self.template, argument[0], place) if len(argument) == 3 else []
            if name == REGION and keys:
                self._add(self.free, name)
            elif is_parameter(name, self.template) and (keys or allowed(parameters(self.template)[name])):
                self._add(self.deciding, name)
                self._add(self.rows, name)
            else:
                continue
            known = self.keys.get(name, keys)
            self.keys[name] = [key for key in known if key in keys] or known

    def is_open(self, name: str) -> bool:
        """Whether only the keys of maps say what a parameter may be."""
        return not (allowed(parameters(self.template).get(name)) or name in self.compared)

    def values_of(self, name: str) -> list[Any]:
        """The values of a parameter that make a difference."""
        if name.startswith("=="):
            return [True, False]
        own = allowed(parameters(self.template).get(name))
        if own:
            return own
        compared, keys = self.compared.get(name, ()), self.keys.get(name, ())
        return [*dict.fromkeys((*compared, *keys)), *([] if keys and not compared else [OTHER])]

    def _texts(self, value: Any) -> None:
        text = value[0] if type(value) is list and value else value
        text = text.raw if type(text) is Unknown else text
        for part in text.split("${")[1:] if type(text) is str else ():
            name = part.partition("}")[0].strip()
            if name in parameters(self.template):
                self._add(self.free, name)

    @staticmethod
    def _add(names: list[str], name: str) -> None:
        if name not in names:
            names.append(name)


def _holds(
    template: Mapping[Any, Any], node: Any, values: Mapping[str, Any], memory: dict[str, bool | None], depth: int
) -> bool | None:
    """Whether a condition holds if parameters have these values; None if that is not known."""
    found = intrinsic(node, ())
    if found is None or depth > MOST:
        return None
    name, argument, _ = found
    if name == "Condition":
        if type(argument) is str and argument not in memory:
            memory[argument] = None  # of itself, nothing is known
            definition = member(template.get("Conditions"), argument)
            memory[argument] = _holds(template, definition, values, memory, depth + 1)
        return memory.get(str(argument))
    if type(argument) is not list or not argument:
        return None
    if name == "Fn::Equals" and len(argument) == 2:
        known = Evaluation(template, {key: one for key, one in values.items() if one is not OTHER}, {})
        left, right = (known.value(side, ())[0] for side in argument)
        if type(left) is not Unknown and type(right) is not Unknown:
            return text_of(left) == text_of(right)
        other = other_than(values, argument)
        return values.get(comparison(argument)) if other is None else other
    parts = [_holds(template, part, values, memory, depth + 1) for part in argument]
    if name == "Fn::Not":
        return None if parts[0] is None else not parts[0]
    if name in ("Fn::And", "Fn::Or"):
        decisive = name == "Fn::Or"
        return decisive if decisive in parts else None if None in parts else not decisive
    return None


def comparison(argument: list[Any]) -> str:
    """What stands for the comparison of two values of which at least one is not known; no parameter has such a name."""
    return f"=={argument!r}"


def other_than(values: Mapping[str, Any], argument: list[Any]) -> bool | None:
    """False where a parameter, which is none of the values that make a difference, is compared with one of them."""
    for one, other in (argument, argument[::-1]):
        found = intrinsic(one, ())
        is_other = found is not None and found[0] == "Ref" and values.get(str(found[1])) is OTHER
        if is_other and intrinsic(other, ()) is None:
            return False
    return None


def size_of(classes: Mapping[str, list[Any]]) -> int:
    """How many combinations of values there are."""
    size = 1
    for values in classes.values():
        size *= len(values)
    return size


def product(classes: Mapping[str, list[Any]]) -> Iterator[dict[str, Any]]:
    """Each combination of values."""
    found: list[dict[str, Any]] = [{}]
    for name, values in classes.items():
        found = [{**one, name: value} for one in found for value in values]
    yield from found


def keys_of(template: Mapping[Any, Any], name: Any, place: int) -> list[str]:
    """The keys of a map by name: those of its rows at place 1, those of their columns at place 2."""
    rows = member(template.get("Mappings"), name)
    if type(rows) is not dict or place not in (1, 2):
        return []
    columns = [key for row in rows.values() if type(row) is dict for key in row]
    return [*dict.fromkeys(text_of(key) for key in (rows if place == 1 else columns))]


def given(template: Mapping[Any, Any], values: Mapping[str, str]) -> dict[Any, Any]:
    """A template whose parameters have some values, but for those that nobody may see and those that are looked up."""
    own = parameters(template)
    fixed = {}
    for name, parameter in own.items():
        if name not in values or type(parameter) is not dict or hides(parameter):
            continue
        kind = text_of(parameter.get("Type"))
        if not kind.startswith(LOOKED_UP):
            value = items_of(values[name]) if kind.startswith(LISTS) else values[name]
            fixed[name] = {"Type": "String", "AllowedValues": [value], GIVEN: True}
    return {**template, "Parameters": {**own, **fixed}}


def items_of(text: str) -> list[str]:
    """The items of a list as the value of a parameter is written."""
    return [item.strip() for item in text.split(",")]


def parameters(template: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """The parameters of a template."""
    found = template.get("Parameters")
    return found if type(found) is dict else {}


def is_parameter(name: Any, template: Mapping[Any, Any]) -> bool:
    """Whether a name is that of a parameter."""
    return type(name) is str and name in parameters(template)


def allowed(parameter: Any) -> list[Any]:
    """The values that a parameter allows, as texts; empty where there are others."""
    known = type(parameter) is dict and is_plain(parameter) and not hides(parameter)
    found = parameter.get("AllowedValues") if known else None
    return [value if type(value) is list else text_of(value) for value in found] if type(found) is list else []


def default(parameter: Any) -> Any:
    """The default of a parameter as a text, or a list of texts; None if it has none that anybody would use."""
    if type(parameter) is not dict or not (is_plain(parameter) or parameter.get("Type") in PLAIN_LISTS):
        return None
    value = parameter.get("Default")
    if type(value) not in (str, int, float, bool):
        return None
    text = text_of(value)
    is_word = text.lower() in NO_DEFAULTS or text.startswith("<") or ("_" in text and text.isupper())
    if is_word:
        return None
    return text if is_plain(parameter) else items_of(text)


def is_secret(template: Mapping[Any, Any], name: str) -> bool:
    """Whether nobody may see the value of a parameter."""
    parameter = parameters(template).get(name)
    return type(parameter) is dict and hides(parameter)


def hides(parameter: Mapping[Any, Any]) -> bool:
    """Whether a parameter has ``NoEcho``."""
    return text_of(parameter.get("NoEcho")).lower() in ("true", "yes", "on")


def is_plain(parameter: Mapping[Any, Any]) -> bool:
    """Whether a parameter is a text or a number, and is not looked up elsewhere."""
    return parameter.get("Type") in ("String", "Number")
