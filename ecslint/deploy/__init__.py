"""How a task definition file reaches ECS, as the files of its repository tell: what is refused depends on it.

Looked up only for a finding that depends on it. Files are read as data, bounded in number and size; what cannot be
read, or leads out of the repository, tells nothing.
"""

from __future__ import annotations

import os

from ecslint import discovery
from ecslint.deploy.uses import AUTO, NOTHING_KNOWN, Context, Use

#: The root of the repository of a folder, and what the files around use; each is looked up once.
_known: dict[str, tuple[str, list[Use]]] = {}
_workflows: dict[str, list[Use]] = {}


def context(name: str, stated: str, likely: str = "", *, alone: bool = False) -> Context:
    """The context of a file; ``stated`` is the setting ``deploy-path``, ``likely`` the path where nothing is known.

    With ``alone``, nothing is looked up.
    """
    if stated != AUTO:
        return Context((), stated)
    otherwise = Context((), likely) if likely else NOTHING_KNOWN
    if alone:
        return otherwise
    root, every = known(name)
    target = discovery.from_root(name, root) if every else ""
    uses = [use for use in every if use.target == target]
    if not uses:
        return otherwise
    if len(uses) > 1:  # a file beside an appspec is known by its name only
        from ecslint.deploy.builds import APPSPECS

        uses = [use for use in uses if os.path.basename(use.file) not in APPSPECS] or uses
    return Context(uses)


def known(name: str) -> tuple[str, list[Use]]:
    """The root of the repository of a file, and all that the files around use."""
    folder = os.path.dirname(os.path.abspath(name))
    if folder not in _known:
        _known[folder] = around(folder)
    return _known[folder]


def forget() -> None:
    """Look everything up anew: files may have changed."""
    _known.clear()
    _workflows.clear()


def around(folder: str) -> tuple[str, list[Use]]:
    """The root of a folder's repository, and what its workflows and the files in and above the folder use."""
    root = discovery.repository(folder)
    if root is None:
        return "", []
    from ecslint.deploy.builds import from_folder  # what reads files is of use in a repository only
    from ecslint.deploy.files import Repository, folders
    from ecslint.deploy.workflows import from_workflows

    if root not in _workflows:
        _workflows[root] = list(from_workflows(Repository(root)))
    return root, _workflows[root] + [use for above in folders(folder, root) for use in from_folder(root, above)]
