"""Who is let in: every request that is not this browser's own, from the app's own pages, with the key, is refused."""

import pytest

from app.serving import apart
from brownfield.app.guard import LARGEST, Guard

KEY, PORT = "k" * 43, 4321
HOST = f"127.0.0.1:{PORT}"
COOKIE = f"brownfield_{PORT}={KEY}"
PAGE = b"<html>\n  <script>\n    let ours = 1;\n  </script>\n<p>a plant named &lt;script&gt;<script>theirs()</script>\n</html>"


def asked(
    headers: dict[str, str], *, path: str = "/", query: str = "", method: str = "GET", kind: str = "http", doubled: str = ""
) -> tuple[int, dict[str, str], bytes]:
    """What comes back for a request; for a websocket 101 when it is let through, or the code with which it is closed."""
    sent: list[dict] = []

    async def app(scope: dict, receive: object, send: object) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            return
        content = b"text/html; charset=utf-8" if path != "/data" else b"application/json"
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", content), (b"content-length", b"1")]})
        await send({"type": "http.response.body", "body": PAGE[:20], "more_body": True})
        await send({"type": "http.response.body", "body": PAGE[20:]})

    async def send(message: dict) -> None:
        sent.append(message)

    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    if doubled:
        pairs.append((b"host", doubled.encode()))
    scope = {"type": kind, "method": method, "path": path, "query_string": query.encode(), "headers": pairs}
    apart(Guard(app, KEY, PORT)(scope, lambda: None, send))
    if kind == "websocket":
        return (101, {}, b"") if sent[0]["type"] == "websocket.accept" else (sent[0]["code"], {}, b"")
    found = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], found, b"".join(message.get("body", b"") for message in sent[1:])


def test_the_link_lets_in_and_leaves_no_key_in_the_address() -> None:
    status, headers, _ = asked({"host": HOST}, path="/verdict", query=f"key={KEY}&case=a+b")
    assert (status, headers["location"]) == (303, "/verdict?case=a+b")
    assert headers["set-cookie"] == f"{COOKIE}; Path=/; HttpOnly; SameSite=Strict"
    assert asked({"host": HOST, "cookie": COOKIE})[0] == 200


def test_the_link_leads_nowhere_else() -> None:
    assert asked({"host": HOST}, path="//elsewhere.example/", query=f"key={KEY}")[1]["location"] == "/elsewhere.example/"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": HOST}, 403),
        ({"host": HOST, "cookie": f"brownfield_{PORT}={KEY[:-1]}x"}, 403),
        ({"host": HOST, "cookie": f"brownfield_1234={KEY}"}, 403),
        ({"host": HOST, "cookie": "é; ="}, 403),
        ({"host": "evil.example", "cookie": COOKIE}, 421),
        ({"host": f"localhost:{PORT}", "cookie": COOKIE}, 421),
        ({"host": f"127.0.0.1:{PORT}.evil.example", "cookie": COOKIE}, 421),
        ({"cookie": COOKIE}, 421),
        ({"host": HOST, "cookie": COOKIE, "origin": "http://evil.example"}, 403),
        ({"host": HOST, "cookie": COOKIE, "origin": "null"}, 403),
        ({"host": HOST, "cookie": COOKIE, "origin": f"http://127.0.0.1:{PORT + 1}"}, 403),
        ({"host": HOST, "cookie": COOKIE, "sec-fetch-site": "cross-site"}, 403),
        ({"host": HOST, "cookie": COOKIE, "sec-fetch-site": "same-site"}, 403),
        ({"host": HOST, "cookie": COOKIE, "sec-fetch-site": "same-origin"}, 200),
    ],
)
def test_others_are_refused(headers: dict[str, str], status: int) -> None:
    assert asked(headers)[0] == status


def test_a_host_said_twice_is_refused() -> None:
    assert asked({"host": HOST, "cookie": COOKIE}, doubled="evil.example")[0] == 421


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({}, 403),
        ({"origin": f"http://{HOST}"}, 411),
        ({"origin": f"http://{HOST}", "content-length": "12"}, 200),
        ({"origin": f"http://{HOST}", "content-length": "-1"}, 411),
        ({"origin": f"http://{HOST}", "content-length": str(LARGEST + 1)}, 413),
    ],
)
def test_what_changes_something_says_where_it_comes_from_and_how_large_it_is(more: dict[str, str], status: int) -> None:
    assert asked({"host": HOST, "cookie": COOKIE, **more}, method="POST")[0] == status


@pytest.mark.parametrize(
    ("more", "code"),
    [({}, 1008), ({"origin": "http://evil.example"}, 1008), ({"origin": f"http://{HOST}"}, 101)],
)
def test_a_lasting_connection_needs_the_same(more: dict[str, str], code: int) -> None:
    assert asked({"host": HOST, "cookie": COOKIE, **more}, kind="websocket")[0] == code
    assert asked({"host": HOST, **more}, kind="websocket")[0] == 1008


def test_a_page_runs_its_own_scripts_alone() -> None:
    status, headers, body = asked({"host": HOST, "cookie": COOKIE})
    policy = headers["content-security-policy"]
    nonce = policy.partition("'nonce-")[2].partition("'")[0]
    assert status == 200
    assert len(nonce) >= 20
    assert body.count(f'<script nonce="{nonce}">'.encode()) == 1
    assert b"</p><script>" not in body
    assert b"&lt;script&gt;<script>theirs()" in body, "a script that stands within a line gets no number, and does not run"
    assert int(headers["content-length"]) == len(body)
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]
    assert asked({"host": HOST, "cookie": COOKIE})[1]["content-security-policy"] != policy, "each page has a number of its own"


def test_every_answer_has_the_headers_of_safety() -> None:
    for path, cookie in (("/", COOKIE), ("/data", COOKIE), ("/", "")):
        headers = asked({"host": HOST, "cookie": cookie}, path=path)[1]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["cross-origin-resource-policy"] == "same-origin"
