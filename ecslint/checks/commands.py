"""Checks over the command line of a container, which no shell reads unless it names one."""

from __future__ import annotations

from ecslint.checks import check, quick
from ecslint.model import Hit
from ecslint.syntax.placeholders import literal
from ecslint.words import same_word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from ecslint.model import Path

LIST_OPTION = {"type": "array", "items": {"type": "string"}, "minItems": 1}

SHELLS = ("sh", "bash", "ash", "dash", "ksh", "zsh")

#: Programs of Windows that join their arguments to one line and read it again.
JOINING = ("cmd", "powershell", "pwsh")

#: What a shell script calls its arguments.
ARGUMENTS = ("$@", "$*", "$1", "${@", "${*", "${1")

#: Words after a script that people write for its name, which is the first argument of ``sh -c``.
SCRIPT_NAMES = ("", "--", "-", "_", *SHELLS)


#: What a shell reads as it is written: no quotes, blanks, variables, patterns or operators.
PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=@%+,"
OPERATORS = ("&&", "||", "|", ";", ">", ">>", "2>&1", ">/dev/null")


#: With what the command of a health check begins.
KINDS = ("CMD", "CMD-SHELL", "NONE")


def kind_of(texts: Sequence[Any]) -> str | None:
    """What the first word of a health check was meant to be, if it is one of them but for its form."""
    return same_word(texts[0], KINDS) if texts and type(texts[0]) is str else None


def script(texts: Sequence[Any]) -> str | None:
    """The words of a command as one script for a shell, the only one as it is; None if one of them needs quotes."""
    if any(type(text) is not str for text in texts) or not texts:
        return None
    if len(texts) > 1 and not all(_is_bare(text) for text in texts):
        return None
    return " ".join(texts)


def _is_bare(text: str) -> bool:
    """Whether a shell that finds a text in a script reads what it is meant for: a word, or an operator."""
    pieces = text.split(" ") if text.startswith(("|| ", "&& ")) else [text]
    return all(piece in OPERATORS or (piece and not piece.strip(PLAIN)) for piece in pieces)


def _joined(line: Sequence[tuple[Path, str]], start: int) -> list[str] | None:
    """The list in which a script stands, with all words from there on as one; None if they are of several lists."""
    part = line[start][0][0]
    whole = script([word for _, word in line[start:]])
    if whole is None or any(path[0] != part for path, _ in line[start:]):
        return None
    return [*(word for path, word in line[:start] if path[0] == part), whole]


def words(container: Any, parts: Sequence[str]) -> list[tuple[Path, str]]:
    """The words of the lists under ``parts``, in order, and where they stand; none when any of them is unknown."""
    found: list[tuple[Path, str]] = []
    for part in parts:
        items = container.get(part, []) if type(container) is dict else None
        if type(items) is not list or any(type(item) is not str for item in items):
            return []
        found.extend(((part, index), item) for index, item in enumerate(items))
    return found


@check(
    options={"parts": LIST_OPTION, "programs": LIST_OPTION},
    values=("split",),
    needs=("parts",),
    passes=quick.starts_with_word,
)
def separate_words(container: Any, *, parts: Sequence[str], programs: Sequence[str]) -> Iterator[Hit]:
    """The program of a command line is no text of several words, and no script; the text is hit.

    The only text of a command line is judged whatever program it names, unless it looks like an argument. Of several
    texts only the first, and the only one of the last part, are judged, if one of ``programs`` or a path is its
    first word, and nothing before it takes a script or a value. Silent where the deployment fills in what would tell.
    """
    line = words(container, parts)
    entry = [word for place, word in line if place[0] != parts[-1]]
    faulty, index = False, 0
    if not entry:
        faulty = len(line) == 1 and is_line(line[0][1])
    elif len(entry[0].split()) > 1:
        faulty = starts_with(entry[0], programs) or (len(entry) == 1 and is_line(entry[0]))
    elif len(entry) + 1 == len(line) and not entry[-1].startswith(("-", "/C", "/c")):
        index = len(entry)
        faulty = is_line(line[index][1]) and starts_with(line[index][1], programs)
    if faulty and not any(map(has_placeholder, entry)) and literal(line[index][1]).strip():
        path, text = line[index]
        pieces = text.split()
        # a variable before the program is for a shell
        plain = not any(piece.strip(PLAIN) for piece in pieces) and "=" not in pieces[0]
        rest = [word for place, word in line if place[0] == path[0] and place != path]
        yield Hit(path, {"split": [*pieces, *rest] if plain and len(pieces) > 1 else None})


def has_placeholder(text: str) -> bool:
    """Whether the deployment fills in a part of a text."""
    return literal(text) != text


def starts_with(text: str, programs: Sequence[str]) -> bool:
    """Whether a text of several words begins with a program or a path."""
    first, *more = text.split() or [""]
    return bool(more) and (first in programs or first.startswith(("/", "./")))


def is_line(text: str) -> bool:
    """Whether a text is a line for a shell, rather than an argument, an object, a list or a path of Windows."""
    if text.startswith(("{", "[")) or text[1:3] == ":\\" or (text.startswith("-") and " -" not in text):
        return False
    if "," in text.partition(" ")[0]:  # words with commas between them are a fault of their own
        return False
    return len(text.split()) > 1 or any(sign in text for sign in ("$(", "&&", ";", "|"))


@check(
    options={"parts": LIST_OPTION, "operators": LIST_OPTION},
    values=("operator", "joined"),
    needs=("parts",),
    passes=quick.lacks_operators,
)
def no_shell_operator(container: Any, *, parts: Sequence[str], operators: Sequence[str]) -> Iterator[Hit]:
    """No word of a command line is an operator of the shell; the first that is one is hit.

    Silent about programs of Windows, and where a script takes up its arguments again.
    """
    line = words(container, parts)
    for path, word in line:
        if word in operators:
            if not any(text.lower().startswith(JOINING) or takes_arguments(text) for _, text in line):
                start = _script_start(line)
                values = {"operator": word, "joined": _joined(line, start) if start and len(line) > start + 1 else None}
                yield Hit(path, values, own=("operator",))
            return


def takes_arguments(script: str) -> bool:
    """Whether a script may use its arguments: by name, or in a file that it reads."""
    return any(name in script for name in ARGUMENTS) or script.startswith((". ", "source "))


@check(
    options={"parts": LIST_OPTION, "operators": LIST_OPTION},
    values=("joined",),
    needs=("parts",),
    passes=quick.lacks_arguments,
)
def no_lost_argument(container: Any, *, parts: Sequence[str], operators: Sequence[str]) -> Iterator[Hit]:
    """After ``sh -c`` and its script there is no word that the script does not use; the first such word is hit.

    Silent when one of them is in ``operators``, which are a fault of their own.
    """
    line = words(container, parts)
    start = _script_start(line)
    if not start or len(line) < start + 2:
        return
    first, rest = line[start][1], line[start + 1 :]
    if takes_arguments(first) or rest[0][1] in SCRIPT_NAMES or any(word in operators for _, word in rest):
        return
    yield Hit(rest[0][0], {"joined": _joined(line, start)})


def _script_start(line: Sequence[tuple[Path, str]]) -> int:
    """Where the script stands in a command line that is a shell, ``-c``, perhaps more options, and a script; else 0."""
    if len(line) < 3 or line[0][1].rpartition("/")[2] not in SHELLS or not is_script_option(line[1][1]):
        return 0
    start = 2
    while start < len(line) and line[start][1][:1] in ("-", "+") and len(line[start][1]) > 1:
        option = line[start][1]
        start += 2 if option.endswith(("o", "O")) and not option.startswith("--") else 1  # with the name of an option
        if option == "--":
            break
    return start if start < len(line) else 0


def is_script_option(word: str) -> bool:
    """Whether a shell takes the next word for a script: ``-c``, ``-lc``, ``-euc``."""
    return word.startswith("-") and not word.startswith("--") and word.endswith("c") and len(word) > 1
