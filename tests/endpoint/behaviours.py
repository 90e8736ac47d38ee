# SPDX-License-Identifier: MIT
"""What servers do: each a function that makes the behaviour of a mock."""
import asyncio
import json

USAGE = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}


def event(data, end="\n"):
    text = data if isinstance(data, str) else json.dumps(data)
    return f"data: {text}{end}{end}".encode()


def piece(content, **choice):
    return {"id": "chatcmpl-1", "object": "chat.completion.chunk", "model": "m",
            "choices": [{"index": 0, "delta": {"content": content}, "finish_reason": None, **choice}]}


ROLE = {"object": "chat.completion.chunk",
        "choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}}]}


def last(reason="stop"):
    return {"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}


def usage_of(usage):
    return {"choices": [], "usage": usage}


def events(chunks=3, usage=USAGE, done=True, end="\n"):
    """The events of a stream with so many pieces of an answer."""
    said = [ROLE, *(piece(f"word {n}") for n in range(chunks)), last()]
    said += [usage_of(usage)] if usage else []
    said += ["[DONE]"] if done else []
    return [event(one, end) for one in said]


def streaming(chunks=3, first=0.0, pause=0.0, **options):
    async def behave(exchange):
        await asyncio.sleep(first)
        await exchange.stream(events(chunks, **options), pause)
        await exchange.finish()
    return behave


def raw(data, size=None):
    """These bytes as a stream, in chunks of a size."""
    async def behave(exchange):
        step = size or len(data) or 1
        await exchange.stream([data[at:at + step] for at in range(0, len(data), step)])
        await exchange.finish()
    return behave


def broken(after):
    """So many events, and then nobody is there any more."""
    async def behave(exchange):
        await exchange.stream(events(8)[:after])
        await asyncio.sleep(0.05)  # what was sent is to arrive before the reset
        exchange.cut()
    return behave


def refusing(status, body=None, **fields):
    async def behave(exchange):
        await exchange.whole(status, json.dumps(body or {"error": {"message": "no"}}).encode(),
                             **fields)
    return behave


def whole(usage=USAGE, content="an answer", **members):
    async def behave(exchange):
        answer = {"object": "chat.completion", "choices": [
            {"index": 0, "message": {"role": "assistant", "content": content},
             "finish_reason": "stop"}], **members}
        if usage:
            answer["usage"] = usage
        await exchange.whole(200, json.dumps(answer).encode())
    return behave


async def silent(_):
    await asyncio.sleep(3600)


def stuck(after):
    """So many events, and then silence."""
    async def behave(exchange):
        await exchange.stream(events(8)[:after])
        await asyncio.sleep(3600)
    return behave


def in_turn(*behaviours):
    """The first request gets the first, and so on; those that are left over the last."""
    async def behave(exchange):
        await behaviours[min(exchange.request.number, len(behaviours) - 1)](exchange)
    return behave


def by_model(**behaviours):
    async def behave(exchange):
        await behaviours[exchange.request.body["model"]](exchange)
    return behave
