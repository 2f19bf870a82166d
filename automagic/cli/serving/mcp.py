"""`automagic mcp`: tools for agents, over standard input and output."""

from __future__ import annotations

from automagic.errors import ConfigurationError


def mcp_command() -> None:
    """Give an agent's client its tools (Model Context Protocol).

    They are there until it closes standard input. In the client's settings: "command": "automagic", "args": ["mcp"].
    """
    import asyncio

    from automagic.settings import load_settings

    try:
        from automagic.web.agents.stdio import serve_stdio
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("mcp", "mcp_types", "starlette"):
            raise
        raise ConfigurationError(
            "the tools for agents are not installed", hint="Install them: pip install 'automagic[mcp]'."
        ) from error
    asyncio.run(serve_stdio(load_settings()))
