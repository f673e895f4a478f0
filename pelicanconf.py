"""Your home, as you preview it. What only the published site needs stands in publishconf.py."""

AUTHOR = "Commonhold"
SITENAME = "Commonhold"
SITESUBTITLE = "A home on the web that you own"
TIMEZONE = "UTC"
DEFAULT_LANG = "en"
DEFAULT_PAGINATION = 10
WITH_FUTURE_DATES = False

# Who you are: docs/settings.md lists every setting.
INDIEWEB_ABOUT = "The handbook of Commonhold, written with Commonhold: homes on the web, and the ties between them."
INDIEWEB_ME = []
INDIEWEB_PHOTO = "photos/portrait.png"
INDIEWEB_LICENSE = "https://creativecommons.org/licenses/by-sa/4.0/"

# What your home can do; leave one out and the rest goes on.
PLUGIN_PATHS = ["plugins"]
PLUGINS = ["indieweb.kinds", "indieweb.pictures", "indieweb.mentions", "indieweb.pages", "indieweb.feeds"]

# How it looks. Our theme is written for Jinja's autoescape; most other themes are not: remove the line for them.
THEME = "theme"
JINJA_ENVIRONMENT = {"trim_blocks": True, "lstrip_blocks": True, "autoescape": True}

# Where things are. Posts may stand anywhere below content/ but in these folders.
PATH = "content"
OUTPUT_PATH = "output"
PAGE_PATHS = ["pages"]
ARTICLE_PATHS = [""]
ARTICLE_EXCLUDES = ["pages", "extra", "mentions", "contexts"]
STATIC_PATHS = ["photos", "images", "video", "audio", "files", "extra"]
IGNORE_FILES = ["**/.git*", "**/.DS_Store", "**/*~", "**/*.part"]
PATH_METADATA = r"extra/(?P<save_as>.*)"
FILENAME_METADATA = ""

# Addresses: they are for good.
ARTICLE_URL = "{date:%Y}/{date:%m}/{slug}/"
ARTICLE_SAVE_AS = "{date:%Y}/{date:%m}/{slug}/index.html"
ARTICLE_LANG_URL, ARTICLE_LANG_SAVE_AS = ARTICLE_URL, ARTICLE_SAVE_AS
PAGE_URL = "{slug}/"
PAGE_SAVE_AS = "{slug}/index.html"
PAGE_LANG_URL, PAGE_LANG_SAVE_AS = PAGE_URL, PAGE_SAVE_AS
TAG_URL = "tag/{slug}/"
ARTICLE_TRANSLATION_ID = PAGE_TRANSLATION_ID = None

# Pelican's own lists and feeds are off: ours count from the oldest, and are drawn from entries.
DIRECT_TEMPLATES = []
TAG_SAVE_AS = CATEGORY_SAVE_AS = AUTHOR_SAVE_AS = ""
DRAFT_SAVE_AS = DRAFT_LANG_SAVE_AS = DRAFT_PAGE_SAVE_AS = DRAFT_PAGE_LANG_SAVE_AS = ""
FEED_ALL_ATOM = FEED_ALL_RSS = FEED_ATOM = FEED_RSS = None
CATEGORY_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = TRANSLATION_FEED_ATOM = None
FEED_MAX_ITEMS = 20

MARKDOWN = {
    "extensions": [
        "markdown.extensions.extra",
        "markdown.extensions.sane_lists",
        "markdown.extensions.smarty",
        "markdown.extensions.codehilite",
        "markdown.extensions.tables",
        "pymdownx.tilde",
    ],
    "extension_configs": {
        "markdown.extensions.codehilite": {"css_class": "highlight", "guess_lang": False},
        "markdown.extensions.tables": {"use_align_attribute": True},
    },
    "output_format": "html",
}
