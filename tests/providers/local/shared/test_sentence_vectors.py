"""Vectors of sentences: the published model's numbers, whatever the batch."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest

from automagic.errors import ConfigurationError
from automagic.providers.local.shared import sentence_vectors
from automagic.providers.local.shared.sentence_vectors import MODEL, SIZE, SentenceVectors
from automagic.weights.model_files import find_model
from tests.support.media.speech_models import ready_model


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    ready_model(home, MODEL)
    return home


async def embed(home: Path, *texts: str) -> np.ndarray:
    vectors = SentenceVectors(home, threads=2)
    try:
        return await vectors.embed(texts)
    finally:
        await vectors.close()


async def test_likeness_is_what_the_model_is_published_with(models: Path) -> None:
    # https://sbert.net/docs/sentence_transformer/usage/semantic_textual_similarity.html and the examples around it.
    found = await embed(
        models, "A man is eating food.", "A man is eating a piece of bread.", "The girl is carrying a baby."
    )
    assert found.shape == (3, SIZE)
    assert np.allclose(np.linalg.norm(found, axis=1), 1.0, atol=1e-5)
    assert found[0] @ found[1] == pytest.approx(0.7553, abs=2e-3)
    assert found[0] @ found[2] < 0.0


async def test_a_vector_does_not_depend_on_its_company(models: Path) -> None:
    sentences = [f"Bee number {number} flies home{' again' * (number % 5)}." for number in range(60)]
    together = await embed(models, *sentences, "")
    alone = await embed(models, sentences[7])
    assert np.abs(together[7] - alone[0]).max() < 1e-5
    assert not together[-1].any()
    assert np.array_equal(together, await embed(models, *sentences, ""))


async def test_odd_texts_have_vectors_too(models: Path) -> None:
    found = await embed(
        models, "日本語の文。", "🐝", "word " * 3000, "\x00\ud800".encode("utf-8", "replace").decode(), " \n "
    )
    assert np.allclose(np.linalg.norm(found[:4], axis=1), 1.0, atol=1e-5)
    assert not found[4].any()
    assert (await embed(models)).shape == (0, SIZE)


async def test_a_cancelled_call_leaves_no_process_and_the_next_one_works(models: Path) -> None:
    vectors = SentenceVectors(models, threads=1)
    try:
        call = asyncio.create_task(vectors.embed(["The bees dance on the comb for a long while. " * 6] * 2000))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(call, 1.0)
        assert (await vectors.embed(["Bees."])).shape == (1, SIZE)
    finally:
        await vectors.close()


def test_a_damaged_model_is_named(models: Path, tmp_path: Path) -> None:
    good = models / "models" / find_model(MODEL).name
    (tmp_path / "tokenizer.json").write_bytes((good / "tokenizer.json").read_bytes())
    (tmp_path / "model.safetensors").write_bytes(b"\x10\x00\x00\x00\x00\x00\x00\x00{broken")
    with pytest.raises(ConfigurationError, match=MODEL):
        sentence_vectors.embed(["Bees."], str(tmp_path))
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(ConfigurationError, match=MODEL):
        sentence_vectors.embed(["Bees."], str(tmp_path))


def test_the_fingerprint_needs_no_model(tmp_path: Path) -> None:
    assert SentenceVectors(tmp_path, threads=1).fingerprint() == SentenceVectors(tmp_path, threads=2).fingerprint()
