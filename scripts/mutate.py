"""Break the code on purpose, one place at a time, and see whether a test notices.

python scripts/mutate.py                        the fixed sample of all modules, as in CI
python scripts/mutate.py syntax/edit writing    of these modules
options: --size N (mutants of each module, 0 for all), --seed TEXT, --jobs N, --only TEXT (mutants that name it)

A mutant is one small change of one module: another comparison, a negated condition, a call, keyword or ``raise`` that
is dropped, another constant. It is killed when a test of its module fails, or when the tests take far longer than
before. A survivor is printed as a diff: either no test states what the changed code is for, or the change makes no
difference. Those of the second kind stand in tests/mutants.yaml, each with its reason, and do not count.

The sample of a seed is made of what the mutants say, not of line numbers, so a change elsewhere does not change it. The
exit code is 1 if less than 90 % of all mutants are killed, or of those of one module, if at least 30 of it were tried.
It needs ``os.fork``, and CPython 3.10 or newer.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import hashlib
import importlib
import itertools
import os
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).resolve().parent.parent
GOAL = 90  # per cent of the mutants
SIZE = 6  # mutants of each module in CI, where all of them may take three minutes of two cores
ENOUGH = 30  # mutants of one module that tell something of it alone
LEAST = 10  # seconds of the processor that the tests may take at least
PATIENCE = 600.0  # seconds that they may take by the clock, if they wait for what never comes

EDITING = (
    "tests/syntax/test_edit_apart.py",
    "tests/syntax/test_edit.py",
    "tests/syntax/test_edit_cases.py",
    "tests/test_fixing.py",
    "tests/syntax/test_edit_json.py",
    "tests/syntax/test_edit_yaml.py",
)
FINDINGS = (
    "tests/test_findings_words.py",
    "tests/test_suggestions.py",
    "tests/test_positions.py",
    "tests/reporters/test_report_hunk.py",
    "tests/test_suppress.py",
    "tests/test_terraform.py::test_mandatory_rules_hear_nothing_of_terraform",
    "tests/test_terraform.py::test_names_in_another_case_and_nulls_are_no_fault",
    "tests/test_deploy.py::test_a_service_without_any_name_is_that_of_ecspresso",
    "tests/test_deploy_findings.py::test_json_that_is_read_as_yaml_may_be_sloppy",
    "tests/test_engine.py",
)
#: The modules, and the tests that state what each is for, the quick ones first.
MODULES: dict[str, tuple[str, ...]] = {
    "syntax/json": (
        "tests/syntax/test_json.py", "tests/syntax/test_json_faults.py", "tests/syntax/test_json_conformance.py",
    ),
    "syntax/outline": ("tests/syntax/test_json.py", "tests/syntax/test_json_faults.py"),
    "syntax/templates": ("tests/syntax/test_templates.py",),
    "syntax/yaml": ("tests/syntax/test_yaml.py", "tests/syntax/test_yaml_kinds.py", "tests/syntax/test_libyaml.py"),
    "syntax/edit": EDITING,
    "syntax/edit_block": EDITING,
    "syntax/edit_flow": EDITING,
    "syntax/edit_lines": EDITING,
    "syntax/edit_text": EDITING,
    "syntax/edit_tokens": EDITING,
    "syntax/operations": EDITING,
    "syntax/pieces": EDITING,
    "writing": ("tests/test_writing_saves.py", "tests/test_writing_locks.py", "tests/test_writing.py"),
    "checks/sizing": ("tests/checks/test_sizing.py", "tests/checks/test_sizing_words.py", "tests/test_rules.py"),
    "findings": FINDINGS,
    "hits": FINDINGS,
    "masking": (
        "tests/test_masking_places.py", "tests/test_masking.py", "tests/reporters/test_report_hunk.py",
        "tests/test_findings_words.py", "tests/test_engine.py",
    ),
    "ruleset/structure": ("tests/ruleset/test_structure.py", "tests/test_rules.py", "tests/test_engine.py"),
}  # fmt: skip

COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "!=", ast.NotEq: "==", ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">",
    ast.In: "not in", ast.NotIn: "in", ast.Is: "is not", ast.IsNot: "is",
}  # fmt: skip
OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "-", ast.Sub: "+", ast.Mult: "//", ast.Div: "*", ast.FloorDiv: "*", ast.Mod: "//", ast.Pow: "*",
    ast.LShift: ">>", ast.RShift: "<<", ast.BitAnd: "|",
}  # fmt: skip
FUNCTIONS = {"min": "max", "max": "min", "any": "all", "all": "any", "sorted": "list", "reversed": "list"}
METHODS = {"startswith": "endswith", "endswith": "startswith", "lstrip": "rstrip", "rstrip": "lstrip", "find": "rfind"}
METHODS |= {"partition": "rpartition", "rpartition": "partition", "append": "extend"}


Change = tuple[int, int, str]  # which bytes become which text


class Mutant(NamedTuple):
    """One change: in which function, what stood on the lines, what stands there now, and the whole new source."""

    module: str
    function: str
    line: int
    old: str
    new: str
    source: str

    @property
    def says(self) -> str:
        """What it says, wherever it stands."""
        return "\0".join((self.module, self.function, self.old, self.new))


# --- making mutants --------------------------------------------------------------------------------


def mutants(module: str) -> list[Mutant]:
    """All mutants of a module."""
    return of(module, (ROOT / "ecslint" / f"{module}.py").read_text("utf-8"))


def of(module: str, source: str) -> list[Mutant]:
    """All mutants of a source, in the order of the text. Those that say the same thing are one."""
    text = _Text(source)
    raw = text.raw
    found: dict[str, Mutant] = {}
    for function, node in _nodes(ast.parse(source)):
        for first, last, new in _changes(text, node):
            begin, end = raw.rfind(b"\n", 0, first) + 1, raw.find(b"\n", last)
            changed = raw[:first] + new.encode() + raw[last:]
            old_lines, new_lines = raw[begin:end], changed[begin : len(changed) - len(raw) + end]
            said = [_plain(lines.decode()) for lines in (old_lines, new_lines)]
            mutant = Mutant(module, function, raw.count(b"\n", 0, first) + 1, said[0], said[1], changed.decode())
            found.setdefault(mutant.says, mutant)
    return list(found.values())


def _plain(lines: str) -> str:
    """Lines without their indentation and comments at the end."""
    return "\n".join(line.strip().partition("  # ")[0] for line in lines.split("\n"))


def _nodes(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """The nodes of what is executed, with the name of the function: no annotations, no docstrings, no assertions."""
    pending: list[tuple[str, ast.AST]] = [("", node) for node in reversed(tree.body)]
    while pending:
        function, node = pending.pop()
        if isinstance(node, (ast.Assert, ast.Import, ast.ImportFrom)) or _is_remark(node):
            continue
        if isinstance(node, ast.JoinedStr):  # before Python 3.12, what is in it does not know where it stands
            continue
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in ("TYPE_CHECKING", "__slots__"):
            continue
        yield function, node
        children = list(ast.iter_child_nodes(node))
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            function = f"{function}.{node.name}".lstrip(".")
            children = list(node.body)
            if isinstance(node, ast.FunctionDef):
                children += [default for default in (*node.args.defaults, *node.args.kw_defaults) if default]
        elif isinstance(node, ast.AnnAssign):
            children = [node.value] if node.value else []
        pending += [(function, child) for child in reversed(children)]


def _is_remark(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


class _Text:
    """A source, in which nodes of its tree are found; offsets count bytes, as columns do."""

    def __init__(self, source: str) -> None:
        self.raw = source.encode()
        self.starts = [0]
        for line in self.raw.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def span(self, node: Any) -> tuple[int, int]:
        """Where a node begins and ends."""
        return (
            self.starts[node.lineno - 1] + node.col_offset,
            self.starts[node.end_lineno - 1] + node.end_col_offset,
        )

    def of(self, node: ast.AST) -> str:
        """The text of a node."""
        first, last = self.span(node)
        return self.raw[first:last].decode()

    def between(self, left: ast.AST, right: ast.AST, new: str) -> Change:
        """Another operator between two operands, whose brackets stay."""
        first, last = self.span(left)[1], self.span(right)[0]
        gap = self.raw[first:last].decode()
        head, tail = gap[: len(gap) - len(gap.lstrip(" )\n"))], gap[len(gap.rstrip(" (\n")) :]
        return first, last, head + new + tail

    def instead(self, node: ast.AST, new: str) -> Change:
        """Another text for a node."""
        return (*self.span(node), new)


def _of_comparison(text: _Text, node: ast.Compare) -> Iterator[Change]:
    operands = [node.left, *node.comparators]
    for left, operator, right in zip(operands, node.ops, node.comparators, strict=False):
        yield text.between(left, right, COMPARISONS[type(operator)])


def _of_and_or(text: _Text, node: ast.BoolOp) -> Iterator[Change]:
    for left, right in zip(node.values, node.values[1:], strict=False):
        yield text.between(left, right, "or" if isinstance(node.op, ast.And) else "and")


def _of_sign(text: _Text, node: ast.UnaryOp) -> Iterator[Change]:
    yield text.instead(node, f"({text.of(node.operand)})")


def _of_operation(text: _Text, node: ast.BinOp) -> Iterator[Change]:
    if isinstance(node.op, ast.BitOr):
        yield text.instead(node, text.of(node.left))
        yield text.instead(node, text.of(node.right))
    elif type(node.op) in OPERATORS:
        yield text.between(node.left, node.right, OPERATORS[type(node.op)])


def _of_condition(text: _Text, node: ast.If | ast.IfExp | ast.While | ast.comprehension) -> Iterator[Change]:
    for test in node.ifs if isinstance(node, ast.comprehension) else [node.test]:
        if not isinstance(test, ast.Constant):
            yield text.instead(test, f"not ({text.of(test)})")


def _of_constant(text: _Text, node: ast.Constant) -> Iterator[Change]:
    if isinstance(node.value, bool):
        yield text.instead(node, str(not node.value))
    elif isinstance(node.value, int):
        yield text.instead(node, str(node.value + 1))
    elif isinstance(node.value, str):
        yield text.instead(node, repr(node.value + "X"))
    elif isinstance(node.value, bytes):
        yield text.instead(node, repr(node.value + b"X"))


def _of_return(text: _Text, node: ast.Return) -> Iterator[Change]:
    if node.value and text.of(node.value) not in ("None", "True", "False"):
        yield text.instead(node.value, "None")


def _of_statement(text: _Text, node: ast.stmt) -> Iterator[Change]:
    yield text.instead(node, {ast.Break: "continue", ast.Continue: "break"}.get(type(node), "pass"))


def _of_call(text: _Text, node: ast.Call) -> Iterator[Change]:
    if isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS and not node.keywords:
        yield text.instead(node.func, FUNCTIONS[node.func.id])
    elif isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
        yield text.instead(node.func, f"{text.of(node.func.value)}.{METHODS[node.func.attr]}")
    for keyword in node.keywords:
        if keyword.arg:
            first, last = text.span(keyword)
            rest = text.raw[last:]
            yield first, last + len(rest) - len(rest.lstrip(b",")), ""


#: How the nodes of each type are changed.
CHANGES: dict[type[ast.AST], Callable[[_Text, Any], Iterator[Change]]] = {
    ast.Compare: _of_comparison,
    ast.BoolOp: _of_and_or,
    ast.UnaryOp: _of_sign,
    ast.BinOp: _of_operation,
    ast.Constant: _of_constant,
    ast.Return: _of_return,
    ast.Call: _of_call,
    **dict.fromkeys((ast.If, ast.IfExp, ast.While, ast.comprehension), _of_condition),
    **dict.fromkeys((ast.Expr, ast.Raise, ast.AugAssign, ast.Break, ast.Continue), _of_statement),
}


def _changes(text: _Text, node: ast.AST) -> Iterator[Change]:
    changes = CHANGES.get(type(node))
    return changes(text, node) if changes else iter(())


def sample(module: str, size: int, seed: str) -> list[Mutant]:
    """The fixed sample of a module, in the order of the text; what is listed as equivalent is no part of it."""
    known = {says for says, _ in equivalents()}
    every = [mutant for mutant in mutants(module) if mutant.says not in known]
    every.sort(key=lambda mutant: hashlib.sha256(f"{seed}\0{mutant.says}".encode()).digest())
    chosen = itertools.islice(filter(_compiles, every), size or None)
    return sorted(chosen, key=lambda mutant: mutant.line)


def _compiles(mutant: Mutant) -> bool:
    try:
        compile(mutant.source, mutant.module, "exec")
    except SyntaxError:
        return False
    return True


def equivalents() -> list[tuple[str, str]]:
    """What the mutants that make no difference say, and why they make none."""
    listed = yaml.safe_load((ROOT / "tests" / "mutants.yaml").read_text("utf-8"))
    return [
        ("\0".join((one["module"], one["function"], one["old"].rstrip("\n"), one["new"].rstrip("\n"))), one["why"])
        for one in listed
    ]


# --- trying them -----------------------------------------------------------------------------------


class Tree:
    """A copy of the repository, in which modules are broken."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        skipped = shutil.ignore_patterns(".git", ".venv*", ".*_cache", ".hypothesis", "node_modules", "dist", "build")
        shutil.copytree(ROOT, folder, ignore=skipped, symlinks=True)

    def outcome(self, module: str, source: str | None, limit: int) -> tuple[str, float]:
        """``killed`` or ``survived``, of the tests of a module with another source, and the processor's seconds.

        The limit counts seconds of the processor, so that a machine that is busy makes no difference.
        """
        path = self.folder / "ecslint" / f"{module}.py"
        before, status = path.read_text("utf-8"), path.stat()
        for stale in path.parent.glob(f"__pycache__/{path.stem}.*.pyc"):
            stale.unlink()
        try:
            if source is not None:
                path.write_text(source, "utf-8")
                # Generated modules are not made again, which would only take time: nothing of these is in them.
                os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
            return self._run(MODULES[module], limit)
        finally:
            path.write_text(before, "utf-8")
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    def _run(self, tests: tuple[str, ...], limit: int) -> tuple[str, float]:
        child = os.fork()
        if child == 0:
            os.setsid()  # so that processes of the tests end with them
            _test(self.folder, tests, limit)
        end = time.monotonic() + PATIENCE
        done, status = 0, 1
        while not done and time.monotonic() < end:
            time.sleep(0.02)
            done, status, used = os.wait4(child, os.WNOHANG)
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
        if not done:
            _, status, used = os.wait4(child, 0)
        return "killed" if status else "survived", used.ru_utime + used.ru_stime


def _test(folder: Path, tests: tuple[str, ...], limit: int) -> None:
    """Run the tests in this process, and end it. All that they import but the code itself is there already."""
    code = 99
    try:
        os.chdir(folder)
        sys.path[:] = [str(folder), *(entry for entry in sys.path if entry not in ("", str(ROOT)))]
        sys.dont_write_bytecode = True
        os.environ |= {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(folder)}
        silent = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silent, stream)
        import resource

        import pytest

        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        words = ["-x", "-n", "0", "-p", "no:cacheprovider", "--hypothesis-profile", "mutants", "--tb", "no"]
        words += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # of what is imported before
        code = int(pytest.main([*words, *tests]))
    finally:
        os._exit(code)


def main(words: list[str]) -> int:
    """Try the sample; the exit code."""
    parser = argparse.ArgumentParser(description="Break the code on purpose and see whether a test notices.")
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=f"one of {', '.join(MODULES)}")
    parser.add_argument("--size", type=int, default=SIZE, help="mutants of each module; 0 for all")
    parser.add_argument("--seed", default="ecslint", help="any text; another one gives another sample")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", default="", help="only mutants whose old or new lines contain this text")
    options = parser.parse_args(words)
    if unknown := set(options.modules) - set(MODULES):
        parser.error(f"no such module: {', '.join(sorted(unknown))}")
    import_what_tests_need()
    chosen = {
        module: [mutant for mutant in sample(module, options.size, options.seed) if options.only in mutant.says]
        for module in options.modules or MODULES
    }
    with tempfile.TemporaryDirectory(prefix="ecslint-mutants-") as folder:
        return report(chosen, Path(folder), options.jobs)


def import_what_tests_need() -> None:
    """Everything but ecslint and its tests, so that no child has to."""
    for name in (
        "pytest",
        "hypothesis.strategies",
        "jsonschema",
        "ruamel.yaml",
        "click.testing",
        "subprocess",
        "xdist",
    ):
        importlib.import_module(name)


def report(chosen: dict[str, list[Mutant]], folder: Path, jobs: int) -> int:
    """Try the mutants in as many copies as there are jobs, print survivors and scores; the exit code."""
    trees: SimpleQueue[Tree] = SimpleQueue()
    for number in range(jobs):
        trees.put(Tree(folder / str(number)))

    def tried(module: str, source: str | None, limit: int) -> tuple[str, float]:
        tree = trees.get()
        try:
            return tree.outcome(module, source, limit)
        finally:
            trees.put(tree)

    with ThreadPoolExecutor(jobs) as pool:
        first = {MODULES[module]: module for module in chosen}  # modules with the same tests take the same time
        sound = dict(zip(first, pool.map(lambda module: tried(module, None, 600), first.values()), strict=True))
        if broken := [first[tests] for tests, (outcome, _) in sound.items() if outcome != "survived"]:
            print(f"the tests of {', '.join(broken)} fail without any change", file=sys.stderr)
            return 2
        work = [mutant for few in chosen.values() for mutant in few]
        limits = {module: max(LEAST, round(4 * sound[MODULES[module]][1])) for module in chosen}
        outcomes = pool.map(lambda one: tried(one.module, one.source, limits[one.module])[0], work)
        counts: Counter[tuple[str, str]] = Counter()
        for mutant, outcome in zip(work, outcomes, strict=True):
            counts[mutant.module, outcome] += 1
            if outcome == "survived":
                print(difference(mutant), flush=True)
    return scores(chosen, counts)


def difference(mutant: Mutant) -> str:
    """A mutant as a diff of the lines that it changes."""
    old = (ROOT / "ecslint" / f"{mutant.module}.py").read_text("utf-8").splitlines()
    head = f"survived: ecslint/{mutant.module}.py:{mutant.line} in {mutant.function or 'the module'}"
    lines = list(difflib.unified_diff(old, mutant.source.splitlines(), n=1, lineterm=""))
    return "\n".join([head, *lines[2:], ""])


def scores(chosen: dict[str, list[Mutant]], counts: Counter[tuple[str, str]]) -> int:
    """Print how many mutants of each module were killed; 1 if too few of one that tells enough, or of all."""
    failed = False
    for module, few in chosen.items():
        killed = counts[module, "killed"]
        short = 100 * killed < GOAL * len(few)
        failed = failed or (short and len(few) >= ENOUGH)
        share = f" ({100 * killed // len(few)} %)" if few else ""
        print(f"{module}: {killed} of {len(few)} killed{share}{f', fewer than {GOAL} %' if short else ''}")
    total = sum(map(len, chosen.values()))
    survived = sum(count for (_, outcome), count in counts.items() if outcome == "survived")
    print(f"mutants: tried={total} survived={survived}")
    return int(failed or 100 * (total - survived) < GOAL * total)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
