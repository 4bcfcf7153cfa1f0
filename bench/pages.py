"""A loopback site of press releases for the benchmarks: `python bench/pages.py PORT COUNT`."""

import asyncio
import sys

PARAGRAPH = (
    "The minister met the delegation this morning and thanked the harbour workers for their "
    "patience during a difficult winter. The talks were frank and constructive, and both sides "
    "agreed to continue the careful preparation of a joint exercise in the spring. "
)
FURNITURE = "".join(f'<li><a href="/section/{n}">Section number {n}</a></li>' for n in range(60))


def page(number: int) -> bytes:
    """Write one press release of some 300 words inside the furniture of a ministry's page."""
    text = "".join(f"<p>{PARAGRAPH} Paragraph {n} of release {number}.</p>" for n in range(6))
    return (
        f"<html><head><title>Release {number}</title></head><body><nav><ul>{FURNITURE}</ul></nav>"
        f"<h1>Release {number}</h1><time>2 September 2025</time>"
        f'<div class="body">{text}</div><footer><ul>{FURNITURE}</ul></footer></body></html>'
    ).encode()


def index(count: int) -> bytes:
    """Write the page that lists every release."""
    rows = "".join(f'<li class="item"><a href="/pr/{n}">Release {n}</a></li>' for n in range(count))
    return f"<html><body><ul>{rows}</ul></body></html>".encode()


async def serve(port: int, count: int) -> None:
    """Answer until ended."""
    listing = index(count)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while request := await reader.readline():
            while (await reader.readline()).strip():
                pass
            path = request.split()[1].decode()
            body = b"User-agent: *\nAllow: /\n"
            if path == "/list":
                body = listing
            elif path.startswith("/pr/"):
                body = page(int(path.removeprefix("/pr/")))
            head = (
                f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            writer.write(head.encode() + body)
            await writer.drain()

    server = await asyncio.start_server(answer, "127.0.0.1", port)
    print("ready", flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))
