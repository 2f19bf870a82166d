"""CPU of MoviePy 2 against ours on the same timeline: cards whose elements come on their words, captioned, cut hard.

    python scripts/bench_moviepy.py [--seconds 8] [--json]

Both get the same ground, the same elements with the same times and ways, the same words, encoder, preset and rate
factor, in a process of their own. MoviePy is used as its documentation shows it: image clips with a position that is a
function of time, a cross fade, and text clips over them. Its figures don't count up, rings and bars don't grow, nothing
goes, and captions don't tell the word that is said: all of that only makes it faster.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
import bench_render

FPS = bench_render.FPS
SHOT_S = bench_render.SHOT_FRAMES / FPS


def render_with_moviepy(folder: Path) -> None:
    """The timeline in MoviePy."""
    from moviepy import CompositeVideoClip, ImageClip, TextClip, concatenate_videoclips

    from automagic.media.design.fonts import font_files

    font = str(next(path for path in font_files(("Poppins",)) if "Bold" in path.name and "Italic" not in path.name))
    films = []
    for shot in bench_render.read_shots(folder):
        frame = shot.plan.frame
        layers = [ImageClip(str(shot.ground)).with_duration(SHOT_S), *_elements(shot)]
        for cue in shot.plan.cues:
            text = TextClip(
                font=font, text=cue.text, font_size=84, color="white", stroke_color="black", stroke_width=4,
                text_align="center", margin=(20, 20),
            )  # fmt: skip
            place = ("center", frame.caption.y)
            layers.append(text.with_start(cue.start_s).with_end(min(cue.end_s, SHOT_S)).with_position(place))
        films.append(CompositeVideoClip(layers, size=(frame.width, frame.height)).with_duration(SHOT_S))
    concatenate_videoclips(films).write_videofile(
        str(folder / "moviepy.mp4"),
        fps=FPS,
        codec="libx264",
        preset="veryfast",
        ffmpeg_params=["-crf", "23", "-pix_fmt", "yuv420p"],
        threads=1,
        audio=False,
        logger=None,
    )


def _elements(shot: Any) -> Iterator[Any]:
    """A clip for each element of a card: from its first frame on it comes, and fades in."""
    from moviepy import ImageClip
    from moviepy.video.fx import CrossFadeIn

    from automagic.media.design.cards.layers import read_layers
    from automagic.media.rendering.card_frames import ease

    card, frame = shot.plan.card, shot.plan.frame
    distance = card.style.distance * min(frame.width, frame.height)

    def way(image: Any, entrance: str) -> Callable[[float], tuple[float, float]]:
        def place(time_s: float) -> tuple[float, float]:
            away = distance * (1 - ease(time_s / card.style.enter_s, card.style.easing))
            return image.x - away * (entrance == "slide"), image.y + away * (entrance == "rise")

        return place

    for images, element, comes in zip(read_layers(shot.picture), card.elements, card.appearances, strict=True):
        clip = ImageClip(images[-1].pixels, transparent=True).with_start(max(comes.start, 0) / FPS).with_end(SHOT_S)
        yield clip.with_effects([CrossFadeIn(card.style.enter_s)]).with_position(way(images[-1], element.entrance))


def cpu_of(mode: str, folder: Path) -> float:
    """CPU seconds of one way in a process of its own, its children included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, __file__, "--child", mode, str(folder)], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Measure both, or be one of the two processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--child", nargs=2, metavar=("MODE", "FOLDER"))
    options = parser.parse_args()
    if options.child:
        mode, folder = options.child
        if mode == "moviepy":
            render_with_moviepy(Path(folder))
        else:
            bench_render.render(Path(folder), 1)
        return
    with tempfile.TemporaryDirectory(prefix="automagic-bench-") as temporary:
        folder = Path(temporary)
        bench_render.prepare(folder, options.seconds, "cards")
        theirs, ours = cpu_of("moviepy", folder), cpu_of("ours", folder)
    figures = {"moviepy_cpu_s": theirs, "ours_cpu_s": ours, "ratio": theirs / ours}
    print(json.dumps(figures) if options.json else figures)


if __name__ == "__main__":
    main()
