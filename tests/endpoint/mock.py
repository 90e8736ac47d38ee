# SPDX-License-Identifier: MIT
"""A chat completions server that does what a test wants of it, and counts what it did."""
import asyncio
import contextlib
import json
import threading


class Request:
    """What came in, and what became of it."""

    def __init__(self, number, head, body):
        lines = head.decode("latin-1").split("\r\n")
        self.number = number
        self.method, self.path, _ = lines[0].split(" ")
        self.fields = {name.lower(): value.strip() for name, _, value in
                       (line.partition(":") for line in lines[1:] if line)}
        self.body = json.loads(body)
        self.ended = None  # "complete", "cut" by us, "gone": the client has left

    def prompt(self):
        return self.body["messages"][0]["content"]


class Exchange:
    """A request and the way back; what behaviours are written with."""

    def __init__(self, request, writer, over):
        self.request, self.writer, self._over = request, writer, over

    def end(self, how):
        """Before the last bytes go out: the client may be quick to send the next request."""
        if not self.request.ended:
            self.request.ended = how
            self._over()

    async def send(self, data):
        self.writer.write(data)
        await self.writer.drain()

    async def head(self, status, **fields):
        fields = {"Content-Type": "text/event-stream", **fields}
        text = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
        await self.send(f"HTTP/1.1 {status} Said\r\n{text}\r\n".encode())

    async def chunk(self, data):
        """A chunk of HTTP, which need not be one of the stream's lines."""
        if data:
            await self.send(b"%x\r\n%s\r\n" % (len(data), data))

    async def stream(self, pieces, pause=0):
        await self.head(200, Transfer_Encoding="chunked")
        for number, piece in enumerate(pieces):
            if number and pause:
                await asyncio.sleep(pause)
            await self.chunk(piece)

    async def finish(self):
        self.end("complete")
        await self.send(b"0\r\n\r\n")

    async def whole(self, status, body, **fields):
        await self.head(status, Content_Type="application/json", Content_Length=len(body), **fields)
        self.end("complete")
        await self.send(body)

    def cut(self):
        self.end("cut")
        self.writer.transport.abort()


class Mock:
    """Serves on a free port of the loopback, in a thread of its own, until the with block ends.
    behave(exchange) is awaited for each request; requests are kept in the order of their coming.
    context: of TLS, where that is wanted."""

    def __init__(self, behave, context=None):
        self.behave, self.context = behave, context
        self.requests = []
        self.open, self.most_open, self.connections = 0, 0, 0
        self._loop = asyncio.new_event_loop()
        self._tasks = set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        self._server = self._do(asyncio.start_server(self._connected, "127.0.0.1", 0,
                                                     backlog=1024, ssl=self.context))
        scheme = "https" if self.context else "http"
        self.url = f"{scheme}://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    def __exit__(self, *_):
        self._do(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _over(self):
        self.open -= 1

    def _do(self, what):
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(30)

    async def _stop(self):
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader, writer):
        task = asyncio.current_task()
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self.connections += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError,
                                 asyncio.CancelledError):
            while await self._one(reader, writer):
                pass
        writer.close()

    async def _one(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n")
                      if line.startswith(b"content-length:"))
        request = Request(len(self.requests), head, await reader.readexactly(length))
        self.requests.append(request)
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        exchange = Exchange(request, writer, self._over)
        try:
            await self._answer(exchange, reader)
        finally:
            exchange.end("gone")
        return request.ended == "complete"

    async def _answer(self, exchange, reader):
        """Behaves, until it is done or the client has left."""
        behaving = asyncio.ensure_future(self.behave(exchange))
        leaving = asyncio.ensure_future(self._left(reader))
        try:
            await asyncio.wait((behaving, leaving), return_when=asyncio.FIRST_COMPLETED)
            if behaving.done():
                behaving.result()
        finally:
            for task in behaving, leaving:
                task.cancel()
            await asyncio.gather(behaving, leaving, return_exceptions=True)

    @staticmethod
    async def _left(reader):
        while not reader.at_eof():
            await asyncio.sleep(0.02)
