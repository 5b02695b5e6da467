"""How is a request carried out? One method a route, on the herder of this worker."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import quote

import anyio.to_thread
import attrs

from connectsdk.http import _answers as answers
from connectsdk.http._facts import facts, worker_facts
from connectsdk.http._loggers import Loggers
from connectsdk.http._requests import Answer, Command, RestError
from connectsdk.runtime.herder import Health, Herder, NotFoundError
from connectsdk.runtime.metrics import CONTENT_TYPE, metrics_text

__all__ = ("Operation", "Operations")

Operation = Callable[[Command], Awaitable[Answer]]

HEALTH_STATUS = {"healthy": 200, "starting": 503, "unhealthy": 500}
JAVA_API = "4.1.0"
"""The version of Kafka Connect whose REST API this is; its clients decide by it what they may ask for."""
MAX_TASK = 2**31 - 1


@attrs.frozen(eq=False)
class Operations:
    """Carries requests out.

    Attributes:
        herder: Whose connectors are managed.
        loggers: Whose levels are.
        describe: Makes the OpenAPI document.
    """

    herder: Herder
    loggers: Loggers
    describe: Callable[[], dict[str, Any]]

    def named(self, name: str) -> Operation:
        """Return what carries out a route's operation."""
        operation: Operation = getattr(self, name)
        return operation

    # -- the worker ------------------------------------------------------------------------------------------

    async def worker(self, _: Command) -> Answer:
        """Return who this is; clients of Kafka Connect read the version of its API."""
        return Answer(
            body={
                "version": JAVA_API,
                "commit": f"connectsdk-{self.herder.version}",
                "kafka_cluster_id": await self.herder.read_cluster_id(),
            }
        )

    async def health(self, _: Command) -> Answer:
        """Return whether the worker can do its work."""
        found: Health = await self.herder.check_health()
        return Answer(status=HEALTH_STATUS[found.status], body=answers.health(found))

    async def metrics(self, _: Command) -> Answer:
        """Return the worker's metrics for Prometheus; the text is made on another thread."""
        facts = self.herder.facts()
        text = await anyio.to_thread.run_sync(metrics_text, facts)
        return Answer(text=text, headers={"Content-Type": CONTENT_TYPE})

    async def worker_facts(self, _: Command) -> Answer:
        """Return what there is to know about the worker itself."""
        return Answer(body=worker_facts(self.herder))

    async def openapi(self, _: Command) -> Answer:
        """Return the description of this API."""
        return Answer(body=self.describe())

    # -- connectors ------------------------------------------------------------------------------------------

    async def list_connectors(self, command: Command) -> Answer:
        """Return every connector; who sees which is decided before it is sent."""
        expansions = set(command.query.get("expand", ())) & {"info", "status", "facts"}
        names = self.herder.connectors()
        if not command.query.get("expand"):
            return Answer(body=names)
        looked = {name: self._expanded(name, expansions) for name in names}
        body = {name: found for name, found in looked.items() if found is not None}
        if "facts" in expansions:
            known = self.herder.facts().connectors
            for name, expanded in body.items():
                expanded["facts"] = facts(known.get(name))
        return Answer(body=body)

    def _expanded(self, name: str, expansions: set[str]) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = {}
            if "status" in expansions:
                found["status"] = answers.status(self.herder.status(name))
            if "info" in expansions:
                found["info"] = answers.info(self.herder.info(name))
        except NotFoundError:  # it was deleted meanwhile
            return None
        return found

    async def create(self, command: Command) -> Answer:
        """Create a connector."""
        body = command.body
        state = "RUNNING" if body["initial_state"] is None else body["initial_state"]
        created = await self.herder.create(body["name"], body["config"], state)
        location = f"/connectors/{quote(created.name, safe='')}"
        return Answer(status=201, body=answers.info(created), headers={"Location": location})

    async def info(self, command: Command) -> Answer:
        """Return a connector as it was configured."""
        return Answer(body=answers.info(self.herder.info(command.connector)))

    async def config(self, command: Command) -> Answer:
        """Return a connector's properties."""
        return Answer(body=dict(self.herder.info(command.connector).config))

    async def put_config(self, command: Command) -> Answer:
        """Replace a connector's properties, or create it."""
        created, found = await self.herder.put_config(command.connector, command.body)
        if not created:
            return Answer(body=answers.info(found))
        location = f"/connectors/{quote(found.name, safe='')}"
        return Answer(status=201, body=answers.info(found), headers={"Location": location})

    async def patch_config(self, command: Command) -> Answer:
        """Change some of a connector's properties."""
        return Answer(body=answers.info(await self.herder.patch_config(command.connector, command.body)))

    async def delete(self, command: Command) -> Answer:
        """Stop a connector and forget it."""
        await self.herder.delete(command.connector)
        return Answer(status=204)

    async def status(self, command: Command) -> Answer:
        """Return how a connector fares."""
        return Answer(body=answers.status(self.herder.status(command.connector)))

    async def explain(self, command: Command) -> Answer:
        """Return why a connector is as it is."""
        return Answer(body=dict(self.herder.explain(command.connector)))

    async def topics(self, command: Command) -> Answer:
        """Return the topics that a connector has used."""
        return Answer(body={command.connector: {"topics": self.herder.topics(command.connector)}})

    async def reset_topics(self, command: Command) -> Answer:
        """Forget which topics a connector has used."""
        self.herder.reset_topics(command.connector)
        return Answer(status=202)

    async def pause(self, command: Command) -> Answer:
        """Let a connector's tasks wait."""
        await self.herder.pause(command.connector)
        return Answer(status=202)

    async def resume(self, command: Command) -> Answer:
        """Let a connector run."""
        await self.herder.resume(command.connector)
        return Answer(status=202)

    async def stop(self, command: Command) -> Answer:
        """End a connector's tasks."""
        await self.herder.stop(command.connector)
        return Answer(status=204)

    async def restart(self, command: Command) -> Answer:
        """Restart a connector, and its tasks if that is asked for."""
        found = await self.herder.restart(
            command.connector,
            include_tasks=command.flag("includeTasks"),
            only_failed=command.flag("onlyFailed"),
        )
        return Answer(status=204) if found is None else Answer(status=202, body=answers.status(found))

    # -- tasks -----------------------------------------------------------------------------------------------

    async def tasks(self, command: Command) -> Answer:
        """Return a connector's tasks."""
        return Answer(body=[answers.task(each) for each in self.herder.tasks(command.connector)])

    async def tasks_config(self, command: Command) -> Answer:
        """Return the properties of a connector's tasks."""
        found = self.herder.tasks(command.connector)
        return Answer(body={f"{each.connector}-{each.task}": dict(each.config) for each in found})

    async def task_status(self, command: Command) -> Answer:
        """Return how a task fares."""
        found = self.herder.task_status(command.connector, _task(command))
        return Answer(body=answers.task_state(found))

    async def restart_task(self, command: Command) -> Answer:
        """Restart a task."""
        await self.herder.restart_task(command.connector, _task(command))
        return Answer(status=204)

    # -- offsets ---------------------------------------------------------------------------------------------

    async def offsets(self, command: Command) -> Answer:
        """Return where a connector is."""
        return Answer(body=answers.offsets(await self.herder.offsets(command.connector)))

    async def alter_offsets(self, command: Command) -> Answer:
        """Change where a connector goes on."""
        wanted: Sequence[tuple[Any, Any]] = command.body
        return Answer(body={"message": await self.herder.alter_offsets(command.connector, wanted)})

    async def reset_offsets(self, command: Command) -> Answer:
        """Forget where a connector was."""
        return Answer(body={"message": await self.herder.reset_offsets(command.connector)})

    # -- plugins ---------------------------------------------------------------------------------------------

    async def plugins(self, command: Command) -> Answer:
        """Return the plugins."""
        found = self.herder.plugins(connectors_only=command.flag("connectorsOnly", default=True))
        return Answer(body=[answers.plugin(each) for each in found])

    async def plugin_config(self, command: Command) -> Answer:
        """Return the keys of a plugin."""
        return Answer(
            body=[
                answers.config_key(each)
                for each in await self.herder.read_plugin_config(command.path["plugin"])
            ]
        )

    async def validate(self, command: Command) -> Answer:
        """Say what is wrong with a configuration."""
        return Answer(
            body=answers.config_infos(await self.herder.validate(command.path["plugin"], command.body))
        )

    # -- loggers ---------------------------------------------------------------------------------------------

    async def all_loggers(self, _: Command) -> Answer:
        """Return the loggers that have a level."""
        return Answer(body={name: answers.logger(level) for name, level in self.loggers.levels().items()})

    async def logger(self, command: Command) -> Answer:
        """Return a logger's level."""
        level = self.loggers.level(command.path["logger"])
        if level is None:
            raise RestError(404, f"Logger {command.path['logger']} not found.")
        return Answer(body=answers.logger(level))

    async def set_logger(self, command: Command) -> Answer:
        """Set the level of a logger and of those below it."""
        level = command.body
        if level is None:
            raise RestError(400, "Desired 'level' parameter was not specified in request.")
        try:
            changed = self.loggers.set_level(command.path["logger"], level)
        except KeyError:
            raise RestError(404, f"invalid log level '{level}'.") from None
        except ValueError as error:
            raise RestError(400, str(error)) from None
        cluster = (command.last("scope") or "").lower() == "cluster"
        return Answer(status=204) if cluster else Answer(body=changed)


def _task(command: Command) -> int:
    """Return the task that the path names; what is no number names none."""
    text = command.path["task"]
    if not (text.isascii() and text.isdigit()) or int(text[:11]) > MAX_TASK:
        raise RestError(404, "HTTP 404 Not Found")
    return int(text)
