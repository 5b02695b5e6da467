"""Does `GET /connectors?expand=facts` tell how records go, to those who may know?"""

import httpx

from connectsdk.http import HttpConfig, hash_token
from tests.http.conftest import Connect, eventually


async def test_the_facts_of_tasks_are_an_expansion(client: httpx.AsyncClient, orders: dict[str, str]) -> None:
    async def look() -> dict[str, object]:
        answer = await client.get("/connectors?expand=facts")
        task: dict[str, object] = answer.json()["orders"]["facts"]["tasks"][0]
        return task

    found = await eventually(look, lambda task: task["delivered"] == 2)
    assert (found["id"], found["state"], found["restarts"], found["lag"]) == (0, "running", 0, None)
    assert found["read"] == 2


async def test_a_stopped_connector_has_no_tasks_to_tell_of(
    client: httpx.AsyncClient, orders: dict[str, str]
) -> None:
    async def look() -> object:
        return (await client.get("/connectors?expand=facts&expand=info")).json()["orders"]["facts"]

    await client.put("/connectors/orders/stop")
    await eventually(look, lambda found: found == {"tasks": [], "abandoned": 0})


async def test_the_page_is_served_to_whoever_asks_and_the_api_is_not(connect: Connect) -> None:
    config = HttpConfig.read({"rest.auth.tokens": f"ops:{hash_token('a token')}"})
    async with connect(config) as stranger:
        page = await stranger.get("/ui/")
        assert page.status_code == 200
        assert "script-src 'self'" in page.headers["content-security-policy"]
        assert (await stranger.get("/ui", follow_redirects=True)).text == page.text
        again = await stranger.get("/ui/app.js", headers={"If-None-Match": page.headers["etag"]})
        assert again.status_code == 200
        again = await stranger.get("/ui/app.js", headers={"If-None-Match": again.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert (await stranger.get("/connectors")).status_code == 401
        for path in ("/ui/../_app.py", "/ui/%2e%2e/_app.py", "/ui/nothing.js", "/ui/ui/app.js"):
            assert (await stranger.get(path)).status_code in {401, 404}
