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
        ("Lake Como keeps its ice until May.", True),
        ("In its life the tram has carried millions.", True),
        ("A bakery opened no later than 1998.", True),
        ("The moon gives off no light of its own.", True),
        ("The path of the moon is tilted.", True),
        ("The Elm Street bridge is closed.", True),
        ("No two people ever see the same rainbow.", True),
        ("A lock fills, and the lock opens.", True),
        ("A bee does not ask how large the garden is.", True),
        ("Some bees live alone, and others share a nest.", True),
        ("Gold is heavier than any other metal in the ring.", True),
        ("The pull comes mostly from the moon.", False),
        ("In the oven bread rises once more.", False),
        ("The first week was awful.", False),
        ("The most common mistake looks tidy.", False),
        ("Archimedes found the rule in 1871.", False),
        ("Other towns have noticed.", False),
        ("Some reach the ground.", False),
        ("The year 2000 was one, and 1900 was not.", False),
        ("Driving took 25, plus ten to park.", False),
        ("Sound takes about three seconds.", False),
        ("A cubic metre is the least that stays hot.", False),
        ("From then on every fourth year got one more day.", False),
        ("An average year now had 365 days.", False),
        ("Something changed.", False),
        ("There is one danger.", False),
        ("A balcony is enough.", False),
        ("There is no evidence for this.", False),
        ("Louis Pasteur showed in 1857 that it is alive.", False),
        ("Before it opened in 1914, a ship had to sail around South America.", False),
        ("Thanks to the people who sent patches.", False),
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
