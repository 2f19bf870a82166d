from __future__ import annotations

from automagic.language.text import grammar

WORDS = ["The", "new", "battery", "stores", "four", "times", "as", "much", "energy."]


def test_the_model_is_freed_when_it_rests_and_tags_as_before_when_it_is_asked_again() -> None:
    tags = grammar.tag_words(WORDS)
    assert grammar._tagger.cache_info().currsize
    grammar.rest()
    assert not grammar._tagger.cache_info().currsize
    grammar._tag.cache_clear()
    assert grammar.tag_words(WORDS) == tags
