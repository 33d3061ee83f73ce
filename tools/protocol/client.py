"""A client of the Python SDK 1 or 2, or of FastMCP: it lists and calls, waits for a line, and calls again. `client.py KIND URL TOKEN`."""

import asyncio
import json
import sys
import time
from contextlib import asynccontextmanager

kind, url, token = sys.argv[1:]
headers = {"Authorization": f"Bearer {token}"}


@asynccontextmanager
async def connect():
    if kind == "fast":
        from fastmcp import Client
        from fastmcp.client.transports import StreamableHttpTransport

        async with Client(StreamableHttpTransport(url, headers=headers)) as client:
            yield client, lambda: client.call_tool("pid", {}, raise_on_error=False)
    elif kind == "2":
        import httpx2
        from mcp import Client
        from mcp.client.streamable_http import streamable_http_client

        timeout = httpx2.Timeout(30, read=300)
        async with httpx2.AsyncClient(headers=headers, timeout=timeout) as http:
            async with Client(streamable_http_client(url, http_client=http)) as client:
                yield client, lambda: client.call_tool("pid", {})
    else:
        from mcp import ClientSession
        from mcp.client.streamable_http import streamablehttp_client

        async with streamablehttp_client(url, headers=headers) as (read, write, _):
            async with ClientSession(read, write) as session:
                await session.initialize()
                yield session, lambda: session.call_tool("pid", {})


def tell(**outcome):
    print(json.dumps(outcome), flush=True)


async def is_answered(call):
    try:
        result = await call()
    except Exception:
        return False
    failed = [getattr(result, name, False) for name in ("isError", "is_error")]
    return not any(failed)


async def main():
    async with connect() as (client, call):
        tools = await client.list_tools()
        begun = time.perf_counter()
        called = await is_answered(call)
        first = round((time.perf_counter() - begun) * 1000)
        tell(tools=len(getattr(tools, "tools", tools)) > 0, called=called, first=first)
        await asyncio.to_thread(sys.stdin.readline)
        tell(again=await is_answered(call) or await is_answered(call))


def reason(error):
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return f"{type(error).__name__}: {error}"


try:
    asyncio.run(main())
except BaseException as error:
    tell(problem=reason(error))
