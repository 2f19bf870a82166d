"""The parser of sentences: what it is loaded from."""

from __future__ import annotations

from pathlib import Path

from automagic.providers.local.shared import parser
from automagic.weights.model_files import model_folder
from tests.support.media.speech_models import ready_model


def test_the_tokenizer_is_the_one_of_the_model(tmp_path: Path) -> None:
    import spacy

    ready_model(tmp_path, parser.MODELS["en"])
    folder = str(model_folder(tmp_path, parser.MODELS["en"]))
    usual = spacy.load(folder, exclude=["ner", "senter"])
    ours = parser._pipeline(folder)
    assert ours.tokenizer.to_bytes() == usual.tokenizer.to_bytes()
    text = "Dr. O'Neil can't say it's \"5 p.m.\" (or 17:00); see https://a.example/x?y=1, e.g. John's."
    assert [(word.text, word.lemma_, word.dep_) for word in ours(text)] == [
        (word.text, word.lemma_, word.dep_) for word in usual(text)
    ]
