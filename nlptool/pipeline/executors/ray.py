"""Windows answered by the actors of a Ray cluster: an extra, ``pip install 'nlptool[ray]'``.

Actors, not Ray Data: order, back-pressure, halving and the checkpoint are those of ``Processes``,
where a process is an actor; Ray Data would bring blocks of its own, which no checkpoint of ours
counts. The driver alone reads and writes, so that nodes need the package and the weights, no input.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Sequence
from typing import Any

import msgspec

from nlptool.errors import ModelError, library_missing, one_line
from nlptool.isolation.child import ERRORS, ChildError
from nlptool.isolation.host import LOGGERS, Wire, replied
from nlptool.isolation.messages import (
    Answers,
    Begin,
    Failure,
    Loading,
    Order,
    Ready,
    Reply,
    Said,
    Written,
    encode,
    read_order,
    read_reply,
)
from nlptool.models.resolver import Resolver
from nlptool.pipeline.executors.processes import Processes
from nlptool.pipeline.executors.worker import WindowService
from nlptool.pipeline.jobspec import JobSpec
from nlptool.pipeline.rendering import Rendering

NAME = "ray"
CONNECT = 10.0
"""Seconds for a machine to answer at all."""
STARTED = 60.0
"""Seconds for an actor to be placed and to import nlptool, before another one is asked for."""
VARIABLES = "NLPTOOL_"
"""What nodes get of the driver's environment: where the configuration and the weights are."""


class Ray(Processes):
    """An actor for each of the job's ``jobs``, one for each core of the cluster if it names none.

    One that dies, alone or with its node, is replaced wherever there is room.
    """

    pixels = True

    def __init__(self, spec: JobSpec, resolver: Resolver, rendering: Rendering) -> None:
        try:
            import ray
        except ImportError as error:
            raise library_missing("ray", "nlptool[ray]") from error
        self.ray = ray
        address = (spec.execution.executor or NAME).partition("=")[2] or None
        if address:
            _look_for(address)
        self.ours = not ray.is_initialized()
        if self.ours:
            ours = {key: value for key, value in os.environ.items() if key.startswith(VARIABLES)}
            options: dict[str, Any] = {"runtime_env": {"env_vars": ours}}
            if address is None:
                options["include_dashboard"] = False
            try:
                ray.init(address, logging_level=logging.ERROR, log_to_driver=False, **options)
            except (ConnectionError, RuntimeError, ValueError) as error:
                raise ModelError(f"Ray at {address or 'home'}: {one_line(error)}") from error
        cores = int(ray.cluster_resources().get("CPU", 1))
        how = spec.execution
        execution = msgspec.structs.replace(
            how, jobs=how.jobs or cores, retries=max(1, how.retries), devices=()
        )
        on_gpu = (spec.choice.device or "cpu").startswith("cuda")
        device = "cuda" if on_gpu else spec.choice.device
        choice = msgspec.structs.replace(
            spec.choice, device=device, threads=spec.choice.threads or 1
        )
        self.needs = {"num_gpus": 1} if on_gpu else {"num_cpus": 1}
        self.left = cores
        spec = msgspec.structs.replace(spec, execution=execution, choice=choice)
        super().__init__(spec, resolver, rendering)

    def close(self) -> None:
        """End the actors, and Ray where it was begun here."""
        super().close()
        if self.ours:
            self.ray.shutdown()

    def start(self) -> ActorChild:
        """An actor of the cluster, with a core of its own while there were some at the start: one
        that replaces another may find its core gone with a node, and is not to wait for it."""
        self.left -= 1
        needs = {"num_cpus": 0} if self.left < 0 and "num_cpus" in self.needs else self.needs
        return ActorChild(self.ray, needs)


def _look_for(address: str) -> None:
    """ModelError where nothing listens at ``HOST:PORT``, for which Ray itself looks for minutes."""
    host, _, port = address.rpartition(":")
    if not (host and port.isdecimal()):
        return
    try:
        socket.create_connection((host, int(port)), CONNECT).close()
    except OSError as error:
        raise ModelError(f"no Ray at {address}: {error.strerror or error}") from error


class ActorChild:
    """An actor that answers, as ``Processes`` knows its processes."""

    def __init__(self, ray: Any, needs: dict[str, int]) -> None:
        self.ray = ray
        self.devices: dict[str, str] = {}
        self.actor = ray.remote(max_restarts=0, max_concurrency=1, **needs)(Actor).remote()

    def ask(self, order: Order, timeout: float | None = None) -> Ready | Answers | Written:
        """As Child.ask; the first answers, for which a model is loaded, have all the time, but an
        actor that is not there after a while may wait for a core that is no more."""
        wait = STARTED if isinstance(order, Begin) else timeout if self.devices else None
        try:
            said = self.ray.get(self.actor.reply.remote(encode(order)), timeout=wait)
        except self.ray.exceptions.GetTimeoutError as error:
            self.kill()
            late = not isinstance(order, Begin)
            raise ChildError(f"gave no answer in {wait:g} s", late) from error
        except self.ray.exceptions.RayError as error:
            self.kill()
            raise ChildError(f"ended: {type(error).__name__}") from error
        return self._heard([read_reply(body) for body in said])

    def memory(self) -> int:
        """Ray watches the memory of its nodes itself."""
        return 0

    def close(self) -> None:
        """As kill: it holds nothing but a model."""
        self.kill()

    def kill(self) -> None:
        """End it now."""
        self.ray.kill(self.actor, no_restart=True)

    def _heard(self, replies: Sequence[Reply]) -> Ready | Answers | Written:
        *before, last = replies
        for reply in before:
            if isinstance(reply, Said):
                logging.getLogger(reply.logger).log(reply.level, "%s", reply.text)
            elif isinstance(reply, Loading) and reply.done:
                self.devices[reply.model] = reply.device
        if isinstance(last, Failure):
            raise ERRORS[last.kind](last.message)
        if not isinstance(last, Ready | Answers | Written):
            raise ChildError("answered out of turn")
        return last


class Actor:
    """Lives on a node: a WindowService, with what it says beside its replies."""

    def __init__(self) -> None:
        from nlptool import telemetry

        telemetry.silence()
        self.said: list[Reply] = []
        self.service = WindowService()
        self.service.send = self.said.append
        for name in LOGGERS:
            logging.getLogger(name).addHandler(Wire(self.said.append))

    def reply(self, body: bytes) -> list[bytes]:
        """What was said, and last the reply to an order."""
        last = replied(self.service, read_order(body))
        found = [encode(reply) for reply in (*self.said, last)]
        self.said.clear()
        return found
