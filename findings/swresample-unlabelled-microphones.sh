#!/usr/bin/env bash
# PyAV 18.1.0 with libswresample 6.3: a WAV file of six or eight channels that says nothing of where they stand (a recorder
# with a microphone for each speaker) is mixed to stereo as if its channels were loudspeakers. The fourth is taken for a
# subwoofer and is silent in the result; the fifth is heard on the left alone. Of four channels, all four are heard.
#
# Prints how loud each channel is on either side; exits 1 when the fourth of six is heard.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check av==18.1.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'PY'
import io
import sys
import wave

import av
import numpy as np

RATE = 48_000


def levels(channel, channels):
    """How loud a tone on one channel is on the left and on the right, 1 being as it was."""
    tone = np.zeros((RATE, channels), np.int16)
    tone[:, channel] = 8000 * np.sin(np.arange(RATE) * 2 * np.pi * 440 / RATE)
    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(tone.tobytes())
    sound.seek(0)
    with av.open(sound) as container:
        resampler = av.AudioResampler(format="flt", layout="stereo", rate=RATE)
        frames = [made.to_ndarray().reshape(-1, 2) for frame in container.decode(audio=0) for made in resampler.resample(frame)]
    power = (np.concatenate(frames) ** 2).mean(axis=0) / (8000 / 32768) ** 2 * 2
    return [round(float(side**0.5), 2) for side in power]


six = [levels(channel, 6) for channel in range(6)]
print(f"PyAV {av.__version__}, libswresample {av.library_versions['libswresample']}: {six}")
print(f"four channels: {[levels(channel, 4) for channel in range(4)]}")
sys.exit(0 if six[3] == [0.0, 0.0] and six[4][1] == 0.0 else 1)
PY
