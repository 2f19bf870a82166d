"""What rendering costs beyond encoding: CPU of a timeline against CPU of encoding its finished frames.

    python scripts/bench_render.py [--seconds 45] [--pairs 3] [--kind cards|pictures]

Cards are those of the default theme, in layers, with their elements on the words; pictures move under the camera and
are joined by crossfades. Each measurement is a fresh process, imports and reading of files included. The limit is the
encoder alone: it is given the very frames that rendering made, with the same settings on one thread. Take the ratio,
not the seconds: both halves of a pair run one after the other on the same, perhaps busy, machine.
"""

from __future__ import annotations

import argparse
import json
import pickle
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

FPS = 30
SHOT_FRAMES = 120
JOIN_FRAMES = 8
GRAIN = 2.0
"""Of a picture, in 8-bit steps; one without any encodes faster."""

SENTENCE = "Most people watch with the sound off so the words must carry the whole story"

Kind = Literal["cards", "pictures"]
KINDS: tuple[Kind, ...] = get_args(Kind)


def prepare(folder: Path, seconds: float, kind: Kind) -> None:
    """Draw what is shown, and write the shots of the timeline into the folder."""
    count = max(round(seconds * FPS / SHOT_FRAMES), 1)
    shots = list(_draw_cards(folder, count) if kind == "cards" else _draw_pictures(folder, count))
    (folder / "shots").write_bytes(pickle.dumps(shots))


def read_shots(folder: Path) -> list[Any]:
    """The `ShownShot` of each, as `prepare` wrote them."""
    shots: list[Any] = pickle.loads((folder / "shots").read_bytes())  # noqa: S301 - our own
    return shots


def _draw_cards(folder: Path, count: int) -> Iterator[Any]:
    """Shots of four cards in turns, on one ground."""
    from automagic.media.design import cards
    from automagic.media.design.cards.layers import draw_layers
    from automagic.media.design.theme_files import load_theme
    from automagic.media.design.themes import Brand, Design
    from automagic.media.rendering.render import ShownShot
    from automagic.media.rendering.shot import CardPlan, ShotPlan
    from automagic.media.video.encode import DRAWN_INTERVAL, EncodeSettings
    from automagic.products.video.appearing import Heard, plan_appearances
    from automagic.products.video.camera import UNMOVED
    from automagic.values.script import Card, Figure

    crossing = Figure("200", "some ", "million litres", "of fresh water to the sea", None, 200.0)
    around, through = (
        Figure("22,500", "", "km", "around the Horn", None, 22500.0),
        Figure("9,500", "", "km", "by canal", None, 9500.0),
    )
    told = (
        ("Ships climb twenty six metres above the sea by three locks on each side",
         Card("statement", "Ships climb twenty six metres", "twenty six metres", "Three locks on each side")),
        ("Every passage sends some 200 million litres of fresh water down to the sea",
         Card("number", "Every passage sends", figures=(crossing,))),
        ("What a ship needs is a pilot and a place in the queue and eight hours",
         Card("list", "What a ship needs", items=("a pilot", "a place in the queue", "eight hours"), icon="list")),
        ("It is shorter by far with 22,500 km around the Horn and 9,500 km by canal",
         Card("comparison", "Shorter by far", figures=(around, through))),
    )  # fmt: skip
    theme, frame = load_theme("default"), _frame()
    design, moves = Design(theme, theme.palette("The Panama Canal"), Brand()), theme.motion_style(theme.motion)
    assert moves is not None
    ground = folder / "ground.bmp"
    ground.write_bytes(cards.draw_ground(design, frame, seed="bench"))
    encode = EncodeSettings(fps=FPS, keyframe_interval=DRAWN_INTERVAL, content="card")
    style = theme.caption_style(design.palette, frame)
    drawn = []
    for number, (sentence, card) in enumerate(told):
        layers = draw_layers(card, design, frame, seed="bench")
        path = folder / f"card{number}.layers"
        path.write_bytes(layers.data)
        cues = _cues(sentence.split())
        words = tuple(word for cue in cues for line in cue.lines for word in line)
        appearances = plan_appearances(layers.elements, Heard(words, SHOT_FRAMES, FPS, "en"), moves)
        plan = CardPlan(layers.elements, appearances, moves)
        shot = ShotPlan(UNMOVED, SHOT_FRAMES, cues, style, frame, encode, visual="card", card=plan)
        drawn.append(ShownShot(path, shot, ground))
    for number in range(count):
        yield drawn[number % len(drawn)]


def _draw_pictures(folder: Path, count: int) -> Iterator[Any]:
    """Shots of pictures of 1.1 times the frame's size, with a gradient, a circle and grain."""
    import cv2
    import numpy as np

    from automagic.media.rendering.motion import plan_motion
    from automagic.media.rendering.render import ShownShot
    from automagic.media.rendering.shot import ShotPlan
    from automagic.media.video.encode import EncodeSettings
    from automagic.values.cues import CaptionStyle

    frame = _frame()
    width, height = frame.width * 11 // 10, frame.height * 11 // 10
    style = CaptionStyle("Inter", 800, 84, "#ffffff", "#ffd23f", outline_px=6, outline_color="#101018")
    for number in range(count):
        fall = np.linspace(90 + 20 * (number % 3), 30, height)[:, None, None]
        picture = np.broadcast_to(fall * np.array([1.2, 0.7, 0.5]), (height, width, 3)).copy()
        cv2.circle(picture, (width // 2, height // 3), 150, (63.0, 210.0, 255.0), 22, cv2.LINE_AA)
        picture += np.random.default_rng(number).normal(0, GRAIN, (height, width, 1)).round()
        path = folder / f"picture{number}.png"
        cv2.imwrite(str(path), np.clip(picture, 0, 255).astype(np.uint8))
        motion = plan_motion(f"scene {number}", duration_s=SHOT_FRAMES / FPS, kind="pan" if number % 2 else "zoom")
        yield ShownShot(
            path, ShotPlan(motion, SHOT_FRAMES, _cues(SENTENCE.split()), style, frame, EncodeSettings(fps=FPS))
        )


def _frame() -> Any:
    from automagic.media.design.platforms import group_platforms

    (group,) = group_platforms(("shorts",))
    return group.frame


def _cues(spoken: Sequence[str]) -> tuple[Any, ...]:
    """Captions of four words in two lines, as said from 0.1 s on."""
    from automagic.values.cues import Cue
    from automagic.values.words import Word

    words, time_s = [], 0.1
    for text in spoken:
        words.append(Word(text, time_s, time_s + 0.12 + 0.025 * len(text)))
        time_s = words[-1].end_s + 0.03
    groups = [words[first : first + 4] for first in range(0, len(words), 4)]
    return tuple(
        Cue(tuple(filter(None, (tuple(group[:2]), tuple(group[2:])))), group[0].start_s, group[-1].end_s)
        for group in groups
    )


@dataclass(frozen=True)
class Segment:
    """One call of the renderer: a shot, or the join to the next one."""

    number: int
    join: bool
    first: int
    count: int


def list_segments(shots: Sequence[Any]) -> Iterator[Segment]:
    """Pictures take turns with their joins; cards follow one another."""
    half, last = JOIN_FRAMES // 2, len(shots) - 1
    for number, shot in enumerate(shots):
        joined = shot.plan.visual != "card"
        before, after = half * (joined and number > 0), half * (joined and number < last)
        yield Segment(number, join=False, first=before, count=SHOT_FRAMES - before - after)
        if after:
            yield Segment(number, join=True, first=0, count=JOIN_FRAMES)


def render(folder: Path, threads: int) -> None:
    """Every segment of the timeline, on one or two threads."""
    from automagic.media.rendering.render import render_shot, render_transition

    shots = read_shots(folder)

    def run(segment: Segment) -> None:
        number = segment.number
        target = folder / f"segment{number}{'j' if segment.join else 's'}.mp4"
        if segment.join:
            pair = shots[number], shots[number + 1]
            render_transition(*pair, segment.count, "crossfade", target, cancelled=lambda: False)
        else:
            render_shot(shots[number], segment.first, segment.count, target, cancelled=lambda: False)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(run, list_segments(shots)))


def encode_only(folder: Path) -> float:
    """CPU seconds of the encoder alone, over the frames that rendering makes."""
    from automagic.media.rendering import render as renderer
    from automagic.media.video import encode
    from automagic.media.video.planes import Planes

    spent = 0.0

    class Recorder(encode.SegmentWriter):
        """Keeps a segment's frames, and encodes them at its end, on the clock."""

        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            self.kept: list[Planes] = []

        def write(self, planes: Planes) -> None:
            self.kept.append(Planes(*(plane.copy() for plane in planes)))

        def __exit__(self, *exception: Any) -> None:
            nonlocal spent
            started = time.process_time()
            for planes in self.kept:
                super().write(planes)
            super().__exit__(*exception)
            spent += time.process_time() - started

    setattr(renderer, "SegmentWriter", Recorder)  # noqa: B010 - the one door that all frames pass
    render(folder, threads=1)
    return spent


def run_child(mode: str, folder: Path) -> float:
    """CPU seconds of one measurement in a fresh process."""
    command = [sys.executable, __file__, "--child", mode, "--folder", str(folder)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return float(json.loads(output))


def measure(seconds: float, pairs: int, kind: Kind) -> Iterator[tuple[str, float, float]]:
    """Threads, CPU of rendering and CPU of encoding alone, of each pair."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder, seconds, kind)
        for _ in range(pairs):
            limit = run_child("limit", folder)
            for threads in ("1", "2"):
                yield threads, run_child(threads, folder), limit


def main() -> None:
    """Measure, or be one of the processes that are measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=45)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--kind", choices=KINDS, default="cards")
    parser.add_argument("--child", choices=("limit", "1", "2"))
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    if arguments.child == "limit":
        print(json.dumps(encode_only(arguments.folder)))
    elif arguments.child:
        render(arguments.folder, int(arguments.child))
        print(json.dumps(time.process_time()))  # counts from the start of the process
    else:
        ratios: dict[str, list[float]] = {"1": [], "2": []}
        for threads, cost, limit in measure(arguments.seconds, arguments.pairs, arguments.kind):
            ratios[threads].append(cost / limit)
            print(f"{threads} thread(s): {cost:6.1f} CPU s, encoding alone {limit:6.1f}, ratio {cost / limit:.3f}")
        for threads, values in ratios.items():
            print(f"{threads} thread(s): median ratio {statistics.median(values):.3f}")


if __name__ == "__main__":
    main()
