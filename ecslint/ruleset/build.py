"""Write the generated modules: when a wheel is built, and in a checkout whose sources have changed."""

from __future__ import annotations

import os

from ecslint.kinds import TASK_DEFINITION, Kind
from ecslint.model import Mistakes, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from typing import Any


GENERATED = ("descriptors", "facts", "heads", "index", "library", "perhaps", "short", "text")

#: Modules that there are once for each kind of resource: ``fast_service``.
OF_KIND = ("exact", "fast", "schema")

#: Code that decides what the generated modules look like.
GENERATORS = (
    *("build.py", "code.py", "compile.py", "expressions.py", "facts.py", "fits.py", "guards.py", "patterns.py"),
    "screen.py",
)


def refresh(root: str) -> None:
    """Make the generated modules of a checkout again if one is missing or older than a source.

    A checkout that cannot be written to must hold them already. Raises Mistakes when a rule file has a
    mistake.
    """
    folder = os.path.join(root, "ecslint", "compiled")
    kinds = [os.path.splitext(name)[0] for name in os.listdir(os.path.join(root, "rules", "kinds"))]
    names = [
        *GENERATED,
        module_of("seldom", TASK_DEFINITION),
        *(module_of(name, kind) for name in OF_KIND for kind in kinds),
    ]
    targets = [os.path.join(folder, f"{name}.py") for name in names]
    try:
        oldest = min(os.stat(target).st_mtime_ns for target in targets)
    except FileNotFoundError:
        oldest = -1
    if newest_source(root) < oldest:
        return
    found = mistakes(os.path.join(root, "rules"))
    if found:
        raise Mistakes("\n".join(found))
    write(root)


def mistakes(folder: str) -> list[str]:
    """All mistakes in the rule files of a folder, each as ``file:line:column: what is wrong``.

    Raises Mistakes where the conditions or a table cannot be read.
    """
    from ecslint.ruleset import rules as loader

    library = loader.Library(loader.load_conditions(folder), loader.load_tables(folder))
    found = []
    for path in loader.rule_files(folder):
        try:
            found += loader.validate(path, library)
        except Mistakes as error:
            found.append(str(error))
    return found


def newest_source(root: str) -> int:
    """When the youngest of all sources was changed, in nanoseconds; folders count, so that a removal shows."""
    here = os.path.dirname(os.path.abspath(__file__))
    newest = max(os.stat(os.path.join(here, name)).st_mtime_ns for name in GENERATORS)
    folders = ("rules", "schemas", os.path.join("ecslint", "checks"), os.path.join("ecslint", "catalogue"))
    pending = [os.path.join(root, folder) for folder in folders]
    while pending:
        folder = pending.pop()
        newest = max(newest, os.stat(folder).st_mtime_ns)
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir():
                    if entry.name != "__pycache__":
                        pending.append(entry.path)
                else:
                    newest = max(newest, entry.stat().st_mtime_ns)
    return newest


def write(root: str) -> None:
    """Write all generated modules below ``root``, each in one step."""
    folder = os.path.join(root, "ecslint", "compiled")
    os.makedirs(folder, exist_ok=True)  # git keeps no empty folders, so a fresh clone has none
    for name, text in modules(os.path.join(root, "rules"), os.path.join(root, "schemas")).items():
        temporary = os.path.join(folder, f"{name}.{os.getpid()}.tmp")
        with open(temporary, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(temporary, os.path.join(folder, f"{name}.py"))


def module_of(name: str, kind: str) -> str:
    """The name of a generated module of a kind."""
    return f"{name}_{kind.replace('-', '_')}"


def modules(rules_folder: str, schemas_folder: str) -> dict[str, str]:
    """The source of each generated module, by name."""
    from ecslint.catalogue.descriptor import descriptor
    from ecslint.ruleset import rules as loader
    from ecslint.ruleset.facts import compile_facts
    from ecslint.syntax import writer

    tables = loader.load_tables(rules_folder)
    rules = [loader.load_rule(path, tables) for path in loader.rule_files(rules_folder)]
    conditions = loader.load_conditions(rules_folder)
    kinds = loader.load_kinds(rules_folder)
    ours = [(number, rule) for number, rule in enumerate(rules) if TASK_DEFINITION in rule.kinds]
    certain, possible, platform = compile_facts(ours, conditions[TASK_DEFINITION], tables)
    errors = [number for number, rule in ours if rule.severity == "error"]
    certain.line(f"ERRORS = frozenset({errors!r})")
    certain.line(f"SHORT = { ({number: short(rule) for number, rule in platform.items()})!r}")
    head = '"""Made by ecslint.ruleset.build; do not edit."""\n\n'
    found = {
        "index": f"{head}KINDS = {kinds!r}\n\n"
        + tables_of(rules, [name for name, kind in kinds.items() if "joins" in kind]),
        "facts": certain.text(),
        "perhaps": possible.text(),
        "heads": f"{head}RULES = (\n"
        + "".join(f"    {tuple(getattr(rule, name) for name in Rule.HEAD)!r},\n" for rule in rules)
        + ")\n",
        # as texts, since most runs need few of them
        "short": f"{head}RULES = (\n" + "".join(f"    {writer.dumps(short(rule))!r},\n" for rule in rules) + ")\n",
        "library": f"{head}{conditions_of(kinds, conditions)}\n\nPACKS = {loader.load_packs(rules_folder)!r}\n\n"
        f"NAMES = frozenset({sorted(name for rule in rules for name in (rule.id, rule.slug))!r})\n",
        "descriptors": f"{head}DESCRIPTORS = {{\n"
        + "".join(f"    {rule.id!r}: {writer.dumps(descriptor(rule))!r},\n" for rule in rules)
        + "}\n",
        "text": f"{head}DOCS = {{\n" + "".join(f"    {rule.id!r}: {docs_of(rule)!r},\n" for rule in rules) + "}\n",
    }
    for name, fields in kinds.items():
        ours = [(number, rule) for number, rule in enumerate(rules) if name in rule.kinds]
        vocabulary = tables["vocabulary"]
        found |= modules_of_kind(Kind(name, fields), ours, conditions[name], schemas_folder, vocabulary)
    return found


def conditions_of(kinds: Mapping[str, Any], conditions: Mapping[str, Any]) -> str:
    """The conditions of all kinds; those of kinds that are made of others are not written twice."""
    plain = {name: conditions[name] for name, kind in kinds.items() if "joins" not in kind}
    lines = [f"CONDITIONS = {plain!r}"]
    for name, kind in kinds.items():
        if "joins" in kind:
            parts = ", ".join(f"**CONDITIONS[{part!r}]" for part in kind["joins"].values())
            own = {one: schema for one, schema in conditions[name].items() if not any(one in plain[p] for p in plain)}
            lines.append(f"CONDITIONS[{name!r}] = {{{parts}, **{own!r}}}")
    return "\n".join(lines)


def modules_of_kind(
    kind: Kind,
    rules: Sequence[tuple[int, Rule]],
    conditions: Mapping[str, Any],
    schemas_folder: str,
    vocabulary: Mapping[str, Any],
) -> dict[str, str]:
    """The source of each module of one kind, by name; ``rules`` are its rules with their numbers."""
    import json

    from ecslint.ruleset.compile import compile_rules
    from ecslint.ruleset.screen import compile_screen

    with open(os.path.join(schemas_folder, f"{kind.name}.json"), encoding="utf-8") as file:
        schema = json.load(file)
    del schema["$comment"]
    second = module_of("seldom", kind.name) if kind.name == TASK_DEFINITION else ""
    often, seldom = compile_screen(rules, conditions, schema, kind.containers, second)
    head = '"""Made by ecslint.ruleset.build; do not edit."""\n\n'
    found = {
        "fast": often,
        **({"seldom": seldom} if second else {}),
        "exact": compile_rules(rules, conditions, kind.containers),
        "schema": f"{head}SCHEMA = {schema!r}\n\nVOCABULARY = {vocabulary!r}\n",
    }
    return {module_of(name, kind.name): text for name, text in found.items()}


def tables_of(rules: Sequence[Rule], joins: Collection[str]) -> str:
    """How many rules there are, and which one reports what the parser, the adapters and the structure find.

    ``joins`` are the kinds of resources that are made of others.
    """
    by_keyword: dict[str, int] = {}
    by_fault: dict[str, int] = {}
    for number, rule in enumerate(rules):
        names = rule.then.get("keywords", [rule.slug])
        if rule.then.get("source") == "structure":
            by_keyword.update(dict.fromkeys(names, number))
        elif "source" in rule.then:
            by_fault.update(dict.fromkeys(names, number))
    default = [number for number, rule in enumerate(rules) if rule.profile == "default"]
    joined = sorted(rule.id for rule in rules if rule.kinds and set(rule.kinds) <= {*joins})
    return (
        f"JOINED = frozenset({joined!r})\n"
        f"SIZE = {len(rules)}\nDEFAULT = frozenset({default!r})\nBY_KEYWORD = {by_keyword!r}\nBY_FAULT = {by_fault!r}\n"
    )


def short(rule: Rule) -> dict[str, Any]:
    """What a finding needs to know of its rule."""
    fields = {name: getattr(rule, name) for name in ("id", "slug", "title", "severity", "category", "message")}
    optional = {
        "profile": rule.profile,
        "help": rule.help,
        "once": rule.once,
        "fix": rule.fix,
        "deploy-path": rule.deploy_path,
    }
    defaults = {"profile": "default", "help": "", "once": False, "fix": (), "deploy-path": {}}
    return {**fields, **{name: value for name, value in optional.items() if value != defaults[name]}}


def docs_of(rule: Rule) -> Mapping[str, Any]:
    """The fields of a rule file, except for tables, which are code."""
    return {name: value for name, value in rule.docs.items() if name != "then"}
