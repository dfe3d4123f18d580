"""What a job's results depend on, hashed part by part: it goes on only where all are the same."""

from __future__ import annotations

import logging
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path

import msgspec

from nlptool import __version__
from nlptool.errors import UsageError
from nlptool.io import urls
from nlptool.io.sources import Source
from nlptool.models.resolver import Resolver
from nlptool.models.store.store import files_below
from nlptool.pipeline.jobspec import Execution, JobSpec, encode

log = logging.getLogger(__name__)

CHUNK = 1 << 20

Identity = dict[str, str]


def identity(spec: JobSpec, sources: Sequence[Source], resolver: Resolver) -> Identity:
    """A hash for each part of a job, by what a message calls it when it has changed.

    How it is carried out is no part: that changes nothing. UsageError for standard input that
    cannot be read again.
    """
    told = msgspec.structs.replace(spec, execution=Execution(), summary=None)
    return {
        "other options": _hash(encode(told)),
        "another input": _hash(*(part for source in sources for part in _source(source))),
        "other files that options name": _hash(*(_content(file) for file in spec.reads)),
        "another model": _hash(*_models(resolver)),
        "another version of nlptool": __version__,
    }


def job_hash(spec: JobSpec, sources: Sequence[Source], resolver: Resolver) -> str:
    """What all shards of a job have in common."""
    one = msgspec.structs.replace(spec, output=None, rejects=None, shard=None, resume=False)
    return _hash(msgspec.json.encode(identity(one, sources, resolver), order="sorted"))


def changed(before: Identity, now: Identity) -> list[str]:
    """The parts that are not what they were."""
    return [part for part in now if before.get(part) != now[part]]


def _source(source: Source) -> tuple[str, bytes]:
    if source.url:
        return source.name, urls.key(source.url).encode()
    if source.path:
        return source.name, _content(source.path)
    descriptor = sys.stdin.fileno() if sys.stdin else -1
    if descriptor < 0 or not stat.S_ISREG(os.fstat(descriptor).st_mode):
        raise UsageError("--resume needs an input that can be read again: give a file with -i")
    return source.name, _content(Path(f"/dev/fd/{descriptor}"))


def _content(path: Path) -> bytes:
    """The hash of a file's bytes; what cannot be read is as nothing, and told elsewhere."""
    found = blake2b(digest_size=16)
    if path.exists() and not path.is_file():
        raise UsageError(f"--resume needs files that can be read again; {path} is none")
    try:
        with path.open("rb", buffering=0) as file:
            while block := file.read(CHUNK):
                found.update(block)
    except OSError as error:
        log.debug("%s: %s", path, error)
    return found.digest()


def models_hash(resolver: Resolver) -> str:
    """What tells the models that may answer, on whichever machine."""
    return _hash(*_models(resolver, files=False))


def _models(resolver: Resolver, *, files: bool = True) -> Iterator[str | bytes]:
    """What tells the models that may answer: their entries, and the ``files`` that have no pins."""
    registry, chosen = resolver.registry, resolver.choice.model
    names = {chosen} if chosen else {*resolver.defaults.values()}
    if resolver.task.pair and not chosen:
        names |= {n for n, model in registry.models.items() if model.task == resolver.task.name}
    for name in sorted(names):
        model = resolver.entry(name)
        yield name
        yield msgspec.json.encode(model, order="deterministic")
        pinned = model.files and all(file.sha256 for file in model.files.values())
        if files and name == resolver.only and not pinned:
            yield from _state(resolver.find(name)[1])
    yield msgspec.json.encode(dict(registry.backends), order="deterministic")


def _state(place: Path | None) -> Iterator[str]:
    """Files as they are on the disk: their names, sizes and times."""
    if place is None:
        return
    for name, path in files_below(place) if place.is_dir() else [(place.name, place)]:
        state = path.stat()
        yield f"{name}\0{state.st_ino}\0{state.st_size}\0{state.st_mtime_ns}"


def _hash(*parts: str | bytes) -> str:
    found = blake2b(digest_size=16)
    for part in parts:
        data = os.fsencode(part) if isinstance(part, str) else part
        found.update(len(data).to_bytes(8, "big") + data)
    return found.hexdigest()
