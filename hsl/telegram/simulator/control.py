"""What is asked of the simulator itself: what was received, and what shall go wrong."""

import json
from collections import Counter
from dataclasses import asdict

from aiohttp import web

from hsl.telegram.simulator.faults import Fault
from hsl.telegram.simulator.world import World


async def answer(world: World, request: web.BaseRequest) -> web.Response:
    """Answer a request for one of ``/__received``, ``/__faults``, ``/__people``, ``/__settings``, ``/__reset``.

    GET looks, POST changes; what can't be understood changes nothing and is answered 400 with a sentence.
    """
    try:
        given = json.loads(await request.read() or b"null") if request.method == "POST" else None
        match request.path, given:
            case "/__received", None:
                return _json(_received(world, request))
            case "/__faults", list():
                world.faults.set([Fault.of(each) for each in given])
            case "/__people", dict():
                world.people.set(given)
            case "/__settings", dict():
                world.settings = world.settings.changed(given)
            case "/__reset", _ if request.method == "POST":
                world.reset()
            case (("/__faults" | "/__people" | "/__settings"), None):
                pass
            case _:
                return _json({"error": f"nothing is known of {request.method} {request.path}"}, 404)
    except (ValueError, TypeError, AttributeError) as error:
        return _json({"error": str(error)}, 400)
    return _json(
        {
            "faults": world.faults.as_json(),
            "people": world.people.as_json(),
            "settings": asdict(world.settings),
        }
    )


def _received(world: World, request: web.BaseRequest) -> dict[str, object]:
    """Filters: ``chat_id`` and ``bot_id`` (several), ``text``, ``since`` (a message's number); ``messages=no`` counts
    alone, ``last`` gives so many of the newest. Counts are of messages accepted, by chat with ``by_chat=yes``."""
    query = request.query
    found = list(
        world.chats.received(
            {int(each) for each in query.getall("chat_id", [])},
            {int(each) for each in query.getall("bot_id", [])},
            query.get("text", ""),
            max(int(query.get("since", "0")), 0),
        )
    )
    shown = found[-int(query["last"]) :] if int(query.get("last", "0")) > 0 else found
    result: dict[str, object] = {
        "simulator": True,
        "total": len(found),
        "chats": len({(message.bot_id, message.chat_id) for message in found}),
        "per_second": {str(second): count for second, count in sorted(world.chats.per_second.items())},
        "throttled": world.throttled,
        "requests": dict(world.requests),
        "answers": {str(status): count for status, count in sorted(world.answers.items())},
    }
    if query.get("by_chat") == "yes":
        by_chat = Counter(message.chat_id for message in found)
        result["by_chat"] = {str(chat): count for chat, count in by_chat.items()}
    if query.get("messages") != "no":
        result["messages"] = [message.as_json() for message in shown]
    return result


def _json(value: object, status: int = 200) -> web.Response:
    body = json.dumps(value, ensure_ascii=False).encode()
    return web.Response(body=body, status=status, content_type="application/json")
