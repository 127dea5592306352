"""The command `mcp`: a Model Context Protocol server over a workspace."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ecotone.cli.console import DEFAULT_MIN_ORGANISATION_SIZE, DEFAULT_WORKSPACE, WorkspaceOption
from ecotone.foundation.errors import EcotoneError, UserError

if TYPE_CHECKING:  # `ecotone --help` must import neither Arrow nor pydantic
    from mcp.server.mcpserver import MCPServer

    from ecotone.cli.assistant_tools import AssistantTools

INSTRUCTIONS = (
    "Figures about open-source projects, measured from their public histories. Tell the user the coverage and what is"
    " unknown along with each figure: null is unknown, never zero. Begin with the tool `projects`."
)
TOOL_NAMES = ("projects", "compare", "organisations", "explain", "signals")


def serve_assistant(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    min_organisation_size: Annotated[
        int, typer.Option("--min-organisation-size", min=1, help="Organisations with fewer people are not named.")
    ] = DEFAULT_MIN_ORGANISATION_SIZE,
) -> None:
    """Serve a workspace to an assistant over the Model Context Protocol, on standard input and output.

    Needs the extra `mcp`: pip install "ecotone[mcp]".
    """
    from ecotone.cli.assistant_tools import AssistantTools
    from ecotone.store.workspace import Workspace

    Workspace.open(workspace)  # a missing workspace is said now, not at the first question
    create_server(AssistantTools(workspace, min_organisation_size)).run("stdio")


def create_server(tools: AssistantTools) -> MCPServer[Any]:
    """A server with the tools. Raises UserError if the protocol's package is not installed."""
    try:
        from mcp.server.mcpserver import MCPServer
        from mcp_types import ToolAnnotations
    except ImportError as error:
        raise UserError('The package mcp is not installed. Run: pip install "ecotone[mcp]"') from error
    import ecotone

    server: MCPServer[Any] = MCPServer(
        "ecotone", version=ecotone.__version__, instructions=INSTRUCTIONS, log_level="WARNING"
    )
    for name in TOOL_NAMES:
        reads_only = ToolAnnotations(read_only_hint=True, open_world_hint=False)
        server.tool(name, annotations=reads_only)(_with_tool_errors(getattr(tools, name)))
    return server


def _with_tool_errors(tool: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """The tool; its errors reach the assistant as the sentence that a command would print."""
    from mcp.server.mcpserver.exceptions import ToolError

    @functools.wraps(tool)
    def call_tool(*values: Any, **named: Any) -> dict[str, Any]:
        try:
            return tool(*values, **named)
        except EcotoneError as error:
            raise ToolError(str(error)) from error

    return call_tool
