"""Drawings from outside are read so that they can only draw."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.media.design.svg import MAX_DEPTH, MAX_ELEMENTS, UnsafeDrawing, read_svg

SVG = 'xmlns="http://www.w3.org/2000/svg"'


@pytest.mark.parametrize(
    "head",
    [
        "",
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">',
        "<!-- made by hand --><!DOCTYPE svg>",
    ],
)
def test_a_doctype_a_comment_and_an_encoding_are_no_obstacle(head: str) -> None:
    read = read_svg(f'{head}<svg {SVG} width="4" height="2"><rect width="4" height="2" fill="#f00"/></svg>'.encode())
    assert '<rect width="4" height="2" fill="#f00">' in read
    assert "DOCTYPE" not in read


def test_a_short_entity_stands_for_its_text() -> None:
    read = read_svg('<!DOCTYPE svg [<!ENTITY ns "http://www.w3.org/2000/svg">]><svg xmlns="&ns;"><g id="a"/></svg>')
    assert '<g id="a">' in read


def test_a_person_s_picture_keeps_its_bitmaps_and_loses_what_a_browser_would_run() -> None:
    bitmap = '<image href="data:image/png;base64,AAAA" width="1" height="1"/>'
    body = f'{bitmap}<script>1</script><a href="https://example.org"><rect/></a>'
    read = read_svg(f"<svg {SVG}>{body}</svg>", pictures=True)
    assert "data:image/png;base64,AAAA" in read
    assert "<rect>" in read
    assert "script" not in read
    assert "example.org" not in read
    with pytest.raises(UnsafeDrawing, match="<image>"):
        read_svg(f"<svg {SVG}>{bitmap}</svg>")
    with pytest.raises(UnsafeDrawing, match="points outside"):
        read_svg(f'<svg {SVG}><image href="data:image/svg+xml;base64,AAAA"/></svg>', pictures=True)


def test_what_editors_leave_in_a_file_is_left_out() -> None:
    read = read_svg(
        f"""<svg {SVG} xmlns:i="http://www.inkscape.org/namespaces/inkscape" i:version="1.3">
        <metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></metadata>
        <i:grid><rect/></i:grid><g onclick="alert(1)" i:label="Layer" xml:space="preserve"><path d="M0 0"/></g></svg>"""
    )
    assert "metadata" not in read
    assert "rect" not in read
    assert "onclick" not in read
    assert "Layer" not in read
    assert 'xml:space="preserve"' in read
    assert "<path" in read


def test_references_within_the_drawing_stay() -> None:
    body = '<defs><linearGradient id="a"/></defs><use xlink:href="#b"/><rect fill="url(#a)" style="fill:url(\'#a\')"/>'
    read = read_svg(f'<svg {SVG} xmlns:xlink="http://www.w3.org/1999/xlink">{body}</svg>')
    assert 'xlink:href="#b"' in read
    assert 'fill="url(#a)"' in read


@pytest.mark.parametrize(
    "drawing",
    [
        f'<svg {SVG} xml:base="file:///a/"><use href="#b"/></svg>',
        f'<svg {SVG} xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="a.svg"/></svg>',
        f'<?xml-stylesheet href="a.css"?><svg {SVG}/>',
        f'<!DOCTYPE svg SYSTEM "a.dtd"><svg {SVG}/>',
        f'<svg {SVG}><set attributeName="href" to="a.svg"/></svg>',
    ],
)
def test_what_only_a_browser_would_follow_is_left_out(drawing: str) -> None:
    read = read_svg(drawing)
    assert not any(place in read for place in ("file:", "a.svg", "a.css", "a.dtd"))


@pytest.mark.parametrize(
    ("drawing", "said"),
    [
        (f'<!DOCTYPE svg [<!ENTITY a "{"b" * 300}">]><svg {SVG}>&a;</svg>', "declares an entity"),
        (f'<!DOCTYPE svg [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><svg {SVG}>&c;</svg>', "declares an entity"),
        (f'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/hostname">]><svg {SVG}>&a;</svg>', "declares an entity"),
        (f"<svg {SVG}><style>@import 'a.css'</style></svg>", "points outside"),
        (f"<svg {SVG}><style>.a {{ fill: url(a.svg#b) }}</style></svg>", "points outside"),
        (f"<svg {SVG}><style>@im<title/>port 'a.css'</style></svg>", "points outside"),
        (f"<svg {SVG}><style>@im<x:a xmlns:x='u:x'>b</x:a>port 'a.css'</style></svg>", "points outside"),
        (f"<svg {SVG}><style>@i\\mport 'a.css'</style></svg>", "points outside"),
        (f"<svg {SVG}><style>\n\n@import 'a.css'</style></svg>", "in line 3"),
        (f"<svg {SVG}><style>{' ' * 70_000}@import 'a.css'{' ' * 70_000}</style></svg>", "points outside"),
        (f"<svg {SVG}><rect fill='u\\rl(a.svg#b)'/></svg>", "points outside"),
        (f"<svg {SVG}><rect style='mask-image: image-set(\"a.png\" 1x)'/></svg>", "points outside"),
        (f"<svg {SVG}><rect style='mask-image: src(\"a.png\")'/></svg>", "points outside"),
        (f'<svg {SVG}><image href="a.png"/></svg>', "<image>"),
        (f'<svg {SVG}>\n\n<use href="a.svg#b"/></svg>', "in line 3"),
        (f"<svg {SVG}><script/></svg>", "<script>"),
        (f"<svg {SVG}><g></svg>", "not valid XML"),
        ("<html/>", "<html>"),
        ("<svg", "not valid XML"),
        ("", "not valid XML"),
        ("<svg>" + "<g>" * MAX_DEPTH + "</g>" * MAX_DEPTH + "</svg>", "nested deeper"),
        ("<svg>" + "<g/>" * MAX_ELEMENTS + "</svg>", "more than"),
    ],
)
def test_what_points_outside_or_is_too_much_is_refused_with_its_line(drawing: str, said: str) -> None:
    with pytest.raises(UnsafeDrawing, match=said):
        read_svg(drawing)


@given(
    st.binary(max_size=200) | st.text(max_size=200).map(lambda text: f"<svg>{text}</svg>".encode("utf-8", "replace"))
)
def test_any_bytes_are_a_drawing_or_refused(data: bytes) -> None:
    with contextlib.suppress(UnsafeDrawing):
        assert read_svg(data).startswith("<svg")
