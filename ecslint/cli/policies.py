"""The commands ``policy test`` and ``policy new``."""

from __future__ import annotations

import os

from ecslint import api, config, discovery, document, testing, writing
from ecslint.cli.checking import FINDINGS
from ecslint.cli.output import Trouble, say, write
from ecslint.escaping import visible
from ecslint.model import Misuse
from ecslint.ruleset import bundle, policies, rules
from ecslint.words import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any


SKELETON = """\
# yaml-language-server: $schema=https://raw.githubusercontent.com/ecslint/ecslint/main/schemas/rule.json
id: {id}
slug: {slug}
title: Every container has a name
given: containerDefinitions[]
then: {{schema: {{required: [name]}}}}
message: "the container lacks `{{missing}}`"
examples:
  good:
    - containerDefinitions: [{{name: web}}]
  bad:
    - code: {{containerDefinitions: [{{image: "nginx:1.27"}}]}}
      at: containerDefinitions[0]
"""


def test(places: Sequence[str], options: Mapping[str, Any]) -> int:
    """Run the examples of the policies of some files and folders, or of the working folder; the exit code."""
    bundled = bundle.load()
    first = bundled.size
    if places:
        ruleset = bundled.extended(policies.named(places))
    else:
        ruleset = config.Scope(api.configurations([], options), bundled, options).ruleset
    if ruleset.size == first:
        what = "nothing there is a rule file" if places else "the configuration names no `rules`"
        raise Trouble(f"no policies to test: {what}; `ecslint policy new ACME001 bad-pattern` writes one")
    wrong = 0
    for number in range(first, ruleset.size):
        rule = ruleset.rule(number)
        problems = list(testing.run_examples(rule, ruleset))
        if not rule.docs.get("examples", {}).get("bad"):
            problems.append("missing: a bad example is needed to show that the rule finds something")
        for problem in problems or ["ok"]:
            kind, _, text = problem.partition(": ")
            first_line, *more = text.split("\n")
            lines = [f"{kind:9} {rule.id} {rule.slug}" + (f": {first_line}" if text else ""), *more]
            write("".join(f"{visible(line)}\n" for line in lines if line or line is not lines[-1]), None)
        wrong += bool(problems)
    count = ruleset.size - first
    write(f"{counted(count, 'policy') if count == 1 else f'{count} policies'}, {count - wrong} ok\n", None)
    return FINDINGS if wrong else 0


def new(rule_id: str, slug: str, folder: str) -> int:
    """Write a rule file that can be tested at once; the exit code. Never writes over a file."""
    text = SKELETON.format(id=rule_id, slug=slug)
    parsed = document.parse(text.encode("utf-8", "surrogateescape"), f"{rule_id} {slug}", language="yaml")
    library = rules.Library(bundle.conditions(), {})
    mistakes = policies.errors(parsed, library)
    if mistakes:
        raise Misuse(f"{rule_id} {slug}: {mistakes[0][1]}")
    if slug in bundle.names():
        raise Misuse(f"{slug} is the name of a bundled rule; take another one")
    path = os.path.join(folder, f"{rule_id}-{slug}.yaml")
    if discovery.leads_out(path):
        raise Trouble(f"{path} leads out of the repository by a link; name the folder itself")
    try:
        writing.create(path, text.encode("utf-8", "surrogateescape"))
    except FileExistsError:
        raise Trouble(f"{path} exists; it is left as it is") from None
    except OSError as error:
        raise Trouble(f"cannot write {path}: {error.strerror or error}") from None
    write(f"{visible(path)} is written; `ecslint policy test {visible(path)}` runs its examples\n", None)
    found = api.configurations([], {})[""]
    if found is None or "rules" not in config.read(found, bounded=True).data:
        say(f"ecslint: to use it, say so in .ecslint.yaml: `rules: [{folder}]`")
    return 0
