"""A server of FastMCP."""

import os

from fastmcp import FastMCP

server = FastMCP("fastmcp")


@server.tool()
def pid() -> str:
    return str(os.getpid())


server.run()
