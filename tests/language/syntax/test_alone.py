"""Which sentences say all to somebody who reads nothing else."""

from __future__ import annotations

import pytest

from automagic.language.syntax.alone import is_clear_alone
from tests.support.texts.trees import parse


@pytest.mark.parametrize(
    ("sentence", "clear"),
    [
        ("Gravity grows weaker with distance.", True),
        ("An onion does not want to be eaten, and it has a weapon.", True),
        ("A ray of sunlight enters a raindrop, and the water bends it.", True),
        ("When a lake cools in autumn, it freezes from above.", True),
        ("It takes years to grow a tree.", True),
        ("Both of the towns flooded.", True),
        ("Ann and Bo met in May, and both stayed.", True),
        ("One bulge points at the moon, and another one points away from it.", True),
        ("Violet is bent more than red.", True),
        ("The lake keeps its ice until May.", True),
        ("In its life the tram has carried millions.", True),
        ("The bakery opened no later than 1998.", True),
        ("The sound from its near end reaches you first.", False),
        ("Another week on, the Earth stands between the two.", False),
        ("About thirty years later, a man showed the angle.", False),
        ("For east and west they needed the time.", False),
        ("At the back of the drop it is thrown back.", False),
        ("A bay can make it far higher.", False),
        ("At half moon the two pull at right angles.", False),
        ("A knife breaks the cells, and the two meet.", False),
        ("At new moon and at full moon both pull along one line.", False),
        ("Water has another surprise.", False),
        ("Violet light is scattered even more.", False),
        ("The rise is the same, and so is the filling.", False),
    ],
)
def test_a_sentence_is_clear_alone_where_each_of_its_words_is(sentence, clear):
    assert is_clear_alone(parse(sentence)[0]) is clear
