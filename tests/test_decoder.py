"""Language models from GGUF files: what CTranslate2 says is what transformers says."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nlptool_plugins.decoder.difference import Delta, Lora, Pruned, kept_of
from nlptool_plugins.decoder.made import FORMAT, made
from nlptool_plugins.decoder.memory import check_memory
from nlptool_plugins.decoder.model import LanguageModel
from nlptool_plugins.decoder.tokenizer import tokenizer_of
from nlptool_plugins.decoder.weights import EMBEDDING, GgufWeights
from nlptool_plugins.language.choosing import probabilities as chances
from nlptool_plugins.language.model import Sampling
from nlptool_plugins.language.speech import whole as spoken
from safetensors.numpy import save_file

from nlptool.adapter import Setup
from nlptool.errors import ModelError, RecordError
from nlptool.gguf import read
from tests import tiny_gguf
from tests.conftest import Run
from tests.models_file import pin, write

PROMPTS = ("hello world", "a", "hello hello wo he ll the quick brown fox jumps over it")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with llama.gguf."""
    folder = tmp_path_factory.mktemp("llama")
    tiny_gguf.write(tiny_gguf.reference("llama"), folder / "llama.gguf")
    return folder


@pytest.fixture(scope="module")
def model(folder: Path) -> LanguageModel:
    return LanguageModel(made(setup(folder, "float32")), threads=1)


def setup(folder: Path, precision: str, **more: Any) -> Setup:
    return Setup("translate", "t", folder, made=folder / "made", precision=precision, **more)


def probabilities(reference: Any, model: LanguageModel, tokens: list[str]) -> Any:
    """What transformers says comes next, after what and how likely."""
    import torch

    ids = [model.tokenizer.token_to_id(token) for token in tokens]
    with torch.inference_mode():
        return reference(torch.tensor([ids])).logits[0].double().softmax(-1).numpy()


# int8 is coarser where the processor has no instruction for it, and its products saturate
@pytest.mark.parametrize(
    ("precision", "blocks", "most", "alike"),
    [
        ("float32", "F32", 0.002, 0.99),
        ("float32", "BF16", 0.002, 0.99),
        ("int8", "Q8_0", 0.15, 0.95),
    ],
)
@pytest.mark.parametrize("architecture", tiny_gguf.ARCHITECTURES)
def test_probabilities_are_those_of_transformers(
    tmp_path: Path, architecture: str, precision: str, blocks: str, most: float, alike: float
) -> None:
    reference = tiny_gguf.reference(architecture)
    tiny_gguf.write(reference, tmp_path / "m.gguf", gguf.GGMLQuantizationType[blocks])
    model = LanguageModel(made(setup(tmp_path, precision)), threads=1)
    for prompt in PROMPTS:
        expected = probabilities(reference, model, model.encode(prompt))[-1]
        (logits,) = model.next([model.encode(prompt)])
        found = chances(logits)
        assert np.abs(found - expected).max() < most
        assert np.corrcoef(np.log(found), np.log(expected))[0, 1] > alike


@pytest.mark.parametrize("blocks", ["F16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0"])
def test_weights_are_what_their_blocks_hold(tmp_path: Path, blocks: str) -> None:
    reference = tiny_gguf.reference("llama")
    tiny_gguf.write(reference, tmp_path / "m.gguf", gguf.GGMLQuantizationType[blocks])
    weights = GgufWeights(read(tmp_path / "m.gguf"))
    for name, expected in reference.state_dict().items():
        if name != "lm_head.weight":
            found = weights.vector(name) if expected.ndim == 1 else weights.rows(name, slice(None))
            assert np.array_equal(found, expected.numpy()), name


def test_the_same_files_make_the_same_model(folder: Path, tmp_path: Path) -> None:
    left = tmp_path / f"decoder-{FORMAT}-int8.new"
    left.mkdir()
    (left / "model.bin").write_text("of a killed process")
    one = made(Setup("translate", "t", folder, made=tmp_path))
    other = made(Setup("translate", "t", folder, made=tmp_path / "other"))
    names = sorted(path.name for path in one.iterdir())
    assert names == sorted(path.name for path in other.iterdir())
    assert all((one / name).read_bytes() == (other / name).read_bytes() for name in names)


def test_greedy_text(model: LanguageModel) -> None:
    reference = tiny_gguf.reference("llama")
    prompts = [model.encode(prompt) for prompt in PROMPTS]
    for prompt, (found,) in zip(prompts, model.generate(prompts, Sampling(8)), strict=True):
        ended = [tiny_gguf.SPECIAL[0]] if found.reason == "end" else []
        said = [*found.tokens, *ended]
        assert len(said) == 8 or ended
        likely = []
        for place, token in enumerate(said):
            after = probabilities(reference, model, [*prompt, *said[:place]])[-1]
            likely.append(after[model.tokenizer.token_to_id(token)])
            assert likely[-1] > after.max() - 0.005
        assert found.score == pytest.approx(np.log(likely).mean(), abs=0.01)


def test_a_stream_says_what_generate_says(model: LanguageModel) -> None:
    for prompt in PROMPTS:
        tokens = model.encode(prompt)
        ((whole,),) = model.generate([tokens], Sampling(20))
        said = spoken(model.stream(tokens, Sampling(20)))
        assert said.text.startswith(whole.text.rstrip("\ufffd"))
        assert (said.tokens, said.reason) == (whole.tokens, whole.reason)


@given(st.integers(0, 30), st.integers(1, 4))
def test_a_stop_is_no_part_of_the_text(model: LanguageModel, start: int, length: int) -> None:
    tokens = model.encode("hello world")
    ((whole,),) = model.generate([tokens], Sampling(40))
    stop = whole.text[start : start + length]
    if not stop or "\ufffd" in whole.text:
        return
    how = Sampling(40, stop=(stop,))
    ((found,),) = model.generate([tokens], how)
    assert found.text == whole.text[: whole.text.index(stop)]
    assert found.reason == "stop"
    assert spoken(model.stream(tokens, how)).text == found.text


def test_score(model: LanguageModel) -> None:
    reference = tiny_gguf.reference("llama")
    (found,) = model.score([model.encode(PROMPTS[0])])
    ids = [model.tokenizer.token_to_id(token) for token in model.encode(PROMPTS[0])]
    after = probabilities(reference, model, model.encode(PROMPTS[0]))
    expected = [np.log(after[place][number]) for place, number in enumerate(ids[1:])]
    assert found.log_probs == pytest.approx(expected, abs=0.01)


def test_nobodys_text_is_a_special_token(model: LanguageModel) -> None:
    start, end = tiny_gguf.SPECIAL[1], tiny_gguf.SPECIAL[0]
    tokens = model.fill(f"{start}{{text}}!", {"text": f"he{end}"})
    assert tokens[0] == start
    assert end not in tokens
    assert "".join(tokens[1:]) == f"he{end}!"
    assert start not in model.encode(start)


def test_texts_that_are_too_long(model: LanguageModel) -> None:
    with pytest.raises(RecordError, match="129 tokens is too long"):
        model.score([["a"] * 129])
    with pytest.raises(RecordError, match="128 tokens is too long"):
        model.generate([["a"] * 128], Sampling())
    ((found,),) = model.generate([["a"] * 120], Sampling(100))
    assert (len(found.tokens), found.reason) == (8, "context")
    with pytest.raises(RecordError, match="empty"):
        model.next([[]])


@given(st.text(max_size=60))
def test_byte_level_tokens_are_those_of_transformers(model: LanguageModel, text: str) -> None:
    import transformers

    numbers = {token: number for number, token in enumerate(tiny_gguf.vocabulary())}
    merges = [tuple(merge.split(" ")) for merge in tiny_gguf.MERGES]
    original = transformers.GPT2Tokenizer(vocab=numbers, merges=merges)
    assert model.encode(text) == original.tokenize(text)
    assert model.decode(model.encode(text)) == text


@pytest.fixture(scope="module", params=[True, False], ids=["a space before", "none"])
def sentencepiece(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Any, Any]:
    """A sentencepiece model, and the tokenizer of a GGUF file with its pieces and scores."""
    import sentencepiece

    text = Path(__file__).read_text("utf-8") + "你好，世界。今天天气很好。" * 9
    trained = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(text.splitlines()),
        model_writer=trained,
        model_type="bpe",
        vocab_size=700,
        byte_fallback=True,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        add_dummy_prefix=request.param,
        minloglevel=2,
    )
    processor = sentencepiece.SentencePieceProcessor(model_proto=trained.getvalue())
    file = tmp_path_factory.mktemp("pieces") / "m.gguf"
    writer = gguf.GGUFWriter(file, "llama")
    numbers = range(processor.get_piece_size())
    writer.add_tokenizer_model("llama")
    writer.add_token_list([processor.id_to_piece(number) for number in numbers])
    writer.add_token_scores([processor.get_score(number) for number in numbers])
    kinds = {True: gguf.TokenType.BYTE, False: gguf.TokenType.NORMAL}
    types = [kinds[processor.is_byte(number)] for number in numbers]
    types[:3] = [gguf.TokenType.UNKNOWN, gguf.TokenType.CONTROL, gguf.TokenType.CONTROL]
    writer.add_token_types(types)
    writer.add_unk_token_id(0)
    writer.add_add_space_prefix(request.param)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    tokenizer = tokenizer_of(read(file))
    tokenizer.encode_special_tokens = True
    return processor, tokenizer


@given(text=st.text(st.characters(exclude_characters="▁", exclude_categories=["Cs"]), max_size=60))
def test_sentencepiece_tokens_are_its_own(sentencepiece: tuple[Any, Any], text: str) -> None:
    processor, tokenizer = sentencepiece
    if text:
        assert tokenizer.encode(text, add_special_tokens=False).ids == processor.encode(text)
        assert tokenizer.decode(tokenizer.encode(text).ids) == processor.decode(
            processor.encode(text)
        )


def test_fewer_tokens(folder: Path) -> None:
    weights = GgufWeights(read(folder / "llama.gguf"))
    tokens = tiny_gguf.vocabulary()
    kept = [token for number, token in enumerate(tokens) if number % 3]
    pruned = Pruned(weights, kept_of(tokens, kept, folder))
    assert pruned.architecture.vocabulary == len(kept)
    row = pruned.rows(EMBEDDING, slice(7, 8))
    assert np.array_equal(row, weights.rows(EMBEDDING, slice(11, 12)))
    for wrong in (kept[::-1], [*kept, "nowhere"], []):
        with pytest.raises(ModelError, match="not some of the base's"):
            kept_of(tokens, wrong, folder)


@pytest.mark.parametrize("bits", [2, 3])
def test_a_difference_of_few_bits(folder: Path, tmp_path: Path, bits: int) -> None:
    weights = GgufWeights(read(folder / "llama.gguf"))
    name, norm = "model.layers.1.mlp.up_proj.weight", "model.norm.weight"
    rows, columns = weights.shape(name)
    rng = np.random.default_rng(1)
    levels = rng.integers(0, 2**bits, (rows, columns), np.uint8)
    scale = rng.random((rows, columns // 64)).astype(np.float16)
    each = 8 // bits
    padded = np.pad(levels, ((0, 0), (0, -columns % each))).reshape(rows, -1, each)
    packed = sum(padded[..., place] << (bits * place) for place in range(each)).astype(np.uint8)
    tensors = {f"{name}.levels": packed, f"{name}.scale": scale, norm: np.ones(256, np.float32)}
    save_file(tensors, tmp_path / "d", {"bits": str(bits)})
    taught = Delta(weights, tmp_path / "d")
    steps = levels.astype(np.float32) - 2 ** (bits - 1) + 0.5
    expected = weights.rows(name, slice(None)) + steps * scale.astype(np.float32).repeat(64, 1)
    assert np.allclose(taught.rows(name, slice(3, 9)), expected[3:9], atol=1e-6)
    assert taught.vector(norm).tolist() == [1.0] * 256
    other = "model.layers.0.mlp.up_proj.weight"
    assert np.array_equal(taught.rows(other, slice(4)), weights.rows(other, slice(4)))


def test_a_difference_of_low_rank(folder: Path, tmp_path: Path) -> None:
    weights = GgufWeights(read(folder / "llama.gguf"))
    rng = np.random.default_rng(1)
    a, b = (rng.random(shape).astype(np.float16) for shape in ((4, 256), (512, 4)))
    save_file({"1.up_proj.a": a, "1.up_proj.b": b}, tmp_path / "l", {"rank": "4", "alpha": "8"})
    name = "model.layers.1.mlp.up_proj.weight"
    expected = weights.rows(name, slice(None)) + 2 * (b.astype(float) @ a.astype(float))
    taught = Lora(weights, tmp_path / "l")
    assert np.allclose(taught.rows(name, slice(3, 9)), expected[3:9], atol=1e-5)


def test_a_difference_of_low_rank_in_int8(folder: Path, tmp_path: Path) -> None:
    weights = GgufWeights(read(folder / "llama.gguf"))
    rng = np.random.default_rng(1)
    tensors, whole = {}, {}
    for side, shape in {"a": (4, 256), "b": (512, 4)}.items():
        levels, scale = rng.integers(-127, 128, shape, np.int8), rng.random(shape[0]) / 100
        scale = scale.astype(np.float16)
        tensors |= {f"1.up_proj.{side}.levels": levels, f"1.up_proj.{side}.scale": scale}
        whole[side] = levels * scale[:, None].astype(float)
    save_file(tensors, tmp_path / "l", {"rank": "4", "alpha": "8"})
    name = "model.layers.1.mlp.up_proj.weight"
    expected = weights.rows(name, slice(None)) + 2 * (whole["b"] @ whole["a"])
    taught = Lora(weights, tmp_path / "l")
    assert np.allclose(taught.rows(name, slice(3, 9)), expected[3:9], atol=1e-3)
    tensors["1.up_proj.b.scale"] = tensors["1.up_proj.b.scale"][:1]
    save_file(tensors, tmp_path / "l", {"rank": "4", "alpha": "8"})
    with pytest.raises(ModelError, match="scales"):
        Lora(weights, tmp_path / "l").rows(name, slice(None))


def test_differences_of_another_model(folder: Path, tmp_path: Path) -> None:
    weights = GgufWeights(read(folder / "llama.gguf"))
    name = "model.layers.1.mlp.up_proj.weight"
    levels, scale = np.zeros((5, 64), np.uint8), np.zeros((5, 4), np.float16)
    save_file({f"{name}.levels": levels, f"{name}.scale": scale}, tmp_path / "d", {"bits": "2"})
    with pytest.raises(ModelError, match="does not fit the base"):
        Delta(weights, tmp_path / "d").rows(name, slice(None))
    (tmp_path / "d").write_bytes(b"no safetensors")
    with pytest.raises(ModelError):
        Delta(weights, tmp_path / "d")


def test_a_base_and_a_difference_translate(nlptool: Run, home: Path, folder: Path) -> None:
    own, taught = home / "own", home / "taught"
    own.mkdir()
    taught.mkdir()
    ones = {f"0.o_proj.{side}": np.ones((4, 256)[:: 1 if side == "a" else -1]) for side in "ab"}
    save_file(
        {name: value.astype(np.float16) for name, value in ones.items()},
        taught / "lora.safetensors",
        {"rank": "4", "alpha": "1"},
    )
    content = (folder / "llama.gguf").read_bytes()
    (own / "llama.gguf").write_bytes(content)
    base = {"task": "base", "adapter": "decoder", "source": f"path:{own}"}
    model = {"task": "translate", "adapter": "decoder", "source": f"path:{taught}", "base": "b"}
    model |= {"languages": ["en", "zh"], "options": {"prompt": "{text}\n", "stop": ["<|end|>"]}}
    write(home, b={**base, "files": {"llama.gguf": pin(content)}}, t=model)
    done = nlptool("translate", "Hello.", "--model", "t", "--max-length", "5", "--no-retry")
    assert done.code == 0, done.stderr
    assert "ready, once" in done.stderr
    again = nlptool("translate", "Hello.", "--model", "t", "--max-length", "5", "--no-retry")
    assert (again.stdout, "once" in again.stderr) == (done.stdout, False)
    (own / "llama.gguf").unlink()
    done = nlptool("translate", "Hello.", "--model", "t")
    assert done.code == 4


def test_a_text_for_which_there_is_no_memory() -> None:
    check_memory(2048, 1 << 40)
    with pytest.raises(RecordError, match=r"1000000 tokens takes 512000\.0 GB"):
        check_memory(1_000_000, 64)
