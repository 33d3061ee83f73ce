"""A server of the Python SDK 2."""

import os

from mcp.server import MCPServer

server = MCPServer("py2")


@server.tool()
def pid() -> str:
    return str(os.getpid())


server.run()
