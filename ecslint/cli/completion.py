"""The command ``completion``: click's completion, taught that paths may stand where commands do.

A shell asks ``ecslint`` itself for the words, by way of an environment variable; the script only passes them on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import (
    CompletionItem,
    ShellComplete,
    add_completion_class,
    get_completion_class,
)

from ecslint.cli.words import COMMANDS, FORMATS, with_command

if TYPE_CHECKING:
    ParamType = click.ParamType[Any]
else:
    ParamType = click.ParamType  # not generic before click 8.4

SHELLS = ("bash", "fish", "zsh")
VARIABLE = "_ECSLINT_COMPLETE"

#: bash takes ``=`` and ``:`` for the end of a word, so the words are put together again before ecslint sees them, and
#: what stands before the last of these signs is taken off what it answers. Files and words come together.
BASH = """\
%(complete_func)s() {
    local IFS=$'\\n' i word current='' before='' count=0
    local -a words=()
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if ((i > 1)) && [[ $word == [=:]* || ${COMP_WORDS[i-1]} == [=:] ]] && ((count > 1)); then
            words[count-1]+=$word
        else
            words[count]=$word
            ((count++))
        fi
    done
    current=${words[count-1]}
    before=${current%%"${current##*[=:]}"}
    [[ $current == *[=:]* ]] || before=''
    COMPREPLY=()
    while IFS=',' read -r type value; do
        if [[ $type == file ]]; then
            compopt -o filenames
            COMPREPLY+=($(compgen -f -- "${current##*[=:]}"))
        elif [[ $type == plain ]]; then
            [[ $value == *[=/] ]] && compopt -o nospace
            COMPREPLY+=("${value#"$before"}")
        fi
    done < <(COMP_WORDS="$(printf '%%q ' "${words[@]}")" COMP_CWORD=$((count-1)) %(complete_var)s=bash_complete "$1")
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""


#: A path may stand behind a part of its word, as in ``sarif:FILE``: that part stays as it is.
FISH_PATH = "__fish_complete_path $metadata[2];"
FISH_PATH_BEHIND = """\
set -l before (string sub --length (math (string length -- (commandline -ct)) - (string length -- "$metadata[2]")) \\
                -- (commandline -ct));
            for path in (__fish_complete_path "$metadata[2]");
                echo $before$path;
            end;"""
ZSH_PATH = "_path_files -f"
ZSH_PATH_BEHIND = """\
compset -p $(( ${#PREFIX} - ${#key} ))
            _path_files -f"""

#: No blank behind what goes on, as ``RULE=`` does.
ZSH_ADD = "compadd -U -V unsorted -a completions"
ZSH_ADD_UNENDED = """\
local -a unended=(${(M)completions:#*=})
        local -a ended=(${completions:#*=})
        compadd -U -V unsorted -S '' -a unended
        compadd -U -V unsorted -a ended"""


class Rules(ParamType):
    """Names of rules, separated by commas."""

    name = "rules"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002 - click's
        """The names that the last word may become."""
        from ecslint.model import CATEGORIES
        from ecslint.ruleset import bundle
        from ecslint.words import TOPICS

        before, comma, last = incomplete.rpartition(",")
        known = [word for rule in bundle.load().rules for word in (rule.id, rule.slug)]
        names = dict.fromkeys([*TOPICS.values(), *CATEGORIES, *known])
        return [CompletionItem(before + comma + name) for name in names if name.startswith(last)]


class Level(Rules):
    """``RULE=LEVEL``."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The names of rules, and then the levels."""
        name, equals, level = incomplete.partition("=")
        if not equals:
            return [CompletionItem(f"{item.value}=") for item in super().shell_complete(ctx, param, incomplete)]
        levels = ("error", "warning", "info", "off")
        return [CompletionItem(f"{name}={word}") for word in levels if word.startswith(level)]


class Format(ParamType):
    """``FORMAT[:FILE]``."""

    name = "format"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002 - click's
        """The formats, and then files."""
        if ":" in incomplete:
            return [CompletionItem(incomplete.partition(":")[2], type="file")]
        return [CompletionItem(name) for name in FORMATS if name.startswith(incomplete)]


class Commands(ParamType):
    """The words of a command."""

    name = "command"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The commands of the one that stands before, or all."""
        found: click.Command | None = ctx.find_root().command
        for word in ctx.params.get(param.name or "") or ():
            found = found.commands.get(word) if isinstance(found, click.Group) else None
        known = found.commands if isinstance(found, click.Group) else {}
        return [CompletionItem(name) for name in known if name.startswith(incomplete)]


class Schemas(ParamType):
    """The name of a bundled schema."""

    name = "schema"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002 - click's
        """The names that there are."""
        from ecslint.ruleset.bundle import schema_names

        return [CompletionItem(name) for name in schema_names() if name.startswith(incomplete)]


def _words(complete: type[ShellComplete]) -> type[ShellComplete]:
    """A way to complete that knows ``ecslint PATH`` as ``ecslint check PATH``."""

    class Completion(complete):  # type: ignore[misc, valid-type]
        def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
            if args:
                found = list(super().get_completions(with_command(args), incomplete))
                option, equals, _ = incomplete.partition("=")
                if equals and option.startswith("--"):  # the shell replaces the whole word
                    for item in found:
                        item.value = f"{option}={item.value}" if item.type == "plain" else item.value
                return found
            found = super().get_completions([], incomplete)
            found += [item for item in super().get_completions(["check"], incomplete) if item.value not in COMMANDS]
            return [*{(item.type, item.value): item for item in found}.values()]

    return Completion


def register() -> None:
    """Make click's completion ours."""
    for shell in SHELLS:
        known = get_completion_class(shell)
        assert known is not None
        add_completion_class(_words(known), shell)
    fish: Any = get_completion_class("fish")
    # Values and their descriptions may hold commas.
    fish.source_template = fish.source_template.replace('string split ","', 'string split --max 1 ","')
    fish.source_template = fish.source_template.replace(FISH_PATH, FISH_PATH_BEHIND)
    zsh: Any = get_completion_class("zsh")
    zsh.source_template = zsh.source_template.replace(ZSH_PATH, ZSH_PATH_BEHIND).replace(ZSH_ADD, ZSH_ADD_UNENDED)
    bash: Any = get_completion_class("bash")
    bash.source_template = BASH
    bash._check_version = lambda *_: None  # it starts a shell; versions before 4.4 lack what many completions need


def script(shell: str, group: click.Command) -> str:
    """The script for a shell."""
    register()
    complete = get_completion_class(shell)
    assert complete is not None
    return complete(group, {}, "ecslint", VARIABLE).source().strip("\n") + "\n"
