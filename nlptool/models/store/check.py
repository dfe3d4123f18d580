"""Whether files are what they should be: hashes, sizes, and no pickle that nobody pinned."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import file_digest
from pathlib import Path

from nlptool.config.registry import File, Model
from nlptool.errors import ModelError
from nlptool.models.store.store import Place, Stored, files_below

PICKLES = (".pth", ".pt", ".pkl", ".pickle", ".ckpt", ".joblib")
SAFE = (".safetensors", ".onnx")
"""Weights that an adapter takes rather than a pickle beside them."""
PROTOCOLS = range(2, 6)


def measure(file: Path) -> Stored:
    """The hash and the size of a file."""
    with file.open("rb") as stream:
        return Stored(file_digest(stream, "sha256").hexdigest(), file.stat().st_size)


def pins(model: Model, place: Place) -> dict[str, File]:
    """What a model's files should be: by the registry, else by what was true when it was pulled."""
    known = place.manifest.files if place.manifest else {}
    found = {name: File(file.sha256, file.size) for name, file in known.items()}
    return found | {name: file for name, file in model.files.items() if file.sha256}


def glance(name: str, place: Place) -> None:
    """ModelError where a file of a stored model is missing or of the wrong size."""
    files = place.manifest.files if place.manifest else {}
    for file, stored in files.items():
        path = place.folder / file
        size = path.stat().st_size if path.is_file() else None
        if size != stored.size:
            found = "is missing" if size is None else f"has {size} bytes, not {stored.size}"
            raise ModelError(
                f"model {name} is damaged: {file} {found}; "
                f"pull it again: nlptool models pull {name}"
            )


def faults(folder: Path, wanted: Mapping[str, File]) -> list[str]:
    """What is wrong with the files of a folder: nothing where they are what is wanted."""
    there = [name for name in wanted if (folder / name).is_file()]
    return differences({name: measure(folder / name) for name in there}, wanted)


def differences(there: Mapping[str, Stored], wanted: Mapping[str, File]) -> list[str]:
    """What of the wanted files is missing, or has another hash."""
    found = []
    for name, file in wanted.items():
        if name not in there:
            found.append(f"{name} is missing")
        elif file.sha256 not in (None, there[name].sha256):
            found.append(f"{name} has the sha256 {there[name].sha256}, expected {file.sha256}")
    return found


def refuse_pickles(name: str, model: Model, folder: Path) -> None:
    """ModelError for a pickle among the files whose hash the registry does not pin and confirm.

    Loading a pickle can run code. Of a folder without a list of files, pickles beside other weights
    are passed over: adapters take the others.
    """
    files = model.files or {file: File() for file, _ in files_below(folder)}
    if not model.files and any(file.endswith(SAFE) for file in files):
        return
    for file, pin in files.items():
        if not is_pickle(folder / file):
            continue
        if not pin.sha256:
            raise unpinned_pickle(name, file)
        wrong = faults(folder, {file: pin})
        if wrong:
            raise ModelError(f"model {name}: {wrong[0]}")


def unpinned_pickle(name: str, file: str) -> ModelError:
    """The error for weights that could run code and that nobody vouches for."""
    return ModelError(
        f"model {name}: {file} is a pickle, which can run code: "
        "it is loaded only where a models.yaml pins its sha256"
    )


def is_pickle(file: Path) -> bool:
    """Whether a file is a pickle by its name or its content, as of ``torch.save``."""
    if file.suffix.lower() in PICKLES:
        return True
    if file.suffix.lower() == ".kv":  # gensim's, read by an unpickler that runs nothing
        return False
    with file.open("rb") as stream:
        head = stream.read(4)
    if head[:1] == b"\x80" and len(head) > 1 and head[1] in PROTOCOLS:
        return True
    if head != b"PK\x03\x04":
        return False
    import zipfile

    try:
        with zipfile.ZipFile(file) as archive:
            return any(name.endswith(".pkl") for name in archive.namelist())
    except zipfile.BadZipFile:
        return False
