"""What rendering costs beyond encoding: CPU of a 45 s timeline against CPU of encoding its finished frames.

    python scripts/bench_render.py [--seconds 45] [--pairs 3] [--grain 2]

Each measurement is a fresh process, imports and picture decoding included. The limit is the encoder alone: it
is given the very frames that rendering made, with the same settings on one thread. Take the ratio, not the
seconds: both halves of a pair run one after the other on the same, perhaps busy, machine.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FPS = 30
SHOT_FRAMES = 120
JOIN_FRAMES = 8
SENTENCE = "Most people watch with the sound off so the words must carry the whole story from the first second"
PALETTES = (("#1b2a6b", "#0b1030", "#ffd23f", "#ffffff"), ("#f6efe2", "#e5d5b8", "#c2410c", "#2b2118"))


def draw_cards(folder: Path, count: int, grain_level: float) -> None:
    """Cards of 1.1 times the frame's size with a gradient, a figure, three texts and grain."""
    import cv2
    import numpy as np
    import resvg_py

    from automagic.media.design.fonts import font_files

    width, height = 1188, 2112
    for number in range(count):
        light, dark, accent, ink = PALETTES[number % 2]
        svg = f"""<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">
          <radialGradient id="g" cx="0.3" cy="0.2" r="1"><stop offset="0" stop-color="{light}"/>
          <stop offset="1" stop-color="{dark}"/></radialGradient><rect width="100%" height="100%" fill="url(#g)"/>
          <circle cx="594" cy="560" r="150" fill="none" stroke="{accent}" stroke-width="22"/>
          <g font-family="Inter" font-weight="800" font-size="110" text-anchor="middle" fill="{ink}">
          <text x="594" y="900">Rain falls on</text><text x="594" y="1030" fill="{accent}">everyone {number}</text></g>
          <text x="594" y="1120" font-size="44" font-family="Inter" text-anchor="middle" fill="{ink}" opacity="0.75"
          >A calm second line with small details</text></svg>"""
        data = resvg_py.svg_to_bytes(
            svg_string=svg, skip_system_fonts=True, font_files=[str(path) for path in font_files(("Inter",))]
        )
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        assert picture is not None
        grain = np.random.default_rng(number).normal(0, grain_level, (height, width, 1)).round()
        cv2.imwrite(str(folder / f"card{number}.png"), np.clip(picture + grain, 0, 255).astype(np.uint8))


@dataclass(frozen=True)
class Segment:
    """One call of the renderer: a shot, or the join to the next one."""

    number: int
    join: bool
    count: int


def list_segments(seconds: int) -> list[Segment]:
    shots = max(seconds * FPS // SHOT_FRAMES, 1)
    half = JOIN_FRAMES // 2
    segments = []
    for number in range(shots):
        inner = SHOT_FRAMES - half * ((number > 0) + (number < shots - 1))
        segments.append(Segment(number, join=False, count=inner))
        if number < shots - 1:
            segments.append(Segment(number, join=True, count=JOIN_FRAMES))
    return segments


def make_plans(count: int) -> list[Any]:
    from automagic.media.rendering.motion import plan_motion
    from automagic.media.rendering.shot import ShotPlan
    from automagic.media.video.encode import EncodeSettings
    from automagic.values.cues import CaptionStyle, Cue
    from automagic.values.frame import Frame, Rect
    from automagic.values.words import Word

    frame = Frame(1080, 1920, FPS, Rect(140, 190, 800, 870), Rect(140, 1100, 800, 340))
    style = CaptionStyle("Inter", 800, 84, "#ffffff", "#ffd23f", outline_px=6, outline_color="#101018")
    spoken = SENTENCE.split()
    plans: list[Any] = []
    for number in range(count):
        cues, time_s, place = [], 0.1, number * 7
        while time_s < SHOT_FRAMES / FPS - 1.5:
            words = []
            for _ in range(4):
                text = spoken[place % len(spoken)]
                words.append(Word(text, time_s, time_s + 0.16 + 0.035 * len(text)))
                time_s, place = words[-1].end_s + 0.03, place + 1
            cues.append(Cue((tuple(words[:2]), tuple(words[2:])), words[0].start_s, words[-1].end_s))
        motion = plan_motion(f"scene {number}", duration_s=SHOT_FRAMES / FPS, kind="pan" if number % 2 else "zoom")
        plans.append(ShotPlan(motion, SHOT_FRAMES, tuple(cues), style, frame, EncodeSettings()))
    return plans


def render(folder: Path, seconds: int, threads: int) -> None:
    """Every segment of the timeline, on one or two threads."""
    from automagic.media.rendering.render import ShownShot, render_shot, render_transition

    segments = list_segments(seconds)
    plans = make_plans(segments[-1].number + 1)

    def run(segment: Segment) -> None:
        number = segment.number
        picture, target = folder / f"card{number}.png", folder / f"segment{number}{'j' if segment.join else 's'}.mp4"
        if segment.join:
            following = folder / f"card{number + 1}.png"
            old, new = ShownShot(picture, plans[number]), ShownShot(following, plans[number + 1])
            render_transition(old, new, segment.count, "crossfade", target, cancelled=lambda: False)
        else:
            first = JOIN_FRAMES // 2 if number else 0
            render_shot(ShownShot(picture, plans[number]), first, segment.count, target, cancelled=lambda: False)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(run, segments))


def encode_only(folder: Path, seconds: int) -> float:
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
    render(folder, seconds, threads=1)
    return spent


def run_child(mode: str, folder: Path, seconds: int) -> float:
    """CPU seconds of one measurement in a fresh process."""
    command = [sys.executable, __file__, "--child", mode, "--folder", str(folder), "--seconds", str(seconds)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return float(json.loads(output))


def measure(seconds: int, pairs: int, grain_level: float) -> Iterator[tuple[str, float, float]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        draw_cards(folder, list_segments(seconds)[-1].number + 1, grain_level)
        for _ in range(pairs):
            limit = run_child("limit", folder, seconds)
            for threads in ("1", "2"):
                yield threads, run_child(threads, folder, seconds), limit


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=int, default=45)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--grain", type=float, default=2.0, help="8-bit steps; cards without any encode faster")
    parser.add_argument("--child", choices=("limit", "1", "2"))
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    if arguments.child == "limit":
        print(json.dumps(encode_only(arguments.folder, arguments.seconds)))
    elif arguments.child:
        render(arguments.folder, arguments.seconds, int(arguments.child))
        print(json.dumps(time.process_time()))  # counts from the start of the process
    else:
        ratios: dict[str, list[float]] = {"1": [], "2": []}
        for threads, cost, limit in measure(arguments.seconds, arguments.pairs, arguments.grain):
            ratios[threads].append(cost / limit)
            print(f"{threads} thread(s): {cost:6.1f} CPU s, encoding alone {limit:6.1f}, ratio {cost / limit:.3f}")
        for threads, values in ratios.items():
            print(f"{threads} thread(s): median ratio {statistics.median(values):.3f}")


if __name__ == "__main__":
    main()
