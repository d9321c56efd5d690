"""libyaml's parser, as PyYAML ships it, without the rest of PyYAML until somebody asks for it.

``import yaml`` takes three times as long as Python's own start, nearly all of it for regular expressions and dates that
events do not need. So the package is made without running its ``__init__``, which runs as soon as anybody looks for
something that it defines; and the modules that cost most stand aside while the extension is loaded.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Modules of PyYAML that events do not need, and the exception that the extension takes from each.
ASIDE = {"reader": "ReaderError", "constructor": "ConstructorError", "representer": "RepresenterError"}

#: Modules that the extension looks for; they cost little.
NEEDED = ("error", "tokens", "events", "nodes", "scanner", "parser", "composer", "emitter", "serializer")

_parser: Any = None


def parser() -> Any:
    """The class whose ``get_event`` gives the events of a text: libyaml's, or else PyYAML's own."""
    global _parser
    if _parser is None and "yaml" not in sys.modules:
        try:
            _parser = _alone()
        except Exception:  # no libyaml, or another PyYAML than those we know
            for name in [name for name in sys.modules if name == "yaml" or name.startswith("yaml.")]:
                del sys.modules[name]
    if _parser is None:
        import yaml

        _parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return _parser


def _alone() -> Any:
    new = type(sys)
    package: Any = new("yaml")
    spec = next(spec for finder in sys.meta_path if (spec := finder.find_spec("yaml", None)) is not None)
    package.__spec__, package.__loader__, package.__file__ = spec, spec.loader, spec.origin
    package.__package__, package.__path__ = "yaml", spec.submodule_search_locations
    sys.modules["yaml"] = package
    for name in NEEDED:
        __import__(f"yaml.{name}")
    for name, error in ASIDE.items():
        module = sys.modules[f"yaml.{name}"] = new(f"yaml.{name}")
        setattr(module, error, type(error, (package.error.YAMLError,), {}))
        setattr(package, name, module)
    from yaml._yaml import CParser

    for name in ASIDE:
        del sys.modules[f"yaml.{name}"]
        delattr(package, name)

    def complete(name: str) -> Any:
        """What the package defines once its ``__init__`` has run."""
        if package.__dict__.pop("__getattr__", None):
            package.__loader__.exec_module(package)
            for part, error in ASIDE.items():
                setattr(package._yaml, error, getattr(sys.modules[f"yaml.{part}"], error))
        try:
            return package.__dict__[name]
        except KeyError:
            raise AttributeError(f"module 'yaml' has no attribute {name!r}") from None

    package.__getattr__ = complete
    return CParser
