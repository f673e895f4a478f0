"""The yardstick 'Pelican default': notmyidea, pagination by 10, a site feed and a feed per tag (20 full items)."""

AUTHOR = "Me"
SITENAME = "home"
SITEURL = "https://example.org"
PATH = "content"
TIMEZONE = "UTC"
DEFAULT_LANG = "en"
FEED_MAX_ITEMS = 20
RSS_FEED_SUMMARY_ONLY = False
DEFAULT_PAGINATION = 10
TRANSLATION_FEED_ATOM = None
AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = CATEGORY_FEED_ATOM = None
FEED_ALL_ATOM = "feed.xml"
TAG_FEED_ATOM = "tag/{slug}/feed.xml"
OUTPUT_PATH = "output"
DELETE_OUTPUT_DIRECTORY = True
