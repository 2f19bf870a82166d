"""CPU of MoviePy 2 against ours on the same timeline: stills that zoom slowly, with captions, cut hard.

    python scripts/bench_moviepy.py [--seconds 8] [--json]

Both get the same pictures, words, times, geometry, encoder, preset and rate factor, in a process of their own.
MoviePy is used as its documentation shows it: resized image clips with text clips over them.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import bench_render

WIDTH, HEIGHT, FPS = 1080, 1920, bench_render.FPS


def render_with_moviepy(folder: Path, seconds: int) -> None:
    """The timeline in MoviePy."""
    from moviepy import CompositeVideoClip, ImageClip, TextClip, concatenate_videoclips

    from automagic.media.design.fonts import font_files

    font = str(next(path for path in font_files(("Poppins",)) if "Bold" in path.name and "Italic" not in path.name))
    shots = []
    shot_s = bench_render.SHOT_FRAMES / FPS
    for number, plan in enumerate(bench_render.make_plans(round(seconds / shot_s))):
        start, end = plan.motion.zoom
        start, end = max(start, 1.0), max(end, 1.05)

        def zoom(time_s: float, start: float = start, end: float = end) -> float:
            return start + (end - start) * time_s / shot_s

        still = ImageClip(str(folder / f"card{number}.png")).with_duration(shot_s).resized(height=HEIGHT)
        layers = [still.resized(zoom).with_position("center")]
        for cue in plan.cues:
            text = TextClip(
                font=font, text=cue.text, font_size=84, color="white", stroke_color="black", stroke_width=4,
                text_align="center", margin=(20, 20),
            )  # fmt: skip
            layers.append(
                text.with_start(max(cue.start_s, 0)).with_end(min(cue.end_s, shot_s)).with_position(("center", 1150))
            )
        shots.append(CompositeVideoClip(layers, size=(WIDTH, HEIGHT)).with_duration(shot_s))
    concatenate_videoclips(shots).write_videofile(
        str(folder / "moviepy.mp4"),
        fps=FPS,
        codec="libx264",
        preset="veryfast",
        ffmpeg_params=["-crf", "23", "-pix_fmt", "yuv420p"],
        threads=1,
        audio=False,
        logger=None,
    )


def cpu_of(mode: str, folder: Path, seconds: int) -> float:
    """CPU seconds of one way in a process of its own, its children included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, __file__, "--seconds", str(seconds), "--child", mode, str(folder)], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Measure both, or be one of the two processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--child", nargs=2, metavar=("MODE", "FOLDER"))
    options = parser.parse_args()
    if options.child:
        mode, folder = options.child
        if mode == "moviepy":
            render_with_moviepy(Path(folder), options.seconds)
        else:
            bench_render.render(Path(folder), options.seconds, 1)
        return
    with tempfile.TemporaryDirectory(prefix="automagic-bench-") as temporary:
        folder = Path(temporary)
        bench_render.draw_cards(folder, round(options.seconds * FPS / bench_render.SHOT_FRAMES), 2)
        theirs, ours = cpu_of("moviepy", folder, options.seconds), cpu_of("ours", folder, options.seconds)
    figures = {"moviepy_cpu_s": theirs, "ours_cpu_s": ours, "ratio": theirs / ours}
    print(json.dumps(figures) if options.json else figures)


if __name__ == "__main__":
    main()
