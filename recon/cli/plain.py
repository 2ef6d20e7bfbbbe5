"""What texts and paths of the command line become: themselves. Typer would import Pydantic to find that out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

if TYPE_CHECKING:
    from collections.abc import Callable


class PlainCommand(TyperCommand):
    """A command whose texts, paths and defaults are taken as they stand: a twentieth of the sample's run is Pydantic."""

    def get_params(self, ctx: Any) -> list[Any]:
        return [_plain(parameter) for parameter in super().get_params(ctx)]


class PlainGroup(TyperGroup):
    """A group of such commands."""

    def get_params(self, ctx: Any) -> list[Any]:
        return [_plain(parameter) for parameter in super().get_params(ctx)]


class _Plain:
    """How a parameter's words become values: texts, texts for paths and values of the type itself without Typer's adapter."""

    def __init__(self, kind: type, of_typer: Callable[[], Any]) -> None:
        self._kind, self._of_typer = kind, of_typer

    def __call__(self) -> _Plain:
        return self

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        if param.nargs == 1 and not getattr(param, "multiple", False):
            if value is None or isinstance(value, self._kind):
                return value
            if self._kind is Path and isinstance(value, str):
                return Path(value)
        return self._of_typer().coerce(value, param=param, ctx=ctx)


def _plain(parameter: Any) -> Any:
    """Return the parameter, which asks `_Plain` first; once is enough."""
    if isinstance(parameter, TyperArgument | TyperOption) and not isinstance(parameter.get_runtime_param, _Plain):
        kind = parameter.type_descriptor.annotation
        if isinstance(kind, type):
            parameter.get_runtime_param = _Plain(kind, parameter.get_runtime_param)  # type: ignore[method-assign,assignment]
    return parameter
