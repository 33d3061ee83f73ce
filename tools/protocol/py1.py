"""A server of the Python SDK 1."""

import os

from mcp.server.fastmcp import FastMCP

server = FastMCP("py1")


@server.tool()
def pid() -> str:
    return str(os.getpid())


server.run()
