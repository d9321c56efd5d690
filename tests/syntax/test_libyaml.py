"""libyaml without the rest of PyYAML: in processes of their own, since what is imported stays."""

from __future__ import annotations

import subprocess
import sys

#: Modules that cost more than reading most files.
COSTLY = ("yaml.reader", "yaml.constructor", "yaml.representer", "yaml.resolver", "re", "datetime")

TEXT = "a: [1, {b: 'x'}]\nc: |\n  text\n"


def run(program: str) -> list[str]:
    """The words that a program prints in a Python of its own."""
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()


def events(parser: str) -> str:
    """An expression: the kinds of events of TEXT, by the class that an expression gives."""
    return f"[type(event).__name__ for event in iter({parser}({TEXT!r}).get_event, None)]"


def test_events_need_no_costly_module() -> None:
    program = f"""
import sys
before = set(sys.modules)
from ecslint.syntax import libyaml
{events("libyaml.parser()")}
print(libyaml.parser().__name__, *sorted(set(sys.modules) - before))
"""
    name, *imported = run(program)
    assert name == "CParser"
    assert not set(imported) & set(COSTLY)


def test_a_later_import_of_yaml_is_whole() -> None:
    program = f"""
from ecslint.syntax import libyaml
own = {events("libyaml.parser()")}
import yaml
print(own == {events("yaml.CSafeLoader")} == {events("yaml.SafeLoader")})
print(yaml.load(yaml.dump({{"a": [1.5]}}, Dumper=yaml.CSafeDumper), yaml.CSafeLoader) == {{"a": [1.5]}})
print(yaml.__version__ > "5", hasattr(yaml, "nothing"), issubclass(yaml.CSafeLoader, libyaml.parser()))
bad = {{"a: [": yaml.parser.ParserError, "\\7": yaml.reader.ReaderError, "*b": yaml.composer.ComposerError}}
for loader in yaml.CSafeLoader, yaml.SafeLoader:
    for text, error in bad.items():
        try:
            yaml.load(text, loader)
        except error:
            print("caught")
"""
    assert run(program) == ["True", "True", "True", "False", "True"] + ["caught"] * 6


def test_what_a_later_module_takes_from_yaml_is_there() -> None:
    program = f"""
from ecslint.syntax import libyaml
{events("libyaml.parser()")}
from yaml import SafeLoader, YAMLError
import yaml.resolver
print(SafeLoader("a: 010").get_data(), issubclass(yaml.scanner.ScannerError, YAMLError))
"""
    assert run(program) == ["{'a':", "8}", "True"]


def test_a_yaml_that_is_imported_already_is_used() -> None:
    program = "import yaml\nfrom ecslint.syntax import libyaml\nprint(libyaml.parser() is yaml.CSafeLoader)"
    assert run(program) == ["True"]


def test_another_pyyaml_is_imported_as_usual() -> None:
    program = f"""
from ecslint.syntax import libyaml
libyaml.ASIDE = {{"reader": "NoSuchError"}}
print(libyaml.parser().__name__, len({events("libyaml.parser()")}))
"""
    assert run(program) == ["CSafeLoader", "16"]
