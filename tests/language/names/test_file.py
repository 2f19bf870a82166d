"""A person's names as they are read from `names.toml`, and what is said of a file that is wrong."""

from __future__ import annotations

import os
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.errors import ConfigurationError
from automagic.language.names import file
from automagic.language.names.entries import NO_NAMES, NameEntry
from automagic.language.names.file import FILE_NAME, MOST_NAMES, load_names, plain_ipa
from tests.support.places import ROOT

WHOLE = """
[names."Siobhan"]
say = "shi-VAWN"
say_ipa = "/ʃɪ'vɔ:n/"
heard = ["Shavonne", "Chevonne"]

[names.automagic]
spelled = "AutoMagic"
keep = true

[names."Ana Ruiz"]
"""


def read(folder, text: str | bytes):
    (folder / FILE_NAME).write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_names(folder)


def test_a_list_is_read_in_its_order(tmp_path):
    assert read(tmp_path, WHOLE).entries == (
        NameEntry("Siobhan", "shi-VAWN", "ʃɪˈvɔːn", heard=("Shavonne", "Chevonne")),
        NameEntry("automagic", spelled="AutoMagic", keep=True),
        NameEntry("Ana Ruiz"),
    )
    assert read(tmp_path, WHOLE).hints == ("Siobhan", "AutoMagic", "Ana Ruiz")


def test_the_list_that_the_readme_shows_is_one(tmp_path):
    (shown,) = re.findall(r"```toml\n(\[names\..*?)```", (ROOT / "docs" / "video.md").read_text(), re.DOTALL)
    assert read(tmp_path, shown).entries == (
        NameEntry("Siobhan", "shi-VAWN", "ʃɪˈvɔːn", heard=("Shavonne",)),
        NameEntry("AutoMagic", spelled="AutoMagic", keep=True),
    )


def test_without_a_file_there_are_no_names(tmp_path):
    assert load_names(tmp_path) is NO_NAMES
    assert read(tmp_path, "\ufeff# nothing yet\n") == NO_NAMES


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[names."A"]\nsayy = "ay"', "line 2: A: sayy is not a valid key: did you mean say?"),
        ('[names.A]\nspelt = "a"', "line 2: A: spelt is not a valid key: did you mean spelled?"),
        ("[names.A]\n\nqueue = 1", "line 3: A: queue is not a valid key: there are say, say_ipa"),
        ('[name."A"]\nsay = "ay"', 'line 1: name is not a valid table: did you mean [names."…"]?'),
        ('["Siobhan"]\nsay = "ay"', 'line 1: Siobhan is not a valid table: a name stands in [names."Siobhan"]'),
        ('[names]\nA = "ay"', 'A: must be a table with keys, such as say = "shi-VAWN"'),
        ("names = 3", "names must have a table for each name"),
        ("[names.A]\nsay = 3", "A: say must be a text in quotation marks, not 3"),
        ('[names.A]\nsay = ""', "A: say must be a text that is not empty"),
        ('[names.A]\nsay = "a7"', "A: say has “7” in it: write how it sounds in ordinary letters"),
        ('[names.A]\nsay = "--"', "A: say has no letter in it"),
        ('[names.A]\nsay = "ʃɪˈvɔːn"', "sounds in IPA go to say_ipa"),
        ('[names.A]\nsay_ipa = "sh7"', "A: say_ipa has “7”, which is no sound of IPA"),
        ('[names.A]\nsay_ipa = "ˈ"', "A: say_ipa has no sound in it"),
        ('[names.A]\nspelled = "…"', "A: spelled needs at least one letter or digit"),
        ('[names.A]\nheard = "Ay"', "A: heard must be a list of at most 20 texts"),
        ('[names.A]\nheard = ["Ay", 2]', "A: each of heard must be a text in quotation marks, not 2"),
        (f"[names.A]\nheard = {[str(n) for n in range(21)]}", "A: heard must be a list of at most 20 texts"),
        ('[names.A]\nkeep = "yes"', "line 2: A: keep must be true or false, not yes"),
        ("[names.A]\nkeep = 1", "A: keep must be true or false, not 1"),
        ('[names."A\\u0007"]\nkeep = true', "A\ufffd: a name must be one line without control characters"),
        ('[names."A\\nB"]\nkeep = true', "a name must be one line without control characters"),
        ('[names."A\\u202E"]\nkeep = true', "a name must be one line without control characters"),
        ('[names.A]\nsay = "ay\\u001b[31m"', "A: say must be one line without control characters"),
        ('[names."…"]\nkeep = true', "a name needs at least one letter or digit"),
        ('[names." "]\nkeep = true', "a name must be a text that is not empty"),
        (f'[names."{"a" * 81}"]\nkeep = true', "a name must be at most 80 characters, not 81"),
        ('[names.A]\nheard = ["X"]\n[names.B]\nheard = ["x"]', "line 4: B: x already stands for A"),
        ('[names.A]\nheard = ["B"]\n[names.B]\n', "line 2: A: B already stands for B"),
        ('[names."A  B"]\n[names."A B"]', "A B: it stands there twice"),
        ("\n".join(f"[names.a{n}]" for n in range(MOST_NAMES + 1)), f"at most {MOST_NAMES} are read"),
        ("[names.A]\nsay = ay", "line 2, column 7"),
        ("[names.A]\n[names.A]", "line 2"),
        (b"[names.A]\nsay = '\xff'", "it is not UTF-8 text"),
        (b"\0" * 10, "line 1, column 1"),
        ("[names.A]\nsay = " + "[" * 70 + "]" * 70, "nested deeper"),
        (b"#" * 1_000_001, "larger than 1 MB"),
    ],
)
def test_what_is_wrong_in_a_list_is_told_with_its_line(tmp_path, text, said):
    with pytest.raises(ConfigurationError) as refused:
        read(tmp_path, text)
    assert said in refused.value.message
    assert str(tmp_path / FILE_NAME) in refused.value.message


def test_everything_that_is_wrong_is_told_at_once(tmp_path):
    with pytest.raises(ConfigurationError) as refused:
        read(tmp_path, '[names.A]\nkeep = 1\n[names.B]\nsay = ""\nheard = 3\n')
    assert "3 things are wrong" in refused.value.message
    assert "[names." in refused.value.hint


@pytest.mark.parametrize("make", ["mkdir", "fifo", "link"])
def test_what_is_no_file_is_refused(tmp_path, make):
    path = tmp_path / FILE_NAME
    if make == "mkdir":
        path.mkdir()
    elif make == "fifo":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")
    with pytest.raises(ConfigurationError, match=r"names\.toml is a"):
        load_names(tmp_path)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=90),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(["say", "say_ipa", "spelled", "heard", "keep", "sai"]) | st.text(max_size=6)


@given(
    st.dictionaries(
        st.just("names") | st.text(max_size=6),
        st.dictionaries(st.text(max_size=20), st.dictionaries(KEYS, VALUES, max_size=4) | VALUES, max_size=4) | VALUES,
        max_size=3,
    )
)
def test_tables_of_any_kind_are_read_or_explained(tables):
    faults = list(file._find_faults(tables))
    for _, _, fault in faults:
        assert fault.isprintable()
    if not faults:
        for name, table in tables.get("names", {}).items():
            entry = file._entry(name, table)
            assert entry.name
            assert not any(character in entry.say_ipa for character in "/[]'")


@pytest.mark.parametrize(
    ("copied", "plain"),
    [
        ("/ʃɪˈvɔːn/", "ʃɪˈvɔːn"),
        ("[ʃɪ'vɔ:n]", "ʃɪˈvɔːn"),
        (" ɡə.ˈlɑːr.doʊ ", "ɡəˈlɑːrdoʊ"),
        ("dʒɪf", "dʒɪf"),
        ("gɪf", "ɡɪf"),
        ("t͡ʃiː", "tʃiː"),
    ],
)
def test_sounds_may_be_written_as_dictionaries_and_keyboards_have_them(copied, plain):
    assert plain_ipa(copied) == plain
