"""The faults: each module holds one `FIGURE`, named by its module."""

from importlib import import_module
from pkgutil import iter_modules

from torture.figure import Figure


def all_figures() -> dict[str, Figure]:
    """Give every figure by its name."""
    names = sorted(module.name for module in iter_modules(__path__))
    return {name: import_module(f"{__name__}.{name}").FIGURE for name in names}
