"""What scripts/fuzz feeds, each with a seed: a small well-formed example of what it reads."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import itertools
import lzma
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import msgspec
from nlptool_plugins.gensim import files as vectors

from nlptool import gguf, ngrams
from nlptool.cli.saved_job import read_job
from nlptool.config import registry, trust
from nlptool.damaged import DAMAGED
from nlptool.errors import NlptoolError
from nlptool.io.formats.format import Format, ReadOptions
from nlptool.io.formats.registry import OURS
from nlptool.io.pictures import pages
from nlptool.io.sources import Source
from nlptool.isolation import frames, messages
from nlptool.models.store import bundle, index, pinned, store
from nlptool.models.store.archive import Unpacking
from nlptool.translation import glossary
from nlptool.translation.document import MARKUPS, Document

Target = Callable[[bytes, Path], object]


def reading(form: Format, packed: str = "") -> Target:
    """A format's reader; for a document in a container, also what puts its texts back."""

    def target(data: bytes, folder: Path) -> None:
        name = folder / f"in{form.suffix}{packed}"
        name.write_bytes(data)
        source = Source(str(name), name)
        read = form.read or (lambda *_: iter(()))
        for chunk in read(source, ReadOptions(), itertools.count(1).__next__):
            if form.document and form.encoder:
                rows = [{"translation": record.row["text"]} for record in chunk]
                form.encode(rows)

    return target


def within(form: Format, part: str) -> Target:
    """As reading, for a document that is an archive, one part of which is the rubbish."""
    target = reading(form)

    def wrapped(data: bytes, folder: Path) -> None:
        target(zipped({part: data}), folder)

    return wrapped


def markup(name: str, data: bytes, _folder: Path) -> None:
    """A document cut for translation."""
    Document.of(data.decode("utf-8", "replace"), name, ("en", "zh"))  # type: ignore[arg-type]


def archive(suffix: str) -> Target:
    """An archive, all of it unpacked."""

    def target(data: bytes, folder: Path) -> None:
        file = folder / f"in{suffix}"
        file.write_bytes(data)
        Unpacking(file, file.name, "", {}, "fuzz").run(folder / "out")

    return target


def file_for(read: Callable[[Path], object], name: str) -> Target:
    """What reads a file by its path."""

    def target(data: bytes, folder: Path) -> None:
        (folder / name).write_bytes(data)
        read(folder / name)

    return target


def frame(data: bytes, _folder: Path) -> None:
    """What comes from a child process, and what it is sent."""
    for read in (messages.read_reply, messages.read_order):
        with contextlib.suppress(EOFError, frames.BrokenFrameError, *DAMAGED):
            read(frames.read(io.BytesIO(data)))


def kept(data: bytes, folder: Path) -> None:
    """Files of ours that a user may have damaged."""
    for file in (pinned.lock_file(), trust.trust_file(), folder / "manifest.json"):
        file.write_bytes(data)
    for read in (pinned.read, trust.read_trusted, partial(store.read_manifest, folder)):
        with contextlib.suppress(NlptoolError):
            read()


def links(data: bytes, _folder: Path) -> None:
    """A page of a package index, as HTML and as JSON."""
    found = [*index._links(data.decode(errors="replace"), "https://index/p/")]
    for file in found:
        index._is_of(file.name, "p", "1.0")
    with contextlib.suppress(NlptoolError):
        index._decode(data, "https://index/p/")


def imported(file: Path) -> None:
    """A bundle of models."""
    bundle.load(store.Store(file.parent / "store"), registry.load(), file, accept_new=False)


def picture(file: Path) -> None:
    """Every page of a picture, opened."""
    for _, opened in pages.pages(file, pages.PageSpec(dpi=50)):
        opened()


def zipped(parts: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as members:
        for name, content in parts.items():
            members.writestr(name, content)
    return data.getvalue()


def tar(parts: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as members:
        for name, content in parts.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            members.addfile(info, io.BytesIO(content))
    return data.getvalue()


def packed_bundle() -> bytes:
    """A model that is added."""
    pin = {"sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "size": 3}
    manifest = {"model": "m", "source": "x", "pulled": "", "files": {"a.txt": pin}}
    packed = {"entry": {"task": "stem", "adapter": "nltk"}, "manifest": manifest}
    return tar({"nlptool.json": msgspec.json.encode({"m": packed}), "m/a.txt": b"abc"})


def gguf_file() -> bytes:
    """Three values and a tensor."""

    def text(value: str) -> bytes:
        return struct.pack("<Q", len(value)) + value.encode()

    head = b"GGUF" + struct.pack("<IQQ", 3, 1, 3)
    head += text("general.name") + struct.pack("<I", 8) + text("x")
    head += text("t.tokens") + struct.pack("<IIQ", 9, 8, 2) + text("a") + text("b")
    head += text("t.scores") + struct.pack("<IIQ", 9, 6, 2) + bytes(8)
    head += text("w") + struct.pack("<I2QIQ", 2, 2, 2, 0, 0)
    return head + bytes(-len(head) % 32) + bytes(16)


def drawn(kind: str) -> bytes:
    """A small picture."""
    from PIL import Image

    data = io.BytesIO()
    Image.new("RGB", (9, 5), (200, 9, 9)).save(data, kind)
    return data.getvalue()


WORD = (
    b'<w:document xmlns:w="urn:w"><w:p><w:r><w:rPr><w:b/></w:rPr><w:t>A word</w:t></w:r></w:p>'
    b"</w:document>"
)
SEEDS: dict[str, bytes] = {
    "text": b"a line\nanother \xe4\xb8\xad\r\n",
    "jsonl": b'{"id": 1, "text": "a"}\n"b"\n[]\n',
    "json": b'[{"text": "a"}, {"text": [1, null]}]',
    "squad": b'{"data": [{"paragraphs": [{"context": "a", "qas": []}]}]}',
    "csv": b'id,text\n1,"a ""b""\nc"\n',
    "tsv": b"id\ttext\n1\ta\n",
    "parquet": b"PAR1\x15\x04\x15\x00PAR1",
    "markdown": b"# A *word*\n\n- [one](x) `two`\n\n|a|b|\n|-|-|\n|c|d|\n\n```\ncode\n```\n",
    "html": b'<p class="a">A <b>word</b> &amp; <!-- note --><script>x</script><br>more</p>',
    "srt": b"1\n00:00:01,000 --> 00:00:02,000\n<i>A line</i>\n\n",
    "vtt": b"WEBVTT\n\nNOTE x\n\n00:01.000 --> 00:02.000 align:start\n<v Ann>A line\n",
    "ssa": b"[Events]\nFormat: Layer, Text\nDialogue: 0,{\\i1}A{\\i0} line\\Nmore\n",
    "paragraphs": b"A line that goes\non in the next.\n\nAnother.\n",
    "po": b'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "a"\nmsgstr ""',
    "xliff": b'<xliff version="1.2"><file><body><trans-unit id="1"><source>a <g id="1">b</g>'
    b"</source></trans-unit></body></file></xliff>",
    "messages": b'{"a": "one {n}", "b": {"c": ["two", 3]}}',
    "yaml": b"a: one\nb:\n  - |\n    two\n  - 'three'\n",
}
PARTS = {
    "docx": ("word/document.xml", WORD),
    "pptx": ("ppt/slides/slide1.xml", WORD),
    "xlsx": ("xl/sharedStrings.xml", b'<sst xmlns="urn:s"><si><t>A word</t></si></sst>'),
    "odf": (
        "content.xml",
        b'<o xmlns:text="urn:t"><text:p>A <text:span>word</text:span></text:p></o>',
    ),
    "epub": ("a.xhtml", b'<html xmlns="http://www.w3.org/1999/xhtml"><p>A <i>word</i></p></html>'),
}


def formats() -> Iterator[tuple[str, tuple[Target, bytes]]]:
    """Every format of ours that can be read; a new one begins with an empty seed."""
    for form in OURS:
        if form.read and form.name in PARTS:
            part, seed = PARTS[form.name]
            yield form.name, (within(form, part), seed)
            yield f"{form.name}-archive", (reading(form), zipped({part: seed}))
        elif form.read:
            yield form.name, (reading(form), SEEDS.get(form.name, b""))
        if form.name == "text":
            for suffix, pack in (
                (".gz", gzip.compress),
                (".bz2", bz2.compress),
                (".xz", lzma.compress),
            ):
                yield f"text{suffix}", (reading(form, suffix), pack(SEEDS["text"]))


JOB = b'{"nlptool": "1", "folder": "/", "job": {"task": "stem", "params": {}, "reads": ["a"]}}'
REPLY = messages.encode(messages.Failure("RecordError", "no"))
TBX = (
    b'<tbx><termEntry><langSet xml:lang="en"><tig><term>a</term></tig></langSet></termEntry></tbx>'
)
COUNTS = ngrams.count([["ab", "abc"]], "letters", 2)
BINARY = b"2 2\na \0\0\x80?\0\0\0\0\nb \0\0\0\0\0\0\x80?\n"
YAML = (
    b"models:\n  m: {task: stem, adapter: nltk, files: {a.txt: {size: 3}}, options: {a: [1, ~]}}\n"
)
TARGETS: dict[str, tuple[Target, bytes]] = {
    **dict(formats()),
    **{
        f"cut-{name}": (partial(markup, name), SEEDS.get(name or "", SEEDS["text"]))
        for name in MARKUPS
    },
    "glossary": (file_for(lambda f: glossary.read(str(f), ("en", "zh")), "g.tsv"), b"a\tb\tc\n"),
    "tbx": (file_for(lambda f: glossary.read(str(f), ("en", "zh")), "g.tbx"), TBX),
    "models.yaml": (file_for(registry.load, "models.yaml"), YAML),
    "kept": (kept, b'{"m": {"a.txt": {"sha256": "00", "size": 3}}}'),
    "job": (file_for(read_job, "a.job.json"), JOB),
    "frames": (frame, frames.HEAD.pack(frames.MARK, len(REPLY)) + REPLY),
    "index": (
        links,
        b'<a href="p-1.0.tar.gz#sha256=00">x</a><a href="http://h/p-1.0-py3-none-any.whl">',
    ),
    "bundle": (file_for(imported, "in.tar"), packed_bundle()),
    "zip": (archive(".zip"), zipped({"a/b.txt": b"abc" * 99})),
    "tar": (archive(".tar"), tar({"a/b.txt": b"abc"})),
    "tgz": (archive(".tar.gz"), gzip.compress(tar({"a/b.txt": b"abc"}))),
    "txz": (archive(".tar.xz"), lzma.compress(tar({"a/b.txt": b"abc"}))),
    "gguf": (file_for(lambda file: gguf.about(gguf.read(file)), "a.gguf"), gguf_file()),
    "ngram": (
        file_for(lambda f: ngrams.Likely(ngrams.load(f)).next("a", 3), "a.ngram"),
        msgspec.msgpack.encode(COUNTS),
    ),
    "vectors": (file_for(lambda file: vectors.load(file, "text"), "a.vec"), b"2 2\na 1 0\nb 0 1\n"),
    "vectors-binary": (file_for(lambda file: vectors.load(file, "binary"), "a.bin"), BINARY),
    "vectors-gensim": (
        file_for(lambda f: vectors.load(f, "gensim"), "a.kv"),
        b"\x80\x04}\x94\x8c\x01a\x94K\x01s.",
    ),
    **{
        f"picture-{kind}": (file_for(picture, f"a.{kind}"), drawn(kind))
        for kind in ("png", "jpeg", "tiff", "gif", "webp", "ppm", "pdf")
    },
}
